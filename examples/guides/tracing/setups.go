// Package tracing is the code of docs/tracing.md: where a function's spans go, and what is put around a handler of messages.
package tracing

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"

	"github.com/aws/aws-sdk-go-v2/aws"
	"go.opentelemetry.io/otel/propagation"

	"github.com/lambdapatterns/lambdapatterns/coldstart"
	"github.com/lambdapatterns/lambdapatterns/sqsbatch"
	"github.com/lambdapatterns/lambdapatterns/tracing"
	"github.com/lambdapatterns/lambdapatterns/tracing/tracingaws"
	"github.com/lambdapatterns/lambdapatterns/tracing/tracingotlp"
	"github.com/lambdapatterns/lambdapatterns/tracing/tracingotlp/tracingxray"
)

// ToDaemon sends spans to the X-Ray daemon that Lambda runs beside a function with active tracing.
func ToDaemon() (*tracingotlp.Provider, tracing.XRayMode, error) {
	provider, err := tracingotlp.New() // AWS_XRAY_DAEMON_ADDRESS, which Lambda sets
	return provider, tracing.XRayParent, err
}

// ToCollector sends spans to a collector, in a layer or elsewhere, or to a vendor that speaks OTLP.
func ToCollector(url string) (*tracingotlp.Provider, tracing.XRayMode, error) {
	provider, err := tracingotlp.New(tracingotlp.WithEndpoint(url)) // or OTEL_EXPORTER_OTLP_ENDPOINT
	return provider, tracing.XRayIgnore, err
}

// ToXRay sends spans to X-Ray's own OTLP endpoint.
func ToXRay(cfg aws.Config, opts ...tracingotlp.Option) (*tracingotlp.Provider, tracing.XRayMode, error) {
	provider, err := tracingxray.New(cfg, opts...)
	return provider, tracing.XRayParent, err
}

// Order is a message's body.
type Order struct {
	ID string `json:"id"`
}

// NewHandler makes what lambda.Start is given.
func NewHandler(
	ship func(context.Context, Order) error, start *coldstart.Start, provider *tracingotlp.Provider, mode tracing.XRayMode, log *slog.Logger,
) func(context.Context, json.RawMessage) (io.Reader, error) {
	handler := sqsbatch.Handle(ship,
		sqsbatch.WithMiddleware(tracing.Message),
		sqsbatch.WithObserver(tracing.Outcomes))
	return coldstart.Wrap(start, tracing.HandleRaw(handler,
		tracing.WithTracerProvider(provider),
		tracing.WithPropagator(propagation.TraceContext{}),
		tracing.WithXRay(mode),
		tracing.WithColdStart(coldstart.Cold),
		tracing.WithFlush(provider),
		tracing.WithFlushErrors(func(ctx context.Context, err error) { log.WarnContext(ctx, "spans were not sent", "error", err) })))
}

// Traced makes spans of the calls of all clients that are made with cfg.
func Traced(cfg aws.Config) aws.Config {
	cfg.APIOptions = append(cfg.APIOptions, tracingaws.Middleware())
	return cfg
}
