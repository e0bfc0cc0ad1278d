package singletable

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

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
	if err == nil {
		err = r.entity.admit(out.Item)
	}
	if err == nil {
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
