package s3event

import (
	"github.com/lambdapatterns/lambdapatterns/eventbridge/internal/wire"
)

// ObjectCreated is the detail of S3's "Object Created" event: an object was written or overwritten.
type ObjectCreated struct {
	Common
	// Object is what was written.
	Object CreatedObject `json:"object"`
	// Reason is the S3 operation that wrote the object, such as [ReasonPutObject].
	Reason string `json:"reason"`
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

// EventFields is for package eventbridge, which reads and writes the detail by it.
func (d *ObjectCreated) EventFields() wire.Detail { return fieldsOf((*objectCreated)(d), d) }

// Reasons of [ObjectCreated] and [ObjectDeleted] events. AWS may add others.
const (
	ReasonPutObject               = "PutObject"
	ReasonPostObject              = "POST Object"
	ReasonCopyObject              = "CopyObject" // also a rename or a change of metadata
	ReasonCompleteMultipartUpload = "CompleteMultipartUpload"

	ReasonDeleteObject        = "DeleteObject"
	ReasonLifecycleExpiration = "Lifecycle Expiration"
)
