package singletabletest_test

import (
	"context"
	"errors"
	"fmt"
	"log"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/lambdapatterns/lambdapatterns/singletable/singletabletest"
)

func Example() {
	ctx := context.Background()
	client := new(singletabletest.Engine).Client()

	_, err := client.CreateTable(ctx, &dynamodb.CreateTableInput{
		TableName:   aws.String("app-table"),
		BillingMode: types.BillingModePayPerRequest,
		AttributeDefinitions: []types.AttributeDefinition{
			{AttributeName: aws.String("PK"), AttributeType: types.ScalarAttributeTypeS},
		},
		KeySchema: []types.KeySchemaElement{
			{AttributeName: aws.String("PK"), KeyType: types.KeyTypeHash},
		},
	})
	if err != nil {
		log.Fatal(err)
	}

	user := &dynamodb.PutItemInput{
		TableName: aws.String("app-table"),
		Item: map[string]types.AttributeValue{
			"PK":   &types.AttributeValueMemberS{Value: "USER#42"},
			"Name": &types.AttributeValueMemberS{Value: "Ada"},
		},
		ConditionExpression: aws.String("attribute_not_exists(PK)"),
	}
	if _, err := client.PutItem(ctx, user); err != nil {
		log.Fatal(err)
	}
	_, err = client.PutItem(ctx, user)
	_, exists := errors.AsType[*types.ConditionalCheckFailedException](err)
	fmt.Println("exists already:", exists)

	got, err := client.GetItem(ctx, &dynamodb.GetItemInput{
		TableName: aws.String("app-table"),
		Key:       map[string]types.AttributeValue{"PK": &types.AttributeValueMemberS{Value: "USER#42"}},
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(got.Item["Name"].(*types.AttributeValueMemberS).Value)
	// Output:
	// exists already: true
	// Ada
}
