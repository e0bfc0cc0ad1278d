package oteltest

import (
	"testing"

	"github.com/lambdapatterns/lambdapatterns/coldstart/coldstarttest"
)

// Where spans would go to. No invocation comes, so none does.
var collector = map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318"}

// What tracing adds to a function has a budget with some room. It is there for a dependency that comes in.
func TestStart(t *testing.T) {
	if testing.Short() {
		t.Skip("builds and starts functions")
	}
	f := coldstarttest.Function{Package: "./functions/traced", Environment: collector, Starts: 3}
	t.Log(coldstarttest.Check(t, f, coldstarttest.Budget{Size: 1.4, Allocations: 2.5, Ready: 4}))
}

// BenchmarkStart asks what tracing costs a function in size and at its start, beside a bare one that is built and started in
// turn with it: with tracingotlp, with tracingxray, and with OpenTelemetry's own exporter. Run it once, with -benchtime 1x; the
// nanoseconds mean nothing.
func BenchmarkStart(b *testing.B) {
	for _, name := range []string{"traced", "xray", "official"} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				f := coldstarttest.Function{Package: "./functions/" + name, Environment: collector, Starts: 25}
				m := coldstarttest.Check(b, f, coldstarttest.Budget{Size: 10})
				b.ReportMetric(float64(m.Function.Bytes)/1e6, "MB")
				b.ReportMetric(float64(m.Function.Bytes-m.Bare.Bytes)/1e6, "MB-more")
				b.ReportMetric(float64(m.Function.Allocations()-m.Bare.Allocations()), "init-allocs-more")
				b.ReportMetric(float64(m.Function.Ready)/float64(m.Bare.Ready), "ready-ratio")
				b.ReportMetric(float64((m.Function.Ready-m.Bare.Ready).Microseconds())/1000, "ready-ms-more")
			}
		})
	}
}
