package sqsbatch_test

import (
	"context"
	"errors"
	"maps"
	"runtime"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/lambdapatterns/lambdapatterns/sqsbatch"
)

func TestFIFOKeepsOrderInGroupsAndStopsAFailedOne(t *testing.T) {
	t.Parallel()
	option, report := observed()
	var mu sync.Mutex
	handled := map[byte][]string{}
	h := sqsbatch.Handle(func(_ context.Context, body string) error {
		mu.Lock()
		defer mu.Unlock()
		handled[body[0]] = append(handled[body[0]], body)
		if body == "b2" {
			return errors.New("refused")
		}
		return nil
	}, option)
	got, err := h(t.Context(), fifoOf("a1", "b1", "a2", "b2", "c1", "b3", "a3", "b4"))
	if err != nil || failures(got) != "m4 m6 m8" {
		t.Fatalf("got failures %q, error %v; want m4 m6 m8 (b2, b3, b4)", failures(got), err)
	}
	if want := "succeeded succeeded succeeded failed succeeded skipped_fifo succeeded skipped_fifo"; outcomes(report) != want {
		t.Errorf("outcomes %s, want %s", outcomes(report), want)
	}
	if e := report.Messages[5].Err; !saysWhy(e, "an earlier message of the group failed") {
		t.Errorf("b3's error is %v", e)
	}
	want := map[byte][]string{'a': {"a1", "a2", "a3"}, 'b': {"b1", "b2"}, 'c': {"c1"}}
	if !maps.EqualFunc(handled, want, slices.Equal) {
		t.Errorf("handled %v, want %v", handled, want)
	}
}

func TestFIFOGroupsRunConcurrently(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := sqsbatch.Handle(func(context.Context, string) error { time.Sleep(time.Second); return nil })
		start := time.Now()
		if _, err := h(t.Context(), fifoOf("a1", "a2", "b1", "b2", "c1")); err != nil {
			t.Fatal(err)
		}
		if d := time.Since(start); d != 2*time.Second {
			t.Errorf("took %v, want 2s: groups at once, each in order", d)
		}
	})
}

func TestGoexitInAFIFOGroupStopsTheGroup(t *testing.T) {
	t.Parallel()
	h := sqsbatch.Handle(func(_ context.Context, body string) error {
		if body == "a1" {
			runtime.Goexit()
		}
		return nil
	}, sqsbatch.WithConcurrency(1))
	got, err := h(t.Context(), fifoOf("a1", "a2", "b1"))
	if err != nil || failures(got) != "m1 m2" {
		t.Fatalf("got failures %q, error %v; want m1 m2", failures(got), err)
	}
}

func TestGroupIDsOfAStandardQueueAreNoOrder(t *testing.T) {
	t.Parallel()
	event := fifoOf("a1", "a2")
	for i := range event.Records {
		event.Records[i].EventSourceARN = standardARN
	}
	h := sqsbatch.Handle(func(_ context.Context, body string) error {
		if body == "a1" {
			return errors.New("refused")
		}
		return nil
	})
	got, err := h(t.Context(), event)
	if err != nil || failures(got) != "m1" {
		t.Fatalf("got failures %q, error %v; want m1 alone: fair queues have group ids too", failures(got), err)
	}
}
