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
// source in Lambda").
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
// # What is never lost
//
// Every message of a batch starts as failed and is struck off only when its handler call returned nil. A message is deleted
// from the queue for no other reason. The response is checked before it is returned: it holds ids of this batch only, none
// of them empty, none twice, and it is never null, which Lambda would read as "all succeeded". A batch with a message that
// has no id, and an event without messages, cannot be answered in part: they fail whole, with a [*BatchError], before any
// handler runs.
//
// A panic in the handler, and a call of [runtime.Goexit], fail their message alone, with a [*PanicError].
//
// # Order and concurrency
//
// Messages of a standard queue are handled by up to ten concurrent calls ([WithConcurrency]), so the handler must be safe
// for concurrent use.
//
// A FIFO queue is recognised by the suffix ".fifo" of its ARN and by nothing else, because messages of standard queues have
// group ids too since fair queues came. Its message groups are handled concurrently, the messages inside a group one after
// another. When a message fails, the rest of its group is not handled and comes again after it; other groups go on.
//
// # Time
//
// The context's deadline in Lambda is the moment at which the process is killed and the whole batch, finished work
// included, comes again. A reserve of 500 ms is therefore kept before it ([WithReserve]): inside it no message is started
// and the contexts of running handlers have ended. Half of the reserve later the response goes out, even if handlers ignore
// their context: what still runs has failed, and its late result is discarded. Such a call goes on while the function
// is thawed for later invocations, and its message is delivered again meanwhile: pass the context on to whatever blocks.
//
// # Delivery is at least once
//
// Messages come more than once, from FIFO queues too. Handlers must be idempotent.
package sqsbatch
