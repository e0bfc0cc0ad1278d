package singletabletest

import (
	"net/http"
	"slices"
	"strings"
	"testing"
)

const createGames = `{"TableName":"games","BillingMode":"PAY_PER_REQUEST",
	"AttributeDefinitions":[{"AttributeName":"PK","AttributeType":"S"},{"AttributeName":"league","AttributeType":"S"},
		{"AttributeName":"season","AttributeType":"N"},{"AttributeName":"round","AttributeType":"N"},{"AttributeName":"team","AttributeType":"S"}],
	"KeySchema":[{"AttributeName":"PK","KeyType":"HASH"}],
	"GlobalSecondaryIndexes":[{"IndexName":"byRound","Projection":{"ProjectionType":"ALL"},"KeySchema":[
		{"AttributeName":"league","KeyType":"HASH"},{"AttributeName":"season","KeyType":"HASH"},
		{"AttributeName":"round","KeyType":"RANGE"},{"AttributeName":"team","KeyType":"RANGE"}]}]}`

// TestIndexKeysOfSeveralAttributes covers the rules of "Multi-attribute keys pattern": equality on all of the partition
// key, and on the sort key from the left, with one other condition at the end.
func TestIndexKeysOfSeveralAttributes(t *testing.T) {
	t.Parallel()
	e := new(Engine)
	mustRequest(t, e, "CreateTable", createGames)
	for i, game := range []string{
		`"league":{"S":"a"},"season":{"N":"2025"},"round":{"N":"10"},"team":{"S":"x"}`,
		`"league":{"S":"a"},"season":{"N":"2025"},"round":{"N":"9"},"team":{"S":"y"}`,
		`"league":{"S":"a"},"season":{"N":"2025"},"round":{"N":"9"},"team":{"S":"x"}`,
		`"league":{"S":"a"},"season":{"N":"2026"},"round":{"N":"1"},"team":{"S":"x"}`,
		`"league":{"S":"a"},"season":{"N":"2025"},"round":{"N":"9"}`, // not in the index
	} {
		mustRequest(t, e, "PutItem", `{"TableName":"games","Item":{"PK":{"S":"`+integer(i).String()+`"},`+game+`}}`)
	}
	const values = `":a":{"S":"a"},":s":{"N":"2025"}`
	for _, c := range []struct {
		condition, values string
		want              []string
		refused           string
	}{
		{"league = :a AND season = :s", values, []string{"2", "1", "0"}, ""},
		{"season = :s AND league = :a AND round = :r", values + `,":r":{"N":"9.0"}`, []string{"2", "1"}, ""},
		{"league = :a AND season = :s AND round > :r", values + `,":r":{"N":"9"}`, []string{"0"}, ""},
		{"league = :a AND season = :s AND round = :r AND team > :t", values + `,":r":{"N":"9"},":t":{"S":"x"}`, []string{"1"}, ""},
		{"league = :a AND season = :s AND round = :r AND begins_with(team, :t)", values + `,":r":{"N":"9"},":t":{"S":"x"}`, []string{"2"}, ""},
		{"league = :a", `":a":{"S":"a"}`, nil, "HASH key attributes season must have equality conditions"},
		{"league = :a AND season > :s", values, nil, "HASH key attributes season must have equality conditions"},
		{"league = :a AND season = :s AND team = :t", values + `,":t":{"S":"x"}`, nil, "RANGE key attributes round must have equality conditions"},
		{"league = :a AND season = :s AND round > :r AND team = :t", values + `,":r":{"N":"9"},":t":{"S":"x"}`, nil, "RANGE key attributes round must have equality conditions"},
	} {
		status, answer := request(t, e, "Query", `{"TableName":"games","IndexName":"byRound","KeyConditionExpression":"`+c.condition+
			`","ExpressionAttributeValues":{`+c.values+`}}`)
		if c.refused != "" {
			if text, _ := answer["message"].(string); status != http.StatusBadRequest || !strings.Contains(text, c.refused) {
				t.Errorf("%s: %d %v, want %q", c.condition, status, answer, c.refused)
			}
			continue
		}
		var got []string
		for _, item := range answer["Items"].([]any) {
			got = append(got, item.(map[string]any)["PK"].(map[string]any)["S"].(string))
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.condition, got, c.want)
		}
	}
}

func TestPagingOverSeveralAttributes(t *testing.T) {
	t.Parallel()
	e := new(Engine)
	mustRequest(t, e, "CreateTable", createGames)
	mustRequest(t, e, "PutItem", `{"TableName":"games","Item":{"PK":{"S":"1"},"league":{"S":"a"},"season":{"N":"1"},"round":{"N":"2"},"team":{"S":"x"}}}`)
	answer := mustRequest(t, e, "Query", `{"TableName":"games","IndexName":"byRound","Limit":1,"KeyConditionExpression":"league = :a AND season = :s",
		"ExpressionAttributeValues":{":a":{"S":"a"},":s":{"N":"1"}}}`)
	if last := answer["LastEvaluatedKey"].(map[string]any); len(last) != 5 {
		t.Errorf("LastEvaluatedKey %v, want the index's four attributes and the table's one", last)
	}
}
