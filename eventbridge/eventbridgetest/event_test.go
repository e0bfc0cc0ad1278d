package eventbridgetest_test

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/lambdapatterns/lambdapatterns/eventbridge"
	"github.com/lambdapatterns/lambdapatterns/eventbridge/eventbridgetest"
	"github.com/lambdapatterns/lambdapatterns/eventbridge/s3event"
)

// made is what the tests need to know of an event of any kind.
type made struct {
	kind, id, key string
	change        s3event.Change
	bus           []byte
	notification  []byte
	notifyErr     error
}

func makeOne[D s3event.Detail](t *testing.T, b *eventbridgetest.Bucket, key string) made {
	t.Helper()
	e, err := eventbridgetest.Event[D](b, key)
	if err != nil {
		t.Fatal(err)
	}
	data, err := json.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	again, err := eventbridge.Decode[D](data)
	if err != nil || !reflect.DeepEqual(again, e) {
		t.Errorf("%T: read again it is %+v, %v\nwant %+v", e.Detail, again, err, e)
	}
	changes, err := s3event.DecodeChanges(data)
	if err != nil || len(changes) != 1 {
		t.Fatal(changes, err)
	}
	m := made{kind: e.DetailType, id: e.ID, key: e.Detail.DedupeKey(), change: changes[0], bus: data}
	m.notification, m.notifyErr = eventbridgetest.Notification(e)
	return m
}

func makeAll(t *testing.T, b *eventbridgetest.Bucket, key string) []made {
	t.Helper()
	return []made{
		makeOne[s3event.ObjectCreated](t, b, key),
		makeOne[s3event.ObjectDeleted](t, b, key),
		makeOne[s3event.ObjectRestoreInitiated](t, b, key),
		makeOne[s3event.ObjectRestoreCompleted](t, b, key),
		makeOne[s3event.ObjectRestoreExpired](t, b, key),
		makeOne[s3event.ObjectStorageClassChanged](t, b, key),
		makeOne[s3event.ObjectAccessTierChanged](t, b, key),
		makeOne[s3event.ObjectACLUpdated](t, b, key),
		makeOne[s3event.ObjectTagsAdded](t, b, key),
		makeOne[s3event.ObjectTagsDeleted](t, b, key),
		makeOne[s3event.ObjectAnnotationCreated](t, b, key),
		makeOne[s3event.ObjectAnnotationRemoved](t, b, key),
		makeOne[s3event.ObjectRetentionUpdated](t, b, key),
	}
}

func TestEveryKind(t *testing.T) {
	t.Parallel()
	const key = "red flower+1/a&b/blåbær 100%.jpg"
	for name, b := range map[string]*eventbridgetest.Bucket{
		"plain":     eventbridgetest.NewBucket("uploads"),
		"versioned": eventbridgetest.NewBucket("uploads", eventbridgetest.Versioned(), eventbridgetest.InRegion("us-east-1"), eventbridgetest.OfAccount("111122223333")),
	} {
		ids, keys := map[string]bool{}, map[string]bool{}
		var newest s3event.Sequencer
		for _, m := range append(makeAll(t, b, key), makeAll(t, b, key)...) {
			if ids[m.id] || keys[m.key] || m.key == "" {
				t.Errorf("%s: %s: id %s or key %s is not new", name, m.kind, m.id, m.key)
			}
			ids[m.id], keys[m.key] = true, true
			if (m.change.VersionID != "") != (name == "versioned") || m.change.Key != key || m.change.Bucket != "uploads" {
				t.Errorf("%s: %+v", name, m.change)
			}
			if s := m.change.Sequencer; s != "" {
				if s.Compare(newest) <= 0 {
					t.Errorf("%s: %s: %s comes after %s", name, m.kind, s, newest)
				}
				newest = s
			}
			unknown := strings.Contains(m.kind, "Annotation") || strings.Contains(m.kind, "Retention")
			if unknown != errors.Is(m.notifyErr, eventbridgetest.ErrUnrealistic) {
				t.Errorf("%s: %s: notification is %s, %v", name, m.kind, m.notification, m.notifyErr)
			}
			if unknown {
				continue
			}
			changes, err := s3event.DecodeChanges(m.notification)
			if err != nil || len(changes) != 1 || changes[0] != m.change {
				t.Errorf("%s: as a notification %s\n it is %+v, %v\nwant  %+v", name, m.notification, changes, err, m.change)
			}
			var plain events.S3Event
			if err := json.Unmarshal(m.notification, &plain); err != nil || plain.Records[0].S3.Object.URLDecodedKey != key ||
				strings.Contains(plain.Records[0].S3.Object.Key, " ") {
				t.Errorf("%s: events.S3Event has %+v, %v", name, plain, err)
			}
		}
	}
}

func TestSameCallsGiveSameEvents(t *testing.T) {
	t.Parallel()
	build := func() eventbridge.Event[s3event.ObjectCreated] {
		b := eventbridgetest.NewBucket("b", eventbridgetest.StartingAt(time.Date(2027, 1, 2, 3, 4, 5, 6, time.UTC)))
		eventbridgetest.Must(eventbridgetest.Event[s3event.ObjectCreated](b, "k"))
		return eventbridgetest.Must(eventbridgetest.Event[s3event.ObjectCreated](b, "k"))
	}
	a, b := build(), build()
	if !reflect.DeepEqual(a, b) || !a.Time.Equal(time.Date(2027, 1, 2, 3, 4, 6, 0, time.UTC)) {
		t.Errorf("got %+v and %+v", a, b)
	}
}

// refused tries an edit and checks that the error names the field.
func refused[D s3event.Detail](says string, edit func(*D)) func(*testing.T, *eventbridgetest.Bucket) {
	return func(t *testing.T, b *eventbridgetest.Bucket) {
		e, err := eventbridgetest.Event(b, "k", edit)
		if !errors.Is(err, eventbridgetest.ErrUnrealistic) || !strings.Contains(err.Error(), says) || !reflect.DeepEqual(e, eventbridge.Event[D]{}) {
			t.Errorf("%T: got %+v, %v, want an error that says %q", *new(D), e, err, says)
		}
	}
}

func TestRefused(t *testing.T) {
	t.Parallel()
	type (
		created = s3event.ObjectCreated
		deleted = s3event.ObjectDeleted
		acl     = s3event.ObjectACLUpdated
	)
	yes := true
	for _, try := range []func(*testing.T, *eventbridgetest.Bucket){
		refused("object.sequencer", func(d *acl) { d.Object.Sequencer = "1" }),
		refused("object.sequencer", func(d *created) { d.Object.Sequencer = "" }),
		refused("object.sequencer", func(d *created) { d.Object.Sequencer = "xyz" }),
		refused("object.sequencer", func(d *deleted) { d.Object.Sequencer = "1" }), // before that of the event before
		refused("object.version-id", func(d *acl) { d.Object.VersionID = "v" }),
		refused("object.key", func(d *acl) { d.Object.Key = "" }),
		refused("object.key", func(d *acl) { d.Object.Key = strings.Repeat("k", 1025) }),
		refused("object.key", func(d *acl) { d.Object.Key = "\xff" }),
		refused("object.etag", func(d *acl) { d.Object.ETag = "" }),
		refused("object.etag", func(d *deleted) { d.Object.ETag = "e" }),
		refused("object.size", func(d *created) { d.Object.Size = -1 }),
		refused("version", func(d *acl) { d.Version = "1" }),
		refused("event-version", func(d *acl) { d.EventVersion = "2.0" }),
		refused("event-version", func(d *acl) { d.EventVersion = "new" }),
		refused("event-version", func(d *s3event.ObjectAnnotationCreated) { d.EventVersion = "1.0" }),
		refused("event-version", func(d *s3event.ObjectAnnotationRemoved) { d.EventVersion = "" }),
		refused("event-version", func(d *s3event.ObjectRetentionUpdated) { d.EventVersion = "1.1" }),
		refused("bucket.name", func(d *acl) { d.Bucket.Name = "other" }),
		refused("request-id", func(d *acl) { d.RequestID = "" }),
		refused("requester", func(d *acl) { d.Requester = "" }),
		refused("source-ip-address", func(d *acl) { d.SourceIPAddress = "" }),
		refused("source-ip-address", func(d *s3event.ObjectRestoreExpired) { d.SourceIPAddress = "1.2.3.4" }),
		refused("source-ip-address", func(d *deleted) { d.Reason = s3event.ReasonLifecycleExpiration }),
		refused("source-ip-address", func(d *deleted) { d.SourceIPAddress = "" }),
		refused("reason", func(d *created) { d.Reason = s3event.ReasonDeleteObject }),
		refused("reason", func(d *created) { d.Reason = "" }),
		refused("reason", func(d *deleted) { d.Reason = s3event.ReasonPutObject }),
		refused("deletion-type", func(d *deleted) { d.DeletionType = s3event.DeleteMarkerCreated }),
		refused("deletion-type", func(d *deleted) { d.DeletionType = "" }),
		refused("has-object-annotation", func(d *created) { d.Object.HasAnnotation = &yes }),
		refused("has-object-annotation", func(d *created) {
			d.Object.HasAnnotation, d.Reason, d.EventVersion = &yes, s3event.ReasonCopyObject, "1.0"
		}),
		refused("source-storage-class", func(d *s3event.ObjectRestoreInitiated) { d.SourceStorageClass = "" }),
		refused("source-storage-class", func(d *s3event.ObjectRestoreCompleted) { d.SourceStorageClass = "" }),
		refused("restore-expiry-time", func(d *s3event.ObjectRestoreCompleted) { d.RestoreExpiryTime = time.Time{} }),
		refused("destination-storage-class", func(d *s3event.ObjectStorageClassChanged) { d.DestinationStorageClass = "" }),
		refused("destination-access-tier", func(d *s3event.ObjectAccessTierChanged) { d.DestinationAccessTier = "" }),
		refused("object-annotation.name", func(d *s3event.ObjectAnnotationCreated) { d.Annotation.Name = "" }),
		refused("object-annotation.size", func(d *s3event.ObjectAnnotationCreated) { d.Annotation.Size = -1 }),
		refused("object-annotation.name", func(d *s3event.ObjectAnnotationRemoved) { d.Annotation.Name = "" }),
	} {
		b := eventbridgetest.NewBucket("uploads")
		eventbridgetest.Must(eventbridgetest.Event[created](b, "k"))
		try(t, b)
	}
}

// What is unusual but real is made.
func TestTaken(t *testing.T) {
	t.Parallel()
	b := eventbridgetest.NewBucket("uploads", eventbridgetest.Versioned())
	no := false
	for i, err := range []error{
		second(eventbridgetest.Event(b, "k", func(d *s3event.ObjectCreated) { d.EventVersion, d.Requester = "", "s3.amazonaws.com" })),
		second(eventbridgetest.Event(b, "folder/", func(d *s3event.ObjectCreated) { d.Object.Size = 0 })),
		second(eventbridgetest.Event(b, "k", func(d *s3event.ObjectCreated) { d.Reason, d.SourceIPAddress = "NewOperation", "" })),
		second(eventbridgetest.Event(b, "k", func(d *s3event.ObjectCreated) {
			d.Reason, d.Object.HasAnnotation = s3event.ReasonCopyObject, &no
		})),
		second(eventbridgetest.Event(b, "k", func(d *s3event.ObjectDeleted) {
			d.Reason, d.SourceIPAddress, d.Requester = s3event.ReasonLifecycleExpiration, "", "s3.amazonaws.com"
		})),
		second(eventbridgetest.Event(b, "k", func(d *s3event.ObjectDeleted) {
			d.DeletionType, d.Object.ETag = s3event.PermanentlyDeleted, ""
		})),
		second(eventbridgetest.Event(b, "k", func(d *s3event.ObjectRetentionUpdated) { d.Object.Sequencer = "FF00617F08299329D189" })),
		second(eventbridgetest.Event(b, "other", func(d *s3event.ObjectCreated) { d.Object.Sequencer = "1" })), // of another object
		second(eventbridgetest.Event(b, "k", func(d *s3event.ObjectACLUpdated) { d.Unknown = map[string]json.RawMessage{"new": []byte("1")} })),
	} {
		if err != nil {
			t.Errorf("event %d: %v", i, err)
		}
	}
}

func second[T any](_ T, err error) error { return err }

func TestTestNotification(t *testing.T) {
	t.Parallel()
	data := eventbridgetest.NewBucket("uploads").TestNotification()
	var n events.S3TestEvent
	if err := json.Unmarshal(data, &n); err != nil || n.Bucket != "uploads" || n.Event != "s3:TestEvent" || n.Time.IsZero() {
		t.Errorf("%s: %v", data, err)
	}
	var test *s3event.TestEventError
	if _, err := s3event.DecodeChanges(data); !errors.As(err, &test) || test.Bucket != "uploads" {
		t.Error(err)
	}
}

func TestPanics(t *testing.T) {
	t.Parallel()
	for name, f := range map[string]func(){
		"NewBucket": func() { eventbridgetest.NewBucket("") },
		"Must": func() {
			eventbridgetest.Must(eventbridgetest.Event[s3event.ObjectCreated](eventbridgetest.NewBucket("b"), ""))
		},
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s did not panic", name)
				}
			}()
			f()
		}()
	}
}
