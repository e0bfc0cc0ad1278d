// Spans of messages and records, with the outcomes that batches report: tracing meets sqsbatch, eventbridge and
// singletable/changes, which it does not import.

package main_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/aws/aws-lambda-go/events"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/embedded"

	"github.com/lambdapatterns/lambdapatterns/eventbridge"
	"github.com/lambdapatterns/lambdapatterns/singletable/changes"
	"github.com/lambdapatterns/lambdapatterns/sqsbatch"
	"github.com/lambdapatterns/lambdapatterns/tracing"
)

// tracerProvider stands for the SDK's. It keeps a line for each span that has ended.
type tracerProvider struct {
	embedded.TracerProvider
	mu    sync.Mutex
	lines []string
}

func (p *tracerProvider) Tracer(string, ...trace.TracerOption) trace.Tracer {
	return tracer{provider: p}
}

// print prints the lines, sorted, as messages are handled at once.
func (p *tracerProvider) print() {
	slices.Sort(p.lines)
	for _, line := range p.lines {
		fmt.Println(line)
	}
}

type tracer struct {
	embedded.Tracer
	provider *tracerProvider
}

func (t tracer) Start(ctx context.Context, name string, opts ...trace.SpanStartOption) (context.Context, trace.Span) {
	c := trace.NewSpanStartConfig(opts...)
	s := &keptSpan{Span: trace.SpanFromContext(context.Background()), provider: t.provider, name: name, kind: c.SpanKind()}
	s.parent, _ = trace.SpanFromContext(ctx).(*keptSpan)
	return trace.ContextWithSpan(ctx, s), s
}

// keptSpan is a span that does nothing but keep what the examples print.
type keptSpan struct {
	trace.Span
	provider      *tracerProvider
	parent        *keptSpan
	name          string
	kind          trace.SpanKind
	outcome, code string
	skipped       []string
}

func (s *keptSpan) IsRecording() bool                    { return true }
func (s *keptSpan) TracerProvider() trace.TracerProvider { return s.provider }

func (s *keptSpan) SetAttributes(attrs ...attribute.KeyValue) {
	for _, a := range attrs {
		switch a.Key {
		case "lambdapatterns.outcome", "error.type":
			s.outcome += " " + a.Value.String()
		}
	}
}

func (s *keptSpan) SetStatus(code codes.Code, _ string) { s.code = " " + code.String() }

func (s *keptSpan) AddEvent(name string, _ ...trace.EventOption) { s.skipped = append(s.skipped, name) }

func (s *keptSpan) End(...trace.SpanEndOption) {
	path := s.name
	for p := s.parent; p != nil; p = p.parent {
		path = p.name + " / " + path
	}
	s.provider.mu.Lock()
	defer s.provider.mu.Unlock()
	s.provider.lines = append(s.provider.lines, fmt.Sprint(path, s.outcome, s.code, s.skipped))
}

// A queue's batch: a span for each message that was tried, and a word about those that were not.
func Example_tracingOfMessages() {
	ship := func(_ context.Context, order string) error {
		switch order {
		case "poison":
			return errors.New("no such order")
		case "bomb":
			panic("boom")
		case "late":
			return sqsbatch.Drop(errors.New("nobody waits for it"))
		}
		return nil
	}
	var spans tracerProvider
	handle := tracing.HandleRaw(sqsbatch.Handle(ship,
		sqsbatch.WithMiddleware(tracing.Message),
		sqsbatch.WithObserver(tracing.Outcomes),
	), tracing.WithTracerProvider(&spans))

	const queue = "arn:aws:sqs:eu-central-1:123456789012:orders.fifo"
	var event events.SQSEvent
	for i, m := range []struct{ group, body string }{
		{"a", "tea"}, {"b", "poison"}, {"b", "coffee"}, {"c", "bomb"}, {"d", "late"},
	} {
		event.Records = append(event.Records, events.SQSMessage{
			MessageId: fmt.Sprint("m", i), Body: m.body, EventSource: "aws:sqs", EventSourceARN: queue,
			Attributes: map[string]string{"MessageGroupId": m.group},
		})
	}
	payload, err := json.Marshal(event)
	if err != nil {
		panic(err)
	}
	if _, err := handle(context.Background(), payload); err != nil { // lambda.Start does this
		panic(err)
	}
	spans.print()
	// Output:
	// lambda / process orders.fifo / process orders.fifo dropped[]
	// lambda / process orders.fifo / process orders.fifo failed failed Error[]
	// lambda / process orders.fifo / process orders.fifo panicked PanicError Error[]
	// lambda / process orders.fifo / process orders.fifo succeeded[]
	// lambda / process orders.fifo[messages skipped_fifo]
	// lambda[]
}

// A table's stream: records, of which all behind the first failure come again.
func Example_tracingOfAStream() {
	handler := changes.Handle(
		changes.Otherwise(func(_ context.Context, r events.DynamoDBEventRecord) error {
			if r.EventName == "REMOVE" {
				return errors.New("the index is away")
			}
			return nil
		}),
		changes.WithMiddleware(tracing.Record),
		changes.WithObserver(tracing.Outcomes),
	)
	var spans tracerProvider
	handle := tracing.HandleRaw(handler, tracing.WithTracerProvider(&spans))

	var event events.DynamoDBEvent
	for i, name := range []string{"INSERT", "REMOVE", "MODIFY"} {
		event.Records = append(event.Records, events.DynamoDBEventRecord{
			EventName: name, EventSource: "aws:dynamodb",
			EventSourceArn: "arn:aws:dynamodb:eu-central-1:123456789012:table/shop/stream/2026-01-01T00:00:00.000",
			Change:         events.DynamoDBStreamRecord{SequenceNumber: fmt.Sprint(i + 1)},
		})
	}
	payload, err := json.Marshal(event)
	if err != nil {
		panic(err)
	}
	if _, err := handle(context.Background(), payload); err != nil {
		panic(err)
	}
	spans.print()
	// Output:
	// lambda / process shop / process shop failed failed Error[]
	// lambda / process shop / process shop succeeded[]
	// lambda / process shop[messages skipped_failure]
	// lambda[]
}

// Events of EventBridge that come by way of a queue: the event's span is inside its message's.
func Example_tracingOfEvents() {
	router, err := eventbridge.NewRouter(
		eventbridge.WithMiddleware(tracing.Event),
		eventbridge.On(func(context.Context, eventbridge.Event[orderPlaced]) error { return nil }),
	)
	if err != nil {
		panic(err)
	}
	const event = `{"version":"0","id":"7bf73129","source":"shop.orders","detail-type":"Order Placed","detail":{"id":"o-1"}}`
	var spans tracerProvider
	direct := tracing.HandleRaw(router, tracing.WithTracerProvider(&spans))
	if _, err := direct(context.Background(), json.RawMessage(event)); err != nil {
		panic(err)
	}
	typed := tracing.HandleEvent(func(context.Context, eventbridge.Event[orderPlaced]) error { return nil },
		tracing.WithTracerProvider(&spans))
	if _, err := typed(context.Background(), eventbridge.Event[orderPlaced]{DetailType: "Order Placed", Source: "shop.orders"}); err != nil {
		panic(err)
	}
	queued := tracing.Handle(sqsbatch.Handle(router.Handle,
		sqsbatch.WithMiddleware(tracing.Message), sqsbatch.WithObserver(tracing.Outcomes)), tracing.WithTracerProvider(&spans))
	if _, err := queued(context.Background(), events.SQSEvent{Records: []events.SQSMessage{{
		MessageId: "m1", Body: event, EventSourceARN: "arn:aws:sqs:eu-central-1:123456789012:orders",
	}}}); err != nil {
		panic(err)
	}
	spans.print()
	// Output:
	// lambda / process Order Placed[]
	// lambda / process Order Placed[]
	// lambda / process orders / process orders / process Order Placed[]
	// lambda / process orders / process orders succeeded[]
	// lambda / process orders[]
	// lambda[]
	// lambda[]
	// lambda[]
}
