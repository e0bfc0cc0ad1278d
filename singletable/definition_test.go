package singletable_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/lambdapatterns/lambdapatterns/singletable"
	"github.com/lambdapatterns/lambdapatterns/singletable/singletabletest"
)

func TestOneTimeToLiveAttributeATable(t *testing.T) {
	t.Parallel()
	type thing struct {
		ID    string `dynamodbav:"id"`
		Until int64  `dynamodbav:"until"`
		Ends  int64  `dynamodbav:"ends"`
	}
	a := singletable.Schema{Type: "A", Key: singletable.Pattern("A#{id}", "A"), ExpiresAt: "until"}
	b := singletable.Schema{Type: "B", Key: singletable.Pattern("B#{id}", "B"), ExpiresAt: "ends"}
	lasting := singletable.Schema{Type: "A", Key: singletable.Pattern("A#{id}", "A")}

	table := singletable.NewTable(&dynamodb.Client{}, "app")
	if err := errOf[thing](table, lasting); err != nil || table.UpdateTimeToLiveInput() != nil {
		t.Errorf("nothing expires: got %v, %v", table.UpdateTimeToLiveInput(), err)
	}
	if err := errOf[thing](table, a); err != nil {
		t.Fatal(err)
	}
	err := errOf[thing](table, b)
	if err == nil || !strings.Contains(err.Error(), `B: ExpiresAt: the attribute is "ends", and table app has "until" already`) {
		t.Errorf("another attribute: got %v", err)
	}
	// Another view of a type replaces the first in the table's eyes, and takes nothing from the table by that.
	if err := errOf[thing](table, lasting); err != nil {
		t.Fatal(err)
	}
	if got := *table.UpdateTimeToLiveInput().TimeToLiveSpecification.AttributeName; got != "until" {
		t.Errorf("the attribute is %q, want until", got)
	}
	b.ExpiresAt = "until"
	if err := errOf[thing](table, b); err != nil {
		t.Errorf("the same attribute: %v", err)
	}
}

func TestWithTimeToLive(t *testing.T) {
	t.Parallel()
	type thing struct {
		ID    string `dynamodbav:"id"`
		Until int64  `dynamodbav:"until"`
	}
	schema := singletable.Schema{Type: "A", Key: singletable.Pattern("A#{id}", "A"), ExpiresAt: "until"}
	for name, ok := range map[string]bool{"until": true, "other": false, "": false, "SK": false, "GSI1PK": false, "_type": false} {
		table := singletable.NewTable(&dynamodb.Client{}, "app", singletable.WithTimeToLive(name))
		if err := errOf[thing](table, schema); (err == nil) != ok {
			t.Errorf("WithTimeToLive(%q): got error %v", name, err)
		}
	}
	table := singletable.NewTable(&dynamodb.Client{}, "app", singletable.WithTimeToLive("expires"))
	for _, text := range []string{table.Terraform(), table.CloudFormation()} {
		if !strings.Contains(text, "expires") {
			t.Errorf("no time to live in:\n%s", text)
		}
	}
}

func TestTimeToLiveIsSwitchedOn(t *testing.T) {
	t.Parallel()
	client := new(singletabletest.Engine).Client()
	table := singletable.NewTable(client, "app", singletable.WithTimeToLive("expires"))
	if _, err := client.CreateTable(t.Context(), table.CreateTableInput()); err != nil {
		t.Fatal(err)
	}
	if _, err := client.UpdateTimeToLive(t.Context(), table.UpdateTimeToLiveInput()); err != nil {
		t.Fatal(err)
	}
	name := "app"
	out, err := client.DescribeTimeToLive(t.Context(), &dynamodb.DescribeTimeToLiveInput{TableName: &name})
	if err != nil {
		t.Fatal(err)
	}
	d := out.TimeToLiveDescription
	if d.TimeToLiveStatus != types.TimeToLiveStatusEnabled || *d.AttributeName != "expires" {
		t.Errorf("got %s of %s", d.TimeToLiveStatus, *d.AttributeName)
	}
}
