package tracingaws

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"

	"github.com/aws/smithy-go"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"
)

func (c *call) attributes() []attribute.KeyValue {
	var list []attribute.KeyValue
	if c.host != "" {
		host := c.host
		if name, port, err := net.SplitHostPort(c.host); err == nil {
			host = name
			if n, err := strconv.Atoi(port); err == nil {
				list = append(list, attribute.Int("server.port", n))
			}
		}
		list = append(list, attribute.String("server.address", host))
	}
	if c.status != 0 {
		list = append(list, attribute.Int("http.response.status_code", c.status))
	}
	if c.requestID != "" {
		list = append(list, attribute.String("aws.request_id", c.requestID))
	}
	if c.extendedRequestID != "" {
		list = append(list, attribute.String("aws.extended_request_id", c.extendedRequestID))
	}
	if c.attempts > 1 {
		list = append(list, attribute.Int("http.request.resend_count", c.attempts-1))
	}
	return list
}

// fail says what kind of failure it was, and not its text.
func fail(span trace.Span, err error) {
	kind := errorType(err)
	span.SetAttributes(attribute.String("error.type", kind))
	span.SetStatus(codes.Error, kind)
}

func errorType(err error) string {
	var answer smithy.APIError
	switch {
	case errors.As(err, &answer) && answer.ErrorCode() != "":
		return answer.ErrorCode()
	case errors.Is(err, context.DeadlineExceeded):
		return "context.DeadlineExceeded"
	case errors.Is(err, context.Canceled):
		return "context.Canceled"
	}
	for {
		inner := errors.Unwrap(err)
		if inner == nil {
			return fmt.Sprintf("%T", err)
		}
		err = inner
	}
}
