package singletable_test

import (
	"testing"

	"github.com/lambdapatterns/lambdapatterns/singletable"
)

// Two items whose keys read alike when they are written one after the other are two all the same.
func TestTwoItemsAreNotOne(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, s store) {
		type entry struct {
			A string `dynamodbav:"a"`
			B string `dynamodbav:"b"`
		}
		table := singletable.NewTable(s.client, s.table)
		entries := repo[entry](t, table, singletable.Schema{Type: "Entry", Key: singletable.Pattern("ENTRY#{a}", "{b}")})
		err := table.Transact(t.Context(), []singletable.Action{entries.ToCreate(entry{"1|2", "3"}), entries.ToCreate(entry{"1", "2|3"})})
		if err != nil || s.count(t, "Entry") != 2 {
			t.Errorf("%d entries, %v", s.count(t, "Entry"), err)
		}
	})
}
