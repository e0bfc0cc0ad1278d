package sqsqueue_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/lambdapatterns/lambdapatterns/sqsbatch"
	"github.com/lambdapatterns/lambdapatterns/sqsbatch/sqsbatchtest"
	"github.com/lambdapatterns/lambdapatterns/sqsbatch/sqsqueue"
)

// A whole test of a function with its queue, to start from: an event source mapping invokes the handler, and the Settler works
// through the SDK's client. The hours of delays and visibility time-outs pass at once. It uses nothing of this folder's
// other files.
func TestFunctionOnItsQueue(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		// The queues, in memory.
		var service sqsbatchtest.SQS
		refused, err := service.CreateQueue("orders-refused", nil) // by DeadLetter
		if err != nil {
			t.Fatal(err)
		}
		dead, err := service.CreateQueue("orders-dead", nil) // after maxReceiveCount
		if err != nil {
			t.Fatal(err)
		}
		orders, err := service.CreateQueue("orders", sqsbatchtest.QueueAttributes{
			"VisibilityTimeout": "60", "RedrivePolicy": dead.RedrivePolicy(3),
		})
		if err != nil {
			t.Fatal(err)
		}

		// The function, made as its main makes it, but for the client.
		client := sqs.New(sqs.Options{
			HTTPClient: &service, BaseEndpoint: aws.String("http://sqs.test"), Region: "us-east-1",
			Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
				return aws.Credentials{AccessKeyID: "test", SecretAccessKey: "test"}, nil
			}),
		})
		settler, err := sqsqueue.New(client, sqsqueue.Config{DeadLetterQueue: refused.ARN()})
		if err != nil {
			t.Fatal(err)
		}
		begun := time.Now()
		handler := sqsbatch.Handle(func(_ context.Context, order string) error {
			switch order {
			case "for tomorrow":
				if time.Since(begun) < 8*time.Hour {
					return sqsbatch.RetryAfter(errors.New("it is too early"), 8*time.Hour)
				}
			case "for yesterday":
				return sqsbatch.DeadLetter(errors.New("it cannot be delivered in time"))
			case "for nobody":
				return errors.New("no address")
			}
			return nil
		}, sqsbatch.WithSettler(settler))

		// The event source mapping, for nine hours.
		deleted := map[string]time.Duration{}
		mapping := sqsbatchtest.Mapping{
			Queue: orders, Invoke: handler.Invoke, ReportBatchItemFailures: true, Timeout: 10 * time.Second,
			Observe: func(b sqsbatchtest.Batch) {
				if b.Err != nil {
					t.Errorf("the batch failed: %v", b.Err)
				}
				for _, m := range b.Messages {
					if slices.Contains(b.Deleted, m.MessageId) {
						deleted[m.Body] = time.Since(begun).Round(time.Second)
					}
				}
			},
		}
		for _, body := range []string{"for today", "for tomorrow", "for yesterday", "for nobody"} {
			if _, err := orders.Send(sqsbatchtest.Message{Body: body}); err != nil {
				t.Fatal(err)
			}
		}
		ctx, cancel := context.WithTimeout(t.Context(), 9*time.Hour)
		defer cancel()
		if err := mapping.Run(ctx); err != nil {
			t.Fatal(err)
		}

		for body, want := range map[string]time.Duration{"for today": 0, "for yesterday": 0, "for tomorrow": 8 * time.Hour} {
			if at, ok := deleted[body]; !ok || at != want {
				t.Errorf("%q was deleted after %v (%t), want %v", body, at, ok, want)
			}
		}
		for queue, want := range map[*sqsbatchtest.Queue]string{refused: "for yesterday", dead: "for nobody"} {
			messages, err := queue.Receive(t.Context(), 10, 0)
			if err != nil || len(messages) != 1 || messages[0].Body != want {
				t.Errorf("%s has %d messages (%v), want %q alone", queue.ARN(), len(messages), err, want)
			}
		}
		if left := orders.Counts(); left != (sqsbatchtest.Counts{}) {
			t.Errorf("the queue still has %+v", left)
		}
	})
}
