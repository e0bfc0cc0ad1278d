package payments

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/lambdapatterns/lambdapatterns/singletable"
	"github.com/lambdapatterns/lambdapatterns/sqsbatch"
	"github.com/lambdapatterns/lambdapatterns/tracing"
)

// Metrics is the namespace of the worker's metrics in CloudWatch.
const Metrics = "Payments"

// Worker charges the payments that the API asks for. It is safe for concurrent use.
type Worker struct {
	store   *Store
	gateway Gateway
	results Queue
	log     *slog.Logger
}

// NewWorker makes the worker over a store, a payment provider and the queue for its results.
func NewWorker(store *Store, gateway Gateway, results Queue, log *slog.Logger) (*Worker, error) {
	if err := results.check("RESULTS_QUEUE_URL"); err != nil {
		return nil, err
	}
	return &Worker{store, gateway, results, log}, nil
}

// Handler is the worker's Lambda handler for batches of the payments queue. Messages that will never be a payment leave it at
// once through settler, and the provider's failures come again after a random time that grows: up to 2 seconds after the first
// receive, 4 after the second, and 15 minutes at most. The twelve receives that the queue allows so outlast 20 minutes on the mean.
// Each message has a span, which tells what became of it; how many come again is a metric, for an alarm: the age of the oldest message
// leaves out what was received three times, and failures of messages are no errors of the function. metrics is os.Stdout on Lambda.
func (w *Worker) Handler(settler sqsbatch.Settler, metrics io.Writer) sqsbatch.Handler {
	return sqsbatch.Handle(w.Handle,
		sqsbatch.WithSettler(settler),
		sqsbatch.WithBackoff(2*time.Second, 15*time.Minute),
		sqsbatch.WithUndecodable(func(_ context.Context, _ events.SQSMessage, reason *sqsbatch.DecodeError) error {
			return sqsbatch.DeadLetter(reason)
		}),
		sqsbatch.WithMiddleware(tracing.Message),
		sqsbatch.WithObserver(tracing.Outcomes),
		sqsbatch.WithObserver(sqsbatch.LogTo(w.log)),
		sqsbatch.WithObserver(sqsbatch.MetricsTo(metrics, Metrics, nil)))
}

// Handle charges the payment of one message. It may be called again with the same message, at any point of an earlier call:
// the gateway charges a payment once, and a payment that is settled is only reported again.
//
// A declined card settles the payment; the message has then done its work. A message without a payment goes to the queue for
// the refused ones, because no repetition will help. All other errors bring the message back.
func (w *Worker) Handle(ctx context.Context, job Job) error {
	if job.OrderID == "" || job.PaymentID == "" {
		return sqsbatch.DeadLetter(errors.New("the message names no order or no payment"))
	}
	p, err := w.store.Payments.Get(ctx, Payment{OrderID: job.OrderID, ID: job.PaymentID}, singletable.Consistent())
	if errors.Is(err, singletable.ErrNotFound) || errors.Is(err, singletable.ErrKey) {
		return sqsbatch.DeadLetter(err) // the API writes a payment before it sends its message, and no payment has such a key
	}
	if err != nil {
		return err
	}
	if p.Status == Pending {
		if err := w.settle(ctx, &p); err != nil {
			return err
		}
	}
	return w.results.send(ctx, Result{OrderID: p.OrderID, PaymentID: p.ID, Status: p.Status, Reason: p.Reason})
}

func (w *Worker) settle(ctx context.Context, p *Payment) error {
	status, reason := Captured, ""
	var declined *DeclinedError
	switch err := w.gateway.Charge(ctx, *p); {
	case errors.As(err, &declined):
		status, reason = Declined, declined.Reason
	case err != nil:
		return fmt.Errorf("charge payment %s: %w", p.ID, err)
	}
	// The message may have come twice at once: what the first one settled stays.
	err := w.store.Payments.Update(ctx, *p, func(p *Payment) error {
		if p.Status == Pending {
			at := now()
			p.Status, p.Reason, p.SettledAt = status, reason, &at
		}
		return nil
	}, singletable.Stored(p))
	if err != nil {
		return err
	}
	w.log.InfoContext(ctx, "payment settled", "payment_id", p.ID, "status", p.Status)
	return nil
}
