package s3event

import (
	"github.com/lambdapatterns/lambdapatterns/eventbridge/internal/wire"
)

// ObjectDeleted is the detail of S3's "Object Deleted" event: a version of an object was deleted, or a delete marker was made.
type ObjectDeleted struct {
	Common
	// Object is what was deleted. It has an ETag only where a delete marker was made.
	Object Object `json:"object"`
	// Reason is what deleted it: a request, [ReasonDeleteObject], or a rule of the lifecycle, [ReasonLifecycleExpiration].
	Reason string `json:"reason"`
	// DeletionType tells whether something is left of the object: [PermanentlyDeleted] or [DeleteMarkerCreated].
	DeletionType string `json:"deletion-type"`
}

// EventType returns "aws.s3" and "Object Deleted".
func (*ObjectDeleted) EventType() (source, detailType string) { return "aws.s3", "Object Deleted" }

// DedupeKey returns a key that every report of this change has, and no other change: see [Change.DedupeKey].
func (d ObjectDeleted) DedupeKey() string {
	return changeKey(KindDeleted, d.Bucket.Name, d.Object.Key, d.Object.VersionID, d.Object.Sequencer, d.RequestID, "")
}

// EventFields is for package eventbridge, which reads and writes the detail by it.
func (d *ObjectDeleted) EventFields() wire.Detail { return fieldsOf((*objectDeleted)(d), d) }

// What a deletion leaves: nothing of the version, or a marker before the versions that are still there. AWS may add others.
const (
	PermanentlyDeleted  = "Permanently Deleted"
	DeleteMarkerCreated = "Delete Marker Created"
)
