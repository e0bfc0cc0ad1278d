// Package sqsbatch turns a function that handles one message into a Lambda handler for batches of an Amazon SQS queue.
//
// The handler answers with a partial batch response: messages whose call succeeded are deleted from the queue, all others come
// again. What a batch takes besides is done: concurrency, the order of FIFO queues, the time that is left, panics, and an
// account of each message from which no failure is ever lost.
//
// # The first handler
//
//	func main() {
//		lambda.Start(sqsbatch.Handle(func(ctx context.Context, o Order) error {
//			return ship(ctx, o)
//		}))
//	}
//
// The event source mapping must have ReportBatchItemFailures among its function response types. Without it Lambda ignores the
// response and deletes the whole batch (AWS Lambda Developer Guide, "Handling errors for an SQS event source in Lambda").
// Package sqsbatch/sqsmapping checks that it has.
//
// The type of the second parameter decides how a message is decoded:
//
//   - [events.SQSMessage] or a pointer to it: the message as it came, attributes included. The pointer is to a copy, with which
//     the handler may do as it likes; the maps in the former are the batch's own: do not change them;
//   - string, []byte and [encoding/json.RawMessage]: the body, not looked into;
//   - any other type: the body is JSON and is decoded into it. A body that cannot be decoded, null included, fails its
//     message with a [*DecodeError]; the handler does not see it.
//
// The message behind a decoded value is in the context: [MessageFromContext].
//
// Up to ten calls run at once, so the handler must be safe for concurrent use. [WithConcurrency] changes the bound, and 1
// handles one message after another. [WithGroupConcurrency] bounds the calls by message group, for the tenants of a fair queue;
// [WithProcessConcurrency] those of all the invocations that AWS_LAMBDA_MAX_CONCURRENCY lets a process run at once. These
// share nothing else.
//
// [HandleBatch] is for handlers that take a whole batch at once; what is said below of calls holds for its one call, with
// what its own documentation adds.
//
// # Steering
//
// A handler says by its error what becomes of the message:
//
//	return nil                             // done: the message is deleted
//	return err                             // it comes again after the queue's visibility time-out
//	return sqsbatch.RetryAfter(err, d)     // it comes again after d, and is no failure
//	return sqsbatch.Drop(err)              // it is deleted all the same
//	return sqsbatch.DeadLetter(err)        // it goes to the dead-letter queue now
//
// They may be wrapped. An error of another package that has a method RetryAfter() time.Duration counts as RetryAfter.
//
// RetryAfter and DeadLetter take calls of Amazon SQS, which this package does not make: a [Settler] does, such as the one of
// package sqsbatch/sqsqueue, given with [WithSettler]. [WithBackoff] has it give plain failures a random delay that grows with
// each receive. Whatever the Settler does not confirm has not happened: the message counts as failed, comes again, and the
// [Report] says why. A message can so be in the dead-letter queue twice, but not be lost.
//
// [WithBrake] stops a batch when failures in a row say that a dependency is down. [WithErrorOnFullFailure] makes the
// invocation fail when all messages that were attempted failed, which changes the function's metrics and nothing about the
// messages.
//
// # FIFO queues
//
// A FIFO queue is recognised by the suffix ".fifo" of its ARN and by nothing else, because messages of standard queues have
// group ids too since fair queues came. Its message groups are handled concurrently, the messages inside a group one after
// another. When a message fails, the rest of its group is not handled and comes again after it; other groups go on.
//
// Drop lets a group go on, and so does DeadLetter, once the copy is confirmed: where later messages of the group wait in the
// batch, the Settler is called for that one message at once. RetryAfter and back-off delay the message that failed; the rest
// of its group keeps the queue's visibility time-out. Amazon SQS hands out a group up to its first message that is invisible: after
// a delay shorter than that the message comes again alone, and the rest when both are over and it is gone; after a longer one the
// rest waits for it.
//
// # Deadlines
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
// [WithMessageTimeout] gives each call a time of its own. The contexts end with the cause ([context.Cause]) [ErrDeadline] or
// [ErrMessageTimeout]. A call that ignores that goes on while the function is thawed for later invocations, and its message
// is delivered again meanwhile: pass the context on to whatever blocks.
//
// # Envelopes
//
// [WithDecoding] takes layers off the body first, with the steps of package sqsbatch/envelope: the envelopes of Amazon SNS and
// Amazon EventBridge, base64, and gzip with a limit to what comes out.
//
//	sqsbatch.WithDecoding(envelope.SNS(), envelope.Base64(), envelope.Gzip(1<<20))
//
// [WithCodec] decodes something else than JSON. [WithUndecodable] says what becomes of bodies that cannot be decoded; without
// it they come again, until the queue's redrive policy puts them aside.
//
// # Observing
//
// Failures of messages are no errors of the invocation, so nobody sees them unless an observer does: [WithObserver] gets a
// [Report] of each batch, with the [Outcome] of every message. [LogTo] writes it to a log, [MetricsTo] makes metrics of it in
// CloudWatch's embedded format. With [WithMaxReceiveCount] both tell which messages have had their last receive.
// [WithMiddleware] wraps the handling of single messages, as package tracing does.
//
// No body is in any error, log record or metric that this package makes; what the handler's own errors say is the handler's
// part.
//
// # Testing
//
// A [Handler] is a function: call it with an [events.SQSEvent], or [Handler.Invoke] with the event's JSON. What a handler of
// messages asked for is found in its error with errors.As and [*SteerError]. Package sqsbatch/sqsbatchtest makes events as
// Lambda sends them, and has a queue with its event source mapping in memory; sqsbatch/envelope/envelopetest makes bodies in
// envelopes.
//
// # The rules that bite
//
//   - Delivery is at least once, from FIFO queues too: handlers must be idempotent.
//   - A message is deleted when its handler returned nil, or when what it asked for instead is done, and for no other reason
//     but two that take an option: the function of [WithUndecodable] returned nil, or a step of [WithDecoding] found the test
//     event of Amazon S3. Every message of a batch starts as failed and is struck off only then.
//   - The response is checked before it is returned: it holds ids of this batch only, none of them empty, none twice, and it
//     is never null, which Lambda would read as "all succeeded". A batch with a message that has no id, and an event without
//     messages, cannot be answered in part: they fail whole, with a [*BatchError], before any handler runs.
//   - A panic in the handler, and a call of [runtime.Goexit], fail their message alone, with a [*PanicError].
//   - Messages that come again without having been tried, behind a failure in their group, for lack of time or behind the
//     brake, have been received all the same: each receive counts towards the queue's maxReceiveCount, after which they go to
//     the dead-letter queue. Set it to 5 or more (AWS Lambda Developer Guide, "Creating and configuring an Amazon SQS event
//     source mapping").
//   - A Settler of package sqsbatch/sqsqueue without a dead-letter queue shows nothing when the function starts: each message
//     for which DeadLetter is returned fails and comes again.
package sqsbatch
