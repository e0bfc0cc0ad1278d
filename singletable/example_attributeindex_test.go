package singletable_test

import (
	"context"
	"fmt"
	"log"

	"github.com/lambdapatterns/lambdapatterns/singletable"
	"github.com/lambdapatterns/lambdapatterns/singletable/singletabletest"
)

// An index by attributes that the entity has anyway needs no keys of its own, and compares numbers as numbers.
func ExampleWithAttributeIndex() {
	ctx := context.Background()
	type Game struct {
		ID     string `dynamodbav:"id"`
		Cup    string `dynamodbav:"cup"`
		Season int    `dynamodbav:"season"`
		Round  string `dynamodbav:"round"`
		Score  int    `dynamodbav:"score"`
	}
	client := new(singletabletest.Engine).Client()
	table := singletable.NewTable(client, "app-table",
		singletable.WithAttributeIndex("BySeason", []string{"cup", "season"}, []string{"round", "score"}))
	games, err := singletable.NewRepo[Game](table, singletable.Schema{
		Type: "Game",
		Key:  singletable.Pattern("GAME#{id}", "GAME"),
		Indexes: map[string]singletable.KeyPattern{
			"BySeason": singletable.OwnAttributes(),
		},
	})
	if err != nil {
		log.Fatal(err)
	}
	if _, err := client.CreateTable(ctx, table.CreateTableInput()); err != nil {
		log.Fatal(err)
	}
	for _, g := range []Game{
		{"g1", "league", 2026, "final", 3}, {"g2", "league", 2026, "group", 12}, {"g3", "league", 2026, "group", 9},
		{"g4", "league", 2026, "group", -1}, {"g5", "league", 2025, "group", 5},
	} {
		if err := games.Create(ctx, g); err != nil {
			log.Fatal(err)
		}
	}
	// cup = "league" AND season = 2026 AND round = "group" AND score > 0
	group := Game{Cup: "league", Season: 2026, Round: "group"}
	for g, err := range games.Index("BySeason").Query(ctx, group, singletable.After(Game{Score: 0})) {
		fmt.Println(g.ID, g.Score, err)
	}
	fmt.Print(table.Describe())
	// Output:
	// g3 9 <nil>
	// g2 12 <nil>
	// Entity  PK         SK    GSI1PK  GSI1SK  BySeason
	// Game    GAME#{id}  GAME  -       -       cup, season | round, score
	//
	// Access                  By           Condition
	// one Game                id           PK = "GAME#{id}", SK = "GAME"
	// Games through BySeason  cup, season  cup = {cup}, season = {season}, sorted by round, score
}
