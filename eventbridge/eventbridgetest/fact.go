package eventbridgetest

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/lambdapatterns/lambdapatterns/eventbridge"
	"github.com/lambdapatterns/lambdapatterns/eventbridge/s3event"
)

// fact is a detail with what S3 does for its kind (S3 User Guide, "EventBridge event message structure").
type fact struct {
	detail eventbridge.Detail
	common *s3event.Common
	object object

	sequencer need // object.sequencer
	size      need
	minor     int    // of the event-version that the kind came with
	request   origin // whether there is a source-ip-address

	defaults func(b *Bucket, at time.Time) // of the fields of the kind
	rules    func(b *Bucket, at time.Time) string
}

// object has the fields of the detail's object. Those that the type does not have point to a zero value.
type object struct {
	key, etag, version *string
	size               *int64
	sequencer          *s3event.Sequencer
}

// need is whether a field is there.
type need uint8

const (
	never need = iota
	always
	maybe
)

// origin is what has made the change.
type origin uint8

const (
	byRequest origin = iota
	byService        // S3 itself
	byEither
)

func plain(o *s3event.Object) object {
	return object{&o.Key, &o.ETag, &o.VersionID, new(int64), &o.Sequencer}
}

func sized(o *s3event.SizedObject) object {
	return object{&o.Key, &o.ETag, &o.VersionID, &o.Size, new(s3event.Sequencer)}
}

// factOf returns what is known of the s3event.Detail that p points to.
func factOf(p any) fact {
	f := fact{defaults: func(*Bucket, time.Time) {}, rules: func(*Bucket, time.Time) string { return "" }}
	switch d := p.(type) {
	case *s3event.ObjectCreated:
		f.common, f.sequencer, f.size, f.request = &d.Common, always, always, byEither
		f.object = object{&d.Object.Key, &d.Object.ETag, &d.Object.VersionID, &d.Object.Size, &d.Object.Sequencer}
		f.defaults = func(*Bucket, time.Time) { d.Reason = s3event.ReasonPutObject }
		f.rules = func(*Bucket, time.Time) string { return createdRules(d) }
	case *s3event.ObjectDeleted:
		f.common, f.object, f.sequencer, f.request = &d.Common, plain(&d.Object), always, byEither
		f.defaults = func(b *Bucket, _ time.Time) {
			d.Reason, d.DeletionType = s3event.ReasonDeleteObject, s3event.PermanentlyDeleted
			if b.versioned {
				d.DeletionType = s3event.DeleteMarkerCreated
			}
		}
		f.rules = func(b *Bucket, _ time.Time) string { return deletedRules(d, b) }
	case *s3event.ObjectRestoreInitiated:
		f.common, f.object, f.size = &d.Common, sized(&d.Object), always
		f.defaults = func(*Bucket, time.Time) { d.SourceStorageClass = s3event.StorageClassGlacier }
		f.rules = func(*Bucket, time.Time) string { return filled("source-storage-class", d.SourceStorageClass) }
	case *s3event.ObjectRestoreCompleted:
		f.common, f.object, f.size, f.request = &d.Common, sized(&d.Object), always, byService
		f.defaults = func(_ *Bucket, at time.Time) {
			d.SourceStorageClass = s3event.StorageClassGlacier
			d.RestoreExpiryTime = at.Truncate(24*time.Hour).AddDate(0, 0, 2)
		}
		f.rules = func(_ *Bucket, at time.Time) string {
			if !d.RestoreExpiryTime.After(at) {
				return "restore-expiry-time is not after the event's time"
			}
			return filled("source-storage-class", d.SourceStorageClass)
		}
	case *s3event.ObjectRestoreExpired:
		f.common, f.object, f.request = &d.Common, plain(&d.Object), byService
	case *s3event.ObjectStorageClassChanged:
		f.common, f.object, f.size, f.request = &d.Common, sized(&d.Object), always, byService
		f.defaults = func(*Bucket, time.Time) { d.DestinationStorageClass = s3event.StorageClassGlacier }
		f.rules = func(*Bucket, time.Time) string {
			return filled("destination-storage-class", d.DestinationStorageClass)
		}
	case *s3event.ObjectAccessTierChanged:
		f.common, f.object, f.size, f.request = &d.Common, sized(&d.Object), always, byService
		f.defaults = func(*Bucket, time.Time) { d.DestinationAccessTier = s3event.AccessTierArchive }
		f.rules = func(*Bucket, time.Time) string {
			return filled("destination-access-tier", d.DestinationAccessTier)
		}
	case *s3event.ObjectACLUpdated:
		f.common, f.object = &d.Common, plain(&d.Object)
	case *s3event.ObjectTagsAdded:
		f.common, f.object = &d.Common, plain(&d.Object)
	case *s3event.ObjectTagsDeleted:
		f.common, f.object = &d.Common, plain(&d.Object)
	case *s3event.ObjectAnnotationCreated:
		f.common, f.object, f.sequencer, f.minor = &d.Common, plain(&d.Object), always, 1
		f.defaults = func(b *Bucket, at time.Time) {
			d.Annotation = s3event.Annotation{Name: "labels", Size: 120, ETag: strings.ToLower(b.digest("annotation", uint64(at.Unix())))}
		}
		f.rules = func(*Bucket, time.Time) string {
			if d.Annotation.Size < 0 {
				return "object-annotation.size is negative"
			}
			return filled("object-annotation.name", d.Annotation.Name) + filled("object-annotation.etag", d.Annotation.ETag)
		}
	case *s3event.ObjectAnnotationRemoved:
		f.common, f.object, f.sequencer, f.minor = &d.Common, plain(&d.Object), always, 1
		f.defaults = func(*Bucket, time.Time) { d.Annotation.Name = "labels" }
		f.rules = func(*Bucket, time.Time) string { return filled("object-annotation.name", d.Annotation.Name) }
	case *s3event.ObjectRetentionUpdated:
		f.common, f.object, f.sequencer, f.minor = &d.Common, plain(&d.Object), maybe, 2
		f.defaults = func(_ *Bucket, at time.Time) {
			d.Retention.Mode = s3event.RetentionGovernance
			d.Retention.RetainUntilDate = at.AddDate(1, 0, 0).Format(time.RFC3339)
		}
	}
	f.detail = p.(eventbridge.Detail)
	return f
}

// fill sets what S3 would.
func (f *fact) fill(b *Bucket, n uint64, key string) {
	at := b.time(n)
	f.common.Version, f.common.EventVersion = "0", "1.2"
	f.common.Bucket.Name = b.name
	f.common.RequestID, f.common.Requester = b.digest("request", n)[:16], b.account
	if f.request == byService {
		f.common.Requester = "s3.amazonaws.com"
	} else {
		f.common.SourceIPAddress = "192.0.2.7"
	}
	*f.object.key = key
	*f.object.etag = strings.ToLower(b.digest("content", n))
	if b.versioned {
		*f.object.version = b.digest("version", n)
	}
	if f.size == always {
		*f.object.size = 1024
	}
	if f.sequencer == always {
		*f.object.sequencer = b.sequencer(n)
	}
	f.defaults(b, at)
	if d, ok := f.detail.(*s3event.ObjectDeleted); ok && d.DeletionType == s3event.PermanentlyDeleted {
		d.Object.ETag = ""
	}
}

// check says what S3 would not send, or nothing.
func (f *fact) check(b *Bucket, at time.Time) string {
	_, deleted := f.detail.(*s3event.ObjectDeleted)
	var major, minor int
	_, versionErr := fmt.Sscanf(f.common.EventVersion, "%d.%d", &major, &minor)
	versioned := f.common.EventVersion != ""
	switch key := *f.object.key; {
	case f.common.Version != "0":
		return `version is not "0"`
	case versioned && (versionErr != nil || major != 1) || minor < f.minor:
		return fmt.Sprintf("event-version is not 1.%d or a later 1.x", f.minor)
	case f.common.Bucket.Name != b.name:
		return "bucket.name is not that of the Bucket"
	case key == "" || len(key) > 1024 || !utf8.ValidString(key):
		return "object.key is not 1 to 1,024 bytes of UTF-8"
	case f.common.RequestID == "":
		return "request-id is empty"
	case f.common.Requester == "":
		return "requester is empty"
	case f.request == byService && f.common.SourceIPAddress != "":
		return "source-ip-address is there, but S3 does this by itself"
	case f.request == byRequest && f.common.SourceIPAddress == "":
		return "source-ip-address is empty, but this takes a request"
	case *f.object.version != "" && !b.versioned:
		return "object.version-id is there, but the bucket is not Versioned"
	case *f.object.size < 0:
		return "object.size is negative"
	case *f.object.etag == "" && !deleted:
		return "object.etag is empty"
	case f.sequencer == never && *f.object.sequencer != "":
		return "object.sequencer is there, but events of this kind have none"
	case f.sequencer == always && !f.object.sequencer.Valid():
		return "object.sequencer is not a hexadecimal number"
	}
	return f.rules(b, at)
}

// filled says that a field is empty.
func filled(name, value string) string {
	if value == "" {
		return name + " is empty"
	}
	return ""
}

func createdRules(d *s3event.ObjectCreated) string {
	var minor int
	_, _ = fmt.Sscanf(d.EventVersion, "1.%d", &minor)
	switch {
	case d.Reason == "" || d.Reason == s3event.ReasonDeleteObject || d.Reason == s3event.ReasonLifecycleExpiration:
		return "reason is not one that creates an object"
	case d.Object.HasAnnotation != nil && (d.Reason != s3event.ReasonCopyObject || minor < 1):
		return "object.has-object-annotation is there, but it comes with CopyObject and event-version 1.1 only"
	}
	return ""
}

func deletedRules(d *s3event.ObjectDeleted, b *Bucket) string {
	marker := d.DeletionType == s3event.DeleteMarkerCreated
	switch {
	case d.Reason != s3event.ReasonDeleteObject && d.Reason != s3event.ReasonLifecycleExpiration:
		return "reason is neither DeleteObject nor Lifecycle Expiration"
	case d.Reason == s3event.ReasonLifecycleExpiration && d.SourceIPAddress != "":
		return "source-ip-address is there, but a rule of the lifecycle makes no request"
	case d.Reason == s3event.ReasonDeleteObject && d.SourceIPAddress == "":
		return "source-ip-address is empty, but this takes a request"
	case !marker && d.DeletionType != s3event.PermanentlyDeleted:
		return "deletion-type is neither Permanently Deleted nor Delete Marker Created"
	case marker && !b.versioned:
		return "deletion-type is Delete Marker Created, but the bucket is not Versioned"
	case !marker && d.Object.ETag != "":
		return "object.etag is there, but only a delete marker has one"
	}
	return ""
}
