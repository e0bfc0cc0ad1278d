package tracing

import (
	"strconv"

	"github.com/lambdapatterns/lambdapatterns/internal/jsonscan"
)

// status returns the status code of the response to a request, or 0 where there is no request or none is known.
func (inv *invocation) status(body []byte) int {
	own := &inv.own
	if !own.recorded || !own.request {
		return 0
	}
	if code := statusCode(body); code != 0 || !own.implicit {
		return code
	}
	return 200 // what HTTP APIs and function URLs make of a response that is not one of theirs
}

// statusCode returns the number statusCode of a JSON object, if it is one of HTTP's, or 0.
func statusCode(body []byte) int {
	scan := jsonscan.New(body)
	scan.Take('{')
	for i := 0; scan.More(i, '}'); i++ {
		if string(scan.Key()) != "statusCode" {
			scan.Raw()
			continue
		}
		if code, err := strconv.Atoi(string(scan.Raw())); err == nil && 100 <= code && code <= 599 {
			return code
		}
		return 0
	}
	return 0
}
