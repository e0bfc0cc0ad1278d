package coldstart_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/lambda"

	"github.com/lambdapatterns/lambdapatterns/coldstart"
)

var ownPings = coldstart.Pings{Payloads: []string{`{ "wakeup": true }`, `"a \"b c"`}}

// Payloads that are pings, and payloads that only look like one. Those of the tools are as their sources send them.
var pingCases = []struct {
	payload string
	ping    bool
}{
	{`{"source":"serverless-plugin-warmup"}`, true},
	{" {\n\t\"source\" : \"serverless-plugin-warmup\" }\r\n", true},
	{`{"source":"serverless-plugin-lambda-warmup"}`, true},
	{`{"warmer":true}`, true},
	{`{"warmer":true,"concurrency":3}`, true},
	{`{"warmer":true,"concurrency":3,"test":true,"target":"other:$LATEST"}`, true},
	{`{"warmer":true,"__WARMER_INVOCATION__":2,"__WARMER_CONCURRENCY__":3,"__WARMER_CORRELATIONID__":"1531413096993-0568"}`, true},
	{`{"wakeup":true}`, true},
	{"{\n\"wakeup\":\ttrue}", true},
	{`"a \"b c"`, true},

	{``, false},
	{`null`, false},
	{`{}`, false},
	{`[]`, false},
	{`{"source":"aws.events","detail-type":"Scheduled Event"}`, false},
	{`{"source":"serverless-plugin-warmup","detail":{}}`, false},
	{`{"source":"serverless-plugin-warmup","source":"serverless-plugin-warmup"}`, false},
	{`{"source":"serverless-plugin-warmup"}{}`, false},
	{`{"source":"serverless-plugin-warmup"`, false},
	{`{"Source":"serverless-plugin-warmup"}`, false},
	{`{"source":"serverless-plugin-other"}`, false},
	{`{"source":["serverless-plugin-warmup"]}`, false},
	{`[{"source":"serverless-plugin-warmup"}]`, false},
	{`{"body":"{\"source\":\"serverless-plugin-warmup\"}"}`, false},
	{`"serverless-plugin-warmup"`, false},
	{`{"warmer":false}`, false},
	{`{"warmer":"true"}`, false},
	{`{"warmer":true,"order":7}`, false},
	{`{"warmer":true,"concurrency":{}}`, false},
	{`{"concurrency":3}`, false},
	{`{"test":true,"target":"\"warmer\""}`, false},
	{`{"wakeup":false}`, false},
	{`{"wakeup":true,"id":1}`, false},
	{`{"wakeup":tr ue}`, false},
	{`"a \"bc"`, false},
	{`{"id":1}`, false},
}

func TestPings(t *testing.T) {
	t.Parallel()
	called := false
	handler := ownPings.Handler(handlerFunc(func(_ context.Context, payload []byte) ([]byte, error) {
		called = true
		return payload, nil
	}))
	for _, test := range pingCases {
		called = false
		got, err := handler.Invoke(t.Context(), []byte(test.payload))
		want := test.payload
		if test.ping {
			want = "null"
		}
		if called == test.ping || string(got) != want || err != nil {
			t.Errorf("%s: handler called: %v, got %s, %v", test.payload, called, got, err)
		}
	}
}

// The function form decides as the raw one does, behind lambda.Start's own decoding.
func TestAnswerPings(t *testing.T) {
	t.Parallel()
	called := false
	handler := lambda.NewHandler(coldstart.AnswerPings(ownPings, func(_ context.Context, e json.RawMessage) (json.RawMessage, error) {
		called = true
		return e, nil
	}))
	for _, test := range pingCases {
		if !json.Valid([]byte(test.payload)) {
			continue // Lambda delivers none of these.
		}
		called = false
		got, err := handler.Invoke(t.Context(), []byte(test.payload))
		if called == test.ping || err != nil || test.ping && string(got) != "null" {
			t.Errorf("%s: handler called: %v, got %s, %v", test.payload, called, got, err)
		}
	}
}

type pingOrder struct {
	ID   string
	Note string
}

// What is no ping gets the answer that it would get without AnswerPings, byte for byte.
func TestAnswerPingsChangesNothingElse(t *testing.T) {
	t.Parallel()
	errRefused := errors.New("refused")
	handle := func(_ context.Context, o pingOrder) (any, error) {
		switch o.ID {
		case "refuse":
			return nil, errRefused
		case "stream":
			return strings.NewReader("not JSON"), nil
		case "nothing":
			return nil, nil
		}
		return o, nil
	}
	plain := lambda.NewHandler(handle)
	wrapped := lambda.NewHandler(coldstart.AnswerPings(coldstart.Pings{}, handle))
	for _, payload := range []string{
		`{"ID":"<7>","Note":"&"}`, `{"ID":"refuse"}`, `{"ID":"stream"}`, `{"ID":"nothing"}`, `null`, `{}`, ` {"id":"case"} `,
		`{"ID":7}`, `[`, ``, `"x"`,
		`{"ID":"large","Note":"` + strings.Repeat("x", 5000) + `"}`,
		`{"ID":7,"Note":"` + strings.Repeat("x", 5000) + `"}`,
	} {
		want, wantErr := invokeCopy(t, plain, payload)
		got, gotErr := invokeCopy(t, wrapped, payload)
		if got != want || (gotErr == nil) != (wantErr == nil) || gotErr != nil && gotErr.Error() != wantErr.Error() {
			t.Errorf("%.60s: got %.60s, %v; want %.60s, %v", payload, got, gotErr, want, wantErr)
		}
	}
}

// invokeCopy copies the response: lambda.NewHandler uses its buffer again.
func invokeCopy(t *testing.T, h lambda.Handler, payload string) (string, error) {
	response, err := h.Invoke(t.Context(), []byte(payload))
	return string(response), err
}

// By the order of the wrappers, a ping is the first invocation or is not.
func TestPingAndFirstInvocation(t *testing.T) {
	t.Parallel()
	handle := func(ctx context.Context, _ map[string]any) (bool, error) {
		i, err := invocationOf(ctx)
		return i.First, err
	}
	first := func(h any) string {
		handler := lambda.NewHandler(h)
		if got, err := invokeCopy(t, handler, `{"warmer":true}`); got != "null" || err != nil {
			t.Errorf("ping: %s, %v", got, err)
		}
		got, err := invokeCopy(t, handler, `{"id":1}`)
		if err != nil {
			t.Error(err)
		}
		return got
	}
	var outside, inside coldstart.Start
	if got := first(coldstart.Wrap(&outside, coldstart.AnswerPings(coldstart.Pings{}, handle))); got != "false" {
		t.Errorf("Wrap outside: first is %s after a ping", got)
	}
	if got := first(coldstart.AnswerPings(coldstart.Pings{}, coldstart.Wrap(&inside, handle))); got != "true" {
		t.Errorf("Wrap inside: first is %s after a ping", got)
	}
}

func TestPingsBadInput(t *testing.T) {
	t.Parallel()
	echo := func(_ context.Context, s string) (string, error) { return s, nil }
	with := func(payload string) coldstart.Pings { return coldstart.Pings{Payloads: []string{payload}} }
	for name, f := range map[string]func(){
		"not JSON":        func() { coldstart.AnswerPings(with("warm"), echo) },
		"empty":           func() { with("").Handler(handlerFunc(nil)) },
		"large":           func() { with(`"` + strings.Repeat("x", coldstart.MaxPing) + `"`).Handler(handlerFunc(nil)) },
		"nil handler":     func() { coldstart.Pings{}.Handler(nil) },
		"nil raw handler": func() { coldstart.AnswerPings[string, string](coldstart.Pings{}, nil) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			f()
		}()
	}
}

// FuzzPings holds the own payloads against encoding/json's idea of sameness, and no invalid JSON may be a ping.
func FuzzPings(f *testing.F) {
	for _, test := range pingCases {
		f.Add([]byte(test.payload))
	}
	own := []string{`{"wakeup":true}`, `"a \"b c"`}
	handler := ownPings.Handler(handlerFunc(func(context.Context, []byte) ([]byte, error) { return nil, io.EOF }))
	tools := coldstart.Pings{}.Handler(handlerFunc(func(context.Context, []byte) ([]byte, error) { return nil, io.EOF }))
	f.Fuzz(func(t *testing.T, payload []byte) {
		_, err := handler.Invoke(t.Context(), payload)
		ping := err == nil
		_, err = tools.Invoke(t.Context(), payload)
		toolPing := err == nil

		if ping && (len(payload) > coldstart.MaxPing || !json.Valid(payload)) {
			t.Fatalf("%q is taken for a ping", payload)
		}
		var compact bytes.Buffer
		same := len(payload) <= coldstart.MaxPing && json.Compact(&compact, payload) == nil &&
			(compact.String() == own[0] || compact.String() == own[1])
		if ping != (same || toolPing) {
			t.Fatalf("%q: ping %v, the same as an own payload %v, a tool's %v", payload, ping, same, toolPing)
		}
		if toolPing {
			var members map[string]any
			if err := json.Unmarshal(payload, &members); err != nil {
				t.Fatalf("%q is taken for a tool's ping: %v", payload, err)
			}
			source, _ := members["source"].(string)
			if !(members["warmer"] == true || len(members) == 1 && strings.HasPrefix(source, "serverless-plugin-")) {
				t.Fatalf("%q is taken for a tool's ping", payload)
			}
		}
	})
}
