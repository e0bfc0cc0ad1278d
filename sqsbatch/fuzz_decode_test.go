package sqsbatch_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/lambdapatterns/lambdapatterns/sqsbatch"
)

// toldReason is all that a DecodeError of a step may say. Whatever is not in it would be the body's.
var toldReason = regexp.MustCompile(`^sqsbatch: message m1: cannot decode the body as \[\]uint8: at the step [A-Za-z0-9 ]+, it (?:` + strings.Join([]string{
	`is not JSON: syntax error at byte \d+`,
	`has a value at byte \d+ that does not fit (?:string|json\.RawMessage|(?:\[\])?struct \{[A-Za-z0-9 ;:*\[\].{}"\\-]*\})`,
	`was refused by the type's own decoding`,
	`is not base64 at byte \d+`,
	`is no complete gzip stream`,
	`decompresses to more than the limit of \d+ bytes`,
	`is no notification of a topic: does the subscription use raw message delivery\?`,
	`is no event of a bus: has the rule's target an input transformer\?`,
	`has records of another service than Amazon S3`,
	`has no records`,
}, "|") + `)$`)

// took gives one body to a handler behind steps. It returns what the handler got and true, or says whether the message was
// the test event of S3. Anything else must be a DecodeError, with the body in the queue still.
func took(t *testing.T, body string, steps ...sqsbatch.DecodingStep) (got []byte, ok, testEvent bool) {
	t.Helper()
	option, report := observed()
	h := sqsbatch.Handle(func(_ context.Context, b []byte) error {
		got, ok = b, true
		return nil
	}, sqsbatch.WithDecoding(steps...), option)
	response, err := h(t.Context(), batchOf(standardARN, body))
	if err != nil {
		t.Fatal(err)
	}
	m := report.Messages[0]
	var reason *sqsbatch.DecodeError
	switch {
	case ok && m.Outcome == sqsbatch.Succeeded && failures(response) == "":
	case !ok && m.Outcome == sqsbatch.TestEvent && failures(response) == "":
		testEvent = true
	case !ok && m.Outcome == sqsbatch.DecodeFailed && failures(response) == "m1" && errors.As(m.Err, &reason):
		if !toldReason.MatchString(m.Err.Error()) {
			t.Fatalf("the error may quote the body: %v", m.Err)
		}
	default:
		t.Fatalf("%v with %v, failures %q, handler called: %t", m.Outcome, m.Err, failures(response), ok)
	}
	return got, ok, testEvent
}

// FuzzSNSEnvelope holds SNSEnvelope against a map of the envelope's fields, and puts what it is given into an envelope.
func FuzzSNSEnvelope(f *testing.F) {
	for _, body := range []string{snsEnvelope("hello"), snsEnvelope(""), `{"Type":"SubscriptionConfirmation","TopicArn":"a","Message":"m"}`, `{"Message":1}`, ``, `null`, `[`} {
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body string) {
		if got, ok, _ := took(t, body, sqsbatch.SNSEnvelope()); ok {
			var fields map[string]any
			if err := json.Unmarshal([]byte(body), &fields); err != nil {
				t.Fatalf("it took %q out of what is no JSON object: %v", got, err)
			}
			if len(got) > 3*len(body) { // an invalid byte becomes U+FFFD
				t.Fatalf("%d bytes came out of %d", len(got), len(body))
			}
		}
		got, ok, _ := took(t, snsEnvelope(body), sqsbatch.SNSEnvelope())
		if !ok || utf8.ValidString(body) && string(got) != body {
			t.Fatalf("%q came back as %q, %t", body, got, ok)
		}
	})
}

// FuzzEventBridgeEnvelope does the same with details.
func FuzzEventBridgeEnvelope(f *testing.F) {
	for _, body := range []string{busEnvelope(`{"a":1}`), busEnvelope(`null`), busEnvelope(`"`), `{"source":"a","detail-type":"b"}`, `{"source":1}`, ``, `{}`} {
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body string) {
		if got, ok, _ := took(t, body, sqsbatch.EventBridgeEnvelope()); ok && (!json.Valid(got) || !strings.Contains(body, string(got))) {
			t.Fatalf("the detail %q is not JSON, or not in the body", got)
		}
		got, ok, _ := took(t, busEnvelope(body), sqsbatch.EventBridgeEnvelope())
		if json.Valid([]byte(body)) && (!ok || string(got) != strings.Trim(body, " \t\r\n")) {
			t.Fatalf("the detail %q came back as %q, %t", body, got, ok)
		}
	})
}

// FuzzS3Notification: what passes is the body as it was, with records of S3 and nothing else.
func FuzzS3Notification(f *testing.F) {
	for _, body := range []string{s3Notification, s3TestEvent, `{"Records":[]}`, `{"Records":[{}]}`, `{"Event":"s3:TestEvent","Records":[{"eventSource":"aws:s3"}]}`, `{"Records":1}`} {
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body string) {
		got, ok, testEvent := took(t, body, sqsbatch.S3Notification())
		if ok && string(got) != body {
			t.Fatalf("%q came out as %q", body, got)
		}
		if !ok && !testEvent {
			return
		}
		var n struct {
			Event   string
			Records []map[string]any
		}
		if err := json.Unmarshal([]byte(body), &n); err != nil || testEvent != (len(n.Records) == 0) || testEvent && n.Event != "s3:TestEvent" {
			t.Fatalf("it passed (test event: %t): %q, %v", testEvent, body, err)
		}
	})
}

// FuzzBase64 holds Base64 against encoding/base64, and encodes what it is given.
func FuzzBase64(f *testing.F) {
	for _, body := range []string{"", "aGVsbG8=", "aGVsbG8", "aGVs\nbG8=", "-_-_", "aGVsbG8=x", "===="} {
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body string) {
		want, err := base64.StdEncoding.DecodeString(body)
		if got, ok, _ := took(t, body, sqsbatch.Base64()); ok != (err == nil) || ok && !bytes.Equal(got, want) {
			t.Fatalf("%q came out as %q, %t; want %q, %v", body, got, ok, want, err)
		}
		if got, ok, _ := took(t, based(body), sqsbatch.Base64()); !ok || string(got) != body {
			t.Fatalf("%q came back as %q, %t", body, got, ok)
		}
	})
}

// FuzzGzip holds Gzip against compress/gzip without a limit, and compresses what it is given: it must come back exactly
// when it is not longer than the limit.
func FuzzGzip(f *testing.F) {
	f.Add("", uint16(0))
	f.Add(gzipped(f, "hello"), uint16(4))
	f.Add(gzipped(f, "hello")+gzipped(f, "again"), uint16(9)) // two members are one stream
	f.Add(gzipped(f, "hello")+"rest", uint16(4))
	f.Add(gzipped(f, "hello")[:20], uint16(100))
	f.Add(gzipped(f, strings.Repeat("a", 1<<16)), uint16(1000))
	f.Fuzz(func(t *testing.T, body string, length uint16) {
		limit := int(length) + 1
		var want []byte
		r, err := gzip.NewReader(strings.NewReader(body))
		if err == nil {
			want, err = io.ReadAll(io.LimitReader(r, 1<<20))
		}
		got, ok, _ := took(t, body, sqsbatch.Gzip(limit))
		if len(got) > limit {
			t.Fatalf("%d bytes came out, the limit is %d", len(got), limit)
		}
		if fits := err == nil && len(want) <= limit; ok != fits || ok && !bytes.Equal(got, want) {
			t.Fatalf("%d bytes came out, %t; want %d, %v", len(got), ok, len(want), err)
		}
		got, ok, _ = took(t, based(gzipped(t, body)), sqsbatch.Base64(), sqsbatch.Gzip(limit))
		if ok != (len(body) <= limit) || ok && string(got) != body {
			t.Fatalf("%d bytes came back as %d, %t; the limit is %d", len(body), len(got), ok, limit)
		}
	})
}
