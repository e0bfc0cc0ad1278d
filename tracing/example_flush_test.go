package tracing_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/lambdapatterns/lambdapatterns/tracing"
)

// backend stands for an SDK's provider with a batching processor and an exporter.
type backend struct{ err error }

func (b backend) ForceFlush(context.Context) error {
	fmt.Println("flush")
	return b.err
}

func ExampleWithFlush() {
	handle := tracing.Handle(func(_ context.Context, name string) (string, error) { return "hello " + name, nil },
		tracing.WithTracerProvider(&spans),
		tracing.WithFlush(backend{err: errors.New("the backend is down")}),
		tracing.WithFlushTimeout(500*time.Millisecond),
		tracing.WithFlushErrors(func(_ context.Context, err error) {
			fmt.Println(err)
		}))

	// What aws-lambda-go does with a handler's result: it posts what it reads, and closes it when it has posted it.
	response, err := handle(context.Background(), "Ada")
	body, _ := io.ReadAll(response)
	fmt.Println("the caller has", string(body), err)
	_ = response.(io.Closer).Close()
	// Output:
	// the caller has "hello Ada" <nil>
	// flush
	// tracing: the flush failed: the backend is down
}
