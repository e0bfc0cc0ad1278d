package s3event

import "encoding/json"

// The objects in details as package wire sees them: as in detailfields.go.

type bucket Bucket

var bucketNames = [...]string{"name", "aws-generated-tags"}

func (v *bucket) Known() ([]string, *map[string]json.RawMessage) { return bucketNames[:], &v.Unknown }
func (v *bucket) Field(i int) any {
	if i == 0 {
		return &v.Name
	}
	return &v.GeneratedTags
}

type object Object

var objectNames = [...]string{"key", "etag", "version-id", "sequencer"}

func (v *object) Known() ([]string, *map[string]json.RawMessage) { return objectNames[:], &v.Unknown }
func (v *object) Field(i int) any {
	switch i {
	case 0:
		return &v.Key
	case 1:
		return &v.ETag
	case 2:
		return &v.VersionID
	}
	return (*string)(&v.Sequencer)
}

type sizedObject SizedObject

var sizedObjectNames = [...]string{"key", "size", "etag", "version-id"}

func (v *sizedObject) Known() ([]string, *map[string]json.RawMessage) {
	return sizedObjectNames[:], &v.Unknown
}
func (v *sizedObject) Field(i int) any {
	switch i {
	case 0:
		return &v.Key
	case 1:
		return &v.Size
	case 2:
		return &v.ETag
	}
	return &v.VersionID
}

type createdObject CreatedObject

var createdObjectNames = [...]string{"key", "size", "etag", "version-id", "sequencer", "has-object-annotation"}

func (v *createdObject) Known() ([]string, *map[string]json.RawMessage) {
	return createdObjectNames[:], &v.Unknown
}
func (v *createdObject) Field(i int) any {
	switch i {
	case 0:
		return &v.Key
	case 1:
		return &v.Size
	case 2:
		return &v.ETag
	case 3:
		return &v.VersionID
	case 4:
		return (*string)(&v.Sequencer)
	}
	return &v.HasAnnotation
}

type annotation Annotation

var annotationNames = [...]string{"name", "size", "etag"}

func (v *annotation) Known() ([]string, *map[string]json.RawMessage) {
	return annotationNames[:], &v.Unknown
}
func (v *annotation) Field(i int) any {
	switch i {
	case 0:
		return &v.Name
	case 1:
		return &v.Size
	}
	return &v.ETag
}

type removedAnnotation RemovedAnnotation

var removedAnnotationNames = [...]string{"name"}

func (v *removedAnnotation) Known() ([]string, *map[string]json.RawMessage) {
	return removedAnnotationNames[:], &v.Unknown
}
func (v *removedAnnotation) Field(int) any { return &v.Name }

type retention Retention

var retentionNames = [...]string{"mode", "retain-until-date", "event-hold", "event-hold-duration"}

func (v *retention) Known() ([]string, *map[string]json.RawMessage) {
	return retentionNames[:], &v.Unknown
}
func (v *retention) Field(i int) any {
	switch i {
	case 0:
		return &v.Mode
	case 1:
		return &v.RetainUntilDate
	case 2:
		return &v.EventHold
	}
	return &v.EventHoldDuration
}
