package tracing_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/baggage"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"

	"github.com/lambdapatterns/lambdapatterns/tracing"
	"github.com/lambdapatterns/lambdapatterns/tracing/internal/spantest"
)

// shipError has a type of its own.
type shipError struct{}

func (shipError) Error() string { return "secret" }

// loop is the handler of somebody who calls messages one after another, and names those that fail unless they are to be dropped.
func loop(handle func(context.Context, *events.SQSMessage) error) func(context.Context, events.SQSEvent) (events.SQSEventResponse, error) {
	handle = tracing.Message(handle)
	return func(ctx context.Context, e events.SQSEvent) (events.SQSEventResponse, error) {
		response := events.SQSEventResponse{BatchItemFailures: []events.SQSBatchItemFailure{}}
		for i := range e.Records {
			if err := handle(ctx, &e.Records[i]); err != nil && !strings.Contains(err.Error(), "drop") {
				response.BatchItemFailures = append(response.BatchItemFailures, events.SQSBatchItemFailure{ItemIdentifier: e.Records[i].MessageId})
			}
		}
		return response, nil
	}
}

func ok(context.Context, *events.SQSMessage) error { return nil }

func TestMessagesHaveSpansUnderTheEvents(t *testing.T) {
	t.Parallel()
	var spans spantest.Recorder
	var current []trace.SpanContext
	handle := tracing.Handle(loop(func(ctx context.Context, m *events.SQSMessage) error {
		current = append(current, trace.SpanContextFromContext(ctx))
		return nil
	}), tracing.WithTracerProvider(&spans))
	event := batchOf(2)
	event.Records[0].Attributes["AWSTraceHeader"] = sender(0).String()
	event.Records[1].Attributes["AWSTraceHeader"] = sender(1).String()
	if _, err := handle(t.Context(), event); err != nil {
		t.Fatal(err)
	}

	list := named(t, &spans, "process orders")
	if len(list) != 3 || len(spans.Spans()) != 4 {
		t.Fatalf("got %d spans, %d of them of the queue", len(spans.Spans()), len(list))
	}
	server, batch, messages := spans.Spans()[0], list[0], list[1:]
	if batch.Parent.SpanID() != server.Context.SpanID() || batch.Kind != trace.SpanKindConsumer {
		t.Errorf("the event's span is of kind %v and has the parent %v", batch.Kind, batch.Parent)
	}
	common := "faas.trigger=pubsub\n"
	rest := "messaging.destination.name=orders\n%smessaging.operation.name=process\nmessaging.operation.type=process\nmessaging.system=aws_sqs\n"
	if got, want := text(batch.Attributes), common+"lambdapatterns.batch.failures=0\nmessaging.batch.message_count=2\n"+
		fmt.Sprintf(rest, ""); got != want {
		t.Errorf("the event's span has\n%swant\n%s", got, want)
	}
	if len(batch.Links) != 2 || batch.Links[1].SpanContext.SpanID() != sender(1).Parent ||
		len(batch.Links[1].Attributes) != 1 || batch.Links[1].Attributes[0].Value.AsString() != "m2" {
		t.Errorf("the event's span has the links %+v", batch.Links)
	}
	for i, s := range messages {
		want := common + "lambdapatterns.message.receive_count=2\nlambdapatterns.outcome=succeeded\n" +
			fmt.Sprintf(rest, fmt.Sprintf("messaging.message.id=m%d\n", i+1))
		if got := text(s.Attributes); got != want {
			t.Errorf("a message's span has\n%swant\n%s", got, want)
		}
		if s.Parent.SpanID() != batch.Context.SpanID() || s.Kind != trace.SpanKindConsumer || s.Context.SpanID() != current[i].SpanID() {
			t.Errorf("a message's span is of kind %v and has the parent %v", s.Kind, s.Parent)
		}
		if len(s.Links) != 1 || s.Links[0].SpanContext.SpanID() != sender(i).Parent || s.Code != codes.Unset {
			t.Errorf("a message's span has the links %+v and the status %v", s.Links, s.Code)
		}
	}
}

// Of raw bytes the handler that decodes them tells what they are.
func TestRawEvent(t *testing.T) {
	t.Parallel()
	var spans spantest.Recorder
	var inside trace.SpanContext
	inner := loop(ok)
	handler := lambda.NewHandler(func(ctx context.Context, e events.SQSEvent) (events.SQSEventResponse, error) {
		inside = trace.SpanContextFromContext(ctx)
		return inner(ctx, e)
	})
	raw := tracing.HandleRaw(handler, tracing.WithTracerProvider(&spans))
	if _, err := raw(t.Context(), []byte(`{"Records":[{"messageId":"m1","eventSource":"aws:sqs","eventSourceARN":"`+queueARN+`"}]}`)); err != nil {
		t.Fatal(err)
	}
	list := named(t, &spans, "process orders")
	if len(list) != 2 || list[1].Parent.SpanID() != list[0].Context.SpanID() || inside.SpanID() != list[0].Context.SpanID() ||
		list[0].Attributes["lambdapatterns.batch.failures"].AsInt64() != 0 || outcomeOf(list[1]) != "succeeded" {
		t.Errorf("got %+v", list)
	}
	if _, ok := list[0].Attributes["lambdapatterns.batch.failures"]; !ok {
		t.Error("the response was not seen")
	}
}

func TestSeveralQueues(t *testing.T) {
	t.Parallel()
	var spans spantest.Recorder
	event := batchOf(2)
	event.Records[1].EventSourceARN = "arn:aws:sqs:eu-central-1:123456789012:returns"
	if _, err := tracing.Handle(loop(ok), tracing.WithTracerProvider(&spans))(t.Context(), event); err != nil {
		t.Fatal(err)
	}
	batch := named(t, &spans, "process multiple_sources")
	if len(batch) != 1 || len(named(t, &spans, "process returns")) != 1 || len(named(t, &spans, "process orders")) != 1 {
		t.Fatalf("got %d spans", len(batch))
	}
	if _, ok := batch[0].Attributes["messaging.destination.name"]; ok {
		t.Error("the event's span has a destination")
	}
}

// Baggage of the message's sender reaches the handler, and the current span stays the message's.
func TestBaggageReachesTheHandler(t *testing.T) {
	t.Parallel()
	var spans spantest.Recorder
	event := batchOf(1)
	parent, bag := "00-0102030405060708090a0b0c0d0e0f10-0102030405060708-01", "tenant=blue"
	event.Records[0].MessageAttributes = map[string]events.SQSMessageAttribute{
		"traceparent": {StringValue: &parent, DataType: "String"}, "baggage": {StringValue: &bag, DataType: "String"},
	}
	handle := tracing.Handle(loop(func(ctx context.Context, _ *events.SQSMessage) error {
		if got := baggage.FromContext(ctx).Member("tenant").Value(); got != "blue" {
			t.Errorf("got the baggage %q", got)
		}
		if trace.SpanContextFromContext(ctx).IsRemote() {
			t.Error("the current span is the sender's")
		}
		return nil
	}), tracing.WithTracerProvider(&spans),
		tracing.WithPropagator(propagation.NewCompositeTextMapPropagator(propagation.TraceContext{}, propagation.Baggage{})))
	if _, err := handle(t.Context(), event); err != nil {
		t.Fatal(err)
	}
	for _, s := range named(t, &spans, "process orders") {
		if len(s.Links) != 1 {
			t.Errorf("got the links %v", s.Links)
		}
	}
}

// Many invocations at once, each with handlers that outlive it: every span ends once, and nothing is shared. The race detector
// reads along.
func TestMessagesOfConcurrentInvocations(t *testing.T) {
	t.Parallel()
	var spans spantest.Recorder
	one := tracing.Message(func(ctx context.Context, m *events.SQSMessage) error {
		if m.MessageId == "m3" {
			time.Sleep(time.Millisecond)
		}
		trace.SpanFromContext(ctx).AddEvent("at work")
		return nil
	})
	var late sync.WaitGroup
	invoke := tracing.Handle(func(ctx context.Context, e events.SQSEvent) (events.SQSEventResponse, error) {
		var wg sync.WaitGroup
		for i := range e.Records {
			wg.Add(1)
			late.Add(1)
			go func() {
				defer late.Done()
				if e.Records[i].MessageId == "m3" {
					wg.Done()
				} else {
					defer wg.Done()
				}
				_ = one(ctx, &e.Records[i])
			}()
		}
		wg.Wait()
		tracing.Outcomes(ctx, report{{"m1", "succeeded", true, nil}, {"m2", "failed", false, shipError{}}})
		return events.SQSEventResponse{}, nil
	}, tracing.WithTracerProvider(&spans))
	const invocations = 50
	var all sync.WaitGroup
	for range invocations {
		all.Add(1)
		go func() { defer all.Done(); _, _ = invoke(t.Context(), batchOf(4)) }()
	}
	all.Wait()
	late.Wait()
	if list := named(t, &spans, "process orders"); len(list) != 5*invocations {
		t.Errorf("got %d spans", len(list))
	}
}

// Without a Handle around it a message's span ends when the handler returns, and goes to the global provider.
func TestMessageAlone(t *testing.T) { // not parallel: it sets the global provider
	var spans spantest.Recorder
	before := otel.GetTracerProvider()
	otel.SetTracerProvider(&spans)
	defer otel.SetTracerProvider(before)
	event := batchOf(3)
	event.Records[0].Attributes["AWSTraceHeader"] = sender(0).String()
	handle := tracing.Message(func(_ context.Context, m *events.SQSMessage) error {
		switch m.MessageId {
		case "m2":
			return shipError{}
		case "m3":
			panic("secret")
		}
		return nil
	})
	tracing.Outcomes(t.Context(), report{{"m1", "succeeded", true, nil}}) // does nothing
	for i := range event.Records {
		func() {
			defer func() { _ = recover() }()
			_ = handle(t.Context(), &event.Records[i])
		}()
	}
	list := named(t, &spans, "process orders")
	if len(list) != 3 || len(list[0].Links) != 1 || list[0].Code != codes.Unset || list[1].Code != codes.Error ||
		outcomeOf(list[2]) != "- panicked" {
		t.Errorf("got %+v", list)
	}
}

func TestNilHandlersPanic(t *testing.T) {
	t.Parallel()
	for name, f := range map[string]func(){
		"Message":     func() { tracing.Message(nil) },
		"Record":      func() { tracing.Record[events.KinesisEventRecord](nil) },
		"Event":       func() { tracing.Event(nil) },
		"WithCarrier": func() { tracing.WithCarrier[events.SQSMessage](nil) },
	} {
		func() {
			defer func() {
				if s, _ := recover().(string); !strings.HasPrefix(s, "tracing: "+name) {
					t.Errorf("%s: it panics with %q", name, s)
				}
			}()
			f()
		}()
	}
}
