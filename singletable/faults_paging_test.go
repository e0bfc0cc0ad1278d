package singletable_test

import (
	"context"
	"errors"
	"iter"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/lambdapatterns/lambdapatterns/singletable"
	"github.com/lambdapatterns/lambdapatterns/singletable/singletabletest"
)

// someOrders makes orders, whose ids are one character.
func someOrders(t *testing.T, s store, n int) {
	t.Helper()
	for i := range n {
		if err := s.orders.Put(t.Context(), Order{UserID: "u", ID: string(rune('0' + i))}); err != nil {
			t.Fatal(err)
		}
	}
}

// A paging is a call that goes from page to page, by four items a page.
type paging struct {
	operation string
	all       func(context.Context) iter.Seq2[Order, error]
}

func pagings(s store) map[string]paging {
	four := aws.Int32(4)
	return map[string]paging{
		"query": {"Query", func(ctx context.Context) iter.Seq2[Order, error] {
			return s.orders.Query(ctx, Order{UserID: "u"}, singletable.Change(func(in *dynamodb.QueryInput) { in.Limit = four }))
		}},
		"scan": {"Scan", func(ctx context.Context) iter.Seq2[Order, error] {
			return s.orders.Scan(ctx, singletable.Change(func(in *dynamodb.ScanInput) { in.Limit = four }))
		}},
	}
}

// taken reads until an error, and returns the ids in order.
func taken(all iter.Seq2[Order, error]) (ids string, err error) {
	for o, e := range all {
		if e != nil {
			if err != nil {
				return ids, errors.Join(err, errors.New("there was something after an error"))
			}
			err = e
			continue
		}
		ids += o.ID
	}
	return ids, err
}

func TestFaultsWhilePaging(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"query", "scan"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			onFaults(t, func(t *testing.T, engine *singletabletest.Engine, s store) {
				someOrders(t, s, 8)
				p := pagings(s)[name]
				for _, do := range []singletabletest.Effect{
					singletabletest.ConnectionCut(), singletabletest.AnswerLost(), singletabletest.InternalServerError(), singletabletest.HotKey(),
				} {
					passing := engine.Inject(singletabletest.Fault{Operations: []string{p.operation}, After: 1, Times: 2, Do: do})
					if got, err := taken(p.all(t.Context())); err != nil || got != "01234567" || passing.Struck() != 2 {
						t.Errorf("%s that passes: %q, %v", do, got, err)
					}
					passing.Remove()
					lasting := engine.Inject(singletabletest.Fault{Operations: []string{p.operation}, After: 1, Do: do})
					if got, err := taken(p.all(t.Context())); err == nil || got != "0123" {
						t.Errorf("%s that stays: %q, %v", do, got, err)
					}
					lasting.Remove()
				}
			})
		})
	}
}

func TestFaultsEndPaging(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"query", "scan"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			onFaults(t, func(t *testing.T, engine *singletabletest.Engine, s store) {
				someOrders(t, s, 12)
				p := pagings(s)[name]
				engine.Inject(singletabletest.Fault{Operations: []string{p.operation}, Do: singletabletest.Latency(time.Second)})
				ctx, cancel := context.WithTimeout(t.Context(), 2500*time.Millisecond)
				defer cancel()
				start := time.Now()
				if got, err := taken(p.all(ctx)); !errors.Is(err, context.DeadlineExceeded) || got != "01234567" {
					t.Errorf("%q, %v, want two pages and the end of the context", got, err)
				}
				if took := time.Since(start); took != 2500*time.Millisecond {
					t.Errorf("took %v", took)
				}
			})
		})
	}
}

// A page that failed can be had by the same cursor later.
func TestFaultsBetweenPages(t *testing.T) {
	t.Parallel()
	onFaults(t, func(t *testing.T, engine *singletabletest.Engine, s store) {
		someOrders(t, s, 5)
		first, err := s.orders.Page(t.Context(), Order{UserID: "u"}, "", singletable.Limit(3))
		if err != nil {
			t.Fatal(err)
		}
		injected := engine.Inject(singletabletest.Fault{Operations: []string{"Query"}, Do: singletabletest.HotKey()})
		_, err = s.orders.Page(t.Context(), Order{UserID: "u"}, first.Cursor, singletable.Limit(3))
		if _, ok := errors.AsType[*types.ProvisionedThroughputExceededException](err); !ok {
			t.Errorf("got %v, want throttling", err)
		}
		injected.Remove()
		second, err := s.orders.Page(t.Context(), Order{UserID: "u"}, first.Cursor, singletable.Limit(3))
		if err != nil || len(first.Items)+len(second.Items) != 5 || second.Cursor != "" {
			t.Errorf("%d and %d items, then %q, %v", len(first.Items), len(second.Items), second.Cursor, err)
		}
	})
}
