package eventbridge

// ObjectDeleted is the detail of S3's "Object Deleted" event: a version of an object was deleted, or a delete marker was made.
type ObjectDeleted struct {
	S3Detail
	// Object is what was deleted. It has an ETag only where a delete marker was made.
	Object Object `json:"object"`
	// Reason is what deleted it: a request or a rule of the lifecycle.
	Reason Reason `json:"reason"`
	// DeletionType tells whether something is left of the object.
	DeletionType DeletionType `json:"deletion-type"`
}

// EventType returns "aws.s3" and "Object Deleted".
func (ObjectDeleted) EventType() (source, detailType string) { return "aws.s3", "Object Deleted" }

// DedupeKey returns a key made of the bucket, the key, the version and the sequencer, as [ObjectCreated.DedupeKey] does.
func (d ObjectDeleted) DedupeKey() string {
	return changeKey(KindDeleted, d.Bucket.Name, d.Object.Key, d.Object.VersionID, d.Object.Sequencer, d.RequestID, "")
}

var objectDeletedNames = [...]string{"version", "event-version", "bucket", "request-id", "requester", "source-ip-address",
	"object", "reason", "deletion-type"}

func (d *ObjectDeleted) names() []string  { return objectDeletedNames[:] }
func (d *ObjectDeleted) self() any        { return d }
func (d *ObjectDeleted) view() objectView { return d.Object.view() }
func (d *ObjectDeleted) field(i int) any {
	return fieldOf(&d.S3Detail, i, &d.Object, (*string)(&d.Reason), (*string)(&d.DeletionType))
}

// DeletionType is what a deletion left. AWS may add values, so a switch over it needs a default.
type DeletionType string

// What a deletion leaves: nothing of the version, or a marker before the versions that are still there.
const (
	PermanentlyDeleted  DeletionType = "Permanently Deleted"
	DeleteMarkerCreated DeletionType = "Delete Marker Created"
)
