package httpapi

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
)

// response is what the client gets.
type response struct {
	status int
	header http.Header
	body   []byte
}

// message is a response of the API's own.
func message(status int, text string) response {
	body, _ := json.Marshal(map[string]string{"message": text}) // strings always marshal
	return response{status: status, header: http.Header{"Content-Type": {"application/json"}}, body: body}
}

func (res response) write(w http.ResponseWriter) {
	maps.Copy(w.Header(), res.header)
	if res.status != http.StatusNoContent && res.status != http.StatusNotModified {
		w.Header().Set("Content-Length", strconv.Itoa(len(res.body)))
	}
	w.WriteHeader(res.status)
	_, _ = w.Write(res.body) // it fails for HEAD, for 204 and for a client that is gone
}

// interpret turns what a function returned into a response. An object with a statusCode is the explicit form, and an error
// if a field is not what it must be. Everything else is the body of a 200: the documentation asks that it be JSON, the
// service does not.
func interpret(payload []byte) (response, error) {
	var fields map[string]json.RawMessage
	if json.Unmarshal(payload, &fields) != nil || fields["statusCode"] == nil {
		return response{status: http.StatusOK, header: http.Header{"Content-Type": {"application/json"}}, body: payload}, nil
	}
	res := response{header: http.Header{}}
	var body string
	var isBase64 bool
	var cookies []string
	for _, field := range []struct {
		name   string
		decode func(json.RawMessage) error
	}{
		{"statusCode", res.setStatus},
		{"headers", res.setHeaders},
		{"cookies", into(&cookies)},
		{"body", into(&body)},
		{"isBase64Encoded", into(&isBase64)},
	} {
		value := fields[field.name]
		if value == nil {
			continue
		}
		if err := field.decode(value); err != nil {
			return response{}, fmt.Errorf("%s: %w", field.name, err)
		}
	}
	for _, cookie := range cookies {
		res.header.Add("Set-Cookie", cookie)
	}
	if res.header.Get("Content-Type") == "" {
		res.header.Set("Content-Type", "text/plain; charset=utf-8")
	}
	res.body = []byte(body)
	if isBase64 {
		var err error
		if res.body, err = base64.StdEncoding.DecodeString(body); err != nil {
			return response{}, fmt.Errorf("body: %w", err)
		}
	}
	return res, nil
}

func into[T any](v *T) func(json.RawMessage) error {
	return func(value json.RawMessage) error { return json.Unmarshal(value, v) }
}

// setStatus takes a number, or one in a string. Informational statuses are refused: they end no response.
func (res *response) setStatus(value json.RawMessage) error {
	status, err := strconv.Atoi(string(bytes.Trim(value, `"`)))
	if err != nil || status < 200 || status > 599 {
		return fmt.Errorf("%s is not a status from 200 to 599", value)
	}
	res.status = status
	return nil
}

// setHeaders takes one value for each header, as format 2.0 has no list of values: text, a number or a truth value.
func (res *response) setHeaders(value json.RawMessage) error {
	decoder := json.NewDecoder(bytes.NewReader(value))
	decoder.UseNumber()
	var headers map[string]any
	if err := decoder.Decode(&headers); err != nil {
		return err
	}
	for name, value := range headers {
		canonical := http.CanonicalHeaderKey(name)
		if canonical == "Content-Length" || slices.Contains(hopByHop, canonical) {
			continue // the server's own
		}
		switch value := value.(type) {
		case nil:
		case string, json.Number, bool:
			res.header.Set(name, fmt.Sprint(value))
		default:
			return fmt.Errorf("%s has a %T; a header has one value", name, value)
		}
	}
	return nil
}
