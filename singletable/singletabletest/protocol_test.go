package singletabletest

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// request sends an operation as any client would, and returns the answer.
func request(t *testing.T, e http.Handler, operation, body string) (status int, answer map[string]any) {
	t.Helper()
	r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(body))
	r.Header.Set("X-Amz-Target", targetPrefix+operation)
	w := httptest.NewRecorder()
	e.ServeHTTP(w, r)
	if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil {
		t.Fatalf("%s answered with %q: %v", operation, w.Body, err)
	}
	if got := w.Header().Get("Content-Type"); got != contentType {
		t.Errorf("%s: Content-Type %q, want %q", operation, got, contentType)
	}
	return w.Code, answer
}

// mustRequest is request for what has to succeed.
func mustRequest(t *testing.T, e http.Handler, operation, body string) map[string]any {
	t.Helper()
	status, answer := request(t, e, operation, body)
	if status != http.StatusOK {
		t.Fatalf("%s: %d %v", operation, status, answer)
	}
	return answer
}

const createSimple = `{"TableName":"simple","BillingMode":"PAY_PER_REQUEST",
	"AttributeDefinitions":[{"AttributeName":"PK","AttributeType":"S"}],
	"KeySchema":[{"AttributeName":"PK","KeyType":"HASH"}]}`

func TestProtocolErrors(t *testing.T) {
	t.Parallel()
	e := new(Engine)
	mustRequest(t, e, "CreateTable", createSimple)
	for _, c := range []struct {
		name, operation, body, wantType, wantMessage string
		wantStatus                                   int
	}{
		{"unknown operation", "RestoreTable", `{}`, codeUnknownOperation, "unknown operation", 400},
		{"no JSON", "GetItem", `{`, codeSerialization, "not valid JSON", 400},
		{"JSON of another type", "GetItem", `{"TableName":7}`, codeSerialization, `"TableName"`, 400},
		{"bad base64", "PutItem", `{"TableName":"simple","Item":{"PK":{"B":"!"}}}`, codeSerialization, "not valid JSON", 400},
		{"no body", "GetItem", ``, codeValidation, "tableName", 400},
		{"too large", "GetItem", strings.Repeat(" ", maxRequestBody+1), codeRequestEntityTooLarge, "exceeded", 413},
		{"two types", "PutItem", `{"TableName":"simple","Item":{"PK":{"S":"a","N":"1"}}}`, codeValidation, "more than one datatypes", 400},
		{"no type", "PutItem", `{"TableName":"simple","Item":{"PK":{}}}`, codeValidation, "is empty", 400},
		{"null value", "PutItem", `{"TableName":"simple","Item":{"PK":null}}`, codeValidation, "PK is null", 400},
		{"null in a list", "PutItem", `{"TableName":"simple","Item":{"PK":{"S":"a"},"l":{"L":[null]}}}`, codeValidation, "null AttributeValue", 400},
		{"NULL false", "PutItem", `{"TableName":"simple","Item":{"PK":{"S":"a"},"x":{"NULL":false}}}`, codeValidation, "must have the value of true", 400},
		{"stream", "CreateTable", strings.Replace(createSimple, `"simple",`, `"streamed","StreamSpecification":{"StreamEnabled":true,"StreamViewType":"ALL"},`, 1), codeValidation, "'streamSpecification.streamViewType'", 400},
		{"half a stream", "CreateTable", strings.Replace(createSimple, `"simple",`, `"streamed","StreamSpecification":{"StreamViewType":"KEYS_ONLY"},`, 1), codeValidation, "'streamSpecification.streamEnabled'", 400},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			status, answer := request(t, e, c.operation, c.body)
			gotType, _ := answer["__type"].(string)
			gotMessage, _ := answer["message"].(string)
			if status != c.wantStatus || !strings.HasSuffix(gotType, "#"+c.wantType) || !strings.Contains(gotMessage, c.wantMessage) {
				t.Errorf("%d %v, want %d %s with %q", status, answer, c.wantStatus, c.wantType, c.wantMessage)
			}
		})
	}
}

func TestOnlyPostIsServed(t *testing.T) {
	t.Parallel()
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.Header.Set("X-Amz-Target", targetPrefix+"ListTables")
	w := httptest.NewRecorder()
	new(Engine).ServeHTTP(w, r)
	if w.Code != http.StatusBadRequest || !strings.Contains(w.Body.String(), codeUnknownOperation) {
		t.Errorf("GET: %d %s", w.Code, w.Body)
	}
}

// TestLegacyParametersAreRefused sends every legacy parameter where the service takes it.
func TestLegacyParametersAreRefused(t *testing.T) {
	t.Parallel()
	e := new(Engine)
	mustRequest(t, e, "CreateTable", createSimple)
	for parameter, operations := range map[string][]string{
		"Expected":            {"PutItem", "DeleteItem", "UpdateItem"},
		"ConditionalOperator": {"PutItem", "DeleteItem", "UpdateItem", "Query", "Scan"},
		"AttributeUpdates":    {"UpdateItem"},
		"AttributesToGet":     {"GetItem", "Query", "Scan"},
		"KeyConditions":       {"Query"},
		"QueryFilter":         {"Query"},
		"ScanFilter":          {"Scan"},
	} {
		for _, operation := range operations {
			const given = `{"TableName":"simple","Key":{"PK":{"S":"a"}},"Item":{"PK":{"S":"a"}},`
			status, answer := request(t, e, operation, given+`"`+parameter+`":{}}`)
			if text, _ := answer["message"].(string); status != http.StatusBadRequest || !strings.Contains(text, "legacy parameter "+parameter) {
				t.Errorf("%s with %s: %d %v", operation, parameter, status, answer)
			}
			if operation != "Query" { // which needs a key condition
				mustRequest(t, e, operation, given+`"`+parameter+`":null}`)
			}
		}
	}
	status, answer := request(t, e, "BatchGetItem", `{"RequestItems":{"simple":{"Keys":[{"PK":{"S":"a"}}],"AttributesToGet":["PK"]}}}`)
	if text, _ := answer["message"].(string); status != http.StatusBadRequest || !strings.Contains(text, "AttributesToGet") {
		t.Errorf("BatchGetItem with AttributesToGet: %d %v", status, answer)
	}
}

func TestUnprocessedKeysCanBeSentAgain(t *testing.T) {
	t.Parallel()
	e := new(Engine)
	mustRequest(t, e, "CreateTable", createSimple)
	keys := make([]string, 0, 42)
	for i := range cap(keys) {
		key := `"PK":{"S":"` + integer(i).String() + `"}`
		keys = append(keys, "{"+key+"}")
		mustRequest(t, e, "PutItem", `{"TableName":"simple","Item":{`+key+`,"x":{"S":"`+strings.Repeat("x", 400_000)+`"}}}`)
	}
	request := `{"simple":{"Keys":[` + strings.Join(keys, ",") + `],"ProjectionExpression":"#k","ExpressionAttributeNames":{"#k":"PK"}}}`
	found := map[string]bool{}
	rounds := 0
	for request != "{}" && rounds < 5 {
		rounds++
		answer := mustRequest(t, e, "BatchGetItem", `{"RequestItems":`+request+`}`)
		for _, item := range answer["Responses"].(map[string]any)["simple"].([]any) {
			if len(item.(map[string]any)) != 1 {
				t.Fatalf("the projection is lost: %v", item)
			}
			found[item.(map[string]any)["PK"].(map[string]any)["S"].(string)] = true
		}
		left, err := json.Marshal(answer["UnprocessedKeys"])
		if err != nil {
			t.Fatal(err)
		}
		request = string(left)
	}
	if len(found) != len(keys) || rounds != 2 {
		t.Errorf("%d of %d items in %d requests, want all in 2", len(found), len(keys), rounds)
	}
}

func TestCancelledRequest(t *testing.T) {
	t.Parallel()
	e := new(Engine)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r := httptest.NewRequestWithContext(ctx, http.MethodPost, "/", strings.NewReader(createSimple))
	r.Header.Set("X-Amz-Target", targetPrefix+"CreateTable")
	w := httptest.NewRecorder()
	e.ServeHTTP(w, r)
	if w.Body.Len() > 0 {
		t.Errorf("a cancelled request was answered with %s", w.Body)
	}
	if answer := mustRequest(t, e, "ListTables", `{}`); len(answer["TableNames"].([]any)) != 0 {
		t.Errorf("a cancelled request made a table: %v", answer)
	}
}
