package eventbridge

// ObjectACLUpdated is the detail of S3's "Object ACL Updated" event. The access control list itself is not in it.
type ObjectACLUpdated struct {
	S3Detail
	// Object is the object.
	Object Object `json:"object"`
}

// EventType returns "aws.s3" and "Object ACL Updated".
func (ObjectACLUpdated) EventType() (source, detailType string) {
	return "aws.s3", "Object ACL Updated"
}

// DedupeKey returns a key made of the detail-type, the bucket, the key, the version and the request id, for the event has no
// sequencer. It is empty if there is no request id.
func (d ObjectACLUpdated) DedupeKey() string {
	return changeKey(KindACLUpdated, d.Bucket.Name, d.Object.Key, d.Object.VersionID, d.Object.Sequencer, d.RequestID, "")
}

var objectACLUpdatedNames = [...]string{"version", "event-version", "bucket", "request-id", "requester", "source-ip-address",
	"object"}

func (d *ObjectACLUpdated) names() []string  { return objectACLUpdatedNames[:] }
func (d *ObjectACLUpdated) self() any        { return d }
func (d *ObjectACLUpdated) view() objectView { return d.Object.view() }
func (d *ObjectACLUpdated) field(i int) any {
	return fieldOf(&d.S3Detail, i, &d.Object)
}

// ObjectTagsAdded is the detail of S3's "Object Tags Added" event. The tags themselves are not in it.
type ObjectTagsAdded struct {
	S3Detail
	// Object is the object.
	Object Object `json:"object"`
}

// EventType returns "aws.s3" and "Object Tags Added".
func (ObjectTagsAdded) EventType() (source, detailType string) { return "aws.s3", "Object Tags Added" }

// DedupeKey returns a key made of the detail-type, the bucket, the key, the version and the request id, for the event has no
// sequencer. It is empty if there is no request id.
func (d ObjectTagsAdded) DedupeKey() string {
	return changeKey(KindTagsAdded, d.Bucket.Name, d.Object.Key, d.Object.VersionID, d.Object.Sequencer, d.RequestID, "")
}

var objectTagsAddedNames = [...]string{"version", "event-version", "bucket", "request-id", "requester", "source-ip-address",
	"object"}

func (d *ObjectTagsAdded) names() []string  { return objectTagsAddedNames[:] }
func (d *ObjectTagsAdded) self() any        { return d }
func (d *ObjectTagsAdded) view() objectView { return d.Object.view() }
func (d *ObjectTagsAdded) field(i int) any {
	return fieldOf(&d.S3Detail, i, &d.Object)
}

// ObjectTagsDeleted is the detail of S3's "Object Tags Deleted" event.
type ObjectTagsDeleted struct {
	S3Detail
	// Object is the object.
	Object Object `json:"object"`
}

// EventType returns "aws.s3" and "Object Tags Deleted".
func (ObjectTagsDeleted) EventType() (source, detailType string) {
	return "aws.s3", "Object Tags Deleted"
}

// DedupeKey returns a key made of the detail-type, the bucket, the key, the version and the request id, for the event has no
// sequencer. It is empty if there is no request id.
func (d ObjectTagsDeleted) DedupeKey() string {
	return changeKey(KindTagsDeleted, d.Bucket.Name, d.Object.Key, d.Object.VersionID, d.Object.Sequencer, d.RequestID, "")
}

var objectTagsDeletedNames = [...]string{"version", "event-version", "bucket", "request-id", "requester", "source-ip-address",
	"object"}

func (d *ObjectTagsDeleted) names() []string  { return objectTagsDeletedNames[:] }
func (d *ObjectTagsDeleted) self() any        { return d }
func (d *ObjectTagsDeleted) view() objectView { return d.Object.view() }
func (d *ObjectTagsDeleted) field(i int) any {
	return fieldOf(&d.S3Detail, i, &d.Object)
}
