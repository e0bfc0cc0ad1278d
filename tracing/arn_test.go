package tracing_test

import (
	"context"
	"testing"

	"github.com/aws/aws-lambda-go/lambda"

	"github.com/lambdapatterns/lambdapatterns/tracing"
	"github.com/lambdapatterns/lambdapatterns/tracing/internal/spantest"
)

// One process may be invoked by several aliases, by its version and by none.
func TestInvokedARNs(t *testing.T) {
	const arn = "arn:aws:lambda:eu-central-1:123456789012:function:orders"
	t.Setenv("AWS_LAMBDA_FUNCTION_NAME", "")
	for version, cases := range map[string][][2]any{
		"7":       {{arn + ":live", arn + ":7"}, {arn + ":next", arn + ":7"}, {arn + ":7", arn + ":7"}, {arn, arn}, {"", nil}, {"a:b", nil}},
		"$LATEST": {{arn + ":live", arn + ":$LATEST"}, {arn + ":$LATEST", arn + ":$LATEST"}, {arn, arn}},
		"":        {{arn + ":live", arn + ":live"}},
	} {
		t.Run(version, func(t *testing.T) {
			t.Setenv("AWS_LAMBDA_FUNCTION_VERSION", version)
			var spans spantest.Recorder
			handler := lambda.NewHandler(tracing.HandleEvent(func(context.Context, int) error { return nil }, tracing.WithTracerProvider(&spans)))
			for _, c := range cases {
				spans.Reset()
				if _, err := handler.Invoke(inLambda(t.Context(), c[0].(string)), []byte("1")); err != nil {
					t.Fatal(err)
				}
				span := only(t, &spans)
				wantAttribute(t, span, "cloud.resource_id", c[1])
				if c[1] == nil {
					wantAttribute(t, span, "aws.lambda.invoked_arn", nil)
					continue
				}
				wantAttribute(t, span, "aws.lambda.invoked_arn", c[0])
				if span.Name != "orders" {
					t.Errorf("name %q", span.Name)
				}
			}
		})
	}
}
