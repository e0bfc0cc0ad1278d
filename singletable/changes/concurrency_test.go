package changes_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/lambdapatterns/lambdapatterns/singletable/changes"
)

// modifications makes a batch of changes of the users named, the n-th (from 1) with the sequence number 100+n and n logins.
func modifications(ids ...string) events.DynamoDBEvent {
	var e events.DynamoDBEvent
	for i, id := range ids {
		before, after := userImage(id, id+"@x"), userImage(id, id+"@x")
		after["logins"] = number(fmt.Sprint(i + 1))
		e.Records = append(e.Records, change(fmt.Sprint(101+i), before, after))
	}
	return e
}

// Each call takes a second; what runs when is written down as "second:record".
func TestConcurrencyKeepsTheOrderOfAnItem(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name        string
		concurrency int
		items       string
		want        string
	}{
		{"one by one is the default", 1, "a b a b", "0:1 1:2 2:3 3:4"},
		{"different items at once", 4, "a b c d", "0:1 0:2 0:3 0:4"},
		{"no more than the bound", 2, "a b c d", "0:1 0:2 1:3 1:4"},
		{"one item one by one", 4, "a a a a", "0:1 1:2 2:3 3:4"},
		{"order within each", 4, "a b a b", "0:1 0:2 1:3 1:4"},
		{"more workers than records", 99, "a b", "0:1 0:2"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				start := time.Now()
				var mu sync.Mutex
				var got []string
				h := newHandler(t, changes.WithConcurrency(c.concurrency),
					changes.On(users, func(_ context.Context, u changes.Change[User]) error {
						mu.Lock()
						got = append(got, fmt.Sprintf("%d:%d", int(time.Since(start).Seconds()), u.New.Logins))
						mu.Unlock()
						time.Sleep(time.Second)
						return nil
					}))
				response, err := h(t.Context(), modifications(strings.Fields(c.items)...))
				if err != nil || failures(response) != "" {
					t.Fatal(failures(response), err)
				}
				slices.Sort(got)
				if s := strings.Join(got, " "); s != c.want {
					t.Errorf("got %s, want %s", s, c.want)
				}
			})
		})
	}
}

// Items whose keys look alike are different ones, and a key of numbers or bytes makes an item too.
func TestConcurrencyTellsItemsByTheirKeys(t *testing.T) {
	t.Parallel()
	keys := []image{
		{"PK": text("a"), "SK": text("b")}, {"PK": text("b"), "SK": text("a")},
		{"PK": text("ab"), "SK": text("")}, {"PK": text(`a""b`), "SK": text("")},
		{"PK": number("1")}, {"PK": number("2")},
		{"PK": events.NewBinaryAttribute([]byte{1})}, {"PK": events.NewBinaryAttribute([]byte{2})},
	}
	synctest.Test(t, func(t *testing.T) {
		var event events.DynamoDBEvent
		for round := range 2 {
			for i, key := range keys {
				r := change(fmt.Sprint(101+round*len(keys)+i), nil, noteImage("n"))
				r.Change.Keys = key
				event.Records = append(event.Records, r)
			}
		}
		h := newHandler(t, changes.WithConcurrency(99), changes.Otherwise(func(context.Context, events.DynamoDBEventRecord) error {
			time.Sleep(time.Second)
			return nil
		}))
		start := time.Now()
		if response, err := h(t.Context(), event); err != nil || failures(response) != "" {
			t.Fatal(failures(response), err)
		}
		if d := time.Since(start); d != 2*time.Second {
			t.Errorf("two changes of each item took %v, want 2s", d)
		}
	})
}

// When a record fails, those after it that run go on, none is started, and those before it decide what is reported.
func TestConcurrentFailures(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name     string
		takes    string // seconds that each record's call takes, negative when it fails then
		failures string
		outcomes string
		after    time.Duration
	}{
		{
			"what runs goes on", "-1 3 2 1 1", "101",
			"failed succeeded succeeded skipped_failure skipped_failure", 3 * time.Second,
		},
		{
			"an earlier one fails later", "-3 -1 2 1 1", "101",
			"failed failed succeeded skipped_failure skipped_failure", 3 * time.Second,
		},
		{
			"a later one fails alone", "3 1 -2 3 1", "103",
			"succeeded succeeded failed succeeded skipped_failure", 4 * time.Second,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				takes := strings.Fields(c.takes)
				option, report := observed()
				h := newHandler(t, option, changes.WithConcurrency(3), changes.On(users,
					func(_ context.Context, u changes.Change[User]) error {
						d, fails := strings.CutPrefix(takes[u.New.Logins-1], "-")
						time.Sleep(must(time.ParseDuration(d + "s")))
						if fails {
							return errors.New("refused")
						}
						return nil
					}))
				start := time.Now()
				got, err := h(t.Context(), modifications("a", "b", "c", "d", "e"))
				if err != nil || failures(got) != c.failures || outcomes(report) != c.outcomes || time.Since(start) != c.after {
					t.Errorf("failures %q, error %v, outcomes %s after %v", failures(got), err, outcomes(report), time.Since(start))
				}
			})
		})
	}
}

// Records that wait for the one before them leave when the time is over.
func TestWaitingRecordsLeaveAtTheDeadline(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		option, report := observed()
		h := newHandler(t, option, changes.WithConcurrency(4), changes.On(users,
			func(context.Context, changes.Change[User]) error { time.Sleep(time.Minute); return nil }))
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		got, err := h(ctx, modifications("a", "a", "b", "a", "b"))
		if err != nil || failures(got) != "101" ||
			outcomes(report) != "timed_out skipped_deadline timed_out skipped_deadline skipped_deadline" {
			t.Errorf("failures %q, error %v, outcomes %s", failures(got), err, outcomes(report))
		}
		time.Sleep(time.Hour)
		synctest.Wait() // the bubble fails if a goroutine is left
	})
}

func TestConcurrentInvocationsShareNothing(t *testing.T) {
	t.Parallel()
	h := newHandler(t, changes.WithConcurrency(2), changes.On(users, func(_ context.Context, u changes.Change[User]) error {
		if u.New.ID == "bad" {
			return errors.New("refused")
		}
		return nil
	}))
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			ids, want := []string{"a", "b", "c"}, ""
			if i%2 == 1 {
				ids[2], want = "bad", "103"
			}
			for range 20 {
				if got, err := h(t.Context(), modifications(ids...)); err != nil || failures(got) != want {
					t.Errorf("failures %q, error %v; want %q", failures(got), err, want)
				}
			}
		})
	}
	wg.Wait()
}
