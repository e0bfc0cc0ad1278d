package tracing_test

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/lambdapatterns/lambdapatterns/tracing"
	"github.com/lambdapatterns/lambdapatterns/tracing/internal/spantest"
)

// bytesFunc is a handler that reads the bytes itself.
type bytesFunc func(context.Context, []byte) ([]byte, error)

func (h bytesFunc) Invoke(ctx context.Context, payload []byte) ([]byte, error) {
	return h(ctx, payload)
}

// For its span's attributes the whole event was decoded by aws-lambda-go, which panics at such a set: the function died of it
// before its handler was called.
func TestBugItemThatCannotBeDecoded(t *testing.T) {
	t.Parallel()
	var spans spantest.Recorder
	called := false
	handle := tracing.HandleRaw(bytesFunc(func(context.Context, []byte) ([]byte, error) { called = true; return []byte("null"), nil }),
		tracing.WithTracerProvider(&spans))
	const record = `{"eventSource":"aws:dynamodb","eventName":"INSERT","eventSourceARN":"arn:aws:dynamodb:eu-central-1:1:table/orders/stream/x",` +
		`"dynamodb":{"ApproximateCreationDateTime":1767323045,"NewImage":{"set":{"BS":[1]}}}}`
	if _, err := handle(t.Context(), json.RawMessage(`{"Records":[`+record+`]}`)); err != nil || !called {
		t.Errorf("the handler was called: %v, %v", called, err)
	}
	s := spans.Spans()[0]
	for key, want := range map[string]string{
		"faas.document.collection": "orders", "faas.document.operation": "insert", "faas.document.time": "2026-01-02T03:04:05Z",
	} {
		if got := s.Attribute(key); got != want {
			t.Errorf("%s is %q, want %q", key, got, want)
		}
	}
}
