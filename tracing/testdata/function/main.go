// Command function is a function with spans around its invocations and a flush that takes as long as it is told. It writes
// what happens when, one line for each: nanoseconds and a name.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"

	"github.com/lambdapatterns/lambdapatterns/tracing"
	"github.com/lambdapatterns/lambdapatterns/tracing/internal/spantest"
)

type request struct {
	Do      string `json:"do"`
	Works   int    `json:"works"`   // milliseconds
	Flushes int    `json:"flushes"` // milliseconds; less than 0: for ever, whatever the context says
}

type refusedError struct{}

func (*refusedError) Error() string { return "refused" }

func main() {
	f := &flusher{}
	handle := func(_ context.Context, r request) (any, error) {
		say("handler begins")
		f.set(r.Flushes)
		time.Sleep(time.Duration(r.Works) * time.Millisecond)
		switch r.Do {
		case "fail":
			return nil, &refusedError{}
		case "panic":
			panic(errors.New("boom"))
		case "stream":
			return &events.LambdaFunctionURLStreamingResponse{Body: io.NopCloser(strings.NewReader("streamed"))}, nil
		}
		return map[string]string{"html": "<b>"}, nil
	}
	lambda.Start(tracing.Handle(handle,
		tracing.WithTracerProvider(&f.Recorder),
		tracing.WithFlush(f),
		tracing.WithFlushTimeout(600*time.Millisecond),
		tracing.WithReserve(400*time.Millisecond),
		tracing.WithFlushErrors(func(_ context.Context, err error) { say("told " + err.Error()) }),
	))
}

// flusher is a tracer provider that keeps spans until it is flushed.
type flusher struct {
	spantest.Recorder
	mu   sync.Mutex
	told int
}

func (f *flusher) set(told int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.told = told
}

func (f *flusher) ForceFlush(ctx context.Context) error {
	f.mu.Lock()
	told := f.told
	f.mu.Unlock()
	say("flush begins")
	if told < 0 {
		select {}
	}
	select {
	case <-time.After(time.Duration(told) * time.Millisecond):
	case <-ctx.Done():
		return ctx.Err()
	}
	for _, span := range f.Spans() {
		say(fmt.Sprintf("span %s %d %s", span.Code, span.Ends, span.Attributes["error.type"].AsString()))
	}
	f.Reset()
	say("flush ends")
	return nil
}

func say(what string) {
	fmt.Fprintf(os.Stdout, "%d %s\n", time.Now().UnixNano(), what)
}
