package coldstart_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/lambdapatterns/lambdapatterns/coldstart"
)

// The call of a Connect task opens the connection, and is not made. The server stands in for DynamoDB.
func ExampleConnect() {
	peers := map[string]bool{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		peers[r.RemoteAddr] = true
		fmt.Println(r.Method, r.URL.Path)
		_, _ = io.WriteString(w, "{}")
	}))
	defer server.Close()

	ctx := context.Background()
	cfg := aws.Config{ // in a function: config.LoadDefaultConfig
		BaseEndpoint: &server.URL,
		Region:       "eu-central-1",
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "example", SecretAccessKey: "example"}, nil
		}),
	}
	client, err := coldstart.NewHTTPClient(cfg.HTTPClient)
	if err != nil {
		fmt.Println(err)
		return
	}
	cfg.HTTPClient = client
	table := dynamodb.NewFromConfig(cfg)

	// What main does.
	report, err := coldstart.Run(ctx, coldstart.Connect("table", func(ctx context.Context) error {
		_, err := table.DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: aws.String("orders")})
		return err
	}))
	fmt.Println(report.Tasks[0].Name, report.Tasks[0].Err, err)

	// What the first invocation does.
	_, err = table.DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: aws.String("orders")})
	fmt.Println(err, "connections:", len(peers))
	// Output:
	// GET /
	// table <nil> <nil>
	// POST /
	// <nil> connections: 1
}

// A handler that takes ten messages at once makes ten calls at once, and each needs a connection.
func ExampleConnectN() {
	peers := make(chan string, 10)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		peers <- r.RemoteAddr
		_, _ = io.WriteString(w, "{}")
	}))
	defer server.Close()

	client, err := coldstart.NewHTTPClient(nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	table := dynamodb.New(dynamodb.Options{
		BaseEndpoint: &server.URL, Region: "eu-central-1", Credentials: aws.AnonymousCredentials{}, HTTPClient: client,
	})
	_, err = coldstart.Run(context.Background(), coldstart.ConnectN("table", 10, func(ctx context.Context) error {
		_, err := table.DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: aws.String("orders")})
		return err
	}))
	different := map[string]bool{}
	for range 10 {
		different[<-peers] = true
	}
	fmt.Println(len(different), err)
	// Output: 10 <nil>
}
