package sqsbatch_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/lambdapatterns/lambdapatterns/sqsbatch"
)

// The first call takes the time up to the reserve, so that the second message is not started. The response goes out in time.
func ExampleWithReserve() {
	h := sqsbatch.Handle(func(ctx context.Context, _ string) error {
		<-ctx.Done() // as a call does that was given ctx
		return context.Cause(ctx)
	}, sqsbatch.WithReserve(29_900*time.Millisecond), sqsbatch.WithConcurrency(1),
		sqsbatch.WithObserver(func(_ context.Context, r sqsbatch.Report) {
			for _, m := range r.Messages {
				fmt.Println(m.ID, m.Outcome, errors.Is(m.Err, sqsbatch.ErrDeadline))
			}
		}))
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	response, err := h(ctx, events.SQSEvent{Records: []events.SQSMessage{{MessageId: "1"}, {MessageId: "2"}}})
	fmt.Println(len(response.BatchItemFailures), "come again", err)
	// Output:
	// 1 failed true
	// 2 skipped_deadline true
	// 2 come again <nil>
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
