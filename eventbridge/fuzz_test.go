package eventbridge_test

import (
	"encoding/json"
	"reflect"
	"testing"

	"github.com/lambdapatterns/lambdapatterns/eventbridge"
)

// FuzzDecode checks that no input makes Decode panic, that what is accepted is of the right kind, and that it can be
// written and read again without change, by Decode and by encoding/json alike.
func FuzzDecode(f *testing.F) {
	f.Add(sample(f, "object_created.json"))
	f.Add(sample(f, "object_created_console.json"))
	f.Add(edited(f, `"bucket":`, `"event-version":"2.0","bucket":`))
	f.Add([]byte(`null`))
	f.Fuzz(func(t *testing.T, data []byte) {
		e, err := eventbridge.Decode[eventbridge.ObjectCreated](data)
		var again eventbridge.Event[eventbridge.ObjectCreated]
		if jsonErr := json.Unmarshal(data, &again); (err == nil) != (jsonErr == nil) || !same(e, again) {
			t.Fatalf("Decode: %+v, %v\njson.Unmarshal: %+v, %v", e, err, again, jsonErr)
		}
		if err != nil {
			return
		}
		if e.Source != "aws.s3" || e.DetailType != "Object Created" || e.Detail.Bucket.Name == "" || e.Detail.Object.Key == "" {
			t.Fatalf("accepted %+v", e)
		}
		data, err = json.Marshal(e)
		if err != nil {
			t.Fatalf("cannot be written: %v", err)
		}
		again, err = eventbridge.Decode[eventbridge.ObjectCreated](data)
		if err != nil || !same(e, again) {
			t.Fatalf("written and read again: %v\n got %+v\nwant %+v", err, again, e)
		}
	})
}

// same compares the times as instants: a zone of +00:00 may come back as UTC.
func same(a, b eventbridge.Event[eventbridge.ObjectCreated]) bool {
	if !a.Time.Equal(b.Time) {
		return false
	}
	a.Time = b.Time
	return reflect.DeepEqual(a, b)
}
