package sqsqueue_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/lambdapatterns/lambdapatterns/sqsbatch"
	"github.com/lambdapatterns/lambdapatterns/sqsbatch/sqsbatchtest"
	"github.com/lambdapatterns/lambdapatterns/sqsbatch/sqsqueue"
)

func TestConfig(t *testing.T) {
	t.Parallel()
	const account = "arn:aws:sqs:eu-west-1:123456789012:"
	const address = "https://sqs.eu-west-1.amazonaws.com/123456789012/"
	client := sqs.New(sqs.Options{Region: "eu-west-1"})
	for _, c := range []struct{ queue, dead, says string }{
		{"", "", ""},
		{"", account + "dead", ""},
		{"", "arn:aws-cn:sqs:eu-west-1:210987654321:dead.fifo", ""},
		{address + "orders", address + "dead", ""},
		{account + "orders.fifo", address + "dead.fifo", ""},
		{"", "http://localhost:4566/queue/us-east-1/000000000000/dead", ""},
		{account + "orders", "arn:aws:sqs:eu-west-1:210987654321:orders", ""},

		{"", "dead", "neither the URL of a queue nor its ARN"},
		{"", "https://", "neither"},
		{"", "ftp://example.com/1/dead", "neither"},
		{"", "https://sqs.eu-west-1.amazonaws.com/dead", "ends in /account/name"},
		{"", address, "ends in /account/name"},
		{"", "arn:aws:sns:eu-west-1:123456789012:dead", "not the ARN of an Amazon SQS queue"},
		{"", "arn:aws:sqs:eu-west-1:123456789012:", "not the ARN"},
		{"", "arn:aws:sqs:::dead", "not the ARN"},
		{"", "arn:aws:sqs:eu-central-1:123456789012:dead", "another region, eu-west-1"},
		{"orders", account + "dead", "Queue \"orders\""},
		{account + "orders", account + "dead.fifo", "it is a FIFO queue, and orders is a standard queue"},
		{address + "orders", account + "dead.fifo", "it is a FIFO queue, and orders is a standard queue"},
		{account + "orders.fifo", address + "dead", "it is a standard queue, and orders.fifo is a FIFO queue"},
		{account + "orders", address + "orders", "without end"},
	} {
		_, err := sqsqueue.New(client, sqsqueue.Config{Queue: c.queue, DeadLetterQueue: c.dead})
		var wrong *sqsqueue.ConfigError
		switch {
		case c.says == "" && err == nil:
		case c.says == "" || err == nil || !strings.Contains(err.Error(), c.says) || !errors.As(err, &wrong) || !errors.Is(err, sqsqueue.ErrConfig):
			t.Errorf("%q, %q: %v, want it to say %q", c.queue, c.dead, err, c.says)
		}
	}
	if _, err := sqsqueue.New(nil, sqsqueue.Config{}); !errors.Is(err, sqsqueue.ErrConfig) {
		t.Errorf("nil client: %v", err)
	}
}

// What New cannot know shows with the first message, which comes again.
func TestDeadLetterQueueThatDoesNotFitTheMessage(t *testing.T) {
	t.Parallel()
	s := newStage(t, "")
	s.send(sqsbatchtest.Message{Body: "a"})
	messages := s.receive(s.orders)
	for dead, says := range map[string]string{
		s.orders.ARN():         "without end",
		s.dead.ARN() + ".fifo": "it is a FIFO queue, and orders is a standard queue",
	} {
		settler := must(sqsqueue.New(s.client, sqsqueue.Config{DeadLetterQueue: dead}))(t)
		err := settler.Settle(t.Context(), settlements(messages, sqsbatch.SendToDeadLetter, 0))[0]
		if !errors.Is(err, sqsqueue.ErrConfig) || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v", dead, err)
		}
	}
	if got := s.said(""); got != "" {
		t.Errorf("calls were made: %s", got)
	}
}
