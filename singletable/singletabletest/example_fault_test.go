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

// A hot key throttles the first write; later the connection is cut after a write was made, whose second try then
// finds the first one's item.
func ExampleEngine_Inject() {
	ctx := context.Background()
	engine := new(singletabletest.Engine)
	client := engine.Client(func(o *dynamodb.Options) { o.Retryer = aws.NopRetryer{} })
	if err := createTable(ctx, client, nil); err != nil {
		log.Fatal(err)
	}
	create := &dynamodb.PutItemInput{
		TableName:           aws.String("app-table"),
		Item:                map[string]types.AttributeValue{"PK": &types.AttributeValueMemberS{Value: "USER#42"}},
		ConditionExpression: aws.String("attribute_not_exists(PK)"),
	}

	throttled := engine.Inject(singletabletest.Fault{
		Operations: []string{"PutItem"}, Times: 1, Do: singletabletest.HotKey(),
	})
	_, err := client.PutItem(ctx, create)
	if e, ok := errors.AsType[*types.ProvisionedThroughputExceededException](err); ok {
		fmt.Println(*e.ThrottlingReasons[0].Reason)
	}
	fmt.Println("struck:", throttled.Struck())

	engine.Inject(singletabletest.Fault{
		Operations: []string{"PutItem"}, Tables: []string{"app-table"}, Times: 1, Do: singletabletest.AnswerLost(),
	})
	_, err = client.PutItem(ctx, create)
	fmt.Println("answered:", err == nil)
	_, err = client.PutItem(ctx, create)
	_, exists := errors.AsType[*types.ConditionalCheckFailedException](err)
	fmt.Println("made all the same:", exists)
	// Output:
	// TableWriteKeyRangeThroughputExceeded
	// struck: 1
	// answered: false
	// made all the same: true
}

// createTable makes the table of the examples.
func createTable(ctx context.Context, client *dynamodb.Client, stream *types.StreamSpecification) error {
	_, err := client.CreateTable(ctx, &dynamodb.CreateTableInput{
		TableName:            aws.String("app-table"),
		BillingMode:          types.BillingModePayPerRequest,
		AttributeDefinitions: []types.AttributeDefinition{{AttributeName: aws.String("PK"), AttributeType: types.ScalarAttributeTypeS}},
		KeySchema:            []types.KeySchemaElement{{AttributeName: aws.String("PK"), KeyType: types.KeyTypeHash}},
		StreamSpecification:  stream,
	})
	return err
}
