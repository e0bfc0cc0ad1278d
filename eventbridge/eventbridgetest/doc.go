// Package eventbridgetest makes events of S3 for tests: those that S3 would send, and no others.
//
//	bucket := eventbridgetest.NewBucket("uploads", eventbridgetest.Versioned())
//	event, err := eventbridgetest.Event(bucket, "cat.jpg", func(d *s3event.ObjectCreated) { d.Object.Size = 5 })
//
// # Events that could be
//
// A test with events that cannot be tests nothing: a handler that sorts changes of access by their sequencers passes, and in
// production they have none. [Event] fills in what S3 fills in and refuses what it would not send, with an [*UnrealisticError]
// that names the field: a sequencer in an "Object ACL Updated" event, a version id in a bucket without versioning, a delete
// marker there, an address for what a lifecycle rule did.
//
// # Twice, and in another order
//
// Ids, request ids, version ids and sequencers differ from event to event, and sequencers increase, so events can be handed
// over in another order or twice, as EventBridge does. They do not depend on the clock: two buckets with the same options and
// the same calls give the same events.
//
// # As JSON, and as notifications
//
// The JSON of an event is json.Marshal's: what Lambda gives to the function. [Notification] gives the same change as an S3 event
// notification, whose keys are URL-encoded, and [Bucket.TestNotification] the one that S3 sends when notifications are switched
// on.
//
// # A rule and what its function writes
//
// [AssertNoLoop] holds a rule's pattern against the keys that its function writes, so that the function does not invoke itself.
//
// Everything is safe for concurrent use; events that are made at the same time have their numbers in no certain order.
package eventbridgetest
