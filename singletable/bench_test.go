package singletable_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/lambdapatterns/lambdapatterns/singletable"
)

// canned is a client that answers at once with what it was given, so that what is measured is the code around it.
type canned struct {
	singletable.Client
	item  map[string]types.AttributeValue
	items []map[string]types.AttributeValue
}

func (c canned) PutItem(context.Context, *dynamodb.PutItemInput, ...func(*dynamodb.Options)) (*dynamodb.PutItemOutput, error) {
	return &dynamodb.PutItemOutput{}, nil
}

func (c canned) GetItem(context.Context, *dynamodb.GetItemInput, ...func(*dynamodb.Options)) (*dynamodb.GetItemOutput, error) {
	return &dynamodb.GetItemOutput{Item: c.item}, nil
}

func (c canned) Query(context.Context, *dynamodb.QueryInput, ...func(*dynamodb.Options)) (*dynamodb.QueryOutput, error) {
	return &dynamodb.QueryOutput{Items: c.items}, nil
}

// What does a repository cost over SDK calls written by hand, with attributevalue and keys put together with +? The time on
// the network, which both pay, is left out.
func BenchmarkRepo(b *testing.B) {
	ctx := b.Context()
	o := Order{UserID: "usr_123", ID: "ord_456", Total: 1999, Tags: []string{"gift"}}
	client := canned{}
	client.item, _ = attributevalue.MarshalMap(o)
	client.item["PK"], client.item["SK"], client.item["_type"] = text("USER#usr_123"), text("ORDER#ord_456"), text("Order")
	for range 100 {
		client.items = append(client.items, client.item)
	}
	orders := repo[Order](b, singletable.NewTable(client, "app"), singletable.Schema{
		Type: "Order", Key: singletable.Pattern("USER#{user_id}", "ORDER#{id}"),
	})
	run := func(name string, f func() error) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := f(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	run("put/singletable", func() error { return orders.Put(ctx, o) })
	run("put/by-hand", func() error {
		it, err := attributevalue.MarshalMap(o)
		if err != nil {
			return err
		}
		it["PK"] = &types.AttributeValueMemberS{Value: "USER#" + o.UserID}
		it["SK"] = &types.AttributeValueMemberS{Value: "ORDER#" + o.ID}
		it["_type"] = &types.AttributeValueMemberS{Value: "Order"}
		_, err = client.PutItem(ctx, &dynamodb.PutItemInput{TableName: aws.String("app"), Item: it})
		return err
	})
	run("get/singletable", func() error {
		_, err := orders.Get(ctx, Order{UserID: "usr_123", ID: "ord_456"})
		return err
	})
	run("get/by-hand", func() error {
		out, err := client.GetItem(ctx, &dynamodb.GetItemInput{TableName: aws.String("app"), Key: map[string]types.AttributeValue{
			"PK": &types.AttributeValueMemberS{Value: "USER#" + o.UserID}, "SK": &types.AttributeValueMemberS{Value: "ORDER#" + o.ID},
		}})
		if err != nil {
			return err
		}
		var got Order
		return attributevalue.UnmarshalMap(out.Item, &got)
	})
	run("query-100/singletable", func() error {
		n := 0
		for _, err := range orders.Query(ctx, Order{UserID: "usr_123"}) {
			if err != nil {
				return err
			}
			n++
		}
		if n != 100 {
			return fmt.Errorf("%d orders", n)
		}
		return nil
	})
	run("query-100/by-hand", func() error {
		out, err := client.Query(ctx, &dynamodb.QueryInput{
			TableName: aws.String("app"), KeyConditionExpression: aws.String("PK = :pk AND begins_with(SK, :sk)"),
			ExpressionAttributeValues: map[string]types.AttributeValue{
				":pk": &types.AttributeValueMemberS{Value: "USER#" + o.UserID}, ":sk": &types.AttributeValueMemberS{Value: "ORDER#"},
			},
		})
		if err != nil {
			return err
		}
		var got []Order
		if err := attributevalue.UnmarshalListOfMaps(out.Items, &got); err != nil {
			return err
		}
		if len(got) != 100 {
			return fmt.Errorf("%d orders", len(got))
		}
		return nil
	})
}
