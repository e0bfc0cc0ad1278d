package together_test

import (
	"context"
	"encoding/json"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"

	"github.com/lambdapatterns/lambdapatterns/sqsbatch"
	"github.com/lambdapatterns/lambdapatterns/sqsbatch/sqsbatchtest"
	"github.com/lambdapatterns/lambdapatterns/tracing"
	"github.com/lambdapatterns/lambdapatterns/tracing/internal/spantest"
)

const (
	standardARN = "arn:aws:sqs:eu-central-1:123456789012:orders"
	fifoARN     = "arn:aws:sqs:eu-central-1:123456789012:orders.fifo"
)

// traced are the options with which a handler's messages are followed.
func traced(opts ...sqsbatch.Option) []sqsbatch.Option {
	return append(opts, sqsbatch.WithMiddleware(tracing.Message), sqsbatch.WithObserver(tracing.Outcomes))
}

// invoke calls a handler as lambda.Start does: it reads the response and closes it.
func invoke(ctx context.Context, handle func(context.Context, json.RawMessage) (io.Reader, error), payload []byte) ([]byte, error) {
	r, err := handle(ctx, payload)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(r)
	if c, ok := r.(io.Closer); ok {
		_ = c.Close()
	}
	return body, err
}

// payloadOf makes an event of messages that have their bodies as ids, and come from a queue or, with groups, a FIFO queue.
func payloadOf(t testing.TB, arn string, bodies ...string) []byte {
	t.Helper()
	var e events.SQSEvent
	for i, body := range bodies {
		m := events.SQSMessage{
			MessageId: body, Body: body, EventSource: "aws:sqs", EventSourceARN: arn,
			Attributes: map[string]string{
				"ApproximateReceiveCount": "1",
				"AWSTraceHeader": tracing.Header{
					Root: trace.TraceID{1, 15: byte(i)}, Parent: trace.SpanID{7: byte(i) + 1}, Sampled: "1",
				}.String(),
			},
		}
		if arn == fifoARN {
			m.Attributes["MessageGroupId"], _, _ = strings.Cut(body, "-")
		}
		e.Records = append(e.Records, m)
	}
	payload, err := json.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	return payload
}

// seen is what the spans of an invocation say.
type seen struct {
	messages map[string]string // by id: the outcome, and the error's type if the span has failed
	counts   map[string]int64  // of the event's span
	unseen   map[string]string // ids of messages without a span, by outcome
	batch    *spantest.Span
}

// look reads the spans of one invocation, and checks what holds for all.
func look(t *testing.T, r *spantest.Recorder) seen {
	t.Helper()
	got := seen{messages: map[string]string{}, counts: map[string]int64{}, unseen: map[string]string{}}
	for _, s := range r.Spans() {
		if s.Ends != 1 || s.Stop.Before(s.Start) {
			t.Errorf("the span %q has ended %d times, from %v to %v", s.Name, s.Ends, s.Start, s.Stop)
		}
		for key, value := range s.Attributes {
			if strings.Contains(value.String(), "secret") {
				t.Errorf("the span %q has %s=%s", s.Name, key, value.String())
			}
		}
		if strings.Contains(s.Description, "secret") {
			t.Errorf("the span %q has the status %q", s.Name, s.Description)
		}
		id, single := s.Attributes["messaging.message.id"]
		switch {
		case s.Kind != trace.SpanKindConsumer:
		case !single:
			got.batch = s
			for key, value := range s.Attributes {
				if outcome, ok := strings.CutPrefix(string(key), "lambdapatterns.outcomes."); ok {
					got.counts[outcome] = value.AsInt64()
				}
			}
			for _, attributes := range s.EventAttributes {
				got.unseen[attributes["lambdapatterns.outcome"].AsString()] =
					strings.Join(attributes["lambdapatterns.message.ids"].AsStringSlice(), " ")
			}
		default:
			text := s.Attributes["lambdapatterns.outcome"].AsString()
			if s.Code == codes.Error {
				text += " " + s.Attributes["error.type"].AsString()
			}
			got.messages[id.AsString()] = text
			if len(s.Links) != 1 {
				t.Errorf("the message %s has %d links", id.AsString(), len(s.Links))
			}
			if got.batch != nil && s.Parent.SpanID() != got.batch.Context.SpanID() {
				t.Errorf("the message %s is not below the event", id.AsString())
			}
		}
	}
	return got
}

func (s seen) check(t *testing.T, messages, unseen map[string]string) {
	t.Helper()
	if !maps.Equal(s.messages, messages) {
		t.Errorf("got the messages  %v\nwant %v", s.messages, messages)
	}
	if !maps.Equal(s.unseen, unseen) {
		t.Errorf("got the messages without a span  %v\nwant %v", s.unseen, unseen)
	}
	n := int64(0)
	for _, count := range s.counts {
		n += count
	}
	if all := s.batch.Attributes["messaging.batch.message_count"].AsInt64(); n != all {
		t.Errorf("%d outcomes are counted for %d messages", n, all)
	}
}

// Through a queue and its mapping: what the spans say is what became of the messages.
func TestSpansSayWhatTheMappingDid(t *testing.T) {
	t.Parallel()
	synctestRun(t, func(t *testing.T) {
		var service sqsbatchtest.SQS
		dead, err := service.CreateQueue("orders-dead", nil)
		if err != nil {
			t.Fatal(err)
		}
		queue, err := service.CreateQueue("orders", sqsbatchtest.QueueAttributes{
			"VisibilityTimeout": "30", "RedrivePolicy": dead.RedrivePolicy(2),
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, body := range []string{"ok", "ok", "fail", "retry", "drop", "dead", "panic", "goexit", "slow", "stuck"} {
			if _, err := queue.Send(sqsbatchtest.Message{
				Body: body, TraceHeader: "Root=1-01020304-05060708090a0b0c0d0e0f10;Parent=1111111111111111;Sampled=1",
			}); err != nil {
				t.Fatal(err)
			}
		}
		var spans spantest.Recorder
		stuck := make(chan struct{})
		handle := tracing.HandleRaw(sqsbatch.Handle(steer(stuck),
			traced(sqsbatch.WithSettler(&sqsbatchtest.Settler{Queue: queue}), sqsbatch.WithMessageTimeout(2*time.Second))...),
			tracing.WithTracerProvider(&spans))
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
		defer cancel()
		type batch struct{ deleted, returned []string }
		var batches []batch
		mapping := sqsbatchtest.Mapping{
			Queue: queue, ReportBatchItemFailures: true, Timeout: 5 * time.Second,
			Invoke:  func(ctx context.Context, payload []byte) ([]byte, error) { return invoke(ctx, handle, payload) },
			Observe: func(b sqsbatchtest.Batch) { batches = append(batches, batch{b.Deleted, b.Returned}) },
		}
		if err := mapping.Run(ctx); err != nil {
			t.Fatal(err)
		}
		close(stuck)
		deleted, returned := map[string]int{}, map[string]int{}
		for _, b := range batches {
			for _, id := range b.deleted {
				deleted[id]++
			}
			for _, id := range b.returned {
				returned[id]++
			}
		}
		for _, s := range spans.Spans() {
			id, ok := s.Attributes["messaging.message.id"]
			if !ok {
				continue
			}
			if s.Ends != 1 {
				t.Errorf("a span has ended %d times", s.Ends)
			}
			outcome := s.Attributes["lambdapatterns.outcome"].AsString()
			count := returned
			if slices.Contains([]string{"succeeded", "dropped", "dead_lettered"}, outcome) {
				count = deleted
			}
			count[id.AsString()]--
			if failed := outcome != "succeeded" && outcome != "dropped" && outcome != "delayed"; failed != (s.Code == codes.Error) {
				t.Errorf("the outcome %s has the status %v", outcome, s.Code)
			}
		}
		for _, m := range []map[string]int{deleted, returned} {
			for id, n := range m {
				if n != 0 {
					t.Errorf("the message %s: %d times more or less in spans than in the queue", id, n)
				}
			}
		}
		if len(batches) < 2 {
			t.Errorf("there were %d batches", len(batches))
		}
	})
}
