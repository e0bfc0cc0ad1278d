package singletable_test

import (
	"context"
	"fmt"
	"log"
	"time"

	"github.com/lambdapatterns/lambdapatterns/singletable"
)

func ExampleLimit() {
	ctx := context.Background()
	orders := newShop(ctx, newTable(ctx))
	for o, err := range orders.Query(ctx, shopOrder{UserID: "usr_123"}, singletable.Reverse(), singletable.Limit(2)) {
		fmt.Println(o.ID, err)
	}
	// Output:
	// 2026-02-d <nil>
	// 2026-01-c <nil>
}

func ExampleBeginsWith() {
	ctx := context.Background()
	orders := newShop(ctx, newTable(ctx))
	// PK = "USER#usr_123" AND begins_with(SK, "ORDER#2026-01")
	for o, err := range orders.Query(ctx, shopOrder{UserID: "usr_123"}, singletable.BeginsWith("2026-01")) {
		fmt.Println(o.ID, err)
	}
	// Output:
	// 2026-01-b <nil>
	// 2026-01-c <nil>
}

func ExampleBetween() {
	ctx := context.Background()
	orders := newShop(ctx, newTable(ctx))
	paid := orders.GSI1() // in the order of their totals
	for o, err := range paid.Query(ctx, shopOrder{Status: "paid"}, singletable.Between(shopOrder{Total: 70}, shopOrder{Total: 500})) {
		fmt.Println(o.ID, o.Total, err)
	}
	// Output:
	// 2026-01-c 70 <nil>
	// 2025-12-a 500 <nil>
}

func ExampleBefore() {
	ctx := context.Background()
	orders := newShop(ctx, newTable(ctx))
	// All of the partition in front of "ORDER#2026-01-c".
	for o, err := range orders.Query(ctx, shopOrder{UserID: "usr_123"}, singletable.Before(shopOrder{ID: "2026-01-c"})) {
		fmt.Println(o.ID, err)
	}
	// Output:
	// 2025-12-a <nil>
	// 2026-01-b <nil>
}

func ExampleAfter() {
	ctx := context.Background()
	type Reading struct {
		Sensor string    `dynamodbav:"sensor"`
		At     time.Time `dynamodbav:"at"`
		Value  int       `dynamodbav:"value"`
	}
	readings, err := singletable.NewRepo[Reading](newTable(ctx), singletable.Schema{
		Type: "Reading",
		Key:  singletable.Pattern("SENSOR#{sensor}", "{at}"),
	})
	if err != nil {
		log.Fatal(err)
	}
	noon := time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)
	for i := range 4 {
		if err := readings.Put(ctx, Reading{"roof", noon.Add(time.Duration(i) * time.Minute), 20 + i}); err != nil {
			log.Fatal(err)
		}
	}
	last := Reading{Sensor: "roof", At: noon.Add(time.Minute)} // a whole entity can be a bound
	for r, err := range readings.Query(ctx, Reading{Sensor: "roof"}, singletable.After(last)) {
		fmt.Println(r.At.Format(time.TimeOnly), r.Value, err)
	}
	// Output:
	// 12:02:00 22 <nil>
	// 12:03:00 23 <nil>
}
