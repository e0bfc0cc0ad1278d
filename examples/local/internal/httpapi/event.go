package httpapi

import (
	"encoding/base64"
	"mime"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// timeFormat is the one of the event's requestContext.time and of access logs.
const timeFormat = "02/Jan/2006:15:04:05 -0700"

// event is payload format 2.0. aws-lambda-go's type decodes it; this one encodes it as the service does, without the
// fields that the request gives no value to.
type event struct {
	Version               string            `json:"version"`
	RouteKey              string            `json:"routeKey"`
	RawPath               string            `json:"rawPath"`
	RawQueryString        string            `json:"rawQueryString"`
	Cookies               []string          `json:"cookies,omitempty"`
	Headers               map[string]string `json:"headers"`
	QueryStringParameters map[string]string `json:"queryStringParameters,omitempty"`
	RequestContext        requestContext    `json:"requestContext"`
	Body                  string            `json:"body,omitempty"`
	PathParameters        map[string]string `json:"pathParameters,omitempty"`
	IsBase64Encoded       bool              `json:"isBase64Encoded"`
}

type requestContext struct {
	AccountID    string      `json:"accountId"`
	APIID        string      `json:"apiId"`
	DomainName   string      `json:"domainName"`
	DomainPrefix string      `json:"domainPrefix"`
	HTTP         httpContext `json:"http"`
	RequestID    string      `json:"requestId"`
	RouteKey     string      `json:"routeKey"`
	Stage        string      `json:"stage"`
	Time         string      `json:"time"`
	TimeEpoch    int64       `json:"timeEpoch"`
	Authorizer   *authorized `json:"authorizer,omitempty"`
}

type authorized struct {
	JWT struct {
		Claims map[string]string `json:"claims"`
		Scopes []string          `json:"scopes"` // null without scopes of the route's
	} `json:"jwt"`
}

type httpContext struct {
	Method    string `json:"method"`
	Path      string `json:"path"`
	Protocol  string `json:"protocol"`
	SourceIP  string `json:"sourceIp"`
	UserAgent string `json:"userAgent"`
}

func (a *api) event(r *apiRequest, pathParameters map[string]string, trace string) *event {
	e := &event{
		Version:               "2.0",
		RouteKey:              r.routeKey,
		RawPath:               r.URL.Path,
		RawQueryString:        r.URL.RawQuery,
		Cookies:               cookies(r.Header),
		Headers:               headers(r, trace),
		QueryStringParameters: queryParameters(r.URL.RawQuery),
		PathParameters:        pathParameters,
		RequestContext: requestContext{
			AccountID: a.cfg.AccountID,
			APIID:     a.cfg.APIID,
			// On AWS this is api-id.execute-api.region.amazonaws.com. Here it has the port, so that a function that builds
			// links from it builds ones that work.
			DomainName:   r.Host,
			DomainPrefix: a.cfg.APIID,
			HTTP: httpContext{
				Method: r.Method, Path: r.URL.Path, Protocol: r.Proto, SourceIP: sourceIP(r.Request), UserAgent: r.UserAgent(),
			},
			RequestID: r.id,
			RouteKey:  r.routeKey,
			Stage:     a.cfg.Stage,
			Time:      r.received.UTC().Format(timeFormat),
			TimeEpoch: r.received.UnixMilli(),
		},
	}
	if r.claims != nil {
		e.RequestContext.Authorizer = &authorized{}
		e.RequestContext.Authorizer.JWT.Claims = r.claims
	}
	switch {
	case len(r.body) == 0:
	case isText(r.Header.Get("Content-Type")):
		e.Body = string(r.body)
	default:
		e.Body, e.IsBase64Encoded = base64.StdEncoding.EncodeToString(r.body), true
	}
	return e
}

// isText tells whether a body arrives as it is. The list is observed, not documented: a form and JSON with a suffix
// (application/problem+json) are not on it.
func isText(contentType string) bool {
	mediaType, _, err := mime.ParseMediaType(contentType)
	if err != nil {
		mediaType, _, _ = strings.Cut(contentType, ";")
		mediaType = strings.ToLower(strings.TrimSpace(mediaType))
	}
	return strings.HasPrefix(mediaType, "text/") ||
		slices.Contains([]string{"application/json", "application/xml", "application/javascript"}, mediaType)
}

// hopByHop headers belong to one connection (RFC 9110, 7.6.1).
var hopByHop = []string{"Connection", "Keep-Alive", "Proxy-Connection", "Te", "Trailer", "Transfer-Encoding", "Upgrade"}

func headers(r *apiRequest, trace string) map[string]string {
	h := map[string]string{}
	for name, values := range r.Header {
		if name != "Cookie" && !slices.Contains(hopByHop, name) {
			h[strings.ToLower(name)] = strings.Join(values, ",")
		}
	}
	proto, port := "http", "80"
	if r.TLS != nil {
		proto, port = "https", "443"
	}
	if _, p, err := net.SplitHostPort(r.Host); err == nil {
		port = p
	}
	forwarded := sourceIP(r.Request)
	if before := h["x-forwarded-for"]; before != "" {
		forwarded = before + ", " + forwarded
	}
	h["host"] = r.Host
	h["content-length"] = strconv.Itoa(len(r.body))
	h["x-amzn-trace-id"] = trace
	h["x-forwarded-for"] = forwarded
	h["x-forwarded-port"] = port
	h["x-forwarded-proto"] = proto
	return h
}

func cookies(h http.Header) []string {
	var list []string
	for _, line := range h["Cookie"] {
		for cookie := range strings.SplitSeq(line, ";") {
			if cookie = strings.TrimSpace(cookie); cookie != "" {
				list = append(list, cookie)
			}
		}
	}
	return list
}

func queryParameters(raw string) map[string]string {
	values, _ := url.ParseQuery(raw) // what it cannot decode it leaves out
	parameters := make(map[string]string, len(values))
	for name, list := range values {
		parameters[name] = strings.Join(list, ",")
	}
	return parameters
}

func sourceIP(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}
