package tracing_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-lambda-go/events"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"

	"github.com/lambdapatterns/lambdapatterns/tracing"
	"github.com/lambdapatterns/lambdapatterns/tracing/internal/spantest"
)

// printSpans prints each span under its parent, with what it is linked to and the attributes that are asked for.
func printSpans(spans []*spantest.Span, keys ...string) {
	depth := map[trace.SpanID]int{}
	for _, s := range spans {
		line := strings.Repeat("  ", depth[s.Parent.SpanID()]) + s.Name
		depth[s.Context.SpanID()] = depth[s.Parent.SpanID()] + 1
		for key, value := range s.Attributes {
			if slices.Contains(keys, string(key)) {
				line += fmt.Sprintf(" %s=%s", strings.TrimPrefix(string(key), "lambdapatterns."), value.String())
			}
		}
		for _, l := range s.Links {
			line += " linked to " + l.SpanContext.SpanID().String()
		}
		fmt.Println(line)
	}
}

// A function that goes through its messages itself. What became of each is what the response says.
func ExampleMessage() {
	ship := tracing.Message(func(_ context.Context, m *events.SQSMessage) error {
		if m.Body == "poison" {
			return errors.New("no such order")
		}
		return nil
	})
	handle := func(ctx context.Context, e events.SQSEvent) (events.SQSEventResponse, error) {
		response := events.SQSEventResponse{BatchItemFailures: []events.SQSBatchItemFailure{}}
		for i := range e.Records {
			if err := ship(ctx, &e.Records[i]); err != nil {
				response.BatchItemFailures = append(response.BatchItemFailures,
					events.SQSBatchItemFailure{ItemIdentifier: e.Records[i].MessageId})
			}
		}
		return response, nil
	}

	var spans spantest.Recorder // in a function: the SDK's provider
	traced := tracing.Handle(handle, tracing.WithTracerProvider(&spans))

	const queue = "arn:aws:sqs:eu-central-1:123456789012:orders"
	_, err := traced(context.Background(), events.SQSEvent{Records: []events.SQSMessage{
		{MessageId: "m1", EventSourceARN: queue, Body: "tea", Attributes: map[string]string{
			"AWSTraceHeader": "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1",
		}},
		{MessageId: "m2", EventSourceARN: queue, Body: "poison"},
	}})
	fmt.Println("error:", err)
	printSpans(spans.Spans()[1:], "lambdapatterns.outcome")
	// Output:
	// error: <nil>
	// process orders linked to 53995c3f42cd8ad8
	//   process orders outcome=succeeded linked to 53995c3f42cd8ad8
	//   process orders outcome=failed
}

// Where the sender of a record has put its trace context into the data, a function of yours finds it.
func ExampleRecord() {
	type click struct {
		Traceparent string `json:"traceparent"`
	}
	count := tracing.Record(func(context.Context, *events.KinesisEventRecord) error { return nil })
	var spans spantest.Recorder
	handle := tracing.HandleEvent(func(ctx context.Context, e events.KinesisEvent) error {
		for i := range e.Records {
			if err := count(ctx, &e.Records[i]); err != nil {
				return err
			}
		}
		return nil
	},
		tracing.WithTracerProvider(&spans), tracing.WithPropagator(propagation.TraceContext{}),
		tracing.WithCarrier(func(r *events.KinesisEventRecord) propagation.TextMapCarrier {
			var c click
			if json.Unmarshal(r.Kinesis.Data, &c) != nil {
				return nil
			}
			return propagation.MapCarrier{"traceparent": c.Traceparent}
		}))

	_, err := handle(context.Background(), events.KinesisEvent{Records: []events.KinesisEventRecord{{
		EventSourceArn: "arn:aws:kinesis:eu-central-1:123456789012:stream/clicks",
		Kinesis: events.KinesisRecord{
			Data: []byte(`{"traceparent":"00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01"}`),
		},
	}}})
	fmt.Println("error:", err)
	printSpans(spans.Spans()[1:], "messaging.system")
	// Output:
	// error: <nil>
	// process clicks messaging.system=aws.kinesis linked to 53995c3f42cd8ad8
	//   process clicks messaging.system=aws.kinesis linked to 53995c3f42cd8ad8
}

// Event is middleware for a router of package eventbridge. It fits any function that takes an event's JSON.
func ExampleEvent() {
	ship := tracing.Event(func(_ context.Context, event json.RawMessage) error {
		return errors.New("the warehouse is closed")
	})
	var spans spantest.Recorder
	handle := tracing.HandleEvent(ship, tracing.WithTracerProvider(&spans))
	_, err := handle(context.Background(), json.RawMessage(`{"id":"7bf73129","source":"shop","detail-type":"OrderPlaced","detail":{}}`))
	fmt.Println("error:", err)
	for _, s := range spans.Spans()[1:] {
		fmt.Println(s.Name, s.Kind, s.Code, s.Attributes["error.type"].AsString())
	}
	// Output:
	// error: the warehouse is closed
	// process OrderPlaced consumer Error failed
}

// shopReport is a report as those of packages sqsbatch and singletable/changes are.
type shopReport map[string]error

func (r shopReport) Each(tell func(id, outcome string, done bool, err error)) {
	for id, err := range r {
		tell(id, "out_of_stock", false, err)
	}
}

// Outcomes takes any report with the method Each. With sqsbatch it is given to WithObserver as it is.
func ExampleOutcomes() {
	var spans spantest.Recorder
	ship := tracing.Message(func(context.Context, *events.SQSMessage) error { return errors.New("not there") })
	handle := tracing.HandleEvent(func(ctx context.Context, e events.SQSEvent) error {
		tracing.Outcomes(ctx, shopReport{"m1": ship(ctx, &e.Records[0]), "m2": nil})
		return nil
	}, tracing.WithTracerProvider(&spans))
	_, err := handle(context.Background(), events.SQSEvent{Records: []events.SQSMessage{{MessageId: "m1"}, {MessageId: "m2"}}})
	fmt.Println("error:", err)
	list := spans.Spans()
	fmt.Println("m1:", list[2].Attributes["lambdapatterns.outcome"].AsString(), list[2].Code)
	fmt.Println("all:", list[1].Attributes["lambdapatterns.outcomes.out_of_stock"].AsInt64())
	fmt.Println("without a span:", list[1].EventAttributes[0]["lambdapatterns.message.ids"].AsStringSlice())
	// Output:
	// error: <nil>
	// m1: out_of_stock Error
	// all: 2
	// without a span: [m2]
}
