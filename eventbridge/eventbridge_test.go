package eventbridge_test

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/lambdapatterns/lambdapatterns/eventbridge"
)

type order struct {
	ID string `json:"id"`
}

type orderPlaced struct{ order }

func (orderPlaced) EventType() (string, string) { return "", "Order Placed" }

func TestDetailTypes(t *testing.T) {
	t.Parallel()
	placed := []byte(`{"source":"shop","detail-type":"Order Placed","detail":{"id":"7"}}`)
	paid := []byte(`{"source":"shop","detail-type":"Order Paid","detail":{"id":"7"}}`)

	if e, err := eventbridge.Decode[order](paid); err != nil || e.Detail.ID != "7" {
		t.Errorf("plain struct: %+v, %v", e, err)
	}
	if e, err := eventbridge.Decode[json.RawMessage](paid); err != nil || string(e.Detail) != `{"id":"7"}` {
		t.Errorf("raw: %+v, %v", e, err)
	}
	if e, err := eventbridge.Decode[any](paid); err != nil || e.Detail == nil {
		t.Errorf("any: %+v, %v", e, err)
	}
	if e, err := eventbridge.Decode[orderPlaced](placed); err != nil || e.Detail.ID != "7" {
		t.Errorf("own type: %+v, %v", e, err)
	}
	if _, err := eventbridge.Decode[orderPlaced](paid); !errors.Is(err, eventbridge.ErrMismatch) || !strings.Contains(err.Error(), "(any)") {
		t.Errorf("own type with another event: %v", err)
	}
	if _, err := eventbridge.Decode[any]([]byte("null")); err == nil {
		t.Error("null was taken for an event")
	}
}

func TestIdentity(t *testing.T) {
	t.Parallel()
	e := eventbridge.Event[string]{ID: "i", Source: "s", DetailType: "t", Detail: "d"}
	if id, source, detailType := e.Identity(); id != "i" || source != "s" || detailType != "t" {
		t.Errorf("got %q, %q, %q", id, source, detailType)
	}
}

// full has every field of the envelope, one that it does not know, and what JSON can hold of either.
const full = `{"version":"0","id":"i","detail-type":"Order Placed","source":"shop","account":"123456789012","time":"2026-01-02T03:04:05Z",
	"region":"eu-central-1","resources":["a","b"],"replay-name":"again","trace-header":{"Root":"1-2-3"},"detail":{"id":"7"}}`

func TestEnvelope(t *testing.T) {
	t.Parallel()
	want := eventbridge.Event[orderPlaced]{
		Version: "0", ID: "i", DetailType: "Order Placed", Source: "shop", Account: "123456789012", Region: "eu-central-1",
		Time: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), Resources: []string{"a", "b"}, ReplayName: "again",
		Detail: orderPlaced{order{"7"}}, Unknown: map[string]json.RawMessage{"trace-header": []byte(`{"Root":"1-2-3"}`)},
	}
	var written []byte
	for name, decode := range map[string]func([]byte) (eventbridge.Event[orderPlaced], error){
		"Decode": eventbridge.Decode[orderPlaced],
		// A name in capitals is one that the decoder leaves to encoding/json.
		"slowly": func(data []byte) (eventbridge.Event[orderPlaced], error) {
			return eventbridge.Decode[orderPlaced]([]byte(strings.Replace(string(data), `"id":"i"`, `"ID":"i"`, 1)))
		},
		"json":    func(data []byte) (e eventbridge.Event[orderPlaced], err error) { return e, json.Unmarshal(data, &e) },
		"written": func([]byte) (eventbridge.Event[orderPlaced], error) { return eventbridge.Decode[orderPlaced](written) },
	} {
		var err error
		if written, err = json.Marshal(want); err != nil {
			t.Fatal(err)
		}
		got, err := decode([]byte(full))
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s:\n got %+v, %v\nwant %+v", name, got, err, want)
		}
	}
}

func TestDecodeRefuses(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ data, says string }{
		"null":      {` null `, "it is null"},
		"array":     {`[` + full + `]`, "array"},
		"number":    {`7`, "number"},
		"cut off":   {full[:len(full)-1], "not JSON"},
		"resources": {strings.Replace(full, `"b"`, `7`, 1), "resources"},
		"time":      {strings.Replace(full, "2026-01", "2026-13", 1), "RFC 3339"},
	} {
		e, err := eventbridge.Decode[orderPlaced]([]byte(c.data))
		if decodeErr, ok := err.(*eventbridge.DecodeError); !ok || decodeErr.Err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %#v, want a *DecodeError that says %q", name, err, c.says)
		}
		if !reflect.DeepEqual(e, eventbridge.Event[orderPlaced]{}) {
			t.Errorf("%s: the event is not empty beside the error: %+v", name, e)
		}
	}
}
