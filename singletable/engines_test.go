package singletable_test

import (
	"context"
	"fmt"
	"os"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/lambdapatterns/lambdapatterns/singletable"
	"github.com/lambdapatterns/lambdapatterns/singletable/singletabletest"
)

// The four entities of the running example.
type (
	User struct {
		ID        string    `dynamodbav:"id"`
		Email     string    `dynamodbav:"email"`
		Name      string    `dynamodbav:"name,omitempty"`
		CreatedAt time.Time `dynamodbav:"created_at"`
	}
	Order struct {
		UserID string   `dynamodbav:"user_id"`
		ID     string   `dynamodbav:"id"`
		Total  int64    `dynamodbav:"total"`
		Tags   []string `dynamodbav:"tags,stringset,omitempty"`
	}
	Payment struct {
		OrderID string `dynamodbav:"order_id"`
		ID      string `dynamodbav:"id"`
		Status  string `dynamodbav:"status"`
	}
	Product struct {
		ID    string `dynamodbav:"id"`
		Price int64  `dynamodbav:"price"`
	}
)

type store struct {
	client   *dynamodb.Client
	table    string
	users    *singletable.Repo[User]
	orders   *singletable.Repo[Order]
	payments *singletable.Repo[Payment]
	products *singletable.Repo[Product]
}

func repo[T any](t testing.TB, table *singletable.Table, s singletable.Schema) *singletable.Repo[T] {
	t.Helper()
	r, err := singletable.NewRepo[T](table, s)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

var tables atomic.Int64

// newStore makes a table of its own with the four repositories.
func newStore(t testing.TB, client *dynamodb.Client) store {
	t.Helper()
	s := store{client: client, table: fmt.Sprintf("app-%d-%d", os.Getpid(), tables.Add(1))}
	table := singletable.NewTable(client, s.table)
	if _, err := client.CreateTable(t.Context(), table.CreateTableInput()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _, err := client.DeleteTable(context.WithoutCancel(t.Context()), &dynamodb.DeleteTableInput{TableName: &s.table}); err != nil {
			t.Error(err)
		}
	})
	s.users = repo[User](t, table, singletable.Schema{
		Type: "User", Key: singletable.Pattern("USER#{id}", "PROFILE"), GSI1: singletable.Pattern("EMAIL#{email}", "USER#{id}"),
	})
	s.orders = repo[Order](t, table, singletable.Schema{Type: "Order", Key: singletable.Pattern("USER#{user_id}", "ORDER#{id}")})
	s.payments = repo[Payment](t, table, singletable.Schema{
		Type: "Payment", Key: singletable.Pattern("ORDER#{order_id}", "PAYMENT#{id}"), GSI1: singletable.Pattern("PAYMENT#{id}", "ORDER#{order_id}"),
	})
	s.products = repo[Product](t, table, singletable.Schema{Type: "Product", Key: singletable.Pattern("PRODUCT#{id}", "METADATA")})
	return s
}

// onEngines runs a test on the in-memory engine and, where TEST_DYNAMODB_URL says where one is, on another.
func onEngines(t *testing.T, test func(*testing.T, store)) {
	t.Run("memory", func(t *testing.T) {
		t.Parallel()
		test(t, newStore(t, new(singletabletest.Engine).Client()))
	})
	t.Run("dynamodb", func(t *testing.T) {
		t.Parallel()
		url := os.Getenv("TEST_DYNAMODB_URL")
		if url == "" {
			t.Skip("TEST_DYNAMODB_URL is not set; .ci/dynamodb-local COMMAND runs COMMAND with DynamoDB Local")
		}
		test(t, newStore(t, dynamodb.New(dynamodb.Options{
			Region: "us-east-1", BaseEndpoint: &url,
			Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
				return aws.Credentials{AccessKeyID: "test", SecretAccessKey: "test"}, nil
			}),
		})))
	})
}

// collect drains a query.
func collect[T any](t *testing.T, seq func(func(T, error) bool)) []T {
	t.Helper()
	var all []T
	for v, err := range seq {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, v)
	}
	return all
}

// stored returns an item as the table holds it.
func (s store) stored(t *testing.T, pk, sk string) map[string]types.AttributeValue {
	t.Helper()
	out, err := s.client.GetItem(t.Context(), &dynamodb.GetItemInput{
		TableName: &s.table, ConsistentRead: aws.Bool(true),
		Key: map[string]types.AttributeValue{"PK": text(pk), "SK": text(sk)},
	})
	if err != nil {
		t.Fatal(err)
	}
	return out.Item
}

func text(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }

func isText(v types.AttributeValue, want string) bool {
	s, ok := v.(*types.AttributeValueMemberS)
	return ok && s.Value == want
}
