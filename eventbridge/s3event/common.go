package s3event

import (
	"encoding/json"
	"reflect"
	"strings"

	"github.com/lambdapatterns/lambdapatterns/eventbridge"
	"github.com/lambdapatterns/lambdapatterns/eventbridge/internal/wire"
)

// Common is what the details of all events of S3 have. The fields are those of AWS's page "EventBridge event message
// structure" in the S3 User Guide.
type Common struct {
	// Version is "0". The version of the schema is EventVersion.
	Version string `json:"version"`
	// EventVersion is "major.minor", or empty in events from before S3 sent it. Decode accepts major version 1.
	EventVersion string `json:"event-version,omitempty"`
	// Bucket is where the object is.
	Bucket Bucket `json:"bucket"`
	// RequestID is the id of the request to S3.
	RequestID string `json:"request-id"`
	// Requester is an account id, or the name of an AWS service such as "s3.amazonaws.com".
	Requester string `json:"requester"`
	// SourceIPAddress is where the request came from, if there was one. It may be an IPv6 address, and is empty for what S3
	// does of its own accord: expiry, changes of the storage class, the end of a restore.
	SourceIPAddress string `json:"source-ip-address,omitempty"`
	// Unknown has the fields of the detail that its type does not have.
	Unknown map[string]json.RawMessage `json:"-"`
}

// Bucket is an S3 bucket in an event.
type Bucket struct {
	// Name is the bucket's name, not its ARN.
	Name string `json:"name"`
	// GeneratedTags are tags of the bucket that AWS made, such as aws:cloudformation:stack-name. Nil if there are none.
	GeneratedTags map[string]string `json:"aws-generated-tags,omitempty"`
	// Unknown has the fields that are none of the above.
	Unknown map[string]json.RawMessage `json:"-"`
}

// Object is an S3 object in an event that does not tell its size.
type Object struct {
	// Key is the object's key as it is in the bucket: it is not URL-encoded and must not be decoded.
	Key string `json:"key"`
	// ETag is the entity tag without the double quotes that HTTP, and some events, put around it.
	ETag string `json:"etag,omitempty"`
	// VersionID is empty for a bucket without versioning.
	VersionID string `json:"version-id,omitempty"`
	// Sequencer orders the events of one object. Only those of creation, deletion and annotations have one.
	Sequencer Sequencer `json:"sequencer,omitempty"`
	// Unknown has the fields that are none of the above.
	Unknown map[string]json.RawMessage `json:"-"`
}

// SizedObject is an S3 object in an event that tells its size, but has no sequencer.
type SizedObject struct {
	// Key is the object's key as it is in the bucket: it is not URL-encoded and must not be decoded.
	Key string `json:"key"`
	// Size is in bytes.
	Size int64 `json:"size"`
	// ETag is the entity tag without the double quotes that HTTP, and some events, put around it.
	ETag string `json:"etag,omitempty"`
	// VersionID is empty for a bucket without versioning.
	VersionID string `json:"version-id,omitempty"`
	// Unknown has the fields that are none of the above.
	Unknown map[string]json.RawMessage `json:"-"`
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
	// HasAnnotation tells of a copy whether annotations came with it. It is nil in other events, and in those from before
	// event-version 1.1.
	HasAnnotation *bool `json:"has-object-annotation,omitempty"`
	// Unknown has the fields that are none of the above.
	Unknown map[string]json.RawMessage `json:"-"`
}

// detail is implemented by pointers to the details.
type detail interface {
	eventbridge.Detail
	wire.Fielder
}

func (d *Common) common() *Common { return d }

// fieldsOf is EventFields of a detail.
func fieldsOf(fields wire.Object, self any) wire.Detail {
	return wire.Detail{Fields: fields, Self: self, Check: check}
}

// partsOf returns what all details have.
func partsOf(fields wire.Object) (*Common, objectView) {
	return fields.(interface{ common() *Common }).common(), fields.Field(commonFields).(interface{ view() objectView }).view()
}

// check is the check of a detail that was just decoded.
func check(fields wire.Object, detailType string) error {
	if reflect.ValueOf(fields).IsNil() { // a type that embeds a pointer to a detail, of an event that has none
		return &eventbridge.DecodeError{Err: wire.Reason("detail is missing or null")}
	}
	common, object := partsOf(fields)
	if v := common.EventVersion; v != "" {
		if major, _, _ := strings.Cut(v, "."); major != "1" {
			return &EventVersionError{DetailType: detailType, Version: v}
		}
	}
	if common.Bucket.Name == "" {
		return &eventbridge.DecodeError{Err: wire.Reason("detail.bucket.name is missing or empty")}
	}
	if *object.key == "" {
		return &eventbridge.DecodeError{Err: wire.Reason("detail.object.key is missing or empty")}
	}
	*object.etag = unquoted(*object.etag)
	if a, ok := fields.(*objectAnnotationCreated); ok {
		a.Annotation.ETag = unquoted(a.Annotation.ETag)
	}
	return nil
}

// objectView shows what objects in different details have in common. What one does not have is nil, but for the key, the etag
// and the version id, which all have.
type objectView struct {
	key, etag, versionID *string
	size                 *int64
	sequencer            *Sequencer
}

func (o *object) view() objectView {
	return objectView{&o.Key, &o.ETag, &o.VersionID, nil, &o.Sequencer}
}

func (o *sizedObject) view() objectView {
	return objectView{&o.Key, &o.ETag, &o.VersionID, &o.Size, nil}
}

func (o *createdObject) view() objectView {
	return objectView{&o.Key, &o.ETag, &o.VersionID, &o.Size, &o.Sequencer}
}

// valueOf returns what p points to, and nothing for nil.
func valueOf[T any](p *T) (v T) {
	if p != nil {
		v = *p
	}
	return v
}

func unquoted(etag string) string { return strings.Trim(etag, `"`) }
