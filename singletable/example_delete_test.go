package singletable_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/lambdapatterns/lambdapatterns/singletable"
)

// What has a version is removed by who has read its last one, or by who does not mind. Replaced tells what was removed.
func ExampleRepo_Delete() {
	ctx := context.Background()
	products := exampleProducts(newTable(ctx))
	var first, removed exampleProduct
	_ = products.Create(ctx, exampleProduct{ID: "prod_101", Stock: 3}, singletable.Stored(&first))
	_ = products.Update(ctx, first, func(p *exampleProduct) error { p.Stock--; return nil })

	fmt.Println(errors.Is(products.Delete(ctx, first), singletable.ErrConflict))
	fmt.Println(products.Delete(ctx, first, singletable.AnyVersion(), singletable.Replaced(&removed)), removed)
	// Output:
	// true
	// <nil> {prod_101 2 2}
}

func ExampleRepo_BatchDelete() {
	ctx := context.Background()
	orders := newShop(ctx, newTable(ctx))
	user := shopOrder{UserID: "usr_123"}
	before, _ := orders.Count(ctx, user)

	err := orders.BatchDelete(ctx, []shopOrder{{UserID: "usr_123", ID: "2025-12-a"}, {UserID: "usr_123", ID: "2026-01-b"}})
	after, _ := orders.Count(ctx, user)
	fmt.Println(before, after, err)
	// Output: 4 2 <nil>
}
