package singletable_test

import (
	"errors"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/lambdapatterns/lambdapatterns/singletable"
)

func is(name string, v any) singletable.WriteOption {
	return singletable.If(expression.Name(name).Equal(expression.Value(v)))
}

func TestSeveralConditionsMustAllHold(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, s store) {
		ctx := t.Context()
		if err := s.products.Create(ctx, Product{ID: "p", Price: 5}); err != nil {
			t.Fatal(err)
		}
		wrong, right := is("price", 6), is("id", "p")
		wantError(t, "put", s.products.Put(ctx, Product{ID: "p", Price: 7}, wrong, right), singletable.ErrCondition)
		wantError(t, "delete", s.products.Delete(ctx, Product{ID: "p"}, wrong, right), singletable.ErrCondition)
		wantError(t, "update", s.products.Update(ctx, Product{ID: "p"}, func(p *Product) error { p.Price++; return nil }, wrong, right), singletable.ErrCondition)
		err := singletable.NewTable(s.client, s.table).Transact(ctx, []singletable.Action{s.products.ToCheck(Product{ID: "p"}, wrong, right)})
		if !errors.Is(err, singletable.ErrCondition) {
			t.Errorf("check: %v", err)
		}
	})
}

// An entity's claims end when it ends, also after its end was moved.
func TestClaimsFollowTheExpiry(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, s store) {
		ctx := t.Context()
		sessions := repo[Session](t, singletable.NewTable(s.client, s.table), singletable.Schema{
			Type: "Session", Key: singletable.Pattern("SESSION#{id}", "SESSION"), ExpiresAt: "until", Unique: map[string]string{"user": "{user}"},
		})
		soon, later := time.Now().Add(time.Minute).Unix(), time.Now().Add(time.Hour).Unix()
		if err := sessions.Create(ctx, Session{"a", "u", soon}); err != nil {
			t.Fatal(err)
		}
		if err := sessions.Update(ctx, Session{ID: "a"}, func(v *Session) error { v.Until = later; return nil }); err != nil {
			t.Fatal(err)
		}
		claim := s.stored(t, "UNIQUE#Session#user#u", "CLAIM")
		if entity := s.stored(t, "SESSION#a", "SESSION"); claim["until"].(*types.AttributeValueMemberN).Value != entity["until"].(*types.AttributeValueMemberN).Value {
			t.Errorf("the claim ends at %v, the entity at %v", claim["until"], entity["until"])
		}
		if err := sessions.Put(ctx, Session{"a", "u", 0}); err != nil {
			t.Fatal(err)
		}
		if n := s.stored(t, "UNIQUE#Session#user#u", "CLAIM")["until"].(*types.AttributeValueMemberN); n.Value != "0" {
			t.Errorf("after a put without an end the claim ends at %s", n.Value)
		}
		wantError(t, "patch of the end", sessions.Patch(ctx, Session{ID: "a"},
			expression.Set(expression.Name("until"), expression.Value(soon))), singletable.ErrKey)
	})
}

// Two writers change one part each of a unique value of two parts: the claim in the end is that of the entity.
func TestUniqueValueOfSeveralParts(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, s store) {
		ctx := t.Context()
		type pair struct {
			ID string `dynamodbav:"id"`
			A  string `dynamodbav:"a"`
			B  string `dynamodbav:"b"`
		}
		pairs := repo[pair](t, singletable.NewTable(s.client, s.table), singletable.Schema{
			Type: "Pair", Key: singletable.Pattern("PAIR#{id}", "PAIR"), Unique: map[string]string{"ab": "{a}#{b}"},
		})
		if err := pairs.Create(ctx, pair{"1", "a0", "b0"}); err != nil {
			t.Fatal(err)
		}
		first := true
		err := pairs.Update(ctx, pair{ID: "1"}, func(p *pair) error {
			if first { // somebody else writes between the reading and the writing
				first = false
				if err := pairs.Update(ctx, pair{ID: "1"}, func(p *pair) error { p.B = "b1"; return nil }); err != nil {
					return err
				}
			}
			p.A = "a1"
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if s.count(t, "UniqueClaim") != 1 || s.stored(t, "UNIQUE#Pair#ab#a1#b1", "CLAIM") == nil {
			t.Errorf("%d claims, and none or one on a1#b1", s.count(t, "UniqueClaim"))
		}
	})
}

func TestUpdateKeepsWhatTheEntityDoesNotKnowInside(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, s store) {
		ctx := t.Context()
		type address struct {
			City string `dynamodbav:"city"`
		}
		type person struct {
			ID      string  `dynamodbav:"id"`
			Name    string  `dynamodbav:"name"`
			Address address `dynamodbav:"address"`
		}
		people := repo[person](t, singletable.NewTable(s.client, s.table), singletable.Schema{
			Type: "Person", Key: singletable.Pattern("PERSON#{id}", "PERSON"),
		})
		if _, err := s.client.PutItem(ctx, &dynamodb.PutItemInput{TableName: &s.table, Item: map[string]types.AttributeValue{
			"PK": text("PERSON#1"), "SK": text("PERSON"), "_type": text("Person"), "id": text("1"), "name": text("Ada"),
			"address": &types.AttributeValueMemberM{Value: map[string]types.AttributeValue{"city": text("Paris"), "zip": text("75001")}},
		}}); err != nil {
			t.Fatal(err)
		}
		if err := people.Update(ctx, person{ID: "1"}, func(p *person) error { p.Name = "Eve"; return nil }); err != nil {
			t.Fatal(err)
		}
		it := s.stored(t, "PERSON#1", "PERSON")
		if m := it["address"].(*types.AttributeValueMemberM).Value; !isText(it["name"], "Eve") || !isText(m["zip"], "75001") {
			t.Errorf("stored as %v", it)
		}
	})
}

// An item from before its schema had versions, deleted between the reading and the writing, does not come back.
func TestUpdateRevivesNothing(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, s store) {
		ctx := t.Context()
		type doc struct {
			ID      string `dynamodbav:"id"`
			Text    string `dynamodbav:"text"`
			Version int64  `dynamodbav:"version,omitempty"`
		}
		docs := repo[doc](t, singletable.NewTable(s.client, s.table), singletable.Schema{
			Type: "Doc", Key: singletable.Pattern("DOC#{id}", "DOC"), Version: "version",
		})
		if _, err := s.client.PutItem(ctx, &dynamodb.PutItemInput{TableName: &s.table, Item: map[string]types.AttributeValue{
			"PK": text("DOC#1"), "SK": text("DOC"), "_type": text("Doc"), "id": text("1"), "text": text("old"),
		}}); err != nil {
			t.Fatal(err)
		}
		err := docs.Update(ctx, doc{ID: "1"}, func(d *doc) error {
			d.Text = "new"
			return docs.Delete(ctx, doc{ID: "1"}, singletable.AnyVersion())
		})
		if !errors.Is(err, singletable.ErrNotFound) || s.stored(t, "DOC#1", "DOC") != nil {
			t.Errorf("got %v and the item %v", err, s.stored(t, "DOC#1", "DOC"))
		}
	})
}

func TestActionsCanBeUsedAgain(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, s store) {
		ctx, accounts, table := t.Context(), s.accounts(t), singletable.NewTable(s.client, s.table)
		a := s.create(t, Account{ID: "a", Email: "a@example.com"})
		changed := a
		changed.Balance = 1
		actions := []singletable.Action{accounts.ToUpdate(a, changed), accounts.ToCreate(Account{ID: "b", Email: "b@example.com"})}
		at := time.Now()
		for range 2 {
			if err := table.Transact(ctx, actions, singletable.Token("again"), singletable.At(at)); err != nil {
				t.Fatal(err)
			}
		}
		if got, err := accounts.Get(ctx, a); err != nil || got.Version != 2 {
			t.Errorf("the account is %+v, %v", got, err)
		}
	})
}

func TestWhatDoesNotChangeIsCheckedAllTheSame(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, s store) {
		ctx, accounts, table := t.Context(), s.accounts(t), singletable.NewTable(s.client, s.table)
		a := s.create(t, Account{ID: "a", Email: "a@example.com"})
		b := Account{ID: "b", Email: "b@example.com"}
		err := table.Transact(ctx, []singletable.Action{accounts.ToUpdate(a, a, is("balance", 99)), accounts.ToCreate(b)})
		if !errors.Is(err, singletable.ErrCondition) {
			t.Errorf("a condition that does not hold: %v", err)
		}
		if err := accounts.Put(ctx, a); err != nil { // its version goes on
			t.Fatal(err)
		}
		err = table.Transact(ctx, []singletable.Action{accounts.ToUpdate(a, a), accounts.ToCreate(b)})
		if !errors.Is(err, singletable.ErrConflict) || s.count(t, "Account") != 1 {
			t.Errorf("an old version: %v", err)
		}
		if err := accounts.Update(ctx, a, func(*Account) error { return nil }, is("balance", 99)); !errors.Is(err, singletable.ErrCondition) {
			t.Errorf("update without a change: %v", err)
		}
		if err := accounts.Update(ctx, a, func(*Account) error { return nil }, is("balance", 0)); err != nil {
			t.Errorf("update without a change whose condition holds: %v", err)
		}
	})
}

func TestErrorsOfTheCallersAreNotTriedAgain(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, s store) {
		ctx, accounts := t.Context(), s.accounts(t)
		a := s.create(t, Account{ID: "a", Email: "a@example.com"})
		calls := 0
		err := accounts.Update(ctx, a, func(*Account) error { calls++; return singletable.ErrConflict })
		if err != singletable.ErrConflict || calls != 1 {
			t.Errorf("change was called %d times, %v", calls, err)
		}
		wantError(t, "delete of any version", accounts.Delete(ctx, Account{ID: "a"}, singletable.AnyVersion(), is("balance", 99)), singletable.ErrCondition)
	})
}

func TestCheckFindsNothingExpired(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, s store) {
		ctx, table := t.Context(), singletable.NewTable(s.client, s.table)
		sessions := repo[Session](t, table, singletable.Schema{Type: "Session", Key: singletable.Pattern("SESSION#{id}", "SESSION"), ExpiresAt: "until"})
		for id, until := range map[string]time.Duration{"old": -time.Minute, "live": 10 * time.Minute} {
			if err := sessions.Put(ctx, Session{ID: id, User: id, Until: time.Now().Add(until).Unix()}); err != nil {
				t.Fatal(err)
			}
		}
		if err := table.Transact(ctx, []singletable.Action{sessions.ToCheck(Session{ID: "old"})}); !errors.Is(err, singletable.ErrNotFound) {
			t.Errorf("check of an expired one: %v", err)
		}
		future := singletable.At(time.Now().Add(time.Hour))
		if err := table.Transact(ctx, []singletable.Action{sessions.ToCreate(Session{ID: "live", User: "x"})}, future); !errors.Is(err, singletable.ErrExists) {
			t.Errorf("create over a live one, at a later time: %v", err)
		}
	})
}
