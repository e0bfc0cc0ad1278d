package templatetest_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/lambdapatterns/lambdapatterns/singletable"
	"github.com/lambdapatterns/lambdapatterns/templatetest"
)

type (
	user struct {
		ID    string `dynamodbav:"id"`
		Email string `dynamodbav:"email"`
	}
	order struct {
		ID        string `dynamodbav:"id"`
		UserID    string `dynamodbav:"user_id"`
		ExpiresAt int64  `dynamodbav:"expires_at"` // orders that are never paid
	}
	payment struct {
		ID      string `dynamodbav:"id"`
		OrderID string `dynamodbav:"order_id"`
	}
	product struct {
		ID string `dynamodbav:"id"`
	}
)

// newAppTable makes the table of users, orders, payments and products that testdata declares.
func newAppTable() *singletable.Table {
	table := singletable.NewTable(&dynamodb.Client{}, "app-table")
	must(singletable.NewRepo[user](table, singletable.Schema{
		Type: "User",
		Key:  singletable.Pattern("USER#{id}", "PROFILE"),
		GSI1: singletable.Pattern("EMAIL#{email}", "USER#{id}"),
	}))
	must(singletable.NewRepo[order](table, singletable.Schema{
		Type: "Order", Key: singletable.Pattern("USER#{user_id}", "ORDER#{id}"), ExpiresAt: "expires_at",
	}))
	must(singletable.NewRepo[payment](table, singletable.Schema{
		Type: "Payment", Key: singletable.Pattern("ORDER#{order_id}", "PAYMENT#{id}"),
	}))
	must(singletable.NewRepo[product](table, singletable.Schema{
		Type: "Product", Key: singletable.Pattern("PRODUCT#{id}", "METADATA"),
	}))
	return table
}

func must(_ any, err error) {
	if err != nil {
		panic(err)
	}
}

// several is the table of testdata/several.
type several struct{}

func (several) CreateTableInput() *dynamodb.CreateTableInput {
	keys := func(names ...string) []types.KeySchemaElement {
		var all []types.KeySchemaElement
		for _, name := range names {
			name, role, _ := strings.Cut(name, " ")
			all = append(all, types.KeySchemaElement{AttributeName: &name, KeyType: types.KeyType(role)})
		}
		return all
	}
	in := &dynamodb.CreateTableInput{
		KeySchema: keys("PK HASH", "SK RANGE"),
		GlobalSecondaryIndexes: []types.GlobalSecondaryIndex{{
			IndexName:  new("by-year"),
			KeySchema:  keys("tenant HASH", "year HASH", "digest RANGE", "SK RANGE"),
			Projection: &types.Projection{ProjectionType: types.ProjectionTypeAll},
		}},
	}
	for _, a := range []string{"PK S", "SK S", "tenant S", "year N", "digest B"} {
		name, typ, _ := strings.Cut(a, " ")
		in.AttributeDefinitions = append(in.AttributeDefinitions, types.AttributeDefinition{
			AttributeName: &name, AttributeType: types.ScalarAttributeType(typ),
		})
	}
	return in
}

func (several) UpdateTimeToLiveInput() *dynamodb.UpdateTimeToLiveInput { return nil }

func load(t testing.TB, path string) *templatetest.Template {
	t.Helper()
	tmpl, err := templatetest.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	return tmpl
}

// edited writes a copy of the folder testdata/terraform or of testdata/template.yaml, in which old has become new, and returns
// its path. old must be there just once.
func edited(t testing.TB, name, old, new string) string {
	t.Helper()
	path := filepath.Join("testdata", name)
	files := []string{path}
	target := filepath.Join(t.TempDir(), name)
	if name == "terraform" {
		files, _ = filepath.Glob(filepath.Join(path, "*.tf"))
		if err := os.Mkdir(target, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	found := 0
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		found += strings.Count(string(source), old)
		to := target
		if name == "terraform" {
			to = filepath.Join(target, filepath.Base(file))
		}
		write(t, to, strings.Replace(string(source), old, new, 1))
	}
	if found != 1 {
		t.Fatalf("%q is %d times in %s", old, found, path)
	}
	return target
}

func write(t testing.TB, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}
