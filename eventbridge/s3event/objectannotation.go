package s3event

import (
	"encoding/json"

	"github.com/lambdapatterns/lambdapatterns/eventbridge/internal/wire"
)

// ObjectAnnotationCreated is the detail of S3's "Object Annotation Created" event, which came with event-version 1.1.
type ObjectAnnotationCreated struct {
	Common
	// Object is the object.
	Object Object `json:"object"`
	// Annotation is what was attached to the object. Its content is not in the event.
	Annotation Annotation `json:"object-annotation"`
}

// EventType returns "aws.s3" and "Object Annotation Created".
func (*ObjectAnnotationCreated) EventType() (source, detailType string) {
	return "aws.s3", "Object Annotation Created"
}

// DedupeKey returns a key that every report of this change has, and no other change: see [Change.DedupeKey].
func (d ObjectAnnotationCreated) DedupeKey() string {
	o := &d.Object
	return changeKey(KindAnnotationCreated, d.Bucket.Name, o.Key, o.VersionID, o.Sequencer, d.RequestID, d.Annotation.Name)
}

// EventFields is for package eventbridge, which reads and writes the detail by it.
func (d *ObjectAnnotationCreated) EventFields() wire.Detail {
	return fieldsOf((*objectAnnotationCreated)(d), d)
}

// ObjectAnnotationRemoved is the detail of S3's "Object Annotation Removed" event, which came with event-version 1.1.
type ObjectAnnotationRemoved struct {
	Common
	// Object is the object.
	Object Object `json:"object"`
	// Annotation is what is no longer attached to the object.
	Annotation RemovedAnnotation `json:"object-annotation"`
}

// EventType returns "aws.s3" and "Object Annotation Removed".
func (*ObjectAnnotationRemoved) EventType() (source, detailType string) {
	return "aws.s3", "Object Annotation Removed"
}

// DedupeKey returns a key that every report of this change has, and no other change: see [Change.DedupeKey].
func (d ObjectAnnotationRemoved) DedupeKey() string {
	o := &d.Object
	return changeKey(KindAnnotationRemoved, d.Bucket.Name, o.Key, o.VersionID, o.Sequencer, d.RequestID, d.Annotation.Name)
}

// EventFields is for package eventbridge, which reads and writes the detail by it.
func (d *ObjectAnnotationRemoved) EventFields() wire.Detail {
	return fieldsOf((*objectAnnotationRemoved)(d), d)
}

// Annotation is an annotation of an S3 object.
type Annotation struct {
	// Name is its name, one of a kind for the object.
	Name string `json:"name"`
	// Size is in bytes.
	Size int64 `json:"size"`
	// ETag is its entity tag without double quotes.
	ETag string `json:"etag,omitempty"`
	// Unknown has the fields that are none of the above.
	Unknown map[string]json.RawMessage `json:"-"`
}

// RemovedAnnotation is an annotation that was removed.
type RemovedAnnotation struct {
	// Name is the name that it had.
	Name string `json:"name"`
	// Unknown has the other fields.
	Unknown map[string]json.RawMessage `json:"-"`
}
