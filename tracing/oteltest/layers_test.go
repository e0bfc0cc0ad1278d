package oteltest

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"go.opentelemetry.io/otel/trace"

	"github.com/lambdapatterns/lambdapatterns/coldstart"
	"github.com/lambdapatterns/lambdapatterns/sqsbatch"
	"github.com/lambdapatterns/lambdapatterns/tracing"
	"github.com/lambdapatterns/lambdapatterns/tracing/internal/spantest"
)

// traced are the options with which a handler's messages are followed.
var traced = []sqsbatch.Option{sqsbatch.WithMiddleware(tracing.Message), sqsbatch.WithObserver(tracing.Outcomes)}

// messages is the payload of a batch of messages whose ids are their bodies.
func messages(t *testing.T, bodies ...string) []byte {
	t.Helper()
	var e events.SQSEvent
	for _, body := range bodies {
		e.Records = append(e.Records, events.SQSMessage{
			MessageId: body, Body: body, EventSource: "aws:sqs", EventSourceARN: "arn:aws:sqs:eu-central-1:123456789012:orders",
		})
	}
	payload, err := json.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	return payload
}

// asTold handles a message as its body says.
func asTold(_ context.Context, body string) error {
	if strings.HasSuffix(body, "fail") {
		return errors.New("no")
	}
	return nil
}

// outcomes are those of the messages' spans, by id.
func outcomes(r *spantest.Recorder) map[string]string {
	m := map[string]string{}
	for _, s := range r.Spans() {
		if id := s.Attributes["messaging.message.id"].AsString(); id != "" {
			m[id] = s.Attributes["lambdapatterns.outcome"].AsString()
		}
	}
	return m
}

// layers is a function as main would put it together: coldstart around tracing around sqsbatch.
func layers(start *coldstart.Start, handle func(context.Context, string) error, opts ...tracing.Option) func(context.Context, json.RawMessage) (io.Reader, error) {
	opts = append(opts, tracing.WithColdStart(coldstart.Cold))
	return coldstart.Wrap(start, tracing.HandleRaw(sqsbatch.Handle(handle, traced...), opts...))
}

// cold returns how many spans of invocations there are, and how many are cold starts.
func cold(r *spantest.Recorder) (invocations, cold int) {
	for _, s := range r.Spans() {
		if s.Kind == trace.SpanKindServer {
			invocations++
			if s.Attributes["faas.coldstart"].AsBool() {
				cold++
			}
		}
	}
	return invocations, cold
}

// Of invocations at once, one is the first, whichever layer asks, and each has its own response.
func TestColdStartOfInvocationsAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var start coldstart.Start
		var spans spantest.Recorder
		var first sync.Map
		handle := layers(&start, func(ctx context.Context, body string) error {
			if i, ok := coldstart.InvocationFromContext(ctx); !ok || i.First {
				first.Store(body, ok)
			}
			time.Sleep(time.Second)
			return asTold(ctx, body)
		}, tracing.WithTracerProvider(&spans))
		var all sync.WaitGroup
		for _, id := range []string{"a", "b", "c", "d"} {
			all.Go(func() {
				ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
				defer cancel()
				response, err := handle(ctx, messages(t, id+"-ok", id+"-fail"))
				if err != nil {
					t.Error(err)
					return
				}
				body, err := io.ReadAll(response)
				_ = response.(io.Closer).Close()
				if want := `{"batchItemFailures":[{"itemIdentifier":"` + id + `-fail"}]}`; err != nil || string(body) != want {
					t.Errorf("got %s, %v, want %s", body, err, want)
				}
			})
		}
		all.Wait()
		if n, c := cold(&spans); n != 4 || c != 1 {
			t.Errorf("%d of %d invocations are cold starts", c, n)
		}
		n := 0
		for body, known := range first.Range {
			if n++; !known.(bool) {
				t.Errorf("%s has no invocation in its context", body)
			}
		}
		if n != 2 { // both messages of one invocation
			t.Errorf("%d messages are of the first invocation", n)
		}
	})
}

// A ping around which there is no tracing has no span, and is the environment's first invocation all the same.
func TestPingBeforeATracedInvocation(t *testing.T) {
	t.Parallel()
	var start coldstart.Start
	var spans spantest.Recorder
	handled := tracing.HandleRaw(sqsbatch.Handle(asTold, traced...), tracing.WithTracerProvider(&spans), tracing.WithColdStart(coldstart.Cold))
	handle := coldstart.Wrap(&start, coldstart.AnswerPings(coldstart.Pings{}, handled))
	for _, payload := range []string{`{"source":"serverless-plugin-warmup"}`, string(messages(t, "ok", "fail"))} {
		response, err := handle(t.Context(), json.RawMessage(payload))
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(payload, "warmup") {
			if response != nil {
				t.Errorf("the ping has the answer %v", response)
			}
			continue
		}
		body, _ := io.ReadAll(response.(io.Reader))
		if err := response.(io.Closer).Close(); err != nil || !strings.Contains(string(body), `"fail"`) {
			t.Errorf("got %s, %v", body, err)
		}
	}
	if n, c := cold(&spans); n != 1 || c != 0 {
		t.Errorf("%d of %d traced invocations are cold starts", c, n)
	}
}

// hungBackend heeds no context.
type hungBackend struct{}

func (hungBackend) ForceFlush(context.Context) error { time.Sleep(time.Hour); return nil }

// A handler that ignores its context and a backend that ignores its own: the response is out a quarter of a second before the
// deadline, the invocation over before it, and the trace says what the response says.
func TestEverythingHangs(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		stuck := make(chan struct{})
		var start coldstart.Start
		var spans spantest.Recorder
		handle := layers(&start, func(ctx context.Context, body string) error {
			if body == "stuck" {
				<-stuck
			}
			return asTold(ctx, body)
		}, tracing.WithTracerProvider(&spans), tracing.WithFlush(hungBackend{}))
		for range 3 {
			spans.Reset()
			began := time.Now()
			ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
			response, err := handle(ctx, messages(t, "ok", "stuck", "fail"))
			if err != nil {
				t.Fatal(err)
			}
			body, _ := io.ReadAll(response)
			if took := time.Since(began); took > 2750*time.Millisecond {
				t.Errorf("answered after %v", took)
			}
			for _, id := range []string{"stuck", "fail"} {
				if !strings.Contains(string(body), `"`+id+`"`) || strings.Contains(string(body), `"ok"`) {
					t.Errorf("the response is %s", body)
				}
			}
			if err := response.(io.Closer).Close(); err != nil {
				t.Error(err)
			}
			if took := time.Since(began); took >= 3*time.Second {
				t.Errorf("the invocation took %v", took)
			}
			cancel()
			if got := outcomes(&spans); got["ok"] != "succeeded" || got["stuck"] != "timed_out" || got["fail"] != "failed" {
				t.Errorf("got %v", got)
			}
			for _, s := range spans.Spans() {
				if s.Ends != 1 || s.Attributes["error.type"].AsString() == "timeout" {
					t.Errorf("the span %q has ended %d times, with %s", s.Name, s.Ends, s.Attributes["error.type"].AsString())
				}
			}
		}
		close(stuck)
		time.Sleep(2 * time.Hour) // until the one flush that was started is over
	})
}
