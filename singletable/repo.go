package singletable

import (
	"reflect"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Repo reads and writes the entities of type T in a table. It is safe for concurrent use.
//
// Methods that take a key take a T of which only the fields that the key's pattern names must be set. Errors are or hold an
// [*ItemError] or a [*KeyError], for [errors.As]: writes of unique values are transactions and fail with a [*TransactionError], whose
// Reasons tell all that was in the way.
type Repo[T any] struct {
	entity *entity
}

// NewRepo compiles the schema for T, a struct with dynamodbav tags, and checks it: the patterns' notation, that T has each
// attribute that they name, that its type can be part of a key, and that none of T's attributes is one of the table's own.
func NewRepo[T any](table *Table, schema Schema) (*Repo[T], error) {
	e, err := compile(table, schema, reflect.TypeFor[T]())
	if err != nil {
		return nil, err
	}
	return &Repo[T]{e}, nil
}

// Key returns the primary key of v.
func (r *Repo[T]) Key(v T) (Key, error) { return r.entity.key.build(reflect.ValueOf(v)) }

// Decode reads an item of the table, from wherever it came, as Get and Query do: an image of a stream, say, or the item that
// was in the way of a write. It fails with [ErrWrongType] when the item is another entity's. One that has expired is read like
// any other.
func (r *Repo[T]) Decode(item map[string]types.AttributeValue) (T, error) {
	var zero, got T
	err := error(ErrWrongType)
	if r.entity.own(item) {
		err = r.entity.decode(item, &got)
	}
	if err != nil {
		return zero, r.fail("decode", r.entity.key.of(item), err)
	}
	return got, nil
}

func (r *Repo[T]) fail(op string, key Key, err error) error {
	return &ItemError{Op: op, Entity: r.entity.schema.Type, Key: key, Err: err}
}
