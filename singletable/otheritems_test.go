package singletable_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/lambdapatterns/lambdapatterns/singletable"
	"github.com/lambdapatterns/lambdapatterns/singletable/singletabletest"
)

// The document's own item: no type attribute, and the id only in the key.
func TestItemsOfOtherProgramsAreRead(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, s store) {
		_, err := s.client.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: &s.table, Item: map[string]types.AttributeValue{
			"PK": text("USER#usr_123"), "SK": text("PROFILE"), "email": text("user@example.com"),
			"created_at": text("2024-01-15T10:00:00Z"), "GSI1PK": text("EMAIL#user@example.com"), "GSI1SK": text("USER#usr_123"),
		}})
		if err != nil {
			t.Fatal(err)
		}
		want := User{ID: "usr_123", Email: "user@example.com", CreatedAt: ada.CreatedAt}
		if got, err := s.users.GSI1().One(t.Context(), User{Email: "user@example.com"}); err != nil || got != want {
			t.Errorf("got %+v, %v; want %+v", got, err, want)
		}
	})
}

func TestItemsOfAnotherType(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, s store) {
		ctx := t.Context()
		other := repo[Product](t, singletable.NewTable(s.client, s.table), singletable.Schema{
			Type: "Note", Key: singletable.Pattern("USER#u", "ORDER#{id}"),
		})
		if err := other.Create(ctx, Product{ID: "note_1"}); err != nil {
			t.Fatal(err)
		}
		if _, err := s.orders.Get(ctx, Order{UserID: "u", ID: "note_1"}); !errors.Is(err, singletable.ErrWrongType) {
			t.Errorf("get: got %v, want ErrWrongType", err)
		}
		if got := collect(t, s.orders.Query(ctx, Order{UserID: "u"})); len(got) != 0 {
			t.Errorf("query: got %+v, want the note passed over", got)
		}
	})
}

func TestDamagedItemIsAnErrorThatQuotesNothing(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, s store) {
		_, err := s.client.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: &s.table, Item: map[string]types.AttributeValue{
			"PK": text("USER#u"), "SK": text("ORDER#o"), "_type": text("Order"), "user_id": text("u"), "id": text("o"),
			"total": text("secret"),
		}})
		if err != nil {
			t.Fatal(err)
		}
		_, err = s.orders.Get(t.Context(), Order{UserID: "u", ID: "o"})
		if err == nil || strings.Contains(err.Error(), "secret") || !strings.Contains(err.Error(), "get Order USER#u|ORDER#o") {
			t.Errorf("get: %v", err)
		}
		n := 0
		for _, err := range s.orders.Query(t.Context(), Order{UserID: "u"}) {
			if n++; err == nil || strings.Contains(err.Error(), "secret") {
				t.Errorf("query: %v", err)
			}
		}
		if n != 1 {
			t.Errorf("the query gave %d results, want the error alone", n)
		}
	})
}

// A field's own encoding is called on the way in and on the way out, also where it has pointer receivers.
func TestFieldsThatEncodeThemselves(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, s store) {
		type note struct {
			ID   string   `dynamodbav:"id"`
			Text selfMade `dynamodbav:"text"`
		}
		notes := repo[note](t, singletable.NewTable(s.client, s.table), singletable.Schema{
			Type: "Note", Key: singletable.Pattern("NOTE#{id}", "TEXT"),
		})
		if err := notes.Create(t.Context(), note{"n", "hello"}); err != nil {
			t.Fatal(err)
		}
		if it := s.stored(t, "NOTE#n", "TEXT"); !isText(it["text"], "HELLO") {
			t.Errorf("stored as %v", it["text"])
		}
		if got, err := notes.Get(t.Context(), note{ID: "n"}); err != nil || got.Text != "hello" {
			t.Errorf("got %+v, %v", got, err)
		}
	})
}

func TestDecode(t *testing.T) {
	t.Parallel()
	s := newStore(t, new(singletabletest.Engine).Client())
	if err := s.users.Create(t.Context(), ada); err != nil {
		t.Fatal(err)
	}
	it := s.stored(t, "USER#usr_123", "PROFILE")
	if got, err := s.users.Decode(it); err != nil || got != ada {
		t.Errorf("got %+v, %v", got, err)
	}
	if _, err := s.orders.Decode(it); !errors.Is(err, singletable.ErrWrongType) {
		t.Errorf("as an order: %v, want ErrWrongType", err)
	}
}
