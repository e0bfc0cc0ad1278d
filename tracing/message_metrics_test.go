package tracing_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	noopspans "go.opentelemetry.io/otel/trace/noop"

	"github.com/lambdapatterns/lambdapatterns/tracing"
	"github.com/lambdapatterns/lambdapatterns/tracing/internal/metrictest"
)

// Spans that are not recorded are measured all the same, and so are messages without one.
func TestMetricsOfMessages(t *testing.T) {
	t.Parallel()
	var measured metrictest.Recorder
	handle := tracing.Message(func(_ context.Context, m *events.SQSMessage) error {
		if m.MessageId == "m2" {
			return shipError{}
		}
		return nil
	})
	invoke := tracing.HandleEvent(func(ctx context.Context, e events.SQSEvent) error {
		for i := range 3 {
			_ = handle(ctx, &e.Records[i])
		}
		tracing.Outcomes(ctx, report{
			{"m1", "succeeded", true, nil}, {"m2", "failed", false, shipError{}}, {"m4", "skipped_deadline", false, nil},
		})
		return nil // of m3 nobody tells
	}, tracing.WithMeterProvider(&measured), tracing.WithTracerProvider(noopspans.NewTracerProvider()))
	if _, err := invoke(t.Context(), batchOf(4)); err != nil {
		t.Fatal(err)
	}
	var want []string
	const rest = " messaging.destination.name=orders messaging.operation.name=process messaging.system=aws_sqs"
	for _, outcome := range []string{"lambdapatterns.outcome=succeeded", "lambdapatterns.outcome=succeeded", "error.type=shipError lambdapatterns.outcome=failed"} {
		want = append(want, "messaging.client.consumed.messages +1 "+outcome+rest, "messaging.process.duration "+outcome+rest)
	}
	want = append(want, "messaging.client.consumed.messages +1 lambdapatterns.outcome=skipped_deadline"+rest)
	var got []string
	for _, m := range measured.Measurements() {
		line := m.Name
		switch {
		case !strings.HasPrefix(m.Name, "messaging."):
			continue
		case measured.Instruments[m.Name].Unit == "s":
			if m.Value <= 0 || m.Value > 60 {
				t.Errorf("%s is %v s", m.Name, m.Value)
			}
		default:
			line += fmt.Sprint(" +", m.Value)
		}
		for _, a := range m.Attributes.ToSlice() {
			line += fmt.Sprintf(" %s=%s", a.Key, a.Value.String())
		}
		got = append(got, line)
	}
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}
