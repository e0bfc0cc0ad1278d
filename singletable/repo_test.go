package singletable_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/lambdapatterns/lambdapatterns/singletable"
	"github.com/lambdapatterns/lambdapatterns/singletable/singletabletest"
)

var ada = User{ID: "usr_123", Email: "ada@example.com", Name: "Ada", CreatedAt: time.Date(2024, 1, 15, 10, 0, 0, 0, time.UTC)}

func TestItemsLieAsTheDesignSays(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, s store) {
		for _, err := range []error{
			s.users.Create(t.Context(), ada),
			s.orders.Create(t.Context(), Order{UserID: "usr_123", ID: "ord_456", Total: 1999}),
			s.payments.Create(t.Context(), Payment{OrderID: "ord_456", ID: "pay_789", Status: "new"}),
			s.products.Create(t.Context(), Product{ID: "prod_101", Price: 5}),
		} {
			if err != nil {
				t.Fatal(err)
			}
		}
		for _, want := range []struct{ pk, sk, gsi1pk, gsi1sk, kind string }{
			{"USER#usr_123", "PROFILE", "EMAIL#ada@example.com", "USER#usr_123", "User"},
			{"USER#usr_123", "ORDER#ord_456", "", "", "Order"},
			{"ORDER#ord_456", "PAYMENT#pay_789", "PAYMENT#pay_789", "ORDER#ord_456", "Payment"},
			{"PRODUCT#prod_101", "METADATA", "", "", "Product"},
		} {
			it := s.stored(t, want.pk, want.sk)
			if !isText(it["_type"], want.kind) {
				t.Errorf("%s|%s: got %v, want a %s", want.pk, want.sk, it, want.kind)
			}
			if want.gsi1pk == "" {
				if it["GSI1PK"] != nil || it["GSI1SK"] != nil {
					t.Errorf("%s|%s has index keys and should not: %v", want.pk, want.sk, it)
				}
			} else if !isText(it["GSI1PK"], want.gsi1pk) || !isText(it["GSI1SK"], want.gsi1sk) {
				t.Errorf("%s|%s: index keys are %v and %v", want.pk, want.sk, it["GSI1PK"], it["GSI1SK"])
			}
		}
		if it := s.stored(t, "USER#usr_123", "PROFILE"); !isText(it["created_at"], "2024-01-15T10:00:00Z") || len(it) != 9 {
			t.Errorf("the user lies as %v", it)
		}
	})
}

func TestCreateGetPutDelete(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, s store) {
		ctx := t.Context()
		if err := s.users.Create(ctx, ada); err != nil {
			t.Fatal(err)
		}
		if got, err := s.users.Get(ctx, User{ID: "usr_123"}, singletable.Consistent()); err != nil || got != ada {
			t.Fatalf("got %+v, %v", got, err)
		}
		err := s.users.Create(ctx, User{ID: "usr_123", Email: "eve@example.com"})
		var e *singletable.ItemError
		if !errors.Is(err, singletable.ErrExists) || !errors.As(err, &e) || e.Key.String() != "USER#usr_123|PROFILE" || e.Op != "create" {
			t.Fatalf("second create: got %v, want ErrExists with the key", err)
		}
		if _, ok := errors.AsType[*types.ConditionalCheckFailedException](err); !ok {
			t.Errorf("the SDK's error is not in %v", err)
		}
		changed := ada
		changed.Email = "countess@example.com"
		if err := s.users.Put(ctx, changed); err != nil {
			t.Fatal(err)
		}
		if got, err := s.users.GSI1().One(ctx, User{Email: "countess@example.com"}); err != nil || got != changed {
			t.Errorf("by the new e-mail: got %+v, %v", got, err)
		}
		if _, err := s.users.GSI1().One(ctx, User{Email: "ada@example.com"}); !errors.Is(err, singletable.ErrNotFound) {
			t.Errorf("by the old e-mail: got %v, want ErrNotFound: the index key went stale", err)
		}
		for range 2 { // the second time there is nothing to delete
			if err := s.users.Delete(ctx, User{ID: "usr_123"}); err != nil {
				t.Fatal(err)
			}
		}
		_, err = s.users.Get(ctx, User{ID: "usr_123"})
		if !errors.Is(err, singletable.ErrNotFound) || err.Error() != "singletable: get User USER#usr_123|PROFILE: item not found" {
			t.Errorf("after delete: got %v, want ErrNotFound", err)
		}
	})
}

func TestQueryGivesOnePartitionsEntitiesInOrder(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, s store) {
		ctx := t.Context()
		if err := s.users.Create(ctx, ada); err != nil {
			t.Fatal(err)
		}
		for _, o := range []Order{
			{UserID: "usr_123", ID: "ord_2", Tags: []string{"gift"}}, {UserID: "usr_123", ID: "ord_1"}, {UserID: "usr_123", ID: "ord_10"},
			{UserID: "usr_1234", ID: "ord_3"}, {UserID: "usr_123#ORDER", ID: "x"},
		} {
			if err := s.orders.Create(ctx, o); err != nil {
				t.Fatal(err)
			}
		}
		var ids []string
		for _, o := range collect(t, s.orders.Query(ctx, Order{UserID: "usr_123"})) {
			ids = append(ids, o.ID)
		}
		if want := []string{"ord_1", "ord_10", "ord_2"}; !slices.Equal(ids, want) {
			t.Errorf("got orders %v, want %v", ids, want)
		}
		if got := collect(t, s.orders.Query(ctx, Order{UserID: "usr_123", ID: "ord_1"})); len(got) != 1 || got[0].ID != "ord_1" {
			t.Errorf("by the whole key: got %+v", got)
		}
		if got := collect(t, s.orders.Query(ctx, Order{UserID: "nobody"})); len(got) != 0 {
			t.Errorf("of nobody: got %+v", got)
		}
		for o, err := range s.orders.Query(ctx, Order{ID: "ord_1"}) {
			if key, ok := errors.AsType[*singletable.KeyError](err); !ok || key.Attribute != "user_id" {
				t.Errorf("without a partition: got %+v, %v; want a KeyError of user_id", o, err)
			}
		}
	})
}

func TestQueryReadsAllPages(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, s store) {
		ctx := t.Context()
		for i := range 25 {
			if err := s.orders.Create(ctx, Order{UserID: "u", ID: fmt.Sprintf("ord_%02d", i), Total: int64(i)}); err != nil {
				t.Fatal(err)
			}
		}
		pages := 0
		byThree := func(in *dynamodb.QueryInput) { pages++; in.Limit = aws.Int32(3) }
		if got := collect(t, s.orders.Query(ctx, Order{UserID: "u"}, singletable.Change(byThree))); len(got) != 25 || got[24].Total != 24 || pages != 9 {
			t.Errorf("got %d orders in %d pages, want 25 in 9", len(got), pages)
		}
		// A filter leaves whole pages empty, and the reading goes on behind them.
		last := func(in *dynamodb.QueryInput) {
			in.Limit = aws.Int32(3)
			in.FilterExpression = aws.String("#t = :t")
			in.ExpressionAttributeNames["#t"] = "total"
			in.ExpressionAttributeValues[":t"] = &types.AttributeValueMemberN{Value: "24"}
		}
		if got := collect(t, s.orders.Query(ctx, Order{UserID: "u"}, singletable.Change(last))); len(got) != 1 || got[0].ID != "ord_24" {
			t.Errorf("behind empty pages: got %+v", got)
		}
		pages = 0
		for range s.orders.Query(ctx, Order{UserID: "u"}, singletable.Change(byThree)) {
			break
		}
		if pages != 1 {
			t.Errorf("a loop that ended at the first item read %d pages", pages)
		}
	})
}

func TestOneRefusesTwo(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, s store) {
		for _, id := range []string{"usr_1", "usr_2"} {
			if err := s.users.Create(t.Context(), User{ID: id, Email: "same@example.com"}); err != nil {
				t.Fatal(err)
			}
		}
		_, err := s.users.GSI1().One(t.Context(), User{Email: "same@example.com"})
		if !errors.Is(err, singletable.ErrNotUnique) || !strings.Contains(err.Error(), "one User EMAIL#same@example.com|USER# in GSI1") {
			t.Errorf("got %v, want ErrNotUnique", err)
		}
		if got, err := s.users.GSI1().One(t.Context(), User{Email: "same@example.com", ID: "usr_2"}); err != nil || got.ID != "usr_2" {
			t.Errorf("by the whole index key: got %+v, %v", got, err)
		}
	})
}

// Ids as clients send them: no id can reach another entity, partition or component.
func TestHostileIDs(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, s store) {
		ctx := t.Context()
		ids := []string{"a", "a#", "#a", "a#ORDER#b", "a|PROFILE", "a%23", "%", "a b", "日本", "\x00", "..", strings.Repeat("x", 1000)}
		for i, id := range ids {
			if err := s.orders.Create(ctx, Order{UserID: id, ID: id, Total: int64(i)}); err != nil {
				t.Fatalf("id %q: %v", id, err)
			}
		}
		for i, id := range ids {
			if got := collect(t, s.orders.Query(ctx, Order{UserID: id})); len(got) != 1 || got[0].Total != int64(i) || got[0].ID != id {
				t.Errorf("partition of %q: got %+v", id, got)
			}
		}
		for name, id := range map[string]string{"empty": "", "2,048 bytes": strings.Repeat("x", 2048), "not UTF-8": "\xff"} {
			if err := s.users.Create(ctx, User{ID: id, Email: "e"}); !errors.Is(err, singletable.ErrKey) {
				t.Errorf("%s: got %v, want ErrKey", name, err)
			}
			if err := s.users.Create(ctx, User{ID: "usr_1", Email: id}); !errors.Is(err, singletable.ErrKey) {
				t.Errorf("%s in the index: got %v, want ErrKey", name, err)
			}
		}
		if it := s.stored(t, "USER#usr_1", "PROFILE"); it != nil {
			t.Errorf("an entity with a bad index key was written: %v", it)
		}
	})
}

func TestEntityWithoutIndex(t *testing.T) {
	t.Parallel()
	s := newStore(t, new(singletabletest.Engine).Client())
	if _, err := s.orders.GSI1().One(t.Context(), Order{UserID: "u"}); !errors.Is(err, singletable.ErrKey) || !strings.Contains(err.Error(), "not in this index") {
		t.Errorf("got %v", err)
	}
}

func TestClientErrorsAndCancellation(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	orders := repo[Order](t, singletable.NewTable(failing{err: broken}, "app"), singletable.Schema{
		Type: "Order", Key: singletable.Pattern("USER#{user_id}", "ORDER#{id}"),
	})
	v := Order{UserID: "u", ID: "o"}
	_, getErr := orders.Get(t.Context(), v)
	var queryErr error
	for _, queryErr = range orders.Query(t.Context(), Order{UserID: "u"}) {
	}
	for op, err := range map[string]error{
		"create": orders.Create(t.Context(), v), "put": orders.Put(t.Context(), v), "delete": orders.Delete(t.Context(), v),
		"get": getErr, "query": queryErr,
	} {
		if e, ok := errors.AsType[*singletable.ItemError](err); !ok || e.Op != op || !errors.Is(err, broken) {
			t.Errorf("%s: got %v", op, err)
		}
	}
	s := newStore(t, new(singletabletest.Engine).Client())
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.orders.Get(ctx, v); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled get: got %v", err)
	}
}

func TestAttributeInBothKeys(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, s store) {
		type entry struct {
			Tenant string    `dynamodbav:"tenant"`
			At     time.Time `dynamodbav:"at"`
		}
		log := repo[entry](t, singletable.NewTable(s.client, s.table), singletable.Schema{
			Type: "Entry", Key: singletable.Pattern("T#{tenant}", "{at}#T#{tenant}"),
		})
		for i := range 3 {
			if err := log.Create(t.Context(), entry{"x", ada.CreatedAt.Add(time.Duration(i) * time.Millisecond)}); err != nil {
				t.Fatal(err)
			}
		}
		if got := collect(t, log.Query(t.Context(), entry{Tenant: "x"})); len(got) != 3 {
			t.Errorf("the tenant's entries: %v", got)
		}
	})
}

func TestStartKeyOfTheCallersIsForTheFirstPage(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, s store) {
		for i := range 10 {
			if err := s.orders.Create(t.Context(), Order{UserID: "u", ID: fmt.Sprint(i)}); err != nil {
				t.Fatal(err)
			}
		}
		resume := func(in *dynamodb.QueryInput) {
			in.Limit = aws.Int32(2)
			in.ExclusiveStartKey = map[string]types.AttributeValue{"PK": text("USER#u"), "SK": text("ORDER#3")}
		}
		n := 0
		for _, err := range s.orders.Query(t.Context(), Order{UserID: "u"}, singletable.Change(resume)) {
			if n++; err != nil || n > 6 {
				t.Fatalf("item %d, %v", n, err)
			}
		}
		if n != 6 {
			t.Errorf("%d orders behind the third, want 6", n)
		}
	})
}

func TestProjectionOfAbsentAttributesIsNoMissingItem(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, s store) {
		if err := s.users.Create(t.Context(), User{ID: "u", Email: "e"}); err != nil {
			t.Fatal(err)
		}
		_, err := s.users.Get(t.Context(), User{ID: "u"}, singletable.Change(func(in *dynamodb.GetItemInput) {
			in.ProjectionExpression = aws.String("#n")
			in.ExpressionAttributeNames = map[string]string{"#n": "name"}
		}))
		if err != nil {
			t.Errorf("got %v", err)
		}
	})
}

func TestSeveralIndexes(t *testing.T) {
	t.Parallel()
	client := new(singletabletest.Engine).Client()
	table := singletable.NewTable(client, "many", singletable.WithIndex("by-price", "GSI2PK", "GSI2SK"))
	if _, err := client.CreateTable(t.Context(), table.CreateTableInput()); err != nil {
		t.Fatal(err)
	}
	products := repo[Product](t, table, singletable.Schema{
		Type: "Product", Key: singletable.Pattern("PRODUCT#{id}", "METADATA"), GSI1: singletable.Pattern("ALL", "{id}"),
		Indexes: map[string]singletable.KeyPattern{"by-price": singletable.Pattern("ALL", "{price}#{id}")},
	})
	for i, price := range []int64{30, 7, 100} {
		if err := products.Create(t.Context(), Product{ID: fmt.Sprint(i), Price: price}); err != nil {
			t.Fatal(err)
		}
	}
	var byID, byPrice []int64
	for _, p := range collect(t, products.GSI1().Query(t.Context(), Product{})) {
		byID = append(byID, p.Price)
	}
	for _, p := range collect(t, products.Index("by-price").Query(t.Context(), Product{})) {
		byPrice = append(byPrice, p.Price)
	}
	if !slices.Equal(byID, []int64{30, 7, 100}) || !slices.Equal(byPrice, []int64{7, 30, 100}) {
		t.Errorf("by id %v, by price %v", byID, byPrice)
	}
}
