package changes_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"github.com/lambdapatterns/lambdapatterns/singletable/changes"
)

// shard is a shard of a stream with an event source mapping that reads it by the service's rules (AWS Lambda Developer Guide,
// "Configuring partial batch response with DynamoDB and Lambda"), and what a test's handlers did with its records.
type shard struct {
	t        *testing.T
	records  []events.DynamoDBEventRecord
	before   []int // record to the one before it of the same item, or -1
	position map[string]int

	mu       sync.Mutex
	fails    []int          // how often each record still fails
	done     []bool         // records whose handling succeeded at least once
	run      map[int]string // what the current invocation did with records
	inFlight map[int]bool
}

// newShard makes a shard of n changes of a few items, users and notes, of which about a third fail, some several times.
func newShard(t *testing.T, random *rand.Rand, n int) *shard {
	s := &shard{t: t, position: map[string]int{}, inFlight: map[int]bool{}, done: make([]bool, n)}
	last := map[string]int{}
	for i := range n {
		name := fmt.Sprintf("item%d", random.IntN(6))
		sequence := strconv.Itoa(900 + i) // crosses from three digits to four
		held := userImage(name, sequence)
		if name == "item5" {
			held = noteImage(name)
		}
		held["sequence"] = number(sequence)
		before, seen := last[name]
		if !seen {
			before = -1
		}
		last[name] = i
		s.before = append(s.before, before)
		s.records = append(s.records, change(sequence, nil, held))
		s.position[sequence] = i
		fails := 0
		if random.IntN(3) == 0 {
			fails = 1 + random.IntN(3)
		}
		s.fails = append(s.fails, fails)
	}
	return s
}

// handle is what all handlers do: it checks the order and fails as often as the record has to.
func (s *shard) handle(sequence string) (err error) {
	i := s.position[sequence]
	s.mu.Lock()
	if before := s.before[i]; before >= 0 && (!s.done[before] || s.inFlight[before]) {
		s.t.Errorf("record %d was started, and %d of the same item is not done", i, before)
	}
	if s.run[i] != "" {
		s.t.Errorf("record %d was handled twice in one invocation", i)
	}
	s.inFlight[i] = true
	s.run[i] = "failed"
	fails := s.fails[i]
	s.mu.Unlock()
	runtime.Gosched()
	defer func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.inFlight[i] = false
		if fails > 0 {
			s.fails[i]--
			return
		}
		s.run[i] = "done"
		s.done[i] = true
	}()
	if fails > 0 {
		switch i % 3 {
		case 0:
			panic("poison")
		case 1:
			runtime.Goexit()
		}
		return errors.New("refused")
	}
	return nil
}

// drain invokes the handler until the shard is empty.
func (s *shard) drain(h changes.Handler, random *rand.Rand, inOrder bool) {
	for at, invocations := 0, 0; at < len(s.records); invocations++ {
		if invocations > 10*len(s.records) {
			s.t.Fatal("the shard makes no progress")
		}
		batch := s.records[at:min(len(s.records), at+1+random.IntN(12))]
		s.run = map[int]string{}
		response, err := h(s.t.Context(), batchOf(batch...))
		if err != nil {
			s.t.Fatal(err)
		}
		if response.BatchItemFailures == nil || len(response.BatchItemFailures) > 1 {
			s.t.Fatalf("response is %+v", response)
		}
		end := at + len(batch) // what the service takes for done
		if len(response.BatchItemFailures) == 1 {
			reported, known := s.position[response.BatchItemFailures[0].ItemIdentifier]
			if !known || reported < at || reported >= end {
				s.t.Fatalf("reported %q, which is not in the batch", response.BatchItemFailures[0].ItemIdentifier)
			}
			end = reported
			if s.run[reported] != "failed" {
				s.t.Fatalf("reported record %d, which is %q", reported, s.run[reported])
			}
		}
		for i := at; i < end; i++ {
			if s.run[i] != "done" {
				s.t.Fatalf("record %d is lost: it is %q, and the checkpoint goes to %d", i, s.run[i], end)
			}
		}
		if inOrder && len(s.run) != min(end+1, at+len(batch))-at {
			s.t.Fatalf("%d records were started from %d on, and %d is the first that failed", len(s.run), at, end)
		}
		at = end
	}
}

// Whatever fails, and however a shard is cut into batches: no record is lost, none is started before the one before it of
// its item is done, and with the default concurrency none after a failure.
func TestAnyShardIsDrainedInOrder(t *testing.T) {
	t.Parallel()
	for _, concurrency := range []int{1, 2, 5, 20} {
		t.Run(strconv.Itoa(concurrency), func(t *testing.T) {
			t.Parallel()
			seed := rand.Uint64()
			t.Logf("seed %d", seed)
			random := rand.New(rand.NewPCG(seed, 0))
			for range 30 {
				s := newShard(t, random, 200)
				h := newHandler(t, changes.WithConcurrency(concurrency),
					changes.On(users, func(_ context.Context, u changes.Change[User]) error { return s.handle(u.New.Email) }),
					changes.Otherwise(func(_ context.Context, r events.DynamoDBEventRecord) error {
						return s.handle(r.Change.NewImage["sequence"].Number())
					}))
				s.drain(h, random, concurrency == 1)
				if i := slices.Index(s.done, false); i >= 0 {
					t.Fatalf("record %d was never handled", i)
				}
			}
		})
	}
}
