package wire

import (
	"bytes"
	"encoding/json"
	"strings"
	"time"
)

// KeepUnknown keeps what o, and the objects in it, do not know, from the JSON that encoding/json has read into o. It goes through
// the fields in their order, as encoding/json does, since one may come twice.
func KeepUnknown(o Object, data []byte) {
	d := json.NewDecoder(bytes.NewReader(data))
	if start, err := d.Token(); err != nil || start != json.Delim('{') {
		return // null, for what else there could be encoding/json has refused
	}
	names, unknown := o.Known()
	for d.More() {
		name, err := d.Token()
		var value json.RawMessage
		if err != nil || d.Decode(&value) != nil {
			return
		}
		at := findFold(names, name.(string))
		if at < 0 {
			if *unknown == nil {
				*unknown = map[string]json.RawMessage{}
			}
			(*unknown)[name.(string)] = value
			continue
		}
		if inner, ok := objectIn(o.Field(at)); ok {
			KeepUnknown(inner, value)
		}
	}
}

// objectIn is objectOf for a field that may also be a pointer to an object.
func objectIn(p any) (Object, bool) {
	switch p.(type) {
	case *string, *int64, *time.Time, *[]string, *json.RawMessage: // quickly
		return nil, false
	case Object:
		return objectOf(p)
	}
	return objectOf(DetailOf(p))
}

// findFold is find by the rule of encoding/json.
func findFold(names []string, key string) int {
	for i, name := range names {
		if strings.EqualFold(name, key) {
			return i
		}
	}
	return -1
}

// HasUnknown reports whether there is something in o to write that encoding/json does not write.
func HasUnknown(o Object) bool {
	names, unknown := o.Known()
	if len(*unknown) > 0 {
		return true
	}
	for i := range names {
		if inner, ok := objectIn(o.Field(i)); ok && HasUnknown(inner) {
			return true
		}
	}
	return false
}

// WithUnknown adds to data, which encoding/json has written for o, what is unknown in o and in the objects in it.
func WithUnknown(o Object, data json.RawMessage) (json.RawMessage, error) {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(data, &fields); err != nil || fields == nil {
		return data, err
	}
	names, unknown := o.Known()
	for i, name := range names {
		inner, ok := objectIn(o.Field(i))
		value, written := fields[name]
		if !ok || !written || !HasUnknown(inner) {
			continue
		}
		value, err := WithUnknown(inner, value)
		if err != nil {
			return nil, err
		}
		fields[name] = value
	}
	for name, value := range *unknown {
		if findFold(names, name) < 0 {
			fields[name] = value
		}
	}
	return json.Marshal(fields)
}
