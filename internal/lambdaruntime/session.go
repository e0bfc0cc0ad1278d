package lambdaruntime

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"sync"
)

const (
	maxPayload = 6 << 20
	// maxResponse is the limit that Lambda's error message names: 6 MB and 100 bytes.
	maxResponse = maxPayload + 100

	headerErrorType = "Lambda-Runtime-Function-Error-Type"
	headerErrorBody = "Lambda-Runtime-Function-Error-Body"
)

// session is the Runtime API of one execution environment, version 2018-06-01, from the page "Using the Lambda runtime API
// for custom runtimes". It knows one process's place in the protocol and nothing of the process.
type session struct {
	functionARN string
	places      int                 // how many invocations the process may have at once
	calls       chan *call          // from the function, to one of the process's requests for the next invocation
	ready       chan struct{}       // closed at the first such request: the initialisation is over
	initFailed  chan *FunctionError // one value: what the process reported instead

	mu      sync.Mutex
	ended   bool         // an initialisation error was reported
	begun   bool         // ready is closed
	polling int          // requests for the next invocation that wait; with those in handed never more than places
	handed  []*handedOut // in the order in which they were
}

// handedOut is a call that the process has: it is neither finished nor given up.
type handedOut struct {
	*call
	answering bool // its answer is being read
	answered  bool // its answer has been read
}

func newSession(functionARN string, places int) *session {
	return &session{
		functionARN: functionARN,
		places:      places,
		calls:       make(chan *call),
		ready:       make(chan struct{}),
		initFailed:  make(chan *FunctionError, 1),
	}
}

func (s *session) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /2018-06-01/runtime/invocation/next", s.next)
	mux.HandleFunc("POST /2018-06-01/runtime/invocation/{id}/response", s.response)
	mux.HandleFunc("POST /2018-06-01/runtime/invocation/{id}/error", s.invocationError)
	mux.HandleFunc("POST /2018-06-01/runtime/init/error", s.initError)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		refuse(w, &refusal{http.StatusNotFound, "NotFound", fmt.Sprintf(
			"%s %s: this local Lambda serves the runtime API 2018-06-01 only, without extensions, telemetry and SnapStart", r.Method, r.URL.Path)})
	})
	return mux
}

func (s *session) next(w http.ResponseWriter, r *http.Request) {
	if no := s.startPolling(); no != nil {
		refuse(w, no)
		return
	}
	select {
	case c := <-s.calls:
		s.mu.Lock()
		s.polling--
		s.handed = append(s.handed, &handedOut{call: c})
		s.mu.Unlock()
		h := w.Header()
		h.Set("Content-Type", "application/json")
		h.Set("Lambda-Runtime-Aws-Request-Id", c.id)
		h.Set("Lambda-Runtime-Deadline-Ms", strconv.FormatInt(c.deadline.UnixMilli(), 10))
		h.Set("Lambda-Runtime-Invoked-Function-Arn", s.functionARN)
		h.Set("Lambda-Runtime-Trace-Id", c.TraceHeader)
		if c.ClientContext != "" {
			h.Set("Lambda-Runtime-Client-Context", c.ClientContext)
		}
		if c.Identity != "" {
			h.Set("Lambda-Runtime-Cognito-Identity", c.Identity)
		}
		_, _ = w.Write(c.Payload) // a process that is gone is noticed by its exit
	case <-r.Context().Done():
		s.mu.Lock()
		s.polling--
		s.mu.Unlock()
	}
}

// startPolling ends an invocation that has its answer and opens the session for another. Asking again is how a process says
// that it is done: what it does after its answer still belongs to the invocation. Of several that have their answer it ends the
// one that was handed out first, as a request does not say which of them is done.
func (s *session) startPolling() *refusal {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended {
		return invalidTransition("an initialisation error was reported")
	}
	done := slices.IndexFunc(s.handed, func(h *handedOut) bool { return h.answered })
	switch {
	case done >= 0:
		close(s.handed[done].finished)
		s.handed = slices.Delete(s.handed, done, done+1)
	case s.polling == s.places:
		return invalidTransition(fmt.Sprintf("the next invocation is asked for already; in an environment of this function run %d at a time", s.places))
	case s.polling+len(s.handed) == s.places:
		return invalidTransition("invocation " + s.handed[0].id + " has no response yet")
	}
	s.polling++
	if !s.begun {
		s.begun = true
		close(s.ready)
	}
	return nil
}

// lookUp returns what is handed out under an id, or nil. The caller holds the lock.
func (s *session) lookUp(id string) *handedOut {
	at := slices.IndexFunc(s.handed, func(h *handedOut) bool { return h.id == id })
	if at < 0 {
		return nil
	}
	return s.handed[at]
}

// abandon gives up a call: an answer that comes now is refused. An answer that was complete before stays.
func (s *session) abandon(c *call) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.handed = slices.DeleteFunc(s.handed, func(h *handedOut) bool { return h.call == c })
}

// claim reserves the right to answer the call with this id. release gives it back, settle uses it.
func (s *session) claim(id string) (*call, *refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	h := s.lookUp(id)
	if h == nil {
		return nil, &refusal{http.StatusBadRequest, "InvalidRequestID", "Invalid request ID"}
	}
	if h.answering || h.answered {
		return nil, invalidTransition("invocation " + id + " has a response already")
	}
	h.answering = true
	return h.call, nil
}

func (s *session) release(c *call) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if h := s.lookUp(c.id); h != nil {
		h.answering = false
	}
}

func (s *session) settle(c *call, out outcome) *refusal {
	s.mu.Lock()
	defer s.mu.Unlock()
	h := s.lookUp(c.id)
	if h == nil {
		return &refusal{http.StatusBadRequest, "InvalidRequestID", "Invalid request ID"}
	}
	h.answering, h.answered = false, true
	c.answered <- out
	return nil
}

func (s *session) response(w http.ResponseWriter, r *http.Request) {
	s.answer(w, r, func(id string, body []byte) outcome {
		// A response that was streamed tells in its trailers that it broke off. The invocation is then a failed one, and
		// what was streamed before is dropped, as this caller takes the response in one piece.
		if errorType := r.Trailer.Get(headerErrorType); errorType != "" {
			document, _ := base64.StdEncoding.DecodeString(r.Trailer.Get(headerErrorBody))
			return outcome{err: reportedError(id, errorType, document), reported: true}
		}
		return outcome{payload: body}
	})
}

func (s *session) invocationError(w http.ResponseWriter, r *http.Request) {
	s.answer(w, r, func(id string, body []byte) outcome {
		return outcome{err: reportedError(id, r.Header.Get(headerErrorType), body), reported: true}
	})
}

func (s *session) answer(w http.ResponseWriter, r *http.Request, meaning func(id string, body []byte) outcome) {
	c, no := s.claim(r.PathValue("id"))
	if no != nil {
		refuse(w, no)
		return
	}
	body, tooLarge, err := readBody(r.Body)
	if err != nil {
		s.release(c)
		refuse(w, &refusal{http.StatusBadRequest, "TruncatedHTTPRequest", "HTTP request detected as truncated"})
		return
	}
	if tooLarge {
		if no := s.settle(c, outcome{err: platformError(c.id, typeResponseTooLarge,
			fmt.Sprintf("Response payload size exceeded maximum allowed payload size (%d bytes).", maxResponse))}); no != nil {
			refuse(w, no)
			return
		}
		refuse(w, &refusal{http.StatusRequestEntityTooLarge, "RequestEntityTooLarge",
			fmt.Sprintf("Exceeded maximum allowed payload size (%d bytes).", maxResponse)})
		return
	}
	if no := s.settle(c, meaning(c.id, body)); no != nil {
		refuse(w, no)
		return
	}
	reply(w, http.StatusAccepted, map[string]string{"status": "OK"})
}

func (s *session) initError(w http.ResponseWriter, r *http.Request) {
	body, _, err := readBody(r.Body)
	if err != nil {
		refuse(w, &refusal{http.StatusBadRequest, "TruncatedHTTPRequest", "HTTP request detected as truncated"})
		return
	}
	s.mu.Lock()
	refused := s.begun || s.ended
	if !refused {
		s.ended = true
		s.initFailed <- reportedError("", r.Header.Get(headerErrorType), body)
	}
	s.mu.Unlock()
	if refused {
		refuse(w, invalidTransition("the initialisation is over"))
		return
	}
	reply(w, http.StatusAccepted, map[string]string{"status": "OK"})
}

// readBody reads a body to its end, also one that is too large: a client that is still writing sees no answer.
func readBody(r io.Reader) (body []byte, tooLarge bool, err error) {
	body, err = io.ReadAll(io.LimitReader(r, maxResponse+1))
	if err == nil && len(body) > maxResponse {
		_, err = io.Copy(io.Discard, r)
		return nil, true, err
	}
	return body, false, err
}

// refusal is an answer of the API that is not a success.
type refusal struct {
	status    int
	errorType string
	message   string
}

func invalidTransition(why string) *refusal {
	return &refusal{http.StatusForbidden, "InvalidStateTransition", "State transition is not allowed: " + why}
}

func refuse(w http.ResponseWriter, no *refusal) {
	reply(w, no.status, map[string]string{"errorType": no.errorType, "errorMessage": no.message})
}

func reply(w http.ResponseWriter, status int, body map[string]string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}
