package eventbridge

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/events"
)

// ObjectChange is what happened to an object in S3, whichever way the news came: through EventBridge, or as an S3 event
// notification (to a function, or by way of a queue or a topic). Its values are those of EventBridge.
//
// [ObjectChangeOf], [ObjectChangeOfRecord] and [DecodeObjectChanges] make it.
type ObjectChange struct {
	// Kind is what happened.
	Kind ChangeKind
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
	Reason Reason
	// DeletionType is what a deletion left, and empty for other kinds.
	DeletionType DeletionType
	// Annotation is the name of the annotation that was created or removed, and empty for other kinds.
	Annotation string
}

// ChangeKind is the detail-type of the change's event in EventBridge. Changes that S3 only sends notifications about have the
// notification's name for it, such as "Replication:OperationFailedReplication". A switch over it needs a default.
type ChangeKind string

// Kinds of changes.
const (
	KindCreated             ChangeKind = "Object Created"
	KindDeleted             ChangeKind = "Object Deleted"
	KindRestoreInitiated    ChangeKind = "Object Restore Initiated"
	KindRestoreCompleted    ChangeKind = "Object Restore Completed"
	KindRestoreExpired      ChangeKind = "Object Restore Expired"
	KindStorageClassChanged ChangeKind = "Object Storage Class Changed"
	KindAccessTierChanged   ChangeKind = "Object Access Tier Changed"
	KindACLUpdated          ChangeKind = "Object ACL Updated"
	KindTagsAdded           ChangeKind = "Object Tags Added"
	KindTagsDeleted         ChangeKind = "Object Tags Deleted"
	KindAnnotationCreated   ChangeKind = "Object Annotation Created"
	KindAnnotationRemoved   ChangeKind = "Object Annotation Removed"
	KindRetentionUpdated    ChangeKind = "Object Retention Updated"
)

// DedupeKey returns the DedupeKey of the detail in the change's event. A creation or deletion has the same one in both forms,
// so that a bucket that reports a change both ways is no trouble.
func (c ObjectChange) DedupeKey() string {
	return changeKey(c.Kind, c.Bucket, c.Key, c.VersionID, c.Sequencer, c.RequestID, c.Annotation)
}

// ObjectChangeOf returns the change that an event of S3 tells. D is one of this package's details:
//
//	change := eventbridge.ObjectChangeOf(event) // of an Event[ObjectCreated]
func ObjectChangeOf[D any, P interface {
	*D
	s3Detail
}](e Event[D]) ObjectChange {
	var d s3Detail = P(&e.Detail)
	_, kind := d.EventType()
	common, object := d.common(), d.view()
	c := ObjectChange{
		Kind:       ChangeKind(kind),
		Bucket:     common.Bucket.Name,
		Key:        *object.key,
		VersionID:  *object.versionID,
		Size:       valueOf(object.size),
		ETag:       unquoted(*object.etag),
		Sequencer:  valueOf(object.sequencer),
		Time:       e.Time,
		Region:     e.Region,
		RequestID:  common.RequestID,
		Annotation: valueOf(object.annotation),
	}
	switch d := d.(type) {
	case *ObjectCreated:
		c.Reason = d.Reason
	case *ObjectDeleted:
		c.Reason, c.DeletionType = d.Reason, d.DeletionType
	}
	return c
}

// ObjectChangeOfRecord returns the change that a record of an S3 event notification tells. There the key is URL-encoded: it is
// decoded, "red+flower.jpg" to "red flower.jpg". The error is a [*DecodeError] if it cannot be, if the record is not of S3, or
// if the bucket or the key is missing.
func ObjectChangeOfRecord(r events.S3EventRecord) (ObjectChange, error) {
	if r.EventSource != "aws:s3" {
		return ObjectChange{}, &DecodeError{Err: reason("the record is not of S3: its eventSource is not aws:s3")}
	}
	key, err := url.QueryUnescape(r.S3.Object.Key)
	switch {
	case err != nil:
		return ObjectChange{}, &DecodeError{Err: reason("s3.object.key of the record is not URL-encoded")}
	case key == "":
		return ObjectChange{}, &DecodeError{Err: reason("s3.object.key of the record is missing or empty")}
	case r.S3.Bucket.Name == "":
		return ObjectChange{}, &DecodeError{Err: reason("s3.bucket.name of the record is missing or empty")}
	}
	c := ObjectChange{
		Bucket:    r.S3.Bucket.Name,
		Key:       key,
		VersionID: r.S3.Object.VersionID,
		Size:      r.S3.Object.Size,
		ETag:      unquoted(r.S3.Object.ETag),
		Sequencer: Sequencer(r.S3.Object.Sequencer),
		Time:      r.EventTime,
		Region:    r.AWSRegion,
		RequestID: r.ResponseElements["x-amz-request-id"],
	}
	c.Kind, c.Reason, c.DeletionType = kindOfName(strings.TrimPrefix(r.EventName, "s3:"))
	return c, nil
}

// kindOfName gives the kind, the reason and the deletion type for the name of an event in a notification (S3 User Guide,
// "Supported event types for SQS, SNS, and Lambda").
func kindOfName(name string) (ChangeKind, Reason, DeletionType) {
	family, what, _ := strings.Cut(name, ":")
	switch family {
	case "ObjectCreated":
		return KindCreated, reasonOf(what), ""
	case "ObjectRemoved", "LifecycleExpiration":
		reason, left := ReasonDeleteObject, PermanentlyDeleted
		if family == "LifecycleExpiration" {
			reason = ReasonLifecycleExpiration
		}
		if what == "DeleteMarkerCreated" {
			left = DeleteMarkerCreated
		}
		return KindDeleted, reason, left
	case "LifecycleTransition":
		return KindStorageClassChanged, "", ""
	case "IntelligentTiering":
		return KindAccessTierChanged, "", ""
	}
	switch name {
	case "ObjectRestore:Post":
		return KindRestoreInitiated, "", ""
	case "ObjectRestore:Completed":
		return KindRestoreCompleted, "", ""
	case "ObjectRestore:Delete":
		return KindRestoreExpired, "", ""
	case "ObjectAcl:Put":
		return KindACLUpdated, "", ""
	case "ObjectTagging:Put":
		return KindTagsAdded, "", ""
	case "ObjectTagging:Delete":
		return KindTagsDeleted, "", ""
	}
	return ChangeKind(name), "", ""
}

func reasonOf(what string) Reason {
	switch what {
	case "Put":
		return ReasonPutObject
	case "Post":
		return ReasonPostObject
	case "Copy":
		return ReasonCopyObject
	}
	return Reason(what) // CompleteMultipartUpload has one name
}

// DecodeObjectChanges reads what S3 sends, in either form: one event of EventBridge or a JSON array of them, or an S3 event
// notification with its records. It is for the payload of a function and for the body of a message alike.
//
// The notification that S3 sends when notifications are switched on has no change in it: it is a [*TestEventError], which a
// handler mostly answers with success. Other errors are those of [Decode] and [ObjectChangeOfRecord]. With an error there are
// no changes.
func DecodeObjectChanges(data []byte) ([]ObjectChange, error) {
	if list, ok := elements(data); ok {
		if len(list) == 0 {
			return nil, &DecodeError{Err: reason("it is an empty array")}
		}
		var changes []ObjectChange
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
		return nil, &DecodeError{Err: err}
	}
	switch {
	case string(n.Event) == `"s3:TestEvent"`:
		e := &TestEventError{}
		_ = json.Unmarshal(n.Bucket, &e.Bucket) // a name for the message only
		return nil, e
	case n.Records == nil:
		c, err := decodeChange(data)
		if err != nil {
			return nil, err
		}
		return []ObjectChange{c}, nil
	}
	return decodeRecords(n.Records)
}

func decodeRecords(data []byte) ([]ObjectChange, error) {
	var records []events.S3EventRecord
	if err := json.Unmarshal(data, &records); err != nil {
		var escape url.EscapeError // it quotes the key
		if errors.As(err, &escape) {
			err = reason("s3.object.key of a record is not URL-encoded")
		}
		return nil, &DecodeError{Err: err}
	}
	if len(records) == 0 {
		return nil, &DecodeError{Err: reason("there are no records in it")}
	}
	changes := make([]ObjectChange, len(records))
	for i, r := range records {
		var err error
		if changes[i], err = ObjectChangeOfRecord(r); err != nil {
			return nil, err
		}
	}
	return changes, nil
}

// decodeChange reads one event of EventBridge.
func decodeChange(data []byte) (ObjectChange, error) {
	source, detailType, err := kindOf(data)
	if err != nil {
		return ObjectChange{}, err
	}
	switch kind := ChangeKind(detailType); {
	case source != "aws.s3":
		return ObjectChange{}, &MismatchError{Source: source, DetailType: detailType, WantSource: "aws.s3"}
	case kind == KindCreated:
		return changeIn[ObjectCreated](data)
	case kind == KindDeleted:
		return changeIn[ObjectDeleted](data)
	case kind == KindRestoreInitiated:
		return changeIn[ObjectRestoreInitiated](data)
	case kind == KindRestoreCompleted:
		return changeIn[ObjectRestoreCompleted](data)
	case kind == KindRestoreExpired:
		return changeIn[ObjectRestoreExpired](data)
	case kind == KindStorageClassChanged:
		return changeIn[ObjectStorageClassChanged](data)
	case kind == KindAccessTierChanged:
		return changeIn[ObjectAccessTierChanged](data)
	case kind == KindACLUpdated:
		return changeIn[ObjectACLUpdated](data)
	case kind == KindTagsAdded:
		return changeIn[ObjectTagsAdded](data)
	case kind == KindTagsDeleted:
		return changeIn[ObjectTagsDeleted](data)
	case kind == KindAnnotationCreated:
		return changeIn[ObjectAnnotationCreated](data)
	case kind == KindAnnotationRemoved:
		return changeIn[ObjectAnnotationRemoved](data)
	case kind == KindRetentionUpdated:
		return changeIn[ObjectRetentionUpdated](data)
	}
	return ObjectChange{}, &DecodeError{Err: reason(fmt.Sprintf("%q of S3 is no change of an object that is known here", detailType))}
}

func changeIn[D any, P interface {
	*D
	s3Detail
}](data []byte) (ObjectChange, error) {
	e, err := Decode[D](data)
	if err != nil {
		return ObjectChange{}, err
	}
	return ObjectChangeOf[D, P](e), nil
}
