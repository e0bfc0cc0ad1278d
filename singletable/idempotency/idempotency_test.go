package idempotency_test

import (
	"context"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/lambdapatterns/lambdapatterns/singletable/idempotency"
	"github.com/lambdapatterns/lambdapatterns/singletable/singletabletest"
)

func TestAnEffectHappensOnceForEachKey(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, tb table) {
		var c counted
		charge := idempotency.Wrap(tb.store(), "charge", byID, c.charge)
		for _, step := range []struct {
			id, want string
		}{{"pay_1", "r1"}, {"pay_1", "r1"}, {"pay_2", "r2"}, {"pay_1", "r1"}, {"pay_2", "r2"}} {
			got, err := charge(t.Context(), payment{ID: step.id})
			if err != nil || got.Number != step.want {
				t.Errorf("%s: got %+v, %v; want %s", step.id, got, err, step.want)
			}
		}
		// Another scope has records of its own, another store on the same table has the same ones.
		refund := idempotency.Wrap(tb.store(), "refund", byID, c.charge)
		if got, err := refund(t.Context(), pay1); err != nil || got.Number != "r3" {
			t.Errorf("another scope: got %+v, %v; want r3", got, err)
		}
		again := idempotency.Wrap(tb.store(), "charge", byID, c.charge)
		if got, err := again(t.Context(), pay1); err != nil || got.Number != "r1" {
			t.Errorf("another store: got %+v, %v; want r1", got, err)
		}
	})
}

func TestRecordsLieAsDocumented(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, tb table) {
		declined := errors.New("declined")
		deadline := time.Now().Add(10 * time.Minute)
		ctx, cancel := context.WithDeadline(t.Context(), deadline)
		defer cancel()
		var during item
		charge := idempotency.Wrap(tb.store(), "charge", byID, func(_ context.Context, p payment) (receipt, error) {
			during = tb.record(t, pay1Key)
			if p.Amount < 0 {
				return receipt{}, declined
			}
			return receipt{Number: "r1"}, nil
		}, idempotency.WithPayloadCheck(), idempotency.WithFinal(declined), idempotency.WithTTL(time.Hour))

		start := time.Now()
		if _, err := charge(ctx, pay1); err != nil {
			t.Fatal(err)
		}
		after := tb.record(t, pay1Key)
		if got, want := texts(during, "_type", "SK", "status", "result"), "[Idempotency IDEMPOTENCY IN_PROGRESS -]"; got != want {
			t.Errorf("during the effect: %s, want %s", got, want)
		}
		if got, want := texts(after, "_type", "SK", "status", "result", "locked_until", "error"),
			`[Idempotency IDEMPOTENCY COMPLETED {"number":"r1"} - -]`; got != want {
			t.Errorf("after the effect: %s, want %s", got, want)
		}
		if got, want := texts(during, "locked_until"), texts(item{"x": number(deadline.Add(time.Second).UnixMilli())}, "x"); got != want {
			t.Errorf("locked until %s, want a second after the deadline, %s", got, want)
		}
		if a, b := texts(during, "owner", "payload"), texts(after, "owner", "payload"); a != b || strings.Contains(a, " -") || strings.Contains(a, "[-") {
			t.Errorf("owner and payload were %s and are %s", a, b)
		}
		expires := texts(after, "expires")
		if low, high := texts(item{"x": number(start.Add(time.Hour).Unix())}, "x"),
			texts(item{"x": number(time.Now().Add(time.Hour).Unix() + 1)}, "x"); expires < low || expires > high {
			t.Errorf("expires at %s, want between %s and %s", expires, low, high)
		}

		if _, err := charge(ctx, payment{ID: "pay_2", Amount: -1}); err != declined {
			t.Fatal(err)
		}
		if got, want := texts(tb.record(t, "IDEMPOTENCY#charge#pay_2"), "status", "error", "final", "result"),
			"[FAILED declined declined -]"; got != want {
			t.Errorf("after a final error: %s, want %s", got, want)
		}
	})
}

func TestNamesOfAttributes(t *testing.T) {
	t.Parallel()
	client := new(singletabletest.Engine).Client()
	if _, err := client.CreateTable(t.Context(), definition("other", "id", "sort")); err != nil {
		t.Fatal(err)
	}
	store := idempotency.New(client, "other", idempotency.WithKeyAttributes("id", "sort"),
		idempotency.WithTypeAttribute("kind"), idempotency.WithExpiryAttribute("ttl"))
	var c counted
	charge := idempotency.Wrap(store, "charge", byID, c.charge)
	for range 2 {
		if got, err := charge(t.Context(), pay1); err != nil || got.Number != "r1" {
			t.Fatal(got, err)
		}
	}
	fails := idempotency.Once(store, "refund", byID, func(context.Context, payment) error { return errClosed })
	if err := fails(t.Context(), pay1); err != errClosed {
		t.Fatal(err)
	}
	out, err := client.Scan(t.Context(), &dynamodb.ScanInput{TableName: aws.String("other")})
	if err != nil || len(out.Items) != 1 {
		t.Fatalf("the table has %v, %v; want one record", out, err)
	}
	if got, want := texts(out.Items[0], "id", "sort", "kind", "_type", "expires"), "["+pay1Key+" IDEMPOTENCY Idempotency - -]"; got != want {
		t.Errorf("the record has %s, want %s", got, want)
	}
	if got := texts(out.Items[0], "ttl"); got == "[-]" {
		t.Error("the record has no ttl")
	}

	// Names that the table does not have are the table's to refuse, and the effect must not run.
	wrong := idempotency.Wrap(idempotency.New(client, "other"), "charge", byID, c.charge)
	if _, err := wrong(t.Context(), pay1); err == nil || c.runs.Load() != 1 {
		t.Errorf("with the names of another table's keys: %v after %d runs", err, c.runs.Load())
	}
}

func TestOnce(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, tb table) {
		runs := 0
		ship := idempotency.Once(tb.store(), "ship", byID, func(context.Context, payment) error { runs++; return nil })
		for range 3 {
			if err := ship(t.Context(), pay1); err != nil {
				t.Fatal(err)
			}
		}
		if runs != 1 {
			t.Errorf("the effect ran %d times", runs)
		}
		// There is no result that another function with the same scope could be given.
		asResult := idempotency.Wrap(tb.store(), "ship", byID, func(context.Context, payment) (receipt, error) {
			t.Error("the effect ran again")
			return receipt{}, nil
		})
		if _, err := asResult(t.Context(), pay1); !errors.Is(err, idempotency.ErrNoResult) {
			t.Errorf("asked for a result that there is not: %v", err)
		}
	})
}

func TestResultsComeBackAsTheyWere(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, tb table) {
		type all struct {
			Text  string         `json:"text"`
			Bytes []byte         `json:"bytes"`
			At    time.Time      `json:"at"`
			Map   map[string]int `json:"map"`
			None  *int           `json:"none"`
		}
		want := all{"ünïcode \x00 \"#\" 😀", []byte{0, 255}, time.Date(2026, 1, 15, 10, 0, 0, 1, time.UTC), map[string]int{"a": 1}, nil}
		roundTrip(t, tb, "struct", want)
		roundTrip(t, tb, "pointer", &want)
		roundTrip(t, tb, "nil", (*all)(nil))
		roundTrip(t, tb, "empty", "")
		roundTrip(t, tb, "number", int64(1)<<62)
		roundTrip(t, tb, "slice", []string{"a", ""})
	})
}

func roundTrip[T any](t *testing.T, tb table, key string, want T) {
	t.Helper()
	runs := 0
	f := idempotency.Wrap(tb.store(), "trip", func(s string) string { return s },
		func(context.Context, string) (T, error) { runs++; return want, nil })
	for range 2 {
		if got, err := f(t.Context(), key); err != nil || !reflect.DeepEqual(got, want) || runs != 1 {
			t.Errorf("%s: got %#v, %v after %d runs; want %#v", key, got, err, runs, want)
		}
	}
}

// DynamoDB deletes expired items late: until then their expiry decides.
// A lock that is gone was taken over and released, or deleted by hand: the record of an effect must not come back to life.
func TestAnEmptyKeyRunsNothing(t *testing.T) {
	t.Parallel()
	charge := idempotency.Once(inMemory(t).store(), "charge", byID, func(context.Context, payment) error {
		t.Error("the effect ran")
		return nil
	})
	err := charge(t.Context(), payment{Amount: 1})
	if e, ok := errors.AsType[*idempotency.RecordError](err); !ok || !errors.Is(err, idempotency.ErrKey) || e.Op != "lock" {
		t.Errorf("got %v", err)
	}
}
