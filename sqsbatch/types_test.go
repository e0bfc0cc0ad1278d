package sqsbatch_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"github.com/lambdapatterns/lambdapatterns/sqsbatch"
)

func TestTypeDecidesDecoding(t *testing.T) {
	t.Parallel()
	const body = `{"id":"a","amount":7}`
	check := func(name string, ok bool) error {
		if !ok {
			t.Errorf("%s: decoded into something else", name)
		}
		return nil
	}
	for name, h := range map[string]func(context.Context, events.SQSEvent) (events.SQSEventResponse, error){
		"message": sqsbatch.Handle(func(_ context.Context, m events.SQSMessage) error {
			return check("message", m.MessageId == "m1" && m.Body == body && m.Attributes["ApproximateReceiveCount"] == "2")
		}),
		"message pointer": sqsbatch.Handle(func(_ context.Context, m *events.SQSMessage) error {
			return check("message pointer", m.MessageId == "m1" && m.Body == body)
		}),
		"string": sqsbatch.Handle(func(_ context.Context, s string) error { return check("string", s == body) }),
		"bytes":  sqsbatch.Handle(func(_ context.Context, b []byte) error { return check("bytes", string(b) == body) }),
		"raw":    sqsbatch.Handle(func(_ context.Context, b json.RawMessage) error { return check("raw", string(b) == body) }),
		"struct": sqsbatch.Handle(func(_ context.Context, o order) error {
			return check("struct", o.ID == "a" && o.Amount == 7)
		}),
		"pointer": sqsbatch.Handle(func(_ context.Context, o *order) error {
			return check("pointer", o != nil && o.Amount == 7)
		}),
		"map": sqsbatch.Handle(func(_ context.Context, m map[string]any) error { return check("map", m["id"] == "a") }),
	} {
		got, err := h(t.Context(), batchOf(standardARN, body))
		if err != nil || failures(got) != "" {
			t.Errorf("%s: failures %q, error %v", name, failures(got), err)
		}
	}
}

func TestUndecodableBodyFailsItsMessageAndIsNotQuoted(t *testing.T) {
	t.Parallel()
	option, report := observed()
	var calls atomic.Int32
	h := sqsbatch.Handle(func(context.Context, order) error { calls.Add(1); return nil }, option)
	for _, c := range []struct{ name, body, says string }{
		{"not JSON", `secret`, "syntax error at byte 1"},
		{"empty", ``, "syntax error at byte 0"},
		{"two values", `{"id":"secret"} {}`, "syntax error at byte 17"},
		{"wrong type", `{"amount":"secret"}`, "has a value at byte 18 that does not fit int"},
		{"number literal", `{"id":424242}`, "has a value at byte 12 that does not fit string"},
		{"array", `["secret"]`, "that does not fit sqsbatch_test.order"},
		{"null", ` null `, "is null"},
		{"own decoding", `{"at":"secret"}`, "refused by the type's own decoding"},
		{"own decoding of inner JSON", `{"inner":"secret"}`, "refused by the type's own decoding"},
	} {
		got, err := h(t.Context(), batchOf(standardARN, `{"id":"good"}`, c.body))
		if err != nil || failures(got) != "m2" {
			t.Errorf("%s: got failures %q, error %v; want m2", c.name, failures(got), err)
		}
		var decode *sqsbatch.DecodeError
		if e := report.Messages[1].Err; !errors.As(e, &decode) || decode.MessageID != "m2" || decode.Unwrap() == nil {
			t.Errorf("%s: error is %#v, want a DecodeError of m2", c.name, e)
		} else if text := e.Error(); !strings.Contains(text, c.says) ||
			strings.Contains(text, "secret") || strings.Contains(text, "424242") {
			t.Errorf("%s: error says %q, want %q in it and nothing of the body", c.name, text, c.says)
		}
	}
	if calls.Load() != 9 {
		t.Errorf("handler was called %d times, want once for each of the 9 good messages", calls.Load())
	}
}
