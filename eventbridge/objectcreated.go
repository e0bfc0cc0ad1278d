package eventbridge

import (
	"errors"
	"strconv"
	"strings"
)

// ObjectCreated is the detail of S3's "Object Created" event: an object was written or overwritten.
// The fields are those of AWS's page "EventBridge event message structure" in the S3 User Guide.
type ObjectCreated struct {
	// Version is "0". The version of the schema is EventVersion.
	Version string `json:"version"`
	// EventVersion is "major.minor", or empty in events from before S3 sent it. Decode accepts major version 1.
	EventVersion string `json:"event-version,omitempty"`
	// Bucket is where the object is.
	Bucket Bucket `json:"bucket"`
	// Object is what was written.
	Object CreatedObject `json:"object"`
	// RequestID is the id of the request to S3.
	RequestID string `json:"request-id"`
	// Requester is an account id, or the name of an AWS service such as "s3.amazonaws.com".
	Requester string `json:"requester"`
	// SourceIPAddress is where the request came from, if there was one. It may be an IPv6 address.
	SourceIPAddress string `json:"source-ip-address,omitempty"`
	// Reason is the S3 operation that wrote the object.
	Reason Reason `json:"reason"`
}

// Bucket is an S3 bucket in an event.
type Bucket struct {
	// Name is the bucket's name, not its ARN.
	Name string `json:"name"`
}

// CreatedObject is the S3 object in an [ObjectCreated] event.
type CreatedObject struct {
	// Key is the object's key as it is in the bucket: it is not URL-encoded and must not be decoded.
	Key string `json:"key"`
	// Size is in bytes.
	Size int64 `json:"size"`
	// ETag is the entity tag without the double quotes that HTTP, and some events, put around it.
	ETag string `json:"etag,omitempty"`
	// VersionID is empty for a bucket without versioning.
	VersionID string `json:"version-id,omitempty"`
	// Sequencer orders the events of one object.
	Sequencer Sequencer `json:"sequencer,omitempty"`
}

// Reason is the cause of an S3 event. AWS may add values, so a switch over it needs a default.
type Reason string

// Reasons of an [ObjectCreated] event.
const (
	ReasonPutObject               Reason = "PutObject"
	ReasonPostObject              Reason = "POST Object"
	ReasonCopyObject              Reason = "CopyObject" // also a rename or a change of metadata
	ReasonCompleteMultipartUpload Reason = "CompleteMultipartUpload"
)

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
// A key is as long as its parts, so up to about 1,200 bytes with the version ids that S3 makes itself. Hash it for a
// store with a lower limit; a DynamoDB sort key, for one, ends at 1,024 bytes.
func (d ObjectCreated) DedupeKey() string {
	parts := [...]string{d.Bucket.Name, d.Object.Key, d.Object.VersionID, d.Object.Sequencer.canonical()}
	size := 0
	for _, p := range parts {
		size += len(p) + len("1024:,")
	}
	var key strings.Builder
	key.Grow(size)
	for _, p := range parts {
		key.WriteString(strconv.Itoa(len(p)))
		key.WriteByte(':')
		key.WriteString(p)
		key.WriteByte(',')
	}
	return key.String()
}

// normalize is called on a detail that was just decoded.
func (d *ObjectCreated) normalize() error {
	if major, _, _ := strings.Cut(d.EventVersion, "."); d.EventVersion != "" && major != "1" {
		_, detailType := d.EventType()
		return &EventVersionError{DetailType: detailType, Version: d.EventVersion}
	}
	if d.Bucket.Name == "" {
		return &DecodeError{Err: errors.New("detail.bucket.name is missing or empty")}
	}
	if d.Object.Key == "" {
		return &DecodeError{Err: errors.New("detail.object.key is missing or empty")}
	}
	d.Object.ETag = strings.Trim(d.Object.ETag, `"`)
	return nil
}
