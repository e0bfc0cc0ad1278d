package main

import (
	"net/http/httptest"
	"net/url"
	"strconv"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/lambdapatterns/lambdapatterns/internal/mototest"
)

func TestWithTraceHeader(t *testing.T) {
	t.Parallel()
	const added = `"MessageSystemAttributes":{"AWSTraceHeader":{"DataType":"String","StringValue":"Root=1"}}`
	for _, test := range []struct{ body, want string }{
		{`{"MessageBody":"é"}`, `{"MessageBody":"é",` + added + `}`},
		{`{"MessageSystemAttributes":null}`, `{` + added + `}`},
		{
			`{"MessageSystemAttributes":{"AWSTraceHeader":{"DataType":"String","StringValue":"its own"}}}`,
			`{"MessageSystemAttributes":{"AWSTraceHeader":{"DataType":"String","StringValue":"its own"}}}`,
		},
		{`{"Entries":[{"Id":"1"},{"Id":"2"}],"QueueUrl":"q"}`, `{"Entries":[{"Id":"1",` + added + `},{"Id":"2",` + added + `}],"QueueUrl":"q"}`},
		{`{"Entries":[null]}`, `{"Entries":[null]}`},
		{`[]`, ""}, {`{"Entries":{}}`, ""}, {`{"MessageSystemAttributes":[]}`, ""},
	} {
		got, err := withTraceHeader([]byte(test.body), "Root=1")
		if string(got) != test.want || (err != nil) != (test.want == "") {
			t.Errorf("%s\ngot %s, %v\nwant %s", test.body, got, err, test.want)
		}
	}
}

// moto's SQS behind traceHeaders hands the header on as Amazon SQS does, and a message is otherwise as it was sent. What is sent in
// a batch is not looked at: moto forgets the system attributes of that.
func TestTraceHeaderOnMoto(t *testing.T) {
	t.Parallel()
	address := mototest.URL(t)
	target, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(traceHeaders(target))
	t.Cleanup(server.Close)
	c := sqsAt(server.URL)
	q, err := createQueue(t.Context(), c, "traced-"+strconv.FormatInt(time.Now().UnixNano(), 36), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _, err := c.DeleteQueue(t.Context(), deleteOf(q.url)); err != nil && t.Context().Err() == nil {
			t.Error(err)
		}
	})
	const header = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"
	traced := func(o *sqs.Options) {
		o.APIOptions = append(o.APIOptions, smithyhttp.AddHeaderValue("X-Amzn-Trace-Id", header))
	}
	if _, err := c.SendMessage(t.Context(), &sqs.SendMessageInput{QueueUrl: &q.url, MessageBody: aws.String("<é>")}, traced); err != nil {
		t.Fatal(err)
	}
	messages, err := q.peek(t.Context(), 1)
	if err != nil || len(messages) != 1 {
		t.Fatalf("%d messages, %v; want 1", len(messages), err)
	}
	if m := messages[0]; m.Attributes["AWSTraceHeader"] != header || m.Body != "<é>" {
		t.Errorf("body %q, trace header %q", m.Body, m.Attributes["AWSTraceHeader"])
	}
}
