package coldstart_test

import (
	"context"
	"fmt"

	"github.com/aws/aws-lambda-go/lambda"

	"github.com/lambdapatterns/lambdapatterns/coldstart"
)

// A handler learns whether its caller had to wait for the start. Outside Lambda the kind is empty.
func ExampleWrap() {
	var start coldstart.Start
	handler := coldstart.Wrap(&start, func(ctx context.Context, name string) (string, error) {
		i, _ := coldstart.InvocationFromContext(ctx)
		return fmt.Sprintf("hello %s: first %v, cold %v, kind %q", name, i.First, i.Cold(), i.Kind()), nil
	})
	// lambda.Start(handler) would call it so:
	for _, name := range []string{"Ada", "Grace"} {
		greeting, _ := handler(context.Background(), name)
		fmt.Println(greeting)
	}
	// Output:
	// hello Ada: first true, cold true, kind ""
	// hello Grace: first false, cold false, kind ""
}

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

// A secret that is fetched while the snapshot is made would be the same, and as old, in every environment.
func ExampleStart_Ready() {
	secret := coldstart.NewLazy(func(context.Context) (string, error) { return "s3cr3t", nil })

	var start coldstart.Start
	start.BeforeSnapshot("secret", func(context.Context) error { secret.Reset(); return nil })
	start.AfterRestore("secret", func(ctx context.Context) error { _, err := secret.Get(ctx); return err })

	// At the end of main, before lambda.Start. Only in SnapStart functions do the hooks run.
	fmt.Println(start.Ready(context.Background()))
	// Output: <nil>
}
