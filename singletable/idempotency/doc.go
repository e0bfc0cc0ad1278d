// Package idempotency runs an effect once for each key, however often a Lambda function is called with it, and gives every
// call the first one's result. Its records lie in a DynamoDB table, beside whatever else is in it. What it can and cannot
// guarantee is said below.
//
//	store := idempotency.New(dynamodb.NewFromConfig(cfg), "app-table", idempotency.WithCache(1<<20))
//	charge := idempotency.Wrap(store, "charge",
//		func(p Payment) string { return p.ID },
//		func(ctx context.Context, p Payment) (Receipt, error) { … })
//
//	receipt, err := charge(ctx, p) // the first call charges; later ones get its receipt
//
// [Once] does the same for an effect without a result, such as the handler of an SQS message:
//
//	lambda.Start(sqsbatch.Handle(idempotency.Once(store, "ship", func(o Order) string { return o.ID }, ship)))
//
// The key is a function of the input and of nothing else, so it works for whatever invokes the function: the DedupeKey of an
// S3 event that comes through EventBridge, the id of a message or of what the message is about, a request's Idempotency-Key.
// The header's key is the client's choice, so put the caller's identity in front of it.
//
// An empty key is an error, and it comes before the effect. So check an input before it gets here, as the example
// Validate of [Once] does: the check in an effect is never reached by a message that lacks what its key is made of, nor by one that
// [WithPayloadCheck] refuses, and both come again until their receives are used up.
//
// # The table
//
// It can be the table of a single-table design, in which the records are one entity type more, or one of their own: with the
// string keys PK and SK, no index, and time to live on the attribute expires. Nothing else of package singletable is needed to
// use this one; its Terraform and CloudFormation methods write the definition of such a table:
//
//	singletable.NewTable(client, "idempotency", singletable.WithoutGSI1(), singletable.WithTimeToLive("expires"))
//
// # What is guaranteed
//
//   - While a call holds a key's lock, no other call runs the effect for that key. A lock lasts until a second after the
//     deadline of its call's context.
//   - Once a call has returned without error, the effect does not run again for that key until the time of [WithTTL] is over:
//     further calls return the first one's result. By default these are 15 days, longer than SQS keeps a message.
//   - The effect never runs without a lock. If DynamoDB cannot be reached, the call fails and nothing has happened. The lock
//     may have been written all the same, its answer lost: then the key is free again when it ends.
//   - A call that lost its lock to another changes nothing of the other's record, and fails with [ErrLockLost].
//
// # What is not
//
// When the process dies after the effect and before its record is written, nobody knows that the effect has happened. The
// next call after the lock's end runs it again. The same goes for a call that fails with [ErrUnrecorded]. No lock can change
// that. An effect happens exactly once only if it is idempotent or transactional itself: hand the key on to the payment
// provider, or write with a condition that the second attempt fails. This package then keeps attempts from running at once,
// spares the provider the repetitions, and gives every caller the same answer.
//
// An effect that goes on after its context has ended outlasts its lock, and another call can run beside it: pass the context
// on to whatever blocks.
//
// An error of the effect lets the next call try again, whatever the effect had done by then. Errors that are answers are named
// by [WithFinal]. What is returned without an error is a result: an HTTP response with the status 500 too.
//
// The table decides, so in a global table with eventual consistency each region decides for itself: send all calls of a key to
// one region.
//
// # A record's life
//
//	absent ── lock ──> IN_PROGRESS ── the effect returned ───────────────> COMPLETED ── TTL ──> absent
//	                   │    │    └─── it failed with an error of WithFinal ─> FAILED ──── TTL ──> absent
//	                   │    └──────── it failed, panicked, called Goexit ─> absent
//	                   └───────────── the lock ended ── lock ──> IN_PROGRESS, of another call
//
// A call ends its record with a random token in the condition, which tells its lock from that of a call which took the key
// over. The record is still written when the context ends meanwhile, for a second at most: in Lambda that second lies
// after the deadline, when the process may be killed any moment, so give the effect a context that ends earlier, as sqsbatch
// does.
//
// Records carry the time at which they expire for DynamoDB's time to live, which must be set to that attribute
// ([WithExpiryAttribute]; singletable.WithTimeToLive tells it to a table's definition). DynamoDB deletes days late; an
// expired record counts as absent before that. Times are compared with the clock of whoever asks, and clocks are expected to
// differ by less than a second.
//
// A record's own attributes are status, owner, locked_until, payload, result, error and final: all texts but locked_until, a
// number of milliseconds. An index by attributes of this name (singletable.WithAttributeIndex) takes records in beside the
// entities, whose queries pass over them and pay for them. Where its attribute is of another type the lock is refused, and
// nothing has happened; where result or error is longer than a key may be, the effect has, and the call fails with
// [ErrUnrecorded]. Give entities other names for what an index goes by.
//
// # Errors
//
//	                     SQS                              HTTP
//	ErrInProgress        comes again, as it should        409
//	ErrMismatch          comes again: better dead-letter  422
//	                     it, it wants a person
//	ErrFinal             comes again; drop it if it is    the answer that the first call got
//	                     known to be an answer
//	ErrKey               the same: check the message      400
//	                     before
//	all others           comes again                      500
//
// The visibility time-out of a queue should be longer than the function's, as Lambda asks for anyway, so that a message
// whose process died comes again after its lock's end.
//
// # Testing
//
// The client of an Engine of package singletabletest is one for [New], in memory. Its faults refuse the writing of a record, or
// lose the answer to it, before the effect and after it. In a bubble of [testing/synctest] locks and records grow old at once.
//
// # What it costs
//
// A first call writes its record twice: once before the effect and once after it. A repeated call is a write that is refused,
// which DynamoDB counts as a write of the record's size, or nothing when the record is in the process's memory ([WithCache]).
// A record is stored for 15 days by default: [WithTTL] says when less will do.
// An observer of package singletable is told of these requests if the client is singletable's Table.Observed("Idempotency").
// Results are stored as JSON and in the clear: keep them small and free of secrets. Of inputs at most a hash is stored, and
// the key.
package idempotency
