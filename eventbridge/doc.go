// Package eventbridge decodes the events that Amazon EventBridge hands to a Lambda function.
//
// [Event] is the envelope with a typed detail. It is decoded in one pass, by [Decode] or by encoding/json,
// so a handler can take it as it is:
//
//	func main() {
//		lambda.Start(func(ctx context.Context, e eventbridge.Event[eventbridge.ObjectCreated]) error {
//			return resize(ctx, e.Detail.Bucket.Name, e.Detail.Object.Key)
//		})
//	}
//
// # The wrong event is refused
//
// A rule that matches too much sends a handler events whose detail has other fields, and encoding/json would
// quietly fill in what happens to fit. A detail type that implements [Detail], as [ObjectCreated] does, is therefore
// only filled from an event with its source and detail-type. Any other event is a [*MismatchError] that names both.
//
// # What to know about S3 events
//
//   - Object keys are as they are in the bucket. They are not URL-encoded here, unlike those of S3's own event
//     notifications: decoding them again turns "a+b.jpg" into "a b.jpg".
//   - Events arrive at least once and in any order. Use [ObjectCreated.DedupeKey] to do a thing once, and
//     [Sequencer.Compare] to tell which of two events of one object is the later.
//   - A missing event-version and every 1.x are read; another major version is an [*EventVersionError].
//   - The object's key may end in "/" with a size of 0: that is the folder marker which the S3 console makes.
//   - A function that writes to the bucket whose events it takes starts itself again. The rule needs a prefix or a
//     suffix that its own output does not have.
//
// All types are plain values: they are safe for concurrent use as long as nobody changes them.
package eventbridge
