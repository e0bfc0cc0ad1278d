package s3event

import (
	"github.com/lambdapatterns/lambdapatterns/eventbridge/internal/wire"
)

// ObjectStorageClassChanged is the detail of S3's "Object Storage Class Changed" event: a rule of the lifecycle has moved an object.
type ObjectStorageClassChanged struct {
	Common
	// Object is the object.
	Object SizedObject `json:"object"`
	// DestinationStorageClass is where the object is now, such as [StorageClassGlacier].
	DestinationStorageClass string `json:"destination-storage-class"`
}

// EventType returns "aws.s3" and "Object Storage Class Changed".
func (*ObjectStorageClassChanged) EventType() (source, detailType string) {
	return "aws.s3", "Object Storage Class Changed"
}

// DedupeKey returns a key that every report of this change has, and no other change: see [Change.DedupeKey].
func (d ObjectStorageClassChanged) DedupeKey() string {
	return changeKey(KindStorageClassChanged, d.Bucket.Name, d.Object.Key, d.Object.VersionID, "", d.RequestID, "")
}

// EventFields is for package eventbridge, which reads and writes the detail by it.
func (d *ObjectStorageClassChanged) EventFields() wire.Detail {
	return fieldsOf((*objectStorageClassChanged)(d), d)
}

// ObjectAccessTierChanged is the detail of S3's "Object Access Tier Changed" event: S3 Intelligent-Tiering has archived an object.
type ObjectAccessTierChanged struct {
	Common
	// Object is the object.
	Object SizedObject `json:"object"`
	// DestinationAccessTier is where the object is now, such as [AccessTierArchive].
	DestinationAccessTier string `json:"destination-access-tier"`
}

// EventType returns "aws.s3" and "Object Access Tier Changed".
func (*ObjectAccessTierChanged) EventType() (source, detailType string) {
	return "aws.s3", "Object Access Tier Changed"
}

// DedupeKey returns a key that every report of this change has, and no other change: see [Change.DedupeKey].
func (d ObjectAccessTierChanged) DedupeKey() string {
	return changeKey(KindAccessTierChanged, d.Bucket.Name, d.Object.Key, d.Object.VersionID, "", d.RequestID, "")
}

// EventFields is for package eventbridge, which reads and writes the detail by it.
func (d *ObjectAccessTierChanged) EventFields() wire.Detail {
	return fieldsOf((*objectAccessTierChanged)(d), d)
}

// Storage classes that objects are moved to and restored from. AWS may add others.
const (
	StorageClassStandardIA         = "STANDARD_IA"
	StorageClassOneZoneIA          = "ONEZONE_IA"
	StorageClassIntelligentTiering = "INTELLIGENT_TIERING"
	StorageClassGlacierIR          = "GLACIER_IR"
	StorageClassGlacier            = "GLACIER"
	StorageClassDeepArchive        = "DEEP_ARCHIVE"
)

// Archive tiers of S3 Intelligent-Tiering, in which an object cannot be read until it is restored. AWS may add others.
const (
	AccessTierArchive     = "ARCHIVE_ACCESS"
	AccessTierDeepArchive = "DEEP_ARCHIVE_ACCESS"
)
