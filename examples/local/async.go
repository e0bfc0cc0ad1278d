package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"sync"
	"time"

	"github.com/lambdapatterns/lambdapatterns/internal/lambdaruntime"
)

// maxAttempts is how often Lambda tries an asynchronous invocation: once, and twice more.
const maxAttempts = 3

// asyncInvoker is Lambda's asynchronous invocation of a function: an event is taken at once, tried up to three times, and then
// handed to the on-failure destination (AWS Lambda Developer Guide, "Invoking a Lambda function asynchronously"). What is
// throttled is tried again and does not count as a try, until the context ends.
type asyncInvoker struct {
	story     *printer
	function  *lambdaruntime.Function
	pause     time.Duration // before each further try; on Lambda it is a minute, then two
	onFailure func(ctx context.Context, record []byte) error

	ctx     context.Context
	running sync.WaitGroup

	mu       sync.Mutex
	attempts map[string]int // by event
	failed   map[string]int // how often an event had no try left, by event
	lost     []error        // failures of the destination
}

// accept takes an event. It does not block.
func (a *asyncInvoker) accept(event []byte) {
	a.running.Go(func() { a.run(event) })
}

func (a *asyncInvoker) run(event []byte) {
	about := aboutOf(event)
	for attempt := 1; ; {
		a.count(about.id)
		_, err := a.function.Invoke(a.ctx, lambdaruntime.Invocation{Payload: event})
		failure, failed := errors.AsType[*lambdaruntime.FunctionError](err)
		switch {
		case err == nil || a.ctx.Err() != nil:
			return
		case failed:
			a.story.printf("  invoke  event %s: try %d of %d failed: %s: %s\n", cmp.Or(short(about.id), "without an id"), attempt, maxAttempts, failure.Type,
				a.story.oneLine(failure.Message))
			if attempt++; attempt > maxAttempts {
				a.fail(event, failure)
				return
			}
		case !errors.Is(err, lambdaruntime.ErrThrottled):
			a.note(err)
			return
		}
		select {
		case <-time.After(a.pause):
		case <-a.ctx.Done():
			return
		}
	}
}

// fail hands the event with what is known of its last failure to the destination.
func (a *asyncInvoker) fail(event []byte, failure *lambdaruntime.FunctionError) {
	a.mu.Lock()
	a.failed[aboutOf(event).id]++
	a.mu.Unlock()
	record, err := json.Marshal(map[string]any{
		"version":   "1.0",
		"timestamp": time.Now().UTC().Format("2006-01-02T15:04:05.000Z"),
		"requestContext": map[string]any{
			"requestId": failure.RequestID, "functionArn": a.function.ARN() + ":$LATEST",
			"condition": "RetriesExhausted", "approximateInvokeCount": maxAttempts,
		},
		"requestPayload":  json.RawMessage(event),
		"responseContext": map[string]any{"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"},
		"responsePayload": failure.Payload,
	})
	if err == nil {
		err = a.onFailure(a.ctx, record)
	}
	if err != nil {
		a.note(err)
	}
}

func (a *asyncInvoker) count(id string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.attempts[id]++
}

// tried is how often the function was invoked with an event.
func (a *asyncInvoker) tried(id string) int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.attempts[id]
}

// failures is how often an event had no try left.
func (a *asyncInvoker) failures(id string) int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.failed[id]
}

func (a *asyncInvoker) note(err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.lost = append(a.lost, err)
}

// close waits for the invocations whose context has ended, and returns what could not be handed on.
func (a *asyncInvoker) close() error {
	a.running.Wait()
	a.mu.Lock()
	defer a.mu.Unlock()
	return errors.Join(a.lost...)
}
