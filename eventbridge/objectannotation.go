package eventbridge

// ObjectAnnotationCreated is the detail of S3's "Object Annotation Created" event, which came with event-version 1.1.
type ObjectAnnotationCreated struct {
	S3Detail
	// Object is the object.
	Object Object `json:"object"`
	// Annotation is what was attached to the object. Its content is not in the event.
	Annotation Annotation `json:"object-annotation"`
}

// EventType returns "aws.s3" and "Object Annotation Created".
func (ObjectAnnotationCreated) EventType() (source, detailType string) {
	return "aws.s3", "Object Annotation Created"
}

// DedupeKey returns a key made of the detail-type, the bucket, the key, the version, the sequencer and the annotation's name,
// written as that of [ObjectCreated.DedupeKey]. Without a sequencer the request id is in its place, without both it is empty.
func (d ObjectAnnotationCreated) DedupeKey() string {
	o := &d.Object
	return changeKey(KindAnnotationCreated, d.Bucket.Name, o.Key, o.VersionID, o.Sequencer, d.RequestID, d.Annotation.Name)
}

var objectAnnotationCreatedNames = [...]string{"version", "event-version", "bucket", "request-id", "requester", "source-ip-address",
	"object", "object-annotation"}

func (d *ObjectAnnotationCreated) names() []string { return objectAnnotationCreatedNames[:] }
func (d *ObjectAnnotationCreated) self() any       { return d }
func (d *ObjectAnnotationCreated) view() objectView {
	v := d.Object.view()
	v.annotation = &d.Annotation.Name
	return v
}
func (d *ObjectAnnotationCreated) field(i int) any {
	return fieldOf(&d.S3Detail, i, &d.Object, &d.Annotation)
}

// ObjectAnnotationRemoved is the detail of S3's "Object Annotation Removed" event, which came with event-version 1.1.
type ObjectAnnotationRemoved struct {
	S3Detail
	// Object is the object.
	Object Object `json:"object"`
	// Annotation is what is no longer attached to the object.
	Annotation RemovedAnnotation `json:"object-annotation"`
}

// EventType returns "aws.s3" and "Object Annotation Removed".
func (ObjectAnnotationRemoved) EventType() (source, detailType string) {
	return "aws.s3", "Object Annotation Removed"
}

// DedupeKey returns a key made of the detail-type, the bucket, the key, the version, the sequencer and the annotation's name,
// written as that of [ObjectCreated.DedupeKey]. Without a sequencer the request id is in its place, without both it is empty.
func (d ObjectAnnotationRemoved) DedupeKey() string {
	o := &d.Object
	return changeKey(KindAnnotationRemoved, d.Bucket.Name, o.Key, o.VersionID, o.Sequencer, d.RequestID, d.Annotation.Name)
}

var objectAnnotationRemovedNames = [...]string{"version", "event-version", "bucket", "request-id", "requester", "source-ip-address",
	"object", "object-annotation"}

func (d *ObjectAnnotationRemoved) names() []string { return objectAnnotationRemovedNames[:] }
func (d *ObjectAnnotationRemoved) self() any       { return d }
func (d *ObjectAnnotationRemoved) view() objectView {
	v := d.Object.view()
	v.annotation = &d.Annotation.Name
	return v
}
func (d *ObjectAnnotationRemoved) field(i int) any {
	return fieldOf(&d.S3Detail, i, &d.Object, &d.Annotation)
}

// Annotation is an annotation of an S3 object.
type Annotation struct {
	// Name is its name, one of a kind for the object.
	Name string `json:"name"`
	// Size is in bytes.
	Size int64 `json:"size"`
	// ETag is its entity tag without double quotes.
	ETag string `json:"etag,omitempty"`
	// Unknown has the fields that are none of the above.
	Unknown Unknown `json:"-"`
}

// RemovedAnnotation is an annotation that was removed.
type RemovedAnnotation struct {
	// Name is the name that it had.
	Name string `json:"name"`
	// Unknown has the other fields.
	Unknown Unknown `json:"-"`
}

var (
	annotationNames        = [...]string{"name", "size", "etag"}
	removedAnnotationNames = [...]string{"name"}
)

func (a *Annotation) names() []string   { return annotationNames[:] }
func (a *Annotation) self() any         { return a }
func (a *Annotation) unknown() *Unknown { return &a.Unknown }
func (a *Annotation) field(i int) any {
	switch i {
	case 0:
		return &a.Name
	case 1:
		return &a.Size
	}
	return &a.ETag
}

func (a *RemovedAnnotation) names() []string   { return removedAnnotationNames[:] }
func (a *RemovedAnnotation) self() any         { return a }
func (a *RemovedAnnotation) unknown() *Unknown { return &a.Unknown }
func (a *RemovedAnnotation) field(int) any     { return &a.Name }
