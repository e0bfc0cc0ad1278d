package lambdaruntime

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

type described struct {
	RequestID   string `json:"requestId"`
	ARN         string `json:"arn"`
	DeadlineMs  int64  `json:"deadlineMs"`
	Trace       string `json:"trace"`
	TraceEnv    string `json:"traceEnv"`
	ClientTitle string `json:"clientTitle"`
	Identity    string `json:"identity"`
	Directory   string `json:"directory"`
}

func TestInvocationContext(t *testing.T) {
	t.Parallel()
	f := start(t, Config{Name: "payments-api", Region: "eu-west-1", AccountID: "210987654321", Timeout: 20 * time.Second})
	before := time.Now()
	trace := "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=0"
	response, err := f.Invoke(t.Context(), Invocation{
		TraceHeader: trace, ClientContext: `{"Client":{"app_title":"app"}}`, Identity: `{"cognitoIdentityId":"i"}`,
	})
	after := time.Now()
	if err != nil {
		t.Fatal(err)
	}
	got := decode[described](t, response)
	if got.ARN != "arn:aws:lambda:eu-west-1:210987654321:function:payments-api" || got.ARN != f.ARN() {
		t.Errorf("ARN %s, function's %s", got.ARN, f.ARN())
	}
	if len(got.RequestID) != 36 {
		t.Errorf("request id %q: not a UUID", got.RequestID)
	}
	if deadline := time.UnixMilli(got.DeadlineMs); deadline.Before(before.Add(f.Timeout()).Truncate(time.Millisecond)) || deadline.After(after.Add(f.Timeout())) {
		t.Errorf("deadline %v, invoked %v to %v with a time-out of %v", deadline, before, after, f.Timeout())
	}
	if got.Trace != trace || got.TraceEnv != trace {
		t.Errorf("trace %q, in the environment %q", got.Trace, got.TraceEnv)
	}
	if got.ClientTitle != "app" || got.Identity != "i" {
		t.Errorf("client %q, identity %q", got.ClientTitle, got.Identity)
	}
	// The temporary folder can be a symbolic link.
	if want, _ := filepath.EvalSymlinks(filepath.Dir(functionBinary)); got.Directory != want {
		t.Errorf("runs in %s, want %s", got.Directory, want)
	}

	again := invoke[described](t, f, `{}`)
	if again.RequestID == got.RequestID || again.Trace == got.Trace {
		t.Errorf("the second invocation has the first one's id or trace: %+v", again)
	}
	if !strings.HasPrefix(again.Trace, "Root=1-") || !strings.Contains(again.Trace, ";Parent=") {
		t.Errorf("generated trace %q", again.Trace)
	}
}

func TestInvocationDeadline(t *testing.T) {
	t.Parallel()
	f := start(t, Config{Timeout: 30 * time.Second})
	deadline := time.Now().Add(10 * time.Second)
	response, err := f.Invoke(t.Context(), Invocation{Deadline: deadline})
	if err != nil {
		t.Fatal(err)
	}
	if got := decode[described](t, response).DeadlineMs; got != deadline.UnixMilli() {
		t.Errorf("deadline %d, want %d", got, deadline.UnixMilli())
	}
	response, err = f.Invoke(t.Context(), Invocation{Deadline: time.Now().Add(time.Hour)})
	if err != nil {
		t.Fatal(err)
	}
	if got := decode[described](t, response).DeadlineMs; got > time.Now().Add(30*time.Second).UnixMilli() {
		t.Errorf("deadline %d is after the time-out", got)
	}
	for range 2 { // with an idle environment, and without
		_, err = f.Invoke(t.Context(), Invocation{Deadline: time.Now().Add(-time.Hour)})
		if failure, ok := errors.AsType[*FunctionError](err); !ok || failure.Type != "Sandbox.Timedout" || !strings.HasSuffix(failure.Message, "after 0.00 seconds") {
			t.Errorf("deadline in the past: %v", err)
		}
	}
}

func TestPayloadLimits(t *testing.T) {
	t.Parallel()
	f := start(t, Config{})
	fits := []byte(`{"do":"pid","text":"` + strings.Repeat("x", maxPayload-22) + `"}`)
	if len(fits) != maxPayload {
		t.Fatalf("the payload has %d bytes", len(fits))
	}
	if _, err := f.Invoke(t.Context(), Invocation{Payload: fits}); err != nil {
		t.Errorf("6 MB: %v", err)
	}
	_, err := f.Invoke(t.Context(), Invocation{Payload: append(fits, ' ')})
	if !errors.Is(err, ErrPayloadTooLarge) || !strings.Contains(err.Error(), "tested: 6291457 bytes") {
		t.Errorf("6 MB and a byte: %v", err)
	}
	if _, err := f.Invoke(t.Context(), Invocation{Payload: []byte(`{"do":`)}); !errors.Is(err, ErrInvalidPayload) {
		t.Errorf("half a document: %v", err)
	}
}

func TestResponses(t *testing.T) {
	t.Parallel()
	f := start(t, Config{})
	for _, test := range []struct {
		payload string
		want    []byte
	}{
		{`{"do":"log"}`, []byte("null")},
		{`{"do":"stream","size":0}`, []byte{}},
		{`{"do":"stream","size":3000000}`, bytes.Repeat([]byte("0"), 3_000_000)},
		{`{"do":"big","size":6291456}`, []byte(`"` + strings.Repeat("x", 6291454) + `"`)},
	} {
		got, err := f.Invoke(t.Context(), Invocation{Payload: []byte(test.payload)})
		if err != nil || !bytes.Equal(got, test.want) {
			t.Errorf("%s: %d bytes %.50q, %v; want %d bytes", test.payload, len(got), got, err, len(test.want))
		}
	}
	if n := len(f.Environments()); n != 1 {
		t.Errorf("%d environments ran four invocations in a row, want 1", n)
	}
}

func TestReportedErrors(t *testing.T) {
	t.Parallel()
	f := start(t, Config{})
	before := invoke[int](t, f, `{"do":"pid"}`)

	failure := invokeError(t, f, `{"do":"fail","text":"no funds"}`)
	if failure.Type != "declinedError" || failure.Message != "declined: no funds" || failure.StackTrace != nil {
		t.Errorf("error: %+v", failure)
	}
	if want := `{"errorMessage":"declined: no funds","errorType":"declinedError"}`; string(failure.Payload) != want {
		t.Errorf("payload %s, want %s", failure.Payload, want)
	}
	if text := failure.Error(); !strings.Contains(text, failure.RequestID) || !strings.Contains(text, "declinedError: declined: no funds") {
		t.Errorf("Error() = %s", text)
	}
	failure = invokeError(t, f, `{"do":"stream-fail"}`)
	if failure.Type != "declinedError" || failure.Message != "declined: in mid-stream" {
		t.Errorf("error in mid-stream: %+v", failure)
	}
	if after := invoke[int](t, f, `{"do":"pid"}`); after != before {
		t.Errorf("process %d after the errors, %d before: an error must not end it", after, before)
	}

	failure = invokeError(t, f, `{"do":"panic","text":"boom"}`)
	if failure.Type != "string" || failure.Message != "boom" || len(failure.StackTrace) == 0 {
		t.Errorf("panic: %+v", failure)
	}
	if after := invoke[int](t, f, `{"do":"pid"}`); after == before {
		t.Errorf("process %d served on after a panic", after)
	}
}

func TestProcessEnds(t *testing.T) {
	t.Parallel()
	f := start(t, Config{})
	for _, test := range []struct{ payload, wantType, wantMessage string }{
		{`{"do":"exit","code":7}`, "Runtime.ExitError", "RequestId: %s Error: Runtime exited with error: exit status 7"},
		{`{"do":"exit","code":0}`, "Runtime.ExitError", "RequestId: %s Error: Runtime exited without providing a reason"},
		{fmt.Sprintf(`{"do":"big","size":%d}`, maxResponse+1), "Function.ResponseSizeTooLarge",
			"Response payload size exceeded maximum allowed payload size (6291556 bytes)."},
	} {
		before := invoke[int](t, f, `{"do":"pid"}`)
		failure := invokeError(t, f, test.payload)
		want := strings.Replace(test.wantMessage, "%s", failure.RequestID, 1)
		if failure.Type != test.wantType || failure.Message != want {
			t.Errorf("%s: %+v, want %s: %s", test.payload, failure, test.wantType, want)
		}
		if after := invoke[int](t, f, `{"do":"pid"}`); after == before {
			t.Errorf("%s: process %d served on", test.payload, after)
		}
	}
}

func TestInvokeGoesOnWithoutItsCaller(t *testing.T) {
	t.Parallel()
	f := start(t, Config{MaxConcurrency: 1})
	pid := invoke[int](t, f, `{"do":"pid"}`)
	eventually(t, "idle", func() bool { return f.Environments()[0].State == Idle })
	ctx, hangUp := context.WithCancelCause(t.Context())
	reason := errors.New("hung up")
	payload := []byte(`{"do":"sleep","ms":1000}`)
	failed := make(chan error, 1)
	go func() {
		_, err := f.Invoke(ctx, Invocation{Payload: payload})
		failed <- err
	}()
	eventually(t, "busy", func() bool { return f.Environments()[0].State == Busy })
	hangUp(reason)
	if err := <-failed; !errors.Is(err, reason) {
		t.Fatalf("Invoke: %v", err)
	}
	clear(payload) // the caller has it back
	if _, err := f.Invoke(t.Context(), Invocation{}); !errors.Is(err, ErrThrottled) {
		t.Errorf("while the invocation goes on: %v, want ErrThrottled", err)
	}
	eventually(t, "idle", func() bool { return f.Environments()[0].State == Idle })
	if after := invoke[int](t, f, `{"do":"pid"}`); after != pid {
		t.Errorf("process %d, want %d as before", after, pid)
	}
	if _, err := f.Invoke(ctx, Invocation{}); !errors.Is(err, reason) {
		t.Errorf("with an ended context: %v", err)
	}
}
