package singletable_test

import (
	"context"
	"fmt"
	"slices"
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

func (c *canned) UpdateItem(context.Context, *dynamodb.UpdateItemInput, ...func(*dynamodb.Options)) (*dynamodb.UpdateItemOutput, error) {
	return &dynamodb.UpdateItemOutput{}, nil
}

func (c *canned) Query(_ context.Context, in *dynamodb.QueryInput, _ ...func(*dynamodb.Options)) (*dynamodb.QueryOutput, error) {
	out := &dynamodb.QueryOutput{Items: c.items}
	if in.Limit != nil && int(*in.Limit) < len(c.items) {
		out.Items = c.items[:*in.Limit]
		out.LastEvaluatedKey = item{"PK": c.item["PK"], "SK": c.item["SK"]}
	}
	return out, nil
}

func (c *canned) BatchGetItem(context.Context, *dynamodb.BatchGetItemInput, ...func(*dynamodb.Options)) (*dynamodb.BatchGetItemOutput, error) {
	return &dynamodb.BatchGetItemOutput{Responses: map[string][]item{"app": c.items[:100]}}, nil
}

func (c *canned) TransactWriteItems(context.Context, *dynamodb.TransactWriteItemsInput, ...func(*dynamodb.Options)) (*dynamodb.TransactWriteItemsOutput, error) {
	return &dynamodb.TransactWriteItemsOutput{}, nil
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

// What does a repository cost over SDK calls as a careful programmer writes them by hand, with attributevalue, expression, and
// keys put together with +? Both send the same requests; the time on the network, which both pay, is left out.
func BenchmarkRepo(b *testing.B) {
	ctx := b.Context()
	o := benchOrder
	client := newCanned(b)
	table, orders := benchOrders(b, client)
	asked := make([]Order, 100)
	for i := range asked {
		asked[i] = Order{UserID: "usr_123", ID: orderID(i)}
	}
	hand := byHand{client}
	for _, c := range []struct {
		name      string
		repo, sdk func() error
	}{
		{"put",
			func() error { return orders.Put(ctx, o) },
			func() error { return hand.put(ctx, o) }},
		{"get",
			func() error {
				_, err := orders.Get(ctx, Order{UserID: "usr_123", ID: "ord_456"})
				return err
			},
			func() error {
				_, err := hand.get(ctx, o.UserID, o.ID)
				return err
			}},
		{"update",
			func() error {
				return orders.Update(ctx, Order{UserID: "usr_123", ID: "ord_456"}, func(o *Order) error {
					o.Total += 100
					return nil
				})
			},
			func() error { return hand.addToTotal(ctx, o.UserID, o.ID, 100) }},
		{"query-100",
			func() error {
				n := 0
				for _, err := range orders.Query(ctx, Order{UserID: "usr_123"}) {
					if err != nil {
						return err
					}
					n++
				}
				return want(n, 100)
			},
			func() error {
				got, err := hand.query(ctx, o.UserID)
				if err != nil {
					return err
				}
				return want(len(got), 100)
			}},
		{"page-20",
			func() error {
				page, err := orders.Page(ctx, Order{UserID: "usr_123"}, "", singletable.Limit(20))
				if err != nil {
					return err
				}
				return want(len(page.Items)*min(len(page.Cursor), 1), 20)
			},
			func() error {
				got, cursor, err := hand.page(ctx, o.UserID, "", 20)
				if err != nil {
					return err
				}
				return want(len(got)*min(len(cursor), 1), 20)
			}},
		{"batch-get-100",
			func() error {
				got, err := orders.BatchGet(ctx, asked)
				if err != nil {
					return err
				}
				return want(len(got)+slices.Index(got, nil), 99)
			},
			func() error {
				got, err := hand.batchGet(ctx, asked)
				if err != nil {
					return err
				}
				return want(len(got)+slices.Index(got, nil), 99)
			}},
		{"transact-3",
			func() error {
				return table.Transact(ctx, []singletable.Action{
					orders.ToCreate(o), orders.ToPut(asked[1]), orders.ToDelete(asked[2]),
				})
			},
			func() error { return hand.transact(ctx, o, asked[1], asked[2]) }},
	} {
		for _, by := range []struct {
			name string
			run  func() error
		}{{"singletable", c.repo}, {"by-hand", c.sdk}} {
			b.Run(c.name+"/"+by.name, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if err := by.run(); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
