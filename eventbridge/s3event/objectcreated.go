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
func (*ObjectCreated) EventType() (source, detailType string) { return "aws.s3", "Object Created" }

// DedupeKey returns a key that every report of this change has, and no other change: see [Change.DedupeKey].
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
