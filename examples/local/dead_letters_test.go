package main

import (
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/lambdapatterns/lambdapatterns/sqsbatch/sqsbatchtest"
	"github.com/lambdapatterns/lambdapatterns/sqsbatch/sqsqueue"
)

// Where a message goes that is not handled is told in each case.
func TestBatchTellsOfDeadLetters(t *testing.T) {
	t.Parallel()
	letters := &deadLetters{next: new(sqsbatchtest.SQS)}
	server, address, err := serve(loopback, letters)
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	client := sqs.New(sqs.Options{
		Region: region, BaseEndpoint: aws.String("http://" + address), Credentials: credentials.NewStaticCredentialsProvider("local", "local", ""),
	})
	dead, err := createQueue(t.Context(), client, "orders-dead", nil)
	if err != nil {
		t.Fatal(err)
	}
	of := func(id string) map[string]types.MessageAttributeValue {
		return map[string]types.MessageAttributeValue{sqsqueue.AttributeMessageID: {DataType: aws.String("String"), StringValue: &id}}
	}
	if _, err := client.SendMessage(t.Context(), &sqs.SendMessageInput{QueueUrl: &dead.url, MessageBody: aws.String("1"), MessageAttributes: of("alone")}); err != nil {
		t.Fatal(err)
	}
	if out, err := client.SendMessageBatch(t.Context(), &sqs.SendMessageBatchInput{QueueUrl: &dead.url, Entries: []types.SendMessageBatchRequestEntry{
		{Id: aws.String("a"), MessageBody: aws.String("2"), MessageAttributes: of("batched")},
		{Id: aws.String("b"), MessageBody: aws.String("\x00"), MessageAttributes: of("refused")}, // which no message may have in it
		{Id: aws.String("c"), MessageBody: aws.String("3")},
	}}); err != nil || len(out.Successful) != 2 {
		t.Fatal(out, err)
	}
	if _, err := client.SendMessage(t.Context(), &sqs.SendMessageInput{
		QueueUrl: aws.String(dead.url + "-none"), MessageBody: aws.String("1"), MessageAttributes: of("nowhere"),
	}); err == nil {
		t.Fatal("a queue that is not there took a message")
	}
	if messages, err := dead.peek(t.Context(), 3); err != nil || len(messages) != 3 || messages[0].Body != "1" {
		t.Fatalf("what is sent arrives as it is: %v, %v", messages, err)
	}

	var out output
	m := &machine{printer: &printer{w: &out}, letters: letters}
	message := func(id, receives string) events.SQSMessage {
		return events.SQSMessage{MessageId: id, Attributes: map[string]string{"ApproximateReceiveCount": receives}}
	}
	batch := sqsbatchtest.Batch{
		Messages: []events.SQSMessage{
			message("alone", "1"), message("batched", "1"), message("refused", "1"), message("nowhere", "1"), message("early", "4"), message("last", "5"),
		},
		Returned: []string{"early", "last"},
	}
	m.showBatch("worker", redrive{5, dead}, batch)
	m.showBatch("worker", redrive{}, sqsbatchtest.Batch{Messages: []events.SQSMessage{message("alone", "2"), message("free", "9")}, Returned: []string{"free"}})
	told := strings.Join(strings.Fields(out.String()), " ")
	want := "batch of 6 to worker message alone moved to orders-dead by the function message batched moved to orders-dead by the function " +
		"message refused done message nowhere done message early FAILED at receive 4 of 5 " +
		"message last FAILED at receive 5 of 5, moves to orders-dead after its visibility time-out " +
		"batch of 2 to worker message alone done message free FAILED at receive 9"
	if told != want {
		t.Errorf("got  %s\nwant %s", told, want)
	}
}
