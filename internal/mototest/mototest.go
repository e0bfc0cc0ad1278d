// Package mototest calls moto's server, an emulator of AWS services, for tests that hold code against it: .ci/moto starts one.
// It speaks the AWS JSON protocol itself, so that packages that must not know the AWS SDK can use it.
package mototest

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"testing"
)

// URL is where the server is. Without TEST_MOTO_URL the test is skipped, or fails if TEST_MOTO_REQUIRED is 1.
func URL(t testing.TB) string {
	t.Helper()
	url := os.Getenv("TEST_MOTO_URL")
	if url == "" {
		if os.Getenv("TEST_MOTO_REQUIRED") == "1" {
			t.Fatal("TEST_MOTO_REQUIRED is 1, but TEST_MOTO_URL is not set")
		}
		t.Skip("NOT CHECKED: needs moto's server; run this with .ci/moto")
	}
	return url
}

// Call calls an action by its X-Amz-Target, such as "AWSEvents.PutRule" or "AmazonSQS.ReceiveMessage", and fails the test
// when that does not succeed. out may be nil.
func Call(t testing.TB, target string, in, out any) {
	t.Helper()
	service := "events"
	switch name, _, _ := strings.Cut(target, "."); name {
	case "AmazonSQS":
		service = "sqs"
	case "AWSStepFunctions":
		service = "states"
	}
	body, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, URL(t), bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-amz-json-1.1")
	req.Header.Set("X-Amz-Target", target)
	req.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/"+service+"/aws4_request, SignedHeaders=host, Signature=0")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	if resp.StatusCode != http.StatusOK {
		t.Fatalf("%s: status %d: %s", target, resp.StatusCode, data)
	}
	if out == nil {
		return
	}
	if err := json.Unmarshal(data, out); err != nil {
		t.Fatalf("%s: %v", target, err)
	}
}

// Queue makes a queue and returns its URL and ARN.
func Queue(t testing.TB, name string) (url, arn string) {
	t.Helper()
	var made struct{ QueueUrl string }
	Call(t, "AmazonSQS.CreateQueue", map[string]any{"QueueName": name}, &made)
	var is struct{ Attributes map[string]string }
	Call(t, "AmazonSQS.GetQueueAttributes", map[string]any{"QueueUrl": made.QueueUrl, "AttributeNames": []string{"QueueArn"}}, &is)
	return made.QueueUrl, is.Attributes["QueueArn"]
}

// Receive takes all messages out of a queue, deletes them and returns their bodies. Call it often: moto goes through all messages
// of a queue for each that it sends or receives.
func Receive(t testing.TB, url string) []string {
	t.Helper()
	var bodies []string
	for {
		var got struct {
			Messages []struct{ Body, ReceiptHandle string }
		}
		Call(t, "AmazonSQS.ReceiveMessage", map[string]any{"QueueUrl": url, "MaxNumberOfMessages": 10, "VisibilityTimeout": 600}, &got)
		if len(got.Messages) == 0 {
			return bodies
		}
		var done []map[string]string
		for _, m := range got.Messages {
			bodies = append(bodies, m.Body)
			done = append(done, map[string]string{"Id": strconv.Itoa(len(done)), "ReceiptHandle": m.ReceiptHandle})
		}
		Call(t, "AmazonSQS.DeleteMessageBatch", map[string]any{"QueueUrl": url, "Entries": done}, nil)
	}
}
