package singletable_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/lambdapatterns/lambdapatterns/singletable"
)

// Account has all that a repository manages.
type Account struct {
	ID        string    `dynamodbav:"id"`
	Email     string    `dynamodbav:"email"`
	Nick      string    `dynamodbav:"nick,omitempty"`
	Balance   int64     `dynamodbav:"balance"`
	Tags      []string  `dynamodbav:"tags,omitempty,stringset"`
	Version   int64     `dynamodbav:"version"`
	CreatedAt time.Time `dynamodbav:"created_at"`
	UpdatedAt time.Time `dynamodbav:"updated_at"`
}

func (s store) accounts(t *testing.T, opts ...singletable.TableOption) *singletable.Repo[Account] {
	t.Helper()
	return repo[Account](t, singletable.NewTable(s.client, s.table, opts...), singletable.Schema{
		Type: "Account", Key: singletable.Pattern("ACCOUNT#{id}", "PROFILE"), GSI1: singletable.Pattern("EMAIL#{email}", "ACCOUNT#{id}"),
		Unique:  map[string]string{"email": "{email}", "nick": "{nick}"},
		Version: "version", CreatedAt: "created_at", UpdatedAt: "updated_at",
	})
}

func (s store) create(t *testing.T, a Account) Account {
	t.Helper()
	if err := s.accounts(t).Create(t.Context(), a, singletable.Stored(&a)); err != nil {
		t.Fatal(err)
	}
	return a
}

func wantError(t *testing.T, what string, err, sentinel error) *singletable.ItemError {
	t.Helper()
	e, ok := errors.AsType[*singletable.ItemError](err)
	if !errors.Is(err, sentinel) || !ok {
		t.Fatalf("%s: got %v, want an ItemError of %v", what, err, sentinel)
	}
	return e
}

func TestVersionsAndTimes(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, s store) {
		ctx, accounts := t.Context(), s.accounts(t)
		began := time.Now().Add(-time.Millisecond)
		a := s.create(t, Account{ID: "a", Email: "a@example.com", Version: 99})
		if a.Version != 1 || a.CreatedAt.Before(began) || !a.UpdatedAt.Equal(a.CreatedAt) {
			t.Fatalf("created as %+v", a)
		}
		if got, err := accounts.Get(ctx, Account{ID: "a"}); err != nil || got.Version != 1 || !got.CreatedAt.Equal(a.CreatedAt) {
			t.Fatalf("stored as %+v, %v; want %+v", got, err, a)
		}
		b := a
		b.Balance = 5
		var replaced Account
		if err := accounts.Put(ctx, b, singletable.Stored(&b), singletable.Replaced(&replaced)); err != nil {
			t.Fatal(err)
		}
		if b.Version != 2 || !b.CreatedAt.Equal(a.CreatedAt) || b.UpdatedAt.Before(a.UpdatedAt) || replaced.Version != 1 {
			t.Errorf("put as %+v over %+v", b, replaced)
		}
		// a is out of date now, on every path; the error carries the current entity.
		for what, err := range map[string]error{
			"put": accounts.Put(ctx, a), "delete": accounts.Delete(ctx, a), "put of a new one": accounts.Put(ctx, Account{ID: "a", Email: "x"}),
			"delete without a version": accounts.Delete(ctx, Account{ID: "a"}),
			"patch":                    accounts.Patch(ctx, a, expression.Set(expression.Name("balance"), expression.Value(7))),
		} {
			e := wantError(t, what, err, singletable.ErrConflict)
			if current, err := accounts.Decode(e.Current); err != nil || current.Version != 2 || current.Balance != 5 {
				t.Errorf("%s: the error carries %+v, %v", what, current, err)
			}
		}
		for what, action := range map[string]singletable.Action{
			"delete": accounts.ToDelete(a), "update": accounts.ToUpdate(a, Account{ID: "a", Email: "z"}), "check": accounts.ToCheck(a),
		} {
			err := singletable.NewTable(s.client, s.table).Transact(ctx, []singletable.Action{action})
			if !errors.Is(err, singletable.ErrConflict) {
				t.Errorf("%s in a transaction: got %v, want ErrConflict", what, err)
			}
		}
		if err := accounts.Delete(ctx, b); err != nil {
			t.Fatal(err)
		}
		wantError(t, "put of a deleted one", accounts.Put(ctx, b), singletable.ErrConflict)
		c := s.create(t, Account{ID: "a", Email: "a@example.com"})
		if err := accounts.Delete(ctx, Account{ID: c.ID}, singletable.AnyVersion()); err != nil {
			t.Errorf("delete of any version: %v", err)
		}
	})
}

func TestUpdateWritesWhatChangedAndKeepsTheRest(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, s store) {
		ctx := t.Context()
		if err := s.users.Create(ctx, ada); err != nil {
			t.Fatal(err)
		}
		// Another program adds an attribute that User does not know.
		if _, err := s.client.UpdateItem(ctx, &dynamodb.UpdateItemInput{
			TableName: &s.table, Key: map[string]types.AttributeValue{"PK": text("USER#usr_123"), "SK": text("PROFILE")},
			UpdateExpression: ptr("SET theirs = :v"), ExpressionAttributeValues: map[string]types.AttributeValue{":v": text("kept")},
		}); err != nil {
			t.Fatal(err)
		}
		var sent *dynamodb.UpdateItemInput
		var stored, before User
		err := s.users.Update(ctx, User{ID: "usr_123"}, func(u *User) error {
			u.Email, u.Name = "countess@example.com", ""
			return nil
		}, singletable.Change(func(in *dynamodb.UpdateItemInput) { sent = in }), singletable.Stored(&stored), singletable.Replaced(&before))
		if err != nil || before != ada || stored.Email != "countess@example.com" {
			t.Fatalf("from %+v to %+v, %v", before, stored, err)
		}
		if got := fmt.Sprint(len(sent.ExpressionAttributeNames)); got != "4" { // PK, email, GSI1PK, name
			t.Errorf("the request names %v", sent.ExpressionAttributeNames)
		}
		it := s.stored(t, "USER#usr_123", "PROFILE")
		if !isText(it["theirs"], "kept") || it["name"] != nil || !isText(it["GSI1PK"], "EMAIL#countess@example.com") {
			t.Errorf("stored as %v", it)
		}
		sent = nil
		if err := s.users.Update(ctx, User{ID: "usr_123"}, func(*User) error { return nil },
			singletable.Change(func(in *dynamodb.UpdateItemInput) { sent = in })); err != nil || sent != nil {
			t.Errorf("nothing changed: sent %v, %v", sent, err)
		}
		stop := errors.New("stop")
		if err := s.users.Update(ctx, User{ID: "usr_123"}, func(u *User) error { u.Name = "X"; return stop }); err != stop {
			t.Errorf("change failed: got %v", err)
		}
		wantError(t, "key changed", s.users.Update(ctx, User{ID: "usr_123"}, func(u *User) error { u.ID = "usr_9"; return nil }), singletable.ErrKey)
		wantError(t, "no user", s.users.Update(ctx, User{ID: "nobody"}, func(*User) error { return nil }), singletable.ErrNotFound)
		wantError(t, "condition", s.users.Update(ctx, User{ID: "usr_123"}, func(u *User) error { u.Name = "Y"; return nil },
			singletable.If(expression.Name("email").Equal(expression.Value("nobody")))), singletable.ErrCondition)
	})
}

func ptr[T any](v T) *T { return &v }

// Many writers of one entity at once: no change is lost, with versions and without.
func TestConcurrentUpdatesLoseNothing(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, s store) {
		ctx, accounts := t.Context(), s.accounts(t)
		s.create(t, Account{ID: "a", Email: "a@example.com"})
		if err := s.products.Create(ctx, Product{ID: "p"}); err != nil {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		var mu sync.Mutex
		done, gaveUp := 0, 0
		for range 8 {
			wg.Go(func() {
				err := errors.Join(
					accounts.Update(ctx, Account{ID: "a"}, func(a *Account) error { a.Balance++; return nil }),
					s.products.Update(ctx, Product{ID: "p"}, func(p *Product) error { p.Price++; return nil }),
				)
				mu.Lock()
				defer mu.Unlock()
				if done++; err != nil {
					gaveUp++
					t.Error(err)
				}
			})
		}
		wg.Wait()
		a, err1 := accounts.Get(ctx, Account{ID: "a"})
		p, err2 := s.products.Get(ctx, Product{ID: "p"})
		if err1 != nil || err2 != nil || a.Balance != 8 || a.Version != 9 || p.Price != 8 {
			t.Errorf("after %d updates, %d given up: %+v, %+v, %v, %v", done, gaveUp, a, p, err1, err2)
		}
	})
}

func TestConditions(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, s store) {
		ctx := t.Context()
		rich := singletable.If(expression.Name("price").GreaterThan(expression.Value(10)))
		if err := s.products.Create(ctx, Product{ID: "p", Price: 5}); err != nil {
			t.Fatal(err)
		}
		for what, err := range map[string]error{
			"put": s.products.Put(ctx, Product{ID: "p", Price: 50}, rich), "delete": s.products.Delete(ctx, Product{ID: "p"}, rich),
			"patch": s.products.Patch(ctx, Product{ID: "p"}, expression.Add(expression.Name("price"), expression.Value(1)), rich),
		} {
			e := wantError(t, what, err, singletable.ErrCondition)
			if p, err := s.products.Decode(e.Current); err != nil || p.Price != 5 {
				t.Errorf("%s: the error carries %+v, %v", what, p, err)
			}
		}
		cheap := singletable.If(expression.Name("price").LessThan(expression.Value(10)))
		var old Product
		if err := s.products.Put(ctx, Product{ID: "p", Price: 50}, cheap, singletable.Replaced(&old)); err != nil || old.Price != 5 {
			t.Errorf("put over %+v: %v", old, err)
		}
		if err := s.products.Delete(ctx, Product{ID: "p"}, rich, singletable.Replaced(&old)); err != nil || old.Price != 50 {
			t.Errorf("delete of %+v: %v", old, err)
		}
		if err := s.products.Put(ctx, Product{ID: "p"}, singletable.Stored(new(User))); err == nil || !strings.Contains(err.Error(), "needs a *singletable_test.Product") {
			t.Errorf("an option of another type: %v", err)
		}
	})
}

func TestPatch(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, s store) {
		ctx, accounts := t.Context(), s.accounts(t)
		a := s.create(t, Account{ID: "a", Email: "a@example.com"})
		var got Account
		add := expression.Add(expression.Name("balance"), expression.Value(5))
		if err := accounts.Patch(ctx, Account{ID: "a"}, add, singletable.Stored(&got)); err != nil || got.Balance != 5 || got.Version != 2 || got.UpdatedAt.Before(a.UpdatedAt) {
			t.Errorf("patched to %+v, %v", got, err)
		}
		if err := accounts.Patch(ctx, got, add, singletable.Replaced(&got)); err != nil || got.Version != 2 {
			t.Errorf("patched from %+v, %v", got, err)
		}
		for _, name := range []string{"email", "nick", "id", "version", "created_at", "updated_at", "PK", "GSI1SK", "_type"} {
			err := accounts.Patch(ctx, Account{ID: "a"}, expression.Set(expression.Name(name), expression.Value("x")))
			if e := wantError(t, name, err, singletable.ErrKey); !strings.Contains(e.Error(), "must not touch "+name) {
				t.Errorf("%s: got %v", name, e)
			}
		}
		wantError(t, "nobody", accounts.Patch(ctx, Account{ID: "b"}, add), singletable.ErrNotFound)
		if n := s.count(t, "Account"); n != 1 {
			t.Errorf("%d accounts: a patch made one", n)
		}
	})
}

// Session expires.
type Session struct {
	ID    string `dynamodbav:"id"`
	User  string `dynamodbav:"user"`
	Until int64  `dynamodbav:"until"`
}

func TestWhatHasExpiredIsGone(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, s store) {
		ctx := t.Context()
		sessions := repo[Session](t, singletable.NewTable(s.client, s.table), singletable.Schema{
			Type: "Session", Key: singletable.Pattern("SESSION#{id}", "SESSION"), ExpiresAt: "until", Unique: map[string]string{"user": "{user}"},
		})
		past, future := time.Now().Add(-time.Minute).Unix(), time.Now().Add(time.Hour).Unix()
		for _, v := range []Session{{"old", "u", past}, {"live", "v", future}, {"ever", "w", 0}} {
			if err := sessions.Create(ctx, v); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := sessions.Get(ctx, Session{ID: "old"}); !errors.Is(err, singletable.ErrNotFound) {
			t.Errorf("get of an expired one: %v, want ErrNotFound", err)
		}
		if got := collect(t, sessions.Query(ctx, Session{ID: "old"})); len(got) != 0 {
			t.Errorf("query found %v", got)
		}
		for _, id := range []string{"live", "ever"} {
			if _, err := sessions.Get(ctx, Session{ID: id}); err != nil {
				t.Errorf("%s: %v", id, err)
			}
		}
		wantError(t, "update", sessions.Update(ctx, Session{ID: "old"}, func(*Session) error { return nil }), singletable.ErrNotFound)
		wantError(t, "patch", sessions.Patch(ctx, Session{ID: "old"}, expression.Set(expression.Name("extra"), expression.Value(1))), singletable.ErrNotFound)
		// Its key and its unique value are free again, though DynamoDB has not removed it yet.
		if err := sessions.Create(ctx, Session{"old", "u", future}); err != nil {
			t.Errorf("create over an expired one: %v", err)
		}
		wantError(t, "a live one's value", sessions.Create(ctx, Session{"other", "v", future}), singletable.ErrExists)
	})
}
