package sqsbatch

import (
	"context"
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

// Report tells what became of each message of a batch.
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
// one record for each message that did not succeed, with its id, outcome, receive count and error. Bodies are not written.
// Batches without a failure are logged at level Info, with one at Warn. It panics when logger is nil.
func LogTo(logger *slog.Logger) func(context.Context, Report) {
	if logger == nil {
		panic("sqsbatch: LogTo needs a logger, got nil")
	}
	return func(ctx context.Context, r Report) {
		level := slog.LevelInfo
		attrs := []slog.Attr{slog.String("queue", r.QueueARN), slog.Int("messages", len(r.Messages))}
		for o := SkippedDeadline; o <= Succeeded; o++ {
			if n := r.Count(o); n > 0 {
				attrs = append(attrs, slog.Int(o.String(), n))
				if o != Succeeded {
					level = slog.LevelWarn
				}
			}
		}
		logger.LogAttrs(ctx, level, "sqs batch", attrs...)
		for i := range r.Messages {
			m := &r.Messages[i]
			if m.Outcome == Succeeded {
				continue
			}
			logger.LogAttrs(ctx, slog.LevelWarn, "sqs message comes again",
				slog.String("message_id", m.ID), slog.String("outcome", m.Outcome.String()),
				slog.Int("receive_count", m.ReceiveCount), slog.Duration("duration", m.Duration), slog.Any("error", m.Err))
		}
	}
}
