package sqsbatch

import (
	"context"
	"log/slog"
)

// LogTo returns an observer for [WithObserver] that writes one record a batch, with the number of messages by outcome, and
// one record for each message that did not succeed, with its id, group, outcome, receive count, duration and error, what was
// asked for and why it was not done, and the stack of a panic. Bodies are not written; that the handler's own errors hold
// nothing of them is the handler's part. The reason why a type's own decoding refused a body is in [DecodeError].Err and is
// not written. Batches all of whose messages succeeded or are [Delayed] are logged at level Info, as are the latter, others at
// Warn, a message on its last receive that is not done at Error ([WithMaxReceiveCount]). duration_ms is in milliseconds,
// delay_seconds in seconds. The observer is safe for concurrent use. LogTo panics when logger is nil.
func LogTo(logger *slog.Logger) func(context.Context, Report) {
	if logger == nil {
		panic("sqsbatch: LogTo needs a logger, got nil")
	}
	return func(ctx context.Context, r Report) {
		level := slog.LevelInfo
		if r.Count(Succeeded)+r.Count(Delayed) < len(r.Messages) {
			level = slog.LevelWarn
		}
		logger.LogAttrs(ctx, level, "sqs batch", r.counts()...)
		for i := range r.Messages {
			m := &r.Messages[i]
			switch {
			case m.Outcome == Succeeded:
			case m.Outcome.Done():
				logger.LogAttrs(ctx, slog.LevelWarn, "sqs message is deleted without success", m.attrs()...)
			case m.LastReceive:
				logger.LogAttrs(ctx, slog.LevelError, "sqs message goes to the dead-letter queue", m.attrs()...)
			case m.Outcome == Delayed:
				logger.LogAttrs(ctx, slog.LevelInfo, "sqs message is delayed", m.attrs()...)
			default:
				logger.LogAttrs(ctx, slog.LevelWarn, "sqs message comes again", m.attrs()...)
			}
		}
	}
}
