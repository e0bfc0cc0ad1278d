package s3event_test

import (
	"testing"

	"github.com/lambdapatterns/lambdapatterns/eventbridge"
	"github.com/lambdapatterns/lambdapatterns/eventbridge/s3event"
)

func TestEventVersionAccepted(t *testing.T) {
	t.Parallel()
	for _, version := range []string{"1.0", "1.1", "1.2", "1.99", "1"} {
		e, err := eventbridge.Decode[s3event.ObjectCreated](edited(t, `"bucket":`, `"event-version":"`+version+`","bucket":`))
		if err != nil || e.Detail.EventVersion != version {
			t.Errorf("%s: %q, %v", version, e.Detail.EventVersion, err)
		}
	}
}

func TestKeyIsLeftAsItIs(t *testing.T) {
	t.Parallel()
	for _, key := range []string{"a+b.jpg", "100%25 sure.png", "red flower.jpg", "blåbær/", "a%2Fb"} {
		e, err := eventbridge.Decode[s3event.ObjectCreated](edited(t, "example-key", key))
		if err != nil || e.Detail.Object.Key != key {
			t.Errorf("got %q, %v, want %q", e.Detail.Object.Key, err, key)
		}
	}
}

func TestETagQuotes(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]string{
		`"\"b1946ac9\""`:   "b1946ac9",
		`"b1946ac9"`:       "b1946ac9",
		`"b1946ac9-12"`:    "b1946ac9-12",
		`"\"b1946ac9-2\""`: "b1946ac9-2",
	} {
		e, err := eventbridge.Decode[s3event.ObjectCreated](edited(t, `"b1946ac92492d2347c6235b4d2611184"`, raw))
		if err != nil || e.Detail.Object.ETag != want {
			t.Errorf("%s: got %q, %v, want %q", raw, e.Detail.Object.ETag, err, want)
		}
	}
}

func TestOpenFields(t *testing.T) {
	t.Parallel()
	e, err := eventbridge.Decode[s3event.ObjectCreated](edited(t,
		`"123456789012"`, `"s3.amazonaws.com"`,
		`"1.2.3.4"`, `"2001:db8::1"`,
		`"PutObject"`, `"NewOperation"`,
		`"size": 5`, `"size": 5497558138880, "has-object-annotation": true`))
	if err != nil {
		t.Fatal(err)
	}
	d := e.Detail
	if d.Requester != "s3.amazonaws.com" || d.SourceIPAddress != "2001:db8::1" || d.Reason != "NewOperation" || d.Object.Size != 5<<40 {
		t.Errorf("got %+v", d)
	}
}

func created(bucket, key, version string, s s3event.Sequencer) s3event.ObjectCreated {
	return s3event.ObjectCreated{
		Common: s3event.Common{Bucket: s3event.Bucket{Name: bucket}},
		Object: s3event.CreatedObject{Key: key, VersionID: version, Sequencer: s},
	}
}

func TestDedupeKey(t *testing.T) {
	t.Parallel()
	// Only these four parts count, and only what a sequencer stands for.
	a := created("b", "k", "v", "617f08299329d189")
	b := created("b", "k", "v", "00617F08299329D189")
	b.RequestID, b.Object.Size, b.Object.ETag, b.EventVersion = "r", 7, "e", "1.1"
	if got, want := a.DedupeKey(), "1:b,1:k,1:v,16:617f08299329d189,"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if a.DedupeKey() != b.DedupeKey() {
		t.Errorf("one write has two keys: %q and %q", a.DedupeKey(), b.DedupeKey())
	}

	seen := map[string]s3event.ObjectCreated{}
	for _, d := range []s3event.ObjectCreated{
		a,
		created("b", "k", "", "617f08299329d189"),
		created("b", "k", "v", "617f08299329d18a"),
		created("b", "k", "v", "617f08299329d1890"),
		created("b", "k", "v", "0"),
		created("b", "k", "v", "not hex"),
		created("b", "K", "v", "617f08299329d189"),
		created("b", "k,1:v", "", "1"),
		created("b", "k", "1:v", "1"),
		created("bk", "", "v", "1"),
		created("b", "kv", "", "1"),
		created("b", "k", "v", "1"),
		created("b,1:k", "v", "", "1"),
	} {
		if twin, ok := seen[d.DedupeKey()]; ok {
			t.Errorf("%+v and %+v have one key %q", d, twin, d.DedupeKey())
		}
		seen[d.DedupeKey()] = d
	}

	// Nothing tells an event without a sequencer and a request id from another.
	unknown := created("b", "k", "v", "")
	if got := unknown.DedupeKey(); got != "" {
		t.Errorf("got %q for an event that tells nothing, want an empty key", got)
	}
	unknown.RequestID = "R"
	if got, want := unknown.DedupeKey(), "14:Object Created,1:b,1:k,1:v,1:R,"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
