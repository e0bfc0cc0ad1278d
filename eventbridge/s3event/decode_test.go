package s3event_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/lambdapatterns/lambdapatterns/eventbridge"
	"github.com/lambdapatterns/lambdapatterns/eventbridge/s3event"
)

func sample(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// edited returns the AWS sample with some text replaced, once each.
func edited(t testing.TB, oldnew ...string) []byte {
	t.Helper()
	s := string(sample(t, "object_created.json"))
	for i := 0; i < len(oldnew); i += 2 {
		if strings.Count(s, oldnew[i]) != 1 {
			t.Fatalf("%q is in the sample %d times, want once", oldnew[i], strings.Count(s, oldnew[i]))
		}
		s = strings.Replace(s, oldnew[i], oldnew[i+1], 1)
	}
	return []byte(s)
}

// viaLambda decodes as lambda.Start does.
func viaLambda[D any](data []byte) (eventbridge.Event[D], error) {
	var e eventbridge.Event[D]
	err := json.NewDecoder(bytes.NewBuffer(data)).Decode(&e)
	return e, err
}

// decoders are the ways in; every rule must hold for all of them.
var decoders = map[string]func([]byte) (eventbridge.Event[s3event.ObjectCreated], error){
	"Decode": eventbridge.Decode[s3event.ObjectCreated],
	"lambda": viaLambda[s3event.ObjectCreated],
}

func TestDecodeSample(t *testing.T) {
	t.Parallel()
	want := eventbridge.Event[s3event.ObjectCreated]{
		Version:    "0",
		ID:         "17793124-05d4-b198-2fde-7ededc63b103",
		DetailType: "Object Created",
		Source:     "aws.s3",
		Account:    "111122223333",
		Time:       time.Date(2021, 11, 12, 0, 0, 0, 0, time.UTC),
		Region:     "ca-central-1",
		Resources:  []string{"arn:aws:s3:::amzn-s3-demo-bucket1"},
		Detail: s3event.ObjectCreated{
			Common: s3event.Common{
				Version:         "0",
				Bucket:          s3event.Bucket{Name: "amzn-s3-demo-bucket1"},
				RequestID:       "N4N7GDK58NMKJ12R",
				Requester:       "123456789012",
				SourceIPAddress: "1.2.3.4",
			},
			Object: s3event.CreatedObject{
				Key:       "example-key",
				Size:      5,
				ETag:      "b1946ac92492d2347c6235b4d2611184",
				VersionID: "IYV3p45BT0ac8hjHg1houSdS1a.Mro8e",
				Sequencer: "617f08299329d189",
			},
			Reason: s3event.ReasonPutObject,
		},
	}
	for name, decode := range decoders {
		got, err := decode(sample(t, "object_created.json"))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s:\n got %+v\nwant %+v", name, got, want)
		}
	}
}

func TestRoundTrip(t *testing.T) {
	t.Parallel()
	full := edited(t,
		`"version": "0",
    "bucket"`, `"version": "0", "event-version": "1.2", "bucket"`,
		`"resources"`, `"replay-name": "again", "resources"`,
		`"size": 5`, `"size": 0`)
	for name, data := range map[string][]byte{
		"user guide": sample(t, "object_created.json"),
		"console":    sample(t, "object_created_console.json"),
		"all fields": full,
		"few fields": edited(t, `"version-id": "IYV3p45BT0ac8hjHg1houSdS1a.Mro8e",`, "", `"source-ip-address": "1.2.3.4",`, ""),
		"no ARNs":    edited(t, `"arn:aws:s3:::amzn-s3-demo-bucket1"`, ""),
	} {
		e, err := eventbridge.Decode[s3event.ObjectCreated](data)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		back, err := json.Marshal(e)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		var got, want any
		if err := errors.Join(json.Unmarshal(back, &got), json.Unmarshal(data, &want)); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s:\n got %v\nwant %v", name, got, want)
		}
	}
}

func TestDecodeRefuses(t *testing.T) {
	t.Parallel()
	notS3 := `{"source":"aws.ec2","detail-type":"EC2 Instance State-change Notification","detail":{"state":"running"}}`
	misfit := `{"detail":{"bucket":7,"object":[]},"source":"aws.ec2","detail-type":"Instance"}`
	tests := map[string]struct {
		data string
		is   error    // what errors.Is must find, if anything
		says []string // what the message must hold
	}{
		"other source and type":  {notS3, eventbridge.ErrMismatch, []string{`"aws.ec2"`, `"EC2 Instance State-change Notification"`, `"aws.s3"`, `"Object Created"`}},
		"other type":             {string(edited(t, "Object Created", "Object Deleted")), eventbridge.ErrMismatch, []string{`"aws.s3"`, `"Object Deleted"`}},
		"other source":           {string(edited(t, `"aws.s3"`, `"my.s3"`)), eventbridge.ErrMismatch, []string{`"my.s3"`}},
		"kind before field":      {misfit, eventbridge.ErrMismatch, []string{`"aws.ec2"`}},
		"S3 notification":        {`{"Records":[{"eventSource":"aws:s3"}]}`, eventbridge.ErrMismatch, []string{`source ""`}},
		"empty object":           {`{}`, eventbridge.ErrMismatch, nil},
		"event-version 2":        {string(edited(t, `"bucket":`, `"event-version":"2.0","bucket":`)), s3event.ErrEventVersion, []string{`"2.0"`, `"Object Created"`}},
		"event-version 10":       {string(edited(t, `"bucket":`, `"event-version":"10.1","bucket":`)), s3event.ErrEventVersion, []string{`"10.1"`}},
		"event-version nonsense": {string(edited(t, `"bucket":`, `"event-version":"new","bucket":`)), s3event.ErrEventVersion, []string{`"new"`}},
		"null":                   {` null `, nil, []string{"null"}},
		"array":                  {`[` + notS3 + `]`, nil, []string{"array"}},
		"no detail":              {`{"source":"aws.s3","detail-type":"Object Created"}`, nil, []string{"detail.bucket.name"}},
		"no key":                 {string(edited(t, `"key": "example-key",`, "")), nil, []string{"detail.object.key"}},
		"size beyond int64":      {string(edited(t, `"size": 5`, `"size": 9223372036854775808`)), nil, []string{"size"}},
		"time not RFC 3339":      {string(edited(t, "2021-11-12T00:00:00Z", "yesterday")), nil, []string{"time"}},
	}
	for name, test := range tests {
		for way, decode := range decoders {
			t.Run(name+"/"+way, func(t *testing.T) {
				t.Parallel()
				e, err := decode([]byte(test.data))
				if err == nil {
					t.Fatalf("got %+v, want an error", e)
				}
				if !reflect.DeepEqual(e, eventbridge.Event[s3event.ObjectCreated]{}) {
					t.Errorf("the event is not empty beside the error: %+v", e)
				}
				if test.is != nil && !errors.Is(err, test.is) {
					t.Errorf("errors.Is(%v, %v) is false", err, test.is)
				}
				if decodeErr := (*eventbridge.DecodeError)(nil); test.is == nil && !errors.As(err, &decodeErr) {
					t.Errorf("got a %T, want a *DecodeError", err)
				}
				for _, s := range test.says {
					if !strings.Contains(err.Error(), s) {
						t.Errorf("%q does not say %s", err, s)
					}
				}
			})
		}
	}
}

// Lambda reports the name of the outermost error's Go type, so nothing may wrap these.
func TestErrorsAreOutermost(t *testing.T) {
	t.Parallel()
	_, err := viaLambda[s3event.ObjectCreated](edited(t, `"aws.s3"`, `"my.s3"`))
	if e, ok := err.(*eventbridge.MismatchError); !ok || e.Source != "my.s3" || e.WantDetailType != "Object Created" {
		t.Errorf("got %#v, want a *MismatchError", err)
	}
	_, err = viaLambda[s3event.ObjectCreated](edited(t, `"bucket":`, `"event-version":"3.1","bucket":`))
	if e, ok := err.(*s3event.EventVersionError); !ok || e.Version != "3.1" {
		t.Errorf("got %#v, want an *EventVersionError", err)
	}
}

func TestDecodeSyntaxError(t *testing.T) {
	t.Parallel()
	_, err := eventbridge.Decode[s3event.ObjectCreated]([]byte(`{"source":`))
	var syntax *json.SyntaxError
	if !errors.As(err, &syntax) {
		t.Errorf("got %v, want a *json.SyntaxError inside", err)
	}
}

func TestUnmarshalOverwrites(t *testing.T) {
	t.Parallel()
	e := eventbridge.Event[s3event.ObjectCreated]{ReplayName: "old", Resources: []string{"a", "b"}}
	e.Detail.EventVersion = "1.1"
	if err := json.Unmarshal(sample(t, "object_created.json"), &e); err != nil {
		t.Fatal(err)
	}
	if e.ReplayName != "" || e.Detail.EventVersion != "" || len(e.Resources) != 1 {
		t.Errorf("fields of the event before are left: %+v", e)
	}
	if err := json.Unmarshal([]byte(`{"source":"other"}`), &e); err == nil || e.ID != "" {
		t.Errorf("error %v, id %q: want an error and an empty event", err, e.ID)
	}
}

// A detail type may add to one of this package; the checks stay with it.
type annotatedCreated struct {
	s3event.ObjectCreated
	Annotation string `json:"annotation"`
}

func TestPointerDetail(t *testing.T) {
	t.Parallel()
	type detail = *s3event.ObjectCreated
	if e, err := eventbridge.Decode[detail](edited(t, `"b1946ac92492d2347c6235b4d2611184"`, `"\"b1\""`)); err != nil || e.Detail.Object.ETag != "b1" {
		t.Errorf("%+v, %v", e, err)
	}
	if _, err := eventbridge.Decode[detail](edited(t, "Object Created", "Object Deleted")); !errors.Is(err, eventbridge.ErrMismatch) {
		t.Errorf("another event: %v", err)
	}
	if _, err := eventbridge.Decode[detail]([]byte(`{"source":"aws.s3","detail-type":"Object Created","detail":null}`)); err == nil {
		t.Error("an event without a detail was taken")
	}
}

// A type that embeds a pointer has nothing to ask for its kind in an event without a detail.
func TestEmbeddedPointer(t *testing.T) {
	t.Parallel()
	type labelled struct {
		*s3event.ObjectCreated
		Label string `json:"label"`
	}
	e, err := eventbridge.Decode[labelled](edited(t, `"reason"`, `"label":"x","reason"`))
	if err != nil || e.Detail.Label != "x" || e.Detail.Object.Key != "example-key" {
		t.Errorf("%+v, %v", e, err)
	}
	for _, detail := range []string{``, `,"detail":null`, `,"detail":{}`, `,"detail":{"label":"x"}`} {
		var decodeErr *eventbridge.DecodeError
		_, err := eventbridge.Decode[labelled]([]byte(`{"source":"aws.s3","detail-type":"Object Created"` + detail + `}`))
		if !errors.As(err, &decodeErr) {
			t.Errorf("%q: %v, want a *DecodeError", detail, err)
		}
	}
	if _, err := eventbridge.Decode[labelled]([]byte(`{"source":"shop","detail-type":"Order Placed"}`)); !errors.Is(err, eventbridge.ErrMismatch) {
		t.Errorf("another kind: %v", err)
	}
	if _, err := eventbridge.NewRouter(eventbridge.On(func(context.Context, eventbridge.Event[labelled]) error { return nil })); err != nil {
		t.Error(err)
	}
}

func TestEmbeddedDetail(t *testing.T) {
	t.Parallel()
	e, err := eventbridge.Decode[annotatedCreated](edited(t, `"reason"`, `"annotation":"x","reason"`))
	if err != nil || e.Detail.Annotation != "x" || e.Detail.Object.Key != "example-key" {
		t.Errorf("%+v, %v", e, err)
	}
	if _, err := eventbridge.Decode[annotatedCreated](edited(t, `"bucket":`, `"event-version":"2.0","bucket":`)); !errors.Is(err, s3event.ErrEventVersion) {
		t.Errorf("event-version 2.0: %v", err)
	}
}
