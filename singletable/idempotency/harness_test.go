package idempotency_test

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/lambdapatterns/lambdapatterns/singletable/idempotency"
	"github.com/lambdapatterns/lambdapatterns/singletable/singletabletest"
)

type (
	payment struct {
		ID     string `json:"id"`
		Amount int    `json:"amount"`
	}
	receipt struct {
		Number string   `json:"number"`
		Lines  []string `json:"lines,omitempty"`
	}
	item = map[string]types.AttributeValue
)

func byID(p payment) string { return p.ID }

var pay1 = payment{ID: "pay_1", Amount: 100}

const pay1Key = "IDEMPOTENCY#charge#pay_1"

// counted is an effect that counts its runs and numbers its receipts.
type counted struct{ runs atomic.Int64 }

func (c *counted) charge(context.Context, payment) (receipt, error) {
	return receipt{Number: "r" + strconv.FormatInt(c.runs.Add(1), 10)}, nil
}

// failing is an effect that counts its runs and fails.
func failing(runs *int, err error) func(context.Context, payment) (receipt, error) {
	return func(context.Context, payment) (receipt, error) { *runs++; return receipt{}, err }
}

// table is a table of a test's own.
type table struct {
	*dynamodb.Client
	name string
}

var tables atomic.Int64

func newTable(t testing.TB, client *dynamodb.Client) table {
	t.Helper()
	name := fmt.Sprintf("idempotency-%d-%d", os.Getpid(), tables.Add(1))
	if _, err := client.CreateTable(t.Context(), definition(name, "PK", "SK")); err != nil {
		t.Fatal(err)
	}
	return table{client, name}
}

// definition is that of a table with these keys.
func definition(name, partition, sort string) *dynamodb.CreateTableInput {
	return &dynamodb.CreateTableInput{
		TableName:   &name,
		BillingMode: types.BillingModePayPerRequest,
		KeySchema: []types.KeySchemaElement{
			{AttributeName: &partition, KeyType: types.KeyTypeHash},
			{AttributeName: &sort, KeyType: types.KeyTypeRange},
		},
		AttributeDefinitions: []types.AttributeDefinition{
			{AttributeName: &partition, AttributeType: types.ScalarAttributeTypeS},
			{AttributeName: &sort, AttributeType: types.ScalarAttributeTypeS},
		},
	}
}

func inMemory(t testing.TB) table { return newTable(t, new(singletabletest.Engine).Client()) }

// onEngines runs a test on the in-memory engine and, where TEST_DYNAMODB_URL says where one is, on another.
func onEngines(t *testing.T, test func(*testing.T, table)) {
	t.Helper()
	t.Run("memory", func(t *testing.T) {
		t.Parallel()
		test(t, inMemory(t))
	})
	t.Run("dynamodb", func(t *testing.T) {
		t.Parallel()
		url := os.Getenv("TEST_DYNAMODB_URL")
		if url == "" {
			t.Skip("TEST_DYNAMODB_URL is not set; .ci/dynamodb-local COMMAND runs COMMAND with DynamoDB Local")
		}
		tb := newTable(t, dynamodb.New(dynamodb.Options{
			Region: "us-east-1", BaseEndpoint: &url,
			Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
				return aws.Credentials{AccessKeyID: "test", SecretAccessKey: "test"}, nil
			}),
		}))
		t.Cleanup(func() {
			in := &dynamodb.DeleteTableInput{TableName: &tb.name}
			if _, err := tb.DeleteTable(context.WithoutCancel(t.Context()), in); err != nil {
				t.Error(err)
			}
		})
		test(t, tb)
	})
}

func (tb table) store(opts ...idempotency.StoreOption) *idempotency.Store {
	return idempotency.New(tb.Client, tb.name, opts...)
}

// record reads the record with a partition key, or nil.
func (tb table) record(t testing.TB, key string) item {
	t.Helper()
	out, err := tb.GetItem(context.WithoutCancel(t.Context()), &dynamodb.GetItemInput{
		TableName: &tb.name, ConsistentRead: aws.Bool(true), Key: item{"PK": text(key), "SK": text("IDEMPOTENCY")},
	})
	if err != nil {
		t.Fatal(err)
	}
	return out.Item
}

// change sets attributes of a record, as another process or the passing of time would have.
func (tb table) change(t testing.TB, key string, attributes item) {
	t.Helper()
	it := tb.record(t, key)
	if it == nil {
		it = item{"PK": text(key), "SK": text("IDEMPOTENCY")}
	}
	for name, v := range attributes {
		it[name] = v
	}
	if _, err := tb.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: &tb.name, Item: it}); err != nil {
		t.Fatal(err)
	}
}

func (tb table) remove(t testing.TB, key string) {
	t.Helper()
	in := &dynamodb.DeleteItemInput{TableName: &tb.name, Key: item{"PK": text(key), "SK": text("IDEMPOTENCY")}}
	if _, err := tb.DeleteItem(t.Context(), in); err != nil {
		t.Fatal(err)
	}
}

// lockedBy is the record of another process's call.
func lockedBy(owner string, until time.Time) item {
	return item{
		"status": text("IN_PROGRESS"), "owner": text(owner),
		"locked_until": number(until.UnixMilli()), "expires": number(until.Add(24 * time.Hour).Unix()),
	}
}

func text(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }

func number(n int64) types.AttributeValue {
	return &types.AttributeValueMemberN{Value: strconv.FormatInt(n, 10)}
}

// texts are the attributes of a record that are the same in each run of a test, numbers and strings alike.
func texts(it item, names ...string) string {
	var all []string
	for _, name := range names {
		switch v := it[name].(type) {
		case *types.AttributeValueMemberS:
			all = append(all, v.Value)
		case *types.AttributeValueMemberN:
			all = append(all, v.Value)
		default:
			all = append(all, "-")
		}
	}
	return fmt.Sprint(all)
}
