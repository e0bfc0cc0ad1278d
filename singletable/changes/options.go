package changes

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-lambda-go/events"
)

// Option says what a handler made by [Handle] does with records. This package's functions make them.
type Option interface{ apply(*settings) error }

type option func(*settings) error

func (o option) apply(s *settings) error { return o(s) }

type settings struct {
	routes      []route
	other       func(context.Context, events.DynamoDBEventRecord) error
	undecodable func(context.Context, events.DynamoDBEventRecord, *DecodeError) error
	concurrency int
	reserve     time.Duration
	observers   []func(context.Context, Report)
	middleware  []middleware
	handleOne   func(context.Context, *events.DynamoDBEventRecord) (Outcome, error) // process, with the middleware around it
}

func newSettings(opts []Option) (*settings, error) {
	s := &settings{concurrency: 1, reserve: 500 * time.Millisecond}
	var errs []error
	for _, o := range opts {
		if o == nil {
			errs = append(errs, errors.New("changes: Handle got an option that is nil"))
			continue
		}
		errs = append(errs, o.apply(s))
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	if len(s.routes) == 0 && s.other == nil {
		return nil, errors.New("changes: Handle has nothing to handle records with: give it On for each entity")
	}
	var err error
	s.handleOne, err = s.wrapped()
	return s, err
}

// Otherwise calls handle for the records that concern no entity given with [On]. Without it they are passed over. The record
// comes again, with all after it, unless handle returns nil. With Otherwise and without On every record is handed on as it came.
func Otherwise(handle func(context.Context, events.DynamoDBEventRecord) error) Option {
	return option(func(s *settings) error {
		if handle == nil {
			return errors.New("changes: Otherwise needs a function, got nil")
		}
		s.other = handle
		return nil
	})
}

// WithUndecodable calls handle, and no handler of [On], for a record that cannot be decoded. When handle returns nil the
// stream goes on behind the record, so handle must have put it somewhere, or what it says is lost. When it returns an error
// the record has failed and comes again. Without this option such a record always fails.
func WithUndecodable(handle func(ctx context.Context, r events.DynamoDBEventRecord, reason *DecodeError) error) Option {
	return option(func(s *settings) error {
		if handle == nil {
			return errors.New("changes: WithUndecodable needs a function, got nil")
		}
		s.undecodable = handle
		return nil
	})
}

// WithConcurrency bounds how many records of one batch are handled at once. Defaults to 1, the stream's order. With more,
// records of different items are handled at once and those of one item still one after another, a record waiting for the
// one before it of its item. When one fails, records after it that were handled already come again with it. n must be at
// least 1.
func WithConcurrency(n int) Option {
	return option(func(s *settings) error {
		if n < 1 {
			return fmt.Errorf("changes: WithConcurrency(%d): need at least 1", n)
		}
		s.concurrency = n
		return nil
	})
}

// WithReserve sets how long before the invocation's deadline handling ends: no record is started in the reserve, the
// contexts of running handlers end where it begins, and the response goes out in its first half. Defaults to 500 ms. d must be
// positive, because the deadline itself is when Lambda kills the process.
//
// A batch whose remaining time is shorter than the reserve comes back unhandled, at the cost of one of the event source
// mapping's retry attempts, so keep the reserve well below the function's time-out.
func WithReserve(d time.Duration) Option {
	return option(func(s *settings) error {
		if d <= 0 {
			return fmt.Errorf("changes: WithReserve(%v): need a positive duration", d)
		}
		s.reserve = d
		return nil
	})
}

// WithObserver calls observe with the report of each batch, after the last record is settled and before the response goes
// out. It is called once a batch, concurrently where invocations are concurrent, and not for a batch that failed with a
// [*BatchError]. The time that it takes comes out of the reserve. A panic in it is the invocation's: the whole batch comes
// again. Several observers are called one after another, in the order given.
func WithObserver(observe func(context.Context, Report)) Option {
	return option(func(s *settings) error {
		if observe == nil {
			return errors.New("changes: WithObserver needs a function, got nil")
		}
		s.observers = append(s.observers, observe)
		return nil
	})
}
