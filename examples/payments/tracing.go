package payments

import (
	"context"
	"log/slog"

	"go.opentelemetry.io/otel/propagation"

	"github.com/lambdapatterns/lambdapatterns/coldstart"
	"github.com/lambdapatterns/lambdapatterns/tracing"
	"github.com/lambdapatterns/lambdapatterns/tracing/tracingotlp"
)

// traced says how the functions' handlers are traced. Spans go to OTEL_EXPORTER_OTLP_ENDPOINT, or else to the X-Ray daemon that
// Lambda runs beside a function. Where there is neither, nothing is recorded.
func traced(log *slog.Logger) ([]tracing.Option, error) {
	provider, err := tracingotlp.New(tracingotlp.WithoutDefault())
	if err != nil {
		return nil, err
	}
	return []tracing.Option{
		tracing.WithTracerProvider(provider),
		tracing.WithPropagator(propagation.TraceContext{}),
		tracing.WithColdStart(coldstart.Cold),
		tracing.WithFlush(provider),
		tracing.WithFlushErrors(func(ctx context.Context, err error) { log.WarnContext(ctx, "spans were not sent", "error", err) }),
	}, nil
}
