package s3event_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/lambdapatterns/lambdapatterns/eventbridge"
	"github.com/lambdapatterns/lambdapatterns/eventbridge/s3event"
)

// notification returns the record that S3 sends for the change in testdata/object_created.json, or one like it.
func notification(name, key, more string) string {
	return fmt.Sprintf(`{"eventVersion":"2.3","eventSource":"aws:s3","awsRegion":"ca-central-1","eventTime":"2021-11-12T00:00:00.000Z",
		"eventName":%q,"userIdentity":{"principalId":"AWS:AIDA"},"requestParameters":{"sourceIPAddress":"1.2.3.4"},
		"responseElements":{"x-amz-request-id":"N4N7GDK58NMKJ12R","x-amz-id-2":"x"},
		"s3":{"s3SchemaVersion":"1.0","configurationId":"c","bucket":{"name":"amzn-s3-demo-bucket1","arn":"arn:aws:s3:::amzn-s3-demo-bucket1"},
		"object":{"key":%q,"size":5,"eTag":"b1946ac92492d2347c6235b4d2611184","versionId":"IYV3p45BT0ac8hjHg1houSdS1a.Mro8e",
		"sequencer":"00617F08299329D189"}}%s}`, name, key, more)
}

func TestBothFormsAreOneChange(t *testing.T) {
	t.Parallel()
	viaBus, err := s3event.DecodeChanges(edited(t, "example-key", "red flower+1.jpg"))
	if err != nil || len(viaBus) != 1 {
		t.Fatal(viaBus, err)
	}
	direct, err := s3event.DecodeChanges([]byte(`{"Records":[` + notification("ObjectCreated:Put", "red+flower%2B1.jpg", "") + `]}`))
	if err != nil || len(direct) != 1 {
		t.Fatal(direct, err)
	}
	want := s3event.Change{
		Kind: s3event.KindCreated, Bucket: "amzn-s3-demo-bucket1", Key: "red flower+1.jpg",
		VersionID: "IYV3p45BT0ac8hjHg1houSdS1a.Mro8e", Size: 5, ETag: "b1946ac92492d2347c6235b4d2611184",
		Sequencer: "617f08299329d189", Time: time.Date(2021, 11, 12, 0, 0, 0, 0, time.UTC), Region: "ca-central-1",
		RequestID: "N4N7GDK58NMKJ12R", Reason: s3event.ReasonPutObject,
	}
	if viaBus[0] != want {
		t.Errorf("EventBridge:\n got %+v\nwant %+v", viaBus[0], want)
	}
	want.Sequencer = "00617F08299329D189"
	if direct[0] != want {
		t.Errorf("notification:\n got %+v\nwant %+v", direct[0], want)
	}
	e, err := eventbridge.Decode[s3event.ObjectCreated](edited(t, "example-key", "red flower+1.jpg"))
	if err != nil {
		t.Fatal(err)
	}
	if a, b, c := viaBus[0].DedupeKey(), direct[0].DedupeKey(), e.Detail.DedupeKey(); a == "" || a != b || a != c {
		t.Errorf("keys are %q, %q and %q", a, b, c)
	}
	if got := s3event.ChangeOf(e); got != viaBus[0] {
		t.Errorf("ObjectChangeOf is %+v, want %+v", got, viaBus[0])
	}
}

func TestNamesOfNotifications(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]s3event.Change{
		"ObjectCreated:Put":                        {Kind: "Object Created", Reason: "PutObject"},
		"s3:ObjectCreated:Post":                    {Kind: "Object Created", Reason: "POST Object"},
		"ObjectCreated:Copy":                       {Kind: "Object Created", Reason: "CopyObject"},
		"ObjectCreated:CompleteMultipartUpload":    {Kind: "Object Created", Reason: "CompleteMultipartUpload"},
		"ObjectCreated:New":                        {Kind: "Object Created", Reason: "New"},
		"ObjectRemoved:Delete":                     {Kind: "Object Deleted", Reason: "DeleteObject", DeletionType: "Permanently Deleted"},
		"ObjectRemoved:DeleteMarkerCreated":        {Kind: "Object Deleted", Reason: "DeleteObject", DeletionType: "Delete Marker Created"},
		"LifecycleExpiration:Delete":               {Kind: "Object Deleted", Reason: "Lifecycle Expiration", DeletionType: "Permanently Deleted"},
		"LifecycleExpiration:DeleteMarkerCreated":  {Kind: "Object Deleted", Reason: "Lifecycle Expiration", DeletionType: "Delete Marker Created"},
		"ObjectRestore:Post":                       {Kind: "Object Restore Initiated"},
		"ObjectRestore:Completed":                  {Kind: "Object Restore Completed"},
		"ObjectRestore:Delete":                     {Kind: "Object Restore Expired"},
		"LifecycleTransition":                      {Kind: "Object Storage Class Changed"},
		"IntelligentTiering":                       {Kind: "Object Access Tier Changed"},
		"ObjectAcl:Put":                            {Kind: "Object ACL Updated"},
		"ObjectTagging:Put":                        {Kind: "Object Tags Added"},
		"ObjectTagging:Delete":                     {Kind: "Object Tags Deleted"},
		"Replication:OperationFailedReplication":   {Kind: "Replication:OperationFailedReplication"},
		"ReducedRedundancyLostObject":              {Kind: "ReducedRedundancyLostObject"},
		"ObjectRestore:SomethingThatIsNotKnownYet": {Kind: "ObjectRestore:SomethingThatIsNotKnownYet"},
	} {
		changes, err := s3event.DecodeChanges([]byte(`{"Records":[` + notification(name, "k", "") + `]}`))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		c := changes[0]
		if got := (s3event.Change{Kind: c.Kind, Reason: c.Reason, DeletionType: c.DeletionType}); got != want {
			t.Errorf("%s: got %+v, want %+v", name, got, want)
		}
	}
}

// Every kind of event that has a type is a change as well.
func TestEveryEventIsAChange(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"object_created", "object_created_copy", "object_deleted", "object_deleted_lifecycle",
		"object_restore_initiated", "object_restore_completed", "object_restore_expired", "object_storage_class_changed",
		"object_access_tier_changed", "object_acl_updated", "object_tags_added", "object_tags_deleted",
		"object_annotation_created", "object_annotation_removed", "object_retention_updated"} {
		data := sample(t, name+".json")
		var event eventbridge.Event[json.RawMessage]
		if err := json.Unmarshal(data, &event); err != nil {
			t.Fatal(err)
		}
		changes, err := s3event.DecodeChanges(data)
		if err != nil || len(changes) != 1 {
			t.Errorf("%s: %v, %v", name, changes, err)
			continue
		}
		c := changes[0]
		if string(c.Kind) != event.DetailType || c.Bucket == "" || c.Key != "example-key" || c.RequestID == "" || c.Time.IsZero() || c.DedupeKey() == "" {
			t.Errorf("%s: got %+v", name, c)
		}
		if strings.Contains(name, "annotation") != (c.Annotation == "labels") || strings.HasPrefix(name, "object_deleted") != (c.DeletionType != "") {
			t.Errorf("%s: got %+v", name, c)
		}
	}
	list := append(append([]byte("["), sample(t, "object_created.json")...), ',')
	list = append(append(list, sample(t, "object_deleted.json")...), ']')
	if changes, err := s3event.DecodeChanges(list); err != nil || len(changes) != 2 || changes[1].Kind != s3event.KindDeleted {
		t.Errorf("array: %+v, %v", changes, err)
	}
}

func TestDecodeChangesRefuses(t *testing.T) {
	t.Parallel()
	test := `{"Service":"Amazon S3","Event":"s3:TestEvent","Time":"2014-10-13T15:57:02.089Z","Bucket":"uploads","RequestId":"1","HostId":"2"}`
	for name, c := range map[string]struct {
		data string
		is   error
		says string
	}{
		"test event":      {test, s3event.ErrTestEvent, `"uploads"`},
		"test of nothing": {`{"Event":"s3:TestEvent","Records":null}`, s3event.ErrTestEvent, ""},
		"no test event":   {`{"Event":"s3:TestEvent","Records":[{"eventSource":"aws:s3"}]}`, nil, "s3.object.key"},
		"nor this":        {`{"Event":"s3:TestEvent","Records":{}}`, nil, ""},
		"no records":      {`{"Records":[]}`, nil, "no records"},
		"empty array":     {`[]`, nil, "empty array"},
		"records of SQS":  {`{"Records":[{"eventSource":"aws:sqs"}]}`, nil, "aws:s3"},
		"key not encoded": {`{"Records":[` + notification("ObjectCreated:Put", "SECRET%zz", "") + `]}`, nil, "URL-encoded"},
		"no key":          {`{"Records":[` + notification("ObjectCreated:Put", "", "") + `]}`, nil, "s3.object.key"},
		"second bad":      {`{"Records":[` + notification("ObjectCreated:Put", "k", "") + `,{"eventSource":"aws:s3"}]}`, nil, "s3.object.key"},
		"no JSON":         {`{"Records":[`, nil, "not JSON"},
		"null":            {`null`, nil, "null"},
		"not of S3":       {`{"source":"shop","detail-type":"Object Created","detail":{}}`, eventbridge.ErrMismatch, `"shop"`},
		"CloudTrail":      {`{"source":"aws.s3","detail-type":"AWS API Call via CloudTrail","detail":{}}`, nil, "CloudTrail"},
		"version 2":       {string(edited(t, `"bucket":`, `"event-version":"2.0","bucket":`)), s3event.ErrEventVersion, "2.0"},
		"bad in array":    {`[` + string(sample(t, "object_created.json")) + `,{}]`, eventbridge.ErrMismatch, ""},
		"bad time":        {`{"Records":[{"eventSource":"aws:s3","eventTime":"SECRET"}]}`, nil, "RFC 3339"},
	} {
		changes, err := s3event.DecodeChanges([]byte(c.data))
		if err == nil || changes != nil || !strings.Contains(err.Error(), c.says) || strings.Contains(err.Error(), "SECRET") {
			t.Errorf("%s: got %v, %v", name, changes, err)
		}
		var decodeErr *eventbridge.DecodeError
		if c.is != nil && !errors.Is(err, c.is) || c.is == nil && !errors.As(err, &decodeErr) {
			t.Errorf("%s: error is a %T: %v", name, err, err)
		}
	}
	if _, err := s3event.ChangeOfRecord(events.S3EventRecord{}); err == nil {
		t.Error("an empty record was taken")
	}
}

// One operation can have several events with one sequencer; each must count.
func TestDedupeKeysOfOneOperation(t *testing.T) {
	t.Parallel()
	base := s3event.Change{Bucket: "b", Key: "k", Sequencer: "1", RequestID: "R"}
	seen := map[string]s3event.Change{}
	for _, edit := range []func(*s3event.Change){
		func(c *s3event.Change) { c.Kind = s3event.KindCreated },
		func(c *s3event.Change) { c.Kind, c.Annotation = s3event.KindAnnotationCreated, "a" },
		func(c *s3event.Change) { c.Kind, c.Annotation = s3event.KindAnnotationCreated, "b" },
		func(c *s3event.Change) { c.Kind, c.Annotation = s3event.KindAnnotationRemoved, "a" },
		func(c *s3event.Change) { c.Kind, c.Sequencer = s3event.KindTagsAdded, "" },
		func(c *s3event.Change) { c.Kind, c.Sequencer = s3event.KindACLUpdated, "" },
		func(c *s3event.Change) {
			c.Kind, c.Sequencer, c.RequestID = s3event.KindACLUpdated, "", "S"
		},
		func(c *s3event.Change) { c.Kind = s3event.KindRetentionUpdated },
	} {
		c := base
		edit(&c)
		if twin, ok := seen[c.DedupeKey()]; ok {
			t.Errorf("%+v and %+v have one key %q", c, twin, c.DedupeKey())
		}
		seen[c.DedupeKey()] = c
	}
}
