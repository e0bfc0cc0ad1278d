package singletable_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/lambdapatterns/lambdapatterns/singletable"
)

// Lead is in an index by own attributes while it has an owner, a time and, for its tag omitempty, a score other than 0.
type Lead struct {
	ID    string    `dynamodbav:"id"`
	Owner string    `dynamodbav:"owner"`
	Score int       `dynamodbav:"score,omitempty"`
	Due   time.Time `dynamodbav:"due,unixtime"`
}

func TestSparseAttributeIndex(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, s store) {
		name := fmt.Sprintf("%s-leads", s.table)
		table := singletable.NewTable(s.client, name, singletable.WithAttributeIndex("Owned", []string{"owner"}, []string{"due", "score"}))
		leads := repo[Lead](t, table, singletable.Schema{
			Type: "Lead", Key: singletable.Pattern("LEAD#{id}", "LEAD"),
			Indexes: map[string]singletable.KeyPattern{"Owned": singletable.OwnAttributes().Sparse()},
		})
		if _, err := s.client.CreateTable(t.Context(), table.CreateTableInput()); err != nil {
			t.Fatal(err)
		}
		full := Lead{"a", "ada", 1, someday}
		for i, c := range []struct {
			v  Lead
			in int
		}{{full, 1}, {Lead{"a", "", 1, someday}, 0}, {full, 1}, {Lead{"a", "ada", 0, someday}, 0}, {full, 1}, {Lead{"a", "ada", 1, time.Time{}}, 0}} {
			var err error
			switch {
			case i == 0 || i == 3:
				err = leads.Put(t.Context(), c.v)
			default:
				err = leads.Update(t.Context(), c.v, func(v *Lead) error { *v = c.v; return nil })
			}
			if err != nil {
				t.Fatalf("step %d: %v", i, err)
			}
			if got := collect(t, leads.Index("Owned").Scan(t.Context())); len(got) != c.in {
				t.Errorf("step %d: the index holds %+v", i, got)
			}
			if got, err := leads.Get(t.Context(), full, singletable.Consistent()); err != nil || got.Owner != c.v.Owner || got.Score != c.v.Score || !got.Due.Equal(c.v.Due) {
				t.Errorf("step %d: it was read as %+v, %v", i, got, err)
			}
		}
		// What another program stored before there was an index is removed by the next Update.
		leadItem := map[string]types.AttributeValue{
			"PK": text("LEAD#a"), "SK": text("LEAD"), "id": text("a"), "_type": text("Lead"), "due": &types.AttributeValueMemberN{Value: "-62135596800"}, "owner": text("ada"),
		}
		if _, err := s.client.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: &name, Item: leadItem}); err != nil {
			t.Fatal(err)
		}
		if err := leads.Update(t.Context(), full, func(v *Lead) error { v.Score = 3; return nil }); err != nil {
			t.Fatal(err)
		}
		if got := collect(t, leads.Index("Owned").Scan(t.Context())); len(got) != 0 {
			t.Errorf("a zero time is in the index: %+v", got)
		}
		if got := table.Describe(); !strings.Contains(got, "Leads through Owned (sparse)  owner  owner = {owner}, sorted by due, score") ||
			!strings.Contains(got, "owner | due, score") {
			t.Errorf("described as\n%s", got)
		}
	})
}
