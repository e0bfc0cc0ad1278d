package singletable_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/lambdapatterns/lambdapatterns/singletable"
	"github.com/lambdapatterns/lambdapatterns/singletable/singletabletest"
)

// gauge is a client that knows how many queries are under way, and can fail or hold them.
type gauge struct {
	singletable.Client
	now, most, all atomic.Int64
	fail           func(in *dynamodb.QueryInput, n int64) error
}

func (g *gauge) Query(ctx context.Context, in *dynamodb.QueryInput, o ...func(*dynamodb.Options)) (*dynamodb.QueryOutput, error) {
	n := g.all.Add(1)
	for now := g.now.Add(1); ; {
		if most := g.most.Load(); now <= most || g.most.CompareAndSwap(most, now) {
			break
		}
	}
	defer g.now.Add(-1)
	time.Sleep(time.Millisecond) // so that requests meet
	if g.fail != nil {
		if err := g.fail(in, n); err != nil {
			return nil, err
		}
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return g.Client.Query(ctx, in, o...)
}

func TestShardsAreReadLazily(t *testing.T) {
	t.Parallel()
	s := newStore(t, new(singletabletest.Engine).Client())
	g := &gauge{Client: s.client}
	readings := repo[Reading](t, singletable.NewTable(g, s.table), singletable.Schema{
		Type: "Reading", Key: singletable.Pattern("S#{sensor}", "{level}").Sharded(20),
	})
	var all []Reading
	for i := range 600 {
		all = append(all, Reading{Sensor: "roof", Level: i})
	}
	if err := readings.BatchPut(t.Context(), all); err != nil {
		t.Fatal(err)
	}
	const size = 5
	small := singletable.Change(func(in *dynamodb.QueryInput) { in.Limit = new(int32(size)) })
	n := 0
	for _, err := range readings.Query(t.Context(), Reading{Sensor: "roof"}, small) {
		if err != nil {
			t.Fatal(err)
		}
		if n++; n == 1 && g.all.Load() != 20 {
			t.Errorf("%d requests before the first reading, want one a shard", g.all.Load())
		}
		// No shard has had more than what it handed out, what is left of a page, and a page.
		if requests := int(g.all.Load()); requests > 20*2+n/size+1 {
			t.Fatalf("%d requests after %d readings", requests, n)
		}
		if g.now.Load() != 0 {
			t.Fatal("a request is under way while the loop has the word")
		}
	}
	if n != 600 {
		t.Errorf("%d readings", n)
	}
	if most := g.most.Load(); most < 2 || most > 8 {
		t.Errorf("%d requests at once, want several and 8 at most", most)
	}
	g.all.Store(0)
	for range readings.Query(t.Context(), Reading{Sensor: "roof"}, singletable.Limit(3)) {
	}
	if got := g.all.Load(); got > 25 {
		t.Errorf("%d requests for 3 readings", got)
	}

	wrong := errors.New("a shard is out of order")
	g.fail = func(_ *dynamodb.QueryInput, n int64) error {
		if n == 31 {
			return wrong
		}
		return nil
	}
	g.all.Store(0)
	var last error
	for _, err := range readings.Query(t.Context(), Reading{Sensor: "roof"}, small) {
		if last != nil {
			t.Fatal("it goes on after an error")
		}
		last = err
	}
	if item, ok := errors.AsType[*singletable.ItemError](last); !ok || !errors.Is(last, wrong) || item.Key.Partition != "S#roof" {
		t.Errorf("got %v", last)
	}
	if _, err := readings.Count(t.Context(), Reading{Sensor: "roof"}); err != nil {
		t.Errorf("counting: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	var late atomic.Int64
	g.fail = func(_ *dynamodb.QueryInput, n int64) error {
		switch {
		case n == 5:
			cancel()
		case ctx.Err() != nil:
			late.Add(1)
		}
		return nil
	}
	g.all.Store(0)
	if _, err := readings.Count(ctx, Reading{Sensor: "roof"}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	if got := late.Load(); got > 8 { // those that were on their way when it ended
		t.Errorf("%d requests after the context had ended", got)
	}
}
