package tracing_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace/noop"

	"github.com/lambdapatterns/lambdapatterns/tracing"
	"github.com/lambdapatterns/lambdapatterns/tracing/internal/spantest"
)

var nothing = tracing.WithTracerProvider(noop.NewTracerProvider())

func responding[R any](response R, err error) func(context.Context, json.RawMessage) (R, error) {
	return func(context.Context, json.RawMessage) (R, error) { return response, err }
}

type openReader struct{ io.Reader } // encodes to an object that is not empty

type valueError struct{}

func (valueError) Error() string { return "v" }

// TestSameAsBare holds what a wrapped handler answers against what aws-lambda-go makes of the bare one.
func TestSameAsBare(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ bare, wrapped any }{
		"object":      both(map[string]any{"a": 1, "html": "<&>", "big": json.Number("9007199254740993")}, nil),
		"string":      both("x\n", nil),
		"nil":         both[any](nil, nil),
		"nil pointer": both[*benchOrder](nil, nil),
		"raw":         both(json.RawMessage(` { "a" : [ 1 ] } `), nil),
		"bytes":       both([]byte{1, 2}, nil),
		"empty":       both(struct{}{}, nil),
		"response":    both(events.APIGatewayV2HTTPResponse{StatusCode: 201, Body: "<b>"}, nil),
		"not JSON":    both(math.NaN(), nil),
		"channel":     both(make(chan int), nil),
		"nil stream":  both[*events.LambdaFunctionURLStreamingResponse](nil, nil),
		"open reader": both(openReader{nil}, nil),
		"nil reader":  both[io.Reader](nil, nil),
		"error":       both(1, errors.New("no")),
		"wrapped":     both(1, fmt.Errorf("while: %w", &declinedError{})),
		"value error": both(1, error(valueError{})),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for range 2 { // the second time with what the first left in the pool
				want, wantErr := lambda.NewHandler(c.bare).Invoke(t.Context(), []byte("{}"))
				got, err := lambda.NewHandler(c.wrapped).Invoke(t.Context(), []byte("{}"))
				if !bytes.Equal(got, want) {
					t.Errorf("got %s, want %s", got, want)
				}
				if fmt.Sprintf("%T %[1]v", err) != fmt.Sprintf("%T %[1]v", wantErr) {
					t.Errorf("got %T %v, want %T %v", err, err, wantErr, wantErr)
				}
			}
		})
	}
}

func both[R any](response R, err error) struct{ bare, wrapped any } {
	bare := responding(response, err)
	return struct{ bare, wrapped any }{bare, tracing.Handle(bare, nothing)}
}

func TestEvents(t *testing.T) {
	t.Parallel()
	// What contrib's wrapper turns into a float.
	handle := tracing.Handle(func(_ context.Context, e struct{ N int64 }) (int64, error) { return e.N, nil }, nothing)
	if got, err := lambda.NewHandler(handle).Invoke(t.Context(), []byte(`{"N":9007199254740993}`)); string(got) != "9007199254740993" {
		t.Errorf("got %s, %v", got, err)
	}
	if _, err := lambda.NewHandler(handle).Invoke(t.Context(), []byte(`{"N":"x"}`)); err == nil {
		t.Error("an event of another type is taken")
	}
	strict := lambda.NewHandlerWithOptions(handle, lambda.WithDisallowUnknownFields(true))
	if _, err := strict.Invoke(t.Context(), []byte(`{"M":1}`)); err == nil {
		t.Error("aws-lambda-go's options for events do not reach it")
	}
	null := tracing.HandleEvent(func(context.Context, int) error { return nil }, nothing)
	if got, err := lambda.NewHandler(null).Invoke(t.Context(), []byte(`1`)); string(got) != "null" || err != nil {
		t.Errorf("HandleEvent: got %s, %v", got, err)
	}
	raw := tracing.HandleRaw(rawHandler{response: `{"<>":1}`}, nothing)
	if got, err := lambda.NewHandler(raw).Invoke(t.Context(), []byte(` {"a":1}`)); string(got) != `{"<>":1}` || err != nil {
		t.Errorf("HandleRaw: got %s, %v", got, err)
	}
}

type stream struct {
	io.Reader
	closed int
}

func (s *stream) Close() error { s.closed++; return errors.New("closing") }

func (*stream) MarshalJSON() ([]byte, error) { return nil, errors.New("not JSON") }

func TestStream(t *testing.T) {
	t.Parallel()
	var spans spantest.Recorder
	option := tracing.WithTracerProvider(&spans)
	invoke := func(response io.Reader) (io.Reader, string) {
		spans.Reset()
		got, err := tracing.Handle(responding(response, nil), option)(t.Context(), json.RawMessage(functionURLEvent))
		if err != nil {
			t.Fatal(err)
		}
		return got, got.(interface{ ContentType() string }).ContentType()
	}

	body := &stream{Reader: strings.NewReader("hello")}
	got, contentType := invoke(&events.LambdaFunctionURLStreamingResponse{StatusCode: 503, Body: body})
	if contentType != "application/vnd.awslambda.http-integration-response" {
		t.Errorf("content type %q", contentType)
	}
	if spans.Spans()[0].Ends != 0 {
		t.Error("the span ends before the stream")
	}
	if all, err := io.ReadAll(got); err != nil || !bytes.HasSuffix(all, []byte("\x00hello")) || !bytes.HasPrefix(all, []byte(`{"statusCode":503}`)) {
		t.Errorf("got %q, %v", all, err)
	}
	for range 2 {
		_ = got.(io.Closer).Close()
	}
	span := only(t, &spans)
	wantAttribute(t, span, "http.response.status_code", 503)
	if body.closed != 1 || span.Code != codes.Error {
		t.Errorf("closed %d times, status %v", body.closed, span.Code)
	}

	// Nothing of aws-lambda-go's, and an error in the middle.
	failing := &stream{Reader: io.MultiReader(strings.NewReader("he"), failingReader{})}
	got, contentType = invoke(failing)
	all, err := io.ReadAll(got)
	if string(all) != "he" || !errors.Is(err, errRead) || contentType != "application/octet-stream" {
		t.Errorf("got %q, %v, %q", all, err, contentType)
	}
	if err := got.(io.Closer).Close(); err == nil || err.Error() != "closing" || failing.closed != 1 {
		t.Errorf("Close: %v, %d times", err, failing.closed)
	}
	wantAttribute(t, only(t, &spans), "error.type", "errorString")

	// Through aws-lambda-go: only bytes count.
	handler := lambda.NewHandler(tracing.Handle(responding(io.Reader(bytes.NewBufferString("plain")), nil), option))
	if got, err := handler.Invoke(t.Context(), []byte("{}")); string(got) != "plain" || err != nil {
		t.Errorf("got %q, %v", got, err)
	}
}

var errRead = errors.New("read")

type failingReader struct{}

func (failingReader) Read([]byte) (int, error) { return 0, errRead }

// The reader that aws-lambda-go posts: it must not show bytes of another response once it is closed.
func TestResponseAfterClose(t *testing.T) {
	t.Parallel()
	handle := tracing.Handle(func(_ context.Context, s string) (string, error) { return s, nil }, nothing)
	first, err := handle(t.Context(), "first")
	if err != nil {
		t.Fatal(err)
	}
	buf := make([]byte, 3)
	if n, err := first.Read(buf); n != 3 || err != nil || string(buf) != `"fi` {
		t.Errorf("got %q, %v", buf[:n], err)
	}
	if encoded, err := json.Marshal(first); string(encoded) != "{}" || err != nil {
		t.Errorf("the reader encodes to %s, %v", encoded, err)
	}
	_ = first.(io.Closer).Close()
	second, _ := handle(t.Context(), "second")
	if rest, err := io.ReadAll(first); len(rest) != 0 || err != nil {
		t.Errorf("after Close: %q, %v", rest, err)
	}
	if all, err := io.ReadAll(second); string(all) != `"second"` || err != nil {
		t.Errorf("got %q, %v", all, err)
	}
}

func TestPanic(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		value any
		want  string
	}{
		"string":  {"boom", "string"},
		"error":   {&declinedError{}, "declinedError"},
		"runtime": {nil, "PanicNilError"},
		"number":  {7, "int"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var spans spantest.Recorder
			flusher := &countingFlusher{}
			handle := tracing.HandleEvent(func(context.Context, int) error { panic(c.value) },
				tracing.WithTracerProvider(&spans), tracing.WithFlush(flusher), tracing.WithErrorTexts())
			func() {
				defer func() {
					if v := recover(); v != c.value && c.value != nil {
						t.Errorf("the panic goes on with %v", v)
					}
				}()
				_, _ = handle(t.Context(), 1)
				t.Error("no panic")
			}()
			span := only(t, &spans)
			wantAttribute(t, span, "error.type", c.want)
			if span.Code != codes.Error || flusher.count() != 1 || c.value != nil && span.Description != fmt.Sprint(c.value) {
				t.Errorf("status %v %q, %d flushes", span.Code, span.Description, flusher.count())
			}
		})
	}
}

// As t.Fatal does it in a handler under test.
func TestGoexit(t *testing.T) {
	t.Parallel()
	var spans spantest.Recorder
	flusher := &countingFlusher{}
	var done sync.WaitGroup
	done.Go(func() {
		handle := tracing.HandleEvent(func(context.Context, int) error { goexit(); return nil },
			tracing.WithTracerProvider(&spans), tracing.WithFlush(flusher))
		_, _ = handle(t.Context(), 1)
		t.Error("the goroutine goes on")
	})
	done.Wait()
	wantAttribute(t, only(t, &spans), "error.type", "Goexit")
	if flusher.count() != 1 {
		t.Errorf("%d flushes", flusher.count())
	}
}

func TestConcurrentInvocations(t *testing.T) {
	t.Parallel()
	var spans spantest.Recorder
	flusher := &countingFlusher{}
	handler := lambda.NewHandler(tracing.Handle(func(_ context.Context, n int) (int, error) { return n, nil },
		tracing.WithTracerProvider(&spans), tracing.WithFlush(flusher), tracing.WithXRay(tracing.XRayParent)))
	var all sync.WaitGroup
	const goroutines, each = 8, 50
	for g := range goroutines {
		all.Go(func() {
			for i := range each {
				n := g*each + i
				ctx := invoked(t.Context(), fmt.Sprintf("Root=1-5759e988-%024x;Parent=53995c3f42cd8ad8;Sampled=1", n+1))
				if got, err := handler.Invoke(ctx, fmt.Append(nil, n)); string(got) != fmt.Sprint(n) || err != nil {
					t.Errorf("got %s, %v, want %d", got, err, n)
				}
			}
		})
	}
	all.Wait()
	seen := map[string]bool{}
	cold := 0
	for _, span := range spans.Spans() {
		seen[span.Context.TraceID().String()] = true
		if span.Attributes["faas.coldstart"].AsBool() {
			cold++
		}
	}
	if len(seen) != goroutines*each || flusher.count() != goroutines*each || cold != 1 {
		t.Errorf("%d traces, %d flushes, %d cold starts", len(seen), flusher.count(), cold)
	}
}

func TestSettingsThatPanic(t *testing.T) {
	t.Parallel()
	for name, f := range map[string]func(){
		"Handle(nil)":           func() { tracing.Handle[int, int](nil) },
		"HandleEvent(nil)":      func() { tracing.HandleEvent[int](nil) },
		"HandleRaw(nil)":        func() { tracing.HandleRaw(nil) },
		"nil option":            func() { tracing.HandleRaw(rawHandler{}, nil) },
		"WithTracerProvider":    func() { tracing.WithTracerProvider(nil) },
		"WithPropagator":        func() { tracing.WithPropagator(nil) },
		"WithMeterProvider":     func() { tracing.WithMeterProvider(nil) },
		"WithTrigger":           func() { tracing.WithTrigger("cron") },
		"WithReserve":           func() { tracing.WithReserve(-1) },
		"WithXRay":              func() { tracing.WithXRay(3) },
		"WithColdStart":         func() { tracing.WithColdStart(nil) },
		"WithFlush":             func() { tracing.WithFlush() },
		"WithFlush(nil)":        func() { tracing.WithFlush(nil) },
		"WithFlushTimeout":      func() { tracing.WithFlushTimeout(0) },
		"WithFlushErrors":       func() { tracing.WithFlushErrors(nil) },
		"WithMetricsTo":         func() { tracing.WithMetricsTo(nil, "N", nil) },
		"WithMetricsTo name":    func() { tracing.WithMetricsTo(io.Discard, "AWS/x", nil) },
		"WithMetricsTo twice":   func() { tracing.WithMetricsTo(io.Discard, "N", map[string]string{"Duration": "x"}) },
		"WithMetricsTo trigger": func() { tracing.WithMetricsTo(io.Discard, "N", map[string]string{"trigger": "x"}) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			defer func() {
				if text, ok := recover().(string); !ok || !strings.HasPrefix(text, "tracing: ") {
					t.Errorf("panic %v", text)
				}
			}()
			f()
			t.Error("no panic")
		})
	}
}
