// Package publish sends events to Amazon EventBridge, any number of them, and accounts for each.
//
//	publisher, err := publish.New(eventbridge.NewFromConfig(cfg), publish.WithBus("orders"))
//	…
//	err = publisher.Publish(ctx,
//		publish.Entry{Detail: OrderPlaced{ID: "o-1", Total: 4200}},
//		publish.Entry{Detail: OrderPlaced{ID: "o-2", Total: 150}},
//	)
//
// A detail that has the method EventType of the parent package's Detail says its own source and detail-type. So the type that
// the receiving function is written for is the type that is sent, and neither end spells the names out again.
//
// # What PutEvents does not tell you
//
// The service answers a call with success even if it took none of its entries. It takes 10 entries a call and bounds their
// size together. It refuses an entry whose detail-type has more than 128 characters inside that success, and it is the
// sender's part to send what was throttled again. [Publisher.Publish] does these things:
//
//   - All entries are checked before one is sent. If any is wrong, an [*InvalidError] names each with the reason, and nothing
//     is sent.
//   - They go out in their order, in as few calls as count and size allow.
//   - Entries that failed with a code that passes, throttling and failures inside the service, are sent again after growing
//     random pauses, and only they. So is a call that got no answer, or such a code as a whole.
//   - What is left in the end is in one [*PublishError], by index and code, with the ids of what was published.
//   - It returns 100 ms before the context's deadline, which in Lambda is when the process is stopped.
//
// # What can still go wrong
//
// Events may be published twice: when the service took a call and its answer was lost, the call is sent again, by Publish or by
// the SDK's own attempts below it. Nothing in PutEvents prevents it, so give each detail an id that receivers can tell
// duplicates by. For an entry that is left, [Failure.MayBePublished] says if an answer was lost.
//
// A handler that returns the [*PublishError] is run again by whatever invoked it, and then publishes all entries again. Where
// that matters, publish again only the entries with the error's indexes, or keep events in a table with the change that they
// tell of and publish from its stream.
//
// EventBridge delivers in any order, whatever the order of publication.
//
// Not checked, and left to the service: whether the bus exists and permits the call, the length of a bus name and a trace
// header, details nested more than 1,000 levels deep, and integers in them beyond 64 bits.
//
// # Testing
//
// The [Client] is one method of the SDK's client, so a test's own type can stand for it: one that keeps the entries, refuses
// some inside a success, or fails. The pauses between attempts cost no time in a bubble of [testing/synctest].
package publish
