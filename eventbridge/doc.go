// Package eventbridge handles the events that Amazon EventBridge hands to a Lambda function: those of AWS services and your own.
//
//	func main() {
//		lambda.Start(eventbridge.Handle(func(ctx context.Context, e eventbridge.Event[OrderPlaced]) error {
//			return ship(ctx, e.Detail.OrderID)
//		}))
//	}
//
// [Event] is the envelope, and D in Event[D] what happened: the detail. Beside this package, s3event has the details of Amazon
// S3's events, pattern checks and matches the event patterns of rules, publish sends events, and eventbridgetest makes events
// for tests.
//
// # A first handler
//
// A detail is any type that encoding/json can fill; [encoding/json.RawMessage] leaves it as it is. Give the type the method of
// [Detail], and it says which events it is for:
//
//	type OrderPlaced struct {
//		OrderID string `json:"orderId"`
//	}
//
//	func (OrderPlaced) EventType() (source, detailType string) { return "com.example.shop", "Order Placed" }
//
// A rule that matches too much sends a handler events whose detail has other fields, and encoding/json would quietly fill in what
// happens to fit. With the method, any other event is a [*MismatchError] that names both kinds. Package publish takes the source
// and the detail-type that it sends from the same method.
//
// [Handle] makes a handler for lambda.Start. A plain function of an Event is one as well; Handle spares it a pass over the
// payload, and takes an array of events. [Decode] reads one event wherever it comes from.
//
// # Several kinds of events
//
// A [Router] is one function for many kinds, told apart by source and detail-type, and by event patterns if need be:
//
//	router, err := eventbridge.NewRouter(
//		eventbridge.On(func(ctx context.Context, e eventbridge.Event[s3event.ObjectCreated]) error { … }),
//		eventbridge.On(func(ctx context.Context, e eventbridge.Event[OrderPlaced]) error { … }),
//		eventbridge.OnKind("aws.ec2", "EC2 Instance State-change Notification", func(…) error { … }),
//	)
//	lambda.Start(router)
//
// The most specific handler gets an event. One without a handler is a [*NoRouteError], unless there is one for [Otherwise].
// Handlers that could not be told apart are refused when the router is made.
//
// # Events in a queue
//
// With a queue between the rule and the function, an event is the body of a message, and sqsbatch handles the batch:
//
//	lambda.Start(sqsbatch.Handle(router.Handle))
//
// To sqsbatch an event that the router cannot handle is a plain failure: its message comes again until the queue's redrive policy
// takes it. [ErrPermanent] is in each error that no retry mends, and a middleware sees what each handler returns:
//
//	eventbridge.WithMiddleware(func(next func(context.Context, json.RawMessage) error) func(context.Context, json.RawMessage) error {
//		return func(ctx context.Context, event json.RawMessage) error {
//			err := next(ctx, event)
//			if errors.Is(err, eventbridge.ErrPermanent) {
//				return sqsbatch.DeadLetter(err)
//			}
//			return err
//		}
//	})
//
// For events that no handler is for and nobody misses, return sqsbatch.Drop in [Otherwise]. The example of examples/local in
// example_eventqueue_test.go has both.
//
// # Events in anything else
//
// [Unwrap] finds the events in whatever invoked the function: queues, topics, streams, Pipes, API destinations, dead-letter
// queues, Lambda's own destinations. What it cannot recognise it names in an error, and never leaves out.
//
// # Versions and unknown fields
//
// AWS and other senders add fields without notice. An [Event] keeps those of the envelope that it does not have in its field
// Unknown, and writes them back; the details of s3event do the same. A detail of your own is read and written by encoding/json
// alone, which drops what it does not know. Event.Version is "0" for every event: versions of a detail are for the detail to
// tell, as s3event does.
//
// # Testing
//
// Call the handler with an event's JSON, as Lambda does: json.Marshal of an [Event] is that. Package eventbridgetest makes events
// that S3 could send, and no others, and package pattern holds the rule's pattern against what the handler takes.
//
// # The rules that bite
//
//   - Events arrive at least once and in any order. The ID is the same when an event is delivered again, but one change may be
//     reported under two ids: use a key out of the detail to do a thing once, such as the DedupeKey of s3event.
//   - The dead-letter queue and the retry policy of a rule's target are for delivery only. When the handler fails, Lambda calls
//     it again, twice by default, and then gives the event to the function's own on-failure destination.
//   - All events of an array come again if one of them fails: see [Handler.Invoke].
//   - A function whose output causes an event that its own rule takes starts itself again, for ever. For S3,
//     eventbridgetest.AssertNoLoop holds the rule against the keys that the function writes.
//   - A text or log of this package's errors has nothing out of an event but its kind, 256 bytes of a name at most, and names of
//     fields. What is inside of a [*DecodeError] may quote the event.
//
// All types are plain values: they are safe for concurrent use as long as nobody changes them. A [Router] never changes.
package eventbridge
