// A function with a task before its first invocation, and the HTTP client for the AWS SDK's clients.
package main

import (
	"context"
	"log"
	"net/http"

	"github.com/aws/aws-lambda-go/lambda"

	"github.com/lambdapatterns/lambdapatterns/coldstart"
)

func main() {
	client, err := coldstart.NewHTTPClient(nil)
	if err != nil {
		log.Fatal(err)
	}
	report, err := coldstart.Run(context.Background(), coldstart.Task{Name: "settings", Required: true, Do: func(ctx context.Context) error {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, "https://settings.example", nil)
		if err != nil {
			return err
		}
		response, err := client.Do(request)
		if err != nil {
			return err
		}
		return response.Body.Close()
	}})
	log.Print(report)
	if err != nil {
		log.Fatal(err)
	}
	var start coldstart.Start
	lambda.Start(coldstart.Wrap(&start, func(ctx context.Context, name string) (bool, error) { return coldstart.Cold(ctx), nil }))
}
