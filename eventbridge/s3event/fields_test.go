package s3event

import (
	"bytes"
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/lambdapatterns/lambdapatterns/eventbridge"
	"github.com/lambdapatterns/lambdapatterns/eventbridge/internal/wire"
)

// details returns an empty detail of every kind of this package.
func details() []detail {
	return []detail{
		new(ObjectCreated), new(ObjectDeleted), new(ObjectRestoreInitiated), new(ObjectRestoreCompleted),
		new(ObjectRestoreExpired), new(ObjectStorageClassChanged), new(ObjectAccessTierChanged), new(ObjectACLUpdated),
		new(ObjectTagsAdded), new(ObjectTagsDeleted), new(ObjectAnnotationCreated), new(ObjectAnnotationRemoved),
		new(ObjectRetentionUpdated),
	}
}

func namesOf(d detail) []string {
	names, _ := d.EventFields().Fields.Known()
	return names
}

// The decoder and encoding/json must know the same fields by the same names, or the results differ.
func TestFieldsAreThoseOfTheTags(t *testing.T) {
	t.Parallel()
	seen := map[reflect.Type]bool{}
	for _, d := range details() {
		f := d.EventFields()
		if f.Self != d {
			t.Errorf("%T: Self is another pointer", d)
		}
		checkFields(t, f.Fields, seen)
	}
	if len(seen) != 13+4+3 {
		t.Errorf("%d types were checked: %v", len(seen), seen)
	}
}

func checkFields(t *testing.T, o wire.Object, seen map[reflect.Type]bool) {
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
	names, unknown := o.Known()
	if len(want) != len(names) {
		t.Errorf("%T: names are %q, the tags say %d", o, names, len(want))
	}
	for i, name := range names {
		field, ok := want[name]
		if !ok {
			t.Errorf("%T: no field is tagged %q", o, name)
			continue
		}
		p := reflect.ValueOf(o.Field(i))
		if p.UnsafePointer() != field.Addr().UnsafePointer() || !field.Type().ConvertibleTo(p.Type().Elem()) {
			t.Errorf("%T: Field(%d) does not point to %q", o, i, name)
		}
		if inner, ok := o.Field(i).(wire.Object); ok {
			checkFields(t, inner, seen)
		} else if field.Kind() == reflect.Struct && field.Type() != reflect.TypeFor[time.Time]() {
			t.Errorf("%T: %q is left to encoding/json, which drops what it does not know", o, name)
		}
	}
	if u := v.FieldByName("Unknown"); u.Addr().Interface() != any(unknown) {
		t.Errorf("%T: what is unknown is not kept in Unknown", o)
	}
}

// slowly decodes as Decode does when its decoder gives up: on a name that is escaped.
func slowly[D any](data []byte) (eventbridge.Event[D], error) {
	const name = `slowly 3f9c`
	rest, ok := bytes.CutPrefix(bytes.TrimLeft(data, " \t\r\n"), []byte("{"))
	if !ok {
		return eventbridge.Decode[D](data)
	}
	first := `{"\u0073lowly 3f9c":0`
	if rest := bytes.TrimLeft(rest, " \t\r\n"); !bytes.HasPrefix(rest, []byte("}")) {
		first += ","
	}
	e, err := eventbridge.Decode[D]([]byte(first + string(rest)))
	if err != nil {
		return e, err
	}
	if string(e.Unknown[name]) != "0" {
		return e, errors.New("the name is not in Unknown")
	}
	if delete(e.Unknown, name); len(e.Unknown) == 0 {
		e.Unknown = nil
	}
	return e, nil
}

// compare decodes in both ways and fails the test where they differ.
func compare[D any](t *testing.T, data []byte) {
	t.Helper()
	want, wantErr := slowly[D](data)
	got, err := eventbridge.Decode[D](data)
	if (err == nil) != (wantErr == nil) || err != nil && reflect.TypeOf(err) != reflect.TypeOf(wantErr) {
		t.Fatalf("%.1000q\n error is %v\nwant     %v", data, err, wantErr)
	}
	if !reflect.DeepEqual(got, want) {
		t.Fatalf("%.1000q\n decoded %+v\nwant    %+v", data, got, want)
	}
}

// compareDetail is compare for a detail of this package. It reports whether encoding/json is not needed for the detail.
func compareDetail[D Detail](t *testing.T, data []byte) (alone bool) {
	t.Helper()
	compare[D](t, data)
	raw, err := eventbridge.Decode[json.RawMessage](data)
	if err != nil || raw.Detail == nil {
		return false
	}
	_, alone = wire.Read(any(new(D)).(detail).EventFields().Fields, raw.Detail)
	return alone
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
		return compareDetail[ObjectDeleted](t, data)
	case "Object Restore Initiated":
		return compareDetail[ObjectRestoreInitiated](t, data)
	case "Object Restore Completed":
		return compareDetail[ObjectRestoreCompleted](t, data)
	case "Object Restore Expired":
		return compareDetail[ObjectRestoreExpired](t, data)
	case "Object Storage Class Changed":
		return compareDetail[ObjectStorageClassChanged](t, data)
	case "Object Access Tier Changed":
		return compareDetail[ObjectAccessTierChanged](t, data)
	case "Object ACL Updated":
		return compareDetail[ObjectACLUpdated](t, data)
	case "Object Tags Added":
		return compareDetail[ObjectTagsAdded](t, data)
	case "Object Tags Deleted":
		return compareDetail[ObjectTagsDeleted](t, data)
	case "Object Annotation Created":
		return compareDetail[ObjectAnnotationCreated](t, data)
	case "Object Annotation Removed":
		return compareDetail[ObjectAnnotationRemoved](t, data)
	case "Object Retention Updated":
		return compareDetail[ObjectRetentionUpdated](t, data)
	}
	compare[*ObjectCreated](t, data)
	return compareDetail[ObjectCreated](t, data)
}
