package singletable

import (
	"context"
	"iter"
	"reflect"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// GSI1 returns the way to the entities through the index GSI1.
func (r *Repo[T]) GSI1() Index[T] { return r.Index(r.entity.table.indexes[0].index) }

// Index returns the way to the entities through an index of the table. If the entity is not in it, the queries fail with
// [ErrKey].
func (r *Repo[T]) Index(name string) Index[T] {
	for i := range r.entity.indexes {
		if p := &r.entity.indexes[i]; p.index == name {
			return Index[T]{r.entity, p, name}
		}
	}
	return Index[T]{entity: r.entity, name: name}
}

// Index reads entities through an index of the table. Reads of an index are eventually consistent: an item that has just
// been written may not be found yet. It is safe for concurrent use.
type Index[T any] struct {
	entity *entity
	place  *place // nil: the entity is not in the index
	name   string
}

// Query reads the items of one partition of the index as [Repo.Query] does one of the table, by the index's pattern.
func (x Index[T]) Query(ctx context.Context, v T, change ...func(*dynamodb.QueryInput)) iter.Seq2[T, error] {
	if x.place == nil {
		return func(yield func(T, error) bool) {
			var zero T
			yield(zero, &KeyError{
				Entity: x.entity.schema.Type, Pattern: x.name,
				Reason: "the entity is not in this index: its schema gives it no pattern",
			})
		}
	}
	return query[T](ctx, x.entity, x.place, v, change)
}

// One returns the one item that [Index.Query] finds. It fails with [ErrNotFound] when there is none, and with [ErrNotUnique]
// when there are more, because an index does not keep values unique.
func (x Index[T]) One(ctx context.Context, v T, change ...func(*dynamodb.QueryInput)) (T, error) {
	var zero, found T
	n := 0
	for item, err := range x.Query(ctx, v, change...) {
		if err != nil {
			return zero, err
		}
		if n++; n > 1 {
			break
		}
		found = item
	}
	if n == 1 {
		return found, nil
	}
	err := ErrNotFound
	if n > 1 {
		err = ErrNotUnique
	}
	key, _, _, _ := x.place.query(reflect.ValueOf(v)) // the query above made it without an error
	return zero, &ItemError{Op: "one", Entity: x.entity.schema.Type, Index: x.name, Key: key, Err: err}
}
