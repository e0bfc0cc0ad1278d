package singletable_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/lambdapatterns/lambdapatterns/singletable"
)

// Attributes that a type does not know stay when others inside the same attribute are changed.
func TestUpdateKeepsUnknownNeighboursOfWhatItChanges(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, s store) {
		ctx := t.Context()
		type geo struct {
			Lat int64 `dynamodbav:"lat"`
		}
		type address struct {
			City   string `dynamodbav:"city"`
			Street string `dynamodbav:"street,omitempty"`
			Geo    geo    `dynamodbav:"geo"`
		}
		type person struct {
			ID      string            `dynamodbav:"id"`
			Address address           `dynamodbav:"address"`
			Labels  map[string]string `dynamodbav:"labels"`
		}
		people := repo[person](t, singletable.NewTable(s.client, s.table), singletable.Schema{
			Type: "Person", Key: singletable.Pattern("PERSON#{id}", "PERSON"),
		})
		m := func(v map[string]types.AttributeValue) types.AttributeValue {
			return &types.AttributeValueMemberM{Value: v}
		}
		number := func(n string) types.AttributeValue { return &types.AttributeValueMemberN{Value: n} }
		if _, err := s.client.PutItem(ctx, &dynamodb.PutItemInput{TableName: &s.table, Item: map[string]types.AttributeValue{
			"PK": text("PERSON#1"), "SK": text("PERSON"), "_type": text("Person"), "id": text("1"),
			"address": m(map[string]types.AttributeValue{
				"city": text("Paris"), "street": text("Rivoli"), "zip": text("75001"),
				"geo": m(map[string]types.AttributeValue{"lat": number("48"), "lon": number("2")}),
			}),
			"labels": m(map[string]types.AttributeValue{"keep": text("x"), "drop": text("y")}),
		}}); err != nil {
			t.Fatal(err)
		}
		if err := people.Update(ctx, person{ID: "1"}, func(p *person) error {
			p.Address.City, p.Address.Street, p.Address.Geo.Lat = "Lyon", "", 45
			delete(p.Labels, "drop")
			p.Labels["new"] = "z"
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		it := s.stored(t, "PERSON#1", "PERSON")
		a := it["address"].(*types.AttributeValueMemberM).Value
		g := a["geo"].(*types.AttributeValueMemberM).Value
		l := it["labels"].(*types.AttributeValueMemberM).Value
		if plain(a, "city") != "Lyon" || plain(a, "zip") != "75001" || a["street"] != nil || plain(g, "lat") != "45" || plain(g, "lon") != "2" {
			t.Errorf("the address is %v, %v", a, g)
		}
		if len(l) != 2 || plain(l, "keep") != "x" || plain(l, "new") != "z" {
			t.Errorf("the labels are %v", l)
		}
	})
}
