package eventbridgetest

import (
	"encoding/json"
	"net/url"
	"strings"
	"time"

	"github.com/lambdapatterns/lambdapatterns/eventbridge"
	"github.com/lambdapatterns/lambdapatterns/eventbridge/s3event"
)

// Notification returns the S3 event notification for the change that an event of EventBridge tells, as S3 sends it to a
// function, and in the body of a message: the key is URL-encoded. encoding/json reads it into an events.S3Event.
//
// The error is an [*UnrealisticError] for annotations and retention, which S3 is not known to send notifications about, and for a
// reason that it has no name for there.
func Notification[D s3event.Detail](e eventbridge.Event[D]) ([]byte, error) {
	c, f := s3event.ChangeOf(e), factOf(&e.Detail)
	name := nameOf(c)
	if name == "" {
		return nil, &UnrealisticError{DetailType: e.DetailType, Reason: "there is no notification of this kind or for this reason"}
	}
	r := record{
		EventVersion: "2.3", EventSource: "aws:s3", Region: c.Region, Name: name,
		Time:              c.Time.UTC().Format("2006-01-02T15:04:05.000Z"),
		UserIdentity:      map[string]string{"principalId": "AWS:AIDAEXAMPLE"},
		RequestParameters: map[string]string{"sourceIPAddress": f.common.SourceIPAddress},
		ResponseElements:  map[string]string{"x-amz-request-id": c.RequestID, "x-amz-id-2": "example/id"},
	}
	switch family, _, _ := strings.Cut(name, ":"); {
	case family == "ObjectCreated", family == "ObjectRemoved", name == "ObjectRestore:Post", name == "ObjectRestore:Completed":
		r.EventVersion = "2.1" // of the kinds that were there before the others
	}
	if f.common.SourceIPAddress == "" {
		r.UserIdentity["principalId"] = "s3.amazonaws.com"
		r.RequestParameters["sourceIPAddress"] = "s3.amazonaws.com"
	}
	r.S3.SchemaVersion, r.S3.Configuration = "1.0", "changes"
	r.S3.Bucket.Name, r.S3.Bucket.ARN = c.Bucket, "arn:aws:s3:::"+c.Bucket
	r.S3.Bucket.Owner = map[string]string{"principalId": "A3EXAMPLE"}
	r.S3.Object.Key = strings.ReplaceAll(url.QueryEscape(c.Key), "%2F", "/")
	r.S3.Object.ETag, r.S3.Object.VersionID, r.S3.Object.Sequencer = c.ETag, c.VersionID, string(c.Sequencer)
	if f.size == always {
		r.S3.Object.Size = &c.Size
	}
	switch d := f.detail.(type) {
	case *s3event.ObjectRestoreCompleted:
		r.Glacier = map[string]any{"restoreEventData": map[string]string{
			"lifecycleRestorationExpiryTime": d.RestoreExpiryTime.UTC().Format(time.RFC3339),
			"lifecycleRestoreStorageClass":   d.SourceStorageClass,
		}}
	case *s3event.ObjectStorageClassChanged:
		r.Lifecycle = map[string]any{"transitionEventData": map[string]string{"destinationStorageClass": d.DestinationStorageClass}}
	case *s3event.ObjectAccessTierChanged:
		r.Tiering = map[string]any{"destinationAccessTier": d.DestinationAccessTier}
	}
	return json.Marshal(map[string]any{"Records": []record{r}})
}

// record is a record of a notification. events.S3EventRecord writes fields that S3 does not send.
type record struct {
	EventVersion      string            `json:"eventVersion"`
	EventSource       string            `json:"eventSource"`
	Region            string            `json:"awsRegion"`
	Time              string            `json:"eventTime"`
	Name              string            `json:"eventName"`
	UserIdentity      map[string]string `json:"userIdentity"`
	RequestParameters map[string]string `json:"requestParameters"`
	ResponseElements  map[string]string `json:"responseElements"`
	S3                struct {
		SchemaVersion string `json:"s3SchemaVersion"`
		Configuration string `json:"configurationId"`
		Bucket        struct {
			Name  string            `json:"name"`
			Owner map[string]string `json:"ownerIdentity"`
			ARN   string            `json:"arn"`
		} `json:"bucket"`
		Object struct {
			Key       string `json:"key"`
			Size      *int64 `json:"size,omitempty"`
			ETag      string `json:"eTag,omitempty"`
			VersionID string `json:"versionId,omitempty"`
			Sequencer string `json:"sequencer,omitempty"`
		} `json:"object"`
	} `json:"s3"`
	Glacier   map[string]any `json:"glacierEventData,omitempty"`
	Lifecycle map[string]any `json:"lifecycleEventData,omitempty"`
	Tiering   map[string]any `json:"intelligentTieringEventData,omitempty"`
}

// nameOf returns the name of a change in notifications (S3 User Guide, "Supported event types for SQS, SNS, and Lambda").
func nameOf(c s3event.Change) string {
	switch c.Kind {
	case s3event.KindCreated:
		switch c.Reason {
		case s3event.ReasonPutObject:
			return "ObjectCreated:Put"
		case s3event.ReasonPostObject:
			return "ObjectCreated:Post"
		case s3event.ReasonCopyObject:
			return "ObjectCreated:Copy"
		case s3event.ReasonCompleteMultipartUpload:
			return "ObjectCreated:CompleteMultipartUpload"
		}
	case s3event.KindDeleted:
		family, what := "ObjectRemoved", "Delete"
		if c.Reason == s3event.ReasonLifecycleExpiration {
			family = "LifecycleExpiration"
		}
		if c.DeletionType == s3event.DeleteMarkerCreated {
			what = "DeleteMarkerCreated"
		}
		return family + ":" + what
	case s3event.KindRestoreInitiated:
		return "ObjectRestore:Post"
	case s3event.KindRestoreCompleted:
		return "ObjectRestore:Completed"
	case s3event.KindRestoreExpired:
		return "ObjectRestore:Delete"
	case s3event.KindStorageClassChanged:
		return "LifecycleTransition"
	case s3event.KindAccessTierChanged:
		return "IntelligentTiering"
	case s3event.KindACLUpdated:
		return "ObjectAcl:Put"
	case s3event.KindTagsAdded:
		return "ObjectTagging:Put"
	case s3event.KindTagsDeleted:
		return "ObjectTagging:Delete"
	}
	return ""
}
