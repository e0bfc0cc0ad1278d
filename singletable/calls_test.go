package singletable_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/lambdapatterns/lambdapatterns/singletable"
	"github.com/lambdapatterns/lambdapatterns/singletable/singletabletest"
)

// wire is between the SDK's client and the in-memory engine, where answers can be replaced and lost. The SDK's own attempts
// go over it too.
type wire struct {
	engine singletabletest.Engine

	// answer makes the answer to the n-th request of an operation, from 1; nil has the engine answer.
	answer func(op string, n int, perform func() *http.Response) *http.Response

	mu     sync.Mutex
	sent   map[string]int
	bodies []map[string]any
}

func (w *wire) Do(r *http.Request) (*http.Response, error) {
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	r.Body = io.NopCloser(strings.NewReader(string(body)))
	_, op, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	w.mu.Lock()
	if w.sent == nil {
		w.sent = map[string]int{}
	}
	w.sent[op]++
	n := w.sent[op]
	var parsed map[string]any
	if err := json.Unmarshal(body, &parsed); err != nil {
		w.mu.Unlock()
		return nil, err
	}
	w.bodies = append(w.bodies, parsed)
	w.mu.Unlock()
	perform := func() *http.Response {
		rec := httptest.NewRecorder()
		w.engine.ServeHTTP(rec, r)
		return rec.Result()
	}
	var resp *http.Response
	if w.answer != nil {
		resp = w.answer(op, n, perform)
	}
	if resp == nil {
		resp = perform()
	}
	resp.Request = r
	return resp, nil
}

// failure is an answer of the service with an error; fields are further members of it.
func failure(status int, code string, fields string) *http.Response {
	rec := httptest.NewRecorder()
	rec.Header().Set("Content-Type", "application/x-amz-json-1.0")
	rec.WriteHeader(status)
	_, _ = rec.WriteString(`{"__type":"com.amazonaws.dynamodb.v20120810#` + code + `","message":"said the service"` + fields + `}`)
	return rec.Result()
}

// answerOf is an answer with that body.
func answerOf(body string) *http.Response {
	rec := httptest.NewRecorder()
	rec.Header().Set("Content-Type", "application/x-amz-json-1.0")
	_, _ = rec.WriteString(body)
	return rec.Result()
}

// table makes a table behind the wire.
func (w *wire) table(t *testing.T, opts ...singletable.TableOption) *singletable.Table {
	t.Helper()
	table := singletable.NewTable(w.client(), "app", opts...)
	if _, err := w.engine.Client().CreateTable(t.Context(), table.CreateTableInput()); err != nil {
		t.Fatal(err)
	}
	return table
}

// again describes the table that table made.
func (w *wire) again(opts ...singletable.TableOption) *singletable.Table {
	return singletable.NewTable(w.client(), "app", opts...)
}

func (w *wire) client() *dynamodb.Client {
	return w.engine.Client(func(o *dynamodb.Options) { o.HTTPClient = w })
}
