package singletabletest_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// protocolCases send what the SDK would not write.
func protocolCases() []conformanceCase {
	put := func(value, phrase string) func(*testing.T, database) {
		return func(t *testing.T, db database) {
			table := db.table(byPK)
			body := fmt.Sprintf(`{"TableName":%q,"Item":{"PK":{"S":"a"},"x":%s}}`, table, value)
			refused(t, db.raw("DynamoDB_20120810.PutItem", body), &dynamodb.ListTablesInput{}, invalid, phrase)
			db.holds(table)
		}
	}
	const two = "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes"
	const none = "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"
	return []conformanceCase{
		{"an unknown operation", func(t *testing.T, db database) {
			refused(t, db.raw("DynamoDB_20120810.FrobnicateTable", "{}"), &dynamodb.ListTablesInput{}, "UnknownOperationException")
		}},
		{"a value of two types", put(`{"S":"a","N":"1"}`, two)},
		{"a value of no type", put(`{}`, none)},
		{"an element of two types", put(`{"L":[{"S":"a"},{"S":"a","BOOL":true}]}`, two)},
		{"an element of no type", put(`{"L":[{"S":"a"},{}]}`, none)},
		{"a member of no type", put(`{"M":{"k":{}}}`, none)},
	}
}

// raw is an operation that sends a target and a body of its own.
func (db database) raw(target, body string) operation[*dynamodb.ListTablesInput, *dynamodb.ListTablesOutput] {
	client := dynamodb.New(db.Options(), func(o *dynamodb.Options) { o.HTTPClient = rewriting{o.HTTPClient, target, body} })
	return client.ListTables
}

// rewriting puts another operation in the place of each request's own.
type rewriting struct {
	client       dynamodb.HTTPClient
	target, body string
}

func (w rewriting) Do(r *http.Request) (*http.Response, error) {
	r.Header.Set("X-Amz-Target", w.target)
	r.Body, r.ContentLength = io.NopCloser(strings.NewReader(w.body)), int64(len(w.body))
	return w.client.Do(r)
}
