package sqsbatchtest

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/lambdapatterns/lambdapatterns/internal/uuid"
)

// Delivery is a message as it stands in an event: what its sender gave it, and what the queue made of it.
type Delivery struct {
	// Message is checked as Send checks it. GroupID may be set on a standard (fair) queue too. DeduplicationID defaults on a
	// FIFO queue to what content-based deduplication makes of the body. Delay must be 0: an event does not tell of it.
	Message
	// MessageID defaults to a random UUID.
	MessageID string
	// ReceiveCount is 1 or more, this receive included. Defaults to 1.
	ReceiveCount int
	// Sent defaults to FirstReceived.
	Sent time.Time
	// FirstReceived is not before Sent. Defaults to now, or to Sent when that is given.
	FirstReceived time.Time
	// DeadLetterSource is the ARN of the queue from which a redrive policy moved the message to this one. It becomes the
	// attribute DeadLetterQueueSourceArn.
	DeadLetterSource string
}

// ErrNeverSent is what Event returns, as an *EventError, for an event that Lambda would not send. Compare with errors.Is.
var ErrNeverSent = errors.New("sqsbatchtest: Lambda sends no such event")

// EventError says what is wrong with an event.
type EventError struct {
	Message int    // the message's index; -1 when it is the event as a whole
	Reason  string // it never holds a body or an attribute's value
	Err     error  // the *Error with which the queue refuses the message, otherwise nil
}

// Error names the message and gives the reason.
func (e *EventError) Error() string {
	if e.Message < 0 {
		return ErrNeverSent.Error() + ": " + e.Reason
	}
	return fmt.Sprintf("%v: message %d: %s", ErrNeverSent, e.Message, e.Reason)
}

// Is reports whether target is ErrNeverSent.
func (e *EventError) Is(target error) bool { return target == ErrNeverSent }

// Unwrap returns e.Err.
func (e *EventError) Unwrap() error { return e.Err }

var queueARN = regexp.MustCompile(`^arn:aws[a-z-]*:sqs:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]{1,80}(\.fifo)?$`)

// Event returns the event with which Lambda invokes a function for messages of a queue, complete with receipt handles,
// digests, and the system attributes of a standard queue or, when the ARN ends in ".fifo", a FIFO queue. The messages stand
// in the order given, and on a FIFO queue their sequence numbers grow in it.
//
// What Lambda would not send is refused with an *EventError: no message, more than 10,000 or, of a FIFO queue, 10, a payload
// of more than 6 MiB for more than one message, a message that the queue would not have taken, one id twice, or one
// deduplication id twice within five minutes.
//
// The receipt handles are of no queue. For what happens to messages afterwards use a [Mapping].
func Event(arn string, deliveries ...Delivery) (events.SQSEvent, error) {
	if !queueARN.MatchString(arn) {
		return events.SQSEvent{}, &EventError{-1, fmt.Sprintf("%q is not the ARN of a queue, arn:aws:sqs:REGION:ACCOUNT:NAME", arn), nil}
	}
	most := maxBatchSize
	if isFIFO(arn) {
		most = maxBatchEntries
	}
	if n := len(deliveries); n < 1 || n > most {
		return events.SQSEvent{}, &EventError{-1, fmt.Sprintf("it would have %d messages, of this queue it has 1 to %d", n, most), nil}
	}
	now := time.Now()
	q := newQueue(&SQS{Region: regionOf(arn)}, arn[strings.LastIndexByte(arn, ':')+1:], now)
	q.arn = arn
	if q.fifo {
		q.attributes["ContentBasedDeduplication"] = "true"
	}
	var event events.SQSEvent
	ids, known := map[string]bool{}, map[deduplicationKey]time.Time{}
	size := 0
	for i, d := range deliveries {
		m, err := q.deliver(d, now)
		if err == nil && ids[m.id] {
			err = errors.New("its id is that of an earlier one")
		}
		if err == nil && q.fifo {
			key := deduplicationKey{"", m.dedup}
			if at, again := known[key]; again && m.sent.Sub(at).Abs() < deduplicationWindow {
				err = errors.New("its deduplication id, or body, is that of another one within five minutes, so the queue would have " +
					"dropped it: give it a DeduplicationID")
			}
			known[key] = m.sent
		}
		if err != nil {
			var refusal *Error
			errors.As(err, &refusal)
			if refusal != nil {
				return events.SQSEvent{}, &EventError{i, refusal.Message, refusal}
			}
			return events.SQSEvent{}, &EventError{i, err.Error(), nil}
		}
		ids[m.id] = true
		record := m.delivery(q, q.handle(receipt{m.id, m.receipt, now}))
		text, err := encodeRecord(record)
		if err != nil {
			return events.SQSEvent{}, &EventError{i, "it cannot be written as JSON", nil}
		}
		size += len(text)
		event.Records = append(event.Records, record)
	}
	if n := len(deliveries); n > 1 && eventSize(n, size) > maxPayloadBytes {
		return events.SQSEvent{}, &EventError{-1, fmt.Sprintf("its payload would have %d bytes, Lambda's limit is %d", eventSize(n, size), maxPayloadBytes), nil}
	}
	return event, nil
}

// deliver makes the message of a queue that a delivery is of.
func (q *Queue) deliver(d Delivery, now time.Time) (*message, error) {
	o := &outgoing{body: d.Body, attributes: d.Attributes, group: d.GroupID, dedup: d.DeduplicationID, trace: d.TraceHeader}
	if err := q.checkMessage(o); err != nil {
		return nil, err
	}
	first := d.FirstReceived
	if first.IsZero() {
		first = now
		if !d.Sent.IsZero() {
			first = d.Sent
		}
	}
	sent := d.Sent
	if sent.IsZero() {
		sent = first
	}
	switch {
	case d.Delay != 0:
		return nil, errors.New("its Delay must be 0: an event does not tell of it")
	case d.ReceiveCount < 0:
		return nil, errors.New("ReceiveCount must be 1 or more, got " + strconv.Itoa(d.ReceiveCount))
	case first.Before(sent):
		return nil, errors.New("FirstReceived is before Sent")
	case d.DeadLetterSource != "" && (!queueARN.MatchString(d.DeadLetterSource) || isFIFO(d.DeadLetterSource) != q.fifo):
		return nil, errors.New("DeadLetterSource is not the ARN of a queue of the same type")
	case d.DeadLetterSource == q.arn:
		return nil, errors.New("DeadLetterSource is the queue itself")
	}
	m := &message{
		id: cmp.Or(d.MessageID, uuid.New()), body: d.Body, attributes: d.Attributes, trace: d.TraceHeader, group: d.GroupID,
		source: d.DeadLetterSource, sent: sent, firstReceived: first, receives: max(d.ReceiveCount, 1),
		arrival: q.sqs.arrival(), receipt: q.sqs.arrival(),
	}
	if q.fifo {
		_, m.dedup = q.deduplicationKey(o)
		m.sequence = sequenceNumber(m.arrival)
	}
	return m, nil
}

// Payload writes an event as Lambda does, for a handler that takes bytes. Every list is there, also when it is empty, and the
// body's digest is added where it is missing.
func Payload(event events.SQSEvent) ([]byte, error) {
	texts := make([][]byte, 0, len(event.Records))
	for i, m := range event.Records {
		text, err := encodeRecord(m)
		if err != nil {
			return nil, fmt.Errorf("sqsbatchtest: message %d cannot be written into an event: %w", i, err)
		}
		texts = append(texts, text)
	}
	return encodeEvent(texts), nil
}
