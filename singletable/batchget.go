package singletable

import (
	"context"
	"errors"
	"reflect"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// maxBatchGet is how many keys a BatchGetItem may have (Amazon DynamoDB API Reference, "BatchGetItem").
const maxBatchGet = 100

// BatchGet reads the items that have the keys of vs, any number of them, 100 in a request. The result is as long as vs and in
// its order, with nil for each key that there is no item for. A key that comes twice is read once and has two results.
//
// Keys that the service leaves unprocessed, and requests that it throttles as a whole, are asked for again, after growing
// random pauses, until twelve tries in a row have brought nothing or 100 ms before ctx's deadline. Keys that are left in the
// end, and those of items that are of another type or cannot be decoded, are in a [*BatchError], beside the result with all
// that was read.
func (r *Repo[T]) BatchGet(ctx context.Context, vs []T, opts ...GetOption) ([]*T, error) {
	b, err := planBatchGet(r, vs, opts)
	if err != nil {
		return nil, err
	}
	result := make([]*T, len(vs))
	b.read(ctx, func(key Key, it item) {
		for _, i := range b.positions[key] {
			var v T
			switch err := r.entity.take(it, &v); {
			case err == nil:
				result[i] = &v
			case !errors.Is(err, ErrNotFound):
				b.leave(r.fail("batch get", key, err), key)
				return
			}
		}
	})
	if len(b.unread) > 0 {
		return result, &BatchError{Op: "batch get", Entity: r.entity.schema.Type, Keys: b.unread, Err: errors.Join(b.errs...)}
	}
	return result, nil
}

// batchGet is one BatchGet of any number of keys.
type batchGet struct {
	source
	settings
	keys      []Key         // those still to be read, each once
	positions map[Key][]int // of a key among those that were asked for
	unread    []Key
	errs      []error
}

func planBatchGet[T any](r *Repo[T], vs []T, opts []GetOption) (*batchGet, error) {
	s := r.source()
	set, err := open(s, "batch get", opts)
	if err != nil {
		return nil, err
	}
	b := &batchGet{source: s, settings: set, positions: make(map[Key][]int, len(vs))}
	for i := range vs {
		key, err := r.entity.key.build(reflect.ValueOf(&vs[i]).Elem())
		if err != nil {
			return nil, err
		}
		if b.positions[key] == nil {
			b.keys = append(b.keys, key)
		}
		b.positions[key] = append(b.positions[key], i)
	}
	return b, nil
}

// leave gives up keys.
func (b *batchGet) leave(err error, keys ...Key) {
	b.unread = append(b.unread, keys...)
	b.errs = append(b.errs, err)
}

// read asks for the keys until none are left, and gives the items that there are to take.
func (b *batchGet) read(ctx context.Context, take func(Key, item)) {
	c := b.call("batch get", true)
	var t tries
	for len(b.keys) > 0 {
		asked := b.keys[:min(len(b.keys), maxBatchGet)]
		left := asked
		c.try = t.next()
		out, err := send(ctx, c, b.input(asked), Client.BatchGetItem)
		switch {
		case err == nil:
			if left, err = b.take(out, take); err != nil {
				b.leave(err, b.keys...)
				return
			}
		case !mendsBatch(err):
			b.leave(err, b.keys...)
			return
		}
		b.keys = append(b.keys[len(asked):], left...)
		if len(left) < len(asked) {
			t.progress()
		}
		if len(left) == 0 {
			continue
		}
		if err == nil {
			err = c.throttled(errUnprocessed)
		}
		if err := t.again(ctx, err); err != nil {
			b.leave(err, b.keys...)
			return
		}
	}
}

// take gives away the items of an answer, and returns the keys that the service left.
func (b *batchGet) take(out *dynamodb.BatchGetItemOutput, take func(Key, item)) (left []Key, err error) {
	for _, items := range out.Responses {
		for _, it := range items {
			key := b.place.of(it)
			if key == (Key{}) {
				return nil, errNoKeys
			}
			take(key, it)
		}
	}
	for _, unprocessed := range out.UnprocessedKeys {
		for _, key := range unprocessed.Keys {
			left = append(left, b.place.of(key))
		}
	}
	return left, nil
}

func (b *batchGet) input(keys []Key) *dynamodb.BatchGetItemInput {
	var ask types.KeysAndAttributes
	ask.ProjectionExpression = b.project(b.projection, &ask.ExpressionAttributeNames)
	if b.consistent {
		ask.ConsistentRead = &b.consistent
	}
	for _, key := range keys {
		ask.Keys = append(ask.Keys, b.entity.keyItem(key))
	}
	return changeRequest(b.changes, &dynamodb.BatchGetItemInput{
		RequestItems: map[string]types.KeysAndAttributes{b.entity.table.name: ask},
	})
}
