package payments

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"

	"github.com/aws/aws-lambda-go/events"
)

// readJSON reads the request's body into v, which must have every field that the body has.
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
		return badJSON(err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return problemf(http.StatusBadRequest, "there is more than one JSON value in the body")
	}
	return nil
}

func badJSON(err error) error {
	var mismatch *json.UnmarshalTypeError
	switch {
	case errors.Is(err, io.EOF):
		return problemf(http.StatusBadRequest, "the body is empty")
	case errors.As(err, &mismatch):
		return problemf(http.StatusBadRequest, "%q in the body is a %s and should be a %s", mismatch.Field, mismatch.Value, mismatch.Type.Kind())
	}
	return problemf(http.StatusBadRequest, "the body is not the JSON that is expected: %s", strings.TrimPrefix(err.Error(), "json: "))
}
