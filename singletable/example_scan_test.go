package singletable_test

import (
	"context"
	"fmt"
	"log"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"

	"github.com/lambdapatterns/lambdapatterns/singletable"
)

func ExampleRepo_Scan() {
	ctx := context.Background()
	orders := newShop(ctx, newTable(ctx))
	var total int64
	paid := expression.Name("status").Equal(expression.Value("paid"))
	for o, err := range orders.Scan(ctx, singletable.Filter(paid)) {
		if err != nil {
			log.Fatal(err)
		}
		total += o.Total
	}
	fmt.Println(total)
	// Output:
	// 1770
}

func ExampleRepo_ParallelScan() {
	ctx := context.Background()
	orders := newShop(ctx, newTable(ctx))
	n := 0
	for _, err := range orders.ParallelScan(ctx, 4) {
		if err != nil {
			log.Fatal(err)
		}
		n++
	}
	fmt.Println(n)
	// Output:
	// 4
}
