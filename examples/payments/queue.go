package payments

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

// Sender is what a queue needs of an SQS client.
type Sender interface {
	SendMessage(context.Context, *sqs.SendMessageInput, ...func(*sqs.Options)) (*sqs.SendMessageOutput, error)
}

// Queue sends values as JSON to an SQS queue.
type Queue struct {
	Client Sender
	URL    string
}

func (q Queue) check(variable string) error {
	if q.Client == nil || q.URL == "" {
		return errors.New("payments: a queue has no client or no URL: is " + variable + " set?")
	}
	return nil
}

func (q Queue) send(ctx context.Context, v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("encode a message: %w", err)
	}
	if _, err := q.Client.SendMessage(ctx, &sqs.SendMessageInput{QueueUrl: &q.URL, MessageBody: aws.String(string(body))}); err != nil {
		return fmt.Errorf("send to %s: %w", q.URL, err)
	}
	return nil
}

// Job is the message that asks the worker to charge a payment.
type Job struct {
	OrderID   string `json:"order_id"`
	PaymentID string `json:"payment_id"`
}

// Result is the message that tells the rest of the company how a payment ended. It comes at least once.
type Result struct {
	OrderID   string `json:"order_id"`
	PaymentID string `json:"payment_id"`
	Status    Status `json:"status"`
	Reason    string `json:"reason,omitempty"`
}
