package singletable

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/guregu/dynamo/v2"

	"github.com/lambdapatterns/lambdapatterns/singletable"
)

type address struct {
	Street string `dynamodbav:"street" dynamo:"street"`
	City   string `dynamodbav:"city" dynamo:"city"`
	Zip    string `dynamodbav:"zip" dynamo:"zip"`
}

// shipment is an entity of twelve attributes, as the codec's own benchmarks have it.
type shipment struct {
	UserID   string            `dynamodbav:"user_id" dynamo:"user_id"`
	ID       string            `dynamodbav:"id" dynamo:"id"`
	Status   string            `dynamodbav:"status" dynamo:"status"`
	Currency string            `dynamodbav:"currency" dynamo:"currency"`
	Note     string            `dynamodbav:"note" dynamo:"note"`
	Total    int64             `dynamodbav:"total" dynamo:"total"`
	Version  int64             `dynamodbav:"version" dynamo:"version"`
	Paid     bool              `dynamodbav:"paid" dynamo:"paid"`
	Created  time.Time         `dynamodbav:"created" dynamo:"created"`
	Tags     []string          `dynamodbav:"tags" dynamo:"tags"`
	ShipTo   address           `dynamodbav:"ship_to" dynamo:"ship_to"`
	Labels   map[string]string `dynamodbav:"labels" dynamo:"labels"`
}

// BenchmarkDecode asks what an item of a table costs to read, with the five attributes that the table adds: by Repo.Decode, which
// looks at its type too, by attributevalue and by guregu's library.
func BenchmarkDecode(b *testing.B) {
	shipments, err := singletable.NewRepo[shipment](singletable.NewTable(inProcess(b), "app"),
		singletable.Schema{Type: "Shipment", Key: singletable.Pattern("USER#{user_id}", "SHIPMENT#{id}")})
	if err != nil {
		b.Fatal(err)
	}
	stored, err := attributevalue.MarshalMap(shipment{
		UserID: "usr_123", ID: "ord_456", Status: "shipped", Currency: "EUR", Note: "leave it at the door",
		Total: 199900, Version: 7, Paid: true, Created: time.Date(2026, 3, 4, 5, 6, 7, 890000000, time.UTC),
		Tags:   []string{"gift", "express", "fragile"},
		ShipTo: address{Street: "Main Street 1", City: "Vienna", Zip: "1010"},
		Labels: map[string]string{"channel": "web", "campaign": "spring"},
	})
	if err != nil {
		b.Fatal(err)
	}
	for name, value := range map[string]string{"PK": "USER#usr_123", "SK": "SHIPMENT#ord_456", "_type": "Shipment",
		"GSI1PK": "STATUS#shipped", "GSI1SK": "SHIPMENT#ord_456"} {
		stored[name] = &types.AttributeValueMemberS{Value: value}
	}
	for _, c := range []struct {
		name   string
		decode func(*shipment) error
	}{
		{"singletable", func(s *shipment) (err error) { *s, err = shipments.Decode(stored); return err }},
		{"attributevalue", func(s *shipment) error { return attributevalue.UnmarshalMap(stored, s) }},
		{"guregu", func(s *shipment) error { return dynamo.UnmarshalItem(stored, s) }},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				var s shipment
				if err := c.decode(&s); err != nil || s.ShipTo.City != "Vienna" || len(s.Labels) != 2 {
					b.Fatal(s, err)
				}
			}
		})
	}
}
