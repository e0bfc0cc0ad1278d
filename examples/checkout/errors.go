package checkout

import (
	"errors"
	"fmt"
)

// The errors that are answers. Each has a type of its own, because Lambda reports a Go error's type name as errorType and the
// workflow goes by it: none of them is tried again.
var (
	ErrInvalidOrder = errors.New("checkout: the order is wrong")
	ErrOutOfStock   = errors.New("checkout: out of stock")
	ErrDeclined     = errors.New("checkout: the card was declined")
	ErrCancelled    = errors.New("checkout: the order is cancelled")
	ErrConfirmed    = errors.New("checkout: the order is confirmed")
)

// InvalidOrderError says what is wrong with an order. Nothing has been done for it then.
type InvalidOrderError struct{ OrderID, Problem string }

func (e *InvalidOrderError) Error() string {
	return fmt.Sprintf("checkout: order %s: %s", e.OrderID, e.Problem)
}

// Is reports whether target is [ErrInvalidOrder].
func (e *InvalidOrderError) Is(target error) bool { return target == ErrInvalidOrder }

// OutOfStockError says that less is available of a product than an order wants.
type OutOfStockError struct {
	OrderID, ProductID string
	Wanted, Available  int64
}

func (e *OutOfStockError) Error() string {
	return fmt.Sprintf("checkout: order %s wants %d of product %s, and %d are available", e.OrderID, e.Wanted, e.ProductID, e.Available)
}

// Is reports whether target is [ErrOutOfStock].
func (e *OutOfStockError) Is(target error) bool { return target == ErrOutOfStock }

// DeclinedError says that a card was declined for good.
type DeclinedError struct{ OrderID, Reason string }

func (e *DeclinedError) Error() string {
	return fmt.Sprintf("checkout: order %s: the card was declined: %s", e.OrderID, e.Reason)
}

// Is reports whether target is [ErrDeclined].
func (e *DeclinedError) Is(target error) bool { return target == ErrDeclined }

// CancelledError says that the order is cancelled, so that nothing may be done for it any more: a step comes late, or another
// execution was faster.
type CancelledError struct{ OrderID string }

func (e *CancelledError) Error() string {
	return fmt.Sprintf("checkout: order %s is cancelled", e.OrderID)
}

// Is reports whether target is [ErrCancelled].
func (e *CancelledError) Is(target error) bool { return target == ErrCancelled }

// ConfirmedError says that the order is confirmed, so that it cannot be cancelled.
type ConfirmedError struct{ OrderID string }

func (e *ConfirmedError) Error() string {
	return fmt.Sprintf("checkout: order %s is confirmed", e.OrderID)
}

// Is reports whether target is [ErrConfirmed].
func (e *ConfirmedError) Is(target error) bool { return target == ErrConfirmed }

// InProgressError says that another call charges the order at this moment, or has died doing it. The workflow tries again until
// that call's lock is over.
type InProgressError struct {
	OrderID string
	Err     error
}

func (e *InProgressError) Error() string {
	return fmt.Sprintf("checkout: order %s: %v", e.OrderID, e.Err)
}

// Unwrap returns e.Err.
func (e *InProgressError) Unwrap() error { return e.Err }

// TaskError is every other error of a task. It is worth another try.
type TaskError struct {
	Task, OrderID string
	Err           error
}

func (e *TaskError) Error() string {
	return fmt.Sprintf("checkout: %s of order %s: %v", e.Task, e.OrderID, e.Err)
}

// Unwrap returns e.Err.
func (e *TaskError) Unwrap() error { return e.Err }
