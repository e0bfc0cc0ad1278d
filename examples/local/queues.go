package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/lambdapatterns/lambdapatterns/sqsbatch/sqsbatchtest"
)

// maxReceives is how often a message is received before it goes to the dead-letter queue. AWS advises 5 or more; the story
// does not want to take that long.
const maxReceives = 3

// queue is a queue of the service. It is the source of the event source mapping.
type queue struct {
	client *sqs.Client
	name   string
	url    string
	arn    string
}

// queues are the queues of the service: refused takes what the worker refuses, dead what comes again too often.
type queues struct {
	payments, refused, dead, results queue
	redrive                          redrive // of payments
}

func createQueues(ctx context.Context, client *sqs.Client, suffix string, visibility time.Duration, receives int) (queues, error) {
	var q queues
	var err error
	if q.dead, err = createQueue(ctx, client, "payments-dead"+suffix, nil); err != nil {
		return q, err
	}
	if q.refused, err = createQueue(ctx, client, "payments-refused"+suffix, nil); err != nil {
		return q, err
	}
	if q.results, err = createQueue(ctx, client, "payments-results"+suffix, nil); err != nil {
		return q, err
	}
	q.redrive = redrive{receives, q.dead}
	q.payments, err = createQueue(ctx, client, "payments"+suffix, map[string]string{
		"VisibilityTimeout": strconv.Itoa(int(visibility.Seconds())),
		"RedrivePolicy":     q.redrive.String(),
	})
	return q, err
}

func createQueue(ctx context.Context, client *sqs.Client, name string, attributes map[string]string) (queue, error) {
	made, err := client.CreateQueue(ctx, &sqs.CreateQueueInput{QueueName: &name, Attributes: attributes})
	if err != nil {
		return queue{}, fmt.Errorf("create queue %s: %w", name, err)
	}
	q := queue{client: client, name: name, url: *made.QueueUrl}
	got, err := client.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{
		QueueUrl: &q.url, AttributeNames: []types.QueueAttributeName{types.QueueAttributeNameQueueArn},
	})
	if err != nil {
		return q, fmt.Errorf("look at queue %s: %w", name, err)
	}
	q.arn = got.Attributes["QueueArn"]
	return q, nil
}

func (q queues) delete(ctx context.Context) error {
	var errs []error
	for _, q := range []queue{q.payments, q.results, q.refused, q.dead} {
		if q.url != "" {
			_, err := q.client.DeleteQueue(ctx, deleteOf(q.url))
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

func deleteOf(url string) *sqs.DeleteQueueInput { return &sqs.DeleteQueueInput{QueueUrl: &url} }

func purgeOf(url string) *sqs.PurgeQueueInput { return &sqs.PurgeQueueInput{QueueUrl: &url} }

// ARN, Receive and Delete make a queue the source of an event source mapping.

func (q queue) ARN() string { return q.arn }

func (q queue) Receive(ctx context.Context, n int, wait time.Duration) ([]events.SQSMessage, error) {
	out, err := q.client.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{
		QueueUrl: &q.url, MaxNumberOfMessages: int32(n), WaitTimeSeconds: int32(math.Ceil(wait.Seconds())),
		MessageSystemAttributeNames: []types.MessageSystemAttributeName{types.MessageSystemAttributeNameAll},
		MessageAttributeNames:       []string{"All"},
	})
	if err != nil {
		return nil, err
	}
	var messages []events.SQSMessage
	for _, m := range out.Messages {
		messages = append(messages, q.event(m))
	}
	return messages, nil
}

func (q queue) event(m types.Message) events.SQSMessage {
	e := events.SQSMessage{
		MessageId: aws.ToString(m.MessageId), ReceiptHandle: aws.ToString(m.ReceiptHandle), Body: aws.ToString(m.Body),
		Md5OfBody: aws.ToString(m.MD5OfBody), Md5OfMessageAttributes: aws.ToString(m.MD5OfMessageAttributes),
		Attributes: m.Attributes, EventSource: "aws:sqs", EventSourceARN: q.arn, AWSRegion: region,
		MessageAttributes: map[string]events.SQSMessageAttribute{},
	}
	for name, a := range m.MessageAttributes {
		e.MessageAttributes[name] = events.SQSMessageAttribute{
			StringValue: a.StringValue, BinaryValue: a.BinaryValue, DataType: aws.ToString(a.DataType),
		}
	}
	return e
}

func (q queue) Delete(ctx context.Context, receiptHandles []string) error {
	in := &sqs.DeleteMessageBatchInput{QueueUrl: &q.url}
	for i := range receiptHandles {
		in.Entries = append(in.Entries, types.DeleteMessageBatchRequestEntry{
			Id: aws.String(strconv.Itoa(i)), ReceiptHandle: &receiptHandles[i],
		})
	}
	out, err := q.client.DeleteMessageBatch(ctx, in)
	if err != nil || len(out.Failed) == 0 {
		return err
	}
	failed := map[string]error{}
	for _, f := range out.Failed {
		if i, err := strconv.Atoi(aws.ToString(f.Id)); err == nil && i < len(receiptHandles) {
			failed[receiptHandles[i]] = errors.New(aws.ToString(f.Code))
		}
	}
	return &sqsbatchtest.FailedError{Failed: failed}
}

// send puts a body on the queue and returns the message's id.
func (q queue) send(ctx context.Context, body string) (string, error) {
	out, err := q.client.SendMessage(ctx, &sqs.SendMessageInput{QueueUrl: &q.url, MessageBody: &body})
	if err != nil {
		return "", fmt.Errorf("send to %s: %w", q.name, err)
	}
	return aws.ToString(out.MessageId), nil
}

// peek returns the messages that can be received now, by polling until n are there or a moment has passed without one.
func (q queue) peek(ctx context.Context, n int) ([]events.SQSMessage, error) {
	var all []events.SQSMessage
	for {
		more, err := q.Receive(ctx, 10, time.Second)
		all = append(all, more...)
		if err != nil || len(more) == 0 || len(all) > n {
			return all, err
		}
	}
}

// all returns all messages of a queue that nobody else receives from, each once. Those of a receive whose answer was lost are hidden
// for the visibility time-out, and waited for.
func (q queue) all(ctx context.Context) ([]events.SQSMessage, error) {
	var all []events.SQSMessage
	seen := map[string]bool{}
	for {
		more, err := q.Receive(ctx, 10, time.Second)
		if err != nil {
			return all, err
		}
		for _, m := range more {
			if !seen[m.MessageId] {
				seen[m.MessageId] = true
				all = append(all, m)
			}
		}
		if len(more) > 0 {
			continue
		}
		if there, err := q.count(ctx); err != nil || len(all) >= there {
			return all, err
		}
	}
}

// count is how many messages the queue has, hidden or not.
func (q queue) count(ctx context.Context) (int, error) {
	out, err := q.client.GetQueueAttributes(ctx, countsOf(q.url))
	if err != nil {
		return 0, fmt.Errorf("count the messages of %s: %w", q.name, err)
	}
	total := 0
	for _, name := range []string{"ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"} {
		n, err := strconv.Atoi(out.Attributes[name])
		if err != nil {
			return 0, fmt.Errorf("count the messages of %s: %s is %q", q.name, name, out.Attributes[name])
		}
		total += n
	}
	return total, nil
}
