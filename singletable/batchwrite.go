package singletable

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// maxBatchWrite is how many items a BatchWriteItem may have ("Quotas in Amazon DynamoDB").
const maxBatchWrite = 25

// BatchPut writes any number of entities, 25 in a request, and replaces those that have the same keys. Of two with one key
// the last counts. What the service leaves unprocessed, and requests that it throttles as a whole, are sent again after
// growing random pauses, until twelve tries in a row have written nothing or 100 ms before ctx's deadline; what is left in
// the end is in a [*BatchError].
//
// A batch is no transaction and has no conditions. So entities with versions or unique values are refused: write them one by
// one or in transactions.
func (r *Repo[T]) BatchPut(ctx context.Context, vs []T, opts ...RequestOption) error {
	now := time.Now()
	return r.batch(ctx, "batch put", vs, opts, func(v *T) (Key, types.WriteRequest, error) {
		r.entity.managed.stamp(reflect.ValueOf(v).Elem(), 0, false, now)
		key, it, err := r.entity.encode(v)
		return key, types.WriteRequest{PutRequest: &types.PutRequest{Item: it}}, err
	})
}

// BatchDelete removes the entities that have the keys of vs, any number of them, as BatchPut writes them.
func (r *Repo[T]) BatchDelete(ctx context.Context, vs []T, opts ...RequestOption) error {
	return r.batch(ctx, "batch delete", vs, opts, func(v *T) (Key, types.WriteRequest, error) {
		key, err := r.Key(*v)
		return key, types.WriteRequest{DeleteRequest: &types.DeleteRequest{Key: r.entity.keyItem(key)}}, err
	})
}

func (r *Repo[T]) batch(
	ctx context.Context, op string, vs []T, opts []RequestOption, request func(*T) (Key, types.WriteRequest, error),
) error {
	e := r.entity
	set := settingsOf(opts)
	if err := set.changes.unfit(changesOf[dynamodb.BatchWriteItemInput]); err != nil {
		return e.wrongOption(op, "Change", err)
	}
	// All requests are made before the first is sent: a value that makes no key is found while nothing is written.
	requests := make([]types.WriteRequest, 0, len(vs))
	at := make(map[Key]int, len(vs))
	for i := range vs {
		v := vs[i]
		key, one, err := request(&v)
		if err != nil {
			return err
		}
		if before, again := at[key]; again {
			requests[before] = one
			continue
		}
		at[key] = len(requests)
		requests = append(requests, one)
	}
	if e.managed.version != nil || len(e.unique) > 0 {
		return e.unwritten(op, requests, errUnchecked)
	}
	c := e.call(op)
	var t tries
	for len(requests) > 0 {
		n := min(len(requests), maxBatchWrite)
		left := requests[:n]
		c.try = t.next()
		out, err := send(ctx, c, changeRequest(set.changes, &dynamodb.BatchWriteItemInput{
			RequestItems: map[string][]types.WriteRequest{e.table.name: left},
		}), Client.BatchWriteItem)
		switch {
		case err == nil:
			if left, err = e.unprocessed(out); err != nil {
				return e.unwritten(op, requests, err)
			}
		case !mendsBatch(err):
			return e.unwritten(op, requests, err)
		}
		requests = append(append(make([]types.WriteRequest, 0, len(requests)), left...), requests[n:]...)
		if len(left) < n {
			t.progress()
		}
		if len(left) == 0 {
			continue
		}
		if err == nil {
			err = c.throttled(errUnprocessed)
		}
		if err := t.again(ctx, err); err != nil {
			return e.unwritten(op, requests, err)
		}
	}
	return nil
}

// unprocessed are the writes that the service left. Those of another table, which a function of Change has added, are not this
// call's to send again, and not to be lost without a word.
func (e *entity) unprocessed(out *dynamodb.BatchWriteItemOutput) ([]types.WriteRequest, error) {
	for table, others := range out.UnprocessedItems {
		if table != e.table.name && len(others) > 0 {
			return nil, fmt.Errorf("the service left writes to the table %s, which this batch does not send again", table)
		}
	}
	return out.UnprocessedItems[e.table.name], nil
}

var errUnchecked = errors.New("the entity has a version or unique values, which a batch cannot check: " +
	"write them one by one, or in transactions")

func (e *entity) unwritten(op string, requests []types.WriteRequest, err error) error {
	u := &BatchError{Op: op, Entity: e.schema.Type, Err: err}
	for _, r := range requests {
		key := item(nil)
		if r.PutRequest != nil {
			key = r.PutRequest.Item
		} else {
			key = r.DeleteRequest.Key
		}
		u.Keys = append(u.Keys, e.key.of(key))
	}
	return u
}
