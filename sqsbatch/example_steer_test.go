package sqsbatch_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/lambdapatterns/lambdapatterns/sqsbatch"
)

// printer stands for the Settler of package sqsbatch/sqsqueue, which calls Amazon SQS.
type printer struct{}

func (printer) Settle(_ context.Context, settlements []sqsbatch.Settlement) []error {
	for _, s := range settlements {
		fmt.Println(s.Message.MessageId, s.Action, s.Delay)
	}
	return make([]error, len(settlements)) // all confirmed
}

func invoke(h sqsbatch.Handler, bodies ...string) {
	var event events.SQSEvent
	for i, body := range bodies {
		event.Records = append(event.Records, events.SQSMessage{
			MessageId: fmt.Sprint(i + 1), Body: body, EventSourceARN: "arn:aws:sqs:us-east-1:123456789012:orders",
		})
	}
	response, err := h(context.Background(), event)
	if err != nil {
		fmt.Println(err)
		return
	}
	var again []string
	for _, f := range response.BatchItemFailures {
		again = append(again, f.ItemIdentifier)
	}
	fmt.Println("again:", again)
}

// A handler says by its error what becomes of its message.
func Example_steering() {
	invoke(sqsbatch.Handle(func(_ context.Context, order string) error {
		switch order {
		case "too early":
			return sqsbatch.RetryAfter(errors.New("the shop is closed"), 8*time.Hour)
		case "cancelled":
			return sqsbatch.Drop(errors.New("nobody waits for it"))
		case "damaged":
			return sqsbatch.DeadLetter(errors.New("no address"))
		case "unlucky":
			return errors.New("timeout")
		}
		return nil
	}, sqsbatch.WithSettler(printer{}), sqsbatch.WithObserver(func(_ context.Context, r sqsbatch.Report) {
		for _, m := range r.Messages {
			fmt.Println(m.ID, m.Outcome)
		}
	})), "too early", "cancelled", "damaged", "unlucky", "fine")
	// Output:
	// 1 change_visibility 8h0m0s
	// 3 send_to_dead_letter 0s
	// 1 delayed
	// 2 dropped
	// 3 dead_lettered
	// 4 failed
	// 5 succeeded
	// again: [1 4]
}

func ExampleWithBackoff() {
	report := func(_ context.Context, r sqsbatch.Report) {
		m := r.Messages[0] // on its first receive: at most 5 s; on its second 10 s, then 20 s …
		fmt.Println(m.Outcome, m.Action, m.Delay >= 0 && m.Delay <= 5*time.Second, m.SettleErr)
	}
	invoke(sqsbatch.Handle(func(context.Context, string) error { return errors.New("timeout") },
		sqsbatch.WithBackoff(5*time.Second, 15*time.Minute), sqsbatch.WithSettler(confirming{}), sqsbatch.WithObserver(report)), "x")
	// Output:
	// failed change_visibility true <nil>
	// again: [1]
}

// confirming is a Settler for which all goes well.
type confirming struct{}

func (confirming) Settle(_ context.Context, s []sqsbatch.Settlement) []error {
	return make([]error, len(s))
}

func ExampleWithBrake() {
	errDown := errors.New("connection refused")
	calls := 0
	invoke(sqsbatch.Handle(func(context.Context, string) error {
		calls++
		return fmt.Errorf("charging: %w", errDown)
	},
		sqsbatch.WithConcurrency(1),
		sqsbatch.WithBrake(2, func(err error) bool { return errors.Is(err, errDown) }),
	), "a", "b", "c", "d")
	fmt.Println("calls:", calls)
	// Output:
	// again: [1 2 3 4]
	// calls: 2
}

func ExampleWithMessageTimeout() {
	invoke(sqsbatch.Handle(func(ctx context.Context, order string) error {
		if order == "stuck" {
			<-ctx.Done() // as a call does that was given ctx
			return context.Cause(ctx)
		}
		return nil
	}, sqsbatch.WithMessageTimeout(10*time.Millisecond)), "stuck", "fine")
	// Output: again: [1]
}

func ExampleWithErrorOnFullFailure() {
	h := sqsbatch.Handle(func(_ context.Context, order string) error {
		if order == "bad" {
			return errors.New("refused")
		}
		return nil
	}, sqsbatch.WithErrorOnFullFailure())
	invoke(h, "bad", "good")
	invoke(h, "bad", "bad")
	// Output:
	// again: [1]
	// sqsbatch: all of the messages that were attempted failed, 2 of 2 in the batch; the whole batch comes again
}

func ExampleWithProcessConcurrency() {
	// With AWS_LAMBDA_MAX_CONCURRENCY=16 a process would make up to 160 calls at once; the database allows 40.
	invoke(sqsbatch.Handle(func(context.Context, string) error { return nil },
		sqsbatch.WithConcurrency(10), sqsbatch.WithProcessConcurrency(40)), "a", "b")
	// Output: again: []
}

func ExampleWithGroupConcurrency() {
	// A fair queue's tenants are its message groups: none of them gets more than 2 of the 10.
	invoke(sqsbatch.Handle(func(context.Context, string) error { return nil },
		sqsbatch.WithConcurrency(10), sqsbatch.WithGroupConcurrency(2)), "a", "b")
	// Output: again: []
}
