package singletable_test

import (
	"context"
	"fmt"
	"strings"

	"github.com/lambdapatterns/lambdapatterns/singletable"
)

// must stops the example; a function would call log.Fatal from main.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// The classic design: users, their orders, the orders' payments and products in one table, users found by their e-mail
// address through GSI1, and no address used twice.
func Example_design() {
	type User struct {
		ID    string `dynamodbav:"id"`
		Email string `dynamodbav:"email"`
	}
	type Order struct {
		UserID string `dynamodbav:"user_id"`
		ID     string `dynamodbav:"id"`
	}
	type Payment struct {
		OrderID string `dynamodbav:"order_id"`
		ID      string `dynamodbav:"id"`
	}
	type Product struct {
		ID string `dynamodbav:"id"`
	}
	ctx := context.Background()
	table := newTable(ctx)
	users := must(singletable.NewRepo[User](table, singletable.Schema{
		Type: "User", Key: singletable.Pattern("USER#{id}", "PROFILE"), GSI1: singletable.Pattern("EMAIL#{email}", "USER#{id}"),
		Unique: map[string]string{"email": "{email}"},
	}))
	orders := must(singletable.NewRepo[Order](table, singletable.Schema{Type: "Order", Key: singletable.Pattern("USER#{user_id}", "ORDER#{id}")}))
	payments := must(singletable.NewRepo[Payment](table, singletable.Schema{Type: "Payment", Key: singletable.Pattern("ORDER#{order_id}", "PAYMENT#{id}")}))
	products := must(singletable.NewRepo[Product](table, singletable.Schema{Type: "Product", Key: singletable.Pattern("PRODUCT#{id}", "METADATA")}))

	fmt.Println(users.Create(ctx, User{ID: "usr_123", Email: "user@example.com"}))
	fmt.Println(products.Create(ctx, Product{ID: "prod_101"}))
	fmt.Println(table.Transact(ctx, []singletable.Action{
		orders.ToCreate(Order{UserID: "usr_123", ID: "ord_456"}),
		payments.ToCreate(Payment{OrderID: "ord_456", ID: "pay_789"}),
	}))
	user, err := users.GSI1().One(ctx, User{Email: "user@example.com"})
	fmt.Println(user.ID, err)
	for order, err := range orders.Query(ctx, Order{UserID: user.ID}) {
		fmt.Println(order.ID, err)
	}
	fmt.Println(users.Create(ctx, User{ID: "usr_456", Email: "user@example.com"}))

	keys, _, _ := strings.Cut(table.Describe(), "\n\n")
	fmt.Println(keys)
	// Output:
	// <nil>
	// <nil>
	// <nil>
	// usr_123 <nil>
	// ord_456 <nil>
	// singletable: the transaction was cancelled: singletable: create User USER#usr_456|PROFILE: unique email: it exists already
	// Entity   PK                SK            GSI1PK         GSI1SK
	// Order    USER#{user_id}    ORDER#{id}    -              -
	// Payment  ORDER#{order_id}  PAYMENT#{id}  -              -
	// Product  PRODUCT#{id}      METADATA      -              -
	// User     USER#{id}         PROFILE       EMAIL#{email}  USER#{id}
}
