// Package sqsinproduction is the code of docs/sqs-in-production.md: a handler with what production asks of it, and what an outage
// of its dependency costs in receives.
package sqsinproduction

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/lambdapatterns/lambdapatterns/sqsbatch"
)

// Order is a message's body.
type Order struct {
	ID string `json:"id"`
}

// ErrCarrierDown is the error of a carrier that answers nobody.
var ErrCarrierDown = errors.New("the carrier is down")

// ErrNoAddress is the error of an order that can never be shipped.
var ErrNoAddress = errors.New("the order has no address")

// MaxReceiveCount is that of the queue's redrive policy.
const MaxReceiveCount = 12

// NewHandler makes the handler of the queue's batches. ship must be idempotent and safe for concurrent use.
func NewHandler(ship func(context.Context, Order) error, settler sqsbatch.Settler, log *slog.Logger) sqsbatch.Handler {
	return sqsbatch.Handle(
		func(ctx context.Context, o Order) error {
			err := ship(ctx, o)
			if errors.Is(err, ErrNoAddress) {
				return sqsbatch.DeadLetter(err) // no repetition mends it
			}
			return err
		},
		sqsbatch.WithSettler(settler),
		sqsbatch.WithBackoff(30*time.Second, 15*time.Minute),
		sqsbatch.WithBrake(3, func(err error) bool { return errors.Is(err, ErrCarrierDown) }),
		sqsbatch.WithUndecodable(func(_ context.Context, _ events.SQSMessage, reason *sqsbatch.DecodeError) error {
			return sqsbatch.DeadLetter(reason)
		}),
		sqsbatch.WithMessageTimeout(10*time.Second),
		sqsbatch.WithMaxReceiveCount(MaxReceiveCount),
		sqsbatch.WithObserver(sqsbatch.LogTo(log)),
		sqsbatch.WithObserver(sqsbatch.MetricsTo(os.Stdout, "Orders", nil)))
}

// Patience is how long a message that fails at every receive stays in the queue before its next receive moves it to the dead-letter
// queue: on the mean, and at the longest. visibility is the queue's time-out; base and max are those of WithBackoff, or 0 without it.
func Patience(maxReceiveCount int, visibility, base, max time.Duration) (mean, longest time.Duration) {
	if base == 0 {
		all := time.Duration(maxReceiveCount) * visibility
		return all, all
	}
	for delay := range maxReceiveCount {
		longest += min(base<<delay, max)
	}
	return longest / 2, longest
}
