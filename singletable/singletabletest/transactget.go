package singletabletest

import "slices"

type transactGetItemsInput struct {
	TransactItems          []transactGet
	ReturnConsumedCapacity string
}

type transactGet struct{ Get *getAction }

type transactGetItemsOutput struct {
	ConsumedCapacity []*consumedCapacity `json:",omitempty"`
	Responses        []itemResponse
}

type itemResponse struct {
	Item mapValue `json:",omitzero"`
}

func (e *Engine) transactGetItems(in *transactGetItemsInput) (*transactGetItemsOutput, error) {
	missing := func(get transactGet) bool { return get.Get == nil }
	switch {
	case len(in.TransactItems) == 0 || slices.ContainsFunc(in.TransactItems, missing):
		return nil, errTransactionNull
	case len(in.TransactItems) > maxTransaction:
		return nil, errTransactionTooMany
	}
	lookups, err := e.prepareTransactGet(in.TransactItems)
	if err != nil {
		return nil, err
	}
	consumed := capacities{wanted: in.ReturnConsumedCapacity}
	out := &transactGetItemsOutput{}
	size := 0
	for _, l := range lookups {
		found := l.table.items.find(l.at)
		consumed.of(l.table.name()).readItem(found, true)
		var response itemResponse
		if found != nil {
			size += found.size
			response.Item = l.projection.apply(found.item)
		}
		out.Responses = append(out.Responses, response)
	}
	if size > maxTransactionSize {
		return nil, validation("Payload in response is too large.%d", size)
	}
	consumed.double()
	out.ConsumedCapacity = consumed.report()
	return out, nil
}

// prepareTransactGet checks all actions. Keys that do not suit their tables cancel the transaction.
func (e *Engine) prepareTransactGet(items []transactGet) ([]lookup, error) {
	lookups := make([]lookup, len(items))
	reasons := make([]cancellationReason, len(items))
	seen := map[place]bool{}
	cancelled := false
	for i, item := range items {
		l, err := e.prepareGet(*item.Get)
		switch {
		case isReason(err):
			reasons[i] = cancellationReason{Code: reasonValidation, Message: message(err)}
			cancelled = true
			continue
		case err != nil:
			return nil, err
		case seen[place{l.table, l.at}]:
			return nil, errTransactionDuplicates
		}
		seen[place{l.table, l.at}] = true
		lookups[i], reasons[i].Code = l, reasonNone
	}
	if cancelled {
		return nil, transactionCanceled(reasons)
	}
	return lookups, nil
}
