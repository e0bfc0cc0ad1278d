package changes_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/lambdapatterns/lambdapatterns/singletable"
	"github.com/lambdapatterns/lambdapatterns/singletable/changes"
	"github.com/lambdapatterns/lambdapatterns/singletable/singletabletest"
)

// dice are for several goroutines.
type dice struct {
	mu     sync.Mutex
	random *rand.Rand
}

func (d *dice) roll(n int) int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.random.IntN(n)
}

// streamed is a table with a stream, and what a function did with its changes.
type streamed struct {
	t      *testing.T
	dice   *dice
	table  *singletable.Table
	users  *singletable.Repo[User]
	orders *singletable.Repo[Order]
	stream *singletabletest.Stream

	mu      sync.Mutex
	fails   map[string]int // how often the record with a sequence number still fails
	handled map[string]int // how often each succeeded
}

func newStreamed(t *testing.T, random *rand.Rand) *streamed {
	t.Helper()
	engine := &singletabletest.Engine{StreamShards: 1 + random.IntN(3)}
	client := engine.Client()
	s := &streamed{t: t, dice: &dice{random: random}, table: singletable.NewTable(client, "app-table"), fails: map[string]int{}, handled: map[string]int{}}
	s.users = must(singletable.NewRepo[User](s.table, userSchema))
	s.orders = must(singletable.NewRepo[Order](s.table, orderSchema))
	in := s.table.CreateTableInput()
	in.StreamSpecification = &types.StreamSpecification{StreamEnabled: new(true), StreamViewType: types.StreamViewTypeNewAndOldImages}
	if _, err := client.CreateTable(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	var err error
	if s.stream, err = engine.Stream("app-table"); err != nil {
		t.Fatal(err)
	}
	return s
}

// write changes some items, alone, in batches and in transactions.
func (s *streamed) write(n int) {
	for i := range n {
		user := User{ID: fmt.Sprintf("u%d", s.dice.roll(3)), Email: "e", Logins: s.dice.roll(4)}
		order := Order{UserID: user.ID, ID: fmt.Sprintf("o%d", s.dice.roll(2)), Total: i, Tags: []string{"a"}}
		var err error
		switch s.dice.roll(6) {
		case 0:
			err = s.users.Delete(s.t.Context(), user)
		case 1:
			err = s.orders.BatchPut(s.t.Context(), []Order{order, {UserID: "other", ID: order.ID, Total: i, Tags: []string{"b"}}})
		case 2:
			err = s.table.Transact(s.t.Context(), []singletable.Action{s.users.ToPut(user), s.orders.ToPut(order)})
		case 3:
			err = s.orders.Delete(s.t.Context(), order)
		default:
			err = s.users.Put(s.t.Context(), user)
		}
		if err != nil {
			s.t.Fatal(err)
		}
	}
}

// handle is what the handlers do with a change: it must not come before the one before it of its item was handled.
func (s *streamed) handle(ctx context.Context, r events.DynamoDBEventRecord) error {
	sequence, key := r.Change.SequenceNumber, itemOf(r)
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, earlier := range s.stream.Records() {
		if earlier.Change.SequenceNumber < sequence && itemOf(earlier) == key && s.handled[earlier.Change.SequenceNumber] == 0 {
			s.t.Errorf("%s of %s was started, and %s was never handled", sequence, key, earlier.Change.SequenceNumber)
		}
	}
	if _, drawn := s.fails[sequence]; !drawn {
		s.fails[sequence] = max(0, s.dice.roll(6)-2) // half of them fail, up to three times
	}
	if s.fails[sequence] > 0 {
		s.fails[sequence]--
		switch s.dice.roll(3) {
		case 0:
			panic("poison")
		case 1: // longer than the function may take
			s.mu.Unlock()
			<-ctx.Done()
			s.mu.Lock()
			return ctx.Err()
		}
		return errors.New("refused")
	}
	s.handled[sequence]++
	return nil
}

func itemOf(r events.DynamoDBEventRecord) string {
	return r.Change.Keys["PK"].String() + "|" + r.Change.Keys["SK"].String()
}

// function makes the Lambda function of the handlers. Some of its invocations are lost: the process is killed when all
// is done, or the function is throttled.
func (s *streamed) function(opts ...changes.Option) func(context.Context, []byte) ([]byte, error) {
	h := newHandler(s.t, append(opts,
		changes.On(s.users, func(ctx context.Context, c changes.Change[User]) error { return s.handle(ctx, c.Record) }),
		changes.On(s.orders, func(ctx context.Context, c changes.Change[Order]) error { return s.handle(ctx, c.Record) }),
	)...)
	return func(ctx context.Context, payload []byte) ([]byte, error) {
		luck := s.dice.roll(10)
		if luck == 0 {
			return nil, singletabletest.ErrThrottled
		}
		response, err := h.Invoke(ctx, payload)
		if luck <= 2 {
			return nil, errors.New("the process was killed")
		}
		return response, err
	}
}

// TestEveryChangeIsHandled runs a handler on a stream while it is written, with failing handlers, lost invocations and a
// mapping that is stopped and started again. Every change must be handled at least once, in order for each item.
func TestEveryChangeIsHandled(t *testing.T) {
	t.Parallel()
	for seed := range uint64(8) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				random := rand.New(rand.NewPCG(seed, 0))
				s := newStreamed(t, random)
				mapping := &singletabletest.StreamMapping{
					Stream: s.stream, Invoke: s.function(changes.WithConcurrency(1 + random.IntN(3))), BatchSize: 1 + random.IntN(12),
					ReportBatchItemFailures: true, BisectBatchOnFunctionError: random.IntN(2) == 0, Timeout: 5 * time.Second,
				}
				s.write(10)
				for range 5 {
					ctx, stop := context.WithCancel(t.Context())
					ended := make(chan error)
					go func() { ended <- mapping.Run(ctx) }()
					s.write(10)
					time.Sleep(time.Duration(1+seed) * time.Second)
					stop()
					if err := <-ended; err != nil {
						t.Fatal(err)
					}
				}
				if err := mapping.Drain(t.Context()); err != nil {
					t.Fatal(err)
				}
				records := s.stream.Records()
				if len(records) < 40 {
					t.Errorf("the stream has %d records: too few to tell anything", len(records))
				}
				again := 0
				for _, r := range records {
					switch n := s.handled[r.Change.SequenceNumber]; {
					case n == 0:
						t.Errorf("%s of %s was not handled", r.EventName, itemOf(r))
					case n > 1:
						again++
					}
				}
				if again == 0 {
					t.Error("nothing was handled twice: no invocation was lost")
				}
			})
		})
	}
}

// TestPoisonIsGivenUp counts: each change is handled, or the destination hears of it.
func TestPoisonIsGivenUp(t *testing.T) {
	t.Parallel()
	for _, bisect := range []bool{false, true} {
		t.Run(fmt.Sprint("bisect ", bisect), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := newStreamed(t, rand.New(rand.NewPCG(7, 7)))
				s.write(40)
				records := s.stream.Records()
				for i, r := range records {
					s.fails[r.Change.SequenceNumber] = 0
					if i%9 == 4 {
						s.fails[r.Change.SequenceNumber] = 1 << 30
					}
				}
				var handled []string
				given := map[string]bool{} // given up
				report := func(_ context.Context, r events.DynamoDBEventRecord) error {
					if s.fails[r.Change.SequenceNumber] > 0 {
						return errors.New("poison")
					}
					handled = append(handled, r.Change.SequenceNumber)
					return nil
				}
				var mu sync.Mutex
				h := newHandler(t, changes.Otherwise(func(ctx context.Context, r events.DynamoDBEventRecord) error {
					mu.Lock()
					defer mu.Unlock()
					return report(ctx, r)
				}))
				mapping := &singletabletest.StreamMapping{
					Stream: s.stream, Invoke: h.Invoke, BatchSize: 10, Timeout: 5 * time.Second,
					ReportBatchItemFailures: true, BisectBatchOnFunctionError: bisect, MaximumRetryAttempts: new(2),
					OnFailure: func(message []byte) {
						var m struct {
							DDBStreamBatchInfo struct{ StartSequenceNumber, EndSequenceNumber, ShardID string }
						}
						if err := json.Unmarshal(message, &m); err != nil {
							t.Error(err)
						}
						for _, r := range records {
							if n := r.Change.SequenceNumber; n >= m.DDBStreamBatchInfo.StartSequenceNumber && n <= m.DDBStreamBatchInfo.EndSequenceNumber {
								given[n] = true
							}
						}
					},
				}
				if err := mapping.Drain(t.Context()); err != nil {
					t.Fatal(err)
				}
				for _, r := range records {
					n := r.Change.SequenceNumber
					if s.fails[n] > 0 && !given[n] {
						t.Errorf("%s always fails, and nobody heard of it", n)
					}
					if !given[n] && !slices.Contains(handled, n) {
						t.Errorf("%s is lost", n)
					}
				}
			})
		})
	}
}
