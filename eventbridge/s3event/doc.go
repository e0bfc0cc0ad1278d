// Package s3event has the details of Amazon S3's events, for package eventbridge, and the form that they share with S3's own event
// notifications.
//
//	lambda.Start(eventbridge.Handle(func(ctx context.Context, e eventbridge.Event[s3event.ObjectCreated]) error {
//		return resize(ctx, e.Detail.Bucket.Name, e.Detail.Object.Key)
//	}))
//
// The bucket must have EventBridge switched on. The fields are those of AWS's page "EventBridge event message structure" in the S3
// User Guide.
//
// # Kinds of events
//
// There is a type for each kind of object event, named after its detail-type: from [ObjectCreated] to [ObjectRetentionUpdated]. Each
// is only filled from events of its kind: any other is an [*eventbridge.MismatchError]. An event without a bucket's name or an
// object's key is an [*eventbridge.DecodeError]. Other kinds with S3's source, such as "AWS API Call via CloudTrail", have no type
// here: take their detail as a json.RawMessage or with a type of your own.
//
// What a kind does not have its type does not have either: an event about tags has no size, and one about a restore no
// sequencer.
//
// # Versions and unknown fields
//
// AWS adds fields and values without notice. Fields that a type does not have are in its field Unknown, and are written back when
// the event is. What AWS may add values to, such as a reason, is a string with constants for the values that are known: a switch
// over it needs a default. By AWS's rule a minor version only adds: a missing event-version and every 1.x are read; another
// major version is an [*EventVersionError].
//
// A type of your own that embeds one of these has its kind and its checks, and may add fields. It is read and written by
// encoding/json alone, which drops what the type does not know.
//
// # Once, and in order
//
// Events arrive at least once and in any order. DedupeKey, which each detail has, is the same for every event that reports a
// change, and different for every other change: see [Change.DedupeKey]. [Sequencer.Compare] tells which of two events of one
// object is the later; only creations, deletions and annotations have a sequencer.
//
// # Events and notifications
//
// S3 also sends notifications of its own, to a function, a queue or a topic. They are no events of EventBridge and have other
// names for everything. Both become a [Change]: [DecodeChanges] reads either form, [ChangeOf] and [ChangeOfRecord] take what is
// decoded already. A bucket that reports a change both ways does so with one DedupeKey for creations and deletions.
//
// # Testing
//
// Package eventbridgetest makes events that S3 could send, and no others, and the notifications for them.
//
// # The rules that bite
//
//   - Object keys are as they are in the bucket. They are not URL-encoded here, unlike those of notifications: decoding them
//     again turns "a+b.jpg" into "a b.jpg".
//   - An object's key may end in "/" with a size of 0: that is the folder marker which the S3 console makes.
//   - A CopyObject also is a change of metadata or a rename, and need not be a new object.
//   - A function that writes to the bucket whose events it takes starts itself again. The rule needs a prefix or a suffix that
//     its own output does not have: eventbridgetest.AssertNoLoop checks it.
//   - A suffix in a rule's pattern tells capital letters from small ones: photo.JPG needs a pattern of its own.
//
// All types are plain values: they are safe for concurrent use as long as nobody changes them.
package s3event
