package s3event

import (
	"time"

	"github.com/lambdapatterns/lambdapatterns/eventbridge/internal/wire"
)

// ObjectRestoreInitiated is the detail of S3's "Object Restore Initiated" event: a copy of an archived object was asked for.
type ObjectRestoreInitiated struct {
	Common
	// Object is the object.
	Object SizedObject `json:"object"`
	// SourceStorageClass is where the object lies, and stays, beside the copy, such as [StorageClassGlacier].
	SourceStorageClass string `json:"source-storage-class"`
}

// EventType returns "aws.s3" and "Object Restore Initiated".
func (*ObjectRestoreInitiated) EventType() (source, detailType string) {
	return "aws.s3", "Object Restore Initiated"
}

// DedupeKey returns a key that every report of this change has, and no other change: see [Change.DedupeKey].
func (d ObjectRestoreInitiated) DedupeKey() string {
	return changeKey(KindRestoreInitiated, d.Bucket.Name, d.Object.Key, d.Object.VersionID, "", d.RequestID, "")
}

// EventFields is for package eventbridge, which reads and writes the detail by it.
func (d *ObjectRestoreInitiated) EventFields() wire.Detail {
	return fieldsOf((*objectRestoreInitiated)(d), d)
}

// ObjectRestoreCompleted is the detail of S3's "Object Restore Completed" event: the copy can be read.
type ObjectRestoreCompleted struct {
	Common
	// Object is the object.
	Object SizedObject `json:"object"`
	// RestoreExpiryTime is when the copy will be removed.
	RestoreExpiryTime time.Time `json:"restore-expiry-time,omitzero"`
	// SourceStorageClass is where the object lies, and stays, beside the copy, such as [StorageClassGlacier].
	SourceStorageClass string `json:"source-storage-class"`
}

// EventType returns "aws.s3" and "Object Restore Completed".
func (*ObjectRestoreCompleted) EventType() (source, detailType string) {
	return "aws.s3", "Object Restore Completed"
}

// DedupeKey returns a key that every report of this change has, and no other change: see [Change.DedupeKey].
func (d ObjectRestoreCompleted) DedupeKey() string {
	return changeKey(KindRestoreCompleted, d.Bucket.Name, d.Object.Key, d.Object.VersionID, "", d.RequestID, "")
}

// EventFields is for package eventbridge, which reads and writes the detail by it.
func (d *ObjectRestoreCompleted) EventFields() wire.Detail {
	return fieldsOf((*objectRestoreCompleted)(d), d)
}

// ObjectRestoreExpired is the detail of S3's "Object Restore Expired" event: the copy of an archived object was removed.
type ObjectRestoreExpired struct {
	Common
	// Object is the object.
	Object Object `json:"object"`
}

// EventType returns "aws.s3" and "Object Restore Expired".
func (*ObjectRestoreExpired) EventType() (source, detailType string) {
	return "aws.s3", "Object Restore Expired"
}

// DedupeKey returns a key that every report of this change has, and no other change: see [Change.DedupeKey].
func (d ObjectRestoreExpired) DedupeKey() string {
	return changeKey(KindRestoreExpired, d.Bucket.Name, d.Object.Key, d.Object.VersionID, d.Object.Sequencer, d.RequestID, "")
}

// EventFields is for package eventbridge, which reads and writes the detail by it.
func (d *ObjectRestoreExpired) EventFields() wire.Detail {
	return fieldsOf((*objectRestoreExpired)(d), d)
}
