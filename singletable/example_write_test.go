package singletable_test

import (
	"context"
	"errors"
	"fmt"
	"log"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/lambdapatterns/lambdapatterns/singletable"
)

// exampleProduct is what the examples of writing work on.
type exampleProduct struct {
	ID      string `dynamodbav:"id"`
	Stock   int64  `dynamodbav:"stock"`
	Version int64  `dynamodbav:"version"`
}

func exampleProducts(table *singletable.Table) *singletable.Repo[exampleProduct] {
	products, err := singletable.NewRepo[exampleProduct](table, singletable.Schema{
		Type: "Product", Key: singletable.Pattern("PRODUCT#{id}", "METADATA"), Version: "version",
	})
	if err != nil {
		log.Fatal(err)
	}
	return products
}

func ExampleRepo_Update() {
	ctx := context.Background()
	products := exampleProducts(newTable(ctx))
	_ = products.Create(ctx, exampleProduct{ID: "prod_101", Stock: 3})

	var now exampleProduct
	err := products.Update(ctx, exampleProduct{ID: "prod_101"}, func(p *exampleProduct) error {
		if p.Stock == 0 {
			return errors.New("sold out")
		}
		p.Stock--
		return nil
	}, singletable.Stored(&now))
	fmt.Println(now, err)
	// Output: {prod_101 2 2} <nil>
}

func ExampleRepo_Patch() {
	ctx := context.Background()
	products := exampleProducts(newTable(ctx))
	_ = products.Create(ctx, exampleProduct{ID: "prod_101", Stock: 1})

	take := expression.Add(expression.Name("stock"), expression.Value(-1))
	left := singletable.If(expression.Name("stock").GreaterThan(expression.Value(0)))
	for range 2 {
		err := products.Patch(ctx, exampleProduct{ID: "prod_101"}, take, left)
		fmt.Println(errors.Is(err, singletable.ErrCondition))
	}
	// Output:
	// false
	// true
}

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

func ExampleSchema_unique() {
	ctx := context.Background()
	type User struct {
		ID    string `dynamodbav:"id"`
		Email string `dynamodbav:"email"`
	}
	users, err := singletable.NewRepo[User](newTable(ctx), singletable.Schema{
		Type: "User", Key: singletable.Pattern("USER#{id}", "PROFILE"),
		Unique: map[string]string{"email": "{email}"},
	})
	if err != nil {
		log.Fatal(err)
	}
	_ = users.Create(ctx, User{"usr_1", "ada@example.com"})
	err = users.Create(ctx, User{"usr_2", "ada@example.com"})
	if item, ok := errors.AsType[*singletable.ItemError](err); ok && errors.Is(err, singletable.ErrExists) {
		fmt.Println("taken:", item.Constraint)
	}
	_ = users.Delete(ctx, User{ID: "usr_1"}) // frees the address
	fmt.Println(users.Create(ctx, User{"usr_2", "ada@example.com"}))
	// Output:
	// taken: email
	// <nil>
}

func ExampleTable_Transact() {
	ctx := context.Background()
	type Order struct {
		UserID string `dynamodbav:"user_id"`
		ID     string `dynamodbav:"id"`
	}
	table := newTable(ctx)
	products := exampleProducts(table)
	orders, err := singletable.NewRepo[Order](table, singletable.Schema{
		Type: "Order", Key: singletable.Pattern("USER#{user_id}", "ORDER#{id}"),
	})
	if err != nil {
		log.Fatal(err)
	}
	var before exampleProduct
	_ = products.Create(ctx, exampleProduct{ID: "prod_101", Stock: 1}, singletable.Stored(&before))
	after := before
	after.Stock--

	buy := func(order string) error {
		return table.Transact(ctx, []singletable.Action{
			orders.ToCreate(Order{UserID: "usr_123", ID: order}),
			products.ToUpdate(before, after),
		})
	}
	fmt.Println(buy("ord_1"))
	if refused, ok := errors.AsType[*singletable.TransactionError](buy("ord_2")); ok {
		for _, reason := range refused.Reasons {
			fmt.Println(reason)
		}
	}
	// Output:
	// <nil>
	// singletable: update Product PRODUCT#prod_101|METADATA: the item was changed by another writer
}

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

func ExampleTable_Describe() {
	type User struct {
		ID    string `dynamodbav:"id"`
		Email string `dynamodbav:"email"`
	}
	type Order struct {
		UserID string `dynamodbav:"user_id"`
		ID     string `dynamodbav:"id"`
	}
	table := singletable.NewTable(&dynamodb.Client{}, "app-table")
	_, err1 := singletable.NewRepo[User](table, singletable.Schema{
		Type: "User", Key: singletable.Pattern("USER#{id}", "PROFILE"), GSI1: singletable.Pattern("EMAIL#{email}", "USER#{id}"),
		Unique: map[string]string{"email": "{email}"},
	})
	_, err2 := singletable.NewRepo[Order](table, singletable.Schema{
		Type: "Order", Key: singletable.Pattern("USER#{user_id}", "ORDER#{id}"),
	})
	if err := errors.Join(err1, err2); err != nil {
		log.Fatal(err)
	}
	fmt.Print(table.Describe())
	// Output:
	// Entity  PK              SK          GSI1PK         GSI1SK
	// Order   USER#{user_id}  ORDER#{id}  -              -
	// User    USER#{id}       PROFILE     EMAIL#{email}  USER#{id}
	//
	// Access              By           Condition
	// one Order           user_id, id  PK = "USER#{user_id}", SK = "ORDER#{id}"
	// Orders              user_id      PK = "USER#{user_id}", begins_with(SK, "ORDER#")
	// one User            id           PK = "USER#{id}", SK = "PROFILE"
	// Users through GSI1  email        GSI1PK = "EMAIL#{email}", begins_with(GSI1SK, "USER#")
	//
	// Unique         Value    Held by
	// email of User  {email}  PK = "UNIQUE#User#email#{email}", SK = "CLAIM"
}
