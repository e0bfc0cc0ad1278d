package singletabletest_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/lambdapatterns/lambdapatterns/singletable/singletabletest"
)

// A function that cannot handle one of three changes. That one comes again and is given up; the last one still arrives.
func ExampleStreamMapping() {
	ctx := context.Background()
	engine := new(singletabletest.Engine)
	client := engine.Client()
	err := createTable(ctx, client, &types.StreamSpecification{
		StreamEnabled: aws.Bool(true), StreamViewType: types.StreamViewTypeNewAndOldImages,
	})
	if err != nil {
		log.Fatal(err)
	}
	for _, id := range []string{"tea", "poison", "coffee"} {
		_, err := client.PutItem(ctx, &dynamodb.PutItemInput{
			TableName: aws.String("app-table"),
			Item:      map[string]types.AttributeValue{"PK": &types.AttributeValueMemberS{Value: id}},
		})
		if err != nil {
			log.Fatal(err)
		}
	}
	stream, err := engine.Stream("app-table")
	if err != nil {
		log.Fatal(err)
	}

	// The function fails on one of the changes, with all that is in its batch.
	handler := func(_ context.Context, payload []byte) ([]byte, error) {
		var event events.DynamoDBEvent
		if err := json.Unmarshal(payload, &event); err != nil {
			return nil, err
		}
		for _, r := range event.Records {
			if r.Change.Keys["PK"].String() == "poison" {
				return nil, fmt.Errorf("%s of %s failed", r.EventName, r.Change.Keys["PK"])
			}
		}
		return nil, nil
	}
	mapping := singletabletest.StreamMapping{
		Stream:                     stream,
		Invoke:                     handler,
		BisectBatchOnFunctionError: true,
		MaximumRetryAttempts:       new(1),
		Observe: func(b singletabletest.StreamBatch) {
			for _, r := range b.Records {
				fmt.Print(r.Change.Keys["PK"], " ")
			}
			fmt.Printf("- handled %d, gave up %t: %v\n", b.Done, b.GaveUp, b.Err)
		},
	}
	if err := mapping.Drain(ctx); err != nil {
		log.Fatal(err)
	}
	// Output:
	// tea poison coffee - handled 0, gave up false: INSERT of poison failed
	// tea - handled 1, gave up false: <nil>
	// poison coffee - handled 0, gave up false: INSERT of poison failed
	// poison - handled 0, gave up false: INSERT of poison failed
	// poison - handled 0, gave up true: INSERT of poison failed
	// coffee - handled 1, gave up false: <nil>
}

// What the service deletes after its time to live says so in the stream.
func ExampleEngine_ExpireItems() {
	ctx := context.Background()
	engine := new(singletabletest.Engine)
	client := engine.Client()
	err := createTable(ctx, client, &types.StreamSpecification{StreamEnabled: aws.Bool(true), StreamViewType: types.StreamViewTypeKeysOnly})
	if err != nil {
		log.Fatal(err)
	}
	_, err = client.UpdateTimeToLive(ctx, &dynamodb.UpdateTimeToLiveInput{
		TableName:               aws.String("app-table"),
		TimeToLiveSpecification: &types.TimeToLiveSpecification{AttributeName: aws.String("expires"), Enabled: aws.Bool(true)},
	})
	if err != nil {
		log.Fatal(err)
	}
	_, err = client.PutItem(ctx, &dynamodb.PutItemInput{
		TableName: aws.String("app-table"),
		Item: map[string]types.AttributeValue{
			"PK":      &types.AttributeValueMemberS{Value: "SESSION#7"},
			"expires": &types.AttributeValueMemberN{Value: "1800000000"},
		},
	})
	if err != nil {
		log.Fatal(err)
	}
	deleted, err := engine.ExpireItems("app-table", time.Unix(1800000001, 0))
	if err != nil {
		log.Fatal(err)
	}
	stream, err := engine.Stream("app-table")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("deleted:", deleted)
	for _, r := range stream.Records() {
		fmt.Println(r.EventName, r.Change.Keys["PK"], "by the service:", r.UserIdentity != nil)
	}
	// Output:
	// deleted: 1
	// INSERT SESSION#7 by the service: false
	// REMOVE SESSION#7 by the service: true
}
