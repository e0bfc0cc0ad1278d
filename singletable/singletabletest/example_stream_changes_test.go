package singletabletest_test

import (
	"context"
	"fmt"
	"log"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/lambdapatterns/lambdapatterns/singletable"
	"github.com/lambdapatterns/lambdapatterns/singletable/changes"
	"github.com/lambdapatterns/lambdapatterns/singletable/singletabletest"
)

// A handler of package changes hears of what a repository writes.
func ExampleStreamMapping_changes() {
	ctx := context.Background()
	engine := new(singletabletest.Engine)
	client := engine.Client()
	table := singletable.NewTable(client, "app-table")
	input := table.CreateTableInput()
	input.StreamSpecification = &types.StreamSpecification{
		StreamEnabled: aws.Bool(true), StreamViewType: types.StreamViewTypeNewAndOldImages,
	}
	if _, err := client.CreateTable(ctx, input); err != nil {
		log.Fatal(err)
	}
	type User struct {
		ID    string `dynamodbav:"id"`
		Email string `dynamodbav:"email"`
	}
	users, err := singletable.NewRepo[User](table, singletable.Schema{Type: "User", Key: singletable.Pattern("USER#{id}", "PROFILE")})
	if err != nil {
		log.Fatal(err)
	}

	handler := changes.Handle(changes.On(users, func(_ context.Context, c changes.Change[User]) error {
		fmt.Println(c.Kind, c.New.ID, c.New.Email)
		return nil
	}))
	stream, err := engine.Stream("app-table")
	if err != nil {
		log.Fatal(err)
	}
	mapping := singletabletest.StreamMapping{Stream: stream, Invoke: handler.Invoke, ReportBatchItemFailures: true}

	if err := users.Create(ctx, User{ID: "usr_123", Email: "ada@example.com"}); err != nil {
		log.Fatal(err)
	}
	if err := users.Put(ctx, User{ID: "usr_123", Email: "ada@example.org"}); err != nil {
		log.Fatal(err)
	}
	fmt.Println(mapping.Drain(ctx))
	// Output:
	// inserted usr_123 ada@example.com
	// modified usr_123 ada@example.org
	// <nil>
}
