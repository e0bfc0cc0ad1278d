package eventbridge

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"github.com/lambdapatterns/lambdapatterns/internal/jsonscan"
)

// object is a struct for a JSON object whose fields are known without reflection.
type object interface {
	names() []string // of its fields in JSON, none twice
	field(i int) any // a pointer to the field of names()[i]
	unknown() *Unknown
	// self returns the receiver. It is another pointer for a type that has these methods from a struct in it, and has
	// fields of its own, perhaps.
	self() any
}

// ownObject returns what p points to as an object, if it is one of this package.
func ownObject(p any) (object, bool) {
	o, ok := p.(object)
	if !ok || o.self() != p {
		return nil, false
	}
	return o, true
}

// decoder is one pass over an event. See [jsonscan] for how its results stay those of encoding/json.
type decoder struct{ jsonscan.Scanner }

func (d *decoder) object(o object) {
	if d.Null() {
		return
	}
	d.Take('{')
	names, seen := o.names(), 0
	for i := 0; d.More(i, '}'); i++ {
		key := d.Key()
		at := find(names, key)
		if at < 0 {
			d.unknown(o, key)
			continue
		}
		if seen&(1<<at) != 0 {
			d.GiveUp()
		}
		seen |= 1 << at
		d.value(o.field(at))
	}
}

func find(names []string, key []byte) int {
	for i, name := range names {
		if string(key) == name {
			return i
		}
	}
	return -1
}

// unknown keeps the value of a field that o does not have.
func (d *decoder) unknown(o object, key []byte) {
	d.Unlike(key, o.names()...)
	raw := d.Raw()
	if d.GaveUp() {
		return
	}
	u := o.unknown()
	if *u == nil {
		*u = Unknown{}
	}
	(*u)[string(key)] = bytes.Clone(raw)
}

// value takes a value into what p points to.
func (d *decoder) value(p any) {
	switch p := p.(type) {
	case *string:
		*p = d.String()
	case *int64:
		d.integer(p)
	case *time.Time:
		if p.UnmarshalJSON(d.Raw()) != nil {
			d.GiveUp()
		}
	case *[]string:
		if d.Array() {
			list := make([]string, 0, 1)
			for i := 0; d.More(i, ']'); i++ {
				list = append(list, d.String())
			}
			*p = list
		}
	case *json.RawMessage:
		*p = bytes.Clone(d.Raw())
	default:
		if o, ok := ownObject(p); ok {
			d.object(o)
			return
		}
		raw := d.Raw()
		if !d.GaveUp() && json.Unmarshal(raw, p) != nil {
			d.GiveUp()
		}
	}
}

func (d *decoder) integer(p *int64) {
	if d.Null() {
		return
	}
	n, err := strconv.ParseInt(string(d.Raw()), 10, 64)
	if err != nil {
		d.GiveUp()
	}
	*p = n
}

// keepUnknown fills the Unknown of o, and of the objects in it, from the JSON that encoding/json has read into o. It goes through
// the fields in their order, as encoding/json does, since one may come twice.
func keepUnknown(o object, data []byte) {
	d := json.NewDecoder(bytes.NewReader(data))
	if start, err := d.Token(); err != nil || start != json.Delim('{') {
		return // null, for what else there could be encoding/json has refused
	}
	for d.More() {
		name, err := d.Token()
		var value json.RawMessage
		if err != nil || d.Decode(&value) != nil {
			return
		}
		at := findFold(o.names(), name.(string))
		if at < 0 {
			if *o.unknown() == nil {
				*o.unknown() = Unknown{}
			}
			(*o.unknown())[name.(string)] = value
			continue
		}
		if inner, ok := ownObject(detailOf(o.field(at))); ok {
			keepUnknown(inner, value)
		}
	}
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

// hasUnknown reports whether there is something to write that encoding/json does not write.
func hasUnknown(o object) bool {
	if len(*o.unknown()) > 0 {
		return true
	}
	for i := range o.names() {
		switch p := o.field(i).(type) {
		case *string, *int64, *time.Time, *[]string, *json.RawMessage: // quickly
		default:
			if inner, ok := ownObject(detailOf(p)); ok && hasUnknown(inner) {
				return true
			}
		}
	}
	return false
}

// withUnknown adds to data, which encoding/json has written for o, what is unknown in o and in the objects in it.
func withUnknown(o object, data json.RawMessage) (json.RawMessage, error) {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(data, &fields); err != nil || fields == nil {
		return data, err
	}
	for i, name := range o.names() {
		inner, ok := ownObject(detailOf(o.field(i)))
		value, written := fields[name]
		if !ok || !written || !hasUnknown(inner) {
			continue
		}
		value, err := withUnknown(inner, value)
		if err != nil {
			return nil, err
		}
		fields[name] = value
	}
	for name, value := range *o.unknown() {
		if findFold(o.names(), name) < 0 {
			fields[name] = value
		}
	}
	return json.Marshal(fields)
}
