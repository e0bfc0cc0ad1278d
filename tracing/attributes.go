package tracing

import "go.opentelemetry.io/otel/attribute"

// The names of OpenTelemetry's semantic conventions. They are written out here because package semconv makes hundreds of
// values when it is imported, which every cold start would pay for.
const (
	// schemaURL is the version of the conventions that the names are from.
	schemaURL = "https://opentelemetry.io/schemas/1.44.0"

	keyErrorType = attribute.Key("error.type")

	keyTrigger      = attribute.Key("faas.trigger")
	keyColdStart    = attribute.Key("faas.coldstart")
	keyInvocationID = attribute.Key("faas.invocation_id")
	keyCron         = attribute.Key("faas.cron")
	keyTime         = attribute.Key("faas.time")

	keyDocumentCollection = attribute.Key("faas.document.collection")
	keyDocumentOperation  = attribute.Key("faas.document.operation")
	keyDocumentName       = attribute.Key("faas.document.name")
	keyDocumentTime       = attribute.Key("faas.document.time")

	keyInvokedARN = attribute.Key("aws.lambda.invoked_arn")
	keyAccountID  = attribute.Key("cloud.account.id")
	keyResourceID = attribute.Key("cloud.resource_id")

	keyMethod          = attribute.Key("http.request.method")
	keyMethodOriginal  = attribute.Key("http.request.method_original")
	keyStatusCode      = attribute.Key("http.response.status_code")
	keyRoute           = attribute.Key("http.route")
	keyPath            = attribute.Key("url.path")
	keyQuery           = attribute.Key("url.query")
	keyScheme          = attribute.Key("url.scheme")
	keyServerAddress   = attribute.Key("server.address")
	keyServerPort      = attribute.Key("server.port")
	keyClientAddress   = attribute.Key("client.address")
	keyUserAgent       = attribute.Key("user_agent.original")
	keyProtocolVersion = attribute.Key("network.protocol.version")
)
