package singletable

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// Observed returns the table's client for requests that go past the repositories: those of package idempotency, or of one's own
// hand. The observer of [WithObserver] is told of each, under the given entity's name, with neither an access pattern nor any Op
// but "request"; without an observer it is the client as it is. It tries nothing again beside what the SDK does.
//
//	store := idempotency.New(table.Observed("Idempotency"), "app-table")
//
// An error of throttling is a [*ThrottledError] with the SDK's in it. The client is safe for concurrent use if the table's is.
func (t *Table) Observed(entity string) Client {
	if t.observe == nil || t.client == nil {
		return t.client
	}
	return observedClient{call{table: t, op: "request", as: entity}}
}

type observedClient struct{ call call }

// observe sends a request by a client's method, and reports it. The input is the caller's, and stays as it is.
func observe[In, Out any](
	ctx context.Context, c observedClient, in *In, opts []func(*dynamodb.Options),
	request func(Client, context.Context, *In, ...func(*dynamodb.Options)) (*Out, error),
) (*Out, error) {
	one := new(In)
	if in != nil {
		*one = *in
	}
	return observed(ctx, &c.call, one, func(client Client, ctx context.Context, in *In, _ ...func(*dynamodb.Options)) (*Out, error) {
		return request(client, ctx, in, opts...)
	})
}

func (c observedClient) GetItem(ctx context.Context, in *dynamodb.GetItemInput, opts ...func(*dynamodb.Options)) (*dynamodb.GetItemOutput, error) {
	return observe(ctx, c, in, opts, Client.GetItem)
}

func (c observedClient) PutItem(ctx context.Context, in *dynamodb.PutItemInput, opts ...func(*dynamodb.Options)) (*dynamodb.PutItemOutput, error) {
	return observe(ctx, c, in, opts, Client.PutItem)
}

func (c observedClient) UpdateItem(ctx context.Context, in *dynamodb.UpdateItemInput, opts ...func(*dynamodb.Options)) (*dynamodb.UpdateItemOutput, error) {
	return observe(ctx, c, in, opts, Client.UpdateItem)
}

func (c observedClient) DeleteItem(ctx context.Context, in *dynamodb.DeleteItemInput, opts ...func(*dynamodb.Options)) (*dynamodb.DeleteItemOutput, error) {
	return observe(ctx, c, in, opts, Client.DeleteItem)
}

func (c observedClient) Query(ctx context.Context, in *dynamodb.QueryInput, opts ...func(*dynamodb.Options)) (*dynamodb.QueryOutput, error) {
	return observe(ctx, c, in, opts, Client.Query)
}

func (c observedClient) Scan(ctx context.Context, in *dynamodb.ScanInput, opts ...func(*dynamodb.Options)) (*dynamodb.ScanOutput, error) {
	return observe(ctx, c, in, opts, Client.Scan)
}

func (c observedClient) BatchGetItem(ctx context.Context, in *dynamodb.BatchGetItemInput, opts ...func(*dynamodb.Options)) (*dynamodb.BatchGetItemOutput, error) {
	return observe(ctx, c, in, opts, Client.BatchGetItem)
}

func (c observedClient) BatchWriteItem(ctx context.Context, in *dynamodb.BatchWriteItemInput, opts ...func(*dynamodb.Options)) (*dynamodb.BatchWriteItemOutput, error) {
	return observe(ctx, c, in, opts, Client.BatchWriteItem)
}

func (c observedClient) TransactWriteItems(ctx context.Context, in *dynamodb.TransactWriteItemsInput, opts ...func(*dynamodb.Options)) (*dynamodb.TransactWriteItemsOutput, error) {
	return observe(ctx, c, in, opts, Client.TransactWriteItems)
}
