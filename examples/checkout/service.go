package checkout

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/lambdapatterns/lambdapatterns/coldstart"
	"github.com/lambdapatterns/lambdapatterns/singletable"
	"github.com/lambdapatterns/lambdapatterns/singletable/idempotency"
	"github.com/lambdapatterns/lambdapatterns/tracing"
)

// Service is what the tasks do. It is safe for concurrent use.
type Service struct {
	store    *Store
	provider Provider
	log      *slog.Logger
	tasks    map[string]func(...tracing.Option) any
}

// Tasks are the names of the workflow's tasks, in the order of the alphabet.
func Tasks() []string {
	return []string{"cancel", "charge", "confirm", "price", "refund", "release", "reserve"}
}

// rememberCharges is how long idempotency keeps the answer of a charge: longer than an order waits for its approval and an event
// for its delivery. After that the payment in the table answers.
const rememberCharges = 7 * 24 * time.Hour

// New makes a Service. once may lie in the table of store.
func New(store *Store, provider Provider, once *idempotency.Store, log *slog.Logger) (*Service, error) {
	if store == nil || provider == nil || once == nil || log == nil {
		return nil, errors.New("checkout: store, provider, once and log are all needed")
	}
	s := &Service{store: store, provider: provider, log: log}
	charge := idempotency.Wrap(once, "charge", chargeInput.order, s.charge,
		idempotency.WithFinal(ErrDeclined, ErrCancelled), idempotency.WithTTL(rememberCharges), idempotency.WithPayloadCheck())
	s.tasks = map[string]func(...tracing.Option) any{
		"price":   task(s, "price", s.price),
		"reserve": task(s, "reserve", s.reserve),
		"charge":  task(s, "charge", charge),
		"confirm": task(s, "confirm", s.confirm),
		"cancel":  task(s, "cancel", s.cancel),
		"refund":  task(s, "refund", s.refund),
		"release": task(s, "release", s.release),
	}
	return s, nil
}

// Handler returns a task's Lambda handler for lambda.Start, with a span around each call as the options say. Its errors are of
// this package's types. Call it last in main: a coldstart.Start takes the moment for the end of initialisation.
func (s *Service) Handler(name string, options ...tracing.Option) (any, error) {
	if handler, ok := s.tasks[name]; ok {
		return handler(options...), nil
	}
	return nil, fmt.Errorf("checkout: there is no task %q: set TASK to one of %s", name, strings.Join(slices.Sorted(maps.Keys(s.tasks)), ", "))
}

// reserveTime is kept before the deadline, so that what has happened can be written down and the error be told.
const reserveTime = time.Second

// task makes a handler of what a task does. It may be called again with the same input, at any point of an earlier call.
func task[In interface{ order() string }, Out any](s *Service, name string, do func(context.Context, In) (Out, error)) func(...tracing.Option) any {
	handle := func(ctx context.Context, in In) (Out, error) {
		if deadline, ok := ctx.Deadline(); ok {
			var cancel context.CancelFunc
			ctx, cancel = context.WithDeadline(ctx, deadline.Add(-reserveTime))
			defer cancel()
		}
		if in.order() == "" {
			var none Out
			return none, &InvalidOrderError{"", "order_id is missing"}
		}
		out, err := do(ctx, in)
		if err != nil {
			err = named(name, in.order(), err)
			s.log.WarnContext(ctx, "task failed", "task", name, "order_id", in.order(), "error", err)
			var none Out
			return none, err
		}
		s.log.InfoContext(ctx, "task done", "task", name, "order_id", in.order())
		return out, nil
	}
	return func(options ...tracing.Option) any {
		return coldstart.Wrap(new(coldstart.Start), tracing.Handle(handle, options...))
	}
}

// named makes the error one of this package's types, because the workflow goes by the type's name: an answer that idempotency
// has kept is the same type as the first time.
func named(task, orderID string, err error) error {
	for _, answer := range []error{
		as[*InvalidOrderError](err), as[*OutOfStockError](err), as[*DeclinedError](err), as[*CancelledError](err), as[*ConfirmedError](err),
	} {
		if answer != nil {
			return answer
		}
	}
	final, _ := errors.AsType[*idempotency.FinalError](err)
	switch {
	case errors.Is(err, idempotency.ErrInProgress):
		return &InProgressError{orderID, err}
	case errors.Is(err, idempotency.ErrMismatch):
		return &InvalidOrderError{orderID, "it was charged before with another amount or card"}
	case errors.Is(err, singletable.ErrKey):
		return &InvalidOrderError{orderID, "an id of it cannot be a key"}
	case final != nil && errors.Is(final, ErrDeclined):
		return &DeclinedError{orderID, strings.TrimPrefix(final.Text, (&DeclinedError{OrderID: orderID}).Error())}
	case final != nil && errors.Is(final, ErrCancelled):
		return &CancelledError{orderID}
	}
	return &TaskError{task, orderID, err}
}

func as[E error](err error) error {
	if e, ok := errors.AsType[E](err); ok {
		return e
	}
	return nil
}
