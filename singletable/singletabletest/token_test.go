package singletabletest

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestTokenExpires(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		e := new(Engine)
		mustRequest(t, e, "CreateTable", createSimple)
		const add = `{"ClientRequestToken":"token","TransactItems":[{"Update":{"TableName":"simple","Key":{"PK":{"S":"a"}},` +
			`"UpdateExpression":"ADD n :n","ExpressionAttributeValues":{":n":{"N":"1"}}}}]}`
		total := func() string {
			answer := mustRequest(t, e, "GetItem", `{"TableName":"simple","Key":{"PK":{"S":"a"}}}`)
			return answer["Item"].(map[string]any)["n"].(map[string]any)["N"].(string)
		}
		mustRequest(t, e, "TransactWriteItems", add)
		time.Sleep(tokenLifetime - time.Second)
		mustRequest(t, e, "TransactWriteItems", add)
		if got := total(); got != "1" {
			t.Errorf("a repeated token counted to %s, want 1", got)
		}
		status, answer := request(t, e, "TransactWriteItems", strings.Replace(add, `{"N":"1"}`, `{"N":"2"}`, 1))
		if kind, _ := answer["__type"].(string); status != http.StatusBadRequest || !strings.HasSuffix(kind, codeIdempotentMismatch) {
			t.Errorf("a token with other actions: %d %v", status, answer)
		}
		time.Sleep(time.Second)
		mustRequest(t, e, "TransactWriteItems", add)
		if got := total(); got != "2" {
			t.Errorf("an old token counted to %s, want 2", got)
		}
	})
}

// TestTokenIgnoresTheOrderOfAttributes sends the same action with its JSON in another order, as SDKs do on a retry.
func TestTokenIgnoresTheOrderOfAttributes(t *testing.T) {
	t.Parallel()
	e := new(Engine)
	mustRequest(t, e, "CreateTable", createSimple)
	for _, item := range []string{`{"PK":{"S":"a"},"x":{"M":{"y":{"N":"1"},"z":{"N":"2"}}}}`, `{"x":{"M":{"z":{"N":"2"},"y":{"N":"1"}}},"PK":{"S":"a"}}`} {
		mustRequest(t, e, "TransactWriteItems", `{"ClientRequestToken":"token","TransactItems":[{"Put":{"Item":`+item+`,"TableName":"simple"}}]}`)
	}
}

// TestTokenOutlivesItsTable repeats a transaction after its table was made anew with another key.
func TestTokenOutlivesItsTable(t *testing.T) {
	t.Parallel()
	e := new(Engine)
	const put = `{"ClientRequestToken":"token","ReturnConsumedCapacity":"TOTAL","TransactItems":[{"Put":{"Item":{"PK":{"S":"a"}},"TableName":"simple"}}]}`
	mustRequest(t, e, "CreateTable", createSimple)
	mustRequest(t, e, "TransactWriteItems", put)
	mustRequest(t, e, "DeleteTable", `{"TableName":"simple"}`)
	mustRequest(t, e, "CreateTable", strings.Replace(createSimple, `"AttributeType":"S"`, `"AttributeType":"N"`, 1))
	mustRequest(t, e, "TransactWriteItems", put)
}
