package singletable

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

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
