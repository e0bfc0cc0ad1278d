package s3event

import (
	"encoding/json"

	"github.com/lambdapatterns/lambdapatterns/eventbridge/internal/wire"
)

// ObjectRetentionUpdated is the detail of S3's "Object Retention Updated" event, which came with event-version 1.2. AWS has not
// published a sample of it, so what its fields hold is taken as it comes.
type ObjectRetentionUpdated struct {
	Common
	// Object is the object. Whether it has an ETag and a sequencer is not documented, and a size would be in its Unknown.
	Object Object `json:"object"`
	// Retention is the retention that the object has now.
	Retention Retention `json:"object-retention-event-data"`
}

// EventType returns "aws.s3" and "Object Retention Updated".
func (*ObjectRetentionUpdated) EventType() (source, detailType string) {
	return "aws.s3", "Object Retention Updated"
}

// DedupeKey returns a key that every report of this change has, and no other change: see [Change.DedupeKey].
func (d ObjectRetentionUpdated) DedupeKey() string {
	return changeKey(KindRetentionUpdated, d.Bucket.Name, d.Object.Key, d.Object.VersionID, d.Object.Sequencer, d.RequestID, "")
}

// EventFields is for package eventbridge, which reads and writes the detail by it.
func (d *ObjectRetentionUpdated) EventFields() wire.Detail {
	return fieldsOf((*objectRetentionUpdated)(d), d)
}

// Retention is the retention of an S3 object by Object Lock. Fields whose form is not known have their JSON.
type Retention struct {
	// Mode is who can shorten the retention, such as [RetentionGovernance].
	Mode string `json:"mode,omitempty"`
	// RetainUntilDate is when it ends, in RFC 3339 as far as is known: it is not read, so that the event is not lost if not.
	RetainUntilDate string `json:"retain-until-date,omitempty"`
	// EventHold is whether the retention waits for an event to begin.
	EventHold json.RawMessage `json:"event-hold,omitempty"`
	// EventHoldDuration is how long the retention lasts then: an object with days or years.
	EventHoldDuration json.RawMessage `json:"event-hold-duration,omitempty"`
	// Unknown has the fields that are none of the above.
	Unknown map[string]json.RawMessage `json:"-"`
}

// Modes of S3 Object Lock, in [Retention]. AWS may add others.
const (
	RetentionGovernance = "GOVERNANCE"
	RetentionCompliance = "COMPLIANCE"
)
