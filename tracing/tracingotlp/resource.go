package tracingotlp

import (
	"context"
	"net/url"
	"strconv"
	"strings"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/resource"
)

// newResource describes the execution environment (OpenTelemetry Semantic Conventions 1.44, "AWS Lambda" and "FaaS"). Of
// attributes with the same key, those given here win, then those of OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES, then
// Lambda's.
func newResource(given []attribute.KeyValue) (*resource.Resource, error) {
	if err := checkResourceVariable(); err != nil {
		return nil, err
	}
	configured, err := resource.New(context.Background(), resource.WithTelemetrySDK(), resource.WithFromEnv())
	if err != nil {
		return nil, wrong("OTEL_RESOURCE_ATTRIBUTES", "%v", err)
	}
	r, err := resource.Merge(resource.NewSchemaless(lambdaAttributes()...), configured)
	if err != nil {
		return nil, wrong("OTEL_RESOURCE_ATTRIBUTES", "%v", err)
	}
	r, err = resource.Merge(r, resource.NewSchemaless(given...))
	if err != nil {
		return nil, wrong("WithAttributes", "%v", err)
	}
	return r, nil
}

// checkResourceVariable finds what the SDK would only log, or quote.
func checkResourceVariable() error {
	const name = "OTEL_RESOURCE_ATTRIBUTES"
	list := getenv(name)
	if list == "" {
		return nil
	}
	for i, pair := range strings.Split(list, ",") {
		key, value, ok := strings.Cut(pair, "=")
		if !ok || strings.TrimSpace(key) == "" {
			return wrong(name, "attribute %d is not key=value", i+1)
		}
		if _, err := url.PathUnescape(strings.TrimSpace(value)); err != nil {
			return wrong(name, "the value of %s is not URL-encoded", strings.TrimSpace(key))
		}
	}
	return nil
}

// lambdaAttributes reads the variables that Lambda sets (AWS Lambda Developer Guide, "Defined runtime environment variables").
func lambdaAttributes() []attribute.KeyValue {
	function := getenv("AWS_LAMBDA_FUNCTION_NAME")
	if function == "" {
		return []attribute.KeyValue{attribute.String("service.name", "unknown_service")}
	}
	list := []attribute.KeyValue{
		attribute.String("service.name", function),
		attribute.String("cloud.provider", "aws"),
		attribute.String("cloud.platform", "aws_lambda"),
		attribute.String("faas.name", function),
	}
	for key, variable := range map[attribute.Key]string{
		"cloud.region":  "AWS_REGION",
		"faas.version":  "AWS_LAMBDA_FUNCTION_VERSION",
		"faas.instance": "AWS_LAMBDA_LOG_STREAM_NAME",
	} {
		if v := getenv(variable); v != "" {
			list = append(list, key.String(v))
		}
	}
	if v := getenv("AWS_LAMBDA_LOG_GROUP_NAME"); v != "" {
		list = append(list, attribute.StringSlice("aws.log.group.names", []string{v}))
	}
	if mb, err := strconv.ParseInt(getenv("AWS_LAMBDA_FUNCTION_MEMORY_SIZE"), 10, 32); err == nil && mb > 0 {
		list = append(list, attribute.Int64("faas.max_memory", mb<<20)) // in bytes
	}
	return list
}
