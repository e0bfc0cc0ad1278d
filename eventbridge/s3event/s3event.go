package s3event

// Detail is the detail of an event of S3: every kind that this package has a type for.
type Detail interface {
	ObjectCreated | ObjectDeleted |
		ObjectRestoreInitiated | ObjectRestoreCompleted | ObjectRestoreExpired |
		ObjectStorageClassChanged | ObjectAccessTierChanged |
		ObjectACLUpdated | ObjectTagsAdded | ObjectTagsDeleted |
		ObjectAnnotationCreated | ObjectAnnotationRemoved |
		ObjectRetentionUpdated
	DedupeKey() string
}
