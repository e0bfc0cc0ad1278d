package sqsbatch_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/lambdapatterns/lambdapatterns/sqsbatch"
	"github.com/lambdapatterns/lambdapatterns/sqsbatch/envelope"
)

func TestWrongSettingsPanicWhenTheHandlerIsMade(t *testing.T) {
	t.Parallel()
	text := func(context.Context, string) error { return nil }
	whole := func(context.Context, events.SQSMessage) error { return nil }
	texts := func(context.Context, []sqsbatch.Message[string]) []error { return nil }
	noMiddleware := func(func(context.Context, *events.SQSMessage) error) func(context.Context, *events.SQSMessage) error {
		return nil
	}
	metricsWith := func(n int, name, value string) {
		dimensions := map[string]string{name: value}
		for i := range n - 1 {
			dimensions[fmt.Sprint("d", i)] = "x"
		}
		sqsbatch.MetricsTo(io.Discard, "Shop", dimensions)
	}
	for name, wrong := range map[string]func(){
		"WithConcurrency(0)": func() { sqsbatch.WithConcurrency(0) },
		"WithReserve(0s)":    func() { sqsbatch.WithReserve(0) },
		"WithObserver":       func() { sqsbatch.WithObserver(nil) },
		"LogTo":              func() { sqsbatch.LogTo(nil) },
		"Handle":             func() { sqsbatch.Handle[string](nil) },
		"takes one message":  func() { sqsbatch.Handle(func(context.Context, events.SQSEvent) error { return nil }) },
		"not an events":      func() { sqsbatch.Handle(func(context.Context, *events.SQSEvent) error { return nil }) },

		"option that is nil":             func() { sqsbatch.Handle(text, nil) },
		"WithGroupConcurrency(0)":        func() { sqsbatch.WithGroupConcurrency(0) },
		"WithProcessConcurrency(0)":      func() { sqsbatch.WithProcessConcurrency(0) },
		"WithMessageTimeout(0s)":         func() { sqsbatch.WithMessageTimeout(0) },
		"WithBackoff(0s, 1s)":            func() { sqsbatch.WithBackoff(0, time.Second) },
		"WithBackoff(2s, 1s)":            func() { sqsbatch.WithBackoff(2*time.Second, time.Second) },
		"WithBackoff(1s, 12h0m0s)":       func() { sqsbatch.WithBackoff(time.Second, 12*time.Hour) },
		"give Handle a Settler":          func() { sqsbatch.Handle(text, sqsbatch.WithBackoff(time.Second, time.Minute)) },
		"WithSettler":                    func() { sqsbatch.WithSettler(nil) },
		"WithBrake(0)":                   func() { sqsbatch.WithBrake(0, func(error) bool { return true }) },
		"WithBrake needs":                func() { sqsbatch.WithBrake(1, nil) },
		"WithMaxReceiveCount(0)":         func() { sqsbatch.WithMaxReceiveCount(0) },
		"WithMaxReceiveCount(1001)":      func() { sqsbatch.WithMaxReceiveCount(1001) },
		"WithCodec needs":                func() { sqsbatch.WithCodec(nil) },
		"WithCodec does nothing":         func() { sqsbatch.Handle(text, sqsbatch.WithCodec(json.Unmarshal)) },
		"WithUndecodable":                func() { sqsbatch.WithUndecodable(nil) },
		"WithDecoding needs":             func() { sqsbatch.WithDecoding() },
		"step that is nil":               func() { sqsbatch.WithDecoding(nil) },
		"WithDecoding does nothing":      func() { sqsbatch.Handle(whole, sqsbatch.WithDecoding(envelope.Base64())) },
		"WithMiddleware got":             func() { sqsbatch.WithMiddleware(nil) },
		"function of WithMiddleware":     func() { sqsbatch.Handle(text, sqsbatch.WithMiddleware(noMiddleware)) },
		"HandleBatch needs":              func() { sqsbatch.HandleBatch[string](nil) },
		"no use for WithConcurrency":     func() { sqsbatch.HandleBatch(texts, sqsbatch.WithConcurrency(1)) },
		"no use for WithGroup":           func() { sqsbatch.HandleBatch(texts, sqsbatch.WithGroupConcurrency(1)) },
		"no use for WithMessageTimeout":  func() { sqsbatch.HandleBatch(texts, sqsbatch.WithMessageTimeout(1)) },
		"no use for WithBrake":           func() { sqsbatch.HandleBatch(texts, sqsbatch.WithBrake(1, func(error) bool { return true })) },
		"no use for WithMiddleware":      func() { sqsbatch.HandleBatch(texts, sqsbatch.WithMiddleware(noMiddleware)) },
		"MetricsTo needs a writer":       func() { sqsbatch.MetricsTo(nil, "Shop", nil) },
		`namespace "" needs 1 to 255`:    func() { sqsbatch.MetricsTo(io.Discard, "", nil) },
		`namespace "a?" has`:             func() { sqsbatch.MetricsTo(io.Discard, "a?", nil) },
		`namespace "AWS/SQS" is not`:     func() { sqsbatch.MetricsTo(io.Discard, "AWS/SQS", nil) },
		"30 dimensions and QueueName":    func() { metricsWith(30, "x", "x") },
		`dimension "QueueName"`:          func() { metricsWith(1, "QueueName", "x") },
		`dimension "Duration"`:           func() { metricsWith(1, "Duration", "x") },
		`dimension "Failed"`:             func() { metricsWith(1, "Failed", "x") },
		`dimension "": need a name`:      func() { metricsWith(1, "", "x") },
		`dimension ":x": need a name`:    func() { metricsWith(1, ":x", "x") },
		`dimension "é": need a name`:     func() { metricsWith(1, "é", "x") },
		`dimension "x": need a value`:    func() { metricsWith(1, "x", " ") },
		`dimension "y": need a value of`: func() { metricsWith(1, "y", strings.Repeat("y", 1025)) },
	} {
		func() {
			defer func() {
				if r := recover(); r == nil || !strings.Contains(fmt.Sprint(r), name) {
					t.Errorf("%s: panicked with %v", name, r)
				}
			}()
			wrong()
		}()
	}
}
