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

// The names of the conventions for messages, and operationProcess, which is both an operation's name and its type.
const (
	keySystem        = attribute.Key("messaging.system")
	keyOperationName = attribute.Key("messaging.operation.name")
	keyOperationType = attribute.Key("messaging.operation.type")
	keyDestination   = attribute.Key("messaging.destination.name")
	keyPartition     = attribute.Key("messaging.destination.partition.id")
	keyMessageID     = attribute.Key("messaging.message.id")
	keyBatchCount    = attribute.Key("messaging.batch.message_count")
	keyTopicARN      = attribute.Key("aws.sns.topic.arn")

	operationProcess = "process"
	multipleSources  = "multiple_sources"
)

// The names of attributes that the conventions have none for.
const (
	keyOutcome      = attribute.Key("lambdapatterns.outcome")
	keyFailures     = attribute.Key("lambdapatterns.batch.failures")
	keyRecordCount  = attribute.Key("lambdapatterns.batch.record_count")
	keyLinksOmitted = attribute.Key("lambdapatterns.links.omitted")
	keyReceiveCount = attribute.Key("lambdapatterns.message.receive_count")
	keyMessageCount = attribute.Key("lambdapatterns.message.count")
	keyMessageIDs   = attribute.Key("lambdapatterns.message.ids")
	keySequence     = attribute.Key("lambdapatterns.record.sequence_number")
	keyEventSource  = attribute.Key("lambdapatterns.event.source")
	keyDetailType   = attribute.Key("lambdapatterns.event.detail_type")

	// keyOutcomes and an outcome: how many messages of the event had it.
	keyOutcomes = "lambdapatterns.outcomes."
)
