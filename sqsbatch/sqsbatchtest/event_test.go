package sqsbatchtest

import (
	"bytes"
	"encoding/json"
	"reflect"
	"testing"

	"github.com/aws/aws-lambda-go/events"
)

func TestEventHasLambdasShape(t *testing.T) {
	t.Parallel()
	value, number := "<a&b>", "7"
	with := events.SQSMessage{
		MessageId: "id-1", ReceiptHandle: "handle-1", Body: `{"a":"<b>"}`, Md5OfBody: "d1", Md5OfMessageAttributes: "d2",
		Attributes: map[string]string{"SentTimestamp": "1"},
		MessageAttributes: map[string]events.SQSMessageAttribute{
			"s": {DataType: "String", StringValue: &value},
			"n": {DataType: "Number", StringValue: &number},
			"b": {DataType: "Binary", BinaryValue: []byte{1, 2}},
		},
		EventSource: "aws:sqs", EventSourceARN: "arn", AWSRegion: "us-east-1",
	}
	without := events.SQSMessage{
		MessageId: "id-2", ReceiptHandle: "handle-2", Body: "b", EventSource: "aws:sqs", EventSourceARN: "arn", AWSRegion: "us-east-1",
	}
	var texts [][]byte
	for _, m := range []events.SQSMessage{with, without} {
		text, err := encodeRecord(m)
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, text)
	}
	got := encodeEvent(texts)
	const want = `{"Records":[{"messageId":"id-1","receiptHandle":"handle-1","body":"{\"a\":\"<b>\"}",` +
		`"attributes":{"SentTimestamp":"1"},"messageAttributes":{` +
		`"b":{"binaryValue":"AQI=","stringListValues":[],"binaryListValues":[],"dataType":"Binary"},` +
		`"n":{"stringValue":"7","stringListValues":[],"binaryListValues":[],"dataType":"Number"},` +
		`"s":{"stringValue":"<a&b>","stringListValues":[],"binaryListValues":[],"dataType":"String"}},` +
		`"md5OfMessageAttributes":"d2","md5OfBody":"d1","eventSource":"aws:sqs","eventSourceARN":"arn","awsRegion":"us-east-1"},` +
		`{"messageId":"id-2","receiptHandle":"handle-2","body":"b","attributes":{},"messageAttributes":{},` +
		`"md5OfBody":"92eb5ffee6ae2fec3ad71c777531578f","eventSource":"aws:sqs","eventSourceARN":"arn","awsRegion":"us-east-1"}]}`
	if string(got) != want {
		t.Errorf("event is\n%s\nwant\n%s", got, want)
	}
	if n := eventSize(2, len(bytes.Join(texts, nil))); n != len(got) {
		t.Errorf("eventSize is %d, the event has %d bytes", n, len(got))
	}

	var event events.SQSEvent
	if err := json.Unmarshal(got, &event); err != nil {
		t.Fatal(err)
	}
	for name, a := range event.Records[0].MessageAttributes {
		a.StringListValues, a.BinaryListValues = nil, nil
		event.Records[0].MessageAttributes[name] = a
	}
	if !reflect.DeepEqual(event.Records[0], with) {
		t.Errorf("the first record reads as %+v, want %+v", event.Records[0], with)
	}
}
