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
