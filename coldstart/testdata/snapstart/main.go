// Command snapstart is a SnapStart function with hooks.
package main

import (
	"context"
	"fmt"
	"log"

	"github.com/aws/aws-lambda-go/lambda"

	"github.com/lambdapatterns/lambdapatterns/coldstart"
)

func main() {
	var start coldstart.Start
	says := func(what string) func(context.Context) error {
		return func(context.Context) error {
			_, err := fmt.Println(what)
			return err
		}
	}
	start.BeforeSnapshot("say", says("before snapshot"))
	start.AfterRestore("say", says("after restore"))
	if err := start.Ready(context.Background()); err != nil {
		log.Fatal(err)
	}
	lambda.Start(coldstart.Wrap(&start, func(ctx context.Context, _ string) (string, error) {
		i, _ := coldstart.InvocationFromContext(ctx)
		return fmt.Sprintf("%s, first %v, cold %v", i.Kind(), i.First, i.Cold()), nil
	}))
}
