package tracingxray_test

import (
	"context"
	"fmt"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/lambdapatterns/lambdapatterns/tracing/tracingotlp"
	"github.com/lambdapatterns/lambdapatterns/tracing/tracingotlp/tracingxray"
)

// A function's spans go to X-Ray itself.
func Example() {
	cfg := aws.Config{ // config.LoadDefaultConfig(ctx)
		Region: "eu-west-1",
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "AKID", SecretAccessKey: "SECRET"}, nil
		}),
	}
	network := roundTripper(func(r *http.Request) (*http.Response, error) {
		fmt.Println(r.Method, r.URL, r.Header.Get("Authorization") != "")
		return &http.Response{StatusCode: http.StatusOK, Body: http.NoBody}, nil
	})

	provider, err := tracingxray.New(cfg, tracingotlp.WithHTTPClient(&http.Client{Transport: network}))
	if err != nil {
		panic(err)
	}
	_, span := provider.Tracer("example").Start(context.Background(), "payments")
	span.End()
	fmt.Println(provider.ForceFlush(context.Background()))

	_, err = tracingxray.New(aws.Config{})
	fmt.Println(err)
	// Output:
	// POST https://xray.eu-west-1.amazonaws.com/v1/traces true
	// <nil>
	// tracingxray: the aws.Config has no region
}
