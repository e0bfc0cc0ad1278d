package eventbridge

import (
	"strconv"
	"strings"
)

// S3Detail is what the details of all events of S3 have. The fields are those of AWS's page "EventBridge event message
// structure" in the S3 User Guide.
type S3Detail struct {
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
	Unknown Unknown `json:"-"`
}

// Bucket is an S3 bucket in an event.
type Bucket struct {
	// Name is the bucket's name, not its ARN.
	Name string `json:"name"`
	// GeneratedTags are tags of the bucket that AWS made, such as aws:cloudformation:stack-name. Nil if there are none.
	GeneratedTags map[string]string `json:"aws-generated-tags,omitempty"`
	// Unknown has the fields that are none of the above.
	Unknown Unknown `json:"-"`
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
	Unknown Unknown `json:"-"`
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
	Unknown Unknown `json:"-"`
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
	Unknown Unknown `json:"-"`
}

// s3Detail is implemented by the details of S3's events.
type s3Detail interface {
	Detail
	common() *S3Detail
	view() objectView
}

// objectView shows what objects in different details have in common. What one does not have is nil, but for the key, the etag
// and the version id, which all have.
type objectView struct {
	key, etag, versionID, annotation *string
	size                             *int64
	sequencer                        *Sequencer
}

func (d *S3Detail) common() *S3Detail { return d }

func (o *Object) view() objectView {
	return objectView{&o.Key, &o.ETag, &o.VersionID, nil, nil, &o.Sequencer}
}

func (o *SizedObject) view() objectView {
	return objectView{&o.Key, &o.ETag, &o.VersionID, nil, &o.Size, nil}
}

func (o *CreatedObject) view() objectView {
	return objectView{&o.Key, &o.ETag, &o.VersionID, nil, &o.Size, &o.Sequencer}
}

// valueOf returns what p points to, and nothing for nil.
func valueOf[T any](p *T) (v T) {
	if p != nil {
		v = *p
	}
	return v
}

// normalize is called on a detail that was just decoded.
func normalize(d s3Detail, detailType string) error {
	common, object := d.common(), d.view()
	if v := common.EventVersion; v != "" {
		if major, _, _ := strings.Cut(v, "."); major != "1" {
			return &EventVersionError{DetailType: detailType, Version: v}
		}
	}
	if common.Bucket.Name == "" {
		return &DecodeError{Err: reason("detail.bucket.name is missing or empty")}
	}
	if *object.key == "" {
		return &DecodeError{Err: reason("detail.object.key is missing or empty")}
	}
	*object.etag = unquoted(*object.etag)
	if a, ok := d.(*ObjectAnnotationCreated); ok {
		a.Annotation.ETag = unquoted(a.Annotation.ETag)
	}
	return nil
}

func unquoted(etag string) string { return strings.Trim(etag, `"`) }

// changeKey tells a change of an object from all others. Creations and deletions have their sequencers in common. For other
// kinds it is not certain that S3 takes a new one, so the kind is in the key: a copy may create an object and annotations.
func changeKey(kind ChangeKind, bucket, key, versionID string, s Sequencer, requestID, annotation string) string {
	which := s.canonical()
	switch {
	case s != "" && (kind == KindCreated || kind == KindDeleted):
		return joinParts(bucket, key, versionID, which)
	case s == "" && requestID == "":
		return ""
	case s == "":
		which = requestID
	}
	if annotation == "" {
		return joinParts(string(kind), bucket, key, versionID, which)
	}
	return joinParts(string(kind), bucket, key, versionID, which, annotation)
}

// joinParts puts the length in bytes before each part, so that no two lists of parts give the same string.
func joinParts(parts ...string) string {
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
