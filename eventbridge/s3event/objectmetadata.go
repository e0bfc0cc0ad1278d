package s3event

import (
	"github.com/lambdapatterns/lambdapatterns/eventbridge/internal/wire"
)

// ObjectACLUpdated is the detail of S3's "Object ACL Updated" event. The access control list itself is not in it.
type ObjectACLUpdated struct {
	Common
	// Object is the object.
	Object Object `json:"object"`
}

// EventType returns "aws.s3" and "Object ACL Updated".
func (*ObjectACLUpdated) EventType() (source, detailType string) {
	return "aws.s3", "Object ACL Updated"
}

// DedupeKey returns a key that every report of this change has, and no other change: see [Change.DedupeKey].
func (d ObjectACLUpdated) DedupeKey() string {
	return changeKey(KindACLUpdated, d.Bucket.Name, d.Object.Key, d.Object.VersionID, d.Object.Sequencer, d.RequestID, "")
}

// EventFields is for package eventbridge, which reads and writes the detail by it.
func (d *ObjectACLUpdated) EventFields() wire.Detail { return fieldsOf((*objectACLUpdated)(d), d) }

// ObjectTagsAdded is the detail of S3's "Object Tags Added" event. The tags themselves are not in it.
type ObjectTagsAdded struct {
	Common
	// Object is the object.
	Object Object `json:"object"`
}

// EventType returns "aws.s3" and "Object Tags Added".
func (*ObjectTagsAdded) EventType() (source, detailType string) { return "aws.s3", "Object Tags Added" }

// DedupeKey returns a key that every report of this change has, and no other change: see [Change.DedupeKey].
func (d ObjectTagsAdded) DedupeKey() string {
	return changeKey(KindTagsAdded, d.Bucket.Name, d.Object.Key, d.Object.VersionID, d.Object.Sequencer, d.RequestID, "")
}

// EventFields is for package eventbridge, which reads and writes the detail by it.
func (d *ObjectTagsAdded) EventFields() wire.Detail { return fieldsOf((*objectTagsAdded)(d), d) }

// ObjectTagsDeleted is the detail of S3's "Object Tags Deleted" event.
type ObjectTagsDeleted struct {
	Common
	// Object is the object.
	Object Object `json:"object"`
}

// EventType returns "aws.s3" and "Object Tags Deleted".
func (*ObjectTagsDeleted) EventType() (source, detailType string) {
	return "aws.s3", "Object Tags Deleted"
}

// DedupeKey returns a key that every report of this change has, and no other change: see [Change.DedupeKey].
func (d ObjectTagsDeleted) DedupeKey() string {
	return changeKey(KindTagsDeleted, d.Bucket.Name, d.Object.Key, d.Object.VersionID, d.Object.Sequencer, d.RequestID, "")
}

// EventFields is for package eventbridge, which reads and writes the detail by it.
func (d *ObjectTagsDeleted) EventFields() wire.Detail { return fieldsOf((*objectTagsDeleted)(d), d) }
