package singletable_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/lambdapatterns/lambdapatterns/singletable"
	"github.com/lambdapatterns/lambdapatterns/singletable/singletabletest"
)

func ExampleRepo_Put_conflict() {
	ctx := context.Background()
	products := exampleProducts(newTable(ctx))
	var mine exampleProduct
	_ = products.Create(ctx, exampleProduct{ID: "prod_101", Stock: 3}, singletable.Stored(&mine))

	theirs := mine
	theirs.Stock = 10
	_ = products.Put(ctx, theirs) // somebody else is faster

	mine.Stock--
	err := products.Put(ctx, mine)
	if item, ok := errors.AsType[*singletable.ItemError](err); ok && errors.Is(err, singletable.ErrConflict) {
		current, _ := products.Decode(item.Current)
		fmt.Println("in the way:", current)
	}
	// Output: in the way: {prod_101 10 2}
}

func ExampleRepo_Current() {
	ctx := context.Background()
	products := exampleProducts(newTable(ctx))
	_ = products.Create(ctx, exampleProduct{ID: "prod_101", Stock: 3})
	_ = products.Put(ctx, exampleProduct{ID: "prod_101", Stock: 2, Version: 1})

	err := products.Delete(ctx, exampleProduct{ID: "prod_101", Version: 1})
	if current, ok := products.Current(err); ok && errors.Is(err, singletable.ErrConflict) {
		fmt.Println("it has changed since:", current)
	}
	// Output: it has changed since: {prod_101 2 2}
}

// The answer to the first attempt of a Delete is lost. The SDK's second one finds nothing, and does not know who it was.
func Example_uncertain() {
	ctx := context.Background()
	engine := new(singletabletest.Engine)
	client := engine.Client()
	table := singletable.NewTable(client, "app-table")
	_, _ = client.CreateTable(ctx, table.CreateTableInput())
	products := exampleProducts(table)
	_ = products.Create(ctx, exampleProduct{ID: "prod_101"})

	engine.Inject(singletabletest.Fault{Operations: []string{"DeleteItem"}, Times: 1, Do: singletabletest.AnswerLost()})
	err := products.Delete(ctx, exampleProduct{ID: "prod_101", Version: 1})
	fmt.Println(errors.Is(err, singletable.ErrConflict), errors.Is(err, singletable.ErrUncertain))

	// A transaction has one token in all its attempts, and is performed once.
	_ = products.Create(ctx, exampleProduct{ID: "prod_102"})
	engine.Inject(singletabletest.Fault{Operations: []string{"TransactWriteItems"}, Times: 1, Do: singletabletest.AnswerLost()})
	fmt.Println(table.Transact(ctx, []singletable.Action{products.ToDelete(exampleProduct{ID: "prod_102", Version: 1})}))
	// Output:
	// true true
	// <nil>
}
