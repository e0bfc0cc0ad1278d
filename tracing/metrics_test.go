package tracing_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/lambdapatterns/lambdapatterns/tracing"
	"github.com/lambdapatterns/lambdapatterns/tracing/internal/metrictest"
)

// endings are handlers for each way in which an invocation ends, with 3 s until its deadline.
var endings = map[string]func(context.Context, int) error{
	"success": func(context.Context, int) error { time.Sleep(time.Second); return nil },
	"failure": func(context.Context, int) error { return &declinedError{} },
	"panic":   func(context.Context, int) error { panic("boom") },
	"timeout": func(context.Context, int) error { time.Sleep(time.Minute); return nil },
}

// invokeToTheEnd invokes a handler twice. Its first invocation is a cold start.
func invokeToTheEnd(ctx context.Context, handle func(context.Context, int) error, opts ...tracing.Option) {
	wrapped := tracing.HandleEvent(handle, append(opts, nothing)...)
	for range 2 {
		func() {
			defer func() { _ = recover() }()
			ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
			defer cancel()
			_, _ = wrapped(ctx, 1)
		}()
	}
	synctest.Wait()
}

func TestMetrics(t *testing.T) {
	t.Setenv("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand")
	const other = `{faas.trigger other}`
	for ending, want := range map[string][]string{
		"success": {
			"faas.invocations 1 " + other, "faas.coldstarts 1 " + other, "faas.invoke_duration 1 " + other,
			"faas.invocations 1 " + other, "faas.invoke_duration 1 " + other,
		},
		"failure": {
			"faas.errors 1 " + other, "faas.coldstarts 1 " + other, "faas.invoke_duration 0 {error.type declinedError} " + other,
			"faas.errors 1 " + other, "faas.invoke_duration 0 {error.type declinedError} " + other,
		},
		"panic": {
			"faas.errors 1 " + other, "faas.coldstarts 1 " + other, "faas.invoke_duration 0 {error.type string} " + other,
			"faas.errors 1 " + other, "faas.invoke_duration 0 {error.type string} " + other,
		},
		"timeout": {
			"faas.errors 1 " + other, "faas.timeouts 1 " + other, "faas.coldstarts 1 " + other, "faas.invoke_duration 2.9 {error.type timeout} " + other,
			"faas.errors 1 " + other, "faas.timeouts 1 " + other, "faas.invoke_duration 2.9 {error.type timeout} " + other,
		},
	} {
		t.Run(ending, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var metrics metrictest.Recorder
				invokeToTheEnd(t.Context(), endings[ending], tracing.WithMeterProvider(&metrics))
				var got []string
				for _, m := range metrics.Measurements() {
					line := fmt.Sprintf("%s %v", m.Name, m.Value)
					for _, a := range m.Attributes.ToSlice() {
						line += fmt.Sprintf(" {%s %s}", a.Key, a.Value.AsString())
					}
					got = append(got, line)
				}
				if !slices.Equal(got, want) {
					t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
				}
			})
		})
	}
}

// The instruments of the page "Semantic conventions for FaaS metrics".
func TestInstruments(t *testing.T) {
	t.Parallel()
	var metrics metrictest.Recorder
	tracing.HandleRaw(rawHandler{}, tracing.WithMeterProvider(&metrics))
	bounds := []float64{0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10}
	for name, want := range map[string]metrictest.Instrument{
		"faas.invocations":     {Unit: "{invocation}", Description: "Number of successful invocations."},
		"faas.errors":          {Unit: "{error}", Description: "Number of invocation errors."},
		"faas.timeouts":        {Unit: "{timeout}", Description: "Number of invocation timeouts."},
		"faas.coldstarts":      {Unit: "{coldstart}", Description: "Number of invocation cold starts."},
		"faas.invoke_duration": {Unit: "s", Description: "Measures the duration of the function's logic execution.", Bounds: bounds},
	} {
		if got := metrics.Instruments[name]; fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s: got %v, want %v", name, got, want)
		}
	}
}
