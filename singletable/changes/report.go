package changes

import (
	"context"
	"log/slog"
	"strconv"
	"time"

	"github.com/aws/aws-lambda-go/events"
)

// Outcome says what became of a record.
type Outcome uint8

// The outcomes. With Succeeded, PassedOver and SetAside the record is handled, with all others it is not: it comes again with
// all records after it. The zero value is one of those.
const (
	SkippedDeadline Outcome = iota // not started: the reserve had begun, or the invocation's context had ended
	SkippedFailure                 // not started: a record before it failed
	Failed                         // a function returned an error
	DecodeFailed                   // it could not be decoded, and there was no WithUndecodable function
	TimedOut                       // the handler had not returned when the response had to go out
	Panicked                       // a function panicked or called runtime.Goexit
	Succeeded                      // all functions that it was given to returned nil
	PassedOver                     // there was no function to give it to
	SetAside                       // it could not be decoded, and the WithUndecodable function took it
)

var outcomeNames = [...]string{
	"skipped_deadline", "skipped_failure", "failed", "decode_failed", "timed_out", "panicked",
	"succeeded", "passed_over", "set_aside",
}

// String returns the outcome's name in snake case, as it stands in logs: "succeeded", "timed_out".
func (o Outcome) String() string {
	if int(o) < len(outcomeNames) {
		return outcomeNames[o]
	}
	return "outcome_" + strconv.Itoa(int(o))
}

func (o Outcome) handled() bool { return o == Succeeded || o == PassedOver || o == SetAside }

// Report tells what became of each record of a batch.
type Report struct {
	StreamARN   string         // of the stream that the batch is from
	FirstFailed string         // the sequence number from which on records come again; empty when all were handled
	Records     []RecordReport // in the batch's order
}

// RecordReport tells what became of one record. It never holds its images.
type RecordReport struct {
	SequenceNumber string        // dynamodb.SequenceNumber of the record
	EventID        string        // its eventID
	Kind           Kind          // by the record's event name; 0 when that is none of the three
	Created        time.Time     // about when the change was made, to the second
	Outcome        Outcome       // what became of it
	Again          bool          // it comes again: it was not handled, or one before it was not
	Duration       time.Duration // of decoding and the calls; 0 when it was not started
	Err            error         // nil when it succeeded or was passed over
}

// Each calls tell for each record, in the batch's order, in plain types: so a package that does not know this one, such as
// tracing, can be an observer. id is the sequence number, done the opposite of Again, and err why the record failed: nil for
// one that was handled, passed over or only skipped.
func (r Report) Each(tell func(id, outcome string, done bool, err error)) {
	for i := range r.Records {
		c := &r.Records[i]
		err := c.Err
		switch c.Outcome {
		case SkippedDeadline, SkippedFailure:
			err = nil
		}
		tell(c.SequenceNumber, c.Outcome.String(), !c.Again, err)
	}
}

func reportOf(records []events.DynamoDBEventRecord, results []result, first string) Report {
	r := Report{StreamARN: records[0].EventSourceArn, FirstFailed: first, Records: make([]RecordReport, len(results))}
	for i := range results {
		n := records[i].Change.SequenceNumber
		r.Records[i] = RecordReport{
			SequenceNumber: n, EventID: records[i].EventID, Kind: kindOf(&records[i]),
			Created: records[i].Change.ApproximateCreationDateTime.Time,
			Outcome: results[i].outcome, Again: first != "" && compareSequence(n, first) >= 0,
			Duration: results[i].duration, Err: results[i].err,
		}
	}
	return r
}

// Count returns how many records had the outcome o.
func (r Report) Count(o Outcome) int {
	n := 0
	for i := range r.Records {
		if r.Records[i].Outcome == o {
			n++
		}
	}
	return n
}

// LogTo returns an observer for [WithObserver] that writes one record a batch, with the number of stream records by outcome,
// and one for each stream record that failed or was set aside, with its sequence number, outcome, duration_ms (milliseconds)
// and error. Images are not written. Batches of which records come again are logged at level Warn, others at Info.
func LogTo(logger *slog.Logger) func(context.Context, Report) {
	if logger == nil {
		return nil // WithObserver refuses it
	}
	return func(ctx context.Context, r Report) {
		level := slog.LevelInfo
		attrs := []slog.Attr{slog.String("stream", r.StreamARN), slog.Int("records", len(r.Records))}
		if r.FirstFailed != "" {
			level = slog.LevelWarn
			attrs = append(attrs, slog.String("first_failed", r.FirstFailed))
		}
		for o := SkippedDeadline; o <= SetAside; o++ {
			if n := r.Count(o); n > 0 {
				attrs = append(attrs, slog.Int(o.String(), n))
			}
		}
		logger.LogAttrs(ctx, level, "dynamodb stream batch", attrs...)
		for i := range r.Records {
			c := &r.Records[i]
			switch c.Outcome {
			case Succeeded, PassedOver, SkippedDeadline, SkippedFailure:
				continue
			}
			message := "dynamodb stream record comes again"
			if c.Outcome == SetAside {
				message = "dynamodb stream record was set aside"
			}
			logger.LogAttrs(ctx, slog.LevelWarn, message,
				slog.String("sequence_number", c.SequenceNumber), slog.String("kind", c.Kind.String()),
				slog.String("outcome", c.Outcome.String()), slog.Float64("duration_ms", milliseconds(c.Duration)), slog.Any("error", c.Err))
		}
	}
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
