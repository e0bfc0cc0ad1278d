package sqsbatchtest

import (
	"bytes"
	"container/list"
	"maps"
	"strconv"
	"time"

	"github.com/aws/aws-lambda-go/events"
)

// senderID is the principal that sends every message here.
const senderID = "AROAEXAMPLEEXAMPLE000:local"

// Message is what Send sends.
type Message struct {
	// Body is 1 byte to 1 MiB of text, message attributes included, without control characters other than tab, line
	// feed and carriage return.
	Body string
	// Attributes are up to ten message attributes: DataType String, Number or Binary, with an optional label as in
	// "Number.int", and a StringValue or a BinaryValue.
	Attributes map[string]events.SQSMessageAttribute
	// GroupID is the message group on a FIFO queue, which needs one, and the tenant on a standard (fair) queue.
	GroupID string
	// DeduplicationID is needed on a FIFO queue without ContentBasedDeduplication, and refused on a standard queue.
	DeduplicationID string
	// Delay is 0 to 15 minutes in whole seconds. Defaults to the queue's DelaySeconds. Refused on a FIFO queue.
	Delay time.Duration
	// TraceHeader is the system attribute AWSTraceHeader: an X-Ray trace header, "Root=1-…" and what may follow.
	TraceHeader string
}

// message is a message in a queue. The lock of its SQS guards it.
type message struct {
	id         string
	body       string
	attributes map[string]events.SQSMessageAttribute
	trace      string
	group      string
	dedup      string
	sequence   string
	source     string // the ARN of the queue that a redrive took it from

	sent          time.Time
	enqueued      time.Time // when its retention began
	firstReceived time.Time
	received      time.Time // last
	visibleAt     time.Time
	delayed       bool // hidden since it was sent, not since it was received
	receives      int
	receipt       uint64 // the number in its latest receipt handle
	arrival       uint64 // its place among messages that appear at the same moment
	number        uint64 // its place in the order in which the queue took messages in
	survived      bool   // it has outlived a delete already

	// Where the queue's arrangement keeps it: in a list or in a heap.
	element *list.Element
	index   int
}

// delivery returns the message as a receive returns it, with all of its attributes, sharing no memory with the queue.
func (m *message) delivery(q *Queue, handle string) events.SQSMessage {
	attributes := map[string]string{
		"ApproximateReceiveCount":          strconv.Itoa(m.receives),
		"ApproximateFirstReceiveTimestamp": milliseconds(m.firstReceived),
		"SentTimestamp":                    milliseconds(m.sent),
		"SenderId":                         senderID,
	}
	for name, value := range map[string]string{
		"AWSTraceHeader":           m.trace,
		"MessageGroupId":           m.group,
		"MessageDeduplicationId":   m.dedup,
		"SequenceNumber":           m.sequence,
		"DeadLetterQueueSourceArn": m.source,
	} {
		if value != "" {
			attributes[name] = value
		}
	}
	return events.SQSMessage{
		MessageId:              m.id,
		ReceiptHandle:          handle,
		Body:                   m.body,
		Md5OfBody:              md5OfBody(m.body),
		Md5OfMessageAttributes: md5OfAttributes(m.attributes),
		Attributes:             attributes,
		MessageAttributes:      cloneAttributes(m.attributes),
		EventSource:            eventSource,
		EventSourceARN:         q.arn,
		AWSRegion:              q.sqs.region(),
	}
}

func milliseconds(t time.Time) string { return strconv.FormatInt(t.UnixMilli(), 10) }

func cloneAttributes(attributes map[string]events.SQSMessageAttribute) map[string]events.SQSMessageAttribute {
	clone := maps.Clone(attributes)
	for name, a := range clone {
		if a.StringValue != nil {
			value := *a.StringValue
			a.StringValue = &value
		}
		a.BinaryValue = bytes.Clone(a.BinaryValue)
		clone[name] = a
	}
	return clone
}
