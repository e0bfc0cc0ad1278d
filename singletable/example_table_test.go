package singletable_test

import (
	"context"
	"fmt"
	"strings"

	"github.com/lambdapatterns/lambdapatterns/singletable"
	"github.com/lambdapatterns/lambdapatterns/singletable/singletabletest"
)

// A table that exists has its own names, and may be without GSI1 and have other indexes.
func ExampleNewTable() {
	type User struct {
		ID   string `dynamodbav:"id"`
		Team string `dynamodbav:"team"`
	}
	ctx := context.Background()
	client := new(singletabletest.Engine).Client()
	table := singletable.NewTable(client, "app-table",
		singletable.WithKeyAttributes("pk", "sk"),
		singletable.WithTypeAttribute("entity"),
		singletable.WithoutGSI1(),
		singletable.WithIndex("by-team", "team_pk", "team_sk"),
	)
	users := must(singletable.NewRepo[User](table, singletable.Schema{
		Type:    "User",
		Key:     singletable.Pattern("USER#{id}", "PROFILE"),
		Indexes: map[string]singletable.KeyPattern{"by-team": singletable.Pattern("TEAM#{team}", "USER#{id}")},
	}))
	_ = must(client.CreateTable(ctx, table.CreateTableInput()))

	fmt.Println(users.Create(ctx, User{ID: "usr_123", Team: "blue"}))
	n, err := users.Index("by-team").Count(ctx, User{Team: "blue"})
	fmt.Println(n, err)
	keys, _, _ := strings.Cut(table.Describe(), "\n\n")
	fmt.Println(keys)
	// Output:
	// <nil>
	// 1 <nil>
	// Entity  pk         sk       team_pk      team_sk
	// User    USER#{id}  PROFILE  TEAM#{team}  USER#{id}
}
