package oteltest

import "github.com/aws/smithy-go/middleware"

type stack = middleware.Stack
