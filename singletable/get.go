package singletable

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// Get reads the item that has the key of v, and fails with [ErrNotFound] when there is none or it has expired. It is an
// eventually consistent read unless [Consistent] is among the options.
func (r *Repo[T]) Get(ctx context.Context, v T, opts ...GetOption) (T, error) {
	var zero, got T
	from := r.source()
	s, err := open(from, "get", opts)
	if err != nil {
		return zero, err
	}
	key, err := r.Key(v)
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
		err = r.entity.take(out.Item, &got)
	}
	if err != nil {
		return zero, r.fail("get", key, err)
	}
	return got, nil
}

// take reads the item that was found under a key, nil if there was none, into v.
func (e *entity) take(it item, v any) error {
	switch {
	case it == nil || e.managed.expired(it, time.Now()):
		return ErrNotFound
	case !e.holds(it):
		return ErrWrongType
	default:
		return e.decode(it, v)
	}
}
