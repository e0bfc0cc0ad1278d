package eventbridge

// The fields of what all details of S3 have in common, for the decoder. Every detail puts its own behind these.

var (
	bucketNames        = [...]string{"name", "aws-generated-tags"}
	objectNames        = [...]string{"key", "etag", "version-id", "sequencer"}
	sizedObjectNames   = [...]string{"key", "size", "etag", "version-id"}
	createdObjectNames = [...]string{"key", "size", "etag", "version-id", "sequencer", "has-object-annotation"}
)

// commonFields is how many fields [S3Detail] has.
const commonFields = 6

func (d *S3Detail) unknown() *Unknown { return &d.Unknown }

// commonField returns the i-th of version, event-version, bucket, request-id, requester and source-ip-address.
func (d *S3Detail) commonField(i int) any {
	switch i {
	case 0:
		return &d.Version
	case 1:
		return &d.EventVersion
	case 2:
		return &d.Bucket
	case 3:
		return &d.RequestID
	case 4:
		return &d.Requester
	}
	return &d.SourceIPAddress
}

// fieldOf returns the i-th field of a detail that has its own behind those of S3Detail.
func fieldOf(d *S3Detail, i int, own ...any) any {
	if i < commonFields {
		return d.commonField(i)
	}
	return own[i-commonFields]
}

func (b *Bucket) names() []string   { return bucketNames[:] }
func (b *Bucket) self() any         { return b }
func (b *Bucket) unknown() *Unknown { return &b.Unknown }
func (b *Bucket) field(i int) any {
	if i == 0 {
		return &b.Name
	}
	return &b.GeneratedTags
}

func (o *Object) names() []string   { return objectNames[:] }
func (o *Object) self() any         { return o }
func (o *Object) unknown() *Unknown { return &o.Unknown }
func (o *Object) field(i int) any {
	switch i {
	case 0:
		return &o.Key
	case 1:
		return &o.ETag
	case 2:
		return &o.VersionID
	}
	return (*string)(&o.Sequencer)
}

func (o *SizedObject) names() []string   { return sizedObjectNames[:] }
func (o *SizedObject) self() any         { return o }
func (o *SizedObject) unknown() *Unknown { return &o.Unknown }
func (o *SizedObject) field(i int) any {
	switch i {
	case 0:
		return &o.Key
	case 1:
		return &o.Size
	case 2:
		return &o.ETag
	}
	return &o.VersionID
}

func (o *CreatedObject) names() []string   { return createdObjectNames[:] }
func (o *CreatedObject) self() any         { return o }
func (o *CreatedObject) unknown() *Unknown { return &o.Unknown }
func (o *CreatedObject) field(i int) any {
	switch i {
	case 0:
		return &o.Key
	case 1:
		return &o.Size
	case 2:
		return &o.ETag
	case 3:
		return &o.VersionID
	case 4:
		return (*string)(&o.Sequencer)
	}
	return &o.HasAnnotation
}
