package singletabletest

import (
	"iter"
	"maps"
	"slices"
)

const (
	maxBatchWrites   = 25
	maxBatchGets     = 100
	maxBatchResponse = 16 << 20
)

var errBatchDuplicates = validation("Provided list of item keys contains duplicates")

// place is an item of any table, to find duplicates by.
type place struct {
	table *table
	at    position
}

type batchWriteItemInput struct {
	RequestItems                map[string][]writeRequest
	ReturnConsumedCapacity      string
	ReturnItemCollectionMetrics string

	unprocessed int // by a fault
}

func (in *batchWriteItemInput) leave(n int) { in.unprocessed = n }

type writeRequest struct {
	PutRequest    *struct{ Item wireItem } `json:",omitempty"`
	DeleteRequest *struct{ Key wireItem }  `json:",omitempty"`
}

type batchWriteItemOutput struct {
	UnprocessedItems      map[string][]writeRequest
	ConsumedCapacity      []*consumedCapacity `json:",omitempty"`
	ItemCollectionMetrics collectionSizes     `json:",omitempty"`
}

func (e *Engine) batchWriteItem(in *batchWriteItemInput) (*batchWriteItemOutput, error) {
	if len(in.RequestItems) == 0 {
		return nil, validation("BatchWriteItem cannot have a null or no requests set")
	}
	total := 0
	for name, requests := range in.RequestItems {
		if len(requests) == 0 {
			return nil, validation("The batch write request list for a table cannot be null or empty: %s", name)
		}
		total += len(requests)
	}
	if total > maxBatchWrites {
		return nil, validation("Too many items requested for the BatchWriteItem call")
	}
	writes, err := e.prepareBatch(in)
	if err != nil {
		return nil, err
	}
	consumed := capacities{wanted: in.ReturnConsumedCapacity}
	out := &batchWriteItemOutput{UnprocessedItems: map[string][]writeRequest{}}
	processed := total - min(in.unprocessed, total)
	for name, from := range leftOver(in.RequestItems, processed, func(r []writeRequest) int { return len(r) }) {
		out.UnprocessedItems[name] = in.RequestItems[name][from:]
	}
	for _, w := range writes[:processed] {
		w.commit(consumed.of(w.table.name()))
		out.ItemCollectionMetrics.add(w, in.ReturnItemCollectionMetrics)
	}
	out.ConsumedCapacity = consumed.report()
	return out, nil
}

// leftOver yields the tables of a batch of which something is left when the first ones are processed, and from where on.
func leftOver[R any](requests map[string]R, processed int, size func(R) int) iter.Seq2[string, int] {
	return func(yield func(string, int) bool) {
		for _, name := range slices.Sorted(maps.Keys(requests)) {
			n := size(requests[name])
			if processed < n && !yield(name, processed) {
				return
			}
			processed = max(processed-n, 0)
		}
	}
}

// prepareBatch checks all writes of a batch before any is made.
func (e *Engine) prepareBatch(in *batchWriteItemInput) ([]write, error) {
	var writes []write
	seen := map[place]bool{}
	for _, name := range slices.Sorted(maps.Keys(in.RequestItems)) {
		t, err := e.table(&name)
		if err != nil {
			return nil, err
		}
		for _, request := range in.RequestItems[name] {
			w, err := t.prepareRequest(request)
			if err != nil {
				return nil, err
			}
			if seen[place{t, w.at}] {
				return nil, errBatchDuplicates
			}
			seen[place{t, w.at}] = true
			writes = append(writes, w)
		}
	}
	return writes, nil
}

func (t *table) prepareRequest(request writeRequest) (write, error) {
	switch {
	case (request.PutRequest == nil) == (request.DeleteRequest == nil):
		return write{}, errSeveralTypes
	case request.PutRequest != nil:
		w, err := t.put(request.PutRequest.Item)
		if err != nil {
			return write{}, err
		}
		return w, t.checkIndexKeys(w.item, emptyInItem)
	}
	return t.delete(request.DeleteRequest.Key)
}

type batchGetItemInput struct {
	RequestItems           map[string]keysAndAttributes
	ReturnConsumedCapacity string

	unprocessed int // by a fault
}

func (in *batchGetItemInput) leave(n int) { in.unprocessed = n }

type keysAndAttributes struct {
	Keys                     []wireItem
	ConsistentRead           bool              `json:",omitempty"`
	ProjectionExpression     *string           `json:",omitempty"`
	ExpressionAttributeNames map[string]string `json:",omitempty"`
	legacyParameters
}

type batchGetItemOutput struct {
	Responses        map[string][]mapValue
	UnprocessedKeys  map[string]keysAndAttributes
	ConsumedCapacity []*consumedCapacity `json:",omitempty"`
}

func (e *Engine) batchGetItem(in *batchGetItemInput) (*batchGetItemOutput, error) {
	if len(in.RequestItems) == 0 {
		return nil, validation("BatchGetItem must have some requests set")
	}
	total := 0
	for name, keys := range in.RequestItems {
		if len(keys.Keys) == 0 {
			return nil, validation("The list of keys in RequestItems for BatchGetItem is required: %s has empty list", name)
		}
		total += len(keys.Keys)
	}
	if total > maxBatchGets {
		return nil, validation("Too many items requested for the BatchGetItem call")
	}
	lookups, err := e.prepareBatchGet(in)
	if err != nil {
		return nil, err
	}
	consumed := capacities{wanted: in.ReturnConsumedCapacity}
	out := &batchGetItemOutput{Responses: map[string][]mapValue{}, UnprocessedKeys: map[string]keysAndAttributes{}}
	for name, from := range leftOver(lookups, total-min(in.unprocessed, total), func(l []lookup) int { return len(l) }) {
		request := in.RequestItems[name]
		request.Keys = request.Keys[from:]
		out.UnprocessedKeys[name] = request
		lookups[name] = lookups[name][:from]
	}
	size := 0
	for _, name := range slices.Sorted(maps.Keys(lookups)) {
		out.Responses[name] = []mapValue{}
		request := in.RequestItems[name]
		for i, l := range lookups[name] {
			found := l.table.items.find(l.at)
			if found != nil {
				if size += found.size; size > maxBatchResponse {
					request.Keys = request.Keys[i:]
					out.UnprocessedKeys[name] = request
					break
				}
				out.Responses[name] = append(out.Responses[name], l.projection.apply(found.item))
			}
			consumed.of(name).readItem(found, request.ConsistentRead)
		}
	}
	out.ConsumedCapacity = consumed.report()
	return out, nil
}

func (e *Engine) prepareBatchGet(in *batchGetItemInput) (map[string][]lookup, error) {
	lookups := map[string][]lookup{}
	for _, name := range slices.Sorted(maps.Keys(in.RequestItems)) {
		request := in.RequestItems[name]
		seen := map[position]bool{}
		for _, key := range request.Keys {
			l, err := e.prepareGet(getAction{&name, key, request.ProjectionExpression, request.ExpressionAttributeNames, request.legacyParameters})
			if err != nil {
				return nil, err
			}
			if seen[l.at] {
				return nil, errBatchDuplicates
			}
			seen[l.at] = true
			lookups[name] = append(lookups[name], l)
		}
	}
	return lookups, nil
}
