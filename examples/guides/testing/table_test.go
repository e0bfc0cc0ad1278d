package testing

import (
	"errors"
	"net/http"
	"os"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/lambdapatterns/lambdapatterns/examples/guides/modelling"
	"github.com/lambdapatterns/lambdapatterns/singletable"
	"github.com/lambdapatterns/lambdapatterns/singletable/singletabletest"
)

// newClient is a client of DynamoDB in memory, or of a real engine where TEST_DYNAMODB_URL names one.
func newClient(t *testing.T) *dynamodb.Client {
	url := os.Getenv("TEST_DYNAMODB_URL")
	if url == "" {
		return new(singletabletest.Engine).Client()
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	t.Cleanup(transport.CloseIdleConnections)
	return dynamodb.New(dynamodb.Options{
		BaseEndpoint: aws.String(url), Region: "us-east-1", HTTPClient: &http.Client{Transport: transport},
		Credentials: credentials.NewStaticCredentialsProvider("test", "test", ""),
	})
}

func TestEmailsAreUnique(t *testing.T) {
	t.Parallel()
	ctx, client := t.Context(), newClient(t)
	table := singletable.NewTable(client, t.Name())
	if _, err := client.CreateTable(ctx, table.CreateTableInput()); err != nil {
		t.Fatal(err)
	}
	store, err := modelling.NewStore(table)
	if err != nil {
		t.Fatal(err)
	}
	if err := store.Users.Create(ctx, modelling.User{ID: "usr_1", Email: "ada@example.com"}); err != nil {
		t.Fatal(err)
	}
	if err := store.Users.Create(ctx, modelling.User{ID: "usr_2", Email: "ada@example.com"}); !errors.Is(err, singletable.ErrExists) {
		t.Errorf("the second user with the address: %v", err)
	}
}

func TestAnswerIsLost(t *testing.T) {
	t.Parallel()
	ctx, engine := t.Context(), new(singletabletest.Engine)
	table := singletable.NewTable(engine.Client(), "app-table")
	if _, err := engine.Client().CreateTable(ctx, table.CreateTableInput()); err != nil {
		t.Fatal(err)
	}
	store, err := modelling.NewStore(table)
	if err != nil {
		t.Fatal(err)
	}
	product := modelling.Product{ID: "prod_101", Stock: 3}
	if err := store.Products.Create(ctx, product); err != nil {
		t.Fatal(err)
	}

	lost := engine.Inject(singletabletest.Fault{Operations: []string{"UpdateItem"}, Times: 1, Do: singletabletest.AnswerLost()})
	err = store.Products.Update(ctx, product, func(p *modelling.Product) error {
		p.Stock--
		return nil
	})
	if lost.Struck() != 1 {
		t.Fatal("no answer was lost, so this proves nothing")
	}
	stored, getErr := store.Products.Get(ctx, product)
	if getErr != nil || stored.Stock != 2 || !errors.Is(err, singletable.ErrUncertain) {
		t.Errorf("the stock is %d (%v), and the update said %v", stored.Stock, getErr, err)
	}
}
