package wire_test

import (
	"bytes"
	"encoding/json"
	"reflect"
	"testing"

	"github.com/lambdapatterns/lambdapatterns/eventbridge/internal/wire"
)

// shape is an object with an object in it.
type shape struct {
	Name    string                     `json:"name"`
	Size    int64                      `json:"size"`
	Inner   inner                      `json:"inner"`
	Unknown map[string]json.RawMessage `json:"-"`
}

type inner struct {
	Flag    *bool                      `json:"flag,omitempty"`
	Unknown map[string]json.RawMessage `json:"-"`
}

func (s *shape) Known() ([]string, *map[string]json.RawMessage) {
	return []string{"name", "size", "inner"}, &s.Unknown
}
func (s *shape) Field(i int) any { return []any{&s.Name, &s.Size, &s.Inner}[i] }

func (s *inner) Known() ([]string, *map[string]json.RawMessage) { return []string{"flag"}, &s.Unknown }
func (s *inner) Field(int) any                                  { return &s.Flag }

// What is read in one pass, and what is left to encoding/json; both give the same, and it can be written again.
func TestReadAndWrite(t *testing.T) {
	t.Parallel()
	for data, alone := range map[string]bool{
		`{}`: true,
		`{"name":"n","size":-7,"inner":{"flag":true}}`: true,
		`{"name":null,"size":null,"inner":null}`:       true,
		`{"new":[1,{"a":null}],"inner":{"newer":"x"}}`: true,
		`{"NAME":"n","Inner":{"FLAG":false,"more":1}}`: false,
		`{"name":"a","name":"b","new":1,"new":2}`:      false,
		`{"name":"n","new":1,"size":1.0}`:              false,
		`{"n\u0061me":"n"}`:                            false,
		`{"size":9223372036854775808}`:                 false,
		`{"inner":{"flag":7}}`:                         false,
	} {
		var want, got shape
		err := json.Unmarshal([]byte(data), &want)
		wire.KeepUnknown(&want, []byte(data))
		null, ok := wire.Read(&got, []byte(data))
		if null || ok != alone {
			t.Errorf("%s: read in one pass: %v, want %v", data, ok, alone)
		}
		if ok && (err != nil || !reflect.DeepEqual(got, want)) {
			t.Errorf("%s: got %+v, want %+v, %v", data, got, want, err)
		}
		if err != nil {
			continue
		}
		plain, err := json.Marshal(&want)
		if err != nil {
			t.Fatal(err)
		}
		written, err := wire.WithUnknown(&want, plain)
		var again shape
		if _, ok := wire.Read(&again, written); err != nil || !ok || !reflect.DeepEqual(again, want) {
			t.Errorf("%s: written as %s, %v", data, written, err)
		}
		if has := len(want.Unknown) > 0 || len(want.Inner.Unknown) > 0; wire.HasUnknown(&want) != has {
			t.Errorf("%s: HasUnknown is %v", data, !has)
		}
	}
	if null, ok := wire.Read(&shape{}, []byte(" null ")); !null || !ok {
		t.Error("null is not told")
	}
}

// FuzzKindOf holds KindOf and Elements against encoding/json.
func FuzzKindOf(f *testing.F) {
	for _, seed := range []string{`{"source":"s","detail-type":"t"}`, `{"Source":"s"}`, `{"source":"s","source":"r"}`, `{"source":7}`, `null`,
		`[]`, `[1, {"a":[]}]`, `[1,]`, `7`, `{`, ``} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var want *wire.Kind
		wantErr := json.Unmarshal(data, &want)
		got, err := wire.KindOf(data)
		if (err == nil) != (wantErr == nil && want != nil) || err == nil && got != *want {
			t.Fatalf("%q: kind is %+v, %v, want %+v, %v", data, got, err, want, wantErr)
		}

		var list []json.RawMessage
		isArray := json.Unmarshal(data, &list) == nil && list != nil
		elements, ok := wire.Elements(data)
		if ok != isArray || len(elements) != len(list) {
			t.Fatalf("%q: elements are %q, %v, want %q, %v", data, elements, ok, list, isArray)
		}
		for i, e := range elements {
			if !bytes.Equal(e, list[i]) {
				t.Fatalf("%q: element %d is %q, want %q", data, i, e, list[i])
			}
		}
	})
}
