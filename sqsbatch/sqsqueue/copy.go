package sqsqueue

import (
	"strings"
	"unicode/utf8"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/lambdapatterns/lambdapatterns/sqsbatch"
)

// The message attributes that a copy in the dead-letter queue gets, as far as there is room: a message has ten attributes and
// 1 MiB at most, and the copy keeps its own first. All are strings. A message that has been dead-lettered before, and was
// sent back, has them already; they are replaced.
const (
	// AttributeQueue holds the ARN of the queue that the message was in.
	AttributeQueue = "DeadLetterQueueSource"
	// AttributeMessageID holds the id that the message had there. The copy has a new one.
	AttributeMessageID = "DeadLetterMessageId"
	// AttributeReason holds the text of the handler's error, cut to 1,000 bytes: what the handler wrote into it and nothing of
	// the body. Config.WithoutReason leaves it out.
	AttributeReason = "DeadLetterReason"
)

const (
	maxAttributes = 10
	maxReason     = 1000
	stringType    = "String"
)

// copied is a message as it is sent to the dead-letter queue.
type copied struct {
	body          string
	attributes    map[string]types.MessageAttributeValue
	group         string
	deduplication string
	trace         string

	bytes int // of the body and the attributes
	added int // of them, of the attributes that this package adds
}

// copyOf makes the copy of a settlement's message.
//
// Its deduplication id is the message's id, which is the same at every receive and never that of another message: a copy whose
// confirmation was lost is sent again without effect, for the five minutes of deduplication. The message's own deduplication
// id would lose messages. The queue that it comes from has taken in another with the same id after five minutes, or in another
// group, or an operator has sent the message back; the dead-letter queue would confirm its copy and drop it.
func copyOf(s *sqsbatch.Settlement, fifo, reason bool) copied {
	m := s.Message
	c := copied{
		body: m.Body, bytes: len(m.Body), attributes: map[string]types.MessageAttributeValue{},
		group: group(m), trace: m.Attributes["AWSTraceHeader"],
	}
	if fifo {
		c.deduplication = m.MessageId
	}
	for name, a := range m.MessageAttributes {
		if !ours(name) {
			c.attributes[name] = attributeOf(a)
			c.bytes += len(name) + len(a.DataType) + len(aws.ToString(a.StringValue)) + len(a.BinaryValue)
		}
	}
	c.add(AttributeQueue, m.EventSourceARN, len(m.EventSourceARN))
	c.add(AttributeMessageID, m.MessageId, len(m.MessageId))
	if reason && s.Err != nil {
		c.add(AttributeReason, legal(s.Err.Error()), 1)
	}
	return c
}

func ours(name string) bool {
	return name == AttributeQueue || name == AttributeMessageID || name == AttributeReason
}

// size is what counts towards the limits of a message and of a call.
func (c *copied) size() int { return c.bytes + c.added }

// add adds an attribute where there is room, cut if need be, but not below least bytes.
func (c *copied) add(name, value string, least int) {
	room := maxBytes - c.size() - len(name) - len(stringType)
	value = cut(value, min(room, maxReason))
	if value == "" || len(value) < least || len(c.attributes) == maxAttributes {
		return
	}
	c.attributes[name] = types.MessageAttributeValue{DataType: aws.String(stringType), StringValue: &value}
	c.added += len(name) + len(stringType) + len(value)
}

// lighten takes off what this package has added, when Amazon SQS refused the copy: the dead-letter queue may have a smaller
// MaximumMessageSize. It reports whether there was anything.
func (e *entry) lighten() bool {
	if e.copy.added == 0 {
		return false
	}
	for name := range e.copy.attributes {
		if ours(name) {
			delete(e.copy.attributes, name)
		}
	}
	e.copy.added = 0
	return true
}

func attributeOf(a events.SQSMessageAttribute) types.MessageAttributeValue {
	return types.MessageAttributeValue{
		DataType: aws.String(a.DataType), StringValue: a.StringValue, BinaryValue: a.BinaryValue,
	}
}

// legal replaces the characters that a message must not hold (Amazon SQS API Reference, "SendMessage").
func legal(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t' || r == '\n' || r == '\r', r >= 0x20 && r <= 0xfffd, r >= 0x10000:
			return r
		}
		return utf8.RuneError
	}, strings.ToValidUTF8(text, string(utf8.RuneError)))
}

// cut cuts a text to n bytes, between characters.
func cut(text string, n int) string {
	if len(text) <= n {
		return text
	}
	for n = max(n, 0); n > 0 && !utf8.RuneStart(text[n]); n-- {
	}
	return text[:n]
}
