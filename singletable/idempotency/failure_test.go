package idempotency_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/lambdapatterns/lambdapatterns/singletable/idempotency"
	"github.com/lambdapatterns/lambdapatterns/singletable/singletabletest"
)

var errThrottled = &types.ThrottlingException{}

// planned fails its calls by plan, in their order: "." lets one through, "x" fails it, "l" lets it through and loses its answer.
type planned struct {
	table
	plan  string
	calls []string
}

func (p *planned) next(op string, do func() error) error {
	fate := byte('.')
	if len(p.calls) < len(p.plan) {
		fate = p.plan[len(p.calls)]
	}
	p.calls = append(p.calls, op)
	if fate == 'x' {
		return errThrottled
	}
	if err := do(); err != nil || fate == '.' {
		return err
	}
	return errThrottled
}

func (p *planned) PutItem(ctx context.Context, in *dynamodb.PutItemInput, opts ...func(*dynamodb.Options)) (out *dynamodb.PutItemOutput, err error) {
	err = p.next("put", func() error { out, err = p.Client.PutItem(ctx, in, opts...); return err })
	return out, err
}

func (p *planned) DeleteItem(ctx context.Context, in *dynamodb.DeleteItemInput, opts ...func(*dynamodb.Options)) (out *dynamodb.DeleteItemOutput, err error) {
	err = p.next("delete", func() error { out, err = p.Client.DeleteItem(ctx, in, opts...); return err })
	return out, err
}

func TestFailuresOfEachWrite(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name       string
		plan       string
		outcome    error // of the effect
		runs       int
		op         string // of the RecordError; empty: none
		unrecorded bool
		calls      string
		left       string // the record's status afterwards
		again      int    // runs after another call an hour later
	}{
		{"none", "", nil, 1, "", false, "put put", "[COMPLETED]", 1},
		{"the lock fails", "x", nil, 0, "lock", false, "put", "[-]", 1},
		{"the lock's answer is lost", "l", nil, 0, "lock", false, "put", "[IN_PROGRESS]", 1},
		{"the completion fails", ".x", nil, 1, "complete", true, "put put", "[IN_PROGRESS]", 2},
		{"the completion's answer is lost", ".l", nil, 1, "complete", true, "put put", "[COMPLETED]", 1},
		{"the effect fails", "", errClosed, 1, "", false, "put delete", "[-]", 2},
		{"the release fails", ".x", errClosed, 1, "release", false, "put delete", "[IN_PROGRESS]", 2},
		{"the release's answer is lost", ".l", errClosed, 1, "release", false, "put delete", "[-]", 2},
		{"a final error", "", errDeclined, 1, "", false, "put put", "[FAILED]", 1},
		{"a final error is not kept", ".x", errDeclined, 1, "complete", true, "put put", "[IN_PROGRESS]", 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				client := &planned{table: inMemory(t), plan: c.plan}
				runs := 0
				charge := idempotency.Wrap(idempotency.New(client, client.name), "charge", byID,
					func(context.Context, payment) (receipt, error) { runs++; return receipt{Number: "r1"}, c.outcome },
					idempotency.WithFinal(errDeclined))
				got, err := charge(t.Context(), pay1)
				e, isRecord := errors.AsType[*idempotency.RecordError](err)
				switch {
				case runs != c.runs || strings.Join(client.calls, " ") != c.calls:
					t.Fatalf("%d runs and the calls %q, want %d and %q", runs, client.calls, c.runs, c.calls)
				case c.op == "" && err != c.outcome:
					t.Errorf("got the error %v, want %v", err, c.outcome)
				case c.op != "" && (!isRecord || e.Op != c.op || e.Key != pay1Key || !errors.Is(err, errThrottled)):
					t.Errorf("got the error %v, want one of %s", err, c.op)
				case c.outcome != nil && !errors.Is(err, c.outcome):
					t.Errorf("the error %v hides the effect's", err)
				case errors.Is(err, idempotency.ErrUnrecorded) != c.unrecorded:
					t.Errorf("ErrUnrecorded is not %v in %v", c.unrecorded, err)
				case (got.Number == "r1") != (runs == 1):
					t.Errorf("got the result %+v after %d runs", got, runs)
				}
				if got := texts(client.record(t, pay1Key), "status"); got != c.left {
					t.Errorf("the record is %s, want %s", got, c.left)
				}
				time.Sleep(time.Hour)
				_, _ = charge(t.Context(), pay1)
				if runs != c.again {
					t.Errorf("after another call %d runs, want %d", runs, c.again)
				}
			})
		})
	}
}

func TestErrorsSayWhatHappened(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		plan    string
		outcome error
		want    string
	}{
		{"x", nil, "idempotency: lock IDEMPOTENCY#charge#pay_1: ThrottlingException:  (the effect has not run)"},
		{".x", nil, "idempotency: complete IDEMPOTENCY#charge#pay_1: ThrottlingException:  " +
			"(the effect has happened and is not recorded: it can run again after 2000-01-01T00:00:11.000Z)"},
		{".x", errClosed, "idempotency: release IDEMPOTENCY#charge#pay_1: ThrottlingException:  " +
			"(the key is locked until 2000-01-01T00:00:11.000Z at the latest); the effect: account closed"},
	} {
		synctest.Test(t, func(t *testing.T) {
			client := &planned{table: inMemory(t), plan: c.plan}
			charge := idempotency.Once(idempotency.New(client, client.name), "charge", byID,
				func(context.Context, payment) error { return c.outcome })
			if err := charge(invocation(t, 10*time.Second), pay1); err.Error() != c.want {
				t.Errorf("got  %v\nwant %s", err, c.want)
			}
		})
	}
}

// A panic goes on as it is when the record cannot be deleted.
func TestAPanicIsNotHiddenByAFailedRelease(t *testing.T) {
	t.Parallel()
	client := &planned{table: inMemory(t), plan: ".x"}
	charge := idempotency.Once(idempotency.New(client, client.name), "charge", byID,
		func(context.Context, payment) error { panic("boom") })
	defer func() {
		if p := recover(); p != "boom" || len(client.calls) != 2 {
			t.Errorf("recovered %v after %q", p, client.calls)
		}
	}()
	_ = charge(t.Context(), pay1)
}

// lossy is an HTTP client that loses the answers to some requests, so that the SDK sends them again.
type lossy struct {
	inner dynamodb.HTTPClient
	lose  map[string]bool // by number and operation: "1 PutItem"
	seen  []string
}

func (l *lossy) Do(r *http.Request) (*http.Response, error) {
	_, op, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	response, err := l.inner.Do(r)
	if op != "PutItem" && op != "DeleteItem" {
		return response, err
	}
	l.seen = append(l.seen, op)
	if l.lose[fmt.Sprintf("%d %s", len(l.seen), op)] {
		return nil, errors.New("connection reset by peer")
	}
	return response, err
}

// The SDK repeats a request whose answer was lost, and the repetition meets what the first one wrote. That is no conflict.
func TestTheSDKsRetriesMeetTheirOwnWrites(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		lost    string
		outcome error
		seen    string
		left    string
	}{
		{"1 PutItem", nil, "PutItem PutItem PutItem", "[COMPLETED]"},
		{"2 PutItem", nil, "PutItem PutItem PutItem", "[COMPLETED]"},
		{"2 PutItem", errDeclined, "PutItem PutItem PutItem", "[FAILED]"},
		{"2 DeleteItem", errClosed, "PutItem DeleteItem DeleteItem", "[-]"},
	} {
		synctest.Test(t, func(t *testing.T) {
			network := &lossy{lose: map[string]bool{c.lost: true}}
			tb := newTable(t, new(singletabletest.Engine).Client(func(o *dynamodb.Options) {
				network.inner, o.HTTPClient = o.HTTPClient, network
			}))
			runs := 0
			charge := idempotency.Once(tb.store(), "charge", byID,
				func(context.Context, payment) error { runs++; return c.outcome }, idempotency.WithFinal(errDeclined))
			if err := charge(t.Context(), pay1); err != c.outcome || runs != 1 {
				t.Errorf("%s lost: got %v after %d runs", c.lost, err, runs)
			}
			if got := strings.Join(network.seen, " "); got != c.seen {
				t.Errorf("%s lost: sent %s, want %s", c.lost, got, c.seen)
			}
			if got := texts(tb.record(t, pay1Key), "status"); got != c.left {
				t.Errorf("%s lost: the record is %s, want %s", c.lost, got, c.left)
			}
		})
	}
}

// late holds copies of requests back, as a network may, and delivers them when told to.
type late struct {
	table
	puts    []*dynamodb.PutItemInput
	deletes []*dynamodb.DeleteItemInput
}

func (l *late) PutItem(ctx context.Context, in *dynamodb.PutItemInput, opts ...func(*dynamodb.Options)) (*dynamodb.PutItemOutput, error) {
	l.puts = append(l.puts, in)
	return l.Client.PutItem(ctx, in, opts...)
}

func (l *late) DeleteItem(ctx context.Context, in *dynamodb.DeleteItemInput, opts ...func(*dynamodb.Options)) (*dynamodb.DeleteItemOutput, error) {
	l.deletes = append(l.deletes, in)
	return l.Client.DeleteItem(ctx, in, opts...)
}

// A request that a retry has overtaken long ago must not undo what came after it.
func TestRequestsThatArriveLateChangeNothing(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, tb table) {
		client := &late{table: tb}
		outcome := errClosed
		charge := idempotency.Once(idempotency.New(client, tb.name), "charge", byID,
			func(context.Context, payment) error { return outcome })
		if err := charge(t.Context(), pay1); err != errClosed {
			t.Fatal(err)
		}
		outcome = nil
		if err := charge(t.Context(), pay1); err != nil {
			t.Fatal(err)
		}
		want := fmt.Sprint(texts(tb.record(t, pay1Key), "status", "owner", "expires"))
		for i, in := range client.puts {
			_, err := tb.PutItem(t.Context(), in)
			if _, refused := errors.AsType[*types.ConditionalCheckFailedException](err); refused != (i < 2) {
				t.Errorf("write %d arrived again: %v", i, err) // the last one, the completion, writes what is there
			}
		}
		for _, in := range client.deletes {
			if _, err := tb.DeleteItem(t.Context(), in); err == nil {
				t.Error("a late release was accepted")
			}
		}
		if got := texts(tb.record(t, pay1Key), "status", "owner", "expires"); got != want {
			t.Errorf("the record is %s, was %s", got, want)
		}
	})
}

// refusing answers with a failed condition, and with an item that this package did not write.
type refusing struct {
	idempotency.Client
	item item
}

func (r refusing) PutItem(context.Context, *dynamodb.PutItemInput, ...func(*dynamodb.Options)) (*dynamodb.PutItemOutput, error) {
	return nil, &types.ConditionalCheckFailedException{Item: r.item}
}

func TestRecordsThatCannotBeReadRunNothing(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		item item
		want string
	}{
		"no item":        {nil, "holds no item"},
		"no expiry":      {item{"status": text("COMPLETED")}, "expires is not a whole number"},
		"odd expiry":     {item{"status": text("COMPLETED"), "expires": text("soon")}, "expires is not a whole number"},
		"no lock end":    {item{"status": text("IN_PROGRESS"), "expires": number(1)}, "locked_until is not a whole number"},
		"unknown status": {item{"status": text("PAUSED"), "expires": number(1)}, `status "PAUSED"`},
		"no status":      {item{"expires": number(1)}, `status ""`},
		"bad result": {
			item{"status": text("COMPLETED"), "expires": number(1), "result": text(`{"number":["secret"]}`)},
			"stored result cannot be decoded as idempotency_test.receipt",
		},
		"result that is not JSON": {
			item{"status": text("COMPLETED"), "expires": number(1), "result": text(`secret`)}, "stored result cannot be decoded",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			charge := idempotency.Wrap(idempotency.New(refusing{item: c.item}, "app"), "charge", byID,
				func(context.Context, payment) (receipt, error) { t.Error("the effect ran"); return receipt{}, nil })
			got, err := charge(t.Context(), pay1)
			if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "secret") {
				t.Errorf("got %v, want it to say %q and nothing of the result", err, c.want)
			}
			if _, ok := errors.AsType[*idempotency.RecordError](err); !ok || got.Number != "" {
				t.Errorf("got %+v, %T", got, err)
			}
		})
	}
}
