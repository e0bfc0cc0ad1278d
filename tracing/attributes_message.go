package tracing

import "go.opentelemetry.io/otel/attribute"

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
