package singletable_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"slices"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/lambdapatterns/lambdapatterns/singletable"
	"github.com/lambdapatterns/lambdapatterns/singletable/idempotency"
	"github.com/lambdapatterns/lambdapatterns/singletable/singletabletest"
)

func ExampleWithObserver() {
	ctx := context.Background()
	var mu sync.Mutex
	read := map[string]float64{} // units by access pattern
	client := new(singletabletest.Engine).Client()
	table := singletable.NewTable(client, "app-table",
		singletable.WithObserver(func(_ context.Context, r singletable.Request) {
			mu.Lock()
			defer mu.Unlock()
			read[r.Op+" "+r.Entity+" "+r.Pattern] += r.Consumed.Read
		}))
	_, _ = client.CreateTable(ctx, table.CreateTableInput())
	orders := newShop(ctx, table)

	_, _ = orders.Get(ctx, shopOrder{UserID: "usr_123", ID: "2026-01-b"}, singletable.Consistent())
	for range 2 {
		for range orders.GSI1().Query(ctx, shopOrder{Status: "paid"}) {
		}
	}
	for _, pattern := range slices.Sorted(maps.Keys(read)) {
		if units := read[pattern]; units > 0 {
			fmt.Println(pattern, units)
		}
	}
	// Output:
	// get Order USER#{user_id}|ORDER#{id} 1
	// query Order GSI1 STATUS#{status} 1
}

// The observer of a table is told of the requests of package idempotency too.
func ExampleTable_Observed() {
	ctx := context.Background()
	client := new(singletabletest.Engine).Client()
	table := singletable.NewTable(client, "app-table",
		singletable.WithoutGSI1(),
		singletable.WithObserver(func(_ context.Context, r singletable.Request) {
			fmt.Println(r.Name, "for", r.Entity, r.Consumed.Write, "units", r.Err)
		}))
	_, _ = client.CreateTable(ctx, table.CreateTableInput())

	store := idempotency.New(table.Observed("Idempotency"), "app-table")
	ship := idempotency.Once(store, "ship", func(order string) string { return order }, func(context.Context, string) error {
		fmt.Println("shipped")
		return nil
	})
	fmt.Println(ship(ctx, "ord_456"))
	fmt.Println(ship(ctx, "ord_456"))
	// Output:
	// PutItem for Idempotency 1 units <nil>
	// shipped
	// PutItem for Idempotency 1 units <nil>
	// <nil>
	// PutItem for Idempotency 0 units ConditionalCheckFailedException
	// <nil>
}

// throttling is a client of a table that has too much to do.
type throttling struct{ singletable.Client }

func (throttling) Query(context.Context, *dynamodb.QueryInput, ...func(*dynamodb.Options)) (*dynamodb.QueryOutput, error) {
	return nil, &types.ThrottlingException{ThrottlingReasons: []types.ThrottlingReason{{
		Reason:   aws.String("IndexReadKeyRangeThroughputExceeded"),
		Resource: aws.String("arn:aws:dynamodb:eu-west-1:123456789012:table/app-table/index/GSI1"),
	}}}
}

func ExampleThrottledError() {
	logger := slog.New(slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{
		ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
			if a.Key == slog.TimeKey {
				return slog.Attr{}
			}
			return a
		},
	}))
	table := singletable.NewTable(throttling{}, "app-table", singletable.WithObserver(func(ctx context.Context, r singletable.Request) {
		var throttled *singletable.ThrottledError
		if errors.As(r.Err, &throttled) {
			logger.WarnContext(ctx, "throttled", "request", r.Name, "entity", r.Entity, "pattern", r.Pattern, "try", r.Try, "hot", throttled.HotKey())
		}
	}))
	users, _ := singletable.NewRepo[User](table, singletable.Schema{
		Type: "User",
		Key:  singletable.Pattern("USER#{id}", "PROFILE"),
		GSI1: singletable.Pattern("EMAIL#{email}", "USER#{id}"),
	})
	_, err := users.GSI1().One(context.Background(), User{Email: "ada@example.com"})
	fmt.Println(errors.Is(err, singletable.ErrThrottled))
	// Output:
	// level=WARN msg=throttled request=Query entity=User pattern="GSI1 EMAIL#{email}" try=1 hot=true
	// true
}
