package singletable_test

import (
	"context"
	"errors"
	"fmt"
	"log"

	"github.com/lambdapatterns/lambdapatterns/singletable"
)

func ExampleRepo_BatchPut() {
	ctx := context.Background()
	type Reading struct {
		Sensor string `dynamodbav:"sensor"`
		Seq    int    `dynamodbav:"seq"`
	}
	readings, err := singletable.NewRepo[Reading](newTable(ctx), singletable.Schema{
		Type: "Reading", Key: singletable.Pattern("SENSOR#{sensor}", "READING#{seq}"),
	})
	if err != nil {
		log.Fatal(err)
	}
	var all []Reading
	for i := range 100 { // four requests
		all = append(all, Reading{"roof", i})
	}
	fmt.Println(readings.BatchPut(ctx, all))
	// Output: <nil>
}

func ExampleRepo_BatchGet() {
	ctx := context.Background()
	orders := newShop(ctx, newTable(ctx))
	got, err := orders.BatchGet(ctx, []shopOrder{{UserID: "usr_123", ID: "2026-02-d"}, {UserID: "usr_123", ID: "unknown"}})
	var unread *singletable.BatchError
	if errors.As(err, &unread) {
		log.Print("throttled: ", unread.Keys) // got holds the others
	}
	fmt.Println(got[0].Total, got[1] == nil, err)
	// Output:
	// 1200 true <nil>
}
