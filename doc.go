// Package lambdapatterns is the map of a library for AWS Lambda functions written in Go. It holds no code; import the
// packages that you need.
//
//   - [github.com/lambdapatterns/lambdapatterns/sqsbatch] turns a function that handles one message into a Lambda handler for
//     SQS batches with partial batch responses: concurrent, in order for FIFO queues, done before the deadline, and without
//     losing a message. Its envelope takes SNS, EventBridge, base64 and gzip off a body, its sqsqueue makes the calls to Amazon SQS
//     that delays and dead letters take, its sqsmapping checks the event source mapping, and its sqsbatchtest is an SQS in memory
//     with an event source mapping, for tests.
//   - [github.com/lambdapatterns/lambdapatterns/singletable] keeps several entity types in one DynamoDB table behind typed
//     repositories, with keys made from patterns such as "USER#{id}". Its changes turns the table's stream into typed changes,
//     its idempotency makes an effect happen once, and its singletabletest is a DynamoDB in memory, for tests.
//   - [github.com/lambdapatterns/lambdapatterns/eventbridge] decodes EventBridge events into types, routes them, and finds them
//     inside of what other services hand on. Its s3event has the details of Amazon S3's events and knows their pitfalls, its
//     pattern builds and matches event patterns, its publish sends events and accounts for each, and its eventbridgetest makes
//     events for tests.
//   - [github.com/lambdapatterns/lambdapatterns/coldstart] runs what a function has to do before its first invocation, in
//     parallel and bounded, has an HTTP client whose connections outlive a freeze, and makes values when they are first used.
//     Its coldstarttest holds a function to a start budget.
//   - [github.com/lambdapatterns/lambdapatterns/tracing] puts spans around invocations and messages, linked to their senders, and
//     trace and request ids on log records. It is the only package that imports OpenTelemetry, and only its API. Its tracingaws
//     has spans for the AWS SDK's calls; its tracingotlp, a module of its own, sets the SDK up without gRPC.
//
// These five packages do not import each other; what is below one of them may import it. They meet in plain Go types:
// func(context.Context, T) error, and the events of aws-lambda-go.
//
// The folder templatetest is a module of its own for tests that hold Terraform and SAM files against the code. The folder
// examples is a module of its own with whole services and with a local stack that runs their compiled functions:
//
//	go run ./examples/local
package lambdapatterns
