package handwritten

import (
	"context"

	"github.com/lambdapatterns/lambdapatterns/sqsbatch"
)

// After is the same by package sqsbatch.
func After(ship func(context.Context, Order) error) sqsbatch.Handler {
	return sqsbatch.Handle(ship)
}
