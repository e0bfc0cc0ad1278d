// The in-memory SQS of sqsbatchtest, which does not know the AWS SDK for Go, is held against it here: what the SDK
// sends is understood, what is answered passes its checksums, and errors arrive as its types.

package main_test

import (
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/aws/smithy-go"

	"github.com/lambdapatterns/lambdapatterns/sqsbatch/sqsbatchtest"
)

// client returns an SDK client of a fresh SQS on a free port of the loopback interface.
func client(t *testing.T) *sqs.Client {
	t.Helper()
	server := httptest.NewServer(new(sqsbatchtest.SQS))
	t.Cleanup(server.Close)
	return sqs.New(sqs.Options{
		Region:           "us-east-1",
		BaseEndpoint:     &server.URL,
		Credentials:      credentials.NewStaticCredentialsProvider("AKIDEXAMPLE", "secret", ""),
		RetryMaxAttempts: 1,
	})
}

func must[T any](t *testing.T) func(T, error) T {
	t.Helper()
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func create(t *testing.T, c *sqs.Client, name string, attributes map[string]string) *string {
	t.Helper()
	return must[*sqs.CreateQueueOutput](t)(c.CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: &name, Attributes: attributes})).QueueUrl
}

func receive(t *testing.T, c *sqs.Client, url *string) []types.Message {
	t.Helper()
	return must[*sqs.ReceiveMessageOutput](t)(c.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{
		QueueUrl: url, MaxNumberOfMessages: 10, MessageAttributeNames: []string{"All"},
		MessageSystemAttributeNames: []types.MessageSystemAttributeName{types.MessageSystemAttributeNameAll},
	})).Messages
}

func TestMessage(t *testing.T) {
	t.Parallel()
	c := client(t)
	url := create(t, c, "orders", nil)
	const trace = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"
	attributes := map[string]types.MessageAttributeValue{
		"text":   {DataType: aws.String("String"), StringValue: aws.String("<é>")},
		"number": {DataType: aws.String("Number.int"), StringValue: aws.String("42")},
		"binary": {DataType: aws.String("Binary"), BinaryValue: []byte{0, 1, 0xff}},
	}
	sent := must[*sqs.SendMessageOutput](t)(c.SendMessage(t.Context(), &sqs.SendMessageInput{
		QueueUrl: url, MessageBody: aws.String("<body> é \u2028 \U0001F600"), MessageAttributes: attributes, MessageGroupId: aws.String("tenant"),
		MessageSystemAttributes: map[string]types.MessageSystemAttributeValue{
			"AWSTraceHeader": {DataType: aws.String("String"), StringValue: aws.String(trace)},
		},
	}))
	messages := receive(t, c, url)
	if len(messages) != 1 {
		t.Fatalf("received %d messages, want one", len(messages))
	}
	m := messages[0]
	if *m.MessageId != *sent.MessageId || *m.Body != "<body> é \u2028 \U0001F600" || *m.MD5OfBody != *sent.MD5OfMessageBody ||
		*m.MD5OfMessageAttributes != *sent.MD5OfMessageAttributes || len(*sent.MD5OfMessageSystemAttributes) != 32 {
		t.Errorf("sent %+v, received %+v", sent, m)
	}
	if !reflect.DeepEqual(m.MessageAttributes, attributes) {
		t.Errorf("attributes are %v, want %v", m.MessageAttributes, attributes)
	}
	if m.Attributes["AWSTraceHeader"] != trace || m.Attributes["ApproximateReceiveCount"] != "1" || m.Attributes["MessageGroupId"] != "tenant" {
		t.Errorf("system attributes are %v", m.Attributes)
	}
	if _, err := c.DeleteMessage(t.Context(), &sqs.DeleteMessageInput{QueueUrl: url, ReceiptHandle: m.ReceiptHandle}); err != nil {
		t.Fatal(err)
	}
	state := must[*sqs.GetQueueAttributesOutput](t)(c.GetQueueAttributes(t.Context(), &sqs.GetQueueAttributesInput{
		QueueUrl: url, AttributeNames: []types.QueueAttributeName{types.QueueAttributeNameAll},
	})).Attributes
	if state["ApproximateNumberOfMessages"] != "0" || state["ApproximateNumberOfMessagesNotVisible"] != "0" ||
		state["QueueArn"] != "arn:aws:sqs:us-east-1:000000000000:orders" {
		t.Errorf("queue attributes are %v", state)
	}
}

func TestBatches(t *testing.T) {
	t.Parallel()
	c := client(t)
	url := create(t, c, "orders", nil)
	sent := must[*sqs.SendMessageBatchOutput](t)(c.SendMessageBatch(t.Context(), &sqs.SendMessageBatchInput{QueueUrl: url, Entries: []types.SendMessageBatchRequestEntry{
		{Id: aws.String("a"), MessageBody: aws.String("a")},
		{Id: aws.String("bad"), MessageBody: aws.String("\x00")},
		{Id: aws.String("b"), MessageBody: aws.String("b")},
	}}))
	if len(sent.Successful) != 2 || len(sent.Failed) != 1 || *sent.Failed[0].Id != "bad" || *sent.Failed[0].Code != "InvalidMessageContents" || !sent.Failed[0].SenderFault {
		t.Fatalf("sent %+v", sent)
	}
	messages := receive(t, c, url)
	if len(messages) != 2 {
		t.Fatalf("received %d messages, want two", len(messages))
	}
	changed := must[*sqs.ChangeMessageVisibilityBatchOutput](t)(c.ChangeMessageVisibilityBatch(t.Context(), &sqs.ChangeMessageVisibilityBatchInput{
		QueueUrl: url, Entries: []types.ChangeMessageVisibilityBatchRequestEntry{
			{Id: aws.String("a"), ReceiptHandle: messages[0].ReceiptHandle, VisibilityTimeout: 0},
			{Id: aws.String("b"), ReceiptHandle: aws.String("nonsense"), VisibilityTimeout: 0},
		},
	}))
	if len(changed.Successful) != 1 || len(changed.Failed) != 1 || *changed.Failed[0].Code != "ReceiptHandleIsInvalid" {
		t.Errorf("changed %+v", changed)
	}
	again := receive(t, c, url)
	if len(again) != 1 || *again[0].MessageId != *messages[0].MessageId {
		t.Fatalf("received %v, want the first message", again)
	}
	deleted := must[*sqs.DeleteMessageBatchOutput](t)(c.DeleteMessageBatch(t.Context(), &sqs.DeleteMessageBatchInput{
		QueueUrl: url, Entries: []types.DeleteMessageBatchRequestEntry{
			{Id: aws.String("a"), ReceiptHandle: again[0].ReceiptHandle}, {Id: aws.String("b"), ReceiptHandle: messages[1].ReceiptHandle},
		},
	}))
	if len(deleted.Successful) != 2 || len(deleted.Failed) != 0 {
		t.Errorf("deleted %+v", deleted)
	}
}

func TestLongPoll(t *testing.T) {
	t.Parallel()
	c := client(t)
	url := create(t, c, "orders", nil)
	sent := make(chan error, 1)
	time.AfterFunc(200*time.Millisecond, func() {
		_, err := c.SendMessage(context.WithoutCancel(t.Context()), &sqs.SendMessageInput{QueueUrl: url, MessageBody: aws.String("a")})
		sent <- err
	})
	begin := time.Now()
	out := must[*sqs.ReceiveMessageOutput](t)(c.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{QueueUrl: url, WaitTimeSeconds: 20}))
	if d := time.Since(begin); len(out.Messages) != 1 || d < 100*time.Millisecond || d > 10*time.Second {
		t.Errorf("received %d messages after %v", len(out.Messages), d)
	}
	if err := <-sent; err != nil {
		t.Error(err)
	}
}

func TestFIFOAndRedrive(t *testing.T) {
	t.Parallel()
	c := client(t)
	create(t, c, "dead.fifo", map[string]string{"FifoQueue": "true"})
	url := create(t, c, "orders.fifo", map[string]string{
		"FifoQueue": "true", "ContentBasedDeduplication": "true", "VisibilityTimeout": "0",
		"RedrivePolicy": `{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:dead.fifo","maxReceiveCount":1}`,
	})
	for _, body := range []string{"a1", "b1", "a2", "a1"} {
		out := must[*sqs.SendMessageOutput](t)(c.SendMessage(t.Context(), &sqs.SendMessageInput{QueueUrl: url, MessageBody: &body, MessageGroupId: aws.String(body[:1])}))
		if len(aws.ToString(out.SequenceNumber)) != 20 {
			t.Errorf("sequence number is %q", aws.ToString(out.SequenceNumber))
		}
	}
	bodies := func(messages []types.Message) string {
		var all []string
		for _, m := range messages {
			all = append(all, *m.Body)
		}
		return strings.Join(all, " ")
	}
	if got := bodies(receive(t, c, url)); got != "a1 a2 b1" {
		t.Errorf("received %q, want each group in order and the duplicate once", got)
	}
	if got := bodies(receive(t, c, url)); got != "" {
		t.Errorf("received %q, want everything moved", got)
	}
	dead := must[*sqs.GetQueueUrlOutput](t)(c.GetQueueUrl(t.Context(), &sqs.GetQueueUrlInput{QueueName: aws.String("dead.fifo")})).QueueUrl
	messages := receive(t, c, dead)
	if got := bodies(messages); got != "a1 a2 b1" || messages[0].Attributes["DeadLetterQueueSourceArn"] != "arn:aws:sqs:us-east-1:000000000000:orders.fifo" {
		t.Errorf("the dead-letter queue holds %q", got)
	}
}

func TestListQueues(t *testing.T) {
	t.Parallel()
	c := client(t)
	var want []string
	for i := range 7 {
		want = append(want, *create(t, c, fmt.Sprint("orders-", i), nil))
	}
	create(t, c, "other", nil)
	var got []string
	pages := sqs.NewListQueuesPaginator(c, &sqs.ListQueuesInput{QueueNamePrefix: aws.String("orders-"), MaxResults: aws.Int32(3)})
	for pages.HasMorePages() {
		got = append(got, must[*sqs.ListQueuesOutput](t)(pages.NextPage(t.Context())).QueueUrls...)
	}
	if !slices.Equal(got, want) {
		t.Errorf("queues are %q, want %q", got, want)
	}
}

// errorAs checks the error's type and the code of the older query protocol that the SDK keeps.
func errorAs[E error](t *testing.T, err error, code string) {
	t.Helper()
	var want E
	var api smithy.APIError
	if !errors.As(err, &want) || !errors.As(err, &api) || api.ErrorCode() != code || api.ErrorMessage() == "" {
		t.Errorf("error is %v (%T), want %T with code %s", err, errors.Unwrap(err), want, code)
	}
}

func TestErrors(t *testing.T) {
	t.Parallel()
	c, ctx := client(t), t.Context()
	url := create(t, c, "orders", nil)
	const query = "AWS.SimpleQueueService."

	_, err := c.GetQueueUrl(ctx, &sqs.GetQueueUrlInput{QueueName: aws.String("none")})
	errorAs[*types.QueueDoesNotExist](t, err, query+"NonExistentQueue")
	_, err = c.SendMessage(ctx, &sqs.SendMessageInput{QueueUrl: aws.String(*url + "x"), MessageBody: aws.String("a")})
	errorAs[*types.QueueDoesNotExist](t, err, query+"NonExistentQueue")
	_, err = c.CreateQueue(ctx, &sqs.CreateQueueInput{QueueName: aws.String("orders"), Attributes: map[string]string{"DelaySeconds": "1"}})
	errorAs[*types.QueueNameExists](t, err, "QueueAlreadyExists")
	_, err = c.SetQueueAttributes(ctx, &sqs.SetQueueAttributesInput{QueueUrl: url, Attributes: map[string]string{"FifoQueue": "true"}})
	errorAs[*types.InvalidAttributeName](t, err, "InvalidAttributeName")
	_, err = c.SetQueueAttributes(ctx, &sqs.SetQueueAttributesInput{QueueUrl: url, Attributes: map[string]string{"DelaySeconds": "x"}})
	errorAs[*types.InvalidAttributeValue](t, err, "InvalidAttributeValue")
	_, err = c.SendMessage(ctx, &sqs.SendMessageInput{QueueUrl: url, MessageBody: aws.String("\x00")})
	errorAs[*types.InvalidMessageContents](t, err, "InvalidMessageContents")
	_, err = c.SendMessage(ctx, &sqs.SendMessageInput{QueueUrl: url, MessageBody: aws.String(strings.Repeat("a", 1<<20+1))})
	errorAs[*smithy.GenericAPIError](t, err, "InvalidParameterValue")
	_, err = c.DeleteMessage(ctx, &sqs.DeleteMessageInput{QueueUrl: url, ReceiptHandle: aws.String("x")})
	errorAs[*types.ReceiptHandleIsInvalid](t, err, "ReceiptHandleIsInvalid")
	_, err = c.DeleteMessageBatch(ctx, &sqs.DeleteMessageBatchInput{QueueUrl: url, Entries: []types.DeleteMessageBatchRequestEntry{}})
	errorAs[*types.EmptyBatchRequest](t, err, query+"EmptyBatchRequest")
	entry := types.DeleteMessageBatchRequestEntry{Id: aws.String("1"), ReceiptHandle: aws.String("x")}
	_, err = c.DeleteMessageBatch(ctx, &sqs.DeleteMessageBatchInput{QueueUrl: url, Entries: []types.DeleteMessageBatchRequestEntry{entry, entry}})
	errorAs[*types.BatchEntryIdsNotDistinct](t, err, query+"BatchEntryIdsNotDistinct")
	_, err = c.DeleteMessageBatch(ctx, &sqs.DeleteMessageBatchInput{QueueUrl: url, Entries: slices.Repeat([]types.DeleteMessageBatchRequestEntry{entry}, 11)})
	errorAs[*types.TooManyEntriesInBatchRequest](t, err, query+"TooManyEntriesInBatchRequest")
	_, err = c.TagQueue(ctx, &sqs.TagQueueInput{QueueUrl: url, Tags: map[string]string{"a": "b"}})
	errorAs[*types.UnsupportedOperation](t, err, query+"UnsupportedOperation")
	for _, want := range []bool{true, false} {
		_, err = c.PurgeQueue(ctx, &sqs.PurgeQueueInput{QueueUrl: url})
		if (err == nil) != want {
			t.Errorf("error of PurgeQueue is %v", err)
		}
	}
	errorAs[*types.PurgeQueueInProgress](t, err, query+"PurgeQueueInProgress")
	if _, err = c.DeleteQueue(ctx, &sqs.DeleteQueueInput{QueueUrl: url}); err != nil {
		t.Error(err)
	}
	_, err = c.CreateQueue(ctx, &sqs.CreateQueueInput{QueueName: aws.String("orders")})
	errorAs[*types.QueueDeletedRecently](t, err, query+"QueueDeletedRecently")
}
