package tracing_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"go.opentelemetry.io/otel/codes"

	"github.com/lambdapatterns/lambdapatterns/tracing"
	"github.com/lambdapatterns/lambdapatterns/tracing/internal/spantest"
)

// When the invocation's time is up, its messages' spans end with it: those that were handled, the one that still runs. What is
// handled, reported and answered later ends its own spans, and changes nothing.
func TestMessagesOfAnInvocationThatTimesOut(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var spans spantest.Recorder
		handle := tracing.Message(func(_ context.Context, m *events.SQSMessage) error {
			switch m.MessageId {
			case "m2":
				return shipError{}
			case "m3":
				time.Sleep(2 * time.Second) // it ignores its context
			}
			return nil
		})
		invoke := tracing.HandleEvent(func(ctx context.Context, e events.SQSEvent) error {
			for i := range e.Records {
				_ = handle(ctx, &e.Records[i])
			}
			tracing.Outcomes(ctx, report{
				{"m1", "succeeded", true, nil}, {"m2", "failed", false, shipError{}}, {"m3", "succeeded", true, nil}, {"m4", "succeeded", true, nil},
			})
			return nil
		}, tracing.WithTracerProvider(&spans))
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		began := time.Now()
		if _, err := invoke(ctx, batchOf(4)); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		list := named(t, &spans, "process orders")
		if len(list) != 5 {
			t.Fatalf("got %d spans", len(list))
		}
		batch, messages := list[0], list[1:]
		if batch.Code != codes.Error || batch.Attributes["error.type"].AsString() != "timeout" || len(batch.Events) != 0 {
			t.Errorf("the event's span has the status %v, %s", batch.Code, batch.Attributes["error.type"].AsString())
		}
		for i, want := range []string{"-", "failed shipError", "timed_out timed_out", "-"} {
			if got := outcomeOf(messages[i]); got != want {
				t.Errorf("m%d: got %q, want %q", i+1, got, want)
			}
		}
		if took := messages[2].Stop.Sub(began); took != 900*time.Millisecond {
			t.Errorf("the span of the call that still runs ends after %v", took)
		}
		if took := messages[1].Stop.Sub(began); took != 0 {
			t.Errorf("the span of the call that had returned ends after %v", took)
		}
	})
}

// The text of an error is in a status where that is asked for.
func TestErrorTextsOfMessages(t *testing.T) {
	t.Parallel()
	for _, asked := range []bool{false, true} {
		var spans spantest.Recorder
		opts := []tracing.Option{tracing.WithTracerProvider(&spans)}
		want := ""
		if asked {
			opts, want = append(opts, tracing.WithErrorTexts()), "secret"
		}
		handle := tracing.Handle(loop(func(context.Context, *events.SQSMessage) error { return shipError{} }), opts...)
		if _, err := handle(t.Context(), batchOf(1)); err != nil {
			t.Fatal(err)
		}
		if got := named(t, &spans, "process orders")[1].Description; got != want {
			t.Errorf("asked for %t: got %q", asked, got)
		}
	}
}

// A stream's response names the first record that failed, in whichever form it is returned.
func TestFailuresOfStreams(t *testing.T) {
	t.Parallel()
	kinesis := events.KinesisEvent{Records: make([]events.KinesisEventRecord, 3)}
	table := events.DynamoDBEvent{Records: make([]events.DynamoDBEventRecord, 3)}
	for i := range 3 {
		kinesis.Records[i].Kinesis.SequenceNumber = string(rune('1' + i))
		table.Records[i].Change.SequenceNumber = string(rune('1' + i))
	}
	failure := func(id string) []events.KinesisBatchItemFailure {
		return []events.KinesisBatchItemFailure{{ItemIdentifier: id}}
	}
	check := func(name string, spans *spantest.Recorder, want int64) {
		t.Helper()
		if got, ok := spans.Spans()[1].Attributes["lambdapatterns.batch.failures"]; !ok || got.AsInt64() != want {
			t.Errorf("%s: got %s, want %d", name, got.String(), want)
		}
	}
	for id, want := range map[string]int64{"1": 3, "2": 2, "3": 1, "unknown": 3} {
		check("Kinesis "+id, answered(t, kinesis, events.KinesisEventResponse{BatchItemFailures: failure(id)}), want)
		check("Kinesis, in a window "+id, answered(t, events.KinesisTimeWindowEvent{KinesisEvent: kinesis},
			events.KinesisTimeWindowEventResponse{BatchItemFailures: failure(id)}), want)
		check("DynamoDB "+id, answered(t, table, events.DynamoDBEventResponse{
			BatchItemFailures: []events.DynamoDBBatchItemFailure{{ItemIdentifier: id}},
		}), want)
		check("DynamoDB, in a window "+id, answered(t, events.DynamoDBTimeWindowEvent{DynamoDBEvent: table},
			events.DynamoDBTimeWindowEventResponse{BatchItemFailures: []events.DynamoDBBatchItemFailure{{ItemIdentifier: id}}}), want)
	}
	check("nothing failed", answered(t, kinesis, events.KinesisEventResponse{}), 0)
	check("a pointer", answered(t, batchOf(2), &events.SQSEventResponse{
		BatchItemFailures: []events.SQSBatchItemFailure{{ItemIdentifier: "m1"}},
	}), 1)
}

// answered returns the spans of an invocation with a response.
func answered[E, R any](t *testing.T, event E, response R) *spantest.Recorder {
	t.Helper()
	var spans spantest.Recorder
	handle := tracing.Handle(func(context.Context, E) (R, error) { return response, nil }, tracing.WithTracerProvider(&spans))
	if _, err := handle(t.Context(), event); err != nil {
		t.Fatal(err)
	}
	return &spans
}
