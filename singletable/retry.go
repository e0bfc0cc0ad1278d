package singletable

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

const (
	maxTries   = 12
	firstDelay = 10 * time.Millisecond
	maxDelay   = time.Second

	// reserve is how long before its deadline a call starts no other try: so much is left to say how far it came. Lambda's
	// deadline is the moment at which the process is stopped.
	reserve = 100 * time.Millisecond
)

// tries are the tries of one call, all of them, whatever they are for: loops inside one another share them, and the attempts
// that the SDK makes by itself count too, so that nothing multiplies.
type tries struct {
	made  int           // in vain
	delay time.Duration // the longest that the next pause may be
	sent  int           // the number of the present one
	over  bool          // there is to be no other

	resent  bool          // the present write was sent again within a try, so that an answer may have been lost
	written *atomic.Int32 // how often the present try was written to a connection; nil if it is not watched
}

// next returns the number of the try that begins.
func (t *tries) next() int {
	t.sent++
	return t.sent
}

// again waits after a try that failed with err, for a random part of a delay that doubles ("Exponential Backoff And Jitter",
// AWS Architecture Blog). It returns nil when there may be another try, and otherwise what the call fails with: err, when
// there were enough tries or the wait would end too close to ctx's deadline, and the end of ctx beside it when that came
// first.
func (t *tries) again(ctx context.Context, err error) error {
	if t.over {
		return err
	}
	t.over = true
	if t.made += max(attemptsOf(err), 1); t.made >= maxTries {
		return err
	}
	if t.delay == 0 {
		t.delay = firstDelay
	}
	wait := rand.N(t.delay)
	t.delay = min(2*t.delay, maxDelay)
	if deadline, ok := ctx.Deadline(); ok && ctx.Err() == nil && time.Until(deadline)-wait < reserve {
		return err
	}
	select {
	case <-ctx.Done():
		if errors.Is(err, ctx.Err()) {
			return err
		}
		return beside(err, ended(ctx))
	case <-time.After(wait):
		t.over = false
		return nil
	}
}

// beside adds the end of a context to the error of the last try, which keeps its type.
func beside(err, end error) error {
	switch e := err.(type) {
	case *ItemError:
		both := *e
		both.Err = beside(e.Err, end)
		return &both
	case *TransactionError:
		return &TransactionError{Reasons: e.Reasons, Err: beside(e.Err, end)}
	}
	return fmt.Errorf("%w; then %w", err, end)
}

// progress begins to count anew: the last try brought something.
func (t *tries) progress() { *t = tries{} }

// retry does something until it succeeds, fails with an error that another try cannot mend, or there are no tries left.
func retry(ctx context.Context, t *tries, mends func(error) bool, do func() error) error {
	for {
		err := do()
		if err == nil || !mends(err) {
			return err
		}
		if err := t.again(ctx, err); err != nil {
			return err
		}
	}
}

// isBusy tells whether a write failed only because of others that were under way, of the same request sent before or, in a
// transaction, of throttling: it wrote nothing, or is being performed, and may be sent again as it is. Throttling of other
// requests has had the SDK's own attempts.
func isBusy(err error) bool {
	switch codeOf(err) {
	case "TransactionConflictException", "TransactionInProgressException", "ReplicatedWriteConflictException":
		return true
	}
	cancelled, ok := errors.AsType[*types.TransactionCanceledException](err)
	if !ok {
		return false
	}
	busy := false
	for _, r := range cancelled.CancellationReasons {
		switch code := aws.ToString(r.Code); {
		case code == "" || code == "None":
		case code == "TransactionConflict" || isThrottling(code):
			busy = true
		default:
			return false // there is a reason that stays
		}
	}
	return busy
}

// read reads an item consistently; nil when there is none or it has expired.
func (e *entity) read(ctx context.Context, op string, key Key, try int) (item, error) {
	yes := true
	c := e.call(op)
	c.try = try
	out, err := send(ctx, c, &dynamodb.GetItemInput{
		TableName: &e.table.name, Key: e.keyItem(key), ConsistentRead: &yes,
	}, Client.GetItem)
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
