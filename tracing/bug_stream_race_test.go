package tracing_test

import (
	"context"
	"encoding/json"
	"io"
	"sync"
	"testing"

	"go.opentelemetry.io/otel/codes"

	"github.com/lambdapatterns/lambdapatterns/tracing"
	"github.com/lambdapatterns/lambdapatterns/tracing/internal/spantest"
)

// net/http may still read a response when the runtime API has answered already and aws-lambda-go closes it.
func TestBugStreamReadAndClosedAtOnce(t *testing.T) {
	t.Parallel()
	var spans spantest.Recorder
	handle := tracing.Handle(func(context.Context, json.RawMessage) (io.Reader, error) { return failingReader{}, nil },
		tracing.WithTracerProvider(&spans))
	response, err := handle(t.Context(), json.RawMessage(`{}`))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := response.Read(make([]byte, 1)); err != errRead {
		t.Errorf("got %v", err)
	}
	var reading sync.WaitGroup
	reading.Go(func() { _, _ = response.Read(make([]byte, 1)) })
	_ = response.(io.Closer).Close()
	reading.Wait()
	if s := only(t, &spans); s.Code != codes.Error {
		t.Errorf("the span has the status %v", s.Code)
	}
}
