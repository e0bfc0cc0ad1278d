package httpapi

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"time"
)

// An Invoker invokes a function with an event and returns its response. The trace header is the request's X-Amzn-Trace-Id,
// or a new one. It must return when ctx ends, which is at the integration time-out or when the client hangs up; the function
// may go on, as on Lambda. It must be safe for concurrent use.
type Invoker func(ctx context.Context, event []byte, traceHeader string) ([]byte, error)

// What an Invoker returns, as it is or wrapped, where the function was not run. Any other error is the function's.
var (
	// ErrThrottled says that the function has no concurrency left: the client gets 503.
	ErrThrottled = errors.New("httpapi: function throttled")
	// ErrPayloadTooLarge says that the event is above Lambda's 6 MB: the client gets 413.
	ErrPayloadTooLarge = errors.New("httpapi: event too large for the function")
)

// maxBody is the payload quota of HTTP APIs.
const maxBody = 10 << 20

// maxIntegrationTimeout is the longest time-out that HTTP APIs allow.
const maxIntegrationTimeout = 30 * time.Second

// Config describes an API. Routes is required.
type Config struct {
	// Routes maps route keys to functions: "$default", or a method or ANY, a space and a path whose segments can be
	// variables, the last one greedy: "ANY /files/{path+}".
	Routes map[string]Invoker
	// Stage is the name of the stage. With any other than "$default", the path of every request begins with it, and so does
	// rawPath. Defaults to "$default".
	Stage string
	// APIID defaults to "local".
	APIID string
	// AccountID defaults to "123456789012".
	AccountID string
	// Authorizer lets requests in, of all routes. Defaults to everybody, without claims.
	Authorizer *Authorizer
	// IntegrationTimeout is how long a function may take, 30 s at most. Defaults to that.
	IntegrationTimeout time.Duration
	// AccessLog takes a line of JSON for each request, in one Write at a time. It holds no path, header or body. Its errors
	// are ignored. Defaults to no log.
	AccessLog io.Writer
}

var stagePattern = regexp.MustCompile(`^(\$default|[a-zA-Z0-9_-]{1,128})$`)

// New returns the API as a handler. The error names every wrong setting.
func New(cfg Config) (http.Handler, error) {
	cfg.Stage = cmp.Or(cfg.Stage, "$default")
	cfg.APIID = cmp.Or(cfg.APIID, "local")
	cfg.AccountID = cmp.Or(cfg.AccountID, "123456789012")
	cfg.IntegrationTimeout = cmp.Or(cfg.IntegrationTimeout, maxIntegrationTimeout)

	var errs []error
	if !stagePattern.MatchString(cfg.Stage) {
		errs = append(errs, fmt.Errorf("httpapi: Stage %q: use $default, or letters, digits, hyphens and underscores", cfg.Stage))
	}
	if cfg.IntegrationTimeout < 0 || cfg.IntegrationTimeout > maxIntegrationTimeout {
		errs = append(errs, fmt.Errorf("httpapi: IntegrationTimeout %v: HTTP APIs allow 30 s at most", cfg.IntegrationTimeout))
	}
	routes, err := newRoutes(cfg.Routes)
	if err := errors.Join(append(errs, err, cfg.Authorizer.check())...); err != nil {
		return nil, err
	}
	return &api{cfg: cfg, routes: routes, log: &accessLog{w: cfg.AccessLog}}, nil
}

type api struct {
	cfg    Config
	routes routes
	log    *accessLog
}

func (a *api) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	req := &apiRequest{Request: r, id: newRequestID(), received: time.Now()}
	w.Header().Set("Apigw-Requestid", req.id)
	res, problem := a.handle(w, req)
	if problem == problemClientGone {
		return // there is nobody to answer
	}
	res.write(w)
	a.log.write(req, res, problem)
}

// apiRequest is a request on its way through the API.
type apiRequest struct {
	*http.Request
	id       string
	received time.Time
	routeKey string
	claims   map[string]string
	body     []byte
}

func (a *api) handle(w http.ResponseWriter, r *apiRequest) (response, problem) {
	path, ok := a.withoutStage(r.URL.Path)
	if !ok {
		return message(http.StatusNotFound, "Not Found"), problemNoRoute
	}
	route, pathParameters := a.routes.match(r.Method, path)
	if route == nil {
		return message(http.StatusNotFound, "Not Found"), problemNoRoute
	}
	r.routeKey = route.key
	var err error
	if r.claims, err = a.cfg.Authorizer.claims(r.Header.Get("Authorization"), r.received); err != nil {
		return unauthorized(err), problemUnauthorized
	}
	r.body, err = io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		return message(http.StatusRequestEntityTooLarge, "Request Entity Too Large"), problemBodyTooLarge
	}
	if err != nil {
		return message(http.StatusBadRequest, "Bad Request"), problemBodyUnreadable
	}

	trace := r.Header.Get("X-Amzn-Trace-Id")
	if trace == "" {
		trace = newTraceHeader(r.received)
	}
	event, _ := json.Marshal(a.event(r, pathParameters, trace)) // strings always marshal
	ctx, cancel := context.WithTimeout(r.Context(), a.cfg.IntegrationTimeout)
	defer cancel()
	payload, err := route.invoke(ctx, event, trace)
	switch {
	case err == nil:
	case r.Context().Err() != nil:
		return response{}, problemClientGone
	case ctx.Err() != nil:
		return message(http.StatusServiceUnavailable, "Service Unavailable"), problemTimeout
	case errors.Is(err, ErrThrottled):
		return message(http.StatusServiceUnavailable, "Service Unavailable"), problemThrottled
	case errors.Is(err, ErrPayloadTooLarge):
		return message(http.StatusRequestEntityTooLarge, "Request Entity Too Large"), problemEventTooLarge
	default:
		return message(http.StatusInternalServerError, "Internal Server Error"), problemFunctionError
	}
	res, err := interpret(payload)
	if err != nil {
		return message(http.StatusInternalServerError, "Internal Server Error"), problemMalformedResponse
	}
	return res, problemNone
}

// withoutStage returns the path that routes see, and whether the request is for this stage.
func (a *api) withoutStage(path string) (string, bool) {
	if a.cfg.Stage == "$default" {
		return path, true
	}
	rest, ok := strings.CutPrefix(path, "/"+a.cfg.Stage)
	if !ok || rest != "" && rest[0] != '/' {
		return "", false
	}
	return cmp.Or(rest, "/"), true
}

// newRequestID returns a random id of the form that HTTP APIs use: 15 characters of base64 and an equals sign.
func newRequestID() string {
	var b [11]byte
	rand.Read(b[:])
	return base64.StdEncoding.EncodeToString(b[:])
}

// newTraceHeader returns a root without a segment: HTTP APIs trace nothing themselves.
func newTraceHeader(now time.Time) string {
	var b [12]byte
	rand.Read(b[:])
	return fmt.Sprintf("Root=1-%08x-%s", now.Unix(), hex.EncodeToString(b[:]))
}
