package sqsbatchtest_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/aws/aws-lambda-go/events"
	"github.com/lambdapatterns/lambdapatterns/sqsbatch/sqsbatchtest"
)

// FuzzRequest sends requests of any form. Each is answered with JSON, errors as the protocol writes them, and a message
// that was taken in comes out with the body that its digest is of.
func FuzzRequest(f *testing.F) {
	f.Add("SendMessage", `{"QueueUrl":"$Q/q","MessageBody":"a","DelaySeconds":0}`)
	f.Add("ReceiveMessage", `{"QueueUrl":"$Q/q","MaxNumberOfMessages":10,"WaitTimeSeconds":20,"VisibilityTimeout":0}`)
	f.Add("CreateQueue", `{"QueueName":"p.fifo","Attributes":{"FifoQueue":"true","RedrivePolicy":"{}"}}`)
	f.Add("DeleteMessageBatch", `{"QueueUrl":"$Q/q","Entries":[{"Id":"1","ReceiptHandle":"AAAA"}]}`)
	f.Fuzz(func(t *testing.T, operation, body string) {
		synctest.Test(t, func(t *testing.T) {
			var s sqsbatchtest.SQS
			q := create(t, &s, "q", nil)
			w := post(t, &s, operation, body)
			if w.Body.Len() > 0 && !json.Valid(w.Body.Bytes()) {
				t.Fatalf("the answer is not JSON: %s", w.Body)
			}
			if w.Code != http.StatusOK {
				var e struct {
					Type    string `json:"__type"`
					Message string `json:"message"`
				}
				if err := json.Unmarshal(w.Body.Bytes(), &e); err != nil || w.Code < 400 || w.Code >= 500 || !strings.Contains(e.Type, "#") ||
					e.Message == "" || w.Header().Get("X-Amzn-Query-Error") == "" {
					t.Fatalf("status %d, headers %v, %s", w.Code, w.Header(), w.Body)
				}
				return
			}
			if operation != "SendMessage" {
				return
			}
			var sent struct{ MessageId, MD5OfMessageBody string }
			if err := json.Unmarshal(w.Body.Bytes(), &sent); err != nil {
				t.Fatal(err)
			}
			messages, err := q.Receive(t.Context(), 1, 0)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range messages { // none when it was delayed
				if m.MessageId != sent.MessageId || m.Md5OfBody != sent.MD5OfMessageBody {
					t.Fatalf("sent %+v, received %+v", sent, m)
				}
			}
		})
	})
}

// FuzzFailures reads responses of any form: either the response is refused, or the failed messages are of the batch,
// and a response that encoding/json can write with them is read in the same way.
func FuzzFailures(f *testing.F) {
	for _, response := range []string{"", "null", `{"batchItemFailures":[{"itemIdentifier":"m1"}]}`, `{"batchItemFailures":[{"itemIdentifier":"m2"},{"itemIdentifier":"m1"}]}`, `{"batchItemFailures":[1]}`} {
		f.Add([]byte(response))
	}
	batch := []events.SQSMessage{{MessageId: "m1"}, {MessageId: "m2"}}
	f.Fuzz(func(t *testing.T, response []byte) {
		failed, err := sqsbatchtest.Failures(batch, response)
		if err != nil {
			if len(failed) > 0 || !errors.Is(err, sqsbatchtest.ErrInvalidResponse) {
				t.Fatalf("failed are %q with %v", failed, err)
			}
			return
		}
		var same events.SQSEventResponse
		for _, id := range failed {
			same.BatchItemFailures = append(same.BatchItemFailures, events.SQSBatchItemFailure{ItemIdentifier: id})
			if id != "m1" && id != "m2" {
				t.Fatalf("failed are %q, not of the batch", failed)
			}
		}
		text, err := json.Marshal(same)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := sqsbatchtest.Failures(batch, text); err != nil || !slices.Equal(again, failed) {
			t.Fatalf("%s reads as %q, %v; want %q", text, again, err, failed)
		}
	})
}
