package singletable_test

import (
	"context"
	"errors"
	"fmt"
	"log"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/lambdapatterns/lambdapatterns/singletable"
	"github.com/lambdapatterns/lambdapatterns/singletable/singletabletest"
)

// newTable makes a table for the examples. In a function the client is dynamodb.NewFromConfig(cfg).
func newTable(ctx context.Context) *singletable.Table {
	client := new(singletabletest.Engine).Client()
	table := singletable.NewTable(client, "app-table")
	if _, err := client.CreateTable(ctx, table.CreateTableInput()); err != nil {
		log.Fatal(err)
	}
	return table
}

func Example() {
	ctx := context.Background()
	table := newTable(ctx)

	type User struct {
		ID    string `dynamodbav:"id"`
		Email string `dynamodbav:"email"`
	}
	users, err := singletable.NewRepo[User](table, singletable.Schema{
		Type: "User",
		Key:  singletable.Pattern("USER#{id}", "PROFILE"),
		GSI1: singletable.Pattern("EMAIL#{email}", "USER#{id}"),
	})
	if err != nil {
		log.Fatal(err)
	}

	ada := User{ID: "usr_123", Email: "ada@example.com"}
	fmt.Println(users.Create(ctx, ada))
	fmt.Println(errors.Is(users.Create(ctx, ada), singletable.ErrExists))

	user, err := users.GSI1().One(ctx, User{Email: "ada@example.com"})
	fmt.Println(user.ID, err)
	_, err = users.Get(ctx, User{ID: "usr_456"})
	fmt.Println(err)
	// Output:
	// <nil>
	// true
	// usr_123 <nil>
	// singletable: get User USER#usr_456|PROFILE: item not found
}

func ExampleRepo_Query() {
	ctx := context.Background()
	type Order struct {
		UserID string `dynamodbav:"user_id"`
		ID     string `dynamodbav:"id"`
		Total  int64  `dynamodbav:"total"`
	}
	orders, err := singletable.NewRepo[Order](newTable(ctx), singletable.Schema{
		Type: "Order",
		Key:  singletable.Pattern("USER#{user_id}", "ORDER#{id}"),
	})
	if err != nil {
		log.Fatal(err)
	}
	for _, o := range []Order{{"usr_123", "ord_2", 500}, {"usr_123", "ord_1", 1999}, {"usr_456", "ord_3", 100}} {
		if err := orders.Create(ctx, o); err != nil {
			log.Fatal(err)
		}
	}
	// PK = "USER#usr_123" AND begins_with(SK, "ORDER#")
	for o, err := range orders.Query(ctx, Order{UserID: "usr_123"}) {
		fmt.Println(o, err)
	}
	// Output:
	// {usr_123 ord_1 1999} <nil>
	// {usr_123 ord_2 500} <nil>
}

func ExamplePattern() {
	type Reading struct {
		Sensor string `dynamodbav:"sensor"`
		Seq    int    `dynamodbav:"seq"`
		Level  int    `dynamodbav:"level"`
	}
	readings, err := singletable.NewRepo[Reading](singletable.NewTable(&dynamodb.Client{}, "app-table"), singletable.Schema{
		Type: "Reading",
		Key:  singletable.Pattern("SENSOR#{sensor}", "READING#{seq:6}#{level}"),
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(readings.Key(Reading{Sensor: "roof", Seq: 42, Level: 7}))
	fmt.Println(readings.Key(Reading{Sensor: "a#b", Seq: 43, Level: -7})) // escaped; sorts below all levels from 0
	_, err = readings.Key(Reading{Seq: 42})
	fmt.Println(err)
	// Output:
	// SENSOR#roof|READING#000042#0000000000000000007 <nil>
	// SENSOR#a%23b|READING#000043#-9999999999999999992 <nil>
	// singletable: Reading: no key SENSOR#{sensor}: attribute sensor: it is empty
}
