package tracing_test

import (
	"context"
	"errors"
	"testing"

	"github.com/aws/aws-lambda-go/lambda"
	"go.opentelemetry.io/otel/codes"

	"github.com/lambdapatterns/lambdapatterns/tracing"
	"github.com/lambdapatterns/lambdapatterns/tracing/internal/spantest"
)

func TestHandleThroughLambda(t *testing.T) {
	t.Parallel()
	var spans spantest.Recorder
	handle := tracing.Handle(func(_ context.Context, n int) (map[string]int, error) {
		if n < 0 {
			return nil, errors.New("negative")
		}
		return map[string]int{"n": n}, nil
	}, tracing.WithTracerProvider(&spans))
	handler := lambda.NewHandler(handle)

	got, err := handler.Invoke(t.Context(), []byte("7"))
	if err != nil || string(got) != `{"n":7}` {
		t.Errorf("got %s, %v", got, err)
	}
	if _, err := handler.Invoke(t.Context(), []byte("-1")); err == nil || err.Error() != "negative" {
		t.Errorf("got %v", err)
	}
	list := spans.Spans()
	if len(list) != 2 || list[0].Code != codes.Unset || list[1].Code != codes.Error || list[0].Ends != 1 || list[1].Ends != 1 {
		t.Errorf("got %+v", list)
	}
}
