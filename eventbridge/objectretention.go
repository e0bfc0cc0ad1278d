package eventbridge

import "encoding/json"

// ObjectRetentionUpdated is the detail of S3's "Object Retention Updated" event, which came with event-version 1.2. AWS has not
// published a sample of it, so what its fields hold is taken as it comes.
type ObjectRetentionUpdated struct {
	S3Detail
	// Object is the object. Whether it has an ETag and a sequencer is not documented, and a size would be in its Unknown.
	Object Object `json:"object"`
	// Retention is the retention that the object has now.
	Retention Retention `json:"object-retention-event-data"`
}

// EventType returns "aws.s3" and "Object Retention Updated".
func (ObjectRetentionUpdated) EventType() (source, detailType string) {
	return "aws.s3", "Object Retention Updated"
}

// DedupeKey returns a key made of the detail-type, the bucket, the key, the version and the sequencer, or the request id if there
// is none. It is empty if there is no request id either.
func (d ObjectRetentionUpdated) DedupeKey() string {
	return changeKey(KindRetentionUpdated, d.Bucket.Name, d.Object.Key, d.Object.VersionID, d.Object.Sequencer, d.RequestID, "")
}

var objectRetentionUpdatedNames = [...]string{"version", "event-version", "bucket", "request-id", "requester", "source-ip-address",
	"object", "object-retention-event-data"}

func (d *ObjectRetentionUpdated) names() []string  { return objectRetentionUpdatedNames[:] }
func (d *ObjectRetentionUpdated) self() any        { return d }
func (d *ObjectRetentionUpdated) view() objectView { return d.Object.view() }
func (d *ObjectRetentionUpdated) field(i int) any {
	return fieldOf(&d.S3Detail, i, &d.Object, &d.Retention)
}

// Retention is the retention of an S3 object by Object Lock. Fields whose form is not known have their JSON.
type Retention struct {
	// Mode is who can shorten the retention.
	Mode RetentionMode `json:"mode,omitempty"`
	// RetainUntilDate is when it ends, in RFC 3339 as far as is known: it is not read, so that the event is not lost if not.
	RetainUntilDate string `json:"retain-until-date,omitempty"`
	// EventHold is whether the retention waits for an event to begin.
	EventHold json.RawMessage `json:"event-hold,omitempty"`
	// EventHoldDuration is how long the retention lasts then: an object with days or years.
	EventHoldDuration json.RawMessage `json:"event-hold-duration,omitempty"`
	// Unknown has the fields that are none of the above.
	Unknown Unknown `json:"-"`
}

// RetentionMode is a mode of S3 Object Lock. AWS may add values, so a switch over it needs a default.
type RetentionMode string

// Modes of retention.
const (
	RetentionGovernance RetentionMode = "GOVERNANCE"
	RetentionCompliance RetentionMode = "COMPLIANCE"
)

var retentionNames = [...]string{"mode", "retain-until-date", "event-hold", "event-hold-duration"}

func (r *Retention) names() []string   { return retentionNames[:] }
func (r *Retention) self() any         { return r }
func (r *Retention) unknown() *Unknown { return &r.Unknown }
func (r *Retention) field(i int) any {
	switch i {
	case 0:
		return (*string)(&r.Mode)
	case 1:
		return &r.RetainUntilDate
	case 2:
		return &r.EventHold
	}
	return &r.EventHoldDuration
}
