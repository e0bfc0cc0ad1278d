package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"
)

// maxSQSRequest is above what a request to SQS may have: 1 MiB of messages, in JSON.
const maxSQSRequest = 8 << 20

// traceHeaders stands before an SQS that does not do as Amazon SQS does with the header X-Amzn-Trace-Id, moto's for one: it makes it
// the system attribute AWSTraceHeader of each message that is sent and has none (Amazon SQS Developer Guide, "Amazon SQS and AWS
// X-Ray"). A request's signature does not hold behind it.
func traceHeaders(target *url.URL) http.Handler {
	proxy := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(target) }}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := r.Header.Get("X-Amzn-Trace-Id")
		operation, _ := strings.CutPrefix(r.Header.Get("X-Amz-Target"), "AmazonSQS.")
		if header != "" && (operation == "SendMessage" || operation == "SendMessageBatch") {
			body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxSQSRequest))
			if err == nil {
				body, err = withTraceHeader(body, header)
			}
			if err != nil {
				http.Error(w, err.Error(), http.StatusBadRequest)
				return
			}
			r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
		}
		proxy.ServeHTTP(w, r)
	})
}

// withTraceHeader adds the system attribute to a request, or to its entries if there are such.
func withTraceHeader(body []byte, header string) ([]byte, error) {
	var request map[string]json.RawMessage
	if err := json.Unmarshal(body, &request); err != nil {
		return nil, fmt.Errorf("the request is no JSON object: %w", err)
	}
	messages := []map[string]json.RawMessage{request}
	if entries, ok := request["Entries"]; ok {
		messages = nil // or the first entry is read into the request
		if err := json.Unmarshal(entries, &messages); err != nil {
			return nil, fmt.Errorf("the request's entries are no list: %w", err)
		}
	}
	for _, m := range messages {
		var attributes map[string]any
		if given := m["MessageSystemAttributes"]; len(given) > 0 {
			if err := json.Unmarshal(given, &attributes); err != nil {
				return nil, fmt.Errorf("the system attributes are no object: %w", err)
			}
		}
		if m == nil || attributes["AWSTraceHeader"] != nil {
			continue
		}
		if attributes == nil {
			attributes = map[string]any{}
		}
		attributes["AWSTraceHeader"] = map[string]string{"DataType": "String", "StringValue": header}
		m["MessageSystemAttributes"], _ = json.Marshal(attributes) // strings always marshal
	}
	if _, ok := request["Entries"]; ok {
		request["Entries"], _ = json.Marshal(messages)
	}
	return json.Marshal(request)
}
