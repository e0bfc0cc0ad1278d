package s3event

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/lambdapatterns/lambdapatterns/eventbridge"
	"github.com/lambdapatterns/lambdapatterns/eventbridge/internal/wire"
)

// samples returns the events in testdata by the names of their files.
func samples(t testing.TB) map[string][]byte {
	t.Helper()
	files, err := filepath.Glob("testdata/object_*.json")
	if err != nil || len(files) < 16 {
		t.Fatal(files, err)
	}
	all := map[string][]byte{}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all[strings.TrimSuffix(filepath.Base(file), ".json")] = data
	}
	return all
}

// rewrite decodes an event into the type of its kind and writes it again. It gives what the type tells of it as well.
type rewritten struct {
	detail   detail
	envelope eventbridge.Event[json.RawMessage]
	json     []byte
	key      string
}

func rewrite(data []byte) (r rewritten, err error) {
	if r.envelope, err = eventbridge.Decode[json.RawMessage](data); err != nil {
		return r, err
	}
	switch r.envelope.DetailType {
	case "Object Created":
		return rewriteAs(data, r, ObjectCreated.DedupeKey)
	case "Object Deleted":
		return rewriteAs(data, r, ObjectDeleted.DedupeKey)
	case "Object Restore Initiated":
		return rewriteAs(data, r, ObjectRestoreInitiated.DedupeKey)
	case "Object Restore Completed":
		return rewriteAs(data, r, ObjectRestoreCompleted.DedupeKey)
	case "Object Restore Expired":
		return rewriteAs(data, r, ObjectRestoreExpired.DedupeKey)
	case "Object Storage Class Changed":
		return rewriteAs(data, r, ObjectStorageClassChanged.DedupeKey)
	case "Object Access Tier Changed":
		return rewriteAs(data, r, ObjectAccessTierChanged.DedupeKey)
	case "Object ACL Updated":
		return rewriteAs(data, r, ObjectACLUpdated.DedupeKey)
	case "Object Tags Added":
		return rewriteAs(data, r, ObjectTagsAdded.DedupeKey)
	case "Object Tags Deleted":
		return rewriteAs(data, r, ObjectTagsDeleted.DedupeKey)
	case "Object Annotation Created":
		return rewriteAs(data, r, ObjectAnnotationCreated.DedupeKey)
	case "Object Annotation Removed":
		return rewriteAs(data, r, ObjectAnnotationRemoved.DedupeKey)
	case "Object Retention Updated":
		return rewriteAs(data, r, ObjectRetentionUpdated.DedupeKey)
	}
	return r, errors.New("no such kind: " + r.envelope.DetailType)
}

func rewriteAs[D any](data []byte, r rewritten, key func(D) string) (rewritten, error) {
	e, err := eventbridge.Decode[D](data)
	if err != nil {
		return r, err
	}
	r.detail, r.key = any(&e.Detail).(detail), key(e.Detail)
	r.json, err = json.Marshal(e)
	return r, err
}

func sameJSON(t *testing.T, got, want []byte) {
	t.Helper()
	var a, b any
	if err := errors.Join(json.Unmarshal(got, &a), json.Unmarshal(want, &b)); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(a, b) {
		t.Errorf("\n got %s\nwant %s", got, want)
	}
}

func TestSamples(t *testing.T) {
	t.Parallel()
	kinds, keys := map[string]bool{}, map[string]string{}
	for name, data := range samples(t) {
		if !compareAny(t, data) {
			t.Errorf("%s: left to encoding/json", name)
		}
		r, err := rewrite(data)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		kinds[r.envelope.DetailType] = true
		sameJSON(t, r.json, data)
		if wire.HasUnknown(r.detail.EventFields().Fields) {
			t.Errorf("%s: there are unknown fields in %+v", name, r.detail)
		}
		common, o := partsOf(r.detail.EventFields().Fields)
		if common.Bucket.Name == "" || *o.key != "example-key" || r.key == "" {
			t.Errorf("%s: got %+v, %q", name, r.detail, r.key)
		}
		if twin, ok := keys[r.key]; ok && !strings.HasPrefix(name, "object_created") {
			t.Errorf("%s and %s have the key %s", name, twin, r.key)
		}
		keys[r.key] = name
	}
	if len(kinds) != len(details()) {
		t.Errorf("there are samples of %d kinds, want %d", len(kinds), len(details()))
	}
}

// What a newer S3 adds anywhere is kept, and written back, and costs no fallback.
func TestUnknownFields(t *testing.T) {
	t.Parallel()
	for name, data := range samples(t) {
		if strings.Contains(name, "retention") || strings.Contains(name, "copy") {
			continue // they have objects that are kept as they are
		}
		var event map[string]any
		if err := json.Unmarshal(data, &event); err != nil {
			t.Fatal(err)
		}
		n := addEverywhere(event)
		data, err := json.Marshal(event)
		if err != nil {
			t.Fatal(err)
		}
		if !compareAny(t, data) {
			t.Errorf("%s: left to encoding/json", name)
		}
		r, err := rewrite(data)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		sameJSON(t, r.json, data)
		common, _ := partsOf(r.detail.EventFields().Fields)
		if got := string(common.Unknown["x-new"]); got != `{"a":[1,null]}` {
			t.Errorf("%s: the detail's unknown field is %q", name, got)
		}
		if n < 4 {
			t.Errorf("%s: only %d fields were added", name, n)
		}
	}
}

func addEverywhere(object map[string]any) (n int) {
	for _, v := range object {
		if inner, ok := v.(map[string]any); ok {
			n += addEverywhere(inner)
		}
	}
	object["x-new"] = map[string]any{"a": []any{1, nil}}
	return n + 1
}

// A name in another case is a field's all the same for encoding/json, and so it is not unknown.
func TestUnknownIsNotAFieldInCapitals(t *testing.T) {
	t.Parallel()
	data := []byte(`{"source":"aws.s3","detail-type":"Object ACL Updated","ID":"7","new":1,
		"detail":{"BUCKET":{"Name":"b","more":2},"object":{"key":"k"},"other":null}}`)
	if compareAny(t, data) {
		t.Error("the decoder did not leave the detail to encoding/json")
	}
	e, err := eventbridge.Decode[ObjectACLUpdated](data)
	if err != nil || e.ID != "7" || e.Detail.Bucket.Name != "b" {
		t.Fatalf("%+v, %v", e, err)
	}
	if !reflect.DeepEqual(e.Unknown, map[string]json.RawMessage{"new": []byte("1")}) ||
		!reflect.DeepEqual(e.Detail.Unknown, map[string]json.RawMessage{"other": []byte("null")}) ||
		!reflect.DeepEqual(e.Detail.Bucket.Unknown, map[string]json.RawMessage{"more": []byte("2")}) {
		t.Errorf("unknown fields are %v, %v and %v", e.Unknown, e.Detail.Unknown, e.Detail.Bucket.Unknown)
	}
}

// A field that has a place in the type is not written twice, whatever somebody puts into Unknown.
func TestUnknownDoesNotOverwrite(t *testing.T) {
	t.Parallel()
	e, err := eventbridge.Decode[ObjectDeleted](samples(t)["object_deleted"])
	if err != nil {
		t.Fatal(err)
	}
	e.Unknown = map[string]json.RawMessage{"id": []byte(`"forged"`), "Source": []byte(`"forged"`), "note": []byte(`"<kept>"`)}
	data, err := json.Marshal(e)
	if err != nil || bytes.Contains(data, []byte("forged")) || !bytes.Contains(data, []byte("kept")) {
		t.Errorf("%s, %v", data, err)
	}
	e.Unknown = map[string]json.RawMessage{"note": []byte(`{`)}
	if _, err := json.Marshal(e); err == nil {
		t.Error("what is not JSON was written")
	}
}

func TestPointerDetailKeepsUnknown(t *testing.T) {
	t.Parallel()
	data := []byte(`{"source":"aws.s3","detail-type":"Object Tags Added","detail":{"bucket":{"name":"b"},"object":{"key":"k","n":1}}}`)
	e, err := eventbridge.Decode[*ObjectTagsAdded](data)
	if err != nil || string(e.Detail.Object.Unknown["n"]) != "1" {
		t.Fatalf("%+v, %v", e, err)
	}
	written, err := json.Marshal(e)
	if err != nil || !bytes.Contains(written, []byte(`"n":1`)) {
		t.Errorf("%s, %v", written, err)
	}
	e, err = eventbridge.Decode[*ObjectTagsAdded]([]byte(`{"source":"aws.s3","detail-type":"Object Tags Added"}`))
	if err == nil {
		t.Errorf("an event without a detail was taken: %+v", e)
	}
}

func TestEveryKindIsChecked(t *testing.T) {
	t.Parallel()
	for name, data := range samples(t) {
		for _, c := range []struct {
			old, new string
			is       error
		}{
			{`"version": "0",` + "\n    \"", `"event-version": "2.0",` + "\n    \"", ErrEventVersion},
			{`"aws.s3"`, `"my.s3"`, eventbridge.ErrMismatch},
			{`"example-key"`, `""`, nil},
			{`"name": "amzn-s3-demo-bucket1"`, `"name": ""`, nil},
			{`"name": "example-bucket"`, `"name": ""`, nil},
		} {
			if !bytes.Contains(data, []byte(c.old)) {
				continue
			}
			bad := bytes.Replace(data, []byte(c.old), []byte(c.new), 1)
			if bytes.Contains(bad, []byte(`"event-version": "1`)) && c.is == ErrEventVersion {
				continue
			}
			_, err := rewrite(bad)
			var decodeErr *eventbridge.DecodeError
			if c.is != nil && !errors.Is(err, c.is) || c.is == nil && !errors.As(err, &decodeErr) {
				t.Errorf("%s with %s: error is %v", name, c.new, err)
			}
		}
		quoted := bytes.ReplaceAll(data, []byte(`"etag": "`), []byte(`"etag": "\"`))
		quoted = bytes.ReplaceAll(quoted, []byte(`2611184"`), []byte(`2611184\""`))
		r, err := rewrite(quoted)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if _, o := partsOf(r.detail.EventFields().Fields); strings.Contains(*o.etag, `"`) || bytes.Contains(r.json, []byte(`\"`)) {
			t.Errorf("%s: %v, %s", name, err, r.json)
		}
	}
}

func TestDetailsHoldWhatTheSamplesTell(t *testing.T) {
	t.Parallel()
	all := samples(t)
	copied, err := eventbridge.Decode[ObjectCreated](all["object_created_copy"])
	if d := copied.Detail; err != nil || d.Object.Size != 5<<30 || d.Reason != ReasonCopyObject || d.Object.HasAnnotation == nil ||
		*d.Object.HasAnnotation || d.EventVersion != "1.1" || d.Bucket.GeneratedTags["aws:cloudformation:stack-name"] != "uploads" {
		t.Errorf("copy: %+v, %v", d, err)
	}
	deleted, err := eventbridge.Decode[ObjectDeleted](all["object_deleted_lifecycle"])
	if d := deleted.Detail; err != nil || d.DeletionType != PermanentlyDeleted || d.Reason != ReasonLifecycleExpiration ||
		d.SourceIPAddress != "" || d.Object.ETag != "" || d.Object.Sequencer != "617b398000000000" {
		t.Errorf("deleted: %+v, %v", d, err)
	}
	restored, err := eventbridge.Decode[ObjectRestoreCompleted](all["object_restore_completed"])
	if d := restored.Detail; err != nil || !d.RestoreExpiryTime.Equal(time.Date(2021, 11, 13, 0, 0, 0, 0, time.UTC)) ||
		d.SourceStorageClass != StorageClassGlacier || d.Object.Size != 5 {
		t.Errorf("restored: %+v, %v", d, err)
	}
	class, err := eventbridge.Decode[ObjectStorageClassChanged](all["object_storage_class_changed"])
	if err != nil || class.Detail.DestinationStorageClass != StorageClassIntelligentTiering {
		t.Errorf("class: %+v, %v", class, err)
	}
	tier, err := eventbridge.Decode[ObjectAccessTierChanged](all["object_access_tier_changed"])
	if err != nil || tier.Detail.DestinationAccessTier != AccessTierArchive {
		t.Errorf("tier: %+v, %v", tier, err)
	}
	annotated, err := eventbridge.Decode[ObjectAnnotationCreated](all["object_annotation_created"])
	if a := annotated.Detail.Annotation; err != nil || a.Name != "labels" || a.Size != 120 || a.ETag == "" {
		t.Errorf("annotated: %+v, %v", annotated, err)
	}
	held, err := eventbridge.Decode[ObjectRetentionUpdated](all["object_retention_updated"])
	if r := held.Detail.Retention; err != nil || r.Mode != RetentionGovernance || r.RetainUntilDate != "2027-01-01T00:00:00Z" ||
		string(r.EventHold) != "true" || !bytes.Contains(r.EventHoldDuration, []byte("30")) {
		t.Errorf("held: %+v, %v", held, err)
	}
}

// The two kinds that share S3's source but have no type here pass as they are.
func TestOtherKindsOfS3PassRaw(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"AWS API Call via CloudTrail", "Async Copy Completion"} {
		data := []byte(`{"source":"aws.s3","detail-type":"` + kind + `","detail":{"eventVersion":"1.08", "n": 1e400}}`)
		e, err := eventbridge.Decode[json.RawMessage](data)
		if err != nil || string(e.Detail) != `{"eventVersion":"1.08", "n": 1e400}` {
			t.Errorf("%s: %s, %v", kind, e.Detail, err)
		}
	}
}

// Lambda's runtime client reads the next payload into the same buffer.
func TestNothingRefersToTheInput(t *testing.T) {
	t.Parallel()
	data := []byte(`{"source":"aws.s3","detail-type":"Object Tags Added","new":[1],"resources":["r"],
		"detail":{"bucket":{"name":"b"},"object":{"key":"k","n":{"a":"b"}}}}`)
	want, err := slowly[ObjectTagsAdded](bytes.Clone(data))
	if err != nil {
		t.Fatal(err)
	}
	got, err := eventbridge.Decode[ObjectTagsAdded](data)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := eventbridge.Decode[json.RawMessage](data)
	if err != nil {
		t.Fatal(err)
	}
	for i := range data {
		data[i] = '!'
	}
	if !reflect.DeepEqual(got, want) || bytes.Contains(raw.Detail, []byte("!")) {
		t.Errorf("the event changed with the input: %+v, %s", got, raw.Detail)
	}
}
