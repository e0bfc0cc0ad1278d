package singletable_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/lambdapatterns/lambdapatterns/singletable"
)

// A table without indexes is made, described and used as one.
func TestTableWithoutGSI1(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, s store) {
		name := s.table + "-bare"
		table := singletable.NewTable(s.client, name, singletable.WithoutGSI1(), nil)
		in := table.CreateTableInput()
		if len(in.GlobalSecondaryIndexes) != 0 || len(in.AttributeDefinitions) != 2 {
			t.Fatalf("the definition has %d indexes and %d attributes", len(in.GlobalSecondaryIndexes), len(in.AttributeDefinitions))
		}
		if _, err := s.client.CreateTable(t.Context(), in); err != nil {
			t.Fatal(err)
		}
		defer func() {
			if _, err := s.client.DeleteTable(t.Context(), &dynamodb.DeleteTableInput{TableName: &name}); err != nil {
				t.Error(err)
			}
		}()
		type thing struct {
			ID     string `dynamodbav:"id"`
			GSI1PK string // which is nothing of this table's
		}
		things := repo[thing](t, table, singletable.Schema{Type: "Thing", Key: singletable.Pattern("THING#{id}", "THING")})
		v := thing{ID: "a", GSI1PK: "mine"}
		if err := things.Create(t.Context(), v); err != nil {
			t.Fatal(err)
		}
		if got, err := things.One(t.Context(), v, singletable.Consistent()); err != nil || got != v {
			t.Errorf("got %+v, %v", got, err)
		}
		_, err := things.GSI1().One(t.Context(), v)
		if !errors.Is(err, singletable.ErrKey) || !strings.Contains(err.Error(), "the table has no index") {
			t.Errorf("through GSI1: %v", err)
		}
		for _, text := range []string{table.Describe(), table.Terraform(), table.CloudFormation()} {
			if strings.Contains(text, "GSI1") || strings.Contains(strings.ToLower(text), "secondary") {
				t.Errorf("there is an index in\n%s", text)
			}
		}
	})
	// The first index of WithIndex is not GSI1 for that.
	table := singletable.NewTable(&dynamodb.Client{}, "app", singletable.WithoutGSI1(), singletable.WithIndex("ByMail", "MPK", "MSK"))
	if err := errOf[Reader](table, singletable.Schema{
		Type: "Reader", Key: singletable.Pattern("READER#{id}", "PROFILE"),
		Indexes: map[string]singletable.KeyPattern{"ByMail": singletable.Pattern("MAIL#{email}", "READER#{id}")},
	}); err != nil {
		t.Error(err)
	}
}
