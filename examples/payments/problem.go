package payments

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"github.com/aws/aws-lambda-go/events"

	"github.com/lambdapatterns/lambdapatterns/singletable"
)

// problem is an error with its answer to the client (RFC 9457, "Problem Details for HTTP APIs").
type problem struct {
	Type    string            `json:"type"`
	Title   string            `json:"title"`
	Status  int               `json:"status"`
	Detail  string            `json:"detail,omitempty"`
	headers map[string]string // besides the content type
}

func (p *problem) Error() string { return fmt.Sprintf("%d %s: %s", p.Status, p.Title, p.Detail) }

func problemf(status int, format string, args ...any) *problem {
	return &problem{Type: "about:blank", Title: http.StatusText(status), Status: status, Detail: fmt.Sprintf(format, args...)}
}

// problemOf finds the answer to an error; what the client cannot mend is a 503 without details. what names the thing that
// the request was about.
func problemOf(err error, what string) *problem {
	var p *problem
	var key *singletable.KeyError
	var item *singletable.ItemError
	switch {
	case errors.As(err, &p):
		return p
	case errors.As(err, &key):
		return problemf(http.StatusBadRequest, "%s: this id or value is not allowed: %s", what, key.Reason)
	case errors.Is(err, singletable.ErrNotFound):
		return problemf(http.StatusNotFound, "there is no such %s", what)
	case errors.Is(err, singletable.ErrExists) && errors.As(err, &item) && item.Constraint != "":
		return problemf(http.StatusConflict, "another %s has this %s already", what, item.Constraint)
	case errors.Is(err, singletable.ErrExists):
		return problemf(http.StatusConflict, "there is such a %s already", what)
	case errors.Is(err, singletable.ErrNotUnique):
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
