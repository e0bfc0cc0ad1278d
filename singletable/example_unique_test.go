package singletable_test

import (
	"context"
	"errors"
	"fmt"
	"log"

	"github.com/lambdapatterns/lambdapatterns/singletable"
)

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

// A user who has just signed up signs in: an index may not have the address yet, the unique value has.
func ExampleRepo_Holder() {
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
	user, err := users.Holder(ctx, "email", User{Email: "ada@example.com"})
	fmt.Println(user.ID, err)
	_, err = users.Holder(ctx, "email", User{Email: "bob@example.com"})
	fmt.Println(errors.Is(err, singletable.ErrNotFound), err)
	// Output:
	// usr_1 <nil>
	// true singletable: holder User: unique email: item not found
}

// A constraint that is declared when the table has users already holds for them once they are claimed.
func ExampleRepo_Claim() {
	ctx := context.Background()
	type User struct {
		ID    string `dynamodbav:"id"`
		Email string `dynamodbav:"email"`
	}
	table := newTable(ctx)
	schema := singletable.Schema{Type: "User", Key: singletable.Pattern("USER#{id}", "PROFILE")}
	old, err := singletable.NewRepo[User](table, schema) // of yesterday's program
	if err != nil {
		log.Fatal(err)
	}
	_ = old.BatchPut(ctx, []User{{"usr_1", "ada@example.com"}, {"usr_2", "bob@example.com"}})

	schema.Unique = map[string]string{"email": "{email}"}
	users, err := singletable.NewRepo[User](table, schema)
	if err != nil {
		log.Fatal(err)
	}
	for user, err := range users.Scan(ctx, singletable.Consistent()) {
		if err != nil {
			log.Fatal(err)
		}
		switch err := users.Claim(ctx, user); {
		case errors.Is(err, singletable.ErrExists):
			fmt.Println("two users have the address of", user.ID)
		case err != nil && !errors.Is(err, singletable.ErrNotFound): // deleted meanwhile
			log.Fatal(err)
		}
	}
	fmt.Println(errors.Is(users.Create(ctx, User{"usr_3", "ada@example.com"}), singletable.ErrExists))
	// Output: true
}
