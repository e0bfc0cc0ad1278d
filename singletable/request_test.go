package singletable_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/lambdapatterns/lambdapatterns/singletable"
)

// watch collects what an observer is told.
type watch struct {
	mu  sync.Mutex
	all []singletable.Request
}

func (w *watch) option() singletable.TableOption {
	return singletable.WithObserver(func(_ context.Context, r singletable.Request) {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.all = append(w.all, r)
	})
}

// take returns what was told since the last time.
func (w *watch) take() []singletable.Request {
	w.mu.Lock()
	defer w.mu.Unlock()
	all := w.all
	w.all = nil
	return all
}

func TestObserver(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, s store) {
		var seen watch
		ctx := t.Context()
		table := singletable.NewTable(s.client, s.table, seen.option())
		users := repo[User](t, table, singletable.Schema{
			Type: "User", Key: singletable.Pattern("USER#{id}", "PROFILE"), GSI1: singletable.Pattern("EMAIL#{email}", "USER#{id}"),
		})
		owners := repo[Owner](t, table, singletable.Schema{
			Type: "Owner", Key: singletable.Pattern("OWNER#{id}", "OWNER"), Unique: map[string]string{"name": "{name}"},
		})
		secret := User{ID: "secret", Email: "secret@example.com"}
		for _, c := range []struct {
			want string
			call func() error
		}{
			{"PutItem create User||USER#{id}|PROFILE w=2 GSI1=1", func() error { return users.Create(ctx, secret) }},
			{"GetItem get User||USER#{id}|PROFILE items=1 r=0.5", func() error { _, err := users.Get(ctx, secret); return err }},
			{"GetItem get User||USER#{id}|PROFILE items=1 r=1", func() error { _, err := users.Get(ctx, secret, singletable.Consistent()); return err }},
			{"Query one User|GSI1|GSI1 EMAIL#{email} items=1 scanned=1 r=0.5 GSI1=0.5", func() error { _, err := users.GSI1().One(ctx, secret); return err }},
			{"Query count User||USER#{id} items=1 scanned=1 r=0.5", func() error { _, err := users.Count(ctx, secret); return err }},
			{"Query query User||USER#{id} scanned=1 r=0.5", func() error {
				for range users.Query(ctx, secret, singletable.Filter(equals("email", "nobody"))) {
				}
				return nil
			}},
			{"BatchGetItem batch get User||USER#{id}|PROFILE items=1 r=1", func() error {
				_, err := users.BatchGet(ctx, []User{secret, {ID: "none"}})
				return err
			}},
			{"GetItem update User||USER#{id}|PROFILE items=1 r=1; UpdateItem update User||USER#{id}|PROFILE w=3 GSI1=2", func() error {
				return users.Update(ctx, secret, func(u *User) error { u.Email = "other@example.com"; return nil })
			}},
			{"TransactWriteItems create Owner||OWNER#{id}|OWNER w=4", func() error { return owners.Create(ctx, Owner{"o", "n"}) }},
			{"TransactWriteItems transact User+Owner||USER#{id}|PROFILE+OWNER#{id}|OWNER w=12 GSI1=4", func() error {
				return table.Transact(ctx, []singletable.Action{
					users.ToCreate(User{ID: "2", Email: "2"}), owners.ToCreate(Owner{"2", "2"}), users.ToCreate(User{ID: "3", Email: "3"}),
				})
			}},
			{"PutItem create User||USER#{id}|PROFILE ConditionalCheckFailedException", func() error {
				if err := users.Create(ctx, secret); !errors.Is(err, singletable.ErrExists) {
					return err
				}
				return nil
			}},
			{"BatchWriteItem batch put User||USER#{id}|PROFILE w=4 GSI1=2", func() error {
				return users.BatchPut(ctx, []User{{ID: "4", Email: "4"}, {ID: "5", Email: "5"}})
			}},
			{"DeleteItem delete User||USER#{id}|PROFILE w=2 GSI1=1", func() error { return users.Delete(ctx, User{ID: "4"}) }},
			{"GetItem get User||USER#{id}|PROFILE items=1", func() error { // the caller's choice stays
				_, err := users.Get(ctx, secret, singletable.Change(func(in *dynamodb.GetItemInput) {
					in.ReturnConsumedCapacity = types.ReturnConsumedCapacityNone
				}))
				return err
			}},
		} {
			if err := c.call(); err != nil {
				t.Errorf("%s: %v", c.want, err)
			}
			var got []string
			for _, r := range seen.take() {
				got = append(got, summary(r))
				if r.Table != s.table || r.Try != 1 || r.Attempts != 1 || (r.Err == nil) != (r.Code == "") {
					t.Errorf("%s: %+v", c.want, r)
				}
				if all := fmt.Sprintf("%+v", r); strings.Contains(all, "secret") {
					t.Errorf("there is a key in %s", all)
				}
				if _, ok := errors.AsType[*types.ConditionalCheckFailedException](r.Err); ok {
					t.Error("the error has the item")
				}
			}
			text := strings.Join(got, "; ")
			if strings.HasSuffix(t.Name(), "/dynamodb") { // DynamoDB Local counts transactions and missing items as it likes
				if units := regexp.MustCompile(` (r|w|GSI1)=[0-9.]+`); units.MatchString(text) == units.MatchString(c.want) {
					text, c.want = units.ReplaceAllString(text, ""), units.ReplaceAllString(c.want, "")
				}
			}
			if text != c.want {
				t.Errorf("got  %s\nwant %s", text, c.want)
			}
		}
		// Scans of several segments report each request, at the same time.
		n := 0
		for _, err := range users.ParallelScan(ctx, 4) {
			if n++; err != nil {
				t.Fatal(err)
			}
		}
		all := seen.take()
		items := 0
		for _, r := range all {
			items += r.Items
			if r.Name != "Scan" || r.Op != "scan" || r.Pattern != "" || r.Entity != "User" {
				t.Errorf("%+v", r)
			}
		}
		if len(all) < 4 || items != n || n == 0 {
			t.Errorf("%d requests with %d items for %d users", len(all), items, n)
		}
	})
}

var increase = expression.Add(expression.Name("stock"), expression.Value(1))

func summary(r singletable.Request) string {
	text := fmt.Sprintf("%s %s %s|%s|%s", r.Name, r.Op, r.Entity, r.Index, r.Pattern)
	if r.Items != 0 {
		text += fmt.Sprintf(" items=%d", r.Items)
	}
	if r.Scanned != 0 {
		text += fmt.Sprintf(" scanned=%d", r.Scanned)
	}
	if r.Consumed.Read != 0 {
		text += fmt.Sprintf(" r=%v", r.Consumed.Read)
	}
	if r.Consumed.Write != 0 {
		text += fmt.Sprintf(" w=%v", r.Consumed.Write)
	}
	for name, c := range r.ByIndex {
		text += fmt.Sprintf(" %s=%v", name, c.Read+c.Write)
	}
	if r.Code != "" {
		text += " " + r.Code
	}
	return text
}

// Tries of the repository and attempts of the SDK are told apart.
func TestObserverOfTries(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var seen watch
		answers := []func() *http.Response{
			func() *http.Response { return failure(500, "InternalServerError", "") },
			func() *http.Response { return failure(400, "TransactionConflictException", "") },
			func() *http.Response { return failure(500, "InternalServerError", "") },
		}
		w := &wire{answer: func(op string, n int, _ func() *http.Response) *http.Response {
			if op == "DescribeTable" || n > len(answers) {
				return nil
			}
			return answers[n-1]()
		}}
		products := repo[Product](t, w.table(t, seen.option()), singletable.Schema{Type: "Product", Key: singletable.Pattern("PRODUCT#{id}", "METADATA")})
		if err := products.Put(t.Context(), Product{ID: "p"}); err != nil {
			t.Fatal(err)
		}
		got := seen.take()
		if len(got) != 2 || got[0].Try != 1 || got[0].Attempts != 2 || got[0].Code != "TransactionConflictException" ||
			got[1].Try != 2 || got[1].Attempts != 2 || got[1].Err != nil || got[1].Duration == 0 {
			t.Errorf("got %+v", got)
		}
		w.answer = func(string, int, func() *http.Response) *http.Response {
			return failure(400, "TransactionCanceledException", `,"CancellationReasons":[{"Code":"ThrottlingError"},{"Code":"ConditionalCheckFailed","Item":{"PK":{"S":"secret"}}}]`)
		}
		_ = repo[Owner](t, w.again(seen.option()), singletable.Schema{
			Type: "Owner", Key: singletable.Pattern("OWNER#{id}", "OWNER"), Unique: map[string]string{"name": "{name}"},
		}).Create(t.Context(), Owner{"o", "n"})
		r := seen.take()
		if len(r) != 1 || !errors.Is(r[0].Err, singletable.ErrThrottled) || !strings.Contains(r[0].Err.Error(), "[ThrottlingError ConditionalCheckFailed]") {
			t.Errorf("got %+v", r)
		}
		if _, ok := errors.AsType[*types.TransactionCanceledException](r[0].Err); ok {
			t.Error("the error has the items")
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		time.Sleep(time.Second)
		if _, err := products.Get(ctx, Product{ID: "p"}); !errors.Is(err, context.DeadlineExceeded) || len(seen.take()) != 0 {
			t.Errorf("of a request that was not sent: %v", err)
		}
	})
}

// Current finds the entity in the error of every way to write.
func TestCurrent(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, s store) {
		ctx := t.Context()
		table := singletable.NewTable(s.client, s.table)
		pieces := repo[Piece](t, table, pieceSchema)
		accounts := s.accounts(t)
		put(t, pieces, Piece{ID: "p", Stock: 3})
		put(t, accounts, Account{ID: "a", Email: "a@example.com"})
		old, no := Piece{ID: "p", Version: 9}, singletable.If(equals("stock", 99))
		transact := func(a ...singletable.Action) error { return table.Transact(ctx, a) }
		same := Piece{ID: "p", Stock: 3, Version: 1}
		for name, err := range map[string]error{
			"create":        pieces.Create(ctx, Piece{ID: "p"}),
			"put":           pieces.Put(ctx, old),
			"put if":        pieces.Put(ctx, same, no),
			"delete":        pieces.Delete(ctx, old),
			"delete if":     pieces.Delete(ctx, same, no),
			"patch":         pieces.Patch(ctx, old, increase),
			"patch if":      pieces.Patch(ctx, same, increase, no),
			"update if":     pieces.Update(ctx, same, func(p *Piece) error { p.Stock++; return nil }, no),
			"no update if":  pieces.Update(ctx, same, func(p *Piece) error { return nil }, no),
			"to create":     transact(s.products.ToPut(Product{ID: "x"}), pieces.ToCreate(Piece{ID: "p"})),
			"to put":        transact(s.products.ToPut(Product{ID: "x"}), pieces.ToPut(old)),
			"to update":     transact(pieces.ToUpdate(old, Piece{ID: "p", Stock: 1, Version: 9})),
			"to delete":     transact(pieces.ToDelete(old)),
			"to check":      transact(pieces.ToCheck(old), s.products.ToPut(Product{ID: "x"})),
			"wrapped twice": fmt.Errorf("x: %w", errors.Join(errors.New("y"), pieces.Delete(ctx, old))),
		} {
			current, ok := pieces.Current(err)
			if !ok || current != same {
				t.Errorf("%s: %+v, %v of %v", name, current, ok, err)
			}
			if _, ok := s.products.Current(err); ok {
				t.Errorf("%s: another repository found an entity of its own", name)
			}
		}
		for name, err := range map[string]error{
			"put":    accounts.Put(ctx, Account{ID: "a", Email: "b@example.com", Version: 9}),
			"delete": accounts.Delete(ctx, Account{ID: "a", Version: 9}),
			"create": accounts.Create(ctx, Account{ID: "a", Email: "c@example.com"}),
		} {
			if current, ok := accounts.Current(err); !ok || current.Email != "a@example.com" {
				t.Errorf("%s of a unique value: %+v, %v of %v", name, current, ok, err)
			}
		}
		for name, err := range map[string]error{
			"nil": nil, "not found": pieces.Patch(ctx, Piece{ID: "none"}, increase), "other": errors.New("x"),
		} {
			if _, ok := pieces.Current(err); ok {
				t.Errorf("%s: there is an entity in %v", name, err)
			}
		}
		taken := accounts.Create(ctx, Account{ID: "b", Email: "a@example.com"})
		if _, ok := accounts.Current(taken); ok || !errors.Is(taken, singletable.ErrExists) {
			t.Errorf("a claim was taken for an entity: %v", taken)
		}
		// Each of a transaction's reasons has its own.
		put(t, pieces, Piece{ID: "q", Stock: 4})
		err := transact(pieces.ToDelete(old), pieces.ToDelete(Piece{ID: "q", Version: 9}))
		cancelled, _ := errors.AsType[*singletable.TransactionError](err)
		var stocks []int
		for _, r := range cancelled.Reasons {
			p, _ := pieces.Current(r)
			stocks = append(stocks, p.Stock)
		}
		if !slices.Equal(stocks, []int{3, 4}) {
			t.Errorf("the reasons have the stocks %v", stocks)
		}
	})
}
