package singletable_test

import (
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"

	"github.com/lambdapatterns/lambdapatterns/singletable"
)

// Piece is an entity of which there are some, with a version.
type Piece struct {
	ID      string    `dynamodbav:"id"`
	Stock   int       `dynamodbav:"stock"`
	Version int64     `dynamodbav:"version"`
	Created time.Time `dynamodbav:"created"`
	Updated time.Time `dynamodbav:"updated"`
}

var (
	pieceSchema   = singletable.Schema{Type: "Piece", Key: singletable.Pattern("PIECE#{id}", "PIECE"), Version: "version"}
	stampedSchema = singletable.Schema{
		Type: "Piece", Key: singletable.Pattern("PIECE#{id}", "PIECE"), Version: "version", CreatedAt: "created", UpdatedAt: "updated",
	}
)

// loseFirst performs the first write and loses its answer, or has it fail without being performed; instead is called after it.
func loseFirst(w *wire, performed bool, instead func()) {
	lost := false
	w.answer = func(op string, _ int, perform func() *http.Response) *http.Response {
		if op == "GetItem" || lost {
			return nil
		}
		lost = true
		if performed {
			perform()
		}
		if instead != nil {
			instead()
		}
		return failure(500, "InternalServerError", "")
	}
}

func TestLostAnswers(t *testing.T) {
	t.Parallel()
	take := func(p *Piece) error { p.Stock--; return nil }
	create := func(r *singletable.Repo[Piece], t *testing.T) error {
		return r.Create(t.Context(), Piece{ID: "new", Stock: 7})
	}
	putOne := func(r *singletable.Repo[Piece], t *testing.T) error {
		p, err := r.Get(t.Context(), Piece{ID: "p"})
		if err != nil {
			return err
		}
		p.Stock--
		return r.Put(t.Context(), p)
	}
	putIf := func(r *singletable.Repo[Piece], t *testing.T) error {
		p, err := r.Get(t.Context(), Piece{ID: "p"})
		if err != nil {
			return err
		}
		p.Stock--
		return r.Put(t.Context(), p, singletable.If(expression.Name("stock").Equal(expression.Value(3))))
	}
	putReplaced := func(r *singletable.Repo[Piece], t *testing.T) error {
		p, err := r.Get(t.Context(), Piece{ID: "p"})
		if err != nil {
			return err
		}
		p.Stock--
		var old Piece
		return r.Put(t.Context(), p, singletable.Replaced(&old))
	}
	update := func(r *singletable.Repo[Piece], t *testing.T) error {
		return r.Update(t.Context(), Piece{ID: "p"}, take)
	}
	// another takes a piece too, at the very same moment.
	another := func(r *singletable.Repo[Piece], t *testing.T) error {
		return r.Update(t.Context(), Piece{ID: "p"}, take)
	}
	for name, c := range map[string]struct {
		schema    singletable.Schema
		performed bool
		instead   func(*singletable.Repo[Piece], *testing.T) error
		call      func(*singletable.Repo[Piece], *testing.T) error
		want      error
		uncertain bool
		stock     int
	}{
		"create":                       {stampedSchema, true, nil, create, nil, false, 3},
		"create without times":         {pieceSchema, true, nil, create, singletable.ErrExists, true, 3},
		"put":                          {stampedSchema, true, nil, putOne, nil, false, 2},
		"put on a condition":           {stampedSchema, true, nil, putIf, nil, false, 2},
		"put that returns the old":     {stampedSchema, true, nil, putReplaced, singletable.ErrConflict, true, 2},
		"put without times":            {pieceSchema, true, nil, putOne, singletable.ErrConflict, true, 2},
		"update":                       {stampedSchema, true, nil, update, nil, false, 2},
		"update without times":         {pieceSchema, true, nil, update, singletable.ErrConflict, true, 2}, // never 1: that would be two taken
		"not performed":                {pieceSchema, false, nil, update, nil, false, 2},
		"not performed, another put":   {pieceSchema, false, another, putOne, singletable.ErrConflict, true, 2},
		"not performed, another's too": {pieceSchema, false, another, update, singletable.ErrConflict, true, 2}, // of both it looks the same
		"another wrote something else": {pieceSchema, false, func(r *singletable.Repo[Piece], t *testing.T) error {
			return r.Update(t.Context(), Piece{ID: "p"}, func(p *Piece) error { p.Stock = 50; return nil })
		}, update, nil, false, 49},
		"performed, then another": {pieceSchema, true, another, update, singletable.ErrConflict, true, 1},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := &wire{}
				table := w.table(t)
				pieces := repo[Piece](t, table, c.schema)
				put(t, pieces, Piece{ID: "p", Stock: 3})
				direct := repo[Piece](t, singletable.NewTable(w.engine.Client(), "app"), c.schema)
				var instead func()
				if c.instead != nil {
					instead = func() {
						if err := c.instead(direct, t); err != nil {
							t.Error(err)
						}
					}
				}
				loseFirst(w, c.performed, instead)
				err := c.call(pieces, t)
				if !errors.Is(err, c.want) || (err == nil) != (c.want == nil) || errors.Is(err, singletable.ErrUncertain) != c.uncertain {
					t.Errorf("got %v, want %v, and that it is uncertain: %t", err, c.want, c.uncertain)
				}
				if got, err := direct.Get(t.Context(), Piece{ID: "p"}); err != nil || got.Stock != c.stock {
					t.Errorf("%+v is left, %v; want %d", got, err, c.stock)
				}
			})
		})
	}
}

// The answer to the only attempt is never doubted, even where the item is the same to the microsecond: two creators of one
// lock are not both told that they have it.
func TestAFirstAnswerIsBelieved(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) { // whose clock stands still
		w := &wire{}
		pieces := repo[Piece](t, w.table(t), stampedSchema)
		if err := pieces.Create(t.Context(), Piece{ID: "lock"}); err != nil {
			t.Fatal(err)
		}
		err := pieces.Create(t.Context(), Piece{ID: "lock"})
		if current, ok := pieces.Current(err); !errors.Is(err, singletable.ErrExists) || !ok || current.ID != "lock" {
			t.Errorf("got %v", err)
		}
	})
}

// All tries of a transaction are one: what was performed without an answer is not performed twice, and not taken for another's.
func TestTransactionsKeepTheirToken(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := &wire{}
		table := w.table(t)
		owners := repo[Owner](t, table, singletable.Schema{
			Type: "Owner", Key: singletable.Pattern("OWNER#{id}", "OWNER"), Unique: map[string]string{"name": "{name}"},
		})
		pieces := repo[Piece](t, table, pieceSchema)
		for name, call := range map[string]func() error{
			"create": func() error { return owners.Create(t.Context(), Owner{"a", "x"}) },
			"put":    func() error { return owners.Put(t.Context(), Owner{"b", "y"}) },
			"transact": func() error {
				return table.Transact(t.Context(), []singletable.Action{pieces.ToCreate(Piece{ID: "p"}), owners.ToCreate(Owner{"c", "z"})})
			},
		} {
			w.bodies = nil
			n := 0
			w.answer = func(op string, _ int, perform func() *http.Response) *http.Response {
				if op != "TransactWriteItems" {
					return nil
				}
				switch n++; {
				case n == 1:
					perform()
					return failure(500, "InternalServerError", "")
				case n < 6: // more than the SDK's own attempts
					return failure(400, "TransactionInProgressException", "")
				}
				return nil
			}
			if err := call(); err != nil || n != 6 {
				t.Errorf("%s: %v after %d requests", name, err, n)
			}
			tokens := map[any]bool{}
			for _, b := range w.bodies {
				if b["TransactItems"] != nil {
					tokens[b["ClientRequestToken"]] = true
				}
			}
			if len(tokens) != 1 || tokens[nil] || tokens[""] {
				t.Errorf("%s: tokens %v", name, tokens)
			}
		}
	})
}

// A token is the service's record of success only: what was cancelled can be sent again with it.
func TestTokenOfACancelledTransaction(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, s store) {
		table := singletable.NewTable(s.client, s.table)
		transact := func() error {
			return table.Transact(t.Context(), []singletable.Action{
				s.products.ToPut(Product{ID: "p"}), s.orders.ToCheck(Order{UserID: "u", ID: "1"}),
			}, singletable.Token("token-of-cancelled"))
		}
		if err := transact(); !errors.Is(err, singletable.ErrNotFound) {
			t.Fatalf("got %v", err)
		}
		put(t, s.orders, Order{UserID: "u", ID: "1"})
		if err := transact(); err != nil {
			t.Errorf("again: %v", err)
		}
		if _, err := s.products.Get(t.Context(), Product{ID: "p"}, singletable.Consistent()); err != nil {
			t.Error(err)
		}
	})
}
