package changes_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"

	"github.com/lambdapatterns/lambdapatterns/singletable/changes"
)

func TestTheFirstFailureEndsTheBatch(t *testing.T) {
	t.Parallel()
	refused := errors.New("refused")
	for _, c := range []struct {
		name, fails string
		response    string
		called      string
		outcomes    string
	}{
		{"none", "", `[]`, "u1 u2 u3", "succeeded succeeded succeeded"},
		{"the first", "u1", `[{"itemIdentifier":"101"}]`, "u1", "failed skipped_failure skipped_failure"},
		{"the second", "u2", `[{"itemIdentifier":"102"}]`, "u1 u2", "succeeded failed skipped_failure"},
		{"the last", "u3", `[{"itemIdentifier":"103"}]`, "u1 u2 u3", "succeeded succeeded failed"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var called []string
			option, report := observed()
			h := newHandler(t, option, changes.On(users, func(_ context.Context, u changes.Change[User]) error {
				called = append(called, u.New.ID)
				if u.New.ID == c.fails {
					return refused
				}
				return nil
			}))
			got, err := h(t.Context(), inserts(3))
			if err != nil {
				t.Fatal(err)
			}
			if b, _ := json.Marshal(got); string(b) != `{"batchItemFailures":`+c.response+`}` {
				t.Errorf("response is %s, want the failures %s", b, c.response)
			}
			if s := strings.Join(called, " "); s != c.called {
				t.Errorf("called for %s, want %s", s, c.called)
			}
			if s := outcomes(report); s != c.outcomes {
				t.Errorf("outcomes are %s, want %s", s, c.outcomes)
			}
			for _, r := range report.Records {
				failed, blocked := errors.Is(r.Err, refused), errors.Is(r.Err, changes.ErrBlocked)
				if failed != (r.Outcome == changes.Failed) || blocked != (r.Outcome == changes.SkippedFailure) {
					t.Errorf("record %s: %s with the error %v", r.SequenceNumber, r.Outcome, r.Err)
				}
				if again := report.FirstFailed != "" && r.SequenceNumber >= report.FirstFailed; r.Again != again {
					t.Errorf("record %s: Again is %t, the first failed is %q", r.SequenceNumber, r.Again, report.FirstFailed)
				}
			}
		})
	}
}

func TestPanicsAndGoexitFailTheirRecord(t *testing.T) {
	t.Parallel()
	for name, f := range map[string]func(){
		"panic": func() { panic(io.ErrUnexpectedEOF) }, "goexit": runtime.Goexit, "panic nil": func() { panic(nil) },
	} {
		for _, concurrency := range []int{1, 3} {
			t.Run(fmt.Sprintf("%s/%d", name, concurrency), func(t *testing.T) {
				t.Parallel()
				option, report := observed()
				h := newHandler(t, option, changes.WithConcurrency(concurrency),
					changes.On(users, func(_ context.Context, u changes.Change[User]) error {
						if u.New.ID == "u2" {
							f()
						}
						return nil
					}))
				got, err := h(t.Context(), inserts(4))
				if err != nil || failures(got) != "102" {
					t.Fatalf("failures %q, error %v; want 102 alone", failures(got), err)
				}
				var p *changes.PanicError
				if r := report.Records[1]; r.Outcome != changes.Panicked || !errors.As(r.Err, &p) {
					t.Fatalf("outcome %s, error %v", r.Outcome, r.Err)
				}
				if !strings.Contains(string(p.Stack), "changes_test.go") && name != "goexit" {
					t.Errorf("the stack does not lead here:\n%s", p.Stack)
				}
				if got := errors.Is(p, io.ErrUnexpectedEOF); got != (name == "panic") {
					t.Errorf("errors.Is finds the panic's error: %t", got)
				}
				if (p.Value == nil) != (name == "goexit") {
					t.Errorf("value of the panic: %v", p.Value)
				}
			})
		}
	}
}

func TestWhatCannotBeAnsweredInPartFailsWhole(t *testing.T) {
	t.Parallel()
	unnumbered := inserts(3)
	unnumbered.Records[2].Change.SequenceNumber = ""
	for name, event := range map[string]events.DynamoDBEvent{"no records": {}, "no sequence number": unnumbered} {
		h := newHandler(t,
			changes.On(users, func(context.Context, changes.Change[User]) error { t.Error(name, "a handler was called"); return nil }),
			changes.WithObserver(func(context.Context, changes.Report) { t.Error(name, "the observer was called") }))
		got, err := h(t.Context(), event)
		var whole *changes.BatchError
		if !errors.As(err, &whole) || len(got.BatchItemFailures) != 0 {
			t.Errorf("%s: got %v and the error %v, want a *BatchError alone", name, got, err)
		}
	}
}

// Lambda tells a failed invocation by the name of the error's type, and an answer by its JSON.
func TestAsLambdaSeesIt(t *testing.T) {
	t.Parallel()
	handler := newHandler(t, changes.On(users, func(context.Context, changes.Change[User]) error { return nil }))
	var plain func(context.Context, events.DynamoDBEvent) (events.DynamoDBEventResponse, error) = handler // it stays assignable
	if out, err := lambda.NewHandler(plain).Invoke(t.Context(), readFile(t, "stream-event.json")); err != nil || string(out) != `{"batchItemFailures":[]}` {
		t.Errorf("the plain function gives %s and %v", out, err)
	}
	h := lambda.NewHandler(handler)
	if out, err := h.Invoke(t.Context(), readFile(t, "stream-event.json")); err != nil || string(out) != `{"batchItemFailures":[]}` {
		t.Errorf("got %s and %v", out, err)
	}
	_, err := h.Invoke(t.Context(), []byte(`{"Records":[{"eventSource":"aws:sqs","messageId":"1","body":"x"}]}`))
	if got := fmt.Sprintf("%T", err); got != "*changes.BatchError" {
		t.Errorf("an event of a queue gives %s: %v", got, err)
	}
	for _, payload := range []string{``, `secret`, `{"Records":"secret"}`, `{"Records":[{"eventID":4711}]}`, `[]`, `{"Records":[{`, `null`, `{}`} {
		got, err := h.Invoke(t.Context(), []byte(payload))
		var batch *changes.BatchError
		if got != nil || !errors.As(err, &batch) || strings.Contains(err.Error(), "secret") || strings.Contains(err.Error(), "4711") {
			t.Errorf("%s: got %s and %v", payload, got, err)
		}
	}
}

// The records of a batch are in order, and the numbers have too many digits for an integer.
func TestTheLowestSequenceNumberIsReported(t *testing.T) {
	t.Parallel()
	h := newHandler(t, changes.On(users, func(context.Context, changes.Change[User]) error { return errors.New("refused") }))
	for _, c := range []struct{ numbers, want string }{
		{"99999999999999999999999999 100000000000000000000000000", "99999999999999999999999999"},
		{"9 10", "9"},
		{"0010 9 8", "8"},
		{"300 100 200", "100"},
	} {
		var event events.DynamoDBEvent
		for n := range strings.FieldsSeq(c.numbers) {
			event.Records = append(event.Records, change(n, nil, userImage(n, n)))
		}
		if got, err := h(t.Context(), event); err != nil || failures(got) != c.want {
			t.Errorf("of %s got %q, %v; want %s", c.numbers, failures(got), err, c.want)
		}
	}
}

func TestMistakesShowWhenTheFunctionStarts(t *testing.T) {
	t.Parallel()
	done := func(context.Context, changes.Change[User]) error { return nil }
	on := changes.On(users, done)
	for name, c := range map[string]struct {
		opts []changes.Option
		says string
	}{
		"nothing":        {nil, "nothing to handle"},
		"nil option":     {[]changes.Option{on, nil}, "nil"},
		"nil repository": {[]changes.Option{changes.On(nil, done)}, "On[changes_test.User]"},
		"nil handler":    {[]changes.Option{changes.On(users, nil)}, "On[changes_test.User]"},
		"unknown kind":   {[]changes.Option{changes.On(users, done, 7)}, "kind_7"},
		"nil other":      {[]changes.Option{on, changes.Otherwise(nil)}, "Otherwise"},
		"nil undecoded":  {[]changes.Option{on, changes.WithUndecodable(nil)}, "WithUndecodable"},
		"concurrency":    {[]changes.Option{on, changes.WithConcurrency(0)}, "WithConcurrency(0)"},
		"reserve":        {[]changes.Option{on, changes.WithReserve(-time.Second)}, "WithReserve(-1s)"},
		"nil observer":   {[]changes.Option{on, changes.WithObserver(nil)}, "WithObserver"},
		"nil logger":     {[]changes.Option{on, changes.WithObserver(changes.LogTo(nil))}, "WithObserver"},
	} {
		if said := refusal(c.opts...); !strings.Contains(said, c.says) {
			t.Errorf("%s: it says %q, want %q in it", name, said, c.says)
		}
	}
	if said := refusal(changes.WithConcurrency(0), changes.WithReserve(0)); !strings.Contains(said, "WithConcurrency(0)") ||
		!strings.Contains(said, "WithReserve(0s)") {
		t.Errorf("two mistakes are told as %q", said)
	}
}

// refusal is what Handle panics with; empty when it does not.
func refusal(opts ...changes.Option) (said string) {
	defer func() {
		if p := recover(); p != nil {
			said = p.(string)
		}
	}()
	changes.Handle(opts...)
	return ""
}

func TestReport(t *testing.T) {
	t.Parallel()
	option, report := observed()
	var ids []string
	h := newHandler(t, option, teller(orders, &ids))
	var event events.DynamoDBEvent
	if err := json.Unmarshal(readFile(t, "stream-event.json"), &event); err != nil {
		t.Fatal(err)
	}
	if _, err := h(t.Context(), event); err != nil {
		t.Fatal(err)
	}
	if s := outcomes(report); s != "passed_over passed_over succeeded passed_over" || report.Count(changes.PassedOver) != 3 {
		t.Errorf("outcomes are %s", s)
	}
	r := report.Records[2]
	if report.StreamARN != streamARN || report.FirstFailed != "" || r.SequenceNumber != "4421584700000000017450439093" ||
		r.EventID != "eccbc87e4b5ce2fe28308fd9f2a7baf3" || r.Kind != changes.Removed || r.Duration <= 0 || r.Again ||
		!r.Created.Equal(time.Unix(1767225720, 0)) {
		t.Errorf("report is %+v", report)
	}
}

func TestNames(t *testing.T) {
	t.Parallel()
	for want, got := range map[string]fmt.Stringer{
		"modified": changes.Modified, "kind_0": changes.Kind(0), "kind_9": changes.Kind(9),
		"skipped_deadline": changes.SkippedDeadline, "set_aside": changes.SetAside, "outcome_99": changes.Outcome(99),
	} {
		if got.String() != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
