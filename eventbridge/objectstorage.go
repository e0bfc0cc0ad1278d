package eventbridge

// ObjectStorageClassChanged is the detail of S3's "Object Storage Class Changed" event: a rule of the lifecycle has moved an object.
type ObjectStorageClassChanged struct {
	S3Detail
	// Object is the object.
	Object SizedObject `json:"object"`
	// DestinationStorageClass is where the object is now.
	DestinationStorageClass StorageClass `json:"destination-storage-class"`
}

// EventType returns "aws.s3" and "Object Storage Class Changed".
func (ObjectStorageClassChanged) EventType() (source, detailType string) {
	return "aws.s3", "Object Storage Class Changed"
}

// DedupeKey returns a key made of the detail-type, the bucket, the key, the version and the request id, for the event has no
// sequencer. It is empty if there is no request id.
func (d ObjectStorageClassChanged) DedupeKey() string {
	return changeKey(KindStorageClassChanged, d.Bucket.Name, d.Object.Key, d.Object.VersionID, "", d.RequestID, "")
}

var objectStorageClassChangedNames = [...]string{"version", "event-version", "bucket", "request-id", "requester", "source-ip-address",
	"object", "destination-storage-class"}

func (d *ObjectStorageClassChanged) names() []string  { return objectStorageClassChangedNames[:] }
func (d *ObjectStorageClassChanged) self() any        { return d }
func (d *ObjectStorageClassChanged) view() objectView { return d.Object.view() }
func (d *ObjectStorageClassChanged) field(i int) any {
	return fieldOf(&d.S3Detail, i, &d.Object, (*string)(&d.DestinationStorageClass))
}

// ObjectAccessTierChanged is the detail of S3's "Object Access Tier Changed" event: S3 Intelligent-Tiering has archived an object.
type ObjectAccessTierChanged struct {
	S3Detail
	// Object is the object.
	Object SizedObject `json:"object"`
	// DestinationAccessTier is where the object is now.
	DestinationAccessTier AccessTier `json:"destination-access-tier"`
}

// EventType returns "aws.s3" and "Object Access Tier Changed".
func (ObjectAccessTierChanged) EventType() (source, detailType string) {
	return "aws.s3", "Object Access Tier Changed"
}

// DedupeKey returns a key made of the detail-type, the bucket, the key, the version and the request id, for the event has no
// sequencer. It is empty if there is no request id.
func (d ObjectAccessTierChanged) DedupeKey() string {
	return changeKey(KindAccessTierChanged, d.Bucket.Name, d.Object.Key, d.Object.VersionID, "", d.RequestID, "")
}

var objectAccessTierChangedNames = [...]string{"version", "event-version", "bucket", "request-id", "requester", "source-ip-address",
	"object", "destination-access-tier"}

func (d *ObjectAccessTierChanged) names() []string  { return objectAccessTierChangedNames[:] }
func (d *ObjectAccessTierChanged) self() any        { return d }
func (d *ObjectAccessTierChanged) view() objectView { return d.Object.view() }
func (d *ObjectAccessTierChanged) field(i int) any {
	return fieldOf(&d.S3Detail, i, &d.Object, (*string)(&d.DestinationAccessTier))
}

// StorageClass is a storage class of S3. AWS may add values, so a switch over it needs a default.
type StorageClass string

// Storage classes that objects are moved to and restored from.
const (
	StorageClassStandardIA         StorageClass = "STANDARD_IA"
	StorageClassOneZoneIA          StorageClass = "ONEZONE_IA"
	StorageClassIntelligentTiering StorageClass = "INTELLIGENT_TIERING"
	StorageClassGlacierIR          StorageClass = "GLACIER_IR"
	StorageClassGlacier            StorageClass = "GLACIER"
	StorageClassDeepArchive        StorageClass = "DEEP_ARCHIVE"
)

// AccessTier is an archive tier of S3 Intelligent-Tiering. AWS may add values, so a switch over it needs a default.
type AccessTier string

// Tiers in which an object cannot be read until it is restored.
const (
	AccessTierArchive     AccessTier = "ARCHIVE_ACCESS"
	AccessTierDeepArchive AccessTier = "DEEP_ARCHIVE_ACCESS"
)
