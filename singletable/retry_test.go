package singletable_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"

	"github.com/lambdapatterns/lambdapatterns/singletable"
)

// loops are the calls that send again what fails, with what makes each fail for ever.
func loops(table *singletable.Table, t *testing.T) map[string]loop {
	products := repo[Product](t, table, singletable.Schema{Type: "Product", Key: singletable.Pattern("PRODUCT#{id}", "METADATA")})
	owners := repo[Owner](t, table, singletable.Schema{
		Type: "Owner", Key: singletable.Pattern("OWNER#{id}", "OWNER"), Unique: map[string]string{"name": "{name}"},
	})
	put(t, products, Product{ID: "p"})
	p := Product{ID: "p", Price: 1}
	conflict := func() *http.Response { return failure(400, "TransactionConflictException", "") }
	replicated := func() *http.Response { return failure(400, "ReplicatedWriteConflictException", "") }
	throttled := func() *http.Response { return failure(400, "ThrottlingException", "") }
	inProgress := func() *http.Response { return failure(400, "TransactionInProgressException", "") }
	cancelled := func() *http.Response {
		return failure(400, "TransactionCanceledException", `,"CancellationReasons":[{"Code":"TransactionConflict"},{"Code":"None"}]`)
	}
	leftKeys := func() *http.Response {
		return answerOf(`{"Responses":{},"UnprocessedKeys":{"app":{"Keys":[{"PK":{"S":"PRODUCT#p"},"SK":{"S":"METADATA"}}]}}}`)
	}
	leftItems := func() *http.Response {
		return answerOf(`{"UnprocessedItems":{"app":[{"DeleteRequest":{"Key":{"PK":{"S":"PRODUCT#p"},"SK":{"S":"METADATA"}}}}]}}`)
	}
	change := func(ctx context.Context) error {
		return products.Update(ctx, p, func(p *Product) error { p.Price++; return nil })
	}
	get := func(ctx context.Context) error { _, err := products.BatchGet(ctx, []Product{p}); return err }
	remove := func(ctx context.Context) error { return products.BatchDelete(ctx, []Product{p}) }
	own := func(ctx context.Context) error { return owners.Put(ctx, Owner{"o", "n"}) }
	pair := func(ctx context.Context) error {
		return table.Transact(ctx, []singletable.Action{products.ToPut(p), products.ToPut(Product{ID: "q"})})
	}
	return map[string]loop{
		"put":                {"PutItem", false, conflict, singletable.ErrConflict, func(ctx context.Context) error { return products.Put(ctx, p) }},
		"put of two regions": {"PutItem", false, replicated, singletable.ErrConflict, func(ctx context.Context) error { return products.Put(ctx, p) }},
		"delete":             {"DeleteItem", false, conflict, singletable.ErrConflict, func(ctx context.Context) error { return products.Delete(ctx, p) }},
		"update":             {"UpdateItem", false, conflict, singletable.ErrConflict, change},
		"patch": {"UpdateItem", false, conflict, singletable.ErrConflict, func(ctx context.Context) error {
			return products.Patch(ctx, p, expression.Set(expression.Name("price"), expression.Value(1)))
		}},
		"put of a unique value":     {"TransactWriteItems", false, cancelled, singletable.ErrConflict, own},
		"transaction":               {"TransactWriteItems", false, cancelled, singletable.ErrConflict, pair},
		"transaction under way":     {"TransactWriteItems", true, inProgress, nil, pair},
		"unique value under way":    {"TransactWriteItems", true, inProgress, nil, own},
		"batch get":                 {"BatchGetItem", false, leftKeys, singletable.ErrThrottled, get},
		"batch get as a whole":      {"BatchGetItem", true, throttled, singletable.ErrThrottled, get},
		"batch delete":              {"BatchWriteItem", false, leftItems, singletable.ErrThrottled, remove},
		"batch delete as a whole":   {"BatchWriteItem", true, throttled, singletable.ErrThrottled, remove},
		"batch delete, two regions": {"BatchWriteItem", false, replicated, nil, remove},
	}
}

type loop struct {
	op     string
	sdk    bool // the SDK sends it again by itself
	answer func() *http.Response
	is     error
	call   func(context.Context) error
}

func eachLoop(t *testing.T, test func(t *testing.T, w *wire, failing *atomic.Bool, l loop)) {
	var names []string
	synctest.Test(t, func(t *testing.T) {
		for name := range loops((&wire{}).table(t), t) {
			names = append(names, name)
		}
	})
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var l loop
				var failing atomic.Bool
				w := &wire{answer: func(op string, _ int, _ func() *http.Response) *http.Response {
					if failing.Load() && op == l.op {
						return l.answer()
					}
					return nil
				}}
				l = loops(w.table(t), t)[name]
				failing.Store(true)
				clear(w.sent)
				test(t, w, &failing, l)
			})
		})
	}
}

// All that waits has one budget of twelve requests, the SDK's own attempts among them.
func TestTriesHaveOneBudget(t *testing.T) {
	t.Parallel()
	eachLoop(t, func(t *testing.T, w *wire, _ *atomic.Bool, l loop) {
		start := time.Now()
		err := l.call(t.Context())
		if err == nil || l.is != nil && !errors.Is(err, l.is) {
			t.Errorf("got %v, want %v", err, l.is)
		}
		if w.sent[l.op] != 12 {
			t.Errorf("%d requests, want 12", w.sent[l.op])
		}
		// Ten full pauses and the SDK's own are at most this long.
		if took := time.Since(start); took == 0 || took > 20*time.Second {
			t.Errorf("it took %v", took)
		}
	})
}

// A try begins no later than the reserve before the deadline; the last error is returned then, well before the deadline. Only
// the SDK's own pauses, in the calls whose errors it sends again by itself, go on until the end of ctx.
func TestTriesEndBeforeTheDeadline(t *testing.T) {
	t.Parallel()
	eachLoop(t, func(t *testing.T, w *wire, _ *atomic.Bool, l loop) {
		for _, timeout := range []time.Duration{90 * time.Millisecond, 150 * time.Millisecond, 400 * time.Millisecond, 2 * time.Second} {
			clear(w.sent)
			ctx, cancel := context.WithTimeout(t.Context(), timeout)
			defer cancel()
			start := time.Now()
			err := l.call(ctx)
			took, sent := time.Since(start), w.sent[l.op]
			switch {
			case err == nil || took > timeout:
				t.Errorf("within %v: %v after %v", timeout, err, took)
			case l.sdk:
			case timeout < 100*time.Millisecond && (sent != 1 || took > 0):
				t.Errorf("within the reserve: %d requests in %v", sent, took)
			case took > timeout-100*time.Millisecond && took > 0 || errors.Is(err, context.DeadlineExceeded) || l.is != nil && !errors.Is(err, l.is):
				t.Errorf("within %v: %v after %v", timeout, err, took)
			case timeout >= 400*time.Millisecond && sent < 4:
				t.Errorf("within %v: %d requests", timeout, sent)
			}
		}
	})
}

func TestAnEndedContextSendsNothing(t *testing.T) {
	t.Parallel()
	eachLoop(t, func(t *testing.T, w *wire, _ *atomic.Bool, l loop) {
		why := errors.New("why")
		ctx, cancel := context.WithCancelCause(t.Context())
		cancel(why)
		if err := l.call(ctx); !errors.Is(err, context.Canceled) || !errors.Is(err, why) || len(w.sent) != 0 {
			t.Errorf("%v after %v", err, w.sent)
		}
	})
}

func TestAContextThatEndsWhileWaiting(t *testing.T) {
	t.Parallel()
	eachLoop(t, func(t *testing.T, w *wire, _ *atomic.Bool, l loop) {
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(300*time.Millisecond, cancel)
		start := time.Now()
		err := l.call(ctx)
		if took := time.Since(start); err == nil || took > 300*time.Millisecond || took == 300*time.Millisecond && !errors.Is(err, context.Canceled) {
			t.Errorf("after %v: %v", took, err)
		}
		switch err.(type) {
		case *singletable.ItemError, *singletable.TransactionError, *singletable.BatchError:
		default:
			t.Errorf("the outermost error is a %T", err)
		}
	})
}

// What fails a few times is mended by sending it again.
func TestTriesGoOn(t *testing.T) {
	t.Parallel()
	eachLoop(t, func(t *testing.T, w *wire, failing *atomic.Bool, l loop) {
		time.AfterFunc(50*time.Millisecond, func() { failing.Store(false) })
		if err := l.call(t.Context()); err != nil || w.sent[l.op] < 2 {
			t.Errorf("after %d requests: %v", w.sent[l.op], err)
		}
	})
}

// An Update that loses to other writers again and again reads and writes twelve times, not twelve times twelve.
func TestUpdateThatAlwaysLoses(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := &wire{}
		pieces := repo[Piece](t, w.table(t), pieceSchema)
		put(t, pieces, Piece{ID: "p", Stock: 3})
		clear(w.sent)
		changes := 0
		w.answer = func(op string, n int, _ func() *http.Response) *http.Response {
			if op == "UpdateItem" && n%2 == 1 { // every other try meets a transaction, the others another version
				return failure(400, "TransactionConflictException", "")
			}
			return nil
		}
		err := pieces.Update(t.Context(), Piece{ID: "p"}, func(p *Piece) error {
			changes++
			other := w.engine.Client()
			rival := repo[Piece](t, singletable.NewTable(other, "app"), pieceSchema)
			now, err := rival.Get(t.Context(), *p)
			if err != nil {
				return err
			}
			now.Stock = 100 + changes
			p.Stock--
			return rival.Put(t.Context(), now)
		})
		if !errors.Is(err, singletable.ErrConflict) || w.sent["UpdateItem"] != 12 || changes != 6 || w.sent["GetItem"] != 6 {
			t.Errorf("%v after %d changes and %v", err, changes, w.sent)
		}
		if current, ok := pieces.Current(err); !ok || current.Stock != 106 {
			t.Errorf("the current entity is %+v, %v", current, ok)
		}
	})
}

func TestWholeBatchIsReportedByKey(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := &wire{}
		products := repo[Product](t, w.table(t), singletable.Schema{Type: "Product", Key: singletable.Pattern("PRODUCT#{id}", "METADATA")})
		w.answer = func(op string, n int, _ func() *http.Response) *http.Response {
			if n == 1 {
				return nil
			}
			return failure(400, "ThrottlingException", "")
		}
		var all []Product
		for i := range 60 {
			all = append(all, Product{ID: fmt.Sprintf("%02d", i)})
		}
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		err := products.BatchPut(ctx, all)
		e, ok := errors.AsType[*singletable.BatchError](err)
		if !ok || len(e.Keys) != 35 || e.Keys[0].Partition != "PRODUCT#25" || e.Op != "batch put" {
			t.Errorf("got %v", err)
		}
		w.answer = nil
		got, err := products.BatchGet(t.Context(), all)
		if err != nil {
			t.Fatal(err)
		}
		for i, p := range got {
			if (p != nil) != (i < 25) {
				t.Errorf("product %d: %v", i, p)
			}
		}
	})
}
