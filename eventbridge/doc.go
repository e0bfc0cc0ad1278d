// Package eventbridge handles the events that Amazon EventBridge hands to a Lambda function, those of Amazon S3 first of all.
//
//	func main() {
//		lambda.Start(eventbridge.Handle(func(ctx context.Context, e eventbridge.Event[eventbridge.ObjectCreated]) error {
//			return resize(ctx, e.Detail.Bucket.Name, e.Detail.Object.Key)
//		}))
//	}
//
// [Event] is the envelope with a typed detail. [Decode] reads it, and encoding/json does too, so that a plain function of an
// Event is a handler as well; [Handle] spares it a pass over the payload, and takes an array of events.
//
// # Details
//
// There is a type for each kind of S3's object events, from [ObjectCreated] to [ObjectRetentionUpdated]. For a kind without a
// type, such as "AWS API Call via CloudTrail" or an application's own, the detail is any type that encoding/json can fill;
// [encoding/json.RawMessage] leaves it as it is.
//
// A rule that matches too much sends a handler events whose detail has other fields, and encoding/json would
// quietly fill in what happens to fit. A detail type that implements [Detail], as those of this package do, is therefore
// only filled from an event with its source and detail-type. Any other event is a [*MismatchError] that names both.
//
// AWS adds fields and values without notice. Fields that a type does not have are in [Unknown], and are written back.
// Enumerations such as [Reason] are strings. A missing event-version and every 1.x are read; another major version is an
// [*EventVersionError].
//
// # Several kinds of events
//
// A [Router] is one function for many kinds, told apart by source and detail-type, and by event patterns if need be:
//
//	router, err := eventbridge.NewRouter(
//		eventbridge.On(func(ctx context.Context, e eventbridge.Event[eventbridge.ObjectCreated]) error { … }),
//		eventbridge.On(func(ctx context.Context, e eventbridge.Event[OrderPlaced]) error { … }),
//	)
//	lambda.Start(router)
//
// An event without a handler is a [*NoRouteError] unless there is one for [Otherwise]. Handlers that could not be told apart
// are refused when the router is made.
//
// # Events that come another way
//
// EventBridge calls a function with the event itself. With a queue in between, the event is the body of a message, and
// sqsbatch handles the batch:
//
//	lambda.Start(sqsbatch.Handle(router.Handle))
//
// What no handler is for comes again like any failure; steer it in [Otherwise]. The errors that no retry mends, a
// [*NoRouteError], [*MismatchError], [*EventVersionError] or [*DecodeError], are plain failures to sqsbatch, and the messages
// come again until the queue's redrive policy takes them:
//
//	eventbridge.Otherwise(func(ctx context.Context, e eventbridge.Event[json.RawMessage]) error {
//		return sqsbatch.DeadLetter(&eventbridge.NoRouteError{Source: e.Source, DetailType: e.DetailType}) // or sqsbatch.Drop
//	})
//
// [With] is the place for the others: a middleware sees what each handler returns. The example of examples/local in
// example_eventqueue_test.go has both.
//
// [Unwrap] finds the events in everything else: topics, streams, Pipes, API destinations, dead-letter queues. What it cannot
// recognise it names in an error, and never leaves out.
//
// S3 also sends notifications of its own, which are no events of EventBridge and have other names for everything. Both become
// an [ObjectChange]: [DecodeObjectChanges].
//
// # Sending events
//
// Package publish sends them, and takes the source and the detail-type from the [Detail] that receivers expect.
//
// # What to know about S3 events
//
//   - Object keys are as they are in the bucket. They are not URL-encoded here, unlike those of S3's own event
//     notifications: decoding them again turns "a+b.jpg" into "a b.jpg".
//   - Events arrive at least once and in any order. Use [ObjectCreated.DedupeKey] to do a thing once, and
//     [Sequencer.Compare] to tell which of two events of one object is the later. Only creations, deletions and
//     annotations have a sequencer.
//   - The object's key may end in "/" with a size of 0: that is the folder marker which the S3 console makes.
//   - A CopyObject also is a change of metadata or a rename, and need not be a new object.
//   - A function that writes to the bucket whose events it takes starts itself again. The rule needs a prefix or a
//     suffix that its own output does not have: package pattern checks it.
//   - The dead-letter queue and the retry policy of a rule's target are for delivery only. When the handler fails, Lambda calls
//     it again, twice by default, and then gives the event to the function's own on-failure destination.
//
// All types are plain values: they are safe for concurrent use as long as nobody changes them. For tests, package
// eventbridgetest makes events that S3 could send, and no others.
package eventbridge
