// Package singletable measures package singletable against SDK calls by hand and against github.com/guregu/dynamo.
package singletable

import (
	"context"
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/lambdapatterns/lambdapatterns/internal/replay"
	"github.com/lambdapatterns/lambdapatterns/singletable"
	"github.com/lambdapatterns/lambdapatterns/singletable/singletabletest"
)

type item = map[string]types.AttributeValue

// Order has guregu's tags beside those of attributevalue.
type Order struct {
	UserID string   `dynamodbav:"user_id" dynamo:"user_id"`
	ID     string   `dynamodbav:"id" dynamo:"id"`
	Total  int64    `dynamodbav:"total" dynamo:"total"`
	Tags   []string `dynamodbav:"tags,stringset,omitempty" dynamo:"tags,set,omitempty"`
}

var someOrder = Order{UserID: "usr_123", ID: "ord_456", Total: 1999, Tags: []string{"gift"}}

func orderID(i int) string { return fmt.Sprintf("ord_%03d", i) }

func ordersIn(tb testing.TB, client singletable.Client) (*singletable.Table, *singletable.Repo[Order]) {
	tb.Helper()
	table := singletable.NewTable(client, "app")
	orders, err := singletable.NewRepo[Order](table, singletable.Schema{Type: "Order", Key: singletable.Pattern("USER#{user_id}", "ORDER#{id}")})
	if err != nil {
		tb.Fatal(err)
	}
	return table, orders
}

// engine returns an engine that holds 100 orders in one partition, ord_000 to ord_099. someOrder is not among them.
func engine(tb testing.TB) *singletabletest.Engine {
	tb.Helper()
	e := new(singletabletest.Engine)
	client := e.Client()
	table, orders := ordersIn(tb, client)
	if _, err := client.CreateTable(tb.Context(), table.CreateTableInput()); err != nil {
		tb.Fatal(err)
	}
	stored := make([]Order, 100)
	for i := range stored {
		stored[i] = someOrder
		stored[i].ID = orderID(i)
	}
	if err := orders.BatchPut(tb.Context(), stored); err != nil {
		tb.Fatal(err)
	}
	return e
}

// client is what package singletable and guregu both need.
type client interface {
	singletable.Client
	dynamoAPI
}

// overHTTP returns an SDK client of a server on the loopback interface that answers to each operation with what the engine answered
// first.
func overHTTP(tb testing.TB) client {
	tb.Helper()
	server, err := replay.Start(engine(tb))
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = server.Close() })
	return dynamodb.New(dynamodb.Options{
		Region: "us-east-1", BaseEndpoint: aws.String(server.URL()),
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "test", SecretAccessKey: "test"}, nil
		}),
	})
}

// canned answers at once to each operation with what the engine answered first, so that what is measured is the code around the
// SDK's client. It is not safe for concurrent use.
type canned struct {
	*dynamodb.Client
	put      *dynamodb.PutItemOutput
	get      *dynamodb.GetItemOutput
	update   *dynamodb.UpdateItemOutput
	query    *dynamodb.QueryOutput
	batchGet *dynamodb.BatchGetItemOutput
	transact *dynamodb.TransactWriteItemsOutput
}

func inProcess(tb testing.TB) client {
	tb.Helper()
	return &canned{Client: engine(tb).Client()}
}

// again returns a copy of what the first call of ask returned.
func again[In, Out any](
	ctx context.Context, kept **Out, ask func(context.Context, *In, ...func(*dynamodb.Options)) (*Out, error), in *In,
) (*Out, error) {
	if *kept == nil {
		out, err := ask(ctx, in)
		if err != nil {
			return nil, err
		}
		*kept = out
	}
	out := **kept
	return &out, nil
}

func (c *canned) PutItem(ctx context.Context, in *dynamodb.PutItemInput, _ ...func(*dynamodb.Options)) (*dynamodb.PutItemOutput, error) {
	return again(ctx, &c.put, c.Client.PutItem, in)
}

func (c *canned) GetItem(ctx context.Context, in *dynamodb.GetItemInput, _ ...func(*dynamodb.Options)) (*dynamodb.GetItemOutput, error) {
	return again(ctx, &c.get, c.Client.GetItem, in)
}

func (c *canned) UpdateItem(ctx context.Context, in *dynamodb.UpdateItemInput, _ ...func(*dynamodb.Options)) (*dynamodb.UpdateItemOutput, error) {
	return again(ctx, &c.update, c.Client.UpdateItem, in)
}

func (c *canned) Query(ctx context.Context, in *dynamodb.QueryInput, _ ...func(*dynamodb.Options)) (*dynamodb.QueryOutput, error) {
	return again(ctx, &c.query, c.Client.Query, in)
}

func (c *canned) BatchGetItem(ctx context.Context, in *dynamodb.BatchGetItemInput, _ ...func(*dynamodb.Options)) (*dynamodb.BatchGetItemOutput, error) {
	return again(ctx, &c.batchGet, c.Client.BatchGetItem, in)
}

func (c *canned) TransactWriteItems(ctx context.Context, in *dynamodb.TransactWriteItemsInput, _ ...func(*dynamodb.Options)) (*dynamodb.TransactWriteItemsOutput, error) {
	return again(ctx, &c.transact, c.Client.TransactWriteItems, in)
}
