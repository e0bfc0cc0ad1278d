package sqsbatchtest_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/lambdapatterns/lambdapatterns/sqsbatch/sqsbatchtest"
)

// clientRequest is a request as a client makes it: its Host is empty, as no server has read it.
func clientRequest(ctx context.Context, t *testing.T, target, operation, body string) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, target, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Host = ""
	r.Header.Set("X-Amz-Target", "AmazonSQS."+operation)
	return r
}

// The URLs of queues have the host to which the request went, with a server in between and without.
func TestTheURLHasTheRequestsHost(t *testing.T) {
	t.Parallel()
	var sqs sqsbatchtest.SQS
	if _, err := sqs.CreateQueue("orders", nil); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(&sqs)
	defer server.Close()
	secure := httptest.NewTLSServer(&sqs)
	defer secure.Close()
	for _, c := range []struct {
		target string
		do     func(*http.Request) (*http.Response, error)
		want   string
	}{
		{"http://sqs.test", sqs.Do, "http://sqs.test"},
		{"https://sqs.test:9324/", sqs.Do, "https://sqs.test:9324"},
		{"/", sqs.Do, "http://localhost"},
		{server.URL, server.Client().Do, server.URL},
		{secure.URL, secure.Client().Do, secure.URL},
	} {
		response, err := c.do(clientRequest(t.Context(), t, c.target, "GetQueueUrl", `{"QueueName":"orders"}`))
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(response.Body)
		response.Body.Close()
		if want := `{"QueueUrl":"` + c.want + `/000000000000/orders"}`; string(text) != want || err != nil || response.StatusCode != http.StatusOK {
			t.Errorf("%s: status %s, %s, %v; want %s", c.target, response.Status, text, err, want)
		}
	}
}

func TestDo(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var sqs sqsbatchtest.SQS
		if _, err := sqs.CreateQueue("orders", nil); err != nil {
			t.Fatal(err)
		}
		for _, body := range []io.ReadCloser{nil, http.NoBody} {
			r := clientRequest(t.Context(), t, "http://sqs.test", "ListQueues", "")
			r.Body = body
			response, err := sqs.Do(r)
			if err != nil || response.Status != "400 Bad Request" || response.Header.Get("X-Amzn-Query-Error") == "" {
				t.Errorf("without a body: %+v, %v", response, err)
			}
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		response, err := sqs.Do(clientRequest(ctx, t, "http://sqs.test", "ReceiveMessage",
			`{"QueueUrl":"http://sqs.test/000000000000/orders","WaitTimeSeconds":20}`))
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("a receive that waits longer than its context: %+v, %v", response, err)
		}
	})
}
