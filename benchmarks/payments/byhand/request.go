package main

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"

	"github.com/aws/aws-lambda-go/events"
)

const maxBody = 64 << 10

// problem is an error with its answer to the client (RFC 9457).
type problem struct {
	Type    string `json:"type"`
	Title   string `json:"title"`
	Status  int    `json:"status"`
	Detail  string `json:"detail,omitempty"`
	headers map[string]string
}

func (p *problem) Error() string { return fmt.Sprintf("%d %s: %s", p.Status, p.Title, p.Detail) }

func problemf(status int, format string, args ...any) *problem {
	return &problem{Type: "about:blank", Title: http.StatusText(status), Status: status, Detail: fmt.Sprintf(format, args...)}
}

func problemOf(err error, what string) *problem {
	if p, ok := errors.AsType[*problem](err); ok {
		return p
	}
	switch {
	case errors.Is(err, errBadKey):
		return problemf(http.StatusBadRequest, "%s: this id or value is not allowed", what)
	case errors.Is(err, errNotFound):
		return problemf(http.StatusNotFound, "there is no such %s", what)
	case errors.Is(err, errTaken):
		return problemf(http.StatusConflict, "another %s has this e-mail already", what)
	case errors.Is(err, errExists):
		return problemf(http.StatusConflict, "there is such a %s already", what)
	case errors.Is(err, errNotUnique):
		return problemf(http.StatusConflict, "there is more than one such %s", what)
	}
	return problemf(http.StatusServiceUnavailable, "please try again")
}

func (p *problem) response() events.APIGatewayV2HTTPResponse {
	r := respond(p.Status, p)
	r.Headers["content-type"] = "application/problem+json"
	for name, value := range p.headers {
		r.Headers[name] = value
	}
	return r
}

func respond(status int, v any) events.APIGatewayV2HTTPResponse {
	body, err := json.Marshal(v)
	if err != nil {
		status, body = http.StatusInternalServerError, []byte(`{"type":"about:blank","title":"Internal Server Error","status":500}`)
	}
	return events.APIGatewayV2HTTPResponse{
		StatusCode: status, Headers: map[string]string{"content-type": "application/json"}, Body: string(body),
	}
}

func readJSON(r events.APIGatewayV2HTTPRequest, v any) error {
	if kind, _, err := mime.ParseMediaType(r.Headers["content-type"]); err != nil || kind != "application/json" {
		return problemf(http.StatusUnsupportedMediaType, "send the body as application/json")
	}
	body := []byte(r.Body)
	if r.IsBase64Encoded {
		decoded, err := base64.StdEncoding.DecodeString(r.Body)
		if err != nil {
			return problemf(http.StatusBadRequest, "the body is not base64")
		}
		body = decoded
	}
	if len(body) > maxBody {
		return problemf(http.StatusRequestEntityTooLarge, "the body has %d bytes, and %d are allowed", len(body), maxBody)
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		if mismatch, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
			return problemf(http.StatusBadRequest, "%q in the body is a %s and should be a %s", mismatch.Field, mismatch.Value, mismatch.Type.Kind())
		}
		if errors.Is(err, io.EOF) {
			return problemf(http.StatusBadRequest, "the body is empty")
		}
		return problemf(http.StatusBadRequest, "the body is not the JSON that is expected: %s", strings.TrimPrefix(err.Error(), "json: "))
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return problemf(http.StatusBadRequest, "there is more than one JSON value in the body")
	}
	return nil
}
