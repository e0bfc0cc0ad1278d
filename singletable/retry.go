package singletable

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

const (
	maxTries   = 12
	firstDelay = 10 * time.Millisecond
	maxDelay   = time.Second
)

// retry does something until it succeeds, fails with an error that another try cannot mend, or has been tried often enough.
// Between tries it waits for a random part of a delay that doubles ("Exponential Backoff And Jitter", AWS Architecture
// Blog), and not beyond the end of ctx: then the last error is returned at once.
func retry(ctx context.Context, again func(error) bool, do func() error) error {
	delay := firstDelay
	for try := 1; ; try++ {
		err := do()
		if err == nil || !again(err) || try == maxTries {
			return err
		}
		wait := rand.N(delay)
		if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) <= wait {
			return err
		}
		select {
		case <-ctx.Done():
			return errors.Join(err, context.Cause(ctx))
		case <-time.After(wait):
		}
		delay = min(2*delay, maxDelay)
	}
}

// isTransactionConflict tells whether another request was writing an item of a transaction, or the item of a single write
// was part of somebody's transaction.
func isTransactionConflict(err error) bool {
	if _, ok := errors.AsType[*types.TransactionConflictException](err); ok {
		return true
	}
	cancelled, ok := errors.AsType[*types.TransactionCanceledException](err)
	if !ok {
		return false
	}
	conflict := false
	for _, r := range cancelled.CancellationReasons {
		switch code := r.Code; {
		case code == nil || *code == "None":
		case *code == "TransactionConflict":
			conflict = true
		default:
			return false // there is a reason that stays
		}
	}
	return conflict
}

// read reads an item consistently; nil when there is none or it has expired.
func (e *entity) read(ctx context.Context, key Key) (item, error) {
	yes := true
	out, err := e.table.client.GetItem(ctx, &dynamodb.GetItemInput{
		TableName: &e.table.name, Key: e.keyItem(key), ConsistentRead: &yes,
	})
	if err != nil {
		return nil, err
	}
	switch err := e.admit(out.Item); {
	case err == nil:
		return out.Item, nil
	case errors.Is(err, ErrNotFound):
		return nil, nil
	default:
		return nil, err
	}
}
