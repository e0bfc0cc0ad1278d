package sqsbatch_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/lambdapatterns/lambdapatterns/sqsbatch"
)

const (
	standardARN = "arn:aws:sqs:eu-central-1:123456789012:orders"
	fifoARN     = "arn:aws:sqs:eu-central-1:123456789012:orders.fifo"
)

// batchOf makes an event whose message n has the id "m<n>" (from 1) and the n-th body.
func batchOf(arn string, bodies ...string) events.SQSEvent {
	var e events.SQSEvent
	for i, body := range bodies {
		e.Records = append(e.Records, events.SQSMessage{
			MessageId: fmt.Sprintf("m%d", i+1), Body: body, EventSourceARN: arn, EventSource: "aws:sqs",
			Attributes: map[string]string{"ApproximateReceiveCount": "2"},
		})
	}
	return e
}

// fifoOf makes an event of a FIFO queue from bodies that begin with their group: "a1" is in group a.
func fifoOf(bodies ...string) events.SQSEvent {
	e := batchOf(fifoARN, bodies...)
	for i := range e.Records {
		e.Records[i].Attributes = map[string]string{"MessageGroupId": bodies[i][:1]}
	}
	return e
}

func failures(r events.SQSEventResponse) string {
	var ids []string
	for _, f := range r.BatchItemFailures {
		ids = append(ids, f.ItemIdentifier)
	}
	return strings.Join(ids, " ")
}

// observed returns an option and the place where the last report will be.
func observed() (sqsbatch.Option, *sqsbatch.Report) {
	var last sqsbatch.Report
	return sqsbatch.WithObserver(func(_ context.Context, r sqsbatch.Report) { last = r }), &last
}

func outcomes(r *sqsbatch.Report) string {
	var all []string
	for _, m := range r.Messages {
		all = append(all, m.Outcome.String())
	}
	return strings.Join(all, " ")
}

// saysWhy tells whether the reason is in the error's text.
func saysWhy(err error, reason string) bool {
	return err != nil && strings.Contains(err.Error(), reason)
}

type order struct {
	ID     string    `json:"id"`
	Amount int       `json:"amount"`
	At     time.Time `json:"at"`
	Inner  inner     `json:"inner"`
}

// inner is JSON inside of JSON.
type inner struct{ V any }

func (i *inner) UnmarshalJSON(b []byte) error {
	var text string
	if err := json.Unmarshal(b, &text); err != nil {
		return err
	}
	return json.Unmarshal([]byte(text), &i.V)
}
