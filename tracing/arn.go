package tracing

import (
	"context"
	"strings"

	"github.com/aws/aws-lambda-go/lambdacontext"
	"go.opentelemetry.io/otel/attribute"
)

// function is what an invoked ARN tells. All but one in a process's invocations have the same.
type function struct {
	arn        string
	name       string
	attributes []attribute.KeyValue
}

// invoked returns what the ARN of this invocation tells, or an empty function where there is none.
func (s *settings) invoked(lc *lambdacontext.LambdaContext) *function {
	if f := s.function.Load(); f != nil && f.arn == lc.InvokedFunctionArn {
		return f
	}
	f := newFunction(lc.InvokedFunctionArn, s.version)
	s.function.Store(f)
	return f
}

// newFunction reads arn:aws:lambda:<region>:<account>:function:<name>, with or without a version or an alias behind it.
func newFunction(arn, version string) *function {
	f := &function{arn: arn}
	parts := strings.Split(arn, ":")
	if len(parts) < 7 || parts[0] != "arn" {
		return f
	}
	f.name = parts[6]
	id := arn
	if len(parts) > 7 && version != "" {
		id = strings.Join(parts[:7], ":") + ":" + version
	}
	f.attributes = []attribute.KeyValue{keyInvokedARN.String(arn), keyAccountID.String(parts[4]), keyResourceID.String(id)}
	return f
}

func lambdaContext(ctx context.Context) *lambdacontext.LambdaContext {
	if lc, ok := lambdacontext.FromContext(ctx); ok && lc != nil {
		return lc
	}
	return &lambdacontext.LambdaContext{}
}
