package changes_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"github.com/lambdapatterns/lambdapatterns/singletable/changes"
)

type next = func(context.Context, *events.DynamoDBEventRecord) error

// What the outermost middleware returns decides; what the record is otherwise called stays.
func TestMiddlewareDecides(t *testing.T) {
	t.Parallel()
	failing := changes.On(users, func(context.Context, changes.Change[User]) error { return errors.New("no") })
	fine := changes.On(users, func(context.Context, changes.Change[User]) error { return nil })
	panicking := changes.On(users, func(context.Context, changes.Change[User]) error { panic("no") })
	aside := changes.WithUndecodable(func(context.Context, events.DynamoDBEventRecord, *changes.DecodeError) error { return nil })
	good := change("2", nil, userImage("u", "e@x"))
	var bad events.DynamoDBEventRecord
	for _, bad = range undecodables() {
	}
	bad.Change.SequenceNumber = "2"
	pass := func(n next) next { return n }
	swallow := func(n next) next {
		return func(ctx context.Context, r *events.DynamoDBEventRecord) error { _ = n(ctx, r); return nil }
	}
	refuse := func(n next) next {
		return func(ctx context.Context, r *events.DynamoDBEventRecord) error {
			return errors.Join(n(ctx, r), errors.New("refused"))
		}
	}
	around := func(next) next {
		return func(context.Context, *events.DynamoDBEventRecord) error { return nil }
	}
	for _, test := range []struct {
		name   string
		wrap   func(next) next
		opts   []changes.Option
		record events.DynamoDBEventRecord
		want   string
	}{
		{"succeeded", pass, []changes.Option{fine}, good, "succeeded"},
		{"failed", pass, []changes.Option{failing}, good, "failed"},
		{"panicked", pass, []changes.Option{panicking}, good, "panicked"},
		{"passed over", pass, []changes.Option{fine}, change("2", nil, noteImage("n")), "passed_over"},
		{"undecodable", pass, []changes.Option{fine}, bad, "decode_failed"},
		{"set aside", pass, []changes.Option{fine, aside}, bad, "set_aside"},
		{"swallowed", swallow, []changes.Option{failing}, good, "succeeded"},
		{"refused", refuse, []changes.Option{fine}, good, "failed"},
		{"refused beside a failure", refuse, []changes.Option{failing}, good, "failed"},
		{"refused and undecodable", refuse, []changes.Option{fine}, bad, "decode_failed"},
		{"handled by the middleware", around, []changes.Option{failing}, good, "succeeded"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			option, report := observed()
			h := newHandler(t, append(test.opts, option, changes.WithMiddleware(test.wrap))...)
			response, err := h(t.Context(), batchOf(test.record))
			done := test.want == "succeeded" || test.want == "passed_over" || test.want == "set_aside"
			if err != nil || outcomes(report) != test.want || (failures(response) == "") != done {
				t.Errorf("got %s, failures %q, error %v", outcomes(report), failures(response), err)
			}
		})
	}
}

func TestMiddlewareOrder(t *testing.T) {
	t.Parallel()
	var calls []string
	named := func(name string) func(next) next {
		return func(n next) next {
			return func(ctx context.Context, r *events.DynamoDBEventRecord) error {
				calls = append(calls, name+r.Change.SequenceNumber)
				return n(ctx, r)
			}
		}
	}
	h := newHandler(t, changes.Otherwise(func(context.Context, events.DynamoDBEventRecord) error { return nil }),
		changes.WithMiddleware(named("a"), named("b")), changes.WithMiddleware(named("c")))
	if _, err := h(t.Context(), inserts(2)); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(calls, " "); got != "a101 b101 c101 a102 b102 c102" {
		t.Errorf("got the calls %s", got)
	}
}

func TestMiddlewareIsRefusedWhenNil(t *testing.T) {
	t.Parallel()
	other := changes.Otherwise(func(context.Context, events.DynamoDBEventRecord) error { return nil })
	for _, wrap := range []func(next) next{nil, func(next) next { return nil }} {
		if said := refusal(other, changes.WithMiddleware(wrap)); !strings.Contains(said, "WithMiddleware") {
			t.Errorf("it says %q", said)
		}
	}
}

func TestEachTellsTheReport(t *testing.T) {
	t.Parallel()
	option, report := observed()
	second, also := observed()
	h := newHandler(t, option, second,
		changes.On(users, func(_ context.Context, c changes.Change[User]) error {
			if c.Record.Change.SequenceNumber == "3" {
				return errors.New("no")
			}
			return nil
		}))
	batch := batchOf(change("1", nil, userImage("a", "a@x")), change("2", nil, noteImage("n")),
		change("3", nil, userImage("b", "b@x")), change("4", nil, userImage("c", "c@x")))
	if _, err := h(t.Context(), batch); err != nil {
		t.Fatal(err)
	}
	var got []string
	report.Each(func(id, outcome string, done bool, err error) {
		got = append(got, fmt.Sprint(id, " ", outcome, " ", done, " ", err))
	})
	want := "1 succeeded true <nil>|2 passed_over true <nil>|3 failed false no|4 skipped_failure false <nil>"
	if strings.Join(got, "|") != want {
		t.Errorf("got  %s\nwant %s", strings.Join(got, "|"), want)
	}
	if len(also.Records) != 4 {
		t.Error("the second observer was not called")
	}
}
