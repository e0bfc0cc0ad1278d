package sqsbatch

import (
	"encoding/json"
	"errors"
	"log/slog"
	"time"
)

// Report tells what became of each message of a batch. In logs and JSON its errors are their texts, and its times
// numbers that are named after their unit: duration_ms, delay_seconds. It is made for its observers, which share it: they may
// keep it and must not change it. Its methods are safe for concurrent use.
type Report struct {
	QueueARN string          // of the queue that the batch is from
	Messages []MessageReport // in the batch's order
}

// MessageReport tells what became of one message. It never holds the body; Err can quote it where the handler's own errors do.
type MessageReport struct {
	ID           string        // MessageId
	GroupID      string        // of a FIFO or fair queue, otherwise empty
	ReceiveCount int           // ApproximateReceiveCount, this delivery included; 0 when the message does not tell
	LastReceive  bool          // if it is not done now, its next stop is the dead-letter queue: WithMaxReceiveCount
	Outcome      Outcome       // what became of it
	Duration     time.Duration // of the handler call, decoding included; 0 when there was none
	Err          error         // nil when the message succeeded

	Action    Action        // what was asked for: by RetryAfter, Drop, DeadLetter or WithBackoff
	Delay     time.Duration // of ChangeVisibility
	SettleErr error         // why it was not done; nil when it was, and when nothing was asked for
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
	for o := range Outcome(len(outcomeNames)) {
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
		slog.Int("receive_count", m.ReceiveCount), slog.Float64("duration_ms", milliseconds(m.Duration)))
	if m.LastReceive {
		attrs = append(attrs, slog.Bool("last_receive", true))
	}
	if m.Action != NoAction {
		attrs = append(attrs, slog.String("action", m.Action.String()))
	}
	if m.Action == ChangeVisibility {
		attrs = append(attrs, slog.Int64("delay_seconds", int64(m.Delay/time.Second)))
	}
	if m.SettleErr != nil {
		attrs = append(attrs, slog.String("settle_error", m.SettleErr.Error()))
	}
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

// milliseconds is a duration as logs and metrics have it, in steps of a microsecond.
func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// reportOf makes the report of a closed batch.
func reportOf(s *settings, calls []call) Report {
	r := Report{QueueARN: calls[0].message.EventSourceARN, Messages: make([]MessageReport, len(calls))}
	for i := range calls {
		c := &calls[i]
		count := receiveCount(c.message.Attributes)
		r.Messages[i] = MessageReport{
			ID: c.id, GroupID: c.message.Attributes["MessageGroupId"], ReceiveCount: count,
			LastReceive: s.maxReceiveCount > 0 && count >= s.maxReceiveCount,
			Outcome:     c.outcome, Duration: c.duration, Err: c.err,
		}
		if c.asked != nil {
			r.Messages[i].Action, r.Messages[i].Delay, r.Messages[i].SettleErr = c.asked.action, c.asked.delay, c.asked.err
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

// Each calls tell for each message, in the batch's order, in plain types: so a package that does not know this one, such as
// tracing, can be an observer. done is the outcome's [Outcome.Done]. err is why the message failed, and nil for one that did
// not fail: it succeeded, or was only skipped, or is [Delayed] or [Dropped] as its handler asked. Of an error that steered the
// message it is the reason.
func (r Report) Each(tell func(id, outcome string, done bool, err error)) {
	for i := range r.Messages {
		m := &r.Messages[i]
		err := m.Err
		switch m.Outcome {
		case SkippedDeadline, SkippedFIFO, SkippedBrake, Delayed, Succeeded, Dropped, TestEvent:
			err = nil
		}
		if s := steering(err); s != nil && s.Err != nil {
			err = s.Err
		}
		tell(m.ID, m.Outcome.String(), m.Outcome.Done(), err)
	}
}
