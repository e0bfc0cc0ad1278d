// Package powertools is the code of docs/from-powertools.md: a worker with what a Powertools function has, batch processor, idempotency,
// envelope, logger and metrics.
package powertools

import (
	"context"
	"io"
	"log/slog"
	"time"

	"github.com/lambdapatterns/lambdapatterns/singletable/idempotency"
	"github.com/lambdapatterns/lambdapatterns/sqsbatch"
	"github.com/lambdapatterns/lambdapatterns/sqsbatch/envelope"
	"github.com/lambdapatterns/lambdapatterns/tracing"
)

// Order is what a topic's message holds.
type Order struct {
	ID    string `json:"id"`
	Total int64  `json:"total"`
}

// Receipt is what charging an order returns.
type Receipt struct {
	Number string `json:"number"`
}

// NewLogger makes the function's logger: JSON, with request_id and trace_id in each record that is given a context.
func NewLogger(w io.Writer) *slog.Logger {
	return slog.New(tracing.NewLogHandler(slog.NewJSONHandler(w, nil))).With("service", "payments")
}

// NewCharge makes charge idempotent by the order's id, for 30 days: as long as SQS can keep a message that is redriven once.
func NewCharge(store *idempotency.Store, charge func(context.Context, Order) (Receipt, error)) func(context.Context, Order) (Receipt, error) {
	return idempotency.Wrap(store, "charge",
		func(o Order) string { return o.ID }, // event_key_jmespath
		charge,
		idempotency.WithTTL(30*24*time.Hour), // expires_after_seconds
		idempotency.WithPayloadCheck(),       // payload_validation_jmespath
	)
}

// NewHandler makes the handler of a queue that is subscribed to a topic of orders.
func NewHandler(charge func(context.Context, Order) (Receipt, error), log *slog.Logger, metrics io.Writer) sqsbatch.Handler {
	return sqsbatch.Handle(
		func(ctx context.Context, o Order) error { // record_handler
			receipt, err := charge(ctx, o)
			if err == nil {
				log.InfoContext(ctx, "charged", "order", o.ID, "receipt", receipt.Number)
			}
			return err
		},
		sqsbatch.WithDecoding(envelope.SNS()), // SnsSqsEnvelope
		sqsbatch.WithErrorOnFullFailure(),     // raise_on_entire_batch_failure, which is off here
		sqsbatch.WithObserver(sqsbatch.LogTo(log)),
		sqsbatch.WithObserver(sqsbatch.MetricsTo(metrics, "Payments", map[string]string{"service": "payments"})))
}
