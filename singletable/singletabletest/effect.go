package singletabletest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"net/http"
	"regexp"
	"slices"
	"time"
)

// Effect is what a Fault does to a call. The package's functions make them. Unless a function says otherwise, its effect
// fails a call before it is performed, and the tables stay as they are.
type Effect interface {
	// check says what is wrong with the effect itself.
	check() error
	// operations are those that can fail so.
	operations() []string
	// fits says whether a request of such an operation can fail so.
	fits(c *call) bool
	// apply does it. An error answers the call.
	apply(ctx context.Context, c *call) error
	fmt.Stringer
}

var (
	readOperations   = []string{"GetItem", "BatchGetItem", "Query", "Scan", "TransactGetItems"}
	writeOperations  = []string{"PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems"}
	singleWrites     = writeOperations[:3]
	itemOperations   = slices.Concat(readOperations, writeOperations)
	batchOperations  = []string{"BatchGetItem", "BatchWriteItem"}
	transactionNames = []string{"TransactGetItems", "TransactWriteItems"}
)

// effect is an Effect in parts. What is nil is the usual.
type effect struct {
	name  string
	wrong error
	names []string // nil for all operations
	suits func(c *call) bool
	do    func(ctx context.Context, c *call) error
}

func (e *effect) String() string { return e.name }
func (e *effect) check() error   { return e.wrong }

func (e *effect) operations() []string {
	if e.names == nil {
		return slices.Sorted(maps.Keys(operations))
	}
	return e.names
}

func (e *effect) fits(c *call) bool { return e.suits == nil || e.suits(c) }

func (e *effect) apply(ctx context.Context, c *call) error { return e.do(ctx, c) }

// answers is the effect of an answer that is always the same.
func answers(name string, names []string, err error) Effect {
	return &effect{name: name, names: names, do: func(context.Context, *call) error { return err }}
}

// Latency makes calls wait for d before they are performed, or fail by a fault after this one. A call whose context ends
// meanwhile ends with it and is not performed. In a bubble of testing/synctest it takes no time.
func Latency(d time.Duration) Effect {
	e := &effect{name: "Latency"}
	if d <= 0 {
		e.wrong = fmt.Errorf("Latency(%v): it must be positive", d)
	}
	e.do = func(ctx context.Context, _ *call) error {
		timer := time.NewTimer(d)
		defer timer.Stop()
		select {
		case <-timer.C:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return e
}

// errConnectionCut is answered to a call whose connection is cut.
var errConnectionCut = errors.New("singletabletest: the connection was cut by a fault")

// ConnectionCut cuts the connection before the call is performed. An SDK client in this process gets an error of the
// transport, as one over HTTP does, which its retryer takes for retryable. ServeHTTP panics with http.ErrAbortHandler,
// by which net/http's server closes the connection.
func ConnectionCut() Effect { return answers("ConnectionCut", nil, errConnectionCut) }

// AnswerLost performs the call and cuts the connection instead of answering, so that the client cannot know whether it
// was performed. Its retryer sends the request again, which then meets what the first one has done.
func AnswerLost() Effect {
	return &effect{name: "AnswerLost", do: func(_ context.Context, c *call) error {
		c.answerLost = true
		return nil
	}}
}

// InternalServerError fails calls with the status 500, which the SDK takes for retryable. In the service such a call
// may have been performed all the same: AnswerLost is that case.
func InternalServerError() Effect {
	return answers("InternalServerError", nil, &apiError{
		code: codeInternal, message: "The request processing has failed because of an internal error", httpStatus: http.StatusInternalServerError,
	})
}

var errorCode = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9.]*$`)

// APIError fails calls with an error of the service's: an HTTP status from 400 to 599, a code such as
// "AccessDeniedException" and a message.
func APIError(status int, code, message string) Effect {
	e := &effect{name: "APIError"}
	switch {
	case status < 400 || status > 599:
		e.wrong = fmt.Errorf("APIError: status %d is none of an error", status)
	case !errorCode.MatchString(code):
		e.wrong = fmt.Errorf("APIError: %q is no code of an error", code)
	}
	e.do = func(context.Context, *call) error { return &apiError{code: code, message: message, httpStatus: status} }
	return e
}

// Unprocessed leaves everything in a BatchGetItem or BatchWriteItem unprocessed, in an answer with the status 200. The
// request is checked all the same. When all of a batch is throttled the service throws instead:
// ProvisionedThroughputExceeded is that case.
func Unprocessed() Effect { return unprocessed("Unprocessed", math.MaxInt) }

// UnprocessedLast leaves the last n of a BatchGetItem or BatchWriteItem unprocessed and processes those before them; all
// are left if there are no more than n. The order is that of the tables' names, and in each table the request's.
func UnprocessedLast(n int) Effect { return unprocessed("UnprocessedLast", n) }

func unprocessed(name string, n int) Effect {
	e := &effect{name: name, names: batchOperations}
	if n < 1 {
		e.wrong = fmt.Errorf("%s(%d): it must be at least 1", name, n)
	}
	e.do = func(_ context.Context, c *call) error {
		c.unprocessed = max(c.unprocessed, n)
		return nil
	}
	return e
}
