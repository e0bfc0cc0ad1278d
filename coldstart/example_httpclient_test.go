package coldstart_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/lambdapatterns/lambdapatterns/coldstart"
)

// While the function was frozen its peer has closed the connection. The next call does not fail for it: its request is sent again
// at once, on a new connection, and the SDK notices nothing. The server stands in for SQS.
func ExampleNewHTTPClient() {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `{"QueueUrls":[]}`)
	}))
	defer server.Close()

	var cfg aws.Config // in a function: config.LoadDefaultConfig
	client, err := coldstart.NewHTTPClient(cfg.HTTPClient)
	if err != nil {
		fmt.Println(err)
		return
	}
	cfg.HTTPClient = client
	cfg.BaseEndpoint, cfg.Region, cfg.Credentials = &server.URL, "eu-central-1", aws.AnonymousCredentials{}

	queues := sqs.NewFromConfig(cfg)
	for range 2 {
		_, err := queues.ListQueues(context.Background(), nil)
		fmt.Println(err)
		server.CloseClientConnections()
	}
	// Output:
	// <nil>
	// <nil>
}
