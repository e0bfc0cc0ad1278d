package idempotency_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/lambdapatterns/lambdapatterns/singletable/idempotency"
)

var eventsFlag = flag.Int("events", 300, "how many events the tests of crashing workers deliver")

// Every event is delivered two to five times, by workers of which many die: with the lock, between the effect and its record,
// or between the record and the acknowledgement. Others stand still until long after the end of their lock and its context, and
// go on as if nothing had been, beside whoever has the lock by then. What fails is delivered again until it is acknowledged. The
// effect is in one transaction with a mark of the event, in the records' own table: each event counts once.
func TestWorkersThatCrashWithTheEffectInATransaction(t *testing.T) {
	t.Parallel()
	f := newFloor(t)
	f.work(func(ctx context.Context, w *worker, event string) error {
		_, err := f.tb.TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{TransactItems: []types.TransactWriteItem{
			{Put: &types.Put{
				TableName: &f.tb.name, Item: item{"PK": text("DONE#" + event), "SK": text("DONE")},
				ConditionExpression: aws.String("attribute_not_exists(PK)"),
			}},
			{Update: &types.Update{
				TableName: &f.tb.name, Key: item{"PK": text("LEDGER"), "SK": text("LEDGER")},
				UpdateExpression: aws.String("ADD n :one"), ExpressionAttributeValues: item{":one": number(1)},
			}},
		}})
		if refused, ok := errors.AsType[*types.TransactionCanceledException](err); ok && aws.ToString(refused.CancellationReasons[0].Code) == "ConditionalCheckFailed" {
			f.count(event, "refused")
			return nil // it has happened, and its record was lost
		}
		if err == nil {
			f.count(event, "effects")
			if w.chance(5) {
				return errLost // it happened, and the answer did not arrive
			}
		}
		return err
	})
	for event, seen := range f.seen {
		if seen["effects"] != 1 {
			t.Errorf("event %s: %v; want one effect", event, seen)
		}
	}
	out, err := f.tb.GetItem(context.WithoutCancel(t.Context()), &dynamodb.GetItemInput{TableName: &f.tb.name, Key: item{"PK": text("LEDGER"), "SK": text("LEDGER")}})
	if err != nil || texts(out.Item, "n") != fmt.Sprintf("[%d]", *eventsFlag) {
		t.Errorf("the ledger counts %v, %v; want %d", texts(out.Item, "n"), err, *eventsFlag)
	}
	if total := f.total(); total["refused"] == 0 {
		t.Errorf("no effect was tried again after a crash: %v", total)
	}
}

// The same with an effect outside of the table, which knows no key. It happens at least once, and again only where a worker
// died between it and its record, or outlasted its lock: this is what the package documentation says that no lock can change.
func TestWorkersThatCrashWithTheEffectElsewhere(t *testing.T) {
	t.Parallel()
	f := newFloor(t)
	f.work(func(_ context.Context, _ *worker, event string) error {
		f.count(event, "effects")
		return nil
	})
	for event, seen := range f.seen {
		more := seen["died after the effect"] + seen["record lost"] // whose records were not written, or too late
		more += seen["stalled before the effect"] + seen["stalled after the effect"] + seen["record late"]
		if n := seen["effects"]; n < 1 || n > 1+more {
			t.Errorf("event %s: %v; want one effect, and one more for each record that was not written or late at most", event, seen)
		}
	}
	if total := f.total(); total["effects"] == *eventsFlag {
		t.Errorf("no effect happened twice, so the test shows nothing: %v", total)
	}
}

// floor is where workers handle events.
type floor struct {
	t    *testing.T
	tb   table
	seed uint64

	mu   sync.Mutex
	seen map[string]map[string]int // what happened, by event
}

func newFloor(t *testing.T) *floor {
	seed := *seedFlag
	if seed == 0 {
		seed = uint64(time.Now().UnixNano())
	}
	return &floor{t: t, tb: inMemory(t), seed: seed, seen: map[string]map[string]int{}}
}

func (f *floor) count(event, what string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.seen[event] == nil {
		f.seen[event] = map[string]int{}
	}
	f.seen[event][what]++
}

func (f *floor) total() map[string]int {
	total := map[string]int{}
	for _, seen := range f.seen {
		for what, n := range seen {
			total[what] += n
		}
	}
	return total
}

// work delivers all events until every delivery is acknowledged, in time that passes at once.
func (f *floor) work(effect func(context.Context, *worker, string) error) {
	f.t.Helper()
	f.t.Logf("%d events, workers from -seed=%d", *eventsFlag, f.seed)
	delivered := 0
	synctest.Test(f.t, func(t *testing.T) {
		random := rand.New(rand.NewPCG(f.seed, 0))
		var deliveries []string
		for i := range *eventsFlag {
			for range 2 + random.IntN(4) {
				deliveries = append(deliveries, strconv.Itoa(i))
			}
		}
		// Those of one event are close enough to be under way at once, and not in order.
		for i := range deliveries {
			j := min(i+random.IntN(50), len(deliveries)-1)
			deliveries[i], deliveries[j] = deliveries[j], deliveries[i]
		}
		delivered = len(deliveries)
		queue := make(chan string, len(deliveries))
		var pending, workers sync.WaitGroup
		pending.Add(len(deliveries))
		for _, event := range deliveries {
			queue <- event
		}
		for n := range 100 {
			w := &worker{floor: f, random: rand.New(rand.NewPCG(f.seed, uint64(n+1)))}
			workers.Go(func() {
				for event := range queue {
					if err := w.handle(t.Context(), event, effect); err == nil {
						f.count(event, "acknowledged")
						pending.Done()
						continue
					}
					time.Sleep(time.Duration(w.random.IntN(3000)) * time.Millisecond) // a lock lasts for three seconds
					queue <- event                                                    // there is room: it was taken from there
				}
			})
		}
		pending.Wait()
		close(queue)
		workers.Wait()
	})
	total := f.total()
	f.t.Log(total)
	if len(f.seen) != *eventsFlag || total["acknowledged"] != delivered {
		f.t.Errorf("%d events acknowledged %d times, want %d and %d", len(f.seen), total["acknowledged"], *eventsFlag, delivered)
	}
	for _, what := range append([]string{"in progress", "lock lost"}, fates...) {
		if total[what] == 0 {
			f.t.Errorf("it never happened that: %s", what)
		}
	}
}

// fates are what can go wrong with a delivery.
var fates = []string{
	"died before the effect", "died after the effect", "died after the effect", "died after the record", "record lost", "record's answer lost",
	"stalled before the effect", "stalled after the effect", "record late",
}

// worker handles one delivery at a time and is its own client of the table. When it dies, another takes its place.
type worker struct {
	*floor
	random *rand.Rand
	fate   string
	event  string
	writes int
	dead   bool
}

func (w *worker) chance(percent int) bool { return w.random.IntN(100) < percent }

// handle returns an error when the delivery is not acknowledged.
func (w *worker) handle(ctx context.Context, event string, effect func(context.Context, *worker, string) error) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	*w = worker{floor: w.floor, random: w.random, event: event}
	if w.chance(30) {
		w.fate = fates[w.random.IntN(len(fates))]
	}
	once := idempotency.Once(idempotency.New(w, w.tb.name), "count", func(event string) string { return event },
		func(ctx context.Context, event string) error {
			if w.dies("died before the effect") {
				return errLost
			}
			time.Sleep(time.Duration(w.random.IntN(300)) * time.Millisecond)
			ctx = w.stalls(ctx, "stalled before the effect")
			err := effect(ctx, w, event)
			w.dies("died after the effect")
			w.stalls(ctx, "stalled after the effect")
			return err
		})
	err := once(ctx, event)
	switch {
	case errors.Is(err, idempotency.ErrInProgress):
		w.count(event, "in progress")
	case errors.Is(err, idempotency.ErrLockLost):
		w.count(event, "lock lost")
	case w.dead && err == nil:
		return errLost // it would have acknowledged
	}
	return err
}

// dies says whether the worker dies here: nothing that it sends from now on arrives.
func (w *worker) dies(fate string) bool {
	if w.fate != fate {
		return false
	}
	w.dead = true
	w.count(w.event, fate)
	return true
}

// stalls stands still until the lock has ended, if that is the worker's fate. What goes on then has not noticed: its context is
// as it was.
func (w *worker) stalls(ctx context.Context, fate string) context.Context {
	if w.fate != fate {
		return ctx
	}
	w.count(w.event, fate)
	time.Sleep(time.Duration(3500+w.random.IntN(4000)) * time.Millisecond)
	return context.WithoutCancel(ctx)
}

func (w *worker) PutItem(ctx context.Context, in *dynamodb.PutItemInput, opts ...func(*dynamodb.Options)) (*dynamodb.PutItemOutput, error) {
	w.writes++
	record := w.writes == 2
	if w.dead {
		return nil, errLost
	}
	if record && w.fate == "record lost" {
		w.count(w.event, w.fate)
		return nil, errLost
	}
	if record {
		ctx = w.stalls(ctx, "record late")
	}
	out, err := w.tb.PutItem(ctx, in, opts...)
	if record && err == nil {
		w.dies("died after the record")
		if w.fate == "record's answer lost" {
			w.count(w.event, w.fate)
			return nil, errLost
		}
	}
	return out, err
}

func (w *worker) DeleteItem(ctx context.Context, in *dynamodb.DeleteItemInput, opts ...func(*dynamodb.Options)) (*dynamodb.DeleteItemOutput, error) {
	if w.dead {
		return nil, errLost
	}
	return w.tb.DeleteItem(ctx, in, opts...)
}
