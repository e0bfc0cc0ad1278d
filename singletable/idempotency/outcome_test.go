package idempotency_test

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/lambdapatterns/lambdapatterns/singletable/idempotency"
)

func TestErrorsLetTheCallBeTriedAgain(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, tb table) {
		down := errors.New("provider is down")
		runs := 0
		charge := idempotency.Wrap(tb.store(), "charge", byID, func(context.Context, payment) (receipt, error) {
			if runs++; runs < 3 {
				return receipt{Number: "partial"}, down
			}
			return receipt{Number: "r1"}, nil
		})
		for range 2 {
			if got, err := charge(t.Context(), pay1); err != down || got.Number != "partial" {
				t.Fatalf("got %+v, %v; want what the effect returned, as it is", got, err)
			}
			if it := tb.record(t, pay1Key); it != nil {
				t.Fatalf("a record is left: %v", it)
			}
		}
		for range 2 {
			if got, err := charge(t.Context(), pay1); err != nil || got.Number != "r1" || runs != 3 {
				t.Fatalf("got %+v, %v after %d runs", got, err, runs)
			}
		}
	})
}

// declinedError matches errDeclined as error types do, without being it.
type declinedError struct{ code string }

func (e *declinedError) Error() string        { return "declined: " + e.code }
func (e *declinedError) Is(target error) bool { return target == errDeclined }

var errDeclined, errClosed = errors.New("declined"), errors.New("account closed")

func TestFinalErrorsAreKept(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, tb table) {
		runs := 0
		effect := func(context.Context, payment) (receipt, error) { runs++; return receipt{}, &declinedError{"no funds"} }
		charge := idempotency.Wrap(tb.store(), "charge", byID, effect, idempotency.WithFinal(errClosed), idempotency.WithFinal(errDeclined))
		_, err := charge(t.Context(), pay1)
		if _, own := err.(*declinedError); !own {
			t.Fatalf("the first call got %v, want the effect's own error", err)
		}
		_, err = charge(t.Context(), pay1)
		e, ok := errors.AsType[*idempotency.FinalError](err)
		if !ok || !errors.Is(err, idempotency.ErrFinal) || !errors.Is(err, errDeclined) || errors.Is(err, errClosed) ||
			e.Text != "declined: no funds" || runs != 1 {
			t.Fatalf("the second call got %v after %d runs", err, runs)
		}
		// A later version of the function may name no such error: the effect does not run all the same.
		later := idempotency.Wrap(tb.store(), "charge", byID, effect)
		if _, err = later(t.Context(), pay1); !errors.Is(err, idempotency.ErrFinal) || errors.Is(err, errDeclined) || runs != 1 {
			t.Errorf("without WithFinal: got %v after %d runs", err, runs)
		}
	})
}

func TestLongErrorTextsAreCut(t *testing.T) {
	t.Parallel()
	tb := inMemory(t)
	long := errors.New("x" + strings.Repeat("ü", 200_000))
	charge := idempotency.Wrap(tb.store(), "charge", byID, func(context.Context, payment) (receipt, error) {
		return receipt{}, &wrapped{long, errDeclined}
	}, idempotency.WithFinal(errDeclined))
	_, _ = charge(t.Context(), pay1)
	_, err := charge(t.Context(), pay1)
	e, ok := errors.AsType[*idempotency.FinalError](err)
	if want := "x" + strings.Repeat("ü", 2047); !ok || e.Text != want {
		t.Errorf("got %.100v", err)
	}
}

type wrapped struct{ text, err error }

func (w *wrapped) Error() string { return w.text.Error() }
func (w *wrapped) Unwrap() error { return w.err }

func TestPanicsRelease(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, tb table) {
		bad := true
		charge := idempotency.Wrap(tb.store(), "charge", byID, func(context.Context, payment) (receipt, error) {
			if bad {
				panic("boom")
			}
			return receipt{Number: "r1"}, nil
		})
		func() {
			defer func() {
				if p := recover(); p != "boom" {
					t.Errorf("recovered %v, want the effect's panic", p)
				}
			}()
			_, err := charge(t.Context(), pay1)
			t.Errorf("returned %v", err)
		}()
		if it := tb.record(t, pay1Key); it != nil {
			t.Fatalf("a record is left: %v", it)
		}
		bad = false
		if got, err := charge(t.Context(), pay1); err != nil || got.Number != "r1" {
			t.Errorf("got %+v, %v", got, err)
		}
	})
}

func TestGoexitReleases(t *testing.T) {
	t.Parallel()
	tb := inMemory(t)
	charge := idempotency.Once(tb.store(), "charge", byID, func(context.Context, payment) error {
		runtime.Goexit()
		return nil
	})
	var all sync.WaitGroup
	all.Go(func() {
		err := charge(t.Context(), pay1)
		t.Errorf("returned %v", err)
	})
	all.Wait()
	if it := tb.record(t, pay1Key); it != nil {
		t.Errorf("a record is left: %v", it)
	}
}
