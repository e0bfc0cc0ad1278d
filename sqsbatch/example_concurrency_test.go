package sqsbatch_test

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/lambdapatterns/lambdapatterns/sqsbatch"
)

// One call at a time, in the batch's order.
func ExampleWithConcurrency() {
	invoke(sqsbatch.Handle(func(_ context.Context, step string) error {
		fmt.Println(step)
		return nil
	}, sqsbatch.WithConcurrency(1)), "reserve", "charge", "ship")
	// Output:
	// reserve
	// charge
	// ship
	// again: []
}

// A fair queue's tenants are its message groups: none of them gets more than 2 of the 10 calls that run at once.
func ExampleWithGroupConcurrency() {
	var calls most
	h := sqsbatch.Handle(func(context.Context, string) error { calls.call(); return nil },
		sqsbatch.WithConcurrency(10), sqsbatch.WithGroupConcurrency(2))
	event := events.SQSEvent{Records: make([]events.SQSMessage, 50)}
	for i := range event.Records {
		event.Records[i] = events.SQSMessage{MessageId: fmt.Sprint(i), Attributes: map[string]string{"MessageGroupId": "tenant-1"}}
	}
	_, err := h(context.Background(), event)
	fmt.Println(calls.top <= 2, err)
	// Output: true <nil>
}

// With AWS_LAMBDA_MAX_CONCURRENCY=16 a process would make up to 160 calls at once; here the database allows 4.
func ExampleWithProcessConcurrency() {
	var calls most
	h := sqsbatch.Handle(func(context.Context, string) error { calls.call(); return nil },
		sqsbatch.WithConcurrency(10), sqsbatch.WithProcessConcurrency(4))
	event := events.SQSEvent{Records: []events.SQSMessage{{MessageId: "1"}, {MessageId: "2"}, {MessageId: "3"}}}
	var invocations sync.WaitGroup
	for range 16 {
		invocations.Go(func() { _, _ = h(context.Background(), event) })
	}
	invocations.Wait()
	fmt.Println(calls.top <= 4)
	// Output: true
}

// most counts how many calls ran at once at the most.
type most struct {
	mu           sync.Mutex
	running, top int
}

func (m *most) call() {
	m.mu.Lock()
	m.running++
	m.top = max(m.top, m.running)
	m.mu.Unlock()
	time.Sleep(time.Millisecond)
	m.mu.Lock()
	m.running--
	m.mu.Unlock()
}
