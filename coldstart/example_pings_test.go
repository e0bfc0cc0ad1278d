package coldstart_test

import (
	"context"
	"fmt"

	"github.com/aws/aws-lambda-go/lambda"

	"github.com/lambdapatterns/lambdapatterns/coldstart"
)

// A ping that wakes the function up is its first invocation: nobody waits for a cold start after it.
func ExampleAnswerPings() {
	var start coldstart.Start
	handle := func(ctx context.Context, order struct{ ID string }) (string, error) {
		return fmt.Sprintf("order %s: cold %v", order.ID, coldstart.Cold(ctx)), nil
	}
	pings := coldstart.Pings{Payloads: []string{`{"wakeup": true}`}}
	handler := lambda.NewHandler(coldstart.Wrap(&start, coldstart.AnswerPings(pings, handle)))

	for _, payload := range []string{`{"source":"serverless-plugin-warmup"}`, `{"wakeup":true}`, `{"id":"ord_1"}`} {
		answer, err := handler.Invoke(context.Background(), []byte(payload))
		fmt.Println(string(answer), err)
	}
	// Output:
	// null <nil>
	// null <nil>
	// "order ord_1: cold false" <nil>
}

// Handlers of raw payloads, such as those of packages sqsbatch and eventbridge, are wrapped by methods.
func ExamplePings_Handler() {
	var start coldstart.Start
	handler := start.Handler(coldstart.Pings{}.Handler(lambda.NewHandler(func(ctx context.Context, order struct{ ID string }) (string, error) {
		i, _ := coldstart.InvocationFromContext(ctx)
		return fmt.Sprintf("order %s: first %v", order.ID, i.First), nil
	})))
	for _, payload := range []string{`{"warmer":true,"concurrency":1}`, `{"id":"ord_1"}`} {
		answer, err := handler.Invoke(context.Background(), []byte(payload))
		fmt.Println(string(answer), err)
	}
	// Output:
	// null <nil>
	// "order ord_1: first false" <nil>
}
