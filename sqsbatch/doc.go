// Package sqsbatch turns a function that handles one message into a Lambda handler for batches of an Amazon SQS queue.
//
//	func main() {
//		lambda.Start(sqsbatch.Handle(func(ctx context.Context, o Order) error {
//			return ship(ctx, o)
//		}))
//	}
//
// The handler answers with a partial batch response: the messages whose call returned nil are deleted from the queue, all
// others come again. The event source mapping must have ReportBatchItemFailures among its function response types. Without
// it Lambda ignores the response and deletes the whole batch (AWS Lambda Developer Guide, "Handling errors for an SQS event
// source in Lambda"). Package sqsbatch/sqsmapping checks that it has.
//
// [HandleBatch] is for handlers that take a whole batch at once; what is said below of calls holds for its one call, with
// what its own documentation adds.
//
// # What the type decides
//
// The handler's parameter type says how a message is decoded:
//
//   - [events.SQSMessage] or a pointer to it: the message as it came, attributes included;
//   - string, []byte and [encoding/json.RawMessage]: the body, not looked into;
//   - any other type: the body is JSON and is decoded into it. A body that cannot be decoded, null included, fails its
//     message with a [*DecodeError]; the handler does not see it.
//
// The message behind a decoded value is in the context: [MessageFromContext].
//
// [WithDecoding] takes layers off the body first: the envelopes of Amazon SNS and Amazon EventBridge, base64, and gzip with
// a limit to what comes out. [envelope.S3] knows the test event of Amazon S3. [WithCodec] decodes something else than
// JSON. [WithUndecodable] says what becomes of bodies that cannot be decoded; without it they come again, until the queue's
// redrive policy puts them aside.
//
// # What the error decides
//
//	return nil                             // done: the message is deleted
//	return err                             // it comes again after the queue's visibility time-out
//	return sqsbatch.RetryAfter(err, d)     // it comes again after d, and is no failure
//	return sqsbatch.Drop(err)              // it is deleted all the same
//	return sqsbatch.DeadLetter(err)        // it goes to the dead-letter queue now
//
// They may be wrapped. An error of another package that has a method RetryAfter() time.Duration counts as RetryAfter.
// RetryAfter and DeadLetter take calls of Amazon SQS, which this package does not make: a [Settler] does,
// such as the one of package sqsbatch/sqsqueue, given with [WithSettler]. [WithBackoff] has it give plain failures a random
// delay that grows with each receive. For DeadLetter that one's Config must name a dead-letter queue. Without it nothing is
// wrong when the function starts, and each message that asks for it fails and comes again.
//
// Whatever the Settler does not confirm has not happened: the message counts as failed, comes again, and the [Report] says
// why. A message can so be in the dead-letter queue twice, but not be lost.
//
// # What is never lost
//
// Every message of a batch starts as failed and is struck off only when its handler call returned nil, or what it asked for
// instead is done. A message is deleted from the queue for no other reason but these two, which take an option: the function
// of [WithUndecodable] returned nil, and [envelope.S3] found a test event. The response is checked before it is returned: it
// holds ids of this batch only, none of them empty, none twice, and it is never null, which Lambda would read as "all
// succeeded". A batch with a message that has no id, and an event without messages, cannot be answered in part: they fail
// whole, with a [*BatchError], before any handler runs.
//
// A panic in the handler, and a call of [runtime.Goexit], fail their message alone, with a [*PanicError].
//
// # Order
//
// A FIFO queue is recognised by the suffix ".fifo" of its ARN and by nothing else, because messages of standard queues have
// group ids too since fair queues came. Its message groups are handled concurrently, the messages inside a group one after
// another. When a message fails, the rest of its group is not handled and comes again after it; other groups go on.
//
// Drop lets a group go on, and so does DeadLetter, once the copy is confirmed: where later messages of the group wait in the
// batch, the Settler is called for that one message at once. RetryAfter and back-off delay the message that failed; the rest
// of its group keeps the queue's visibility time-out, and Amazon SQS hands out no message of a group while one of it is
// invisible, so a delay shorter than that has no effect when the failure was not the group's last message in the batch.
//
// # Concurrency
//
// Messages are handled by up to ten concurrent calls ([WithConcurrency]), so the handler must be safe for concurrent use.
// [WithGroupConcurrency] bounds them by message group, for the tenants of a fair queue; [WithProcessConcurrency] bounds the
// calls of all the invocations that AWS_LAMBDA_MAX_CONCURRENCY lets a process run at once. These share nothing else.
//
// # Time
//
// The context's deadline in Lambda is the moment at which the process is killed and the whole batch, finished work
// included, comes again. A reserve of 500 ms is therefore kept before it ([WithReserve]):
//
//	                  reserve
//	handlers run    |--------|--------|--------|--------| deadline
//	                1                 2        3
//
// At 1, no message is started any more and the contexts of running handlers end. At 2, what still runs has failed, and its
// late result is discarded. Then the Settler has until 3 for what the messages asked for, and the response goes out, even if
// handlers or the Settler ignore their contexts. All of this happens earlier when the handlers end earlier. Observers take
// their time after it.
//
// [WithMessageTimeout] gives each call a time of its own. A call that ignores the end of its context goes on while the
// function is thawed for later invocations, and its message is delivered again meanwhile: pass the context on to whatever
// blocks.
//
// # When everything fails
//
// [WithBrake] stops a batch when failures in a row say that a dependency is down. [WithErrorOnFullFailure] makes the
// invocation fail when all messages that were attempted failed, which changes the function's metrics and nothing about the
// messages.
//
// Messages that come again without having been tried, behind a failure in their group, for lack of time or behind the brake,
// have been received all the same: each receive counts towards the queue's maxReceiveCount, after which they go to the
// dead-letter queue. Set it to 5 or more (AWS Lambda Developer Guide, "Creating and configuring an Amazon SQS event source
// mapping").
//
// # What is told
//
// Failures of messages are no errors of the invocation, so nobody sees them unless an observer does: [WithObserver] gets a
// [Report] of each batch, with the [Outcome] of every message. [LogTo] writes it to a log, [MetricsTo] makes metrics of it in
// CloudWatch's embedded format. [WithMiddleware] wraps the handling of single messages, as tracing does. No body is in any
// error, log record or metric that this package makes; what the handler's own errors say is the handler's part.
//
// # Delivery is at least once
//
// Messages come more than once, from FIFO queues too. Handlers must be idempotent.
package sqsbatch
