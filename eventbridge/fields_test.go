package eventbridge

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/lambdapatterns/lambdapatterns/internal/jsonscan"
)

// details returns an empty detail of every kind of this package.
func details() []s3Detail {
	return []s3Detail{
		new(ObjectCreated), new(ObjectDeleted), new(ObjectRestoreInitiated), new(ObjectRestoreCompleted),
		new(ObjectRestoreExpired), new(ObjectStorageClassChanged), new(ObjectAccessTierChanged), new(ObjectACLUpdated),
		new(ObjectTagsAdded), new(ObjectTagsDeleted), new(ObjectAnnotationCreated), new(ObjectAnnotationRemoved),
		new(ObjectRetentionUpdated),
	}
}

// The decoder and encoding/json must know the same fields by the same names, or the results differ.
func TestFieldsAreThoseOfTheTags(t *testing.T) {
	t.Parallel()
	seen := map[reflect.Type]bool{}
	checkFields(t, new(Event[ObjectCreated]), seen)
	for _, d := range details() {
		o, ok := ownObject(d)
		if !ok {
			t.Fatalf("%T is not an object of its own", d)
		}
		checkFields(t, o, seen)
	}
	if len(seen) != 1+13+4+3 {
		t.Errorf("%d types were checked: %v", len(seen), seen)
	}
}

func checkFields(t *testing.T, o object, seen map[reflect.Type]bool) {
	t.Helper()
	v := reflect.ValueOf(o).Elem()
	if seen[v.Type()] {
		return
	}
	seen[v.Type()] = true
	want := map[string]reflect.Value{}
	for _, f := range reflect.VisibleFields(v.Type()) {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name != "" && name != "-" {
			want[name] = v.FieldByIndex(f.Index)
		}
	}
	if len(want) != len(o.names()) {
		t.Errorf("%T: names are %q, the tags say %d", o, o.names(), len(want))
	}
	for i, name := range o.names() {
		field, ok := want[name]
		if !ok {
			t.Errorf("%T: no field is tagged %q", o, name)
			continue
		}
		p := reflect.ValueOf(o.field(i))
		if p.UnsafePointer() != field.Addr().UnsafePointer() || p.Elem().Kind() != field.Kind() {
			t.Errorf("%T: field(%d) does not point to %q", o, i, name)
		}
		if inner, ok := ownObject(o.field(i)); ok {
			checkFields(t, inner, seen)
		}
	}
	if u := v.FieldByName("Unknown"); u.Addr().Interface() != any(o.unknown()) {
		t.Errorf("%T: unknown does not point to Unknown", o)
	}
}

// slowly decodes as Event.decode does when the decoder of this package gives up.
func slowly[D any](data []byte) (e Event[D], err error) {
	if string(data) == "null" {
		return e, &DecodeError{}
	}
	if err = e.decodeSlowly(data); err == nil {
		err = e.check()
	}
	if err != nil {
		e = Event[D]{}
	}
	return e, err
}

// compare decodes in both ways, fails the test where they differ, and reports whether encoding/json was not needed.
func compare[D any](t *testing.T, data []byte) (alone bool) {
	t.Helper()
	want, wantErr := slowly[D](data)
	got, err := Decode[D](data)
	if (err == nil) != (wantErr == nil) || err != nil && reflect.TypeOf(err) != reflect.TypeOf(wantErr) {
		t.Fatalf("%.1000q\n error is %v\nwant     %v", data, err, wantErr)
	}
	if !reflect.DeepEqual(got, want) {
		t.Fatalf("%.1000q\n decoded %+v\nwant    %+v", data, got, want)
	}
	var e Event[D]
	d := decoder{jsonscan.New(data)}
	d.object(&e)
	d.End()
	return !d.GaveUp()
}

// compareAny compares for the type of the event's kind, and for json.RawMessage.
func compareAny(t *testing.T, data []byte) (alone bool) {
	t.Helper()
	var kind struct {
		DetailType string `json:"detail-type"`
	}
	_ = json.Unmarshal(data, &kind)
	compare[json.RawMessage](t, data)
	compare[map[string]any](t, data)
	switch kind.DetailType {
	case "Object Deleted":
		return compare[ObjectDeleted](t, data)
	case "Object Restore Initiated":
		return compare[ObjectRestoreInitiated](t, data)
	case "Object Restore Completed":
		return compare[ObjectRestoreCompleted](t, data)
	case "Object Restore Expired":
		return compare[ObjectRestoreExpired](t, data)
	case "Object Storage Class Changed":
		return compare[ObjectStorageClassChanged](t, data)
	case "Object Access Tier Changed":
		return compare[ObjectAccessTierChanged](t, data)
	case "Object ACL Updated":
		return compare[ObjectACLUpdated](t, data)
	case "Object Tags Added":
		return compare[ObjectTagsAdded](t, data)
	case "Object Tags Deleted":
		return compare[ObjectTagsDeleted](t, data)
	case "Object Annotation Created":
		return compare[ObjectAnnotationCreated](t, data)
	case "Object Annotation Removed":
		return compare[ObjectAnnotationRemoved](t, data)
	case "Object Retention Updated":
		return compare[ObjectRetentionUpdated](t, data)
	}
	compare[*ObjectCreated](t, data)
	return compare[ObjectCreated](t, data)
}
