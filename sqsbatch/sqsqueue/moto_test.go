package sqsqueue_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/lambdapatterns/lambdapatterns/internal/mototest"
	"github.com/lambdapatterns/lambdapatterns/sqsbatch"
	"github.com/lambdapatterns/lambdapatterns/sqsbatch/sqsqueue"
)

// The chain on moto's SQS: a small poller in the place of the event source mapping, real seconds.
func TestOnMoto(t *testing.T) {
	t.Parallel()
	o := options(mototest.URL(t), nil)
	o.RetryMaxAttempts = 3
	client := sqs.New(o)
	for _, suffix := range []string{"", ".fifo"} {
		t.Run("queue"+suffix, func(t *testing.T) {
			t.Parallel()
			ctx := t.Context()
			name := fmt.Sprintf("sqsqueue-%d-%d", os.Getpid(), time.Now().UnixNano())
			create := func(name string) string {
				in := &sqs.CreateQueueInput{QueueName: aws.String(name + suffix), Attributes: map[string]string{"VisibilityTimeout": "120"}}
				if suffix != "" {
					in.Attributes["FifoQueue"] = "true"
				}
				queueURL := *must(client.CreateQueue(ctx, in))(t).QueueUrl
				t.Cleanup(func() {
					_, _ = client.DeleteQueue(context.Background(), &sqs.DeleteQueueInput{QueueUrl: &queueURL})
				})
				return queueURL
			}
			queue, dead := create(name), create(name+"-refused")
			arn := must(client.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{
				QueueUrl: &queue, AttributeNames: []types.QueueAttributeName{types.QueueAttributeNameQueueArn},
			}))(t).Attributes["QueueArn"]
			settler := must(sqsqueue.New(client, sqsqueue.Config{DeadLetterQueue: dead}))(t)

			var want []string
			for i := range 12 {
				body := []string{"fine", "dead", "retry"}[i%3] + fmt.Sprint(i)
				in := &sqs.SendMessageInput{QueueUrl: &queue, MessageBody: &body, MessageAttributes: map[string]types.MessageAttributeValue{
					"n": {DataType: aws.String("Number"), StringValue: aws.String(fmt.Sprint(i))},
				}}
				if suffix != "" {
					in.MessageGroupId, in.MessageDeduplicationId = aws.String(fmt.Sprint("g", i)), &body
				}
				must(client.SendMessage(ctx, in))(t)
				if i%3 == 1 {
					want = append(want, body+" "+fmt.Sprint(i))
				}
			}

			first := map[string]time.Time{}
			done := map[string]int{}
			h := sqsbatch.Handle(func(_ context.Context, body string) error {
				switch {
				case strings.HasPrefix(body, "dead"):
					return sqsbatch.DeadLetter(errors.New("no"))
				case strings.HasPrefix(body, "retry") && first[body].IsZero():
					first[body] = time.Now()
					return sqsbatch.RetryAfter(errors.New("busy"), 2*time.Second)
				case strings.HasPrefix(body, "retry") && time.Since(first[body]) < 1500*time.Millisecond:
					t.Errorf("%s came again after %v", body, time.Since(first[body]))
				}
				done[body]++
				return nil
			}, sqsbatch.WithSettler(settler), sqsbatch.WithConcurrency(1))
			for begun := time.Now(); len(done) < 8 && time.Since(begun) < time.Minute; {
				poll(t, client, queue, arn, h)
			}
			if len(done) != 8 {
				t.Errorf("done: %v, want the four that are fine and the four that were put off", done)
			}
			var got []string
			for {
				messages := receive(t, client, dead)
				if len(messages) == 0 {
					break
				}
				for _, m := range messages {
					got = append(got, *m.Body+" "+aws.ToString(m.MessageAttributes["n"].StringValue))
					if r := aws.ToString(m.MessageAttributes[sqsqueue.AttributeReason].StringValue); r != "no" {
						t.Errorf("the reason is %q", r)
					}
				}
			}
			slices.Sort(got)
			slices.Sort(want)
			if !slices.Equal(got, want) {
				t.Errorf("copies of %v, want %v", got, want)
			}
		})
	}
}

func receive(t *testing.T, client *sqs.Client, queue string) []types.Message {
	t.Helper()
	return must(client.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{
		QueueUrl: &queue, MaxNumberOfMessages: 10, WaitTimeSeconds: 1, MessageAttributeNames: []string{"All"},
		MessageSystemAttributeNames: []types.MessageSystemAttributeName{types.MessageSystemAttributeNameAll},
	}))(t).Messages
}

// poll hands one receive to the handler and deletes what it does not report.
func poll(t *testing.T, client *sqs.Client, queue, arn string, h sqsbatch.Handler) {
	t.Helper()
	var event events.SQSEvent
	for _, m := range receive(t, client, queue) {
		e := events.SQSMessage{
			MessageId: *m.MessageId, ReceiptHandle: *m.ReceiptHandle, Body: *m.Body, Attributes: m.Attributes, EventSourceARN: arn,
			MessageAttributes: map[string]events.SQSMessageAttribute{},
		}
		for name, a := range m.MessageAttributes {
			e.MessageAttributes[name] = events.SQSMessageAttribute{DataType: *a.DataType, StringValue: a.StringValue}
		}
		event.Records = append(event.Records, e)
	}
	if len(event.Records) == 0 {
		return
	}
	response := must(h(t.Context(), event))(t)
	for _, m := range event.Records {
		if !slices.Contains(response.BatchItemFailures, events.SQSBatchItemFailure{ItemIdentifier: m.MessageId}) {
			must(client.DeleteMessage(t.Context(), &sqs.DeleteMessageInput{QueueUrl: &queue, ReceiptHandle: &m.ReceiptHandle}))(t)
		}
	}
}
