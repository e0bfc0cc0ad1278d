package envelope_test

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/lambdapatterns/lambdapatterns/sqsbatch/envelope"
	"github.com/lambdapatterns/lambdapatterns/sqsbatch/envelope/envelopetest"
)

func sns(message string) string {
	return envelopetest.SNS("arn:aws:sns:eu-central-1:123456789012:orders", message, nil)
}

// bus is an event with any detail, JSON or not.
func bus(detail string) string {
	return `{"version":"0","id":"6a7e8feb-b491-4cf7-a9f1-bf3703467718","detail-type":"Order Placed","source":"shop.orders",` +
		`"account":"123456789012","time":"2026-01-15T10:00:00Z","region":"eu-central-1","resources":[],"detail":` + detail + `}`
}

// told is all that an Error may say. Whatever is not in it would be the body's.
var told = regexp.MustCompile(`^envelope: [A-Za-z0-9 ]+: it (?:` + strings.Join([]string{
	`is not JSON: syntax error at byte \d+`,
	`has a value at byte \d+ that does not fit (?:string|json\.RawMessage|(?:\[\])?struct \{[A-Za-z0-9 ;:*\[\].{}"\\-]*\})`,
	`is not base64 at byte \d+`,
	`is no complete gzip stream`,
	`decompresses to more than the limit of \d+ bytes`,
	`is no notification of a topic: does the subscription use raw message delivery\?`,
	`is no event of a bus: has the rule's target an input transformer\?`,
	`has records of another service than Amazon S3`,
	`has no records`,
}, "|") + `)$`)

// took takes steps' layers off a body. It returns what is inside and true, or says whether it is the test event of S3. Any
// other error must be an Error that quotes nothing, and none may change the body.
func took(t *testing.T, body string, steps ...envelope.Step) (inside []byte, ok, testEvent bool) {
	t.Helper()
	inside = []byte(body)
	for _, step := range steps {
		given := bytes.Clone(inside)
		next, err := step(inside)
		if !bytes.Equal(inside, given) {
			t.Fatalf("the step changed %q to %q", given, inside)
		}
		var refused *envelope.Error
		switch {
		case err == nil:
			inside = next
		case next != nil:
			t.Fatalf("%q came out, and the error %v", next, err)
		case err == envelope.ErrTestEvent:
			return nil, false, true
		case !errors.As(err, &refused) || refused.Err == nil || !told.MatchString(err.Error()):
			t.Fatalf("the error is not one of the package's, or quotes the body: %v", err)
		default:
			return nil, false, false
		}
	}
	return inside, true, false
}

// FuzzSNS holds SNS against a map of the envelope's fields, and puts what it is given into an envelope.
func FuzzSNS(f *testing.F) {
	for _, body := range []string{sns("hello"), sns(""), `{"Type":"SubscriptionConfirmation","TopicArn":"a","Message":"m"}`, `{"Message":1}`, ``, `null`, `[`} {
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body string) {
		if got, ok, _ := took(t, body, envelope.SNS()); ok {
			var fields map[string]any
			if err := json.Unmarshal([]byte(body), &fields); err != nil {
				t.Fatalf("it took %q out of what is no JSON object: %v", got, err)
			}
			if len(got) > 3*len(body) { // an invalid byte becomes U+FFFD
				t.Fatalf("%d bytes came out of %d", len(got), len(body))
			}
		}
		got, ok, _ := took(t, sns(body), envelope.SNS())
		if !ok || utf8.ValidString(body) && string(got) != body {
			t.Fatalf("%q came back as %q, %t", body, got, ok)
		}
	})
}

// FuzzEventBridge does the same with details.
func FuzzEventBridge(f *testing.F) {
	for _, body := range []string{bus(`{"a":1}`), bus(`null`), bus(`"`), `{"source":"a","detail-type":"b"}`, `{"source":1}`, ``, `{}`} {
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body string) {
		if got, ok, _ := took(t, body, envelope.EventBridge()); ok && (!json.Valid(got) || !strings.Contains(body, string(got))) {
			t.Fatalf("the detail %q is not JSON, or not in the body", got)
		}
		got, ok, _ := took(t, bus(body), envelope.EventBridge())
		if json.Valid([]byte(body)) && (!ok || string(got) != strings.Trim(body, " \t\r\n")) {
			t.Fatalf("the detail %q came back as %q, %t", body, got, ok)
		}
	})
}

// FuzzS3: what passes is the body as it was, with records of S3 and nothing else.
func FuzzS3(f *testing.F) {
	for _, body := range []string{envelopetest.S3("uploads", "summer holidays/café.jpg", 1024), envelopetest.S3TestEvent("uploads"), `{"Records":[]}`, `{"Records":[{}]}`, `{"Event":"s3:TestEvent","Records":[{"eventSource":"aws:s3"}]}`, `{"Records":1}`} {
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body string) {
		got, ok, testEvent := took(t, body, envelope.S3())
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
		if got, ok, _ := took(t, body, envelope.Base64()); ok != (err == nil) || ok && !bytes.Equal(got, want) {
			t.Fatalf("%q came out as %q, %t; want %q, %v", body, got, ok, want, err)
		}
		if got, ok, _ := took(t, base64.StdEncoding.EncodeToString([]byte(body)), envelope.Base64()); !ok || string(got) != body {
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
		got, ok, _ := took(t, body, envelope.Gzip(limit))
		if len(got) > limit {
			t.Fatalf("%d bytes came out, the limit is %d", len(got), limit)
		}
		if fits := err == nil && len(want) <= limit; ok != fits || ok && !bytes.Equal(got, want) {
			t.Fatalf("%d bytes came out, %t; want %d, %v", len(got), ok, len(want), err)
		}
		got, ok, _ = took(t, base64.StdEncoding.EncodeToString([]byte(gzipped(t, body))), envelope.Base64(), envelope.Gzip(limit))
		if ok != (len(body) <= limit) || ok && string(got) != body {
			t.Fatalf("%d bytes came back as %d, %t; the limit is %d", len(body), len(got), ok, limit)
		}
	})
}
