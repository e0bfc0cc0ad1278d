package main

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/lambdapatterns/lambdapatterns/sqsbatch/sqsbatchtest"
)

// The torture's check said that results were lost, of which the queue had confirmed every one: ten in a row that would have been one
// of its receives. Messages of a receive whose answer is lost are hidden, not gone.
func TestMessagesOfALostReceiveAreWaitedFor(t *testing.T) {
	t.Parallel()
	server, address, err := serve("127.0.0.1:0", new(sqsbatchtest.SQS))
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	client := sqs.New(sqs.Options{
		Region: region, BaseEndpoint: aws.String("http://" + address), Credentials: credentials.NewStaticCredentialsProvider("local", "local", ""),
	})
	q, err := createQueue(t.Context(), client, "results", map[string]string{"VisibilityTimeout": "2"})
	if err != nil {
		t.Fatal(err)
	}
	if none, err := q.all(t.Context()); err != nil || len(none) != 0 {
		t.Errorf("an empty queue has %d messages, %v", len(none), err)
	}
	for i := range 25 {
		if _, err := q.send(t.Context(), fmt.Sprint(i)); err != nil {
			t.Fatal(err)
		}
	}
	if lost, err := q.Receive(t.Context(), 10, time.Second); err != nil || len(lost) != 10 {
		t.Fatalf("%d messages, %v", len(lost), err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	all, err := q.all(ctx)
	if err != nil || len(all) != 25 {
		t.Errorf("%d messages, %v; want 25", len(all), err)
	}
}
