// Package lambdapatterns is the map of a library for AWS Lambda functions written in Go. It holds no code; import the
// packages that you need.
//
//   - [github.com/lambdapatterns/lambdapatterns/sqsbatch] turns a function that handles one message into a Lambda handler for
//     SQS batches with partial batch responses: concurrent, in order for FIFO queues, done before the deadline, and without
//     losing a message. Its sqsqueue makes the calls to Amazon SQS that delays and dead letters take, its sqsmapping checks the
//     event source mapping, and its sqsbatchtest is an SQS in memory with an event source mapping, for tests.
//   - [github.com/lambdapatterns/lambdapatterns/singletable] keeps several entity types in one DynamoDB table behind typed
//     repositories, with keys made from patterns such as "USER#{id}". Its changes turns the table's stream into typed changes,
//     its idempotency makes an effect happen once, and its singletabletest is a DynamoDB in memory, for tests.
//   - [github.com/lambdapatterns/lambdapatterns/eventbridge] decodes EventBridge events, those of Amazon S3 first of all, into
//     types that know their pitfalls, routes them, and finds them inside of what other services hand on. Its pattern builds
//     and matches event patterns, its publish sends events and accounts for each, and its eventbridgetest makes events for tests.
//   - [github.com/lambdapatterns/lambdapatterns/coldstart] runs what a function has to do before its first invocation, in
//     parallel and bounded, and reports how long it took.
//   - [github.com/lambdapatterns/lambdapatterns/tracing] reads and writes X-Ray's trace header and puts trace and request ids
//     on log records. It is the only package that imports OpenTelemetry.
//
// The packages do not import each other. They meet in plain Go types: func(context.Context, T) error, and the events of
// aws-lambda-go.
//
// The folder templatetest is a module of its own for tests that hold Terraform and SAM files against the code. The folder
// examples is a module of its own with whole services and with a local stack that runs their compiled functions:
//
//	go run ./examples/local
package lambdapatterns
