package sqsbatchtest

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/events"
)

// wireAttribute is a message attribute as the API writes it; events writes the same with other names.
type wireAttribute struct {
	DataType         string
	StringValue      *string  `json:",omitempty"`
	BinaryValue      []byte   `json:",omitempty"`
	StringListValues []string `json:",omitempty"`
	BinaryListValues [][]byte `json:",omitempty"`
}

func (a wireAttribute) event() events.SQSMessageAttribute {
	return events.SQSMessageAttribute{
		DataType: a.DataType, StringValue: a.StringValue, BinaryValue: a.BinaryValue,
		StringListValues: a.StringListValues, BinaryListValues: a.BinaryListValues,
	}
}

// messageInput is what SendMessage and an entry of SendMessageBatch have in common.
type messageInput struct {
	MessageBody             string
	DelaySeconds            *int
	MessageAttributes       map[string]wireAttribute
	MessageSystemAttributes map[string]wireAttribute
	MessageGroupID          string `json:"MessageGroupId"`
	MessageDeduplicationID  string `json:"MessageDeduplicationId"`
}

// messageOutput is what the answers to them have in common.
type messageOutput struct {
	MessageID        string `json:"MessageId"`
	Body             string `json:"MD5OfMessageBody"`
	Attributes       string `json:"MD5OfMessageAttributes,omitempty"`
	SystemAttributes string `json:"MD5OfMessageSystemAttributes,omitempty"`
	SequenceNumber   string `json:",omitempty"`
}

// outgoing returns the message that the input describes. Its trace header is the system attribute, or else the header
// of the request.
func (in *messageInput) outgoing(c call) (*outgoing, error) {
	o := &outgoing{
		body: in.MessageBody, group: in.MessageGroupID, dedup: in.MessageDeduplicationID, delay: in.DelaySeconds,
		trace: c.trace,
	}
	for name, a := range in.MessageAttributes {
		if o.attributes == nil {
			o.attributes = map[string]events.SQSMessageAttribute{}
		}
		o.attributes[name] = a.event()
	}
	for _, name := range slices.Sorted(maps.Keys(in.MessageSystemAttributes)) {
		a := in.MessageSystemAttributes[name]
		if name != "AWSTraceHeader" {
			return nil, refuse(invalidParameter, "Message system attribute name %q is invalid: AWSTraceHeader is the only one.", name)
		}
		if a.DataType != "String" || a.StringValue == nil || *a.StringValue == "" {
			return nil, refuse(invalidParameter, "Message system attribute 'AWSTraceHeader' must contain a non-empty value of type 'String'.")
		}
		o.trace = *a.StringValue
	}
	return o, nil
}

func (in *messageInput) send(q *Queue, c call) (out messageOutput, err error) {
	o, err := in.outgoing(c)
	if err != nil {
		return out, err
	}
	s, err := q.send(o)
	if err != nil {
		return out, err
	}
	out = messageOutput{
		MessageID: s.id, Body: md5OfBody(o.body), Attributes: md5OfAttributes(o.attributes), SequenceNumber: s.sequence,
	}
	if len(in.MessageSystemAttributes) > 0 {
		out.SystemAttributes = md5OfTrace(o.trace)
	}
	return out, nil
}

type sendMessageInput struct {
	QueueURL string `json:"QueueUrl"`
	messageInput
}

func (s *SQS) sendMessage(c call, in *sendMessageInput) (out messageOutput, err error) {
	q, err := s.at(in.QueueURL)
	if err != nil {
		return out, err
	}
	return in.send(q, c)
}

type receiveMessageInput struct {
	QueueURL                    string `json:"QueueUrl"`
	MaxNumberOfMessages         *int
	VisibilityTimeout           *int
	WaitTimeSeconds             *int
	AttributeNames              []string
	MessageSystemAttributeNames []string
	MessageAttributeNames       []string
	ReceiveRequestAttemptID     string `json:"ReceiveRequestAttemptId"`
}

type receivedMessage struct {
	MessageID              string `json:"MessageId"`
	ReceiptHandle          string
	Body                   string
	MD5OfBody              string
	MD5OfMessageAttributes string                   `json:",omitempty"`
	Attributes             map[string]string        `json:",omitempty"`
	MessageAttributes      map[string]wireAttribute `json:",omitempty"`
}

type receiveMessageOutput struct {
	Messages []receivedMessage `json:",omitempty"`
}

// systemAttributes are the names that a receive can ask for.
var systemAttributes = []string{
	"All", "SenderId", "SentTimestamp", "ApproximateReceiveCount", "ApproximateFirstReceiveTimestamp", "SequenceNumber",
	"MessageDeduplicationId", "MessageGroupId", "AWSTraceHeader", "DeadLetterQueueSourceArn",
}

func (s *SQS) receiveMessage(c call, in *receiveMessageInput) (out receiveMessageOutput, err error) {
	q, err := s.at(in.QueueURL)
	if err != nil {
		return out, err
	}
	if in.ReceiveRequestAttemptID != "" {
		return out, refuse(unsupported, "The parameter ReceiveRequestAttemptId is not supported by sqsbatchtest.")
	}
	names := slices.Concat(in.AttributeNames, in.MessageSystemAttributeNames)
	for _, name := range names {
		if !slices.Contains(systemAttributes, name) {
			return out, refuse("InvalidAttributeName", "Unknown Attribute %s.", name)
		}
	}
	max := 1
	if in.MaxNumberOfMessages != nil {
		max = *in.MaxNumberOfMessages
	}
	messages, err := q.receive(c.ctx, max, inSeconds(in.WaitTimeSeconds), inSeconds(in.VisibilityTimeout))
	for _, m := range messages {
		out.Messages = append(out.Messages, selected(m, names, in.MessageAttributeNames))
	}
	return out, err
}

func inSeconds(n *int) *time.Duration {
	if n == nil {
		return nil
	}
	// What is far out of range must stay out of range as a duration.
	return new(time.Duration(min(max(*n, -1), maxVisibilitySeconds+1)) * time.Second)
}

// selected returns a message with the attributes that were asked for. The digest covers those alone.
func selected(m events.SQSMessage, system, user []string) receivedMessage {
	if !slices.Contains(system, "All") {
		maps.DeleteFunc(m.Attributes, func(name, _ string) bool { return !slices.Contains(system, name) })
	}
	maps.DeleteFunc(m.MessageAttributes, func(name string, _ events.SQSMessageAttribute) bool {
		return !slices.ContainsFunc(user, func(pattern string) bool { return asksFor(pattern, name) })
	})
	out := receivedMessage{
		MessageID: m.MessageId, ReceiptHandle: m.ReceiptHandle, Body: m.Body, MD5OfBody: m.Md5OfBody,
		MD5OfMessageAttributes: md5OfAttributes(m.MessageAttributes), Attributes: m.Attributes,
	}
	for name, a := range m.MessageAttributes {
		if out.MessageAttributes == nil {
			out.MessageAttributes = map[string]wireAttribute{}
		}
		out.MessageAttributes[name] = wireAttribute{DataType: a.DataType, StringValue: a.StringValue, BinaryValue: a.BinaryValue}
	}
	return out
}

// asksFor reports whether an entry of MessageAttributeNames covers the name: "All", the name, or a prefix as in "bar.*".
func asksFor(pattern, name string) bool {
	if prefix, ok := strings.CutSuffix(pattern, ".*"); ok {
		return strings.HasPrefix(name, prefix)
	}
	return pattern == "All" || pattern == name
}

type receiptInput struct {
	QueueURL          string `json:"QueueUrl"`
	ReceiptHandle     string
	VisibilityTimeout *int // ChangeMessageVisibility only
}

func (s *SQS) deleteMessage(_ call, in *receiptInput) (any, error) {
	q, err := s.at(in.QueueURL)
	if err != nil {
		return nil, err
	}
	if in.ReceiptHandle == "" {
		return nil, refuse(missingParameter, "The request must contain the parameter ReceiptHandle.")
	}
	return nil, q.delete(in.ReceiptHandle)
}

func (s *SQS) changeMessageVisibility(_ call, in *receiptInput) (any, error) {
	q, err := s.at(in.QueueURL)
	if err != nil {
		return nil, err
	}
	if in.ReceiptHandle == "" {
		return nil, refuse(missingParameter, "The request must contain the parameter ReceiptHandle.")
	}
	if in.VisibilityTimeout == nil {
		return nil, refuse(missingParameter, "The request must contain the parameter VisibilityTimeout.")
	}
	return nil, q.changeVisibility(in.ReceiptHandle, *in.VisibilityTimeout)
}
