package idempotency_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/lambdapatterns/lambdapatterns/singletable/idempotency"
)

// The tests in this file run on synctest's clock, which only sleeping moves.

// invocation is a context as Lambda makes it.
func invocation(t *testing.T, timeout time.Duration) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), timeout)
	t.Cleanup(cancel)
	return ctx
}

func TestALockEndsASecondAfterTheInvocation(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name     string
		ctx      func(t *testing.T) context.Context
		lockTime time.Duration // 0: as it is by default
		want     time.Duration
	}{
		{"deadline", func(t *testing.T) context.Context { return invocation(t, 10*time.Second) }, 0, 11 * time.Second},
		{"deadline and lock time", func(t *testing.T) context.Context { return invocation(t, 10*time.Second) }, time.Second, 11 * time.Second},
		{"no deadline", func(t *testing.T) context.Context { return t.Context() }, 0, 61 * time.Second},
		{"no deadline, lock time", func(t *testing.T) context.Context { return t.Context() }, 5 * time.Second, 6 * time.Second},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var opts []idempotency.Option
				if c.lockTime > 0 {
					opts = append(opts, idempotency.WithLockTime(c.lockTime))
				}
				tb := inMemory(t)
				start := time.Now()
				runs := 0
				charge := idempotency.Once(tb.store(), "charge", byID, func(ctx context.Context, _ payment) error {
					if runs++; runs > 1 {
						return nil
					}
					if d, ok := ctx.Deadline(); !ok || d.Sub(start) != c.want-time.Second {
						t.Errorf("the effect's context ends %v after the start, want %v", d.Sub(start), c.want-time.Second)
					}
					// The process dies: nothing of this call is heard again before the test ends.
					time.Sleep(time.Hour)
					return nil
				}, opts...)
				dead := make(chan error)
				go func() { dead <- charge(c.ctx(t), pay1) }()
				synctest.Wait()

				time.Sleep(c.want - time.Millisecond)
				err := charge(t.Context(), pay1)
				if e, ok := errors.AsType[*idempotency.InProgressError](err); !ok || e.Until.Sub(start) != c.want {
					t.Errorf("a millisecond before the lock's end: %v", err)
				}
				time.Sleep(time.Millisecond)
				if err := charge(t.Context(), pay1); err != nil || runs != 2 {
					t.Errorf("at the lock's end: %v after %d runs", err, runs)
				}
				if err := <-dead; !errors.Is(err, idempotency.ErrLockLost) || !errors.Is(err, idempotency.ErrUnrecorded) {
					t.Errorf("the dead came back with %v", err)
				}
				if got := texts(tb.record(t, pay1Key), "status"); got != "[COMPLETED]" {
					t.Errorf("the record is %s", got)
				}
			})
		})
	}
}

// Outlasting the lock loses nothing as long as nobody else took it.
func TestALateCallWhoseLockNobodyTookIsRecorded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		tb := inMemory(t)
		var c counted
		charge := idempotency.Wrap(tb.store(), "charge", byID, func(ctx context.Context, p payment) (receipt, error) {
			time.Sleep(time.Minute)
			return c.charge(ctx, p)
		})
		for range 2 {
			if got, err := charge(invocation(t, time.Second), pay1); err != nil || got.Number != "r1" {
				t.Errorf("got %+v, %v", got, err)
			}
		}
	})
}

func TestResultsAreKeptForTheTTL(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		opts  []idempotency.Option
		store []idempotency.StoreOption
		ttl   time.Duration
	}{
		"default":         {nil, nil, 15 * 24 * time.Hour},
		"default, cached": {nil, []idempotency.StoreOption{idempotency.WithCache(1 << 20)}, 15 * 24 * time.Hour},
		"hour":            {[]idempotency.Option{idempotency.WithTTL(time.Hour)}, nil, time.Hour},
		"hour, cached":    {[]idempotency.Option{idempotency.WithTTL(time.Hour)}, []idempotency.StoreOption{idempotency.WithCache(1 << 20)}, time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var c2 counted
				charge := idempotency.Wrap(inMemory(t).store(c.store...), "charge", byID, c2.charge, c.opts...)
				for _, step := range []struct {
					sleep time.Duration
					want  string
				}{{300 * time.Millisecond, "r1"}, {c.ttl - time.Millisecond, "r1"}, {time.Second, "r2"}} {
					time.Sleep(step.sleep)
					if got, err := charge(t.Context(), pay1); err != nil || got.Number != step.want {
						t.Errorf("after %v more: got %+v, %v; want %s", step.sleep, got, err, step.want)
					}
				}
			})
		})
	}
}

// SQS keeps a message for 14 days at most. One that comes again near their end, to another process, is not handled twice by
// default.
func TestAMessageThatComesAgainAfterDaysIsHandledOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		tb := inMemory(t)
		shipped := 0
		ship := func(context.Context, payment) error { shipped++; return nil }
		for _, day := range []int{0, 1, 4, 13, 14} {
			sent := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC) // when synctest's clock starts
			time.Sleep(time.Until(sent.AddDate(0, 0, day)))
			if err := idempotency.Once(tb.store(), "ship", byID, ship)(t.Context(), pay1); err != nil || shipped != 1 {
				t.Errorf("day %d: %v, shipped %d times", day, err, shipped)
			}
		}
	})
}

// slow is a table whose answers take their time.
type slow struct {
	idempotency.Client
	put time.Duration
}

func (s slow) PutItem(ctx context.Context, in *dynamodb.PutItemInput, opts ...func(*dynamodb.Options)) (*dynamodb.PutItemOutput, error) {
	select {
	case <-time.After(s.put):
		return s.Client.PutItem(ctx, in, opts...)
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func TestAnEffectIsRecordedAfterItsContextHasEnded(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name     string
		put      time.Duration // how long a write takes
		recorded bool
		after    time.Duration // how long the call takes
	}{
		{"in time", 900 * time.Millisecond, true, 900*time.Millisecond + 3*time.Second + 900*time.Millisecond},
		{"too slow", 1100 * time.Millisecond, false, 1100*time.Millisecond + 3*time.Second + time.Second},
	} {
		for _, how := range []string{"cancelled", "deadline"} {
			t.Run(c.name+" "+how, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					tb := inMemory(t)
					store := idempotency.New(slow{tb.Client, c.put}, tb.name)
					ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
					if how == "deadline" {
						ctx, cancel = context.WithTimeout(t.Context(), c.put+3*time.Second)
					}
					defer cancel()
					charge := idempotency.Wrap(store, "charge", byID, func(ctx context.Context, _ payment) (receipt, error) {
						time.Sleep(3 * time.Second)
						if how == "cancelled" {
							cancel()
						}
						<-ctx.Done()
						return receipt{Number: "r1"}, nil // done, whatever the context says
					})
					start := time.Now()
					got, err := charge(ctx, pay1)
					if d := time.Since(start); d != c.after {
						t.Errorf("took %v, want %v", d, c.after)
					}
					if got.Number != "r1" || (err == nil) != c.recorded || errors.Is(err, idempotency.ErrUnrecorded) == c.recorded {
						t.Errorf("got %+v, %v", got, err)
					}
					want := "[IN_PROGRESS]"
					if c.recorded {
						want = "[COMPLETED]"
					}
					if got := texts(tb.record(t, pay1Key), "status"); got != want {
						t.Errorf("the record is %s, want %s", got, want)
					}
				})
			})
		}
	}
}

// With its context live, a call has all its time to write the record.
func TestAWriteMayTakeLongerThanTheGraceWhileThereIsTime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		tb := inMemory(t)
		var c counted
		charge := idempotency.Wrap(idempotency.New(slow{tb.Client, 4 * time.Second}, tb.name), "charge", byID, c.charge)
		if got, err := charge(invocation(t, 10*time.Second), pay1); err != nil || got.Number != "r1" {
			t.Errorf("got %+v, %v", got, err)
		}
	})
}

func TestAContextThatHasEndedRunsNothing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		tb := inMemory(t)
		gone := errors.New("caller is gone")
		ctx, cancel := context.WithCancelCause(t.Context())
		never := func(context.Context, payment) error { t.Error("the effect ran"); return nil }

		// It ends while the lock is written, and the client takes no notice: the lock is given back.
		deaf := idempotency.New(putting{tb.Client, func() { cancel(gone) }}, tb.name)
		err := idempotency.Once(deaf, "charge", byID, never)(ctx, pay1)
		if e, ok := errors.AsType[*idempotency.RecordError](err); !ok || e.Op != "lock" || !errors.Is(err, gone) {
			t.Errorf("ended during the lock: %v", err)
		}
		if it := tb.record(t, pay1Key); it != nil {
			t.Errorf("a record is left: %v", it)
		}

		// It ended before.
		err = idempotency.Once(tb.store(), "charge", byID, never)(ctx, pay1)
		if !errors.Is(err, context.Canceled) {
			t.Errorf("ended before: %v", err)
		}
	})
}

// putting calls a function after each PutItem, and writes whatever its context says.
type putting struct {
	idempotency.Client
	after func()
}

func (p putting) PutItem(ctx context.Context, in *dynamodb.PutItemInput, opts ...func(*dynamodb.Options)) (*dynamodb.PutItemOutput, error) {
	out, err := p.Client.PutItem(context.WithoutCancel(ctx), in, opts...)
	p.after()
	return out, err
}
