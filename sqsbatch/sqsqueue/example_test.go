package sqsqueue_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/lambdapatterns/lambdapatterns/sqsbatch"
	"github.com/lambdapatterns/lambdapatterns/sqsbatch/sqsbatchtest"
	"github.com/lambdapatterns/lambdapatterns/sqsbatch/sqsqueue"
)

// Amazon SQS is in memory here, and the client's calls go to it without a socket. In a function the client is
// sqs.NewFromConfig(cfg); a test with sockets gives BaseEndpoint the URL of an httptest.NewServer(&service) and leaves
// HTTPClient out.
func Example() {
	var service sqsbatchtest.SQS
	orders, _ := service.CreateQueue("orders", nil)
	refused, _ := service.CreateQueue("orders-refused", nil)
	client := sqs.New(sqs.Options{
		HTTPClient: &service, BaseEndpoint: aws.String("http://sqs.test"), Region: "us-east-1",
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "test", SecretAccessKey: "test"}, nil
		}),
	})

	settler, err := sqsqueue.New(client, sqsqueue.Config{DeadLetterQueue: refused.ARN()})
	if err != nil {
		panic(err)
	}
	handler := sqsbatch.Handle(func(_ context.Context, order string) error {
		switch order {
		case "for yesterday":
			return sqsbatch.DeadLetter(errors.New("it cannot be delivered in time"))
		case "for tomorrow":
			return sqsbatch.RetryAfter(errors.New("it is too early"), 8*time.Hour)
		}
		return nil
	}, sqsbatch.WithSettler(settler), sqsbatch.WithConcurrency(1))

	for _, body := range []string{"for today", "for yesterday", "for tomorrow"} {
		_, _ = orders.Send(sqsbatchtest.Message{Body: body})
	}
	messages, _ := orders.Receive(context.Background(), 10, 0)
	response, err := handler(context.Background(), events.SQSEvent{Records: messages})
	fmt.Println(len(response.BatchItemFailures), "comes again:", response.BatchItemFailures[0].ItemIdentifier == messages[2].MessageId, err)

	dead, _ := refused.Receive(context.Background(), 10, 0)
	fmt.Println(dead[0].Body, "-", *dead[0].MessageAttributes[sqsqueue.AttributeReason].StringValue)
	// Output:
	// 1 comes again: true <nil>
	// for yesterday - it cannot be delivered in time
}

func ExampleNew_wrong() {
	_, err := sqsqueue.New(sqs.New(sqs.Options{Region: "us-east-1"}), sqsqueue.Config{
		Queue:           "arn:aws:sqs:us-east-1:123456789012:orders.fifo",
		DeadLetterQueue: "https://sqs.us-east-1.amazonaws.com/123456789012/orders-refused",
	})
	fmt.Println(err)
	// Output:
	// sqsqueue: DeadLetterQueue "https://sqs.us-east-1.amazonaws.com/123456789012/orders-refused": it is a standard queue, and orders.fifo is a FIFO queue: the order of a group would be lost
}
