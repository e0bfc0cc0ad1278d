package idempotency_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/lambdapatterns/lambdapatterns/singletable/idempotency"
)

func TestAHundredCallsAtOnce(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, tb table) {
		for name, store := range map[string]*idempotency.Store{"table": tb.store(), "cache": tb.store(idempotency.WithCache(1 << 20))} {
			var runs, results, busy atomic.Int64
			release := make(chan struct{})
			charge := idempotency.Wrap(store, "charge-"+name, byID, func(ctx context.Context, _ payment) (receipt, error) {
				runs.Add(1)
				select {
				case <-release:
				case <-ctx.Done():
				}
				return receipt{Number: "r1"}, nil
			})
			var all sync.WaitGroup
			for i := range 100 {
				all.Go(func() {
					got, err := charge(t.Context(), pay1)
					switch {
					case err == nil && got.Number == "r1":
						results.Add(1)
					case errors.Is(err, idempotency.ErrInProgress):
						if busy.Add(1) == 50 { // so that calls come during the effect and after it
							close(release)
						}
					default:
						t.Errorf("call %d: got %+v, %v", i, got, err)
					}
				})
			}
			all.Wait()
			if runs.Load() != 1 || results.Load() < 1 || busy.Load() < 50 || results.Load()+busy.Load() != 100 {
				t.Errorf("%s: %d runs, %d results, %d times in progress", name, runs.Load(), results.Load(), busy.Load())
			}
		}
	})
}

func TestInProgressElsewhere(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, tb table) {
		var c counted
		charge := idempotency.Wrap(tb.store(), "charge", byID, c.charge)
		until := time.Now().Add(time.Hour).Truncate(time.Millisecond)
		tb.change(t, pay1Key, lockedBy("another", until))
		_, err := charge(t.Context(), pay1)
		e, ok := errors.AsType[*idempotency.InProgressError](err)
		if !ok || !errors.Is(err, idempotency.ErrInProgress) || !e.Until.Equal(until) || e.Key != pay1Key || c.runs.Load() != 0 {
			t.Fatalf("got %v after %d runs, want an InProgressError until %v", err, c.runs.Load(), until)
		}
		if !strings.Contains(err.Error(), pay1Key) || !strings.Contains(err.Error(), until.UTC().Format("15:04:05.000Z")) {
			t.Errorf("the text tells neither the key nor the time: %v", err)
		}
		if d := e.RetryAfter(); d < 59*time.Minute || d > time.Hour {
			t.Errorf("RetryAfter is %v, an hour before the lock's end", d)
		}
		e.Until = time.Now().Add(-time.Minute)
		if d := e.RetryAfter(); d != time.Second {
			t.Errorf("RetryAfter is %v, after the lock's end", d)
		}
	})
}

func TestAbandonedLocksAreTakenOver(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, tb table) {
		var c counted
		charge := idempotency.Wrap(tb.store(), "charge", byID, c.charge)
		tb.change(t, pay1Key, lockedBy("dead", time.Now()))
		if got, err := charge(t.Context(), pay1); err != nil || got.Number != "r1" {
			t.Fatalf("got %+v, %v", got, err)
		}
		if got := texts(tb.record(t, pay1Key), "status"); got != "[COMPLETED]" {
			t.Errorf("the record is %s", got)
		}
	})
}

func TestExpiredRecordsCountAsAbsent(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, tb table) {
		var c counted
		charge := idempotency.Wrap(tb.store(), "charge", byID, c.charge, idempotency.WithPayloadCheck())
		if _, err := charge(t.Context(), pay1); err != nil {
			t.Fatal(err)
		}
		tb.change(t, pay1Key, item{"expires": number(time.Now().Unix())})
		// Expired, the key can be used for something else too.
		if got, err := charge(t.Context(), payment{ID: "pay_1", Amount: 7}); err != nil || got.Number != "r2" {
			t.Errorf("after the expiry: got %+v, %v; want r2", got, err)
		}
		tb.change(t, pay1Key, item{"expires": number(time.Now().Add(time.Hour).Unix())})
		if got, err := charge(t.Context(), payment{ID: "pay_1", Amount: 7}); err != nil || got.Number != "r2" {
			t.Errorf("before the expiry: got %+v, %v; want r2 again", got, err)
		}
	})
}

func TestPayloadCheck(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, tb table) {
		var c counted
		other := payment{ID: "pay_1", Amount: 1_000_000}
		checked := idempotency.Wrap(tb.store(), "charge", byID, c.charge, idempotency.WithPayloadCheck())
		cached := idempotency.Wrap(tb.store(idempotency.WithCache(1<<20)), "charge", byID, c.charge, idempotency.WithPayloadCheck())
		unchecked := idempotency.Wrap(tb.store(), "charge", byID, c.charge)
		call := func(name string, f func(context.Context, payment) (receipt, error), p payment, number string, want error) {
			t.Helper()
			got, err := f(t.Context(), p)
			if got.Number != number || !errors.Is(err, want) || (want == nil) != (err == nil) {
				t.Errorf("%s: got %+v, %v; want %q, %v", name, got, err, number, want)
			}
		}
		call("first", checked, pay1, "r1", nil)
		call("another payload", checked, other, "", idempotency.ErrMismatch)
		call("the same payload", checked, pay1, "r1", nil)
		call("the same payload fills the cache", cached, pay1, "r1", nil)
		call("another payload, against the cache", cached, other, "", idempotency.ErrMismatch)
		call("without the check", unchecked, other, "r1", nil)

		// While a call is in progress, and after it was abandoned, the key is still its payload's.
		hash := tb.record(t, pay1Key)["payload"]
		for _, until := range []time.Duration{time.Hour, -time.Hour} {
			lock := lockedBy("another", time.Now().Add(until))
			lock["payload"] = hash
			tb.remove(t, pay1Key)
			tb.change(t, pay1Key, lock)
			call("another payload, locked", checked, other, "", idempotency.ErrMismatch)
		}
		call("the abandoned payload", checked, pay1, "r2", nil)

		// A record from before the check was asked for has no hash.
		call("first, unchecked", unchecked, payment{ID: "pay_2"}, "r3", nil)
		call("checked against a record without a hash", checked, payment{ID: "pay_2"}, "r3", nil)
		tb.change(t, "IDEMPOTENCY#charge#pay_3", lockedBy("dead", time.Now()))
		call("abandoned, without a hash", checked, payment{ID: "pay_3"}, "r4", nil)
	})
}

func TestALostLockChangesNothing(t *testing.T) {
	t.Parallel()
	for name, outcome := range map[string]error{"success": nil, "error": errClosed, "final": errDeclined} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			onEngines(t, func(t *testing.T, tb table) {
				until := time.Now().Add(time.Hour)
				charge := idempotency.Wrap(tb.store(), "charge", byID, func(context.Context, payment) (receipt, error) {
					tb.change(t, pay1Key, lockedBy("another", until)) // somebody took the key over
					return receipt{Number: "r1"}, outcome
				}, idempotency.WithFinal(errDeclined))
				got, err := charge(t.Context(), pay1)
				e, ok := errors.AsType[*idempotency.RecordError](err)
				if !ok || !errors.Is(err, idempotency.ErrLockLost) || got.Number != "r1" {
					t.Fatalf("got %+v, %v; want the result and ErrLockLost", got, err)
				}
				if e.Effect != outcome || outcome != nil && !errors.Is(err, outcome) {
					t.Errorf("the effect's error is %v, want %v", e.Effect, outcome)
				}
				if want := outcome != errClosed; errors.Is(err, idempotency.ErrUnrecorded) != want {
					t.Errorf("ErrUnrecorded is %v, want %v: %v", !want, want, err)
				}
				if got := texts(tb.record(t, pay1Key), "status", "owner"); got != "[IN_PROGRESS another]" {
					t.Errorf("the other's record is now %s", got)
				}
			})
		})
	}
}

func TestADeletedLockIsLostToo(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, tb table) {
		var outcome error
		charge := idempotency.Once(tb.store(), "charge", byID, func(context.Context, payment) error {
			tb.remove(t, pay1Key)
			return outcome
		})
		if err := charge(t.Context(), pay1); !errors.Is(err, idempotency.ErrLockLost) || !errors.Is(err, idempotency.ErrUnrecorded) {
			t.Errorf("got %v", err)
		}
		if it := tb.record(t, pay1Key); it != nil {
			t.Errorf("the record is %v", it)
		}
		outcome = errClosed // there is nothing left to release, and nothing wrong with that
		if err := charge(t.Context(), pay1); err != errClosed {
			t.Errorf("got %v, want the effect's error", err)
		}
	})
}
