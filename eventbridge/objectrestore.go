package eventbridge

import "time"

// ObjectRestoreInitiated is the detail of S3's "Object Restore Initiated" event: a copy of an archived object was asked for.
type ObjectRestoreInitiated struct {
	S3Detail
	// Object is the object.
	Object SizedObject `json:"object"`
	// SourceStorageClass is where the object lies, and stays, beside the copy.
	SourceStorageClass StorageClass `json:"source-storage-class"`
}

// EventType returns "aws.s3" and "Object Restore Initiated".
func (ObjectRestoreInitiated) EventType() (source, detailType string) {
	return "aws.s3", "Object Restore Initiated"
}

// DedupeKey returns a key made of the detail-type, the bucket, the key, the version and the request id, for the event has no
// sequencer. It is empty if there is no request id.
func (d ObjectRestoreInitiated) DedupeKey() string {
	return changeKey(KindRestoreInitiated, d.Bucket.Name, d.Object.Key, d.Object.VersionID, "", d.RequestID, "")
}

var objectRestoreInitiatedNames = [...]string{"version", "event-version", "bucket", "request-id", "requester", "source-ip-address",
	"object", "source-storage-class"}

func (d *ObjectRestoreInitiated) names() []string  { return objectRestoreInitiatedNames[:] }
func (d *ObjectRestoreInitiated) self() any        { return d }
func (d *ObjectRestoreInitiated) view() objectView { return d.Object.view() }
func (d *ObjectRestoreInitiated) field(i int) any {
	return fieldOf(&d.S3Detail, i, &d.Object, (*string)(&d.SourceStorageClass))
}

// ObjectRestoreCompleted is the detail of S3's "Object Restore Completed" event: the copy can be read.
type ObjectRestoreCompleted struct {
	S3Detail
	// Object is the object.
	Object SizedObject `json:"object"`
	// RestoreExpiryTime is when the copy will be removed.
	RestoreExpiryTime time.Time `json:"restore-expiry-time,omitzero"`
	// SourceStorageClass is where the object lies, and stays, beside the copy.
	SourceStorageClass StorageClass `json:"source-storage-class"`
}

// EventType returns "aws.s3" and "Object Restore Completed".
func (ObjectRestoreCompleted) EventType() (source, detailType string) {
	return "aws.s3", "Object Restore Completed"
}

// DedupeKey returns a key made of the detail-type, the bucket, the key, the version and the request id, for the event has no
// sequencer. It is empty if there is no request id.
func (d ObjectRestoreCompleted) DedupeKey() string {
	return changeKey(KindRestoreCompleted, d.Bucket.Name, d.Object.Key, d.Object.VersionID, "", d.RequestID, "")
}

var objectRestoreCompletedNames = [...]string{"version", "event-version", "bucket", "request-id", "requester", "source-ip-address",
	"object", "restore-expiry-time", "source-storage-class"}

func (d *ObjectRestoreCompleted) names() []string  { return objectRestoreCompletedNames[:] }
func (d *ObjectRestoreCompleted) self() any        { return d }
func (d *ObjectRestoreCompleted) view() objectView { return d.Object.view() }
func (d *ObjectRestoreCompleted) field(i int) any {
	return fieldOf(&d.S3Detail, i, &d.Object, &d.RestoreExpiryTime, (*string)(&d.SourceStorageClass))
}

// ObjectRestoreExpired is the detail of S3's "Object Restore Expired" event: the copy of an archived object was removed.
type ObjectRestoreExpired struct {
	S3Detail
	// Object is the object.
	Object Object `json:"object"`
}

// EventType returns "aws.s3" and "Object Restore Expired".
func (ObjectRestoreExpired) EventType() (source, detailType string) {
	return "aws.s3", "Object Restore Expired"
}

// DedupeKey returns a key made of the detail-type, the bucket, the key, the version and the request id, for the event has no
// sequencer. It is empty if there is no request id.
func (d ObjectRestoreExpired) DedupeKey() string {
	return changeKey(KindRestoreExpired, d.Bucket.Name, d.Object.Key, d.Object.VersionID, d.Object.Sequencer, d.RequestID, "")
}

var objectRestoreExpiredNames = [...]string{"version", "event-version", "bucket", "request-id", "requester", "source-ip-address",
	"object"}

func (d *ObjectRestoreExpired) names() []string  { return objectRestoreExpiredNames[:] }
func (d *ObjectRestoreExpired) self() any        { return d }
func (d *ObjectRestoreExpired) view() objectView { return d.Object.view() }
func (d *ObjectRestoreExpired) field(i int) any {
	return fieldOf(&d.S3Detail, i, &d.Object)
}
