package sqsbatchtest

import (
	"bytes"
	"cmp"
	"encoding/json"

	"github.com/aws/aws-lambda-go/events"
)

const eventSource = "aws:sqs"

// record is a message as Lambda writes it into an event: every list is there, also when it is empty.
type record struct {
	MessageID              string                     `json:"messageId"`
	ReceiptHandle          string                     `json:"receiptHandle"`
	Body                   string                     `json:"body"`
	Attributes             map[string]string          `json:"attributes"`
	MessageAttributes      map[string]recordAttribute `json:"messageAttributes"`
	MD5OfMessageAttributes string                     `json:"md5OfMessageAttributes,omitempty"`
	MD5OfBody              string                     `json:"md5OfBody"`
	EventSource            string                     `json:"eventSource"`
	EventSourceARN         string                     `json:"eventSourceARN"`
	AWSRegion              string                     `json:"awsRegion"`
}

type recordAttribute struct {
	StringValue      *string  `json:"stringValue,omitempty"`
	BinaryValue      []byte   `json:"binaryValue,omitempty"`
	StringListValues []string `json:"stringListValues"`
	BinaryListValues [][]byte `json:"binaryListValues"`
	DataType         string   `json:"dataType"`
}

// encodeRecord writes one message as Lambda does.
func encodeRecord(m events.SQSMessage) ([]byte, error) {
	r := record{
		MessageID:              m.MessageId,
		ReceiptHandle:          m.ReceiptHandle,
		Body:                   m.Body,
		Attributes:             m.Attributes,
		MessageAttributes:      map[string]recordAttribute{},
		MD5OfMessageAttributes: m.Md5OfMessageAttributes,
		MD5OfBody:              cmp.Or(m.Md5OfBody, md5OfBody(m.Body)),
		EventSource:            m.EventSource,
		EventSourceARN:         m.EventSourceARN,
		AWSRegion:              m.AWSRegion,
	}
	if r.Attributes == nil {
		r.Attributes = map[string]string{}
	}
	for name, a := range m.MessageAttributes {
		r.MessageAttributes[name] = recordAttribute{
			StringValue:      a.StringValue,
			BinaryValue:      a.BinaryValue,
			StringListValues: append([]string{}, a.StringListValues...),
			BinaryListValues: append([][]byte{}, a.BinaryListValues...),
			DataType:         a.DataType,
		}
	}
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(r); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(text.Bytes(), []byte("\n")), nil
}

const (
	eventHead = `{"Records":[`
	eventTail = `]}`
)

// eventSize returns the size of an event whose n records take so many bytes.
func eventSize(n, recordBytes int) int {
	return len(eventHead) + recordBytes + max(n-1, 0) + len(eventTail)
}

// encodeEvent joins encoded records into an event.
func encodeEvent(records [][]byte) []byte {
	event := []byte(eventHead)
	event = append(event, bytes.Join(records, []byte(","))...)
	return append(event, eventTail...)
}
