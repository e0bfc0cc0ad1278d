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

// What an entity sees of an attribute may be less than what is there: an any holds a number as a float64 and a set as a slice.
// What change has left alone inside of a map stays as it is, and not as the entity saw it.
func TestUpdateKeepsNeighboursThatTheEntitySeesLessOf(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, s store) {
		ctx := t.Context()
		type document struct {
			ID   string         `dynamodbav:"id"`
			Data map[string]any `dynamodbav:"data"`
		}
		documents := repo[document](t, singletable.NewTable(s.client, s.table), singletable.Schema{
			Type: "Document", Key: singletable.Pattern("DOCUMENT#{id}", "DOCUMENT"),
		})
		large := &types.AttributeValueMemberN{Value: "9007199254740993"} // no float64
		if _, err := s.client.PutItem(ctx, &dynamodb.PutItemInput{TableName: &s.table, Item: map[string]types.AttributeValue{
			"PK": text("DOCUMENT#1"), "SK": text("DOCUMENT"), "_type": text("Document"), "id": text("1"),
			"data": &types.AttributeValueMemberM{Value: map[string]types.AttributeValue{
				"count": large, "tags": &types.AttributeValueMemberSS{Value: []string{"a", "b"}}, "state": text("open"),
				"inner": &types.AttributeValueMemberM{Value: map[string]types.AttributeValue{"count": large, "state": text("open")}},
			}},
		}}); err != nil {
			t.Fatal(err)
		}
		if err := documents.Update(ctx, document{ID: "1"}, func(d *document) error {
			d.Data["state"] = "closed"
			d.Data["inner"].(map[string]any)["state"] = "closed"
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		data := s.stored(t, "DOCUMENT#1", "DOCUMENT")["data"].(*types.AttributeValueMemberM).Value
		inner := data["inner"].(*types.AttributeValueMemberM).Value
		if plain(data, "state") != "closed" || plain(inner, "state") != "closed" {
			t.Errorf("the change is not there: %v, %v", data, inner)
		}
		if plain(data, "count") != large.Value || plain(inner, "count") != large.Value {
			t.Errorf("the numbers are %s and %s", plain(data, "count"), plain(inner, "count"))
		}
		if tags, ok := data["tags"].(*types.AttributeValueMemberSS); !ok || len(tags.Value) != 2 {
			t.Errorf("the set has become %T", data["tags"])
		}
	})
}
