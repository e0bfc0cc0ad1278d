package singletable_test

import (
	"context"
	"errors"
	"fmt"
	"log"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"

	"github.com/lambdapatterns/lambdapatterns/singletable"
)

// shopOrder is the entity of the examples on reading.
type shopOrder struct {
	UserID string `dynamodbav:"user_id"`
	ID     string `dynamodbav:"id"`
	Status string `dynamodbav:"status"`
	Total  int64  `dynamodbav:"total"`
}

// newShop makes a repository with four orders of one user.
func newShop(ctx context.Context, table *singletable.Table) *singletable.Repo[shopOrder] {
	orders, err := singletable.NewRepo[shopOrder](table, singletable.Schema{
		Type: "Order",
		Key:  singletable.Pattern("USER#{user_id}", "ORDER#{id}"),
		GSI1: singletable.Pattern("STATUS#{status}", "{total}#{id}"),
	})
	if err != nil {
		log.Fatal(err)
	}
	for _, o := range []shopOrder{
		{"usr_123", "2025-12-a", "paid", 500}, {"usr_123", "2026-01-b", "open", 1999},
		{"usr_123", "2026-01-c", "paid", 70}, {"usr_123", "2026-02-d", "paid", 1200},
	} {
		if err := orders.Put(ctx, o); err != nil {
			log.Fatal(err)
		}
	}
	return orders
}

func ExampleFilter() {
	ctx := context.Background()
	orders := newShop(ctx, newTable(ctx))
	paid := expression.Name("status").Equal(expression.Value("paid"))
	large := expression.Name("total").GreaterThan(expression.Value(100))
	for o, err := range orders.Query(ctx, shopOrder{UserID: "usr_123"}, singletable.Filter(paid.And(large))) {
		fmt.Println(o.ID, err)
	}
	// Output:
	// 2025-12-a <nil>
	// 2026-02-d <nil>
}

func ExampleProject() {
	ctx := context.Background()
	orders := newShop(ctx, newTable(ctx))
	o, err := orders.Get(ctx, shopOrder{UserID: "usr_123", ID: "2026-01-b"}, singletable.Project("total"), singletable.Consistent())
	fmt.Printf("%+v %v\n", o, err)
	// Output:
	// {UserID:usr_123 ID:2026-01-b Status: Total:1999} <nil>
}

func ExampleRepo_One() {
	ctx := context.Background()
	orders := newShop(ctx, newTable(ctx))
	of := shopOrder{UserID: "usr_123"}
	_, err := orders.One(ctx, of)
	fmt.Println(errors.Is(err, singletable.ErrNotUnique))
	latest, err := orders.One(ctx, of, singletable.Reverse(), singletable.Limit(1))
	fmt.Println(latest.ID, err)
	// Output:
	// true
	// 2026-02-d <nil>
}

func ExampleRepo_Count() {
	ctx := context.Background()
	orders := newShop(ctx, newTable(ctx))
	fmt.Println(orders.Count(ctx, shopOrder{UserID: "usr_123"}))
	fmt.Println(orders.GSI1().Count(ctx, shopOrder{Status: "open"}))
	// Output:
	// 4 <nil>
	// 1 <nil>
}
