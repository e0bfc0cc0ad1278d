// Package tracingaws makes spans of the AWS SDK's calls and hands the trace on to the services that they go to. It takes the
// place of OpenTelemetry's otelaws, which is deprecated since September 2026.
//
//	cfg, err := config.LoadDefaultConfig(ctx)
//	…
//	cfg.APIOptions = append(cfg.APIOptions, tracingaws.Middleware())
//	table := dynamodb.NewFromConfig(cfg)
//
// # What a span has
//
// One call is one span, however many attempts it takes: kind client, named after the service and the operation, such as
// DynamoDB.GetItem, with these attributes (OpenTelemetry Semantic Conventions 1.44, "AWS SDK client spans" and the pages of
// the services):
//
//   - rpc.system with its new name rpc.system.name, rpc.service, rpc.method, cloud.region, aws.request_id,
//     aws.extended_request_id, server.address and server.port of the host that answered, http.response.status_code,
//     http.request.resend_count if there were retries, and error.type: the service's code, or the Go type of the error.
//   - DynamoDB: db.system.name, db.operation.name, aws.dynamodb.table_names also of batches and transactions, and
//     aws.dynamodb.index_name.
//   - SQS and SNS: messaging.system, messaging.operation.name and type, messaging.destination.name, the queue's URL or the
//     topic's ARN, messaging.batch.message_count, messaging.message.id. What sends messages has the kind producer.
//   - Lambda, Step Functions, Kinesis and S3: the function's name, the state machine's ARN, the stream's name, the bucket.
//
// Nothing else of a request or response is looked at: no item, no key, no body, no phone number. The text of an error is left
// out too, because services quote values in it.
//
// # Where the trace goes on
//
// Each request carries the header X-Amzn-Trace-Id of its span, of the span in the context where the call is not recorded, or
// otherwise of the invocation; and the invocation's Lineage, by which Lambda stops recursive loops. SQS makes the message
// system attribute AWSTraceHeader of it, for every message of the request that has none (Amazon SQS Developer Guide, "Amazon
// SQS and AWS X-Ray"), Step Functions prefers it to the field of StartExecution, Lambda makes it the trace of the function
// that is invoked. EventBridge takes the trace of an event from the entry's field: see TraceHeader of package tracing.
//
// A header that the caller has set is left alone. Presigned requests get neither span nor header.
package tracingaws
