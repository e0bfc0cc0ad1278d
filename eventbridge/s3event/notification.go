package s3event

import (
	"encoding/json"
	"errors"
	"net/url"
	"strings"

	"github.com/aws/aws-lambda-go/events"

	"github.com/lambdapatterns/lambdapatterns/eventbridge"
	"github.com/lambdapatterns/lambdapatterns/eventbridge/internal/wire"
)

// ChangeOfRecord returns the change that a record of an S3 event notification tells. There the key is URL-encoded: it is
// decoded, "red+flower.jpg" to "red flower.jpg". The error is a [*eventbridge.DecodeError] if it cannot be, if the record is not of S3, or
// if the bucket or the key is missing.
func ChangeOfRecord(r events.S3EventRecord) (Change, error) {
	if r.EventSource != "aws:s3" {
		return Change{}, &eventbridge.DecodeError{Err: wire.Reason("the record is not of S3: its eventSource is not aws:s3")}
	}
	key, err := url.QueryUnescape(r.S3.Object.Key)
	switch {
	case err != nil:
		return Change{}, &eventbridge.DecodeError{Err: wire.Reason("s3.object.key of the record is not URL-encoded")}
	case key == "":
		return Change{}, &eventbridge.DecodeError{Err: wire.Reason("s3.object.key of the record is missing or empty")}
	case r.S3.Bucket.Name == "":
		return Change{}, &eventbridge.DecodeError{Err: wire.Reason("s3.bucket.name of the record is missing or empty")}
	}
	c := Change{
		Bucket:    r.S3.Bucket.Name,
		Key:       key,
		VersionID: r.S3.Object.VersionID,
		Size:      r.S3.Object.Size,
		ETag:      unquoted(r.S3.Object.ETag),
		Sequencer: Sequencer(r.S3.Object.Sequencer),
		Time:      r.EventTime,
		Region:    r.AWSRegion,
		RequestID: r.ResponseElements["x-amz-request-id"],
	}
	c.Kind, c.Reason, c.DeletionType = kindOfName(strings.TrimPrefix(r.EventName, "s3:"))
	return c, nil
}

// kindOfName gives the kind, the reason and the deletion type for the name of an event in a notification (S3 User Guide,
// "Supported event types for SQS, SNS, and Lambda").
func kindOfName(name string) (kind, reason, deletionType string) {
	family, what, _ := strings.Cut(name, ":")
	switch family {
	case "ObjectCreated":
		return KindCreated, reasonOf(what), ""
	case "ObjectRemoved", "LifecycleExpiration":
		reason, deletionType = ReasonDeleteObject, PermanentlyDeleted
		if family == "LifecycleExpiration" {
			reason = ReasonLifecycleExpiration
		}
		if what == "DeleteMarkerCreated" {
			deletionType = DeleteMarkerCreated
		}
		return KindDeleted, reason, deletionType
	case "LifecycleTransition":
		return KindStorageClassChanged, "", ""
	case "IntelligentTiering":
		return KindAccessTierChanged, "", ""
	}
	switch name {
	case "ObjectRestore:Post":
		return KindRestoreInitiated, "", ""
	case "ObjectRestore:Completed":
		return KindRestoreCompleted, "", ""
	case "ObjectRestore:Delete":
		return KindRestoreExpired, "", ""
	case "ObjectAcl:Put":
		return KindACLUpdated, "", ""
	case "ObjectTagging:Put":
		return KindTagsAdded, "", ""
	case "ObjectTagging:Delete":
		return KindTagsDeleted, "", ""
	}
	return name, "", ""
}

func reasonOf(what string) string {
	switch what {
	case "Put":
		return ReasonPutObject
	case "Post":
		return ReasonPostObject
	case "Copy":
		return ReasonCopyObject
	}
	return what // CompleteMultipartUpload has one name
}

func decodeRecords(data []byte) ([]Change, error) {
	var records []events.S3EventRecord
	if err := json.Unmarshal(data, &records); err != nil {
		var escape url.EscapeError // it quotes the key
		if errors.As(err, &escape) {
			err = wire.Reason("s3.object.key of a record is not URL-encoded")
		}
		return nil, &eventbridge.DecodeError{Err: err}
	}
	if len(records) == 0 {
		return nil, &eventbridge.DecodeError{Err: wire.Reason("there are no records in it")}
	}
	changes := make([]Change, len(records))
	for i, r := range records {
		var err error
		if changes[i], err = ChangeOfRecord(r); err != nil {
			return nil, err
		}
	}
	return changes, nil
}
