package singletable_test

import (
	"errors"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/lambdapatterns/lambdapatterns/singletable"
)

// forgetful loses the answer to the next write, performed or not, and calls meanwhile before the write is sent again.
type forgetful struct {
	dynamodb.HTTPClient
	armed     atomic.Bool
	performed bool
	meanwhile func()
}

func (f *forgetful) Do(r *http.Request) (*http.Response, error) {
	if _, op, _ := strings.Cut(r.Header.Get("X-Amz-Target"), "."); op == "GetItem" || !f.armed.CompareAndSwap(true, false) {
		return f.HTTPClient.Do(r)
	}
	if f.performed {
		answer, err := f.HTTPClient.Do(r)
		if err != nil {
			return nil, err
		}
		if err := answer.Body.Close(); err != nil {
			return nil, err
		}
	}
	if f.meanwhile != nil {
		f.meanwhile()
	}
	answer := failure(500, "InternalServerError", "")
	answer.Request = r
	return answer, nil
}

// behind is the store's client with f between it and the engine.
func (f *forgetful) behind(s store) *dynamodb.Client {
	return dynamodb.New(s.client.Options(), func(o *dynamodb.Options) { f.HTTPClient, o.HTTPClient = o.HTTPClient, f })
}

// A Delete or a Patch that meets what its own first attempt has done succeeds where that can be told, and otherwise says that
// it cannot be told.
func TestLostAnswersOfDeletesAndPatches(t *testing.T) {
	t.Parallel()
	type call func(*singletable.Repo[Piece], Piece) error
	stock := func(n int) expression.ConditionBuilder { return expression.Name("stock").Equal(expression.Value(n)) }
	seven := expression.Set(expression.Name("stock"), expression.Value(7))
	patch := func(opts ...singletable.WriteOption) call {
		return func(r *singletable.Repo[Piece], p Piece) error { return r.Patch(t.Context(), p, seven, opts...) }
	}
	remove := func(opts ...singletable.WriteOption) call {
		return func(r *singletable.Repo[Piece], p Piece) error { return r.Delete(t.Context(), p, opts...) }
	}
	update := func(stock int) call {
		return func(r *singletable.Repo[Piece], p Piece) error {
			return r.Update(t.Context(), p, func(p *Piece) error { p.Stock = stock; return nil })
		}
	}
	unversioned := func(do call) call {
		return func(r *singletable.Repo[Piece], p Piece) error { return do(r, Piece{ID: p.ID}) }
	}
	returning := func(option func(*Piece) singletable.WriteOption) call {
		return func(r *singletable.Repo[Piece], p Piece) error {
			var got Piece
			if err := patch(option(&got))(r, p); err != nil || got.Stock == 7 && got.Version == 2 {
				return err
			}
			return errors.New("it returned something else")
		}
	}
	any, conflict, condition := singletable.AnyVersion(), singletable.ErrConflict, singletable.ErrCondition
	onEngines(t, func(t *testing.T, s store) {
		for name, c := range map[string]struct {
			schema    singletable.Schema
			performed bool
			meanwhile call
			call      call
			want      error
			uncertain bool
			stock     int // that is left; -1 for nothing
		}{
			"delete":                        {pieceSchema, true, nil, remove(), conflict, true, -1},
			"delete, with times":            {stampedSchema, true, nil, remove(), conflict, true, -1},
			"delete of any version":         {pieceSchema, true, nil, remove(any), nil, false, -1},
			"delete on a condition":         {pieceSchema, true, nil, remove(any, singletable.If(stock(3))), condition, true, -1},
			"delete not performed":          {pieceSchema, false, nil, remove(), nil, false, -1},
			"delete not performed, changed": {pieceSchema, false, update(5), remove(), conflict, true, 5},
			"patch":                         {stampedSchema, true, nil, patch(), nil, false, 7},
			"patch on a condition":          {stampedSchema, true, nil, patch(singletable.If(stock(3))), nil, false, 7},
			"patch that returns the new":    {stampedSchema, true, nil, returning(singletable.Stored[Piece]), nil, false, 7},
			"patch that returns the old":    {stampedSchema, true, nil, returning(singletable.Replaced[Piece]), conflict, true, 7},
			"patch of any version":          {stampedSchema, true, nil, unversioned(patch(singletable.If(stock(3)))), nil, false, 7},
			"patch, then another":           {stampedSchema, true, update(9), patch(), conflict, true, 9},
			"patch, then a delete":          {stampedSchema, true, remove(any), patch(), singletable.ErrNotFound, true, -1},
			"patch not performed":           {stampedSchema, false, nil, patch(), nil, false, 7},
			"patch not performed, changed":  {stampedSchema, false, update(7), patch(), conflict, false, 7},
			"patch not performed, refused":  {stampedSchema, false, nil, patch(singletable.If(stock(4))), condition, true, 3}, // of an item created anew it looks the same
			"patch without times":           {pieceSchema, true, nil, patch(), conflict, true, 7},
			"patch with neither":            {pieceSchema, true, nil, unversioned(patch(singletable.If(stock(3)))), condition, true, 7},
		} {
			t.Run(name, func(t *testing.T) {
				direct := repo[Piece](t, singletable.NewTable(s.client, s.table), c.schema)
				p := Piece{ID: name, Stock: 3}
				if err := direct.Create(t.Context(), p, singletable.Stored(&p)); err != nil {
					t.Fatal(err)
				}
				f := &forgetful{performed: c.performed}
				if c.meanwhile != nil {
					f.meanwhile = func() {
						time.Sleep(10 * time.Microsecond) // so that nothing has the same time
						if err := c.meanwhile(direct, p); err != nil {
							t.Error(err)
						}
					}
				}
				pieces := repo[Piece](t, singletable.NewTable(f.behind(s), s.table), c.schema)
				f.armed.Store(true)
				err := c.call(pieces, p)
				if !errors.Is(err, c.want) || (err == nil) != (c.want == nil) || errors.Is(err, singletable.ErrUncertain) != c.uncertain {
					t.Errorf("got %v, want %v, and that it is uncertain: %t", err, c.want, c.uncertain)
				}
				if c.uncertain && (err == nil || !strings.Contains(err.Error(), "may have succeeded")) {
					t.Errorf("the error does not say that it is uncertain: %v", err)
				}
				if f.armed.Load() {
					t.Error("no write was sent")
				}
				got, err := direct.Get(t.Context(), p, singletable.Consistent())
				if c.stock < 0 && !errors.Is(err, singletable.ErrNotFound) || c.stock >= 0 && (err != nil || got.Stock != c.stock) {
					t.Errorf("%+v is left, %v; want %d", got, err, c.stock)
				}
			})
		}
	})
}

// A transaction has one token in all its attempts: a Delete that must know whether it was the one goes by one.
func TestLostAnswerOfADeleteInATransaction(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, s store) {
		f := &forgetful{performed: true}
		table := singletable.NewTable(f.behind(s), s.table)
		pieces := repo[Piece](t, table, pieceSchema)
		p := Piece{ID: "p"}
		if err := pieces.Create(t.Context(), p, singletable.Stored(&p)); err != nil {
			t.Fatal(err)
		}
		f.armed.Store(true)
		if err := table.Transact(t.Context(), []singletable.Action{pieces.ToDelete(p)}); err != nil || f.armed.Load() {
			t.Errorf("got %v", err)
		}
		err := table.Transact(t.Context(), []singletable.Action{pieces.ToDelete(p)})
		if !errors.Is(err, singletable.ErrConflict) || errors.Is(err, singletable.ErrUncertain) {
			t.Errorf("again: got %v", err)
		}
	})
}

// A Create whose answer was lost has replaced nothing, whatever it met.
func TestLostAnswerOfACreateReplacesNothing(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, s store) {
		f := &forgetful{performed: true}
		pieces := repo[Piece](t, singletable.NewTable(f.behind(s), s.table), stampedSchema)
		f.armed.Store(true)
		var old Piece
		err := pieces.Create(t.Context(), Piece{ID: "p", Stock: 3}, singletable.Replaced(&old))
		if err != nil || f.armed.Load() || old != (Piece{}) {
			t.Errorf("got %v, and it says that it replaced %+v", err, old)
		}
	})
}
