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
