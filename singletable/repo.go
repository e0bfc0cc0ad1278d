package singletable

import (
	"context"
	"errors"
	"fmt"
	"reflect"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Repo reads and writes the entities of type T in a table. It is safe for concurrent use.
//
// Methods that take a key take a T of which only the fields that the key's pattern names must be set. Errors are
// [*ItemError] and [*KeyError].
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

// Create writes a new item. When there is one with the same key already, it writes nothing and fails with [ErrExists].
// Further functions may change the request before it is sent.
func (r *Repo[T]) Create(ctx context.Context, v T, change ...func(*dynamodb.PutItemInput)) error {
	notThere := func(in *dynamodb.PutItemInput) {
		in.ConditionExpression = aws.String("attribute_not_exists(#pk)")
		in.ExpressionAttributeNames = map[string]string{"#pk": r.entity.table.primary.partition}
	}
	err := r.put(ctx, "create", v, append([]func(*dynamodb.PutItemInput){notThere}, change...))
	var e *ItemError
	if _, refused := errors.AsType[*types.ConditionalCheckFailedException](err); refused && errors.As(err, &e) {
		e.Err = fmt.Errorf("%w (%w)", ErrExists, e.Err)
	}
	return err
}

// Put writes an item and replaces the one that has the same key. Further functions may change the request before it is sent.
func (r *Repo[T]) Put(ctx context.Context, v T, change ...func(*dynamodb.PutItemInput)) error {
	return r.put(ctx, "put", v, change)
}

func (r *Repo[T]) put(ctx context.Context, op string, v T, change []func(*dynamodb.PutItemInput)) error {
	key, it, err := r.entity.encode(&v)
	if err != nil {
		return err
	}
	in := &dynamodb.PutItemInput{TableName: &r.entity.table.name, Item: it}
	for _, f := range change {
		f(in)
	}
	if _, err := r.entity.table.client.PutItem(ctx, in); err != nil {
		return r.fail(op, key, err)
	}
	return nil
}

// Get reads the item that has the key of v, and fails with [ErrNotFound] when there is none. It is an eventually consistent
// read unless [Consistent] is among the functions that may change the request.
func (r *Repo[T]) Get(ctx context.Context, v T, change ...func(*dynamodb.GetItemInput)) (T, error) {
	var zero, got T
	key, err := r.Key(v)
	if err != nil {
		return zero, err
	}
	in := &dynamodb.GetItemInput{TableName: &r.entity.table.name, Key: r.keyItem(key)}
	for _, f := range change {
		f(in)
	}
	out, err := r.entity.table.client.GetItem(ctx, in)
	switch {
	case err != nil:
	case out.Item == nil:
		err = ErrNotFound
	case !r.entity.holds(out.Item):
		err = ErrWrongType
	default:
		err = r.entity.decode(out.Item, &got)
	}
	if err != nil {
		return zero, r.fail("get", key, err)
	}
	return got, nil
}

// Consistent makes a Get a strongly consistent read, which sees every write that was acknowledged before it:
//
//	orders.Get(ctx, Order{UserID: "usr_123", ID: "ord_456"}, singletable.Consistent)
func Consistent(in *dynamodb.GetItemInput) { in.ConsistentRead = aws.Bool(true) }

// Delete removes the item that has the key of v. That there is none is no error. Further functions may change the request
// before it is sent.
func (r *Repo[T]) Delete(ctx context.Context, v T, change ...func(*dynamodb.DeleteItemInput)) error {
	key, err := r.Key(v)
	if err != nil {
		return err
	}
	in := &dynamodb.DeleteItemInput{TableName: &r.entity.table.name, Key: r.keyItem(key)}
	for _, f := range change {
		f(in)
	}
	if _, err := r.entity.table.client.DeleteItem(ctx, in); err != nil {
		return r.fail("delete", key, err)
	}
	return nil
}

func (r *Repo[T]) keyItem(k Key) item {
	it := make(item, 2)
	r.entity.table.primary.set(it, k)
	return it
}

func (r *Repo[T]) fail(op string, key Key, err error) error {
	return &ItemError{Op: op, Entity: r.entity.schema.Type, Key: key, Err: err}
}
