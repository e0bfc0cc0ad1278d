package lambdaruntime

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

const api = "/2018-06-01/runtime/"

// newTestSession serves a session with one place to a client that is no process.
func newTestSession(t *testing.T) (*session, string) {
	t.Helper()
	return newSharedSession(t, 1)
}

func newSharedSession(t *testing.T, places int) (*session, string) {
	t.Helper()
	s := newSession("arn:aws:lambda:eu-west-1:123456789012:function:f", places)
	server := httptest.NewServer(s.handler())
	t.Cleanup(server.Close)
	return s, server.URL + api
}

func request(t *testing.T, method, url string, body io.Reader, header http.Header) (int, http.Header, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, body)
	if err != nil {
		t.Fatal(err)
	}
	if header != nil {
		r.Header = header
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, response.Header, string(content)
}

// take lets the client ask for an invocation and gives it this one.
func take(t *testing.T, s *session, url string, inv Invocation) *call {
	t.Helper()
	c := newCall(inv)
	c.begin(time.Minute)
	go func() { s.calls <- c }()
	if status, _, body := request(t, "GET", url+"invocation/next", nil, nil); status != 200 {
		t.Fatalf("next: %d %s", status, body)
	}
	return c
}

func wantRefusal(t *testing.T, status int, body string, wantStatus int, wantType string) {
	t.Helper()
	var doc struct{ ErrorType, ErrorMessage string }
	if err := json.Unmarshal([]byte(body), &doc); err != nil {
		t.Fatalf("%d %q: %v", status, body, err)
	}
	if status != wantStatus || doc.ErrorType != wantType || doc.ErrorMessage == "" {
		t.Errorf("got %d %s, want %d %s with a message", status, body, wantStatus, wantType)
	}
}

func TestSessionNextHeaders(t *testing.T) {
	t.Parallel()
	s, url := newTestSession(t)
	c := newCall(Invocation{
		Payload: []byte(`{"a":1}`), TraceHeader: "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=1",
		ClientContext: `{"client":{}}`, Identity: `{"cognitoIdentityId":"i"}`,
	})
	c.deadline = time.UnixMilli(1542409706888)
	go func() { s.calls <- c }()
	status, header, body := request(t, "GET", url+"invocation/next", nil, nil)
	if status != 200 || body != `{"a":1}` {
		t.Errorf("got %d %s", status, body)
	}
	for name, want := range map[string]string{
		"Lambda-Runtime-Aws-Request-Id":       c.id,
		"Lambda-Runtime-Deadline-Ms":          "1542409706888",
		"Lambda-Runtime-Invoked-Function-Arn": "arn:aws:lambda:eu-west-1:123456789012:function:f",
		"Lambda-Runtime-Trace-Id":             "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=1",
		"Lambda-Runtime-Client-Context":       `{"client":{}}`,
		"Lambda-Runtime-Cognito-Identity":     `{"cognitoIdentityId":"i"}`,
		"Content-Type":                        "application/json",
	} {
		if got := header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}

	// Without a mobile client the last two are absent, not empty.
	s, url = newTestSession(t)
	go func() { s.calls <- newCall(Invocation{Payload: []byte(`{}`)}) }()
	_, header, _ = request(t, "GET", url+"invocation/next", nil, nil)
	for _, name := range []string{"Lambda-Runtime-Client-Context", "Lambda-Runtime-Cognito-Identity"} {
		if _, ok := header[name]; ok {
			t.Errorf("%s is present", name)
		}
	}
}

func TestSessionAnswers(t *testing.T) {
	t.Parallel()
	s, url := newTestSession(t)
	c := take(t, s, url, Invocation{Payload: []byte(`{}`)})

	status, _, body := request(t, "POST", url+"invocation/no-such-id/response", strings.NewReader(`1`), nil)
	wantRefusal(t, status, body, 400, "InvalidRequestID")
	status, _, body = request(t, "GET", url+"invocation/next", nil, nil)
	wantRefusal(t, status, body, 403, "InvalidStateTransition") // it has not answered

	status, _, body = request(t, "POST", url+"invocation/"+c.id+"/response", strings.NewReader(`"fine"`), nil)
	if status != 202 || strings.TrimSpace(body) != `{"status":"OK"}` {
		t.Errorf("response: %d %s", status, body)
	}
	if out := <-c.answered; string(out.payload) != `"fine"` || out.err != nil {
		t.Errorf("outcome %q, %v", out.payload, out.err)
	}
	status, _, body = request(t, "POST", url+"invocation/"+c.id+"/error", strings.NewReader(`{}`), nil)
	wantRefusal(t, status, body, 403, "InvalidStateTransition") // a second answer

	select {
	case <-c.finished:
		t.Error("finished before the next invocation was asked for")
	default:
	}
	next := take(t, s, url, Invocation{Payload: []byte(`{}`)})
	<-c.finished
	status, _, body = request(t, "POST", url+"invocation/"+c.id+"/response", strings.NewReader(`1`), nil)
	wantRefusal(t, status, body, 400, "InvalidRequestID") // the id of the one before

	s.abandon(next)
	status, _, body = request(t, "POST", url+"invocation/"+next.id+"/response", strings.NewReader(`1`), nil)
	wantRefusal(t, status, body, 400, "InvalidRequestID") // too late
}

func TestSessionErrors(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, body, headerType string
		wantType, wantMessage  string
		wantPayload            string
		wantStack              int
	}{
		{"document", `{"errorType":"T","errorMessage":"m"}`, "", "T", "m", `{"errorType":"T","errorMessage":"m"}`, 0},
		{"stack", `{"errorType":"T","errorMessage":"m","stackTrace":[{"path":"p","line":7,"label":"l"}]}`, "", "T", "m",
			`{"errorType":"T","errorMessage":"m","stackTrace":[{"path":"p","line":7,"label":"l"}]}`, 1},
		{"stack of text", `{"errorType":"T","errorMessage":"m","stackTrace":["line"]}`, "", "T", "m",
			`{"errorType":"T","errorMessage":"m","stackTrace":["line"]}`, 0},
		{"type in the header", `{"errorMessage":"m"}`, "Runtime.Header", "Runtime.Header", "m", `{"errorMessage":"m"}`, 0},
		{"no document", `oops`, "Runtime.Header", "Runtime.Header", "", `{"errorMessage":"","errorType":"Runtime.Header"}`, 0},
		{"nothing", ``, "", "Runtime.Unknown", "", `{"errorMessage":"","errorType":"Runtime.Unknown"}`, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s, url := newTestSession(t)
			c := take(t, s, url, Invocation{Payload: []byte(`{}`)})
			header := http.Header{}
			if test.headerType != "" {
				header.Set("Lambda-Runtime-Function-Error-Type", test.headerType)
			}
			status, _, body := request(t, "POST", url+"invocation/"+c.id+"/error", strings.NewReader(test.body), header)
			if status != 202 {
				t.Errorf("got %d %s", status, body)
			}
			failure, ok := errors.AsType[*FunctionError]((<-c.answered).err)
			if !ok {
				t.Fatal("not a *FunctionError")
			}
			if failure.RequestID != c.id || failure.Type != test.wantType || failure.Message != test.wantMessage ||
				string(failure.Payload) != test.wantPayload || len(failure.StackTrace) != test.wantStack {
				t.Errorf("got %+v, payload %s", failure, failure.Payload)
			}
		})
	}
}

func TestSessionResponseSize(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ size, wantStatus int }{{maxResponse, 202}, {maxResponse + 1, 413}, {maxResponse + 1<<20, 413}} {
		s, url := newTestSession(t)
		c := take(t, s, url, Invocation{Payload: []byte(`{}`)})
		status, _, body := request(t, "POST", url+"invocation/"+c.id+"/response", bytes.NewReader(make([]byte, test.size)), nil)
		if status != test.wantStatus {
			t.Errorf("%d bytes: got %d %s, want %d", test.size, status, body, test.wantStatus)
		}
		out := <-c.answered
		if test.wantStatus == 202 {
			if len(out.payload) != test.size {
				t.Errorf("%d bytes became %d", test.size, len(out.payload))
			}
			continue
		}
		wantRefusal(t, status, body, 413, "RequestEntityTooLarge")
		if out.errorType() != "Function.ResponseSizeTooLarge" {
			t.Errorf("%d bytes: error %v", test.size, out.err)
		}
	}
}

// A process that breaks off in the middle of its response may say so in trailers; one that dies says nothing.
func TestSessionBrokenResponse(t *testing.T) {
	t.Parallel()
	s, url := newTestSession(t)
	c := take(t, s, url, Invocation{Payload: []byte(`{}`)})
	body, writer := io.Pipe()
	go func() {
		_, _ = writer.Write([]byte(`{"half":`))
		_ = writer.CloseWithError(errors.New("died"))
	}()
	r, err := http.NewRequestWithContext(t.Context(), "POST", url+"invocation/"+c.id+"/response", body)
	if err != nil {
		t.Fatal(err)
	}
	if response, err := http.DefaultClient.Do(r); err == nil {
		response.Body.Close()
		t.Fatal("a request that was cut off got an answer")
	}
	eventually(t, "the session takes another answer", func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		return !s.handed[0].answering
	})
	if status, _, body := request(t, "POST", url+"invocation/"+c.id+"/response", strings.NewReader(`1`), nil); status != 202 {
		t.Errorf("the answer after the broken one: %d %s", status, body)
	}
}

// An answer that was still on its way when the time was up is refused, whole as it may be in the end.
func TestSessionRefusesALateAnswer(t *testing.T) {
	t.Parallel()
	for _, rest := range []int{1, maxResponse + 1} {
		s, url := newTestSession(t)
		c := take(t, s, url, Invocation{Payload: []byte(`{}`)})
		body, writer := io.Pipe()
		go func() { _, _ = writer.Write([]byte(`1`)) }()
		type answer struct {
			status int
			body   string
		}
		answers := make(chan answer, 1)
		go func() {
			response, err := http.Post(url+"invocation/"+c.id+"/response", "application/json", body)
			if err != nil {
				t.Error(err)
				answers <- answer{}
				return
			}
			defer response.Body.Close()
			content, _ := io.ReadAll(response.Body)
			answers <- answer{response.StatusCode, string(content)}
		}()
		eventually(t, "the answer is being read", func() bool {
			s.mu.Lock()
			defer s.mu.Unlock()
			return s.handed[0].answering
		})
		s.abandon(c)
		_, _ = writer.Write(make([]byte, rest))
		_ = writer.Close()
		got := <-answers
		wantRefusal(t, got.status, got.body, 400, "InvalidRequestID")
		if len(c.answered) != 0 {
			t.Error("the answer was taken")
		}
	}
}

func TestSessionInitError(t *testing.T) {
	t.Parallel()
	s, url := newTestSession(t)
	status, _, body := request(t, "POST", url+"init/error", strings.NewReader(`{"errorType":"T","errorMessage":"m"}`), nil)
	if status != 202 {
		t.Errorf("got %d %s", status, body)
	}
	if failure := <-s.initFailed; failure.Type != "T" || failure.Message != "m" {
		t.Errorf("got %+v", failure)
	}
	status, _, body = request(t, "POST", url+"init/error", strings.NewReader(`{}`), nil)
	wantRefusal(t, status, body, 403, "InvalidStateTransition")
	status, _, body = request(t, "GET", url+"invocation/next", nil, nil)
	wantRefusal(t, status, body, 403, "InvalidStateTransition")

	s, url = newTestSession(t)
	take(t, s, url, Invocation{Payload: []byte(`{}`)})
	status, _, body = request(t, "POST", url+"init/error", strings.NewReader(`{}`), nil)
	wantRefusal(t, status, body, 403, "InvalidStateTransition") // the initialisation is over
}

func TestSessionRefusesASecondPoll(t *testing.T) {
	t.Parallel()
	s, url := newTestSession(t)
	ctx, hangUp := context.WithCancel(t.Context())
	polled := make(chan struct{})
	go func() {
		defer close(polled)
		r, _ := http.NewRequestWithContext(ctx, "GET", url+"invocation/next", nil)
		if response, err := http.DefaultClient.Do(r); err == nil {
			response.Body.Close()
			t.Error("the poll that hung up got an answer")
		}
	}()
	<-s.ready
	status, _, body := request(t, "GET", url+"invocation/next", nil, nil)
	wantRefusal(t, status, body, 403, "InvalidStateTransition")

	hangUp()
	<-polled
	eventually(t, "the poll is over", func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		return s.polling == 0
	})
	take(t, s, url, Invocation{Payload: []byte(`{}`)})
}

// A process with two places asks twice, has two invocations at once and answers the second one first. Each further request ends
// one that has its answer, and none that has not.
func TestSessionWithTwoPlaces(t *testing.T) {
	t.Parallel()
	s, url := newSharedSession(t, 2)
	first, second := take(t, s, url, Invocation{}), take(t, s, url, Invocation{})
	status, _, body := request(t, "GET", url+"invocation/next", nil, nil)
	wantRefusal(t, status, body, 403, "InvalidStateTransition")

	if status, _, body := request(t, "POST", url+"invocation/"+second.id+"/response", strings.NewReader(`2`), nil); status != 202 {
		t.Fatalf("the second one's answer: %d %s", status, body)
	}
	third := take(t, s, url, Invocation{})
	select {
	case <-second.finished:
	default:
		t.Error("the second one is not over, and the process has asked for another")
	}
	status, _, body = request(t, "GET", url+"invocation/next", nil, nil)
	wantRefusal(t, status, body, 403, "InvalidStateTransition")
	for c, answer := range map[*call]string{first: "1", third: "3"} {
		if status, _, body := request(t, "POST", url+"invocation/"+c.id+"/response", strings.NewReader(answer), nil); status != 202 {
			t.Errorf("answer %s: %d %s", answer, status, body)
		}
	}
	for c, want := range map[*call]string{first: "1", second: "2", third: "3"} {
		if got := <-c.answered; string(got.payload) != want {
			t.Errorf("%s was answered with %s", want, got.payload)
		}
	}
	take(t, s, url, Invocation{})
	select {
	case <-first.finished: // handed out first
	case <-third.finished:
		t.Error("the third one is over before the first")
	}
}

func TestSessionRefusesWhatItDoesNotServe(t *testing.T) {
	t.Parallel()
	_, url := newTestSession(t)
	base := strings.TrimSuffix(url, api)
	for _, path := range []string{"/2020-01-01/extension/register", api + "restore/next", "/"} {
		status, _, body := request(t, "POST", base+path, nil, nil)
		wantRefusal(t, status, body, 404, "NotFound")
		if !strings.Contains(body, path) {
			t.Errorf("%s is not named in %s", path, body)
		}
	}
}
