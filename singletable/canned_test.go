package singletable_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/lambdapatterns/lambdapatterns/singletable"
)

// canned is a client that answers at once with what it was given, so that what is measured is the code around it.
type canned struct {
	singletable.Client
	item  item
	items []item
}

type item = map[string]types.AttributeValue

func (c *canned) PutItem(context.Context, *dynamodb.PutItemInput, ...func(*dynamodb.Options)) (*dynamodb.PutItemOutput, error) {
	return &dynamodb.PutItemOutput{}, nil
}

func (c *canned) GetItem(context.Context, *dynamodb.GetItemInput, ...func(*dynamodb.Options)) (*dynamodb.GetItemOutput, error) {
	return &dynamodb.GetItemOutput{Item: c.item}, nil
}

func (c *canned) Query(_ context.Context, in *dynamodb.QueryInput, _ ...func(*dynamodb.Options)) (*dynamodb.QueryOutput, error) {
	out := &dynamodb.QueryOutput{Items: c.items}
	if in.Limit != nil && int(*in.Limit) < len(c.items) {
		out.Items = c.items[:*in.Limit]
		out.LastEvaluatedKey = item{"PK": c.item["PK"], "SK": c.item["SK"]}
	}
	return out, nil
}

var benchOrder = Order{UserID: "usr_123", ID: "ord_456", Total: 1999, Tags: []string{"gift"}}

func orderID(i int) string { return fmt.Sprintf("ord_%03d", i) }

// newCanned returns a client that has an order, and 100 others in one partition.
func newCanned(tb testing.TB) *canned {
	tb.Helper()
	stored := func(o Order) item {
		it, err := attributevalue.MarshalMap(o)
		if err != nil {
			tb.Fatal(err)
		}
		it["PK"], it["SK"], it["_type"] = text("USER#"+o.UserID), text("ORDER#"+o.ID), text("Order")
		return it
	}
	client := &canned{item: stored(benchOrder)}
	for i := range 100 {
		o := benchOrder
		o.ID = orderID(i)
		client.items = append(client.items, stored(o))
	}
	return client
}

func benchOrders(tb testing.TB, client singletable.Client) (*singletable.Table, *singletable.Repo[Order]) {
	tb.Helper()
	table := singletable.NewTable(client, "app")
	return table, repo[Order](tb, table, singletable.Schema{Type: "Order", Key: singletable.Pattern("USER#{user_id}", "ORDER#{id}")})
}

func want(n, want int) error {
	if n != want {
		return fmt.Errorf("%d orders in place of %d", n, want)
	}
	return nil
}
