package singletabletest_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/lambdapatterns/lambdapatterns/singletable/singletabletest"
)

// BenchmarkRoundTrip tells what an operation costs a user's test through the SDK's client, and how much of that is the
// engine's part, without the client.
func BenchmarkRoundTrip(b *testing.B) {
	b.Setenv("AWS_EC2_METADATA_DISABLED", "true")
	engine := new(singletabletest.Engine)
	client := engine.Client()
	createBenchmarkTable(b, client)
	item := func(i int) map[string]types.AttributeValue {
		return map[string]types.AttributeValue{
			"PK":    &types.AttributeValueMemberS{Value: "USER#42"},
			"SK":    &types.AttributeValueMemberS{Value: "ORDER#" + strconv.Itoa(i%1000)},
			"Total": &types.AttributeValueMemberN{Value: "129.95"},
			"Note":  &types.AttributeValueMemberS{Value: "leave it with the neighbour"},
		}
	}
	i := 0
	b.Run("put/client", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			i++
			if _, err := client.PutItem(b.Context(), &dynamodb.PutItemInput{TableName: aws.String("bench"), Item: item(i)}); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("put/engine", func(b *testing.B) {
		b.ReportAllocs()
		body := []byte(`{"TableName":"bench","Item":{"PK":{"S":"USER#42"},"SK":{"S":"ORDER#7"},"Total":{"N":"129.95"},"Note":{"S":"leave it with the neighbour"}}}`)
		for b.Loop() {
			serve(b, engine, "PutItem", body)
		}
	})
	b.Run("query100/client", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			out, err := client.Query(b.Context(), &dynamodb.QueryInput{
				TableName:              aws.String("bench"),
				KeyConditionExpression: aws.String("PK = :pk AND begins_with(SK, :prefix)"),
				ExpressionAttributeValues: map[string]types.AttributeValue{
					":pk":     &types.AttributeValueMemberS{Value: "USER#42"},
					":prefix": &types.AttributeValueMemberS{Value: "ORDER#"},
				},
				Limit: aws.Int32(100),
			})
			if err != nil || out.Count == 0 {
				b.Fatal(out, err)
			}
		}
	})
	b.Run("query100/engine", func(b *testing.B) {
		b.ReportAllocs()
		body := []byte(`{"TableName":"bench","KeyConditionExpression":"PK = :pk AND begins_with(SK, :p)","ExpressionAttributeValues":{":pk":{"S":"USER#42"},":p":{"S":"ORDER#"}},"Limit":100}`)
		for b.Loop() {
			serve(b, engine, "Query", body)
		}
	})
}

func createBenchmarkTable(b *testing.B, client *dynamodb.Client) {
	b.Helper()
	_, err := client.CreateTable(b.Context(), &dynamodb.CreateTableInput{
		TableName:   aws.String("bench"),
		BillingMode: types.BillingModePayPerRequest,
		AttributeDefinitions: []types.AttributeDefinition{
			{AttributeName: aws.String("PK"), AttributeType: types.ScalarAttributeTypeS},
			{AttributeName: aws.String("SK"), AttributeType: types.ScalarAttributeTypeS},
		},
		KeySchema: []types.KeySchemaElement{
			{AttributeName: aws.String("PK"), KeyType: types.KeyTypeHash},
			{AttributeName: aws.String("SK"), KeyType: types.KeyTypeRange},
		},
	})
	if err != nil {
		b.Fatal(err)
	}
}

func serve(b *testing.B, engine http.Handler, operation string, body []byte) {
	b.Helper()
	r := httptest.NewRequest(http.MethodPost, "/", bytes.NewReader(body))
	r.Header.Set("X-Amz-Target", "DynamoDB_20120810."+operation)
	w := httptest.NewRecorder()
	engine.ServeHTTP(w, r)
	if w.Code != http.StatusOK {
		b.Fatal(w.Code, w.Body)
	}
}
