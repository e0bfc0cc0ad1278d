package httpapi

import (
	"cmp"
	"encoding/json"
	"io"
	"strconv"
	"sync"
	"time"
)

// problem is why a response is not the function's, in a word for the access log.
type problem string

const (
	problemNone              problem = ""
	problemNoRoute           problem = "no route"
	problemUnauthorized      problem = "unauthorized"
	problemBodyTooLarge      problem = "body too large"
	problemBodyUnreadable    problem = "body unreadable"
	problemEventTooLarge     problem = "event too large"
	problemThrottled         problem = "function throttled"
	problemTimeout           problem = "integration time-out"
	problemFunctionError     problem = "function error"
	problemMalformedResponse problem = "malformed function response"
	problemClientGone        problem = "client gone"
)

// accessLog writes the fields that the page "Configure logging for HTTP APIs in API Gateway" has in its JSON example.
type accessLog struct {
	mu sync.Mutex
	w  io.Writer
}

func (l *accessLog) write(r *apiRequest, res response, p problem) {
	if l.w == nil {
		return
	}
	line, _ := json.Marshal(struct { // strings always marshal
		RequestID      string  `json:"requestId"`
		IP             string  `json:"ip"`
		RequestTime    string  `json:"requestTime"`
		HTTPMethod     string  `json:"httpMethod"`
		RouteKey       string  `json:"routeKey"`
		Status         string  `json:"status"`
		Protocol       string  `json:"protocol"`
		ResponseLength string  `json:"responseLength"`
		Latency        string  `json:"responseLatency"`
		Problem        problem `json:"problem,omitempty"`
	}{
		r.id, sourceIP(r.Request), r.received.UTC().Format(timeFormat), r.Method, cmp.Or(r.routeKey, "-"),
		strconv.Itoa(res.status), r.Proto, strconv.Itoa(len(res.body)),
		strconv.FormatInt(time.Since(r.received).Milliseconds(), 10), p,
	})
	l.mu.Lock()
	defer l.mu.Unlock()
	_, _ = l.w.Write(append(line, '\n')) // a full disk under the log must not stop the API
}
