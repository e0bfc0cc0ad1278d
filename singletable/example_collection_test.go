package singletable_test

import (
	"context"
	"fmt"
	"log"

	"github.com/lambdapatterns/lambdapatterns/singletable"
)

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
