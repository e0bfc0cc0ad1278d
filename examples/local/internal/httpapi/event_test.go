package httpapi

import (
	"encoding/base64"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
)

// decodeEvent decodes an event as functions do, and fails on fields that aws-lambda-go does not know.
func decodeEvent(t *testing.T, body string) events.APIGatewayV2HTTPRequest {
	t.Helper()
	var e events.APIGatewayV2HTTPRequest
	decoder := json.NewDecoder(strings.NewReader(body))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&e); err != nil {
		t.Fatalf("%s: %v", body, err)
	}
	return e
}

func TestEvent(t *testing.T) {
	t.Parallel()
	url := serve(t, Config{APIID: "abc123", AccountID: "210987654321", Routes: map[string]Invoker{"POST /users/{id}/files/{path+}": echo}})
	host := strings.TrimPrefix(url, "http://")
	r := newRequest(t, "POST", url+"/users/j%C3%BCrgen%20b/files/a%2Fb/c?tag=x&tag=y%20z&empty=&plus=a%2Bb+c", strings.NewReader(`{"a":"é"}`))
	r.Header = map[string][]string{
		"Content-Type":    {"application/json; charset=utf-8"},
		"Cookie":          {"session=1; theme=dark", "third=3"},
		"X-Many":          {"one", "two,three"},
		"User-Agent":      {"test/1.0"},
		"X-Forwarded-For": {"203.0.113.7"},
		"X-Amzn-Trace-Id": {"Root=1-5759e988-bd862e3fe1be46a994272793"},
		"Connection":      {"close"},
		"Accept-Encoding": {"identity"},
	}
	before := time.Now().Truncate(time.Millisecond)
	response, body := send(t, r)
	after := time.Now()
	if response.StatusCode != 200 {
		t.Fatalf("got %d %s", response.StatusCode, body)
	}
	got := decodeEvent(t, body)

	at := time.UnixMilli(got.RequestContext.TimeEpoch)
	if at.Before(before) || at.After(after) {
		t.Errorf("timeEpoch %v, sent %v to %v", at, before, after)
	}
	path := "/users/jürgen b/files/a/b/c" // decoded before it is routed
	want := events.APIGatewayV2HTTPRequest{
		Version:        "2.0",
		RouteKey:       "POST /users/{id}/files/{path+}",
		RawPath:        path,
		RawQueryString: "tag=x&tag=y%20z&empty=&plus=a%2Bb+c",
		Cookies:        []string{"session=1", "theme=dark", "third=3"},
		Headers: map[string]string{
			"content-type": "application/json; charset=utf-8", "x-many": "one,two,three", "user-agent": "test/1.0",
			"x-forwarded-for": "203.0.113.7, 127.0.0.1", "x-forwarded-port": host[strings.Index(host, ":")+1:], "x-forwarded-proto": "http",
			"x-amzn-trace-id": "Root=1-5759e988-bd862e3fe1be46a994272793", "host": host, "content-length": "10",
			"accept-encoding": "identity",
		},
		QueryStringParameters: map[string]string{"tag": "x,y z", "empty": "", "plus": "a+b c"},
		PathParameters:        map[string]string{"id": "jürgen b", "path": "a/b/c"},
		RequestContext: events.APIGatewayV2HTTPRequestContext{
			RouteKey: "POST /users/{id}/files/{path+}", AccountID: "210987654321", Stage: "$default", APIID: "abc123",
			RequestID: response.Header.Get("Apigw-Requestid"), DomainName: host, DomainPrefix: "abc123",
			Time: at.UTC().Format("02/Jan/2006:15:04:05 +0000"), TimeEpoch: at.UnixMilli(),
			HTTP: events.APIGatewayV2HTTPRequestContextHTTPDescription{
				Method: "POST", Path: path, Protocol: "HTTP/1.1", SourceIP: "127.0.0.1", UserAgent: "test/1.0",
			},
		},
		Body: `{"a":"é"}`,
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

// What a request lacks is absent from the event, not null or empty.
func TestEventOfABareRequest(t *testing.T) {
	t.Parallel()
	url := serve(t, Config{Routes: map[string]Invoker{"$default": echo}})
	_, body := send(t, newRequest(t, "GET", url, nil))
	var fields map[string]any
	if err := json.Unmarshal([]byte(body), &fields); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"cookies", "queryStringParameters", "pathParameters", "body", "stageVariables"} {
		if value, ok := fields[name]; ok {
			t.Errorf("%s is %v", name, value)
		}
	}
	for name, want := range map[string]any{"rawPath": "/", "rawQueryString": "", "isBase64Encoded": false, "routeKey": "$default"} {
		if fields[name] != want {
			t.Errorf("%s is %v, want %v", name, fields[name], want)
		}
	}
	if got := decodeEvent(t, body).Headers["content-length"]; got != "0" {
		t.Errorf("content-length %q", got)
	}
}

func TestEventBody(t *testing.T) {
	t.Parallel()
	url := serve(t, Config{Routes: map[string]Invoker{"$default": echo}})
	const content = "a=1&b=\x00\x01"
	for contentType, isBase64 := range map[string]bool{
		"text/plain":                        false,
		"TEXT/HTML; charset=utf-8":          false,
		"application/json":                  false,
		"application/xml":                   false,
		"application/javascript":            false,
		"application/json; bad parameter":   false,
		"application/problem+json":          true,
		"application/x-www-form-urlencoded": true,
		"application/octet-stream":          true,
		"multipart/form-data; boundary=x":   true,
		"image/png":                         true,
		"":                                  true,
	} {
		r := newRequest(t, "POST", url, strings.NewReader(content))
		if contentType != "" {
			r.Header.Set("Content-Type", contentType)
		}
		_, body := send(t, r)
		want := content
		if isBase64 {
			want = base64.StdEncoding.EncodeToString([]byte(content))
		}
		if got := decodeEvent(t, body); got.Body != want || got.IsBase64Encoded != isBase64 {
			t.Errorf("%q: body %q, base64 %t; want %q, %t", contentType, got.Body, got.IsBase64Encoded, want, isBase64)
		}
	}
}
