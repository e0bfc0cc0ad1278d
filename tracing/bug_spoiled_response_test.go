package tracing_test

import (
	"context"
	"errors"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"github.com/lambdapatterns/lambdapatterns/tracing"
	"github.com/lambdapatterns/lambdapatterns/tracing/internal/spantest"
)

// A response that names what is no message of its batch returns all of them to the queue: the spans said that those which it does not
// name had succeeded, or were dropped.
func TestBugResponseThatNamesNoMessage(t *testing.T) {
	t.Parallel()
	for name, ids := range map[string][]string{"empty": {""}, "foreign": {"m9"}, "beside one": {"m2", "m9"}, "empty beside one": {"m2", "", "m2"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			one := tracing.Message(func(_ context.Context, m *events.SQSMessage) error {
				if m.MessageId == "m3" {
					return errors.New("text")
				}
				return nil
			})
			var spans spantest.Recorder
			invoke := tracing.Handle(func(ctx context.Context, e events.SQSEvent) (r events.SQSEventResponse, _ error) {
				for i := range e.Records {
					_ = one(ctx, &e.Records[i])
				}
				for _, id := range ids {
					r.BatchItemFailures = append(r.BatchItemFailures, events.SQSBatchItemFailure{ItemIdentifier: id})
				}
				return r, nil
			}, tracing.WithTracerProvider(&spans))
			if _, err := invoke(t.Context(), batchOf(3)); err != nil {
				t.Fatal(err)
			}
			if n := named(t, &spans, "process orders")[0].Attributes["lambdapatterns.batch.failures"].AsInt64(); n != 3 {
				t.Errorf("the event has %d failures of 3", n)
			}
			for _, s := range named(t, &spans, "process orders")[1:] {
				want := ""
				switch id := s.Attribute("messaging.message.id"); {
				case id == "m3", id == "m2" && len(ids) > 1:
					want = "failed"
				}
				if got := s.Attribute("lambdapatterns.outcome"); got != want {
					t.Errorf("%s: %q, want %q", s.Attribute("messaging.message.id"), got, want)
				}
			}
		})
	}
}

// Records of a stream behind the one that is named come again too, and their spans said that they had succeeded.
func TestBugRecordsBehindTheFailed(t *testing.T) {
	t.Parallel()
	event := events.DynamoDBEvent{Records: make([]events.DynamoDBEventRecord, 4)}
	for i := range event.Records {
		event.Records[i].Change.SequenceNumber = string(rune('1' + i))
	}
	one := tracing.Record(func(_ context.Context, r *events.DynamoDBEventRecord) error {
		if n := r.Change.SequenceNumber; n == "1" || n == "4" {
			return errors.New("text")
		}
		return nil
	})
	var spans spantest.Recorder
	invoke := tracing.Handle(func(ctx context.Context, e events.DynamoDBEvent) (r events.DynamoDBEventResponse, _ error) {
		for i := range e.Records {
			_ = one(ctx, &e.Records[i])
		}
		r.BatchItemFailures = []events.DynamoDBBatchItemFailure{{ItemIdentifier: "2"}}
		return r, nil
	}, tracing.WithTracerProvider(&spans))
	if _, err := invoke(t.Context(), event); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"1": "dropped", "2": "failed", "3": "", "4": "failed"}
	seen := 0
	for _, s := range spans.Spans() {
		if id := s.Attribute("lambdapatterns.record.sequence_number"); id != "" {
			seen++
			if got := s.Attribute("lambdapatterns.outcome"); got != want[id] {
				t.Errorf("record %s: %q, want %q", id, got, want[id])
			}
		}
	}
	if n := spans.Spans()[1].Attributes["lambdapatterns.batch.failures"].AsInt64(); seen != 4 || n != 3 {
		t.Errorf("%d records, %d failures", seen, n)
	}
}
