package readme

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/lambdapatterns/lambdapatterns/singletable"
	"github.com/lambdapatterns/lambdapatterns/singletable/singletabletest"
	"github.com/lambdapatterns/lambdapatterns/sqsbatch/sqsbatchtest"
)

// User and Order are what README.md calls so.
type (
	User struct {
		ID    string `dynamodbav:"id"`
		Email string `dynamodbav:"email"`
	}
	Order struct {
		ID     string `dynamodbav:"id" json:"id"`
		UserID string `dynamodbav:"user_id"`
	}
)

// starter is lambda, where its function is invoked once.
type starter struct {
	t       *testing.T
	payload []byte
}

// Start invokes handler as the function that lambda.Start makes of it, and fails the test if it fails.
func (s starter) Start(handler any) {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), 10*time.Second) // Lambda's contexts have a deadline
	defer cancel()
	var answer []byte
	var err error
	switch handler := handler.(type) {
	case func(context.Context, json.RawMessage) (io.Reader, error): // package tracing's, which flushes when its answer is closed
		var reader io.Reader
		if reader, err = handler(ctx, s.payload); err == nil {
			answer, err = io.ReadAll(reader)
			err = errors.Join(err, reader.(io.Closer).Close())
		}
	default:
		answer, err = lambda.NewHandler(handler).Invoke(ctx, s.payload)
	}
	if err != nil {
		s.t.Fatal(err)
	}
	var failures struct{ BatchItemFailures []any }
	if len(answer) > 0 && json.Unmarshal(answer, &failures) == nil && len(failures.BatchItemFailures) > 0 {
		s.t.Errorf("messages failed: %s", answer)
	}
}

// batch is the event of one message.
func batch(t *testing.T, body string) []byte {
	t.Helper()
	event, err := sqsbatchtest.Event("arn:aws:sqs:us-east-1:123456789012:orders", sqsbatchtest.Delivery{Message: sqsbatchtest.Message{Body: body}})
	if err != nil {
		t.Fatal(err)
	}
	payload, err := sqsbatchtest.Payload(event)
	if err != nil {
		t.Fatal(err)
	}
	return payload
}

// configuration is the SDK's, as config.LoadDefaultConfig would load it, with a DynamoDB in memory that has the table.
func configuration(t *testing.T) aws.Config {
	t.Helper()
	server := httptest.NewServer(new(singletabletest.Engine))
	t.Cleanup(server.Close)
	cfg := aws.Config{
		Region: "us-east-1", BaseEndpoint: aws.String(server.URL),
		Credentials: credentials.NewStaticCredentialsProvider("test", "test", ""),
	}
	client := dynamodb.NewFromConfig(cfg)
	if _, err := client.CreateTable(t.Context(), singletable.NewTable(client, "app-table").CreateTableInput()); err != nil {
		t.Fatal(err)
	}
	return cfg
}

// shipped counts what ship is called with.
type shipped []string

func (s *shipped) ship(_ context.Context, o Order) error {
	*s = append(*s, o.ID)
	return nil
}

func (s *shipped) want(t *testing.T, id string) {
	t.Helper()
	if len(*s) != 1 || (*s)[0] != id {
		t.Errorf("shipped was %q, want %q", *s, id)
	}
}
