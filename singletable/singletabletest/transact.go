package singletabletest

import (
	"errors"
	"strings"
)

const (
	maxTransaction     = 100
	maxTransactionSize = 4 << 20
)

var (
	errTransactionDuplicates = validation("Transaction request cannot include multiple operations on one item")
	errTransactionNull       = validation("Value null at 'transactItems' failed to satisfy constraint: Member must not be null")
	errTransactionTooMany    = validation("Member must have length less than or equal to 100")
)

type transactWriteItemsInput struct {
	TransactItems               []transactWrite
	ClientRequestToken          string
	ReturnConsumedCapacity      string
	ReturnItemCollectionMetrics string
}

type transactWrite struct {
	ConditionCheck *keyAction
	Put            *putAction
	Update         *updateItemAction
	Delete         *keyAction
}

type transactWriteItemsOutput struct {
	ConsumedCapacity      []*consumedCapacity `json:",omitempty"`
	ItemCollectionMetrics collectionSizes     `json:",omitempty"`
}

// transactedWrite is a prepared write of a transaction, or a check that writes nothing.
type transactedWrite struct {
	preparedWrite
	checkOnly bool
	invalid   error // a fault that cancels the transaction, instead of refusing the request
}

func (e *Engine) transactWriteItems(in *transactWriteItemsInput) (*transactWriteItemsOutput, error) {
	switch n := len(in.TransactItems); {
	case in.TransactItems == nil:
		return nil, errTransactionNull
	case n == 0:
		return nil, validation("Value [] at 'transactItems' failed to satisfy constraint: Member must have length greater than or equal to 1")
	case n > maxTransaction:
		return nil, errTransactionTooMany
	}
	writes, err := e.prepareTransaction(in.TransactItems)
	if err != nil {
		return nil, err
	}
	fingerprint, done, err := e.replayed(in)
	if err != nil {
		return nil, err
	}
	consumed := capacities{wanted: in.ReturnConsumedCapacity}
	if done {
		for _, w := range writes {
			if w.invalid == nil {
				consumed.of(w.table.name()).readItem(w.old, true)
			}
		}
		consumed.double()
		return &transactWriteItemsOutput{ConsumedCapacity: consumed.report()}, nil
	}
	finished, err := evaluate(writes)
	if err != nil {
		return nil, err
	}
	e.remember(in.ClientRequestToken, fingerprint)
	out := &transactWriteItemsOutput{}
	for i, w := range finished {
		counted := consumed.of(w.table.name())
		if writes[i].checkOnly {
			counted.readItem(w.old, true)
			continue
		}
		w.commit(counted)
		out.ItemCollectionMetrics.add(w, in.ReturnItemCollectionMetrics)
	}
	consumed.double()
	out.ConsumedCapacity = consumed.report()
	return out, nil
}

// prepareTransaction checks everything about the actions that does not depend on what the items are.
func (e *Engine) prepareTransaction(items []transactWrite) ([]transactedWrite, error) {
	writes := make([]transactedWrite, 0, len(items))
	seen := map[place]bool{}
	for i, item := range items {
		w, err := e.prepareTransacted(item, i+1)
		if err != nil {
			return nil, err
		}
		writes = append(writes, w)
		if w.invalid != nil {
			continue // its key may be none
		}
		at := place{w.table, w.at}
		if seen[at] {
			return nil, errTransactionDuplicates
		}
		seen[at] = true
	}
	return writes, nil
}

func (e *Engine) prepareTransacted(item transactWrite, number int) (transactedWrite, error) {
	given := 0
	for _, is := range [...]bool{item.ConditionCheck != nil, item.Put != nil, item.Update != nil, item.Delete != nil} {
		if is {
			given++
		}
	}
	switch {
	case given == 0:
		return transactedWrite{}, validation("Invalid Request: TransactWriteRequest should contain Delete or Put or Update request")
	case given > 1:
		return transactedWrite{}, validation("TransactItems can only contain one of Check, Put, Update or Delete")
	}
	var p preparedWrite
	var err error
	switch {
	case item.ConditionCheck != nil:
		if item.ConditionCheck.ConditionExpression == nil {
			return transactedWrite{}, validation("Value null at 'transactItems.%d.member.conditionCheck.conditionExpression' failed to satisfy constraint: Member must not be null", number)
		}
		p, err = e.prepareDelete(*item.ConditionCheck)
	case item.Put != nil:
		p, err = e.preparePut(*item.Put)
	case item.Update != nil:
		p, err = e.prepareUpdate(*item.Update)
	default:
		p, err = e.prepareDelete(*item.Delete)
	}
	w := transactedWrite{preparedWrite: p, checkOnly: item.ConditionCheck != nil}
	if isReason(err) {
		w.invalid, err = err, nil
	}
	return w, err
}

// evaluate holds every condition against the items as they are, and makes the new items. One condition that fails
// cancels the transaction, with a reason for each action.
func evaluate(writes []transactedWrite) ([]write, error) {
	finished := make([]write, len(writes))
	reasons := make([]cancellationReason, len(writes))
	cancelled := false
	size := 0
	for i, w := range writes {
		reason, err := w.evaluate(&finished[i])
		if err != nil {
			return nil, err
		}
		reasons[i] = reason
		cancelled = cancelled || reason.Code != reasonNone
		size += itemSize(finished[i].item)
	}
	if cancelled {
		return nil, transactionCanceled(reasons)
	}
	if size > maxTransactionSize {
		return nil, validation("Transaction payload size cannot exceed 4MB. Payload Size: %d", size)
	}
	return finished, nil
}

// The codes of cancellation reasons.
const (
	reasonNone       = "None"
	reasonCondition  = "ConditionalCheckFailed"
	reasonValidation = "ValidationError"
)

func transactionCanceled(reasons []cancellationReason) error {
	codes := make([]string, len(reasons))
	for i, r := range reasons {
		codes[i] = r.Code
	}
	return &apiError{
		code:    codeTransactionCanceled,
		message: "Transaction cancelled, please refer cancellation reasons for specific reasons [" + strings.Join(codes, ", ") + "]",
		reasons: reasons,
	}
}

// evaluate returns the reason that the write gives to cancel the transaction, or reasonNone with what it finished.
func (w transactedWrite) evaluate(finished *write) (cancellationReason, error) {
	if w.invalid != nil {
		return cancellationReason{Code: reasonValidation, Message: message(w.invalid)}, nil
	}
	if refusal, ok := errors.AsType[*apiError](w.check()); ok {
		return cancellationReason{reasonCondition, refusal.message, refusal.item}, nil
	}
	var err error
	*finished, err = w.finish()
	if isReason(err) {
		return cancellationReason{Code: reasonValidation, Message: message(err)}, nil
	}
	return cancellationReason{Code: reasonNone}, err
}
