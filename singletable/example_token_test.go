package singletable_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/lambdapatterns/lambdapatterns/singletable"
)

// A handler that runs again for the same message sends its transaction again: with the same token it is performed once. The
// product is only looked at: the reservation is not made without it.
func ExampleToken() {
	type Reservation struct {
		ID      string `dynamodbav:"id"`
		Product string `dynamodbav:"product"`
	}
	ctx := context.Background()
	table := newTable(ctx)
	products := exampleProducts(table)
	reservations := must(singletable.NewRepo[Reservation](table, singletable.Schema{
		Type: "Reservation", Key: singletable.Pattern("RESERVATION#{id}", "RESERVATION"),
	}))
	_ = products.Create(ctx, exampleProduct{ID: "prod_101", Stock: 1})

	reserve := func(product, token string) error {
		return table.Transact(ctx, []singletable.Action{
			products.ToCheck(exampleProduct{ID: product}),
			reservations.ToCreate(Reservation{ID: "res_1", Product: product}),
		}, singletable.Token(token))
	}
	fmt.Println(reserve("prod_101", "message-1"))
	fmt.Println(reserve("prod_101", "message-1"))
	fmt.Println(errors.Is(reserve("prod_101", "message-2"), singletable.ErrExists))
	fmt.Println(errors.Is(reserve("prod_999", "message-3"), singletable.ErrNotFound))
	// Output:
	// <nil>
	// <nil>
	// true
	// true
}
