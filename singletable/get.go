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
	var zero T
	from := r.source()
	s, err := open(from, "get", opts)
	if err != nil {
		return zero, err
	}
	key, err := r.entity.key.build(reflect.ValueOf(&v).Elem())
	if err != nil {
		return zero, err
	}
	in := &dynamodb.GetItemInput{TableName: &r.entity.table.name, Key: r.keyItem(key)}
	in.ProjectionExpression = from.project(s.projection, &in.ExpressionAttributeNames)
	if s.consistent {
		in.ConsistentRead = aws.Bool(true)
	}
	for _, f := range s.changeGet {
		f(in)
	}
	out, err := send(ctx, from.call("get", true), in, Client.GetItem)
	if err == nil {
		v = zero // there is its place for what is read
		err = r.entity.take(out.Item, &v)
	}
	if err != nil {
		return zero, r.fail("get", key, err)
	}
	return v, nil
}

// take reads the item that was found under a key, nil if there was none, into v.
func (e *entity) take(it item, v any) error {
	if err := e.admit(it); err != nil {
		return err
	}
	return e.decode(it, v)
}
