package singletabletest

import (
	"context"
	"fmt"
	"maps"
	"slices"
)

// The codes of cancellation reasons that only faults bring about, with their messages.
var injectedReasons = map[string]string{
	reasonConflict:                    "Transaction is ongoing for the item",
	"ItemCollectionSizeLimitExceeded": "Collection size exceeded.",
	"ProvisionedThroughputExceeded":   "The level of configured provisioned throughput for the table was exceeded. Consider increasing your provisioning level with the UpdateTable API.",
	"ThrottlingError":                 "Throughput exceeds the current capacity for one or more global secondary indexes. DynamoDB is automatically scaling your index so please try again shortly.",
}

const reasonConflict = "TransactionConflict"

// TransactionConflict lets calls find another transaction at work on their items. PutItem, UpdateItem and DeleteItem fail
// with a TransactionConflictException, transactions with a TransactionCanceledException whose reasons say
// TransactionConflict for the actions at the positions and None for the others. Positions count from 0; without any it is
// the first action. They are for transactions only, and a transaction that has no action at any of them is not struck.
func TransactionConflict(positions ...int) Effect {
	e := cancel("TransactionConflict", reasonConflict, positions)
	if len(positions) == 0 {
		e.names = slices.Concat(singleWrites, transactionNames)
	}
	cancelled := e.do
	e.do = func(ctx context.Context, c *call) error {
		if slices.Contains(singleWrites, c.operation) {
			return &apiError{code: codeTransactionConflict, message: injectedReasons[reasonConflict]}
		}
		return cancelled(ctx, c)
	}
	return e
}

// TransactionCanceled cancels transactions with a reason for the actions at the positions, as TransactionConflict does.
// The code is one that the engine gives to no transaction by itself: "TransactionConflict", "ThrottlingError",
// "ProvisionedThroughputExceeded" or "ItemCollectionSizeLimitExceeded".
func TransactionCanceled(code string, positions ...int) Effect {
	return cancel("TransactionCanceled", code, positions)
}

func cancel(name, code string, positions []int) *effect {
	positions = slices.Clone(positions)
	if len(positions) == 0 {
		positions = []int{0}
	}
	e := &effect{name: name, names: transactionNames}
	if injectedReasons[code] == "" {
		e.wrong = fmt.Errorf("%s: %q is none of %q", name, code, slices.Sorted(maps.Keys(injectedReasons)))
	}
	for _, p := range positions {
		if p < 0 || p >= maxTransaction {
			e.wrong = fmt.Errorf("%s: position %d is none: a transaction has at most %d actions, from 0", name, p, maxTransaction)
		}
	}
	e.suits = func(c *call) bool {
		there := func(p int) bool { return p < c.scope().actions }
		return slices.Contains(singleWrites, c.operation) || slices.ContainsFunc(positions, there)
	}
	e.do = func(_ context.Context, c *call) error {
		reasons := make([]cancellationReason, c.scope().actions)
		for i := range reasons {
			reasons[i].Code = reasonNone
			if slices.Contains(positions, i) {
				reasons[i] = cancellationReason{Code: code, Message: injectedReasons[code]}
			}
		}
		return transactionCanceled(reasons)
	}
	return e
}

// TransactionInProgress fails TransactWriteItems with a TransactionInProgressException: one with the same token is still
// at work. The SDK takes it for retryable.
func TransactionInProgress() Effect {
	return answers("TransactionInProgress", []string{"TransactWriteItems"}, &apiError{
		code: codeTransactionInProgress, message: "The transaction with the given request token is already in progress.",
	})
}

// ReplicatedWriteConflict fails PutItem, UpdateItem, DeleteItem and BatchWriteItem with a
// ReplicatedWriteConflictException, as tables with strong consistency in several regions do when another region is
// writing the item.
func ReplicatedWriteConflict() Effect {
	return answers("ReplicatedWriteConflict", writeOperations[:4], &apiError{
		code: codeReplicatedConflict, message: "One or more items in this request are being modified by a request in another Region.",
	})
}
