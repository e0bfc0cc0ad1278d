package eventbridgetest

import (
	"strings"

	"github.com/lambdapatterns/lambdapatterns/eventbridge"
	"github.com/lambdapatterns/lambdapatterns/eventbridge/s3event"
)

// Event returns an event about the object with the key. D is the kind of event, and is known from an edit:
//
//	Event(bucket, "cat.jpg", func(d *s3event.ObjectCreated) { d.Reason = s3event.ReasonCopyObject })
//	Event[s3event.ObjectDeleted](bucket, "cat.jpg")
//
// Everything in it has a value that S3 could have sent before the edits are made: an object is written by a PUT of 1,024
// bytes, and deleted by a request. The error is an [*UnrealisticError] if it could not have been sent after them.
func Event[D s3event.Detail](b *Bucket, key string, edits ...func(*D)) (eventbridge.Event[D], error) {
	var e eventbridge.Event[D]
	f := factOf(&e.Detail)
	n := b.next()
	id := strings.ToLower(b.digest("event", n))
	e.Version = "0"
	e.ID = id[:8] + "-" + id[8:12] + "-" + id[12:16] + "-" + id[16:20] + "-" + id[20:]
	e.Source, e.DetailType = f.detail.EventType()
	e.Account, e.Region, e.Time = b.account, b.region, b.time(n)
	e.Resources = []string{"arn:aws:s3:::" + b.name}

	f.fill(b, n, key)
	for _, edit := range edits {
		edit(&e.Detail)
	}
	reason := f.check(b, e.Time)
	if reason == "" && *f.object.sequencer != "" && !b.advance(*f.object.key, *f.object.sequencer) {
		reason = "object.sequencer does not come after that of the event before of this object: hand the events over in another order instead"
	}
	if reason != "" {
		return eventbridge.Event[D]{}, &UnrealisticError{DetailType: e.DetailType, Reason: reason}
	}
	return e, nil
}

// Must returns e, and panics if err is not nil. It is for events that are right by the look of them:
//
//	event := eventbridgetest.Must(eventbridgetest.Event[s3event.ObjectCreated](bucket, "cat.jpg"))
func Must[D any](e eventbridge.Event[D], err error) eventbridge.Event[D] {
	if err != nil {
		panic(err)
	}
	return e
}
