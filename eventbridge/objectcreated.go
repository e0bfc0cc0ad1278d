package eventbridge

// ObjectCreated is the detail of S3's "Object Created" event: an object was written or overwritten.
type ObjectCreated struct {
	S3Detail
	// Object is what was written.
	Object CreatedObject `json:"object"`
	// Reason is the S3 operation that wrote the object.
	Reason Reason `json:"reason"`
}

// EventType returns "aws.s3" and "Object Created".
func (ObjectCreated) EventType() (source, detailType string) { return "aws.s3", "Object Created" }

// DedupeKey returns a key that is the same for every event that reports this write, and different for every other
// write to any object: it holds the bucket, the key, the version and the sequencer. S3 delivers at least once, and
// the id in the envelope is not enough to recognise a repeated report.
//
// Two spellings of one sequencer give one key. Each part is preceded by its length in bytes, so no two lists of parts
// give the same key:
//
//	11:my-uploads1,9:photo.jpg,0:,16:617f08299329d189,
//
// An event without a sequencer, which S3 does not send, has the detail-type in front and the request id at the end, as events
// have whose kind has no sequencer. Without a request id too the key is empty, since nothing tells the write from another.
//
// A key is as long as its parts, so up to about 1,200 bytes with the version ids that S3 makes itself. Hash it for a
// store with a lower limit; a DynamoDB sort key, for one, ends at 1,024 bytes.
func (d ObjectCreated) DedupeKey() string {
	return changeKey(KindCreated, d.Bucket.Name, d.Object.Key, d.Object.VersionID, d.Object.Sequencer, d.RequestID, "")
}

var objectCreatedNames = [...]string{"version", "event-version", "bucket", "request-id", "requester", "source-ip-address",
	"object", "reason"}

func (d *ObjectCreated) names() []string  { return objectCreatedNames[:] }
func (d *ObjectCreated) self() any        { return d }
func (d *ObjectCreated) view() objectView { return d.Object.view() }
func (d *ObjectCreated) field(i int) any {
	return fieldOf(&d.S3Detail, i, &d.Object, (*string)(&d.Reason))
}

// Reason is the cause of an S3 event. AWS may add values, so a switch over it needs a default.
type Reason string

// Reasons of [ObjectCreated] and [ObjectDeleted] events.
const (
	ReasonPutObject               Reason = "PutObject"
	ReasonPostObject              Reason = "POST Object"
	ReasonCopyObject              Reason = "CopyObject" // also a rename or a change of metadata
	ReasonCompleteMultipartUpload Reason = "CompleteMultipartUpload"

	ReasonDeleteObject        Reason = "DeleteObject"
	ReasonLifecycleExpiration Reason = "Lifecycle Expiration"
)
