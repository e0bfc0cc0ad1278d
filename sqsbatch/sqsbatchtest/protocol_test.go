package sqsbatchtest_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/lambdapatterns/lambdapatterns/sqsbatch/sqsbatchtest"
)

const base = "http://sqs.test:9324/000000000000/"

// post makes an API call with a raw body; $Q in it stands for the base of queue URLs.
func post(t testing.TB, h http.Handler, operation, body string, header ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "http://sqs.test:9324/", strings.NewReader(strings.ReplaceAll(body, "$Q/", base)))
	r.Header.Set("Content-Type", "application/x-amz-json-1.0")
	r.Header.Set("X-Amz-Target", "AmazonSQS."+operation)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// answer makes a call that must succeed and decodes its output into out, when there is one.
func answer(t testing.TB, h http.Handler, out any, operation, body string, header ...string) {
	t.Helper()
	w := post(t, h, operation, body, header...)
	if w.Code != http.StatusOK || w.Header().Get("X-Amzn-Requestid") == "" || w.Header().Get("Content-Type") != "application/x-amz-json-1.0" {
		t.Fatalf("%s: status %d, headers %v, %s", operation, w.Code, w.Header(), w.Body)
	}
	if out == nil {
		if w.Body.Len() > 0 {
			t.Errorf("%s: the body is %s, want none", operation, w.Body)
		}
		return
	}
	if err := json.Unmarshal(w.Body.Bytes(), out); err != nil {
		t.Fatalf("%s: %v in %s", operation, err, w.Body)
	}
}

func TestQueueOperations(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var s sqsbatchtest.SQS
		for _, call := range []struct{ operation, body, want string }{
			{"ListQueues", `{}`, `{}`},
			{"CreateQueue", `{"QueueName":"b","Attributes":{"DelaySeconds":"1"}}`, `{"QueueUrl":"` + base + `b"}`},
			{"CreateQueue", `{"QueueName":"a.fifo","Attributes":{"FifoQueue":"true"}}`, `{"QueueUrl":"` + base + `a.fifo"}`},
			{"CreateQueue", `{"QueueName":"ab"}`, `{"QueueUrl":"` + base + `ab"}`},
			{"GetQueueUrl", `{"QueueName":"b","QueueOwnerAWSAccountId":"000000000000"}`, `{"QueueUrl":"` + base + `b"}`},
			{"ListQueues", `{}`, `{"QueueUrls":["` + base + `a.fifo","` + base + `ab","` + base + `b"]}`},
			{"ListQueues", `{"QueueNamePrefix":"a","MaxResults":1}`, `{"QueueUrls":["` + base + `a.fifo"],"NextToken":"YS5maWZv"}`},
			{"ListQueues", `{"QueueNamePrefix":"a","MaxResults":1,"NextToken":"YS5maWZv"}`, `{"QueueUrls":["` + base + `ab"]}`},
			{"GetQueueAttributes", `{"QueueUrl":"$Q/b"}`, `{}`},
			{"GetQueueAttributes", `{"QueueUrl":"http://elsewhere/000000000000/b","AttributeNames":["QueueArn","RedrivePolicy","DelaySeconds"]}`,
				`{"Attributes":{"DelaySeconds":"1","QueueArn":"arn:aws:sqs:us-east-1:000000000000:b"}}`},
			{"SetQueueAttributes", `{"QueueUrl":"$Q/b","Attributes":{"RedrivePolicy":"{\"deadLetterTargetArn\":\"arn:aws:sqs:us-east-1:000000000000:ab\",\"maxReceiveCount\":\"2\"}"}}`, ``},
			{"GetQueueAttributes", `{"QueueUrl":"$Q/b","AttributeNames":["RedrivePolicy"]}`,
				`{"Attributes":{"RedrivePolicy":"{\"deadLetterTargetArn\":\"arn:aws:sqs:us-east-1:000000000000:ab\",\"maxReceiveCount\":2}"}}`},
			{"PurgeQueue", `{"QueueUrl":"$Q/b"}`, ``},
			{"DeleteQueue", `{"QueueUrl":"$Q/b"}`, ``},
			{"ListQueues", `{"QueueNamePrefix":"b"}`, `{}`},
		} {
			w := post(t, &s, call.operation, call.body)
			if w.Code != http.StatusOK || w.Body.String() != call.want {
				t.Errorf("%s %s: status %d, %s; want %s", call.operation, call.body, w.Code, w.Body, call.want)
			}
		}
		var all struct{ Attributes map[string]string }
		answer(t, &s, &all, "GetQueueAttributes", `{"QueueUrl":"$Q/ab","AttributeNames":["All"]}`)
		if len(all.Attributes) != 12 || all.Attributes["ApproximateNumberOfMessages"] != "0" {
			t.Errorf("all attributes are %v, want the twelve of a standard queue", all.Attributes)
		}
	})
}

func TestMessageOperations(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const trace = "Root=1-5759e988-bd862e3fe1be46a994272793"
		var s sqsbatchtest.SQS
		answer(t, &s, new(any), "CreateQueue", `{"QueueName":"q"}`)
		var sent struct{ MessageId, MD5OfMessageBody, MD5OfMessageAttributes, MD5OfMessageSystemAttributes string }
		answer(t, &s, &sent, "SendMessage", `{"QueueUrl":"$Q/q","MessageBody":"msg","DelaySeconds":0,"MessageAttributes":{
			"Hello":{"DataType":"String","StringValue":"There"},"General":{"DataType":"String","StringValue":"Kenobi"},
			"Help.Me":{"DataType":"String","StringValue":"Me"}},"MessageSystemAttributes":{
			"AWSTraceHeader":{"DataType":"String","StringValue":"`+trace+`"}}}`,
			"X-Amzn-Trace-Id", "Root=1-00000000-000000000000000000000000")
		if sent.MD5OfMessageBody != "6e2baaf3b97dbeef01c0043275f9a0e7" || sent.MD5OfMessageAttributes != "4c360f3fdafd970e05fae2f149d997f5" ||
			len(sent.MD5OfMessageSystemAttributes) != 32 {
			t.Errorf("answer is %+v", sent)
		}

		// Which attributes come back is up to the request, and the digest is theirs.
		for _, test := range []struct{ names, digest, attributes, system string }{
			{``, ``, `null`, `null`},
			{`,"MessageAttributeNames":["All"],"AttributeNames":["AWSTraceHeader"]`, "4c360f3fdafd970e05fae2f149d997f5",
				`{"General":{"DataType":"String","StringValue":"Kenobi"},"Hello":{"DataType":"String","StringValue":"There"},"Help.Me":{"DataType":"String","StringValue":"Me"}}`,
				`{"AWSTraceHeader":"` + trace + `"}`},
			{`,"MessageAttributeNames":[".*"],"MessageSystemAttributeNames":["SenderId"]`, "4c360f3fdafd970e05fae2f149d997f5",
				`{"General":{"DataType":"String","StringValue":"Kenobi"},"Hello":{"DataType":"String","StringValue":"There"},"Help.Me":{"DataType":"String","StringValue":"Me"}}`,
				`{"SenderId":"AROAEXAMPLEEXAMPLE000:local"}`},
			{`,"MessageAttributeNames":["Hello","None"]`, "a311262e065454b75da111d535b8dacd",
				`{"Hello":{"DataType":"String","StringValue":"There"}}`, `null`},
			{`,"MessageAttributeNames":["Hel.*"]`, "83fee93c1bcd8b9a5a923ffacdc636c7",
				`{"Hello":{"DataType":"String","StringValue":"There"},"Help.Me":{"DataType":"String","StringValue":"Me"}}`, `null`},
		} {
			var got struct {
				Messages []struct {
					MessageId, ReceiptHandle, Body, MD5OfBody, MD5OfMessageAttributes string
					Attributes, MessageAttributes                                     any
				}
			}
			answer(t, &s, &got, "ReceiveMessage", `{"QueueUrl":"$Q/q","VisibilityTimeout":0`+test.names+`}`)
			if len(got.Messages) != 1 {
				t.Fatalf("received %d messages, want one", len(got.Messages))
			}
			m := got.Messages[0]
			attributes, _ := json.Marshal(m.MessageAttributes)
			system, _ := json.Marshal(m.Attributes)
			if m.MessageId != sent.MessageId || m.Body != "msg" || m.MD5OfBody != sent.MD5OfMessageBody ||
				m.MD5OfMessageAttributes != test.digest || string(attributes) != test.attributes || string(system) != test.system {
				t.Errorf("with %s the message is %+v", test.names, m)
			}
		}

		var received struct {
			Messages []struct{ ReceiptHandle string }
		}
		answer(t, &s, &received, "ReceiveMessage", `{"QueueUrl":"$Q/q","VisibilityTimeout":5}`)
		time.Sleep(4 * time.Second)
		answer(t, &s, nil, "ChangeMessageVisibility", `{"QueueUrl":"$Q/q","VisibilityTimeout":2,"ReceiptHandle":"`+received.Messages[0].ReceiptHandle+`"}`)
		time.Sleep(time.Second)
		if w := post(t, &s, "ReceiveMessage", `{"QueueUrl":"$Q/q"}`); w.Body.String() != "{}" {
			t.Errorf("received %s, want nothing", w.Body)
		}
		// A long poll that the queue's own setting asks for.
		answer(t, &s, nil, "SetQueueAttributes", `{"QueueUrl":"$Q/q","Attributes":{"ReceiveMessageWaitTimeSeconds":"10"}}`)
		begin := time.Now()
		answer(t, &s, &received, "ReceiveMessage", `{"QueueUrl":"$Q/q","MaxNumberOfMessages":10}`)
		if d := time.Since(begin); d != time.Second || len(received.Messages) != 1 {
			t.Errorf("received %d messages after %v, want one after 1s", len(received.Messages), d)
		}
		answer(t, &s, nil, "DeleteMessage", `{"QueueUrl":"$Q/q","ReceiptHandle":"`+received.Messages[0].ReceiptHandle+`"}`)
		q, err := s.Queue("q")
		if err != nil {
			t.Fatal(err)
		}
		wantCounts(t, q, 0, 0, 0)

		// Without the system attribute the request's own trace header is the message's, and nothing that is none.
		answer(t, &s, new(any), "SendMessage", `{"QueueUrl":"$Q/q","MessageBody":"a"}`, "X-Amzn-Trace-Id", trace)
		answer(t, &s, new(any), "SendMessage", `{"QueueUrl":"$Q/q","MessageBody":"b"}`, "X-Amzn-Trace-Id", "nonsense")
		for i, m := range receive(t, q) {
			if got, want := m.Attributes["AWSTraceHeader"], []string{trace, ""}[i]; got != want {
				t.Errorf("trace header is %q, want %q", got, want)
			}
		}
	})
}

func TestBinaryAttributesOverHTTP(t *testing.T) {
	t.Parallel()
	var s sqsbatchtest.SQS
	create(t, &s, "q", nil)
	answer(t, &s, new(any), "SendMessage", `{"QueueUrl":"$Q/q","MessageBody":"a","MessageAttributes":{"b":{"DataType":"Binary","BinaryValue":"AQID"}}}`)
	w := post(t, &s, "ReceiveMessage", `{"QueueUrl":"$Q/q","MessageAttributeNames":["b"]}`)
	if want := `"MessageAttributes":{"b":{"DataType":"Binary","BinaryValue":"AQID"}}`; !strings.Contains(w.Body.String(), want) {
		t.Errorf("received %s, want it with %s", w.Body, want)
	}
}

func TestErrorsOverHTTP(t *testing.T) {
	t.Parallel()
	const framework, service, query = "com.amazon.coral.service#", "com.amazonaws.sqs#", "AWS.SimpleQueueService."
	for _, test := range []struct {
		operation, body, kind, queryCode string
		status                           int
	}{
		{"SendMessage", `{"QueueUrl":"$Q/none","MessageBody":"a"}`, service + "QueueDoesNotExist", query + "NonExistentQueue", 400},
		{"SendMessage", `{"QueueUrl":"http://sqs.test/111111111111/q","MessageBody":"a"}`, service + "QueueDoesNotExist", query + "NonExistentQueue", 400},
		{"SendMessage", `{"QueueUrl":":","MessageBody":"a"}`, service + "QueueDoesNotExist", query + "NonExistentQueue", 400},
		{"SendMessage", `{"MessageBody":"a"}`, service + "QueueDoesNotExist", query + "NonExistentQueue", 400},
		{"GetQueueUrl", `{"QueueName":"none"}`, service + "QueueDoesNotExist", query + "NonExistentQueue", 400},
		{"GetQueueUrl", `{"QueueName":"q","QueueOwnerAWSAccountId":"111111111111"}`, service + "QueueDoesNotExist", query + "NonExistentQueue", 400},
		{"CreateQueue", `{"QueueName":"q","Attributes":{"DelaySeconds":"9"}}`, service + "QueueNameExists", "QueueAlreadyExists", 400},
		{"CreateQueue", `{"QueueName":"q","tags":{"a":"b"}}`, service + "UnsupportedOperation", query + "UnsupportedOperation", 400},
		{"CreateQueue", `{"QueueName":"a b"}`, framework + "InvalidParameterValueException", "InvalidParameterValue", 400},
		{"CreateQueue", `{"QueueName":"x","Attributes":{"Colour":"red"}}`, service + "InvalidAttributeName", "InvalidAttributeName", 400},
		{"CreateQueue", `{"QueueName":"x","Attributes":{"DelaySeconds":"-1"}}`, service + "InvalidAttributeValue", "InvalidAttributeValue", 400},
		{"ListQueues", `{"MaxResults":1001}`, framework + "InvalidParameterValueException", "InvalidParameterValue", 400},
		{"ListQueues", `{"NextToken":"?"}`, framework + "InvalidParameterValueException", "InvalidParameterValue", 400},
		{"GetQueueAttributes", `{"QueueUrl":"$Q/q","AttributeNames":["Colour"]}`, service + "InvalidAttributeName", "InvalidAttributeName", 400},
		{"SetQueueAttributes", `{"QueueUrl":"$Q/q"}`, framework + "MissingRequiredParameterException", "MissingParameter", 400},
		{"SendMessage", `{"QueueUrl":"$Q/q"}`, framework + "MissingRequiredParameterException", "MissingParameter", 400},
		{"SendMessage", `{"QueueUrl":"$Q/q","MessageBody":"\u0000"}`, service + "InvalidMessageContents", "InvalidMessageContents", 400},
		{"SendMessage", `{"QueueUrl":"$Q/q","MessageBody":"a","DelaySeconds":901}`, framework + "InvalidParameterValueException", "InvalidParameterValue", 400},
		{"SendMessage", `{"QueueUrl":"$Q/q","MessageBody":"a","MessageSystemAttributes":{"SenderId":{"DataType":"String","StringValue":"a"}}}`,
			framework + "InvalidParameterValueException", "InvalidParameterValue", 400},
		{"ReceiveMessage", `{"QueueUrl":"$Q/q","MaxNumberOfMessages":0}`, framework + "InvalidParameterValueException", "InvalidParameterValue", 400},
		{"ReceiveMessage", `{"QueueUrl":"$Q/q","WaitTimeSeconds":21}`, framework + "InvalidParameterValueException", "InvalidParameterValue", 400},
		{"ReceiveMessage", `{"QueueUrl":"$Q/q","VisibilityTimeout":9223372036854775807}`, framework + "InvalidParameterValueException", "InvalidParameterValue", 400},
		{"ReceiveMessage", `{"QueueUrl":"$Q/q","AttributeNames":["Colour"]}`, service + "InvalidAttributeName", "InvalidAttributeName", 400},
		{"ReceiveMessage", `{"QueueUrl":"$Q/q","ReceiveRequestAttemptId":"a"}`, service + "UnsupportedOperation", query + "UnsupportedOperation", 400},
		{"DeleteMessage", `{"QueueUrl":"$Q/q"}`, framework + "MissingRequiredParameterException", "MissingParameter", 400},
		{"DeleteMessage", `{"QueueUrl":"$Q/q","ReceiptHandle":"x"}`, service + "ReceiptHandleIsInvalid", "ReceiptHandleIsInvalid", 404},
		{"ChangeMessageVisibility", `{"QueueUrl":"$Q/q","ReceiptHandle":"x"}`, framework + "MissingRequiredParameterException", "MissingParameter", 400},
		{"ChangeMessageVisibility", `{"QueueUrl":"$Q/q","ReceiptHandle":"x","VisibilityTimeout":43201}`, framework + "InvalidParameterValueException", "InvalidParameterValue", 400},
		{"PurgeQueue", `{"QueueUrl":"$Q/purged"}`, service + "PurgeQueueInProgress", query + "PurgeQueueInProgress", 403},
		{"TagQueue", `{"QueueUrl":"$Q/q"}`, service + "UnsupportedOperation", query + "UnsupportedOperation", 400},
		{"Dance", `{}`, framework + "UnknownOperationException", "InvalidAction", 400},
		{"SendMessage", `[]`, framework + "SerializationException", "MalformedInput", 400},
		{"SendMessage", `null`, framework + "SerializationException", "MalformedInput", 400},
		{"SendMessage", ``, framework + "SerializationException", "MalformedInput", 400},
		{"SendMessage", `{"QueueUrl":`, framework + "SerializationException", "MalformedInput", 400},
		{"SendMessage", "{\"MessageBody\":\"\xff\"}", framework + "SerializationException", "MalformedInput", 400},
		{"SendMessage", `{"QueueUrl":"$Q/q","MessageBody":5}`, framework + "SerializationException", "MalformedInput", 400},
		{"SendMessage", `{"QueueUrl":"$Q/q","MessageBody":"a","MessageAttributes":{"b":{"DataType":"Binary","BinaryValue":"?"}}}`,
			framework + "SerializationException", "MalformedInput", 400},
	} {
		t.Run(strings.ReplaceAll(test.operation+" "+test.body, "/", "_"), func(t *testing.T) {
			t.Parallel()
			var s sqsbatchtest.SQS
			create(t, &s, "q", nil)
			if err := create(t, &s, "purged", nil).Purge(); err != nil {
				t.Fatal(err)
			}
			wantError(t, post(t, &s, test.operation, test.body), test.status, test.kind, test.queryCode)
		})
	}
}

func wantError(t *testing.T, w *httptest.ResponseRecorder, status int, kind, queryCode string) {
	t.Helper()
	var e map[string]string
	if err := json.Unmarshal(w.Body.Bytes(), &e); err != nil {
		t.Fatalf("status %d: %v in %s", w.Code, err, w.Body)
	}
	if got := w.Header().Get("X-Amzn-Query-Error"); w.Code != status || e["__type"] != kind || got != queryCode+";Sender" || len(e) != 2 || e["message"] == "" {
		t.Errorf("status %d, header %q, %v; want status %d, code %s, type %s", w.Code, got, e, status, queryCode, kind)
	}
}

func TestOnlyTheJSONProtocolIsSpoken(t *testing.T) {
	t.Parallel()
	var s sqsbatchtest.SQS
	get := httptest.NewRequest(http.MethodGet, "/?Action=ListQueues", nil)
	form := httptest.NewRequest(http.MethodPost, "/", strings.NewReader("Action=ListQueues&Version=2012-11-05"))
	for _, r := range []*http.Request{get, form} {
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		wantError(t, w, 400, "com.amazon.coral.service#UnknownOperationException", "InvalidAction")
	}
	w := post(t, &s, "SendMessage", `{"MessageBody":"`+strings.Repeat("a", 16<<20)+`"}`)
	wantError(t, w, 413, "com.amazon.coral.service#RequestEntityTooLargeException", "RequestEntityTooLarge")
}

// batchAnswer is the answer of the three batch operations.
type batchAnswer struct {
	Successful []struct{ Id, MessageId, MD5OfMessageBody, SequenceNumber string }
	Failed     []struct {
		Id, Code, Message string
		SenderFault       bool
	}
}

func (b batchAnswer) String() string {
	var all []string
	for _, s := range b.Successful {
		all = append(all, s.Id)
	}
	for _, f := range b.Failed {
		all = append(all, fmt.Sprint(f.Id, ":", f.Code, ":", f.SenderFault))
	}
	return strings.Join(all, " ")
}

func TestBatchOperations(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var s sqsbatchtest.SQS
		q := create(t, &s, "q", nil)
		var got batchAnswer
		answer(t, &s, &got, "SendMessageBatch", `{"QueueUrl":"$Q/q","Entries":[{"Id":"1","MessageBody":"a"},
			{"Id":"2","MessageBody":"\u0001"},{"Id":"3","MessageBody":""},{"Id":"4","MessageBody":"b","DelaySeconds":901},
			{"Id":"5","MessageBody":"b","MessageAttributes":{"l":{"DataType":"String","StringListValues":["a"]}}},{"Id":"6","MessageBody":"b"}]}`)
		if want := "1 6 2:InvalidMessageContents:true 3:MissingParameter:true 4:InvalidParameterValue:true 5:UnsupportedOperation:true"; got.String() != want {
			t.Errorf("answer is %s, want %s", got, want)
		}
		m := wantBodies(t, q, "a b")
		got = batchAnswer{}
		answer(t, &s, &got, "ChangeMessageVisibilityBatch", `{"QueueUrl":"$Q/q","Entries":[{"Id":"1","ReceiptHandle":"`+m[0].ReceiptHandle+`","VisibilityTimeout":0},
			{"Id":"2","ReceiptHandle":"`+m[1].ReceiptHandle+`"},{"Id":"3","ReceiptHandle":"x","VisibilityTimeout":0}]}`)
		if want := "1 2:InvalidParameterValue:true 3:ReceiptHandleIsInvalid:true"; got.String() != want {
			t.Errorf("answer is %s, want %s", got, want)
		}
		wantBodies(t, q, "a")
		got = batchAnswer{}
		answer(t, &s, &got, "DeleteMessageBatch", `{"QueueUrl":"$Q/q","Entries":[{"Id":"1","ReceiptHandle":"x"},{"Id":"2","ReceiptHandle":"`+m[1].ReceiptHandle+`"}]}`)
		if want := "2 1:ReceiptHandleIsInvalid:true"; got.String() != want {
			t.Errorf("answer is %s, want %s", got, want)
		}

		// In a batch an expired handle has a name of its own.
		fifo := createFIFO(t, &s)
		sendGroups(t, fifo, "a1")
		old := receive(t, fifo)[0]
		time.Sleep(time.Minute)
		got = batchAnswer{}
		answer(t, &s, &got, "DeleteMessageBatch", `{"QueueUrl":"$Q/orders.fifo","Entries":[{"Id":"1","ReceiptHandle":"`+old.ReceiptHandle+`"}]}`)
		if want := "1:ReceiptHandleIsInvalid:true"; got.String() != want {
			t.Errorf("answer is %s, want %s", got, want)
		}
		got = batchAnswer{}
		answer(t, &s, &got, "SendMessageBatch", `{"QueueUrl":"$Q/orders.fifo","Entries":[{"Id":"1","MessageBody":"b","MessageGroupId":"g"},{"Id":"2","MessageBody":"b","MessageGroupId":"g"}]}`)
		if got.Successful[0].MessageId != got.Successful[1].MessageId || got.Successful[0].SequenceNumber != got.Successful[1].SequenceNumber {
			t.Errorf("duplicates in one batch were answered with %+v", got.Successful)
		}
	})
}

func TestBatchesThatFailWhole(t *testing.T) {
	t.Parallel()
	var s sqsbatchtest.SQS
	q := create(t, &s, "q", nil)
	createFIFO(t, &s, "ContentBasedDeduplication", "false")
	entries := func(n, size int) string {
		var all []string
		for i := range n {
			all = append(all, fmt.Sprintf(`{"Id":"%d","MessageBody":"%s","ReceiptHandle":"x","VisibilityTimeout":0}`, i, strings.Repeat("a", size)))
		}
		return strings.Join(all, ",")
	}
	const batchError = "AWS.SimpleQueueService."
	for _, operation := range []string{"SendMessageBatch", "DeleteMessageBatch", "ChangeMessageVisibilityBatch"} {
		for _, test := range []struct{ entries, kind string }{
			{``, "EmptyBatchRequest"},
			{entries(11, 1), "TooManyEntriesInBatchRequest"},
			{`{"Id":"1","MessageBody":"a"},{"Id":"1","MessageBody":"b"}`, "BatchEntryIdsNotDistinct"},
			{`{"Id":"a.b","MessageBody":"a"}`, "InvalidBatchEntryId"},
			{`{"MessageBody":"a"}`, "InvalidBatchEntryId"},
			{`{"Id":"` + strings.Repeat("i", 81) + `"}`, "InvalidBatchEntryId"},
		} {
			w := post(t, &s, operation, `{"QueueUrl":"$Q/q","Entries":[`+test.entries+`]}`)
			wantError(t, w, 400, "com.amazonaws.sqs#"+test.kind, batchError+test.kind)
		}
	}
	w := post(t, &s, "SendMessageBatch", `{"QueueUrl":"$Q/q","Entries":[`+entries(10, 1<<20/10+1)+`]}`)
	wantError(t, w, 400, "com.amazonaws.sqs#BatchRequestTooLong", batchError+"BatchRequestTooLong")
	wantCounts(t, q, 0, 0, 0)

	// On a FIFO queue one entry without a group, or without anything to deduplicate by, refuses the batch.
	for _, entry := range []string{`{"Id":"2","MessageBody":"a","MessageDeduplicationId":"e"}`, `{"Id":"2","MessageBody":"a","MessageGroupId":"g"}`} {
		w := post(t, &s, "SendMessageBatch", `{"QueueUrl":"$Q/orders.fifo","Entries":[{"Id":"1","MessageBody":"a","MessageGroupId":"g","MessageDeduplicationId":"d"},`+entry+`]}`)
		wantError(t, w, 400, "com.amazon.coral.service#InvalidParameterValueException", "InvalidParameterValue")
	}
	fifo, err := s.Queue("orders.fifo")
	if err != nil {
		t.Fatal(err)
	}
	wantCounts(t, fifo, 0, 0, 0)
}
