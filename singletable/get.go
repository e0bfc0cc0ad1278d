package singletable

import (
	"context"
	"reflect"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// Get reads the item that has the key of v, and fails with [ErrNotFound] when there is none or it has expired. It is an
// eventually consistent read unless [Consistent] is among the options.
func (r *Repo[T]) Get(ctx context.Context, v T, opts ...GetOption) (T, error) {
	if err := r.entity.get(ctx, &v, opts); err != nil {
		var zero T
		return zero, err
	}
	return v, nil
}

// get reads the item that has the key of v, a pointer to the entity, into v. It is not generic, so that there is one of it for all
// types.
func (e *entity) get(ctx context.Context, v any, opts []GetOption) error {
	from := source{entity: e, place: &e.key}
	s, err := open(from, "get", opts)
	if err != nil {
		return err
	}
	rv := reflect.ValueOf(v).Elem()
	key, err := e.key.build(rv)
	if err != nil {
		return err
	}
	in := &dynamodb.GetItemInput{TableName: &e.table.name, Key: e.keyItem(key)}
	in.ProjectionExpression = from.project(s.projection, &in.ExpressionAttributeNames)
	if s.consistent {
		in.ConsistentRead = aws.Bool(true)
	}
	out, err := send(ctx, from.call("get", true), changeRequest(s.changes, in), Client.GetItem)
	if err == nil {
		rv.SetZero() // there is its place for what is read
		err = e.take(out.Item, v)
	}
	if err != nil {
		return from.fail("get", key, err)
	}
	return nil
}

// take reads the item that was found under a key, nil if there was none, into v.
func (e *entity) take(it item, v any) error {
	if err := e.admit(it); err != nil {
		return err
	}
	return e.decode(it, v)
}
