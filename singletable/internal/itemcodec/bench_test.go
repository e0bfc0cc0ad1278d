package itemcodec_test

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/lambdapatterns/lambdapatterns/singletable/internal/itemcodec"
)

type address struct {
	Street string `dynamodbav:"street"`
	City   string `dynamodbav:"city"`
	Zip    string `dynamodbav:"zip"`
}

// order is what the benchmarks measure: an entity of twelve attributes.
type order struct {
	UserID   string            `dynamodbav:"user_id"`
	ID       string            `dynamodbav:"id"`
	Status   string            `dynamodbav:"status"`
	Currency string            `dynamodbav:"currency"`
	Note     string            `dynamodbav:"note"`
	Total    int64             `dynamodbav:"total"`
	Version  int64             `dynamodbav:"version"`
	Paid     bool              `dynamodbav:"paid"`
	Created  time.Time         `dynamodbav:"created"`
	Tags     []string          `dynamodbav:"tags"`
	ShipTo   address           `dynamodbav:"ship_to"`
	Labels   map[string]string `dynamodbav:"labels"`
}

func sample() order {
	return order{
		UserID: "usr_123", ID: "ord_456", Status: "shipped", Currency: "EUR", Note: "leave it at the door",
		Total: 199900, Version: 7, Paid: true, Created: time.Date(2026, 3, 4, 5, 6, 7, 890000000, time.UTC),
		Tags:   []string{"gift", "express", "fragile"},
		ShipTo: address{Street: "Main Street 1", City: "Vienna", Zip: "1010"},
		Labels: map[string]string{"channel": "web", "campaign": "spring"},
	}
}

// inTable adds what an item of a single-table design holds besides the entity's own attributes.
func inTable(item map[string]types.AttributeValue) map[string]types.AttributeValue {
	for name, value := range map[string]string{"PK": "USER#usr_123", "SK": "ORDER#ord_456", "_type": "Order",
		"GSI1PK": "STATUS#shipped", "GSI1SK": "ORDER#ord_456"} {
		item[name] = &types.AttributeValueMemberS{Value: value}
	}
	return item
}

func codecOf[T any](tb testing.TB) *itemcodec.Codec[T] {
	tb.Helper()
	c, err := itemcodec.New[T]()
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

// What does it cost to make an item, and how does that compare with attributevalue, and with a function written for this one
// struct, which is the floor?
func BenchmarkEncode(b *testing.B) {
	o := sample()
	c := codecOf[order](b)
	b.Run("itemcodec", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := c.Encode(&o, 0); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("attributevalue", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := attributevalue.MarshalMap(&o); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("floor", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if len(encodeByHand(&o)) != 12 {
				b.Fatal("attributes are missing")
			}
		}
	})
}

// What does it cost to read one item, with and without the attributes that a table adds, and how does that compare with
// attributevalue and with the floor? The values themselves need allocations: the slice of tags, the map of labels.
func BenchmarkDecode(b *testing.B) {
	o := sample()
	c := codecOf[order](b)
	item, err := c.Encode(&o, 0)
	if err != nil {
		b.Fatal(err)
	}
	stored, err := c.Encode(&o, 5)
	if err != nil {
		b.Fatal(err)
	}
	inTable(stored)
	for _, s := range []struct {
		name string
		item map[string]types.AttributeValue
	}{{"own", item}, {"stored", stored}} {
		b.Run(s.name+"/itemcodec", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				var got order
				if err := c.Decode(s.item, &got); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(s.name+"/attributevalue", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				var got order
				if err := attributevalue.UnmarshalMap(s.item, &got); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(s.name+"/floor", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				var got order
				if err := decodeByHand(s.item, &got); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// What does it cost to read a page of 100 items, against attributevalue and the floor?
func BenchmarkDecodePage(b *testing.B) {
	c := codecOf[order](b)
	var page []map[string]types.AttributeValue
	for range 100 {
		o := sample()
		item, err := c.Encode(&o, 5)
		if err != nil {
			b.Fatal(err)
		}
		page = append(page, inTable(item))
	}
	b.Run("itemcodec", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			got := make([]order, len(page))
			for i := range page {
				if err := c.Decode(page[i], &got[i]); err != nil {
					b.Fatal(err)
				}
			}
		}
	})
	b.Run("attributevalue", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			var got []order
			if err := attributevalue.UnmarshalListOfMaps(page, &got); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("floor", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			got := make([]order, len(page))
			for i := range page {
				if err := decodeByHand(page[i], &got[i]); err != nil {
					b.Fatal(err)
				}
			}
		}
	})
}
