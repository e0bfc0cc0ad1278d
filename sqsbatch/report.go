package sqsbatch

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"strconv"
	"time"

	"github.com/aws/aws-lambda-go/events"
)

// Outcome says what became of a message.
type Outcome uint8

// The outcomes. Succeeded deletes the message; with all others it comes again. The zero value is one of those.
const (
	SkippedDeadline Outcome = iota // not started: the reserve had begun, or the invocation's context had ended
	SkippedFIFO                    // not started: an earlier message of its group failed
	Failed                         // the body could not be decoded, or the handler returned an error
	TimedOut                       // the handler had not returned when the response had to go out
	Panicked                       // the handler panicked or called runtime.Goexit
	Succeeded                      // the handler returned nil
)

var outcomeNames = [...]string{"skipped_deadline", "skipped_fifo", "failed", "timed_out", "panicked", "succeeded"}

// String returns the outcome's name in snake case, as it stands in logs: "succeeded", "timed_out".
func (o Outcome) String() string {
	if int(o) < len(outcomeNames) {
		return outcomeNames[o]
	}
	return "outcome_" + strconv.Itoa(int(o))
}

// MarshalText makes the name stand in JSON too.
func (o Outcome) MarshalText() ([]byte, error) { return []byte(o.String()), nil }

// Report tells what became of each message of a batch. In logs and JSON its errors are their texts.
type Report struct {
	QueueARN string
	Messages []MessageReport // in the batch's order
}

// MessageReport tells what became of one message. It never holds the body.
type MessageReport struct {
	ID           string
	GroupID      string // of a FIFO or fair queue, otherwise empty
	ReceiveCount int    // ApproximateReceiveCount, this delivery included; 0 when the message does not tell
	Outcome      Outcome
	Duration     time.Duration // of the handler call, decoding included; 0 when there was none
	Err          error         // nil when the message succeeded
}

// LogValue makes a slog record of the report: the queue, the number of messages by outcome, and those that did not succeed.
func (r Report) LogValue() slog.Value {
	attrs := r.counts()
	for i := range r.Messages {
		if m := &r.Messages[i]; m.Outcome != Succeeded {
			attrs = append(attrs, slog.Any(m.ID, m))
		}
	}
	return slog.GroupValue(attrs...)
}

func (r Report) counts() []slog.Attr {
	attrs := []slog.Attr{slog.String("queue", r.QueueARN), slog.Int("messages", len(r.Messages))}
	for o := SkippedDeadline; o <= Succeeded; o++ {
		if n := r.Count(o); n > 0 {
			attrs = append(attrs, slog.Int(o.String(), n))
		}
	}
	return attrs
}

// LogValue makes a group of what is known of the message.
func (m MessageReport) LogValue() slog.Value { return slog.GroupValue(m.attrs()...) }

func (m MessageReport) attrs() []slog.Attr {
	attrs := []slog.Attr{slog.String("message_id", m.ID)}
	if m.GroupID != "" {
		attrs = append(attrs, slog.String("group_id", m.GroupID))
	}
	attrs = append(attrs, slog.String("outcome", m.Outcome.String()),
		slog.Int("receive_count", m.ReceiveCount), slog.Duration("duration", m.Duration))
	if m.Err != nil {
		attrs = append(attrs, slog.String("error", m.Err.Error()))
	}
	var panicked *PanicError
	if errors.As(m.Err, &panicked) {
		attrs = append(attrs, slog.String("stack", string(panicked.Stack)))
	}
	return attrs
}

// MarshalJSON writes what LogValue does: an error of the handler's, marshalled by its fields, could hold the body.
func (m MessageReport) MarshalJSON() ([]byte, error) {
	fields := map[string]any{}
	for _, a := range m.attrs() {
		fields[a.Key] = a.Value.Any()
	}
	return json.Marshal(fields)
}

func reportOf(records []events.SQSMessage, results []result) Report {
	r := Report{Messages: make([]MessageReport, len(results))}
	for i := range results {
		m := &records[i]
		r.QueueARN = m.EventSourceARN
		count, err := strconv.Atoi(m.Attributes["ApproximateReceiveCount"])
		if err != nil {
			count = 0
		}
		r.Messages[i] = MessageReport{
			ID: m.MessageId, GroupID: m.Attributes["MessageGroupId"], ReceiveCount: count,
			Outcome: results[i].outcome, Duration: results[i].duration, Err: results[i].err,
		}
	}
	return r
}

// Count returns how many messages had the outcome o.
func (r Report) Count(o Outcome) int {
	n := 0
	for i := range r.Messages {
		if r.Messages[i].Outcome == o {
			n++
		}
	}
	return n
}

// LogTo returns an observer for [WithObserver] that writes one record a batch, with the number of messages by outcome, and
// one record for each message that did not succeed, with its id, group, outcome, receive count, duration and error, and the
// stack of a panic. Bodies are not written; that the handler's own errors hold nothing of them is the handler's part. The
// reason why a type's own decoding refused a body is in [DecodeError].Err and is not written.
// Batches without a failure are logged at level Info, with one at Warn. It panics when logger is nil.
//
// To observe in another way too, call what LogTo returns from an observer of your own.
func LogTo(logger *slog.Logger) func(context.Context, Report) {
	if logger == nil {
		panic("sqsbatch: LogTo needs a logger, got nil")
	}
	return func(ctx context.Context, r Report) {
		level := slog.LevelInfo
		if r.Count(Succeeded) < len(r.Messages) {
			level = slog.LevelWarn
		}
		logger.LogAttrs(ctx, level, "sqs batch", r.counts()...)
		for i := range r.Messages {
			if m := &r.Messages[i]; m.Outcome != Succeeded {
				logger.LogAttrs(ctx, slog.LevelWarn, "sqs message comes again", m.attrs()...)
			}
		}
	}
}
