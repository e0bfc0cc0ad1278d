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
func ToDaemon() (*tracingotlp.Provider, error) {
	return tracingotlp.New() // AWS_XRAY_DAEMON_ADDRESS, which Lambda sets, says where
}

// ToCollector sends spans to a collector, in a layer or elsewhere, or to a vendor that speaks OTLP.
func ToCollector(url string) (*tracingotlp.Provider, error) {
	return tracingotlp.New(tracingotlp.WithEndpoint(url)) // or OTEL_EXPORTER_OTLP_ENDPOINT
}

// ToXRay sends spans to X-Ray's own OTLP endpoint. Give NewHandler tracing.WithXRay(tracing.XRayParent), too.
func ToXRay(cfg aws.Config, opts ...tracingotlp.Option) (*tracingotlp.Provider, error) {
	return tracingxray.New(cfg, opts...)
}

// Order is a message's body.
type Order struct {
	ID string `json:"id"`
}

// NewHandler makes what lambda.Start is given.
func NewHandler(
	ship func(context.Context, Order) error, start *coldstart.Start, provider *tracingotlp.Provider, log *slog.Logger, more ...tracing.Option,
) func(context.Context, json.RawMessage) (io.Reader, error) {
	handler := sqsbatch.Handle(ship,
		sqsbatch.WithMiddleware(tracing.Message),
		sqsbatch.WithObserver(tracing.Outcomes))
	options := []tracing.Option{
		tracing.WithTracerProvider(provider),
		tracing.WithPropagator(propagation.TraceContext{}),
		tracing.WithColdStart(coldstart.Cold),
		tracing.WithFlush(provider),
		tracing.WithFlushErrors(func(ctx context.Context, err error) { log.WarnContext(ctx, "spans were not sent", "error", err) }),
	}
	return coldstart.Wrap(start, tracing.HandleRaw(handler, append(options, more...)...))
}

// Traced makes spans of the calls of all clients that are made with cfg.
func Traced(cfg aws.Config) aws.Config {
	cfg.APIOptions = append(cfg.APIOptions, tracingaws.Middleware())
	return cfg
}
