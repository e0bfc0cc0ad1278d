package tracingotlp_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/lambdapatterns/lambdapatterns/tracing/tracingotlp"
)

// A destination that is down costs a flush its bound at most, and no spans: they go with a later flush.
func ExampleExportError() {
	down := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "60")
		w.WriteHeader(http.StatusServiceUnavailable)
	}))
	defer down.Close()
	provider, err := tracingotlp.New(tracingotlp.WithEndpoint(down.URL), tracingotlp.WithHeader("api-key", "secret"))
	if err != nil {
		panic(err)
	}
	_, span := provider.Tracer("example").Start(context.Background(), "payments")
	span.End()

	flush, cancel := context.WithTimeout(context.Background(), 500*time.Millisecond)
	defer cancel()
	var failed *tracingotlp.ExportError
	if errors.As(provider.ForceFlush(flush), &failed) {
		fmt.Println(failed.Reason, failed.Kept, failed.Lost)
	}
	// Output:
	// status 503 1 0
}
