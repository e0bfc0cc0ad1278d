package sqsbatchtest_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/lambdapatterns/lambdapatterns/sqsbatch"
	"github.com/lambdapatterns/lambdapatterns/sqsbatch/sqsbatchtest"
)

const (
	ordersARN = "arn:aws:sqs:eu-west-1:123456789012:orders"
	stepsARN  = "arn:aws:sqs:eu-west-1:123456789012:steps.fifo"
)

// A handler's test without a queue: an event of a FIFO queue whose first message has come for the third time.
func ExampleEvent() {
	event, err := sqsbatchtest.Event(stepsARN,
		sqsbatchtest.Delivery{Message: sqsbatchtest.Message{Body: "on", GroupID: "lamp"}, ReceiveCount: 3},
		sqsbatchtest.Delivery{Message: sqsbatchtest.Message{Body: "off", GroupID: "lamp"}},
	)
	if err != nil {
		panic(err)
	}
	handler := sqsbatch.Handle(func(ctx context.Context, step string) error {
		m, _ := sqsbatch.MessageFromContext(ctx)
		fmt.Println(step, m.Attributes["MessageGroupId"], m.Attributes["ApproximateReceiveCount"])
		return nil
	})
	response, err := handler(context.Background(), event)
	fmt.Println(len(response.BatchItemFailures), "failed", err)
	// Output:
	// on lamp 3
	// off lamp 1
	// 0 failed <nil>
}

// An event that is built and one that a mapping sends say the same of the same message, but for what is random.
func TestEventIsWhatAMappingSends(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"orders", "orders.fifo"} {
		synctest.Test(t, func(t *testing.T) {
			var s sqsbatchtest.SQS
			attributes := sqsbatchtest.QueueAttributes{}
			m := sqsbatchtest.Message{
				Body: `{"a":"<b>"}`, GroupID: "g", TraceHeader: "Root=1-67891233-abcdef012345678912345678",
				Attributes: map[string]events.SQSMessageAttribute{"n": text("Number", "1")},
			}
			if strings.HasSuffix(name, ".fifo") {
				m.DeduplicationID, attributes["FifoQueue"] = "d", "true"
			}
			q := create(t, &s, name, attributes)
			send(t, q, m)
			var payloads [][]byte
			stop := start(t, sqsbatchtest.Mapping{Queue: q, Invoke: func(_ context.Context, payload []byte) ([]byte, error) {
				payloads = append(payloads, payload)
				return nil, nil
			}})
			synctest.Wait()
			stop()
			event, err := sqsbatchtest.Event(q.ARN(), sqsbatchtest.Delivery{Message: m})
			if err != nil {
				t.Fatal(err)
			}
			built, err := sqsbatchtest.Payload(event)
			if err != nil {
				t.Fatal(err)
			}
			var got, want events.SQSEvent
			if err := errors.Join(json.Unmarshal(built, &got), json.Unmarshal(payloads[0], &want)); err != nil {
				t.Fatal(err)
			}
			for _, r := range []*events.SQSMessage{&got.Records[0], &want.Records[0]} {
				if r.MessageId == "" || r.ReceiptHandle == "" || (r.Attributes["SequenceNumber"] != "") != (attributes["FifoQueue"] != "") {
					t.Errorf("record is %+v", r)
				}
				r.MessageId, r.ReceiptHandle = "", ""
				delete(r.Attributes, "SequenceNumber")
			}
			if !reflect.DeepEqual(got, want) {
				t.Errorf("built is\n%+v\nwant\n%+v", got, want)
			}
		})
	}
}

func TestEventAttributes(t *testing.T) {
	t.Parallel()
	sent := time.UnixMilli(1768471200000)
	event, err := sqsbatchtest.Event(ordersARN, sqsbatchtest.Delivery{
		Message: sqsbatchtest.Message{Body: "b"}, MessageID: "id-1", ReceiveCount: 7, Sent: sent, FirstReceived: sent.Add(time.Second),
		DeadLetterSource: ordersARN + "-source",
	})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		"ApproximateReceiveCount": "7", "SentTimestamp": "1768471200000", "ApproximateFirstReceiveTimestamp": "1768471201000",
		"SenderId": "AROAEXAMPLEEXAMPLE000:local", "DeadLetterQueueSourceArn": ordersARN + "-source",
	}
	r := event.Records[0]
	if !reflect.DeepEqual(r.Attributes, want) || r.MessageId != "id-1" || r.Md5OfBody != "92eb5ffee6ae2fec3ad71c777531578f" ||
		r.EventSourceARN != ordersARN || r.AWSRegion != "eu-west-1" || r.EventSource != "aws:sqs" {
		t.Errorf("record is %+v", r)
	}
}

func TestEventRefusesWhatIsNeverSent(t *testing.T) {
	t.Parallel()
	one := func(m sqsbatchtest.Message) sqsbatchtest.Delivery { return sqsbatchtest.Delivery{Message: m} }
	plain := one(sqsbatchtest.Message{Body: "secret"})
	step := one(sqsbatchtest.Message{Body: "secret", GroupID: "g"})
	other := step
	other.Sent, other.FirstReceived = time.Now().Add(-time.Hour), time.Now()
	if _, err := sqsbatchtest.Event(stepsARN, other, step); err != nil {
		t.Errorf("a deduplication id again after an hour: %v", err)
	}
	with := func(change func(*sqsbatchtest.Delivery)) []sqsbatchtest.Delivery {
		d := plain
		change(&d)
		return []sqsbatchtest.Delivery{plain, d}
	}
	big := one(sqsbatchtest.Message{Body: strings.Repeat("a", 1<<20)})
	for name, test := range map[string]struct {
		arn  string
		of   []sqsbatchtest.Delivery
		says string
		at   int
	}{
		"no ARN":                {"orders", []sqsbatchtest.Delivery{plain}, "ARN", -1},
		"no messages":           {ordersARN, nil, "1 to 10000", -1},
		"eleven of a FIFO":      {stepsARN, make([]sqsbatchtest.Delivery, 11), "1 to 10", -1},
		"too many":              {ordersARN, make([]sqsbatchtest.Delivery, 10001), "1 to 10000", -1},
		"payload":               {ordersARN, []sqsbatchtest.Delivery{big, big, big, big, big, big}, "6291456", -1},
		"empty body":            {ordersARN, with(func(d *sqsbatchtest.Delivery) { d.Body = "" }), "MessageBody", 1},
		"long body":             {ordersARN, with(func(d *sqsbatchtest.Delivery) { d.Body = big.Body + "a" }), "1048576", 1},
		"control character":     {ordersARN, with(func(d *sqsbatchtest.Delivery) { d.Body = "secret\x00" }), "byte 6", 1},
		"no group":              {stepsARN, []sqsbatchtest.Delivery{plain}, "MessageGroupId", 0},
		"deduplication twice":   {stepsARN, []sqsbatchtest.Delivery{step, step}, "DeduplicationID", 1},
		"deduplication id":      {ordersARN, with(func(d *sqsbatchtest.Delivery) { d.DeduplicationID = "d" }), "MessageDeduplicationId", 1},
		"delay":                 {ordersARN, with(func(d *sqsbatchtest.Delivery) { d.Delay = time.Second }), "Delay", 1},
		"receive count":         {ordersARN, with(func(d *sqsbatchtest.Delivery) { d.ReceiveCount = -1 }), "ReceiveCount", 1},
		"received before sent":  {ordersARN, with(func(d *sqsbatchtest.Delivery) { d.FirstReceived, d.Sent = time.Unix(1, 0), time.Unix(2, 0) }), "before", 1},
		"source of other type":  {ordersARN, with(func(d *sqsbatchtest.Delivery) { d.DeadLetterSource = stepsARN }), "DeadLetterSource", 1},
		"source is itself":      {ordersARN, with(func(d *sqsbatchtest.Delivery) { d.DeadLetterSource = ordersARN }), "DeadLetterSource", 1},
		"one id twice":          {ordersARN, []sqsbatchtest.Delivery{{Message: plain.Message, MessageID: "1"}, {Message: plain.Message, MessageID: "1"}}, "id", 1},
		"attribute's data type": {ordersARN, with(func(d *sqsbatchtest.Delivery) { d.Message = named("n", text("Boolean", "secret")) }), "type", 1},
	} {
		_, err := sqsbatchtest.Event(test.arn, test.of...)
		var refused *sqsbatchtest.EventError
		if !errors.As(err, &refused) || !errors.Is(err, sqsbatchtest.ErrNeverSent) || refused.Message != test.at || !strings.Contains(err.Error(), test.says) ||
			strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
