package sqsbatchtest_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/lambdapatterns/lambdapatterns/sqsbatch/sqsbatchtest"
)

// The messages of each group are processed in order, each once, and never by two invocations at once, while the
// function fails at random and reports what it must: the failed message and those of its group behind it.
func TestMappingKeepsFIFOOrder(t *testing.T) {
	t.Parallel()
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	synctest.Test(t, func(t *testing.T) {
		random := rand.New(rand.NewPCG(seed, 0))
		var s sqsbatchtest.SQS
		q := createFIFO(t, &s)
		want := map[string][]string{}
		for i := range 200 {
			group := string(rune('a' + random.IntN(5)))
			body := fmt.Sprint(group, i)
			sendGroups(t, q, body)
			want[group] = append(want[group], body)
		}
		var mu sync.Mutex
		done, busy, failures := map[string][]string{}, map[string]bool{}, 0
		stop := start(t, sqsbatchtest.Mapping{
			Queue: q, ReportBatchItemFailures: true,
			Invoke: function(func(_ context.Context, messages []events.SQSMessage) (string, error) {
				groups := map[string]bool{}
				for _, m := range messages {
					groups[m.Body[:1]] = true
				}
				mu.Lock()
				for g := range groups {
					if busy[g] {
						t.Errorf("two invocations have messages of group %s", g)
					}
					busy[g] = true
				}
				pause := time.Duration(random.IntN(5000)) * time.Millisecond
				mu.Unlock()
				time.Sleep(pause)
				mu.Lock()
				defer mu.Unlock()
				var failed []events.SQSMessage
				broken := map[string]bool{}
				for _, m := range messages {
					g := m.Body[:1]
					if broken[g] || random.IntN(10) == 0 {
						broken[g] = true
						failed = append(failed, m)
						continue
					}
					done[g] = append(done[g], m.Body)
				}
				failures += len(failed)
				for g := range groups {
					busy[g] = false
				}
				return failing(failed...), nil
			}),
		})
		time.Sleep(2 * time.Hour)
		stop()
		for g := range want {
			if !slices.Equal(done[g], want[g]) {
				t.Errorf("group %s: processed %q, want %q", g, done[g], want[g])
			}
		}
		if failures == 0 {
			t.Error("nothing failed")
		}
		wantCounts(t, q, 0, 0, 0)
	})
}

// Ten messages of 1 MiB are two invocations, one after the other; the second leaves out the group that failed.
func TestMappingSplitsAFIFOBatchByPayload(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var s sqsbatchtest.SQS
		q := createFIFO(t, &s)
		for i, group := range strings.Split("aaaabaaabb", "") {
			send(t, q, sqsbatchtest.Message{Body: group + fmt.Sprint(i) + strings.Repeat("x", 1<<20-2), GroupID: group})
		}
		calls := newRecorder()
		stop := start(t, sqsbatchtest.Mapping{
			Queue: q, ReportBatchItemFailures: true,
			Invoke: function(func(_ context.Context, messages []events.SQSMessage) (string, error) {
				var call []string
				for _, m := range messages {
					call = append(call, m.Body[:2])
				}
				n := calls.add(strings.Join(call, " "))
				time.Sleep(time.Second)
				if n == 1 {
					return failing(messages[3:]...), nil
				}
				return "", nil
			}),
		})
		time.Sleep(40 * time.Second)
		batches := stop()
		// Group a fills the first batch and fails from its fourth message on.
		calls.want(t, "0s a0 a1 a2 a3 a5", "1s b4 b8 b9", "30s a3 a5 a6 a7")
		if b := batches[1]; b.Invoked || !errors.Is(b.Err, sqsbatchtest.ErrGroupFailed) || len(b.Returned) != 2 {
			t.Errorf("what was left out is reported as %d messages, %v", len(b.Messages), b.Err)
		}
		wantCounts(t, q, 0, 0, 0)
	})
}

// The queue unlocks a group when its visibility time-out is over, or is ended; the mapping waits for the invocation.
func TestMappingNeverRunsAGroupTwiceAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var s sqsbatchtest.SQS
		q := createFIFO(t, &s, "VisibilityTimeout", "100")
		sendGroups(t, q, "a1", "a2")
		calls := newRecorder()
		stop := start(t, sqsbatchtest.Mapping{
			Queue: q, ReportBatchItemFailures: true,
			Invoke: function(func(ctx context.Context, messages []events.SQSMessage) (string, error) {
				if calls.add(bodies(messages)) > 1 {
					return "", nil
				}
				if err := q.ChangeVisibility(ctx, handles(messages...), time.Second); err != nil {
					t.Error(err)
				}
				time.Sleep(5 * time.Second)
				return failing(messages...), nil
			}),
		})
		time.Sleep(10 * time.Second)
		stop()
		calls.want(t, "0s a1 a2", "5s a1 a2")
		wantCounts(t, q, 0, 0, 0)
	})
}
