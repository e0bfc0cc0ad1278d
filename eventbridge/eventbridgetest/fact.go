package eventbridgetest

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/lambdapatterns/lambdapatterns/eventbridge"
)

// fact is a detail with what S3 does for its kind (S3 User Guide, "EventBridge event message structure").
type fact struct {
	detail eventbridge.Detail
	common *eventbridge.S3Detail
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
	sequencer          *eventbridge.Sequencer
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

func plain(o *eventbridge.Object) object {
	return object{&o.Key, &o.ETag, &o.VersionID, new(int64), &o.Sequencer}
}

func sized(o *eventbridge.SizedObject) object {
	return object{&o.Key, &o.ETag, &o.VersionID, &o.Size, new(eventbridge.Sequencer)}
}

// factOf returns what is known of the detail that p points to.
func factOf(p any) (fact, bool) {
	f := fact{defaults: func(*Bucket, time.Time) {}, rules: func(*Bucket, time.Time) string { return "" }}
	switch d := p.(type) {
	case *eventbridge.ObjectCreated:
		f.common, f.sequencer, f.size, f.request = &d.S3Detail, always, always, byEither
		f.object = object{&d.Object.Key, &d.Object.ETag, &d.Object.VersionID, &d.Object.Size, &d.Object.Sequencer}
		f.defaults = func(*Bucket, time.Time) { d.Reason = eventbridge.ReasonPutObject }
		f.rules = func(*Bucket, time.Time) string { return createdRules(d) }
	case *eventbridge.ObjectDeleted:
		f.common, f.object, f.sequencer, f.request = &d.S3Detail, plain(&d.Object), always, byEither
		f.defaults = func(b *Bucket, _ time.Time) {
			d.Reason, d.DeletionType = eventbridge.ReasonDeleteObject, eventbridge.PermanentlyDeleted
			if b.versioned {
				d.DeletionType = eventbridge.DeleteMarkerCreated
			}
		}
		f.rules = func(b *Bucket, _ time.Time) string { return deletedRules(d, b) }
	case *eventbridge.ObjectRestoreInitiated:
		f.common, f.object, f.size = &d.S3Detail, sized(&d.Object), always
		f.defaults = func(*Bucket, time.Time) { d.SourceStorageClass = eventbridge.StorageClassGlacier }
		f.rules = func(*Bucket, time.Time) string { return filled("source-storage-class", string(d.SourceStorageClass)) }
	case *eventbridge.ObjectRestoreCompleted:
		f.common, f.object, f.size, f.request = &d.S3Detail, sized(&d.Object), always, byService
		f.defaults = func(_ *Bucket, at time.Time) {
			d.SourceStorageClass = eventbridge.StorageClassGlacier
			d.RestoreExpiryTime = at.Truncate(24*time.Hour).AddDate(0, 0, 2)
		}
		f.rules = func(_ *Bucket, at time.Time) string {
			if !d.RestoreExpiryTime.After(at) {
				return "restore-expiry-time is not after the event's time"
			}
			return filled("source-storage-class", string(d.SourceStorageClass))
		}
	case *eventbridge.ObjectRestoreExpired:
		f.common, f.object, f.request = &d.S3Detail, plain(&d.Object), byService
	case *eventbridge.ObjectStorageClassChanged:
		f.common, f.object, f.size, f.request = &d.S3Detail, sized(&d.Object), always, byService
		f.defaults = func(*Bucket, time.Time) { d.DestinationStorageClass = eventbridge.StorageClassGlacier }
		f.rules = func(*Bucket, time.Time) string {
			return filled("destination-storage-class", string(d.DestinationStorageClass))
		}
	case *eventbridge.ObjectAccessTierChanged:
		f.common, f.object, f.size, f.request = &d.S3Detail, sized(&d.Object), always, byService
		f.defaults = func(*Bucket, time.Time) { d.DestinationAccessTier = eventbridge.AccessTierArchive }
		f.rules = func(*Bucket, time.Time) string {
			return filled("destination-access-tier", string(d.DestinationAccessTier))
		}
	case *eventbridge.ObjectACLUpdated:
		f.common, f.object = &d.S3Detail, plain(&d.Object)
	case *eventbridge.ObjectTagsAdded:
		f.common, f.object = &d.S3Detail, plain(&d.Object)
	case *eventbridge.ObjectTagsDeleted:
		f.common, f.object = &d.S3Detail, plain(&d.Object)
	case *eventbridge.ObjectAnnotationCreated:
		f.common, f.object, f.sequencer, f.minor = &d.S3Detail, plain(&d.Object), always, 1
		f.defaults = func(b *Bucket, at time.Time) {
			d.Annotation = eventbridge.Annotation{Name: "labels", Size: 120, ETag: strings.ToLower(b.digest("annotation", uint64(at.Unix())))}
		}
		f.rules = func(*Bucket, time.Time) string {
			if d.Annotation.Size < 0 {
				return "object-annotation.size is negative"
			}
			return filled("object-annotation.name", d.Annotation.Name) + filled("object-annotation.etag", d.Annotation.ETag)
		}
	case *eventbridge.ObjectAnnotationRemoved:
		f.common, f.object, f.sequencer, f.minor = &d.S3Detail, plain(&d.Object), always, 1
		f.defaults = func(*Bucket, time.Time) { d.Annotation.Name = "labels" }
		f.rules = func(*Bucket, time.Time) string { return filled("object-annotation.name", d.Annotation.Name) }
	case *eventbridge.ObjectRetentionUpdated:
		f.common, f.object, f.sequencer, f.minor = &d.S3Detail, plain(&d.Object), maybe, 2
		f.defaults = func(_ *Bucket, at time.Time) {
			d.Retention.Mode = eventbridge.RetentionGovernance
			d.Retention.RetainUntilDate = at.AddDate(1, 0, 0).Format(time.RFC3339)
		}
	default:
		return f, false
	}
	f.detail = p.(eventbridge.Detail)
	return f, true
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
	if d, ok := f.detail.(*eventbridge.ObjectDeleted); ok && d.DeletionType == eventbridge.PermanentlyDeleted {
		d.Object.ETag = ""
	}
}

// check says what S3 would not send, or nothing.
func (f *fact) check(b *Bucket, at time.Time) string {
	_, deleted := f.detail.(*eventbridge.ObjectDeleted)
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

func createdRules(d *eventbridge.ObjectCreated) string {
	var minor int
	_, _ = fmt.Sscanf(d.EventVersion, "1.%d", &minor)
	switch {
	case d.Reason == "" || d.Reason == eventbridge.ReasonDeleteObject || d.Reason == eventbridge.ReasonLifecycleExpiration:
		return "reason is not one that creates an object"
	case d.Object.HasAnnotation != nil && (d.Reason != eventbridge.ReasonCopyObject || minor < 1):
		return "object.has-object-annotation is there, but it comes with CopyObject and event-version 1.1 only"
	}
	return ""
}

func deletedRules(d *eventbridge.ObjectDeleted, b *Bucket) string {
	marker := d.DeletionType == eventbridge.DeleteMarkerCreated
	switch {
	case d.Reason != eventbridge.ReasonDeleteObject && d.Reason != eventbridge.ReasonLifecycleExpiration:
		return "reason is neither DeleteObject nor Lifecycle Expiration"
	case d.Reason == eventbridge.ReasonLifecycleExpiration && d.SourceIPAddress != "":
		return "source-ip-address is there, but a rule of the lifecycle makes no request"
	case d.Reason == eventbridge.ReasonDeleteObject && d.SourceIPAddress == "":
		return "source-ip-address is empty, but this takes a request"
	case !marker && d.DeletionType != eventbridge.PermanentlyDeleted:
		return "deletion-type is neither Permanently Deleted nor Delete Marker Created"
	case marker && !b.versioned:
		return "deletion-type is Delete Marker Created, but the bucket is not Versioned"
	case !marker && d.Object.ETag != "":
		return "object.etag is there, but only a delete marker has one"
	}
	return ""
}
