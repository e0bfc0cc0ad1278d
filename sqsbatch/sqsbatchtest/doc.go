// Package sqsbatchtest is Amazon SQS and Lambda's event source mapping in memory, for tests of functions that work on
// queues. It needs no network, no Docker and no AWS account.
//
// An [SQS] holds queues. Tests use them through Go ([SQS.CreateQueue], [Queue.Send], [Queue.Receive]) or with an SDK client:
// one whose HTTPClient is the SQS ([SQS.Do]), or one that is given the address of a server whose handler it is. A [Mapping]
// polls a queue and invokes a function with what Lambda would invoke it with, reads its partial batch response by Lambda's
// rules, and deletes what succeeded:
//
//	var sqs sqsbatchtest.SQS
//	dead, _ := sqs.CreateQueue("orders-dead", nil)
//	orders, _ := sqs.CreateQueue("orders", sqsbatchtest.QueueAttributes{
//		"VisibilityTimeout": "30",
//		"RedrivePolicy":     dead.RedrivePolicy(5),
//	})
//	handler := sqsbatch.Handle(ship)
//	mapping := sqsbatchtest.Mapping{
//		Queue:                   orders,
//		Invoke:                  handler.Invoke,
//		ReportBatchItemFailures: true,
//		Observe:                 func(b sqsbatchtest.Batch) { t.Log(len(b.Deleted), "deleted", b.Returned, b.Err) },
//	}
//	err := mapping.Run(ctx)
//
// [Failures] is the reading of a response alone. A [Settler] lets handlers use sqsbatch's RetryAfter, DeadLetter and
// WithBackoff without a client.
//
// # Events without a queue
//
// [Event] makes the event of given messages for a test that calls a handler itself, and refuses what Lambda would not send.
// Package sqsbatch/envelope/envelopetest makes the bodies that other services put into queues, for it and for [Queue.Send].
//
// # What goes wrong in production
//
// [Queue.DeliverTwice] makes a share of the messages come again although they were deleted, chosen by a seed.
// [Mapping].Crash kills the function's process in the middle of a batch, and [Mapping].Timeout one that has not returned:
// no response, and the visibility time-outs run out. The goroutines of a killed function go on: a bubble of
// [testing/synctest] must not end before they have, so sleep at the end of such a test. [Settler].Fault makes settlements
// fail. An Invoke that returns an error with [ErrThrottled] is a function that Lambda could not start.
//
// # Time
//
// Visibility time-outs, delays, windows and the five minutes of deduplication are real seconds. Run such tests in a
// bubble of [testing/synctest]: the package takes time only from package time, so that hours pass at once and exactly.
// Everything, the SQS included, must be made inside the bubble, and a Mapping's context must end inside it. The test
// TestHandlerOnAFIFOQueue in this folder's handler_test.go is one to start from; TestFunctionOnItsQueue in start_test.go of
// package sqsbatch/sqsqueue is one with the SDK's client.
//
// Give a Mapping the function's Timeout: only then has the handler's context a deadline, as it has in Lambda, and what it
// does about that is tested.
//
// # The rules that bite
//
//   - What fails comes back when its visibility time-out has run out, not before: a mapping changes no visibility.
//   - Every receive counts towards maxReceiveCount: also of a message that the function left unprocessed, of a batch
//     whose response was refused, and of one that a throttled function never saw.
//   - A message moves to the dead-letter queue at the receive that would exceed maxReceiveCount, not when the last
//     attempt fails. A queue that nobody polls moves nothing.
//   - A message of a FIFO queue that is in flight blocks those behind it in its group. Ending its visibility lets it
//     come again before those received with it.
//   - Receipt handles of FIFO queues expire with the visibility time-out: a function that outlives it cannot delete.
//
// # What differs from AWS
//
// Counts are exact, standard queues keep the order of sending as long as nothing fails and deliver twice only when a
// visibility time-out runs out or [Queue.DeliverTwice] says so, and changes take effect at once. Anyone may do anything:
// signatures, policies and encryption are not looked at. Tags, permissions, message move tasks, ReceiveRequestAttemptId and
// the query protocol are refused by name. A Mapping polls with one poller, keeps to its concurrency instead of scaling,
// neither filters nor retries a throttled batch, cannot stop the goroutines of a function that it kills, and never has two
// batches of one FIFO group in flight, not even when a visibility time-out is shorter than the function takes, where AWS
// would.
package sqsbatchtest
