package httpapi

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"
)

func TestInterpret(t *testing.T) {
	t.Parallel()
	const text = "text/plain; charset=utf-8"
	for _, test := range []struct {
		name, payload string
		status        int
		body          string
		header        http.Header
	}{
		{"inferred object", `{"id":1}`, 200, `{"id":1}`, http.Header{"Content-Type": {"application/json"}}},
		{"inferred list", `[1]`, 200, `[1]`, http.Header{"Content-Type": {"application/json"}}},
		{"inferred text", `"hello"`, 200, `"hello"`, http.Header{"Content-Type": {"application/json"}}},
		{"inferred null", `null`, 200, `null`, http.Header{"Content-Type": {"application/json"}}},
		{"no JSON", `<p>`, 200, `<p>`, http.Header{"Content-Type": {"application/json"}}},
		{"body without a status", `{"body":"x"}`, 200, `{"body":"x"}`, http.Header{"Content-Type": {"application/json"}}},
		{"another case", `{"StatusCode":201}`, 200, `{"StatusCode":201}`, http.Header{"Content-Type": {"application/json"}}},
		{"status only", `{"statusCode":201}`, 201, ``, http.Header{"Content-Type": {text}}},
		{"status as text", `{"statusCode":"404","body":"no"}`, 404, `no`, http.Header{"Content-Type": {text}}},
		{"nulls", `{"statusCode":200,"headers":null,"body":null,"cookies":null,"isBase64Encoded":null,"multiValueHeaders":null}`, 200, ``,
			http.Header{"Content-Type": {text}}},
		{"headers", `{"statusCode":302,"headers":{"location":"/x","x-number":1.50,"x-true":true,"x-null":null,"content-length":"99","connection":"close"}}`, 302, ``,
			http.Header{"Content-Type": {text}, "Location": {"/x"}, "X-Number": {"1.50"}, "X-True": {"true"}}},
		{"cookies", `{"statusCode":200,"cookies":["a=1; HttpOnly","b=2"],"headers":{"content-type":"text/html"},"body":"<p>"}`, 200, `<p>`,
			http.Header{"Content-Type": {"text/html"}, "Set-Cookie": {"a=1; HttpOnly", "b=2"}}},
		{"base64", `{"statusCode":200,"headers":{"Content-Type":"image/png"},"body":"iVBORw==","isBase64Encoded":true}`, 200, "\x89PNG",
			http.Header{"Content-Type": {"image/png"}}},
		{"unknown field", `{"statusCode":200,"multiValueHeaders":{"X-A":["1"]},"body":"x"}`, 200, "x", http.Header{"Content-Type": {text}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got, err := interpret([]byte(test.payload))
			if err != nil {
				t.Fatal(err)
			}
			if got.status != test.status || string(got.body) != test.body || !maps.EqualFunc(got.header, test.header, slices.Equal) {
				t.Errorf("got %d %q %v, want %d %q %v", got.status, got.body, got.header, test.status, test.body, test.header)
			}
		})
	}
}

func TestInterpretRefuses(t *testing.T) {
	t.Parallel()
	for payload, want := range map[string]string{
		`{"statusCode":null}`:                                            "statusCode",
		`{"statusCode":0}`:                                               "statusCode",
		`{"statusCode":100}`:                                             "statusCode",
		`{"statusCode":600}`:                                             "statusCode",
		`{"statusCode":200.5}`:                                           "statusCode",
		`{"statusCode":{}}`:                                              "statusCode",
		`{"statusCode":200,"headers":["x"]}`:                             "headers",
		`{"statusCode":200,"headers":{"x":["1","2"]}}`:                   "a header has one value",
		`{"statusCode":200,"cookies":"a=1"}`:                             "cookies",
		`{"statusCode":200,"body":{"id":1}}`:                             "body",
		`{"statusCode":200,"isBase64Encoded":"yes"}`:                     "isBase64Encoded",
		`{"statusCode":200,"body":"not base64!","isBase64Encoded":true}`: "body",
	} {
		if got, err := interpret([]byte(payload)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %+v, %v; want an error about %s", payload, got, err, want)
		}
	}
}

// What a Go function returns with aws-lambda-go's type has null where nothing is set.
func TestResponseOfAGoFunction(t *testing.T) {
	t.Parallel()
	payload, err := json.Marshal(events.APIGatewayV2HTTPResponse{StatusCode: 201, Body: `{"id":1}`, Headers: map[string]string{"content-type": "application/json"}})
	if err != nil {
		t.Fatal(err)
	}
	url := serve(t, Config{Routes: map[string]Invoker{
		"ANY /order": answer(string(payload), nil),
		"GET /empty": answer(`{"statusCode":204,"body":"ignored"}`, nil),
	}})
	response, body := send(t, newRequest(t, "GET", url+"/order", nil))
	if response.StatusCode != 201 || body != `{"id":1}` || response.Header.Get("Content-Type") != "application/json" || response.ContentLength != 8 {
		t.Errorf("got %d %s %v", response.StatusCode, body, response.Header)
	}
	response, body = send(t, newRequest(t, "HEAD", url+"/order", nil))
	if response.StatusCode != 201 || body != "" || response.ContentLength != 8 {
		t.Errorf("HEAD: got %d %q %v", response.StatusCode, body, response.Header)
	}
	response, body = send(t, newRequest(t, "GET", url+"/empty", nil))
	if response.StatusCode != 204 || body != "" || response.Header.Get("Content-Length") != "" {
		t.Errorf("204: got %d %q %v", response.StatusCode, body, response.Header)
	}
}

func FuzzInterpret(f *testing.F) {
	for _, seed := range []string{``, `null`, `{"statusCode":200,"headers":{"a":1},"cookies":["b"],"body":"aGk=","isBase64Encoded":true}`, `{"statusCode":"2"}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, payload []byte) {
		res, err := interpret(payload)
		if err == nil && (res.status < 200 || res.status > 599 || res.header.Get("Content-Type") == "") {
			t.Errorf("%q: got %+v", payload, res)
		}
	})
}
