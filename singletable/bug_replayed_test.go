package singletable_test

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/lambdapatterns/lambdapatterns/singletable"
	"github.com/lambdapatterns/lambdapatterns/singletable/singletabletest"
)

// replaying lets net/http send a request again on another connection when the first one breaks, as coldstart's client does. The
// SDK does not see it and counts one attempt.
type replaying struct{ http.Transport }

func (r *replaying) Do(req *http.Request) (*http.Response, error) {
	req = req.Clone(req.Context())
	req.Header["X-Idempotency-Key"] = nil
	body, err := io.ReadAll(req.Body)
	if err != nil {
		return nil, err
	}
	req.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(body)), nil }
	req.Body, _ = req.GetBody()
	return r.RoundTrip(req)
}

// A write that the HTTP client had sent twice met its own item, and failed with ErrExists or ErrConflict though it was performed.
func TestAWriteThatTheHTTPClientReplayedMeetsItsOwn(t *testing.T) {
	t.Parallel()
	type ticket struct {
		ID      string    `dynamodbav:"id"`
		Seats   int       `dynamodbav:"seats"`
		Version int64     `dynamodbav:"version"`
		Created time.Time `dynamodbav:"created"`
		Updated time.Time `dynamodbav:"updated"`
	}
	engine := new(singletabletest.Engine)
	server := httptest.NewServer(engine)
	defer server.Close()
	client := engine.Client(func(o *dynamodb.Options) { o.BaseEndpoint, o.HTTPClient = &server.URL, &replaying{} })
	table := singletable.NewTable(client, "tickets")
	if _, err := client.CreateTable(t.Context(), table.CreateTableInput()); err != nil {
		t.Fatal(err)
	}
	tickets, err := singletable.NewRepo[ticket](table, singletable.Schema{
		Type: "Ticket", Key: singletable.Pattern("TICKET#{id}", "TICKET"), Version: "version", CreatedAt: "created", UpdatedAt: "updated",
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, operation := range []string{"PutItem", "UpdateItem"} {
		engine.Inject(singletabletest.Fault{Do: singletabletest.AnswerLost(), Operations: []string{operation}, Times: 1})
	}
	v := ticket{ID: "t1", Seats: 2}
	if err := tickets.Create(t.Context(), v, singletable.Stored(&v)); err != nil {
		t.Fatalf("create: %v", err)
	}
	changes := 0
	if err := tickets.Update(t.Context(), v, func(v *ticket) error { changes++; v.Seats--; return nil }); err != nil || changes != 1 {
		t.Fatalf("update: %v after %d changes", err, changes)
	}
	if got, err := tickets.Get(t.Context(), v, singletable.Consistent()); err != nil || got.Seats != 1 || got.Version != 2 {
		t.Errorf("%+v, %v", got, err)
	}
}
