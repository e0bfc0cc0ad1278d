package s3event

import (
	"encoding/json"
	"time"

	"github.com/lambdapatterns/lambdapatterns/eventbridge"
	"github.com/lambdapatterns/lambdapatterns/eventbridge/internal/wire"
)

// Change is what happened to an object in S3, whichever way the news came: through EventBridge, or as an S3 event
// notification (to a function, or by way of a queue or a topic). Its values are those of EventBridge.
//
// [ChangeOf], [ChangeOfRecord] and [DecodeChanges] make it.
type Change struct {
	// Kind is the detail-type of the change's event in EventBridge, such as [KindCreated]. Changes that S3 only sends notifications
	// about have the notification's name, such as "Replication:OperationFailedReplication".
	Kind string
	// Bucket is the bucket's name.
	Bucket string
	// Key is the object's key as it is in the bucket, not URL-encoded.
	Key string
	// VersionID is empty for a bucket without versioning.
	VersionID string
	// Size is in bytes, and 0 where the news does not tell it.
	Size int64
	// ETag is without double quotes, and empty where the news does not tell it.
	ETag string
	// Sequencer orders the changes of one object, and is empty for kinds that have none.
	Sequencer Sequencer
	// Time is when it happened.
	Time time.Time
	// Region is where the bucket is.
	Region string
	// RequestID is the id of the request to S3.
	RequestID string
	// Reason is what created or deleted the object, and empty for other kinds.
	Reason string
	// DeletionType is what a deletion left, and empty for other kinds.
	DeletionType string
	// Annotation is the name of the annotation that was created or removed, and empty for other kinds.
	Annotation string
}

// Kinds of changes: the detail-types of S3's events. AWS may add others.
const (
	KindCreated             = "Object Created"
	KindDeleted             = "Object Deleted"
	KindRestoreInitiated    = "Object Restore Initiated"
	KindRestoreCompleted    = "Object Restore Completed"
	KindRestoreExpired      = "Object Restore Expired"
	KindStorageClassChanged = "Object Storage Class Changed"
	KindAccessTierChanged   = "Object Access Tier Changed"
	KindACLUpdated          = "Object ACL Updated"
	KindTagsAdded           = "Object Tags Added"
	KindTagsDeleted         = "Object Tags Deleted"
	KindAnnotationCreated   = "Object Annotation Created"
	KindAnnotationRemoved   = "Object Annotation Removed"
	KindRetentionUpdated    = "Object Retention Updated"
)

// DedupeKey returns a key that is the same for every event and notification that reports this change, and different for every
// other change of any object. S3 delivers at least once, and the id in an event's envelope is not enough to recognise a repeated
// report.
//
// For a creation or a deletion it holds the bucket, the key, the version and the sequencer, so that a bucket that reports a
// change both ways is no trouble. Two spellings of one sequencer give one key. Each part is preceded by its length in bytes, so
// no two lists of parts give the same key:
//
//	11:my-uploads1,9:photo.jpg,0:,16:617f08299329d189,
//
// For other kinds, and for what should have a sequencer but has none, the kind is in front, the request id stands for a sequencer
// that is missing, and the name of an annotation is at the end. Without a sequencer and a request id the key is empty, since
// nothing tells the change from another.
//
// A key is as long as its parts, so up to about 1,200 bytes with the version ids that S3 makes itself. Hash it for a
// store with a lower limit; a DynamoDB sort key, for one, ends at 1,024 bytes.
func (c Change) DedupeKey() string {
	return changeKey(c.Kind, c.Bucket, c.Key, c.VersionID, c.Sequencer, c.RequestID, c.Annotation)
}

// ChangeOf returns the change that an event of S3 tells.
func ChangeOf[D Detail](e eventbridge.Event[D]) Change {
	d := any(&e.Detail).(detail)
	_, kind := d.EventType()
	common, object := partsOf(d.EventFields().Fields)
	c := Change{
		Kind:      kind,
		Bucket:    common.Bucket.Name,
		Key:       *object.key,
		VersionID: *object.versionID,
		Size:      valueOf(object.size),
		ETag:      unquoted(*object.etag),
		Sequencer: valueOf(object.sequencer),
		Time:      e.Time,
		Region:    e.Region,
		RequestID: common.RequestID,
	}
	switch d := d.(type) {
	case *ObjectCreated:
		c.Reason = d.Reason
	case *ObjectDeleted:
		c.Reason, c.DeletionType = d.Reason, d.DeletionType
	case *ObjectAnnotationCreated:
		c.Annotation = d.Annotation.Name
	case *ObjectAnnotationRemoved:
		c.Annotation = d.Annotation.Name
	}
	return c
}

// DecodeChanges reads what S3 sends, in either form: one event of EventBridge or a JSON array of them, or an S3 event
// notification with its records. It is for the payload of a function and for the body of a message alike.
//
// The notification that S3 sends when notifications are switched on has no change in it: it is a [*TestEventError], which a
// handler mostly answers with success. Other errors are those of [eventbridge.Decode] and [ChangeOfRecord]. With an error there are
// no changes.
func DecodeChanges(data []byte) ([]Change, error) {
	if list, ok := wire.Elements(data); ok {
		if len(list) == 0 {
			return nil, &eventbridge.DecodeError{Err: wire.Reason("it is an empty array")}
		}
		var changes []Change
		for _, one := range list {
			c, err := decodeChange(one)
			if err != nil {
				return nil, err
			}
			changes = append(changes, c)
		}
		return changes, nil
	}
	var n struct {
		Records json.RawMessage `json:"Records"`
		Event   json.RawMessage `json:"Event"`
		Bucket  json.RawMessage `json:"Bucket"`
	}
	if err := json.Unmarshal(data, &n); err != nil {
		return nil, &eventbridge.DecodeError{Err: err}
	}
	switch {
	case string(n.Event) == `"s3:TestEvent"` && noRecords(n.Records):
		e := &TestEventError{}
		_ = json.Unmarshal(n.Bucket, &e.Bucket) // a name for the message only
		return nil, e
	case n.Records == nil:
		c, err := decodeChange(data)
		if err != nil {
			return nil, err
		}
		return []Change{c}, nil
	}
	return decodeRecords(n.Records)
}

// noRecords tells a notification without records from one with something in their place.
func noRecords(data []byte) bool {
	list, ok := wire.Elements(data)
	return ok && len(list) == 0 || data == nil || string(data) == "null"
}

// decodeChange reads one event of EventBridge.
func decodeChange(data []byte) (Change, error) {
	kind, err := wire.KindOf(data)
	if err != nil {
		return Change{}, &eventbridge.DecodeError{Err: err}
	}
	if kind.Source != "aws.s3" {
		return Change{}, &eventbridge.MismatchError{Source: kind.Source, DetailType: kind.DetailType, WantSource: "aws.s3"}
	}
	switch kind.DetailType {
	case KindCreated:
		return changeIn[ObjectCreated](data)
	case KindDeleted:
		return changeIn[ObjectDeleted](data)
	case KindRestoreInitiated:
		return changeIn[ObjectRestoreInitiated](data)
	case KindRestoreCompleted:
		return changeIn[ObjectRestoreCompleted](data)
	case KindRestoreExpired:
		return changeIn[ObjectRestoreExpired](data)
	case KindStorageClassChanged:
		return changeIn[ObjectStorageClassChanged](data)
	case KindAccessTierChanged:
		return changeIn[ObjectAccessTierChanged](data)
	case KindACLUpdated:
		return changeIn[ObjectACLUpdated](data)
	case KindTagsAdded:
		return changeIn[ObjectTagsAdded](data)
	case KindTagsDeleted:
		return changeIn[ObjectTagsDeleted](data)
	case KindAnnotationCreated:
		return changeIn[ObjectAnnotationCreated](data)
	case KindAnnotationRemoved:
		return changeIn[ObjectAnnotationRemoved](data)
	case KindRetentionUpdated:
		return changeIn[ObjectRetentionUpdated](data)
	}
	return Change{}, &eventbridge.DecodeError{Err: wire.Reason(wire.Quote(kind.DetailType) + " of S3 is no change of an object that is known here")}
}

func changeIn[D Detail](data []byte) (Change, error) {
	e, err := eventbridge.Decode[D](data)
	if err != nil {
		return Change{}, err
	}
	return ChangeOf(e), nil
}
