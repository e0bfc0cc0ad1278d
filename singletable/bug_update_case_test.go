package singletable_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/lambdapatterns/lambdapatterns/singletable"
)

// Another program may have written an attribute in letters of another case, and it is read for the field that is called so. An
// Update wrote its own beside it, and the next read found the one or the other.
func TestUpdateOfAnAttributeInAnotherCase(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, s store) {
		ctx := t.Context()
		type address struct {
			City string `dynamodbav:"city"`
		}
		type person struct {
			ID      string  `dynamodbav:"id"`
			Name    string  `dynamodbav:"name,omitempty"`
			Note    string  `dynamodbav:"note,omitempty"`
			Address address `dynamodbav:"address"`
		}
		people := repo[person](t, singletable.NewTable(s.client, s.table), singletable.Schema{
			Type: "Person", Key: singletable.Pattern("PERSON#{id}", "PERSON"),
		})
		if _, err := s.client.PutItem(ctx, &dynamodb.PutItemInput{TableName: &s.table, Item: map[string]types.AttributeValue{
			"PK": text("PERSON#1"), "SK": text("PERSON"), "_type": text("Person"), "id": text("1"),
			"NAME": text("old"), "Note": text("stays"),
			"Address": &types.AttributeValueMemberM{Value: map[string]types.AttributeValue{"CITY": text("Paris"), "zip": text("75001")}},
		}}); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"new", ""} {
			if err := people.Update(ctx, person{ID: "1"}, func(p *person) error {
				p.Name, p.Address.City = name, "Lyon "+name
				return nil
			}); err != nil {
				t.Fatal(err)
			}
			for range 10 { // the order of an item's attributes is random
				got, err := people.Get(ctx, person{ID: "1"}, singletable.Consistent())
				if err != nil || got.Name != name || got.Note != "stays" || got.Address.City != "Lyon "+name {
					t.Fatalf("after an update to %q: %+v, %v", name, got, err)
				}
			}
		}
		it := s.stored(t, "PERSON#1", "PERSON")
		a, ok := it["address"].(*types.AttributeValueMemberM)
		if it["NAME"] != nil || it["Address"] != nil || !ok || a.Value["CITY"] != nil || plain(a.Value, "zip") != "75001" {
			t.Errorf("the item is %v", it)
		}
	})
}
