package singletable_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/lambdapatterns/lambdapatterns/singletable"
	"github.com/lambdapatterns/lambdapatterns/singletable/singletabletest"
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

func ExampleChange() {
	ctx := context.Background()
	orders := newShop(ctx, newTable(ctx))
	capacity := singletable.Change(func(in *dynamodb.QueryInput) { in.ReturnConsumedCapacity = types.ReturnConsumedCapacityTotal })
	n, err := orders.Count(ctx, shopOrder{UserID: "usr_123"}, capacity)
	fmt.Println(n, err)
	// Output:
	// 4 <nil>
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

func ExampleRepo_Page() {
	ctx := context.Background()
	orders := newShop(ctx, newTable(ctx))
	of := shopOrder{UserID: "usr_123"}
	cursor := ""
	for {
		page, err := orders.Page(ctx, of, cursor, singletable.Limit(3))
		if err != nil {
			log.Fatal(err)
		}
		for _, o := range page.Items {
			fmt.Print(o.ID, " ")
		}
		fmt.Println("and more:", page.Cursor != "")
		if page.Cursor == "" {
			break
		}
		cursor = page.Cursor // a client brings it back with its next request
	}
	_, err := orders.Page(ctx, shopOrder{UserID: "usr_456"}, cursor) // to another partition
	fmt.Println(errors.Is(err, singletable.ErrCursor))
	// Output:
	// 2025-12-a 2026-01-b 2026-01-c and more: true
	// 2026-02-d and more: false
	// true
}

func ExampleWithCursorKey() {
	ctx := context.Background()
	client := new(singletabletest.Engine).Client()
	if _, err := client.CreateTable(ctx, singletable.NewTable(client, "app-table").CreateTableInput()); err != nil {
		log.Fatal(err)
	}
	key, older := bytes.Repeat([]byte{2}, 32), bytes.Repeat([]byte{1}, 32) // from where secrets are kept

	before := newShop(ctx, singletable.NewTable(client, "app-table", singletable.WithCursorKey(older)))
	page, err := before.Page(ctx, shopOrder{UserID: "usr_123"}, "", singletable.Limit(3))
	fmt.Println(len(page.Items), err)

	after := newShop(ctx, singletable.NewTable(client, "app-table", singletable.WithCursorKey(key, older)))
	page, err = after.Page(ctx, shopOrder{UserID: "usr_123"}, page.Cursor)
	fmt.Println(len(page.Items), err)
	// Output:
	// 3 <nil>
	// 1 <nil>
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

func ExampleRepo_Collect() {
	ctx := context.Background()
	table := newTable(ctx)
	orders := newShop(ctx, table)
	type User struct {
		ID   string `dynamodbav:"id"`
		Name string `dynamodbav:"name"`
	}
	users, err := singletable.NewRepo[User](table, singletable.Schema{Type: "User", Key: singletable.Pattern("USER#{id}", "PROFILE")})
	if err != nil {
		log.Fatal(err)
	}
	if err := users.Put(ctx, User{"usr_123", "Ada"}); err != nil {
		log.Fatal(err)
	}

	var name string
	var spent int64
	err = users.Collect(ctx, User{ID: "usr_123"}, // one query: PK = "USER#usr_123"
		singletable.Each(users, func(u User) error { name = u.Name; return nil }),
		singletable.Each(orders, func(o shopOrder) error { spent += o.Total; return nil }),
	)
	fmt.Println(name, spent, err)
	// Output:
	// Ada 3769 <nil>
}
