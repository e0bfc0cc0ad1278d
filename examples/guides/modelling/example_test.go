package modelling_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"time"

	"github.com/lambdapatterns/lambdapatterns/examples/guides/modelling"
	"github.com/lambdapatterns/lambdapatterns/singletable"
	"github.com/lambdapatterns/lambdapatterns/singletable/singletabletest"
)

// newTable makes the table in memory. In a function the client is dynamodb.NewFromConfig(cfg).
func newTable(ctx context.Context, opts ...singletable.TableOption) *singletable.Table {
	client := new(singletabletest.Engine).Client()
	table := singletable.NewTable(client, "app-table", opts...)
	if _, err := client.CreateTable(ctx, table.CreateTableInput()); err != nil {
		log.Fatal(err)
	}
	return table
}

func newStore(ctx context.Context) (*singletable.Table, *modelling.Store) {
	table := newTable(ctx)
	store, err := modelling.NewStore(table)
	if err != nil {
		log.Fatal(err)
	}
	for i, total := range []int64{500, 1999, 70} {
		err := store.Orders.Create(ctx, modelling.Order{
			UserID: "usr_123", ID: fmt.Sprint("ord_", 9-i), Placed: january(1 + i), Total: total, Awaiting: "packing",
		})
		if err != nil {
			log.Fatal(err)
		}
	}
	return table, store
}

func january(day int) time.Time { return time.Date(2026, time.January, day, 12, 0, 0, 0, time.UTC) }

// What the table can be asked for, as it tells it itself.
func Example_patterns() {
	table, _ := newStore(context.Background())
	fmt.Print(table.Describe())
	// Output:
	// Entity   PK                SK            GSI1PK            GSI1SK
	// Order    USER#{user_id}    ORDER#{id}    ORDERS#{user_id}  {placed}#{id}
	// Payment  ORDER#{order_id}  PAYMENT#{id}  PAYMENT#{id}      ORDER#{order_id}
	// Product  PRODUCT#{id}      METADATA      -                 -
	// User     USER#{id}         PROFILE       EMAIL#{email}     USER#{id}
	//
	// Access                 By            Condition
	// one Order              user_id, id   PK = "USER#{user_id}", SK = "ORDER#{id}"
	// Orders                 user_id       PK = "USER#{user_id}", begins_with(SK, "ORDER#")
	// Orders through GSI1    user_id       GSI1PK = "ORDERS#{user_id}"
	// one Payment            order_id, id  PK = "ORDER#{order_id}", SK = "PAYMENT#{id}"
	// Payments               order_id      PK = "ORDER#{order_id}", begins_with(SK, "PAYMENT#")
	// Payments through GSI1  id            GSI1PK = "PAYMENT#{id}", begins_with(GSI1SK, "ORDER#")
	// one Product            id            PK = "PRODUCT#{id}", SK = "METADATA"
	// one User               id            PK = "USER#{id}", SK = "PROFILE"
	// Users through GSI1     email         GSI1PK = "EMAIL#{email}", begins_with(GSI1SK, "USER#")
	//
	// Unique         Value    Held by
	// email of User  {email}  PK = "UNIQUE#User#email#{email}", SK = "CLAIM"
}

func Example_unique() {
	ctx := context.Background()
	_, store := newStore(ctx)
	ada := modelling.User{ID: "usr_123", Email: "ada@example.com", Name: "Ada"}
	fmt.Println(store.Users.Create(ctx, ada))

	user, err := store.Users.GSI1().One(ctx, modelling.User{Email: "ada@example.com"})
	fmt.Println(user.ID, err)

	err = store.Users.Create(ctx, modelling.User{ID: "usr_456", Email: "ada@example.com"})
	fmt.Println("taken:", errors.Is(err, singletable.ErrExists))
	holder, err := store.Users.Holder(ctx, "email", modelling.User{Email: "ada@example.com"})
	fmt.Println("by", holder.ID, err)
	// Output:
	// <nil>
	// usr_123 <nil>
	// taken: true
	// by usr_123 <nil>
}

func Example_time() {
	ctx := context.Background()
	_, store := newStore(ctx)
	mine := modelling.Order{UserID: "usr_123"}
	for o, err := range store.Orders.GSI1().Query(ctx, mine, singletable.Reverse(), singletable.Limit(2)) {
		fmt.Println(o.ID, o.Placed.Format(time.DateOnly), err)
	}
	n, err := store.Orders.GSI1().Count(ctx, mine, singletable.After(modelling.Order{Placed: january(2)}))
	fmt.Println("after the second:", n, err)
	// Output:
	// ord_7 2026-01-03 <nil>
	// ord_8 2026-01-02 <nil>
	// after the second: 1 <nil>
}

func Example_collection() {
	ctx := context.Background()
	_, store := newStore(ctx)
	if err := store.Users.Create(ctx, modelling.User{ID: "usr_123", Email: "ada@example.com", Name: "Ada"}); err != nil {
		log.Fatal(err)
	}
	var name string
	var spent int64
	err := store.Users.Collect(ctx, modelling.User{ID: "usr_123"}, // one query: PK = "USER#usr_123"
		singletable.Each(store.Users, func(u modelling.User) error { name = u.Name; return nil }),
		singletable.Each(store.Orders, func(o modelling.Order) error { spent += o.Total; return nil }),
	)
	fmt.Println(name, spent, err)
	// Output: Ada 2569 <nil>
}

func Example_transaction() {
	ctx := context.Background()
	table, store := newStore(ctx)
	if err := store.Products.Create(ctx, modelling.Product{ID: "prod_101", Stock: 3}); err != nil {
		log.Fatal(err)
	}
	order := modelling.Order{UserID: "usr_123", ID: "ord_456", Placed: january(4), Awaiting: "payment", Total: 2000}

	product, err := store.Products.Get(ctx, modelling.Product{ID: "prod_101"})
	if err != nil {
		log.Fatal(err)
	}
	sold := product
	sold.Stock--
	err = table.Transact(ctx, []singletable.Action{
		store.Orders.ToCreate(order),
		store.Products.ToUpdate(product, sold), // refused if the stock has changed since it was read
	})
	fmt.Println(err)
	// Output: <nil>
}

// What awaits packing is one partition of an index, and more is written to it than one partition takes.
func Example_shards() {
	ctx := context.Background()
	table := newTable(ctx, singletable.WithIndex("GSI2", "GSI2PK", "GSI2SK"))
	orders, err := modelling.NewOrders(table)
	if err != nil {
		log.Fatal(err)
	}
	for i := range 5 {
		err := orders.Create(ctx, modelling.Order{UserID: fmt.Sprint("usr_", i), ID: "ord_1", Placed: january(9 - i), Awaiting: "packing"})
		if err != nil {
			log.Fatal(err)
		}
	}
	oldest := modelling.Order{Awaiting: "packing"}
	for o, err := range orders.Index("GSI2").Query(ctx, oldest, singletable.Limit(2)) {
		fmt.Println(o.UserID, o.Placed.Format(time.DateOnly), err)
	}
	// Output:
	// usr_4 2026-01-05 <nil>
	// usr_3 2026-01-06 <nil>
}
