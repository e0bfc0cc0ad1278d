package singletabletest

import (
	"net/http"
	"strings"
	"testing"
)

const createCollections = `{"TableName":"collections","BillingMode":"PAY_PER_REQUEST",
	"AttributeDefinitions":[{"AttributeName":"PK","AttributeType":"S"},{"AttributeName":"SK","AttributeType":"N"},{"AttributeName":"L","AttributeType":"S"}],
	"KeySchema":[{"AttributeName":"PK","KeyType":"HASH"},{"AttributeName":"SK","KeyType":"RANGE"}],
	"LocalSecondaryIndexes":[{"IndexName":"byL","Projection":{"ProjectionType":"KEYS_ONLY"},
		"KeySchema":[{"AttributeName":"PK","KeyType":"HASH"},{"AttributeName":"L","KeyType":"RANGE"}]}]}`

func TestItemCollectionMetrics(t *testing.T) {
	t.Parallel()
	e := new(Engine)
	mustRequest(t, e, "CreateTable", createCollections)
	mustRequest(t, e, "CreateTable", createSimple)
	const item = `{"PK":{"S":"a"},"SK":{"N":"1"}}`
	for _, c := range []struct {
		operation, body string
		want            bool
	}{
		{"PutItem", `{"TableName":"collections","Item":` + item + `,"ReturnItemCollectionMetrics":"SIZE"}`, true},
		{"PutItem", `{"TableName":"collections","Item":` + item + `}`, false},
		{"PutItem", `{"TableName":"simple","Item":{"PK":{"S":"a"}},"ReturnItemCollectionMetrics":"SIZE"}`, false},
		{"BatchWriteItem", `{"RequestItems":{"collections":[{"PutRequest":{"Item":` + item + `}}]},"ReturnItemCollectionMetrics":"SIZE"}`, true},
		{"TransactWriteItems", `{"TransactItems":[{"Put":{"TableName":"collections","Item":` + item + `}}],"ReturnItemCollectionMetrics":"SIZE"}`, true},
		{"DeleteItem", `{"TableName":"collections","Key":` + item + `,"ReturnItemCollectionMetrics":"SIZE"}`, true},
		{"DeleteItem", `{"TableName":"collections","Key":` + item + `,"ReturnItemCollectionMetrics":"SIZE"}`, false},
	} {
		answer := mustRequest(t, e, c.operation, c.body)
		if _, got := answer["ItemCollectionMetrics"]; got != c.want {
			t.Errorf("%s %s: %v, want metrics: %v", c.operation, c.body, answer, c.want)
		}
	}
}

// TestKeysAreScalars looks for something inside of keys, in every kind of expression.
func TestKeysAreScalars(t *testing.T) {
	t.Parallel()
	e := new(Engine)
	mustRequest(t, e, "CreateTable", createCollections)
	const key = `"TableName":"collections","Key":{"PK":{"S":"a"},"SK":{"N":"1"}},`
	const query = `"TableName":"collections","KeyConditionExpression":"PK = :a","ExpressionAttributeValues":{":a":{"S":"a"}},`
	for _, c := range []struct{ operation, body, want string }{
		{"GetItem", key + `"ProjectionExpression":"PK.x"`, "not allowed: Key: PK"},
		{"GetItem", key + `"ProjectionExpression":"L[0]"`, "not allowed: IndexKey: L"},
		{"DeleteItem", key + `"ConditionExpression":"attribute_exists(L.x)"`, "not allowed: IndexKey: L"},
		{"UpdateItem", key + `"UpdateExpression":"REMOVE L.x"`, "not allowed: IndexKey: L"},
		{"UpdateItem", key + `"UpdateExpression":"SET x = PK.y"`, "not allowed: Key: PK"},
		{"UpdateItem", key + `"UpdateExpression":"REMOVE PK.x"`, "Cannot update attribute PK"},
		{"Query", query + `"FilterExpression":"attribute_exists(L.x)"`, "not allowed: IndexKey: L"},
		{"Query", strings.Replace(query, "PK =", "PK.x =", 1) + `"Limit":1`, "not allowed: Key: PK"},
		{"Scan", `"TableName":"collections","FilterExpression":"attribute_exists(SK[1])"`, "not allowed: Key: SK"},
	} {
		status, answer := request(t, e, c.operation, `{`+c.body+`}`)
		if text, _ := answer["message"].(string); status != http.StatusBadRequest || !strings.Contains(text, c.want) {
			t.Errorf("%s %s: %d %v, want %q", c.operation, c.body, status, answer, c.want)
		}
	}
}

// TestLastPossibleKey reads up to the limit and looks whether the page ends the query by itself.
func TestLastPossibleKey(t *testing.T) {
	t.Parallel()
	e := new(Engine)
	mustRequest(t, e, "CreateTable", createCollections)
	for _, n := range []string{"1", "2", "3"} {
		mustRequest(t, e, "PutItem", `{"TableName":"collections","Item":{"PK":{"S":"a"},"SK":{"N":"`+n+`"}}}`)
	}
	for _, c := range []struct {
		condition string
		forward   string
		goesOn    bool
	}{
		{"SK <= :two", "true", false},
		{":two >= SK", "true", false},
		{"SK < :three", "true", true},
		{"SK BETWEEN :one AND :two", "true", false},
		{"SK BETWEEN :one AND :two", "false", false},
		{"SK >= :two", "true", true},
		{"SK >= :two", "false", false},
		{":two <= SK", "false", false},
		{":one < SK", "false", true},
	} {
		values := `":a":{"S":"a"}`
		for name, n := range map[string]string{":one": "1", ":two": "2", ":three": "3"} {
			if strings.Contains(c.condition, name) {
				values += `,"` + name + `":{"N":"` + n + `"}`
			}
		}
		answer := mustRequest(t, e, "Query", `{"TableName":"collections","Limit":2,"ScanIndexForward":`+c.forward+
			`,"KeyConditionExpression":"PK = :a AND `+c.condition+`","ExpressionAttributeValues":{`+values+`}}`)
		if _, got := answer["LastEvaluatedKey"]; got != c.goesOn || answer["Count"] != 2.0 {
			t.Errorf("%s, forward %s: %v, want two items and LastEvaluatedKey: %v", c.condition, c.forward, answer, c.goesOn)
		}
	}
}

// TestSubstitutionLimits covers the rules that only raw requests can break, since SDKs do not send such maps.
func TestSubstitutionLimits(t *testing.T) {
	t.Parallel()
	e := new(Engine)
	mustRequest(t, e, "CreateTable", createSimple)
	const get = `"TableName":"simple","Key":{"PK":{"S":"a"}}`
	const put = `"TableName":"simple","Item":{"PK":{"S":"a"}},"ConditionExpression":"x = :x"`
	for _, c := range []struct{ operation, body, want string }{
		{"GetItem", get + `,"ExpressionAttributeNames":{"#a":"a"}`, "can only be specified when using expressions"},
		{"GetItem", get + `,"ProjectionExpression":"a","ExpressionAttributeNames":{}`, "ExpressionAttributeNames must not be empty"},
		{"PutItem", put + `,"ExpressionAttributeValues":{}`, "ExpressionAttributeValues must not be empty"},
		{"PutItem", put + `,"ExpressionAttributeValues":{"x":{"S":"a"}}`, `contains invalid key: Syntax error; key: "x"`},
		{"PutItem", put + `,"ExpressionAttributeValues":{":x":null}`, "null AttributeValue for key :x"},
		{"PutItem", put + `,"ExpressionAttributeValues":{":x":{"S":"` + strings.Repeat("x", maxSubstitutions) + `"}}`, "ExpressionAttributeValues exceeds max size"},
		{"UpdateItem", get + `,"ExpressionAttributeValues":{":x":{"S":"a"}}`, "UpdateExpression and ConditionExpression are null"},
	} {
		status, answer := request(t, e, c.operation, `{`+c.body+`}`)
		if text, _ := answer["message"].(string); status != http.StatusBadRequest || !strings.Contains(text, c.want) {
			t.Errorf("%s %.120s: %d %v, want %q", c.operation, c.body, status, answer, c.want)
		}
	}
}
