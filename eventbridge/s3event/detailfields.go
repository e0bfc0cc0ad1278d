package s3event

import (
	"encoding/json"
)

// The details as package wire sees them. The types here have the same fields as the exported ones, and the methods that nobody
// else needs. All details begin with what they have in common.

// commonFields is how many fields [Common] has.
const commonFields = 6

// fieldOf returns the i-th field of a detail that has its own behind those of Common: version, event-version, bucket, request-id,
// requester and source-ip-address.
func fieldOf(d *Common, i int, own ...any) any {
	switch i {
	case 0:
		return &d.Version
	case 1:
		return &d.EventVersion
	case 2:
		return (*bucket)(&d.Bucket)
	case 3:
		return &d.RequestID
	case 4:
		return &d.Requester
	case 5:
		return &d.SourceIPAddress
	}
	return own[i-commonFields]
}

type objectCreated ObjectCreated

var objectCreatedNames = [...]string{"version", "event-version", "bucket", "request-id", "requester", "source-ip-address",
	"object", "reason"}

func (d *objectCreated) Known() ([]string, *map[string]json.RawMessage) {
	return objectCreatedNames[:], &d.Unknown
}
func (d *objectCreated) Field(i int) any {
	return fieldOf(&d.Common, i, (*createdObject)(&d.Object), &d.Reason)
}

type objectDeleted ObjectDeleted

var objectDeletedNames = [...]string{"version", "event-version", "bucket", "request-id", "requester", "source-ip-address",
	"object", "reason", "deletion-type"}

func (d *objectDeleted) Known() ([]string, *map[string]json.RawMessage) {
	return objectDeletedNames[:], &d.Unknown
}
func (d *objectDeleted) Field(i int) any {
	return fieldOf(&d.Common, i, (*object)(&d.Object), &d.Reason, &d.DeletionType)
}

type objectAnnotationCreated ObjectAnnotationCreated

var objectAnnotationCreatedNames = [...]string{"version", "event-version", "bucket", "request-id", "requester", "source-ip-address",
	"object", "object-annotation"}

func (d *objectAnnotationCreated) Known() ([]string, *map[string]json.RawMessage) {
	return objectAnnotationCreatedNames[:], &d.Unknown
}
func (d *objectAnnotationCreated) Field(i int) any {
	return fieldOf(&d.Common, i, (*object)(&d.Object), (*annotation)(&d.Annotation))
}

type objectAnnotationRemoved ObjectAnnotationRemoved

var objectAnnotationRemovedNames = [...]string{"version", "event-version", "bucket", "request-id", "requester", "source-ip-address",
	"object", "object-annotation"}

func (d *objectAnnotationRemoved) Known() ([]string, *map[string]json.RawMessage) {
	return objectAnnotationRemovedNames[:], &d.Unknown
}
func (d *objectAnnotationRemoved) Field(i int) any {
	return fieldOf(&d.Common, i, (*object)(&d.Object), (*removedAnnotation)(&d.Annotation))
}

type objectACLUpdated ObjectACLUpdated

var objectACLUpdatedNames = [...]string{"version", "event-version", "bucket", "request-id", "requester", "source-ip-address",
	"object"}

func (d *objectACLUpdated) Known() ([]string, *map[string]json.RawMessage) {
	return objectACLUpdatedNames[:], &d.Unknown
}
func (d *objectACLUpdated) Field(i int) any {
	return fieldOf(&d.Common, i, (*object)(&d.Object))
}

type objectTagsAdded ObjectTagsAdded

var objectTagsAddedNames = [...]string{"version", "event-version", "bucket", "request-id", "requester", "source-ip-address",
	"object"}

func (d *objectTagsAdded) Known() ([]string, *map[string]json.RawMessage) {
	return objectTagsAddedNames[:], &d.Unknown
}
func (d *objectTagsAdded) Field(i int) any {
	return fieldOf(&d.Common, i, (*object)(&d.Object))
}

type objectTagsDeleted ObjectTagsDeleted

var objectTagsDeletedNames = [...]string{"version", "event-version", "bucket", "request-id", "requester", "source-ip-address",
	"object"}

func (d *objectTagsDeleted) Known() ([]string, *map[string]json.RawMessage) {
	return objectTagsDeletedNames[:], &d.Unknown
}
func (d *objectTagsDeleted) Field(i int) any {
	return fieldOf(&d.Common, i, (*object)(&d.Object))
}

type objectRetentionUpdated ObjectRetentionUpdated

var objectRetentionUpdatedNames = [...]string{"version", "event-version", "bucket", "request-id", "requester", "source-ip-address",
	"object", "object-retention-event-data"}

func (d *objectRetentionUpdated) Known() ([]string, *map[string]json.RawMessage) {
	return objectRetentionUpdatedNames[:], &d.Unknown
}
func (d *objectRetentionUpdated) Field(i int) any {
	return fieldOf(&d.Common, i, (*object)(&d.Object), (*retention)(&d.Retention))
}

type objectRestoreInitiated ObjectRestoreInitiated

var objectRestoreInitiatedNames = [...]string{"version", "event-version", "bucket", "request-id", "requester", "source-ip-address",
	"object", "source-storage-class"}

func (d *objectRestoreInitiated) Known() ([]string, *map[string]json.RawMessage) {
	return objectRestoreInitiatedNames[:], &d.Unknown
}
func (d *objectRestoreInitiated) Field(i int) any {
	return fieldOf(&d.Common, i, (*sizedObject)(&d.Object), &d.SourceStorageClass)
}

type objectRestoreCompleted ObjectRestoreCompleted

var objectRestoreCompletedNames = [...]string{"version", "event-version", "bucket", "request-id", "requester", "source-ip-address",
	"object", "restore-expiry-time", "source-storage-class"}

func (d *objectRestoreCompleted) Known() ([]string, *map[string]json.RawMessage) {
	return objectRestoreCompletedNames[:], &d.Unknown
}
func (d *objectRestoreCompleted) Field(i int) any {
	return fieldOf(&d.Common, i, (*sizedObject)(&d.Object), &d.RestoreExpiryTime, &d.SourceStorageClass)
}

type objectRestoreExpired ObjectRestoreExpired

var objectRestoreExpiredNames = [...]string{"version", "event-version", "bucket", "request-id", "requester", "source-ip-address",
	"object"}

func (d *objectRestoreExpired) Known() ([]string, *map[string]json.RawMessage) {
	return objectRestoreExpiredNames[:], &d.Unknown
}
func (d *objectRestoreExpired) Field(i int) any {
	return fieldOf(&d.Common, i, (*object)(&d.Object))
}

type objectStorageClassChanged ObjectStorageClassChanged

var objectStorageClassChangedNames = [...]string{"version", "event-version", "bucket", "request-id", "requester", "source-ip-address",
	"object", "destination-storage-class"}

func (d *objectStorageClassChanged) Known() ([]string, *map[string]json.RawMessage) {
	return objectStorageClassChangedNames[:], &d.Unknown
}
func (d *objectStorageClassChanged) Field(i int) any {
	return fieldOf(&d.Common, i, (*sizedObject)(&d.Object), &d.DestinationStorageClass)
}

type objectAccessTierChanged ObjectAccessTierChanged

var objectAccessTierChangedNames = [...]string{"version", "event-version", "bucket", "request-id", "requester", "source-ip-address",
	"object", "destination-access-tier"}

func (d *objectAccessTierChanged) Known() ([]string, *map[string]json.RawMessage) {
	return objectAccessTierChangedNames[:], &d.Unknown
}
func (d *objectAccessTierChanged) Field(i int) any {
	return fieldOf(&d.Common, i, (*sizedObject)(&d.Object), &d.DestinationAccessTier)
}
