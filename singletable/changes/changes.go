package changes

import (
	"context"
	"errors"

	"github.com/aws/aws-lambda-go/events"
)

// Handle returns a Lambda handler for a table's stream that gives each record to the handlers of its entity, in the stream's
// order, and answers with the first record that was not handled. Give the result to lambda.Start.
//
// [On] names an entity and its handler; [Otherwise], [WithUndecodable] and the With functions are options beside it.
// Handle panics when there is nothing to handle records with, or an option is out of its range, and names every such mistake: they
// show when the function starts.
func Handle(opts ...Option) Handler {
	s, err := newSettings(opts)
	if err != nil {
		panic(err.Error())
	}
	return s.handle
}

// handle runs one batch from its records to its response.
func (s *settings) handle(ctx context.Context, event events.DynamoDBEvent) (events.DynamoDBEventResponse, error) {
	if err := checkBatch(event.Records); err != nil {
		return events.DynamoDBEventResponse{}, err
	}
	b := batch{records: event.Records, process: s.handleOne}
	if s.concurrency > 1 {
		b.orderItems()
	}
	results := b.run(ctx, s.concurrency, s.reserve)
	first := firstFailed(event.Records, results)
	if len(s.observers) > 0 {
		report := reportOf(event.Records, results, first)
		for _, observe := range s.observers {
			observe(ctx, report)
		}
	}
	return respond(first), nil
}

// process handles one record. All that is to be decoded is decoded before the first handler runs.
func (s *settings) process(ctx context.Context, source *events.DynamoDBEventRecord) (Outcome, error) {
	calls, reason := s.match(source)
	if reason != nil {
		return s.setAside(ctx, source, reason)
	}
	if len(calls) == 0 {
		if s.other == nil {
			return PassedOver, nil
		}
		return outcomeOf(s.other(ctx, *source))
	}
	outcome, err := PassedOver, error(nil) // until a handler has asked for this kind
	for _, c := range calls {
		if c.run == nil {
			continue
		}
		if outcome, err = outcomeOf(c.run(ctx)); err != nil {
			break
		}
	}
	return outcome, err
}

// match finds the handlers of a record. Removals come first: where an item was overwritten by one of another type, the old one
// goes before the new one comes.
func (s *settings) match(source *events.DynamoDBEventRecord) ([]call, *DecodeError) {
	if len(s.routes) == 0 {
		return nil, nil
	}
	r, err := readRecord(source)
	if err != nil {
		return nil, &DecodeError{source.Change.SequenceNumber, err}
	}
	var removals, others []call
	for _, route := range s.routes {
		c, ours, err := route(&r)
		switch {
		case err != nil:
			return nil, &DecodeError{source.Change.SequenceNumber, err}
		case ours && c.kind == Removed:
			removals = append(removals, c)
		case ours:
			others = append(others, c)
		}
	}
	return append(removals, others...), nil
}

func (s *settings) setAside(ctx context.Context, source *events.DynamoDBEventRecord, reason *DecodeError) (Outcome, error) {
	if s.undecodable == nil {
		return DecodeFailed, reason
	}
	if err := s.undecodable(ctx, *source, reason); err != nil {
		return Failed, errors.Join(err, reason)
	}
	return SetAside, reason
}

func outcomeOf(err error) (Outcome, error) {
	if err != nil {
		return Failed, err
	}
	return Succeeded, nil
}
