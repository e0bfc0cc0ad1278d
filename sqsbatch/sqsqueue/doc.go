// Package sqsqueue does for sqsbatch what takes a client of Amazon SQS: messages come again after a delay, and copies of
// messages go to a dead-letter queue.
//
//	func main() {
//		cfg, err := config.LoadDefaultConfig(context.Background())
//		…
//		settler, err := sqsqueue.New(sqs.NewFromConfig(cfg), sqsqueue.Config{
//			DeadLetterQueue: os.Getenv("DEAD_LETTER_QUEUE_ARN"),
//		})
//		…
//		lambda.Start(sqsbatch.Handle(ship, sqsbatch.WithSettler(settler), sqsbatch.WithBackoff(5*time.Second, 10*time.Minute)))
//	}
//
// With it handlers can return sqsbatch.RetryAfter and sqsbatch.DeadLetter. Only functions that import this package link the
// SDK's client.
//
// # What is confirmed
//
// A message counts as dead-lettered only when Amazon SQS has named its copy among the successful entries of a call. A delay
// counts as set likewise. All else is a [*SettleError], which sqsbatch reports, and the message comes again. What the service
// refuses for the moment, a call or some of its entries, is tried again with jitter. That ends shortly before the deadline that
// sqsbatch sets, so that what was confirmed until then counts. The SDK's client makes attempts of its own within each.
//
// # The dead-letter queue
//
// The queue that DeadLetter sends to is named in the [Config]; it is not looked up in the queue's redrive policy. It may be the
// same queue, and two are better. Messages that a handler refused mean something else than those that nobody could handle in
// maxReceiveCount receives, so that each wants an alarm of its own. And a copy is a new message: it has a new id, a new time
// and a new retention period, and Amazon SQS does not know which queue it comes from. Among messages that the redrive policy
// moved, it cannot be moved back to its source by a task (StartMessageMoveTask) as they can: a task with a named destination
// moves all, and from a queue that no redrive policy names a task moves nothing. [AttributeQueue] says where to send a copy
// back to.
//
// It must be of the queue's own type, standard or FIFO, as Amazon SQS demands of a redrive policy.
//
// A copy keeps the body, the message attributes, the message group, of a FIFO queue and of a fair queue, and the trace header.
// It tells where it comes from and why in attributes of its own, as far as there is room ([AttributeQueue],
// [AttributeMessageID], [AttributeReason]). These never hold the body, unless the handler's error does.
//
// A message can be in the dead-letter queue twice: the answer to a call was lost, or the process died after it. On a FIFO queue
// the copy's deduplication id prevents that for five minutes. It is the message's id and not its own deduplication id, with
// which copies would be lost: Amazon SQS takes in a second message with the same id after five minutes, and would drop its copy
// as a duplicate of the first one's.
//
// Copies of one group are sent in its order. Behind one that could not be sent, none is.
//
// # Delays
//
// A message is invisible for 12 hours at most, counted from its receive; longer delays than 11 hours and 40 minutes
// are cut to that. Amazon SQS does not remember a delay: the next receive gives the message the queue's visibility time-out again.
//
// # Testing
//
// sqsbatchtest.SQS is an Amazon SQS in memory that can be the client's HTTPClient; the package example connects them. The test
// TestFunctionOnItsQueue in this folder's start_test.go is one to start from: a handler, a Settler and an event source mapping
// in a bubble of [testing/synctest]. A handler's test that needs no client has sqsbatchtest.Settler.
//
// # Permissions
//
// The function's role needs, beside what the event source mapping needs, for the queue and the dead-letter queue:
//
//	{"Effect": "Allow", "Action": ["sqs:GetQueueUrl", "sqs:ChangeMessageVisibility"], "Resource": "arn:…:orders"},
//	{"Effect": "Allow", "Action": ["sqs:GetQueueUrl", "sqs:SendMessage"], "Resource": "arn:…:orders-refused"}
//
// The batch calls have no actions of their own. sqs:GetQueueUrl is not needed for a queue that is given by URL. A dead-letter
// queue with a key of AWS KMS takes kms:GenerateDataKey and kms:Decrypt on that key besides; one in another account, a queue
// policy there.
package sqsqueue
