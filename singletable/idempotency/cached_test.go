package idempotency_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/lambdapatterns/lambdapatterns/singletable/idempotency"
)

func TestTheCacheAnswersWithoutTheTable(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, tb table) {
		client := &planned{table: tb}
		store := idempotency.New(client, tb.name, idempotency.WithCache(1<<20))
		var c counted
		charge := idempotency.Wrap(store, "charge", byID, c.charge)
		first, err := charge(t.Context(), pay1)
		if err != nil {
			t.Fatal(err)
		}
		first.Lines = append(first.Lines, "written by the first caller")
		for range 3 {
			got, err := charge(t.Context(), pay1)
			if err != nil || got.Number != "r1" || got.Lines != nil {
				t.Errorf("got %+v, %v", got, err)
			}
			got.Lines = append(got.Lines, "written by another")
		}
		if got := strings.Join(client.calls, " "); got != "put put" {
			t.Errorf("sent %s", got)
		}

		// What another process has done is kept once it was found.
		elsewhere := idempotency.Wrap(tb.store(), "charge", byID, c.charge)
		if _, err := elsewhere(t.Context(), payment{ID: "pay_2"}); err != nil {
			t.Fatal(err)
		}
		client.calls = nil
		for range 3 {
			if got, err := charge(t.Context(), payment{ID: "pay_2"}); err != nil || got.Number != "r2" {
				t.Errorf("got %+v, %v", got, err)
			}
		}
		if got := strings.Join(client.calls, " "); got != "put" {
			t.Errorf("sent %s", got)
		}
	})
}

// What can change must not be kept: locks, failures, and records that were not written.
func TestTheCacheKeepsOnlyWhatIsFinished(t *testing.T) {
	t.Parallel()
	tb := inMemory(t)
	client := &planned{table: tb, plan: ".x"}
	store := idempotency.New(client, tb.name, idempotency.WithCache(1<<20))
	var c counted
	charge := idempotency.Wrap(store, "charge", byID, c.charge)
	if _, err := charge(t.Context(), pay1); !errors.Is(err, idempotency.ErrUnrecorded) {
		t.Fatalf("got %v", err)
	}
	if _, err := charge(t.Context(), pay1); !errors.Is(err, idempotency.ErrInProgress) {
		t.Errorf("after a failed completion: %v", err)
	}
	tb.remove(t, pay1Key)
	if got, err := charge(t.Context(), pay1); err != nil || got.Number != "r2" {
		t.Errorf("after the lock has gone: %+v, %v", got, err)
	}
}

func TestTheCacheKeepsFinalErrors(t *testing.T) {
	t.Parallel()
	tb := inMemory(t)
	client := &planned{table: tb}
	store := idempotency.New(client, tb.name, idempotency.WithCache(1<<20))
	runs := 0
	charge := idempotency.Wrap(store, "charge", byID, failing(&runs, errDeclined), idempotency.WithFinal(errDeclined))
	_, _ = charge(t.Context(), pay1)
	for range 2 {
		if _, err := charge(t.Context(), pay1); !errors.Is(err, idempotency.ErrFinal) || !errors.Is(err, errDeclined) {
			t.Errorf("got %v", err)
		}
	}
	if runs != 1 || len(client.calls) != 2 {
		t.Errorf("%d runs, sent %q", runs, client.calls)
	}
}
