package tracing

import (
	"encoding/json"
	"net/url"
	"strings"

	"github.com/aws/aws-lambda-go/events"
)

// httpEvent is what the events of REST APIs, HTTP APIs, load balancers and function URLs have of a request, all in one. It
// is what an event that nobody has decoded is read into.
type httpEvent struct {
	// REST APIs and load balancers, and HTTP APIs with payload version 1.0.
	Resource          string              `json:"resource"`
	Path              string              `json:"path"`
	HTTPMethod        string              `json:"httpMethod"`
	Headers           map[string]string   `json:"headers"`
	MultiValueHeaders map[string][]string `json:"multiValueHeaders"`
	Query             map[string]string   `json:"queryStringParameters"`
	MultiValueQuery   map[string][]string `json:"multiValueQueryStringParameters"`
	// HTTP APIs with payload version 2.0, and function URLs.
	RouteKey       string `json:"routeKey"`
	RawPath        string `json:"rawPath"`
	RawQueryString string `json:"rawQueryString"`
	// Authorizers, which answer with a policy and not with a response.
	MethodARN string `json:"methodArn"`
	RouteARN  string `json:"routeArn"`

	RequestContext struct {
		DomainName string `json:"domainName"`
		Protocol   string `json:"protocol"`
		Identity   struct {
			SourceIP  string `json:"sourceIp"`
			UserAgent string `json:"userAgent"`
		} `json:"identity"`
		HTTP struct {
			Method    string `json:"method"`
			Protocol  string `json:"protocol"`
			SourceIP  string `json:"sourceIp"`
			UserAgent string `json:"userAgent"`
		} `json:"http"`
		ELB *struct{} `json:"elb"`
	} `json:"requestContext"`
}

func (e *httpEvent) request() *httpRequest {
	c := &e.RequestContext
	if e.RawPath != "" || c.HTTP.Method != "" {
		return &httpRequest{
			headers: headerCarrier{single: e.Headers, lower: true}, method: c.HTTP.Method, route: routeOf(e.RouteKey), path: e.RawPath,
			query: e.RawQueryString, host: c.DomainName, client: c.HTTP.SourceIP, agent: c.HTTP.UserAgent,
			protocol: c.HTTP.Protocol, implicit: true, authorizes: e.RouteARN != "",
		}
	}
	return &httpRequest{
		authorizes: e.MethodARN != "" || e.RouteARN != "",
		headers:    headerCarrier{single: e.Headers, multi: e.MultiValueHeaders}, method: e.HTTPMethod, route: e.Resource, path: e.Path,
		query: queryOf(e.Query, e.MultiValueQuery, c.ELB != nil), host: c.DomainName, client: c.Identity.SourceIP,
		agent: c.Identity.UserAgent, protocol: c.Protocol,
	}
}

// requestOf returns the request that an event tells of, or nil.
func requestOf(event any) *httpRequest {
	switch e := event.(type) {
	case events.APIGatewayProxyRequest:
		return &httpRequest{
			headers: headerCarrier{single: e.Headers, multi: e.MultiValueHeaders}, method: e.HTTPMethod, route: e.Resource,
			path: e.Path, query: queryOf(e.QueryStringParameters, e.MultiValueQueryStringParameters, false),
			host: e.RequestContext.DomainName, client: e.RequestContext.Identity.SourceIP,
			agent: e.RequestContext.Identity.UserAgent, protocol: e.RequestContext.Protocol,
		}
	case events.APIGatewayV2HTTPRequest:
		h := &e.RequestContext.HTTP
		return &httpRequest{
			headers: headerCarrier{single: e.Headers, lower: true}, method: h.Method, route: routeOf(e.RouteKey), path: e.RawPath,
			query: e.RawQueryString, host: e.RequestContext.DomainName, client: h.SourceIP, agent: h.UserAgent,
			protocol: h.Protocol, implicit: true,
		}
	case events.LambdaFunctionURLRequest:
		h := &e.RequestContext.HTTP
		return &httpRequest{
			headers: headerCarrier{single: e.Headers, lower: true}, method: h.Method, path: e.RawPath, query: e.RawQueryString,
			host: e.RequestContext.DomainName, client: h.SourceIP, agent: h.UserAgent, protocol: h.Protocol, implicit: true,
		}
	case events.ALBTargetGroupRequest:
		return &httpRequest{
			headers: headerCarrier{single: e.Headers, multi: e.MultiValueHeaders}, method: e.HTTPMethod, path: e.Path,
			query: queryOf(e.QueryStringParameters, e.MultiValueQueryStringParameters, true),
		}
	case json.RawMessage:
		var h httpEvent
		if json.Unmarshal(e, &h) != nil || h.HTTPMethod == "" && h.RequestContext.HTTP.Method == "" {
			return nil
		}
		return h.request()
	case map[string]any, events.APIGatewayCustomAuthorizerRequestTypeRequest,
		events.APIGatewayV2CustomAuthorizerV1Request, events.APIGatewayV2CustomAuthorizerV2Request:
		payload, err := json.Marshal(e)
		if err != nil {
			return nil
		}
		return requestOf(json.RawMessage(payload))
	}
	return nil
}

// routeOf takes the method off an HTTP API's route key. Its route $default is none.
func routeOf(key string) string {
	if _, route, ok := strings.Cut(key, " "); ok {
		return route
	}
	return ""
}

// queryOf writes the query again that was taken apart. A load balancer leaves the values encoded.
func queryOf(single map[string]string, multi map[string][]string, encoded bool) string {
	if len(single) == 0 && len(multi) == 0 {
		return ""
	}
	values := url.Values(multi)
	if len(multi) == 0 {
		values = make(url.Values, len(single))
		for k, v := range single {
			values[k] = []string{v}
		}
	}
	query := values.Encode()
	if encoded {
		if q, err := url.QueryUnescape(query); err == nil {
			return q
		}
	}
	return query
}

// headerCarrier reads an event's headers, whose names are in lower case in some events and as the client wrote them in
// others.
type headerCarrier struct {
	single map[string]string
	multi  map[string][]string
	lower  bool // all names are in lower case
}

// Get returns the value of a header, or the first of several.
func (c *headerCarrier) Get(key string) string {
	if values, ok := find(c.multi, key, c.lower); ok && len(values) > 0 {
		return values[0]
	}
	value, _ := find(c.single, key, c.lower)
	return value
}

// Values returns all values of a header, for propagators that take several.
func (c *headerCarrier) Values(key string) []string {
	if values, ok := find(c.multi, key, c.lower); ok {
		return values
	}
	if value, ok := find(c.single, key, c.lower); ok {
		return []string{value}
	}
	return nil
}

// Set does nothing: a request has been sent.
func (*headerCarrier) Set(string, string) {}

// Keys returns the names of the headers, in lower case.
func (c *headerCarrier) Keys() []string {
	names := make([]string, 0, len(c.single)+len(c.multi))
	for name := range c.single {
		names = append(names, strings.ToLower(name))
	}
	for name := range c.multi {
		if _, ok := c.single[name]; !ok {
			names = append(names, strings.ToLower(name))
		}
	}
	return names
}

// find looks for a header whose name may be in any case.
func find[V any](headers map[string]V, key string, lower bool) (value V, ok bool) {
	if len(headers) == 0 {
		return value, false
	}
	if lower {
		value, ok = headers[strings.ToLower(key)]
		return value, ok
	}
	if value, ok = headers[key]; ok {
		return value, true
	}
	for name, value := range headers {
		if len(name) == len(key) && strings.EqualFold(name, key) {
			return value, true
		}
	}
	return value, false
}
