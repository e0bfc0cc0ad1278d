package singletabletest_test

import (
	"context"
	"errors"
	"net/http/httptest"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/lambdapatterns/lambdapatterns/singletable/singletabletest"
)

// newCounters makes a table with the one item that the tests count in.
func newCounters(t *testing.T, client *dynamodb.Client) (key map[string]types.AttributeValue) {
	t.Helper()
	_, err := client.CreateTable(t.Context(), &dynamodb.CreateTableInput{
		TableName:            aws.String("counters"),
		BillingMode:          types.BillingModePayPerRequest,
		AttributeDefinitions: []types.AttributeDefinition{{AttributeName: aws.String("PK"), AttributeType: types.ScalarAttributeTypeS}},
		KeySchema:            []types.KeySchemaElement{{AttributeName: aws.String("PK"), KeyType: types.KeyTypeHash}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return map[string]types.AttributeValue{"PK": &types.AttributeValueMemberS{Value: "counter"}}
}

func count(t *testing.T, client *dynamodb.Client, key map[string]types.AttributeValue) string {
	t.Helper()
	out, err := client.GetItem(t.Context(), &dynamodb.GetItemInput{TableName: aws.String("counters"), Key: key})
	if err != nil {
		t.Fatal(err)
	}
	n, ok := out.Item["n"].(*types.AttributeValueMemberN)
	if !ok {
		t.Fatalf("no count in %v", out.Item)
	}
	return n.Value
}

func TestClientsShareTheEngine(t *testing.T) {
	t.Parallel()
	engine := new(singletabletest.Engine)
	server := httptest.NewServer(engine)
	defer server.Close()
	near := engine.Client()
	far := engine.Client(func(o *dynamodb.Options) {
		o.BaseEndpoint = &server.URL
		o.HTTPClient = server.Client()
	})
	key := newCounters(t, near)
	for _, client := range []*dynamodb.Client{near, far} {
		_, err := client.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
			TableName: aws.String("counters"), Key: key, UpdateExpression: aws.String("ADD n :one"),
			ExpressionAttributeValues: map[string]types.AttributeValue{":one": &types.AttributeValueMemberN{Value: "1"}},
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if got := count(t, far, key); got != "2" {
		t.Errorf("counted %s, want 2", got)
	}
}

func TestClientHonoursTheContext(t *testing.T) {
	t.Parallel()
	client := new(singletabletest.Engine).Client()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := client.ListTables(ctx, &dynamodb.ListTablesInput{}); !errors.Is(err, context.Canceled) {
		t.Errorf("ListTables: %v, want %v", err, context.Canceled)
	}
}

// TestConcurrentWrites counts from many goroutines, and makes the same item from all of them.
func TestConcurrentWrites(t *testing.T) {
	t.Parallel()
	client := new(singletabletest.Engine).Client()
	key := newCounters(t, client)
	const writers, rounds = 8, 25
	var created atomic.Int32
	var wg sync.WaitGroup
	for range writers {
		wg.Go(func() {
			for i := range rounds {
				_, err := client.TransactWriteItems(t.Context(), &dynamodb.TransactWriteItemsInput{TransactItems: []types.TransactWriteItem{
					{Update: &types.Update{
						TableName: aws.String("counters"), Key: key, UpdateExpression: aws.String("ADD n :one"),
						ExpressionAttributeValues: map[string]types.AttributeValue{":one": &types.AttributeValueMemberN{Value: "1"}},
					}},
					{Put: &types.Put{
						TableName:           aws.String("counters"),
						Item:                map[string]types.AttributeValue{"PK": &types.AttributeValueMemberS{Value: strconv.Itoa(i)}},
						ConditionExpression: aws.String("attribute_not_exists(PK)"),
					}},
				}})
				if err == nil {
					created.Add(1)
				} else if _, ok := errors.AsType[*types.TransactionCanceledException](err); !ok {
					t.Error(err)
				}
				if _, err := client.Scan(t.Context(), &dynamodb.ScanInput{TableName: aws.String("counters")}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if created.Load() != rounds {
		t.Errorf("%d transactions were made, want %d", created.Load(), rounds)
	}
	if got := count(t, client, key); got != strconv.Itoa(rounds) {
		t.Errorf("counted %s, want %d: a cancelled transaction has left something", got, rounds)
	}
}
