package singletable_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/lambdapatterns/lambdapatterns/singletable"
	"github.com/lambdapatterns/lambdapatterns/singletable/singletabletest"
)

func TestBatchGet(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, s store) {
		fillOrders(t, s, 3)
		if got, err := s.orders.BatchGet(t.Context(), nil); err != nil || len(got) != 0 {
			t.Errorf("of nothing: %v, %v", got, err)
		}
		var keys []Order
		for i := range 250 { // three requests; most are not there, and some come twice
			keys = append(keys, Order{UserID: "u", ID: fmt.Sprintf("%02d", i%240)})
		}
		got, err := s.orders.BatchGet(t.Context(), keys, singletable.Consistent())
		if err != nil || len(got) != len(keys) {
			t.Fatalf("%d results, %v", len(got), err)
		}
		for i, o := range got {
			if there := i%240 < 3; (o != nil) != there || there && (o.ID != keys[i].ID || o.Total != int64(i%240)) {
				t.Errorf("result %d of %s: %+v", i, keys[i].ID, o)
			}
		}
		if got[0] == got[240] {
			t.Error("the two results of one key are one variable")
		}
		if _, err := s.orders.BatchGet(t.Context(), []Order{{UserID: "u", ID: "1"}, {UserID: "u"}}); !errors.Is(err, singletable.ErrKey) {
			t.Errorf("without an id: %v, want ErrKey", err)
		}
	})
}

func TestBatchGetOfWrongItems(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, s store) {
		notes := repo[Product](t, singletable.NewTable(s.client, s.table), singletable.Schema{Type: "Note", Key: singletable.Pattern("USER#u", "ORDER#{id}")})
		put(t, notes, Product{ID: "note"})
		put(t, s.orders, Order{UserID: "u", ID: "good"})
		_, err := s.client.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: &s.table, Item: map[string]types.AttributeValue{
			"PK": text("USER#u"), "SK": text("ORDER#damaged"), "_type": text("Order"), "total": text("secret"),
		}})
		if err != nil {
			t.Fatal(err)
		}
		got, err := s.orders.BatchGet(t.Context(), []Order{{UserID: "u", ID: "note"}, {UserID: "u", ID: "good"}, {UserID: "u", ID: "damaged"}})
		e, ok := errors.AsType[*singletable.BatchError](err)
		if !ok || len(e.Keys) != 2 || !errors.Is(err, singletable.ErrWrongType) || strings.Contains(err.Error(), "secret") {
			t.Errorf("got %v, want a BatchError of two keys", err)
		}
		if got[0] != nil || got[1] == nil || got[2] != nil {
			t.Errorf("got %v, want the good one", got)
		}
		keyless := singletable.Change(func(in *dynamodb.BatchGetItemInput) {
			ask := in.RequestItems[s.table]
			ask.ProjectionExpression = aws.String("user_id")
			in.RequestItems[s.table] = ask
		})
		_, err = s.orders.BatchGet(t.Context(), []Order{{UserID: "u", ID: "good"}}, keyless)
		if _, ok := errors.AsType[*singletable.BatchError](err); !ok || !strings.Contains(err.Error(), "projection") {
			t.Errorf("without keys: got %v", err)
		}
	})
}

// reluctant is a client that answers a batch only in part: of each request it does as many keys as serve says.
type reluctant struct {
	singletable.Client
	serve func(asked int) (n int, err error)
	calls int
}

func (c *reluctant) BatchGetItem(ctx context.Context, in *dynamodb.BatchGetItemInput, _ ...func(*dynamodb.Options)) (*dynamodb.BatchGetItemOutput, error) {
	c.calls++
	for table, ask := range in.RequestItems {
		seen := map[string]bool{}
		out := &dynamodb.BatchGetItemOutput{}
		n, err := c.serve(len(ask.Keys))
		if err != nil {
			return nil, err
		}
		if len(ask.Keys) > 100 || len(ask.Keys) == 0 {
			return nil, fmt.Errorf("%d keys in a request", len(ask.Keys))
		}
		for i, key := range ask.Keys {
			sk := key["SK"].(*types.AttributeValueMemberS).Value
			if seen[sk] {
				return nil, errors.New("a key comes twice")
			}
			seen[sk] = true
			if i >= n {
				left := out.UnprocessedKeys[table]
				left.Keys = append(left.Keys, key)
				out.UnprocessedKeys = map[string]types.KeysAndAttributes{table: left}
				continue
			}
			it := map[string]types.AttributeValue{"PK": key["PK"], "SK": key["SK"], "_type": text("Order")}
			if out.Responses == nil {
				out.Responses = map[string][]map[string]types.AttributeValue{}
			}
			out.Responses[table] = append(out.Responses[table], it)
		}
		return out, nil
	}
	return nil, errors.New("a request of no table")
}

func reluctantOrders(t *testing.T, serve func(int) (int, error)) (*reluctant, *singletable.Repo[Order], []Order) {
	client := &reluctant{serve: serve}
	orders := repo[Order](t, singletable.NewTable(client, "app"), singletable.Schema{Type: "Order", Key: singletable.Pattern("USER#{user_id}", "ORDER#{id}")})
	var keys []Order
	for i := range 230 {
		keys = append(keys, Order{UserID: "u", ID: fmt.Sprint(i)})
	}
	return client, orders, keys
}

func TestUnprocessedKeysAreAskedForAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		seed := uint64(time.Now().UnixNano())
		t.Logf("seed %d", seed)
		r := rand.New(rand.NewPCG(seed, 0))
		client, orders, keys := reluctantOrders(t, func(asked int) (int, error) { return r.IntN(min(asked, 40) + 1), nil })
		got, err := orders.BatchGet(t.Context(), keys)
		if err != nil {
			t.Fatalf("after %d calls: %v", client.calls, err)
		}
		for i, o := range got {
			if o == nil || o.ID != keys[i].ID {
				t.Fatalf("result %d: %+v", i, o)
			}
		}
	})
}

func TestKeysThatStayUnprocessed(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	for name, c := range map[string]struct {
		then   func(cancel context.CancelFunc) (int, error) // what the third request brings
		within time.Duration
		is     error
		says   string
	}{
		"for ever":   {func(context.CancelFunc) (int, error) { return 0, nil }, 15 * time.Second, nil, "left them unprocessed"},
		"until ctx":  {func(cancel context.CancelFunc) (int, error) { cancel(); return 0, nil }, time.Second, context.Canceled, "canceled"},
		"by failure": {func(context.CancelFunc) (int, error) { return 0, broken }, time.Second, broken, "broken"},
	} {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			calls := 0
			client, orders, keys := reluctantOrders(t, func(asked int) (int, error) {
				if calls++; calls < 3 {
					return 10, nil
				}
				return c.then(cancel)
			})
			start := time.Now()
			got, err := orders.BatchGet(ctx, keys)
			e, ok := errors.AsType[*singletable.BatchError](err)
			if !ok || len(e.Keys) != 210 || e.Entity != "Order" || c.is != nil && !errors.Is(err, c.is) || !strings.Contains(err.Error(), c.says) {
				t.Fatalf("%s: got %v, want a BatchError of 210 keys that says %q", name, err, c.says)
			}
			unread := map[singletable.Key]bool{}
			for _, k := range e.Keys {
				unread[k] = true
			}
			for i, o := range got {
				if key, _ := orders.Key(keys[i]); (o == nil) != unread[key] {
					t.Fatalf("%s: %s is among the results and the unread keys, or among neither", name, key)
				}
			}
			if took := time.Since(start); took > c.within || client.calls > 20 {
				t.Errorf("%s: %d calls in %v", name, client.calls, took)
			}
		})
	}
}

func TestBatchGetWithAnEndedContext(t *testing.T) {
	t.Parallel()
	s := newStore(t, new(singletabletest.Engine).Client())
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.orders.BatchGet(ctx, []Order{{UserID: "u", ID: "1"}}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
