package together_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"

	"github.com/lambdapatterns/lambdapatterns/sqsbatch"
	"github.com/lambdapatterns/lambdapatterns/sqsbatch/envelope"
	"github.com/lambdapatterns/lambdapatterns/tracing"
	"github.com/lambdapatterns/lambdapatterns/tracing/internal/spantest"
)

func synctestRun(t *testing.T, f func(*testing.T)) { t.Helper(); synctest.Test(t, f) }

type shipError struct{}

func (*shipError) Error() string { return "secret" }

// settler confirms everything, or refuses it with err.
type settler struct{ err error }

func (s settler) Settle(_ context.Context, all []sqsbatch.Settlement) []error {
	errs := make([]error, len(all))
	for i := range errs {
		errs[i] = s.err
	}
	return errs
}

// steer handles a message as its body says, behind the dash if it has one. A stuck one ignores its context.
func steer(stuck chan struct{}) func(context.Context, string) error {
	return func(ctx context.Context, body string) error {
		why := fmt.Errorf("wrapped: %w", &shipError{})
		switch body[strings.IndexByte(body, '-')+1:] {
		case "fail":
			return why
		case "text":
			return errors.New("secret")
		case "retry":
			return sqsbatch.RetryAfter(why, time.Minute)
		case "drop":
			return sqsbatch.Drop(why)
		case "dead":
			return sqsbatch.DeadLetter(why)
		case "panic":
			panic("secret")
		case "goexit":
			runtime.Goexit()
		case "slow":
			<-ctx.Done()
			return ctx.Err()
		case "stuck":
			<-stuck
			trace.SpanFromContext(ctx).SetAttributes() // too late to have an effect
			return why
		}
		return nil
	}
}

type outcomeTest struct {
	name     string
	arn      string
	bodies   []string
	opts     []sqsbatch.Option
	left     time.Duration // before the deadline; 0: there is none
	messages map[string]string
	unseen   map[string]string
	err      bool
}

func outcomeTests() []outcomeTest {
	return []outcomeTest{
		{
			name: "handlers' errors", bodies: []string{"ok", "fail", "text", "drop", "dead", "retry", "panic", "goexit"},
			opts: []sqsbatch.Option{sqsbatch.WithSettler(settler{})},
			messages: map[string]string{
				"ok": "succeeded", "fail": "failed shipError", "text": "failed failed", "drop": "dropped",
				"dead": "dead_lettered shipError", "retry": "delayed", "panic": "panicked PanicError", "goexit": "panicked PanicError",
			},
		},
		{
			name: "nothing is confirmed", bodies: []string{"dead", "retry"},
			opts:     []sqsbatch.Option{sqsbatch.WithSettler(settler{errors.New("AccessDenied")})},
			messages: map[string]string{"dead": "failed shipError", "retry": "failed shipError"},
		},
		{
			name: "time-out of the message", bodies: []string{"ok", "slow", "stuck"},
			opts: []sqsbatch.Option{sqsbatch.WithMessageTimeout(time.Second)}, left: time.Minute,
			messages: map[string]string{"ok": "succeeded", "slow": "failed deadlineExceededError", "stuck": "timed_out timed_out"},
		},
		{
			name: "time-out of the function", bodies: []string{"a-stuck", "b-ok", "c-ok"}, left: 3 * time.Second,
			opts:     []sqsbatch.Option{sqsbatch.WithConcurrency(1)},
			messages: map[string]string{"a-stuck": "timed_out timed_out"}, unseen: map[string]string{"skipped_deadline": "b-ok c-ok"},
		},
		{
			name: "too late to begin", bodies: []string{"a-ok", "b-ok"}, left: 400 * time.Millisecond,
			unseen: map[string]string{"skipped_deadline": "a-ok b-ok"},
		},
		{
			name: "FIFO", arn: fifoARN, bodies: []string{"a-ok", "a-fail", "a-1", "b-ok", "a-2"},
			messages: map[string]string{"a-ok": "succeeded", "a-fail": "failed shipError", "b-ok": "succeeded"},
			unseen:   map[string]string{"skipped_fifo": "a-1 a-2"},
		},
		{
			name: "brake", bodies: []string{"a-fail", "b-fail", "c-ok"},
			opts: []sqsbatch.Option{
				sqsbatch.WithConcurrency(1), sqsbatch.WithBrake(2, func(error) bool { return true }),
			},
			messages: map[string]string{"a-fail": "failed shipError", "b-fail": "failed shipError"},
			unseen:   map[string]string{"skipped_brake": "c-ok"},
		},
		{
			name: "all fail, and so does the function", bodies: []string{"a-fail", "b-fail"},
			opts:     []sqsbatch.Option{sqsbatch.WithErrorOnFullFailure()},
			messages: map[string]string{"a-fail": "failed shipError", "b-fail": "failed shipError"}, err: true,
		},
	}
}

func TestOutcomes(t *testing.T) {
	t.Parallel()
	for _, test := range outcomeTests() {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				if test.arn == "" {
					test.arn = standardARN
				}
				stuck := make(chan struct{})
				ctx := t.Context()
				if test.left > 0 {
					var cancel context.CancelFunc
					ctx, cancel = context.WithTimeout(ctx, test.left)
					defer cancel()
				}
				var spans spantest.Recorder
				handle := tracing.HandleRaw(sqsbatch.Handle(steer(stuck), traced(test.opts...)...), tracing.WithTracerProvider(&spans))
				body, err := invoke(ctx, handle, payloadOf(t, test.arn, test.bodies...))
				if (err != nil) != test.err {
					t.Fatalf("got %s, %v", body, err)
				}
				before := look(t, &spans)
				before.check(t, test.messages, test.unseen)
				if !test.err {
					again := int64(strings.Count(string(body), "itemIdentifier"))
					if n := before.batch.Attributes["lambdapatterns.batch.failures"].AsInt64(); n != again {
						t.Errorf("the event has %d failures, the response %d", n, again)
					}
				} else if before.batch.Code != codes.Error {
					t.Error("the event's span has not failed")
				}
				close(stuck)
				synctest.Wait() // what comes too late changes nothing
				look(t, &spans).check(t, test.messages, test.unseen)
			})
		})
	}
}

func TestOutcomesOfDecoding(t *testing.T) {
	t.Parallel()
	type order struct{ ID string }
	aside := sqsbatch.WithUndecodable(func(_ context.Context, m events.SQSMessage, _ *sqsbatch.DecodeError) error {
		if m.Body == "secret-b" {
			return nil
		}
		return errors.New("nobody takes it")
	})
	var spans spantest.Recorder
	handle := tracing.HandleRaw(sqsbatch.Handle(func(context.Context, order) error { return nil }, traced(aside)...),
		tracing.WithTracerProvider(&spans))
	payload := strings.ReplaceAll(string(payloadOf(t, standardARN, "secret-a", "secret-b", "3")), `"messageId":"secret-`, `"messageId":"`)
	if _, err := invoke(t.Context(), handle, []byte(payload)); err != nil {
		t.Fatal(err)
	}
	look(t, &spans).check(t, map[string]string{"a": "decode_failed DecodeError", "b": "set_aside DecodeError", "3": "decode_failed DecodeError"}, nil)
}

func TestTestEvent(t *testing.T) {
	t.Parallel()
	var e events.SQSEvent
	if err := json.Unmarshal(payloadOf(t, standardARN, "m1"), &e); err != nil {
		t.Fatal(err)
	}
	e.Records[0].Body = `{"Service":"Amazon S3","Event":"s3:TestEvent","Bucket":"secret"}`
	payload, err := json.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	var spans spantest.Recorder
	handle := tracing.HandleRaw(sqsbatch.Handle(func(context.Context, events.S3Event) error { return nil },
		traced(sqsbatch.WithDecoding(envelope.S3()))...), tracing.WithTracerProvider(&spans))
	if _, err := invoke(t.Context(), handle, payload); err != nil {
		t.Fatal(err)
	}
	look(t, &spans).check(t, map[string]string{"m1": "test_event"}, nil)
}

// Without the observer the response tells, and the handler's own error why.
func TestWithoutObserver(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		stuck := make(chan struct{})
		var spans spantest.Recorder
		h := sqsbatch.Handle(steer(stuck), sqsbatch.WithMiddleware(tracing.Message), sqsbatch.WithSettler(settler{}))
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		if _, err := invoke(ctx, tracing.HandleRaw(h, tracing.WithTracerProvider(&spans)),
			payloadOf(t, standardARN, "ok", "fail", "drop", "panic", "goexit", "stuck")); err != nil {
			t.Fatal(err)
		}
		want := map[string]string{
			"ok": "succeeded", "fail": "failed shipError", "drop": "dropped SteerError", "panic": "panicked panicked",
			"goexit": "panicked panicked", "stuck": "timed_out timed_out",
		}
		if got := look(t, &spans).messages; !maps.Equal(got, want) {
			t.Errorf("got  %v\nwant %v", got, want)
		}
		close(stuck)
		synctest.Wait()
		look(t, &spans)
	})
}

// The typed path, without bytes: the same spans.
func TestTypedHandler(t *testing.T) {
	t.Parallel()
	var spans spantest.Recorder
	handle := tracing.Handle(sqsbatch.Handle(steer(nil), traced()...), tracing.WithTracerProvider(&spans))
	var e events.SQSEvent
	if err := json.Unmarshal(payloadOf(t, standardARN, "ok", "fail"), &e); err != nil {
		t.Fatal(err)
	}
	if _, err := handle(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	got := look(t, &spans)
	got.check(t, map[string]string{"ok": "succeeded", "fail": "failed shipError"}, nil)
	if len(got.batch.Links) != 2 || got.batch.Attributes["lambdapatterns.batch.failures"].AsInt64() != 1 {
		t.Errorf("the event's span has %d links", len(got.batch.Links))
	}
}

// A handler of whole batches has no spans of messages, and runs under the event's. All that is not done is told there.
func TestHandleBatch(t *testing.T) {
	t.Parallel()
	var spans spantest.Recorder
	var inside trace.SpanContext
	h := sqsbatch.HandleBatch(func(ctx context.Context, messages []sqsbatch.Message[string]) []error {
		inside = trace.SpanContextFromContext(ctx)
		return []error{nil, &shipError{}, sqsbatch.Drop(&shipError{})}
	}, sqsbatch.WithObserver(tracing.Outcomes))
	if _, err := invoke(t.Context(), tracing.HandleRaw(h, tracing.WithTracerProvider(&spans)),
		payloadOf(t, standardARN, "a", "b", "c", "d")); err != nil {
		t.Fatal(err)
	}
	got := look(t, &spans)
	got.check(t, nil, map[string]string{"failed": "b d"})
	if inside.SpanID() != got.batch.Context.SpanID() {
		t.Error("the handler does not run under the event's span")
	}
	if !maps.Equal(got.counts, map[string]int64{"succeeded": 1, "failed": 2, "dropped": 1}) {
		t.Errorf("got %v", got.counts)
	}
}

// An event that no message can be handled of, and a panic of an observer.
func TestBatchErrorAndPanic(t *testing.T) {
	t.Parallel()
	var spans spantest.Recorder
	handle := tracing.HandleRaw(sqsbatch.Handle(steer(nil), traced()...), tracing.WithTracerProvider(&spans))
	for _, payload := range []string{`{"Records":[]}`, `{}`, `secret`, `{"Records":[{"body":"x"}]}`} {
		if _, err := invoke(t.Context(), handle, []byte(payload)); err == nil {
			t.Errorf("%s: no error", payload)
		}
	}
	look(t, &spans)

	spans.Reset()
	handle = tracing.HandleRaw(sqsbatch.Handle(steer(nil), sqsbatch.WithMiddleware(tracing.Message),
		sqsbatch.WithObserver(func(context.Context, sqsbatch.Report) { panic("secret") })), tracing.WithTracerProvider(&spans))
	func() {
		defer func() { _ = recover() }()
		_, _ = invoke(t.Context(), handle, payloadOf(t, standardARN, "ok", "fail"))
	}()
	if got := look(t, &spans).messages; got["fail"] != "failed shipError" || got["ok"] != "" {
		t.Errorf("got %v", got)
	}
}

// Invocations at once, with handlers that outlive them.
func TestManyInvocationsAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		stuck := make(chan struct{})
		var spans spantest.Recorder
		handle := tracing.HandleRaw(sqsbatch.Handle(steer(stuck), traced(sqsbatch.WithMessageTimeout(time.Second))...),
			tracing.WithTracerProvider(&spans))
		const invocations = 40
		var all sync.WaitGroup
		for range invocations {
			all.Add(1)
			go func() {
				defer all.Done()
				ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
				defer cancel()
				if _, err := invoke(ctx, handle, payloadOf(t, standardARN, "ok", "fail", "panic", "stuck", "goexit")); err != nil {
					t.Error(err)
				}
			}()
		}
		all.Wait()
		close(stuck)
		synctest.Wait()
		n, invocationsSeen := 0, map[trace.TraceID][]string{}
		for _, s := range spans.Spans() {
			if s.Ends != 1 {
				t.Errorf("a span has ended %d times", s.Ends)
			}
			if s.Attributes["messaging.message.id"].AsString() != "" {
				n++
				invocationsSeen[s.Context.TraceID()] = append(invocationsSeen[s.Context.TraceID()], s.Attributes["lambdapatterns.outcome"].AsString())
			}
		}
		if n != 5*invocations || len(invocationsSeen) != invocations {
			t.Errorf("got %d spans of messages in %d traces", n, len(invocationsSeen))
		}
		for _, outcomes := range invocationsSeen {
			slices.Sort(outcomes)
			if got := strings.Join(outcomes, " "); got != "failed panicked panicked succeeded timed_out" {
				t.Fatalf("an invocation has %s", got)
			}
		}
	})
}
