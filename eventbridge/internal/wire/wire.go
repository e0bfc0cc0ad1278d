// Package wire reads and writes the JSON of events: structs whose fields are known without reflection, and what they do not know
// beside them. Package eventbridge has the envelope, and packages like s3event have details for it.
package wire

import (
	"encoding/json"
	"reflect"
	"strconv"
)

// Object is a struct for a JSON object. Its fields with encoding/json's tags must be those that it tells here, or what is read
// depends on how it was written.
type Object interface {
	// Known returns the names of the fields in JSON, none twice, and where to keep the fields that have another.
	Known() (names []string, unknown *map[string]json.RawMessage)
	// Field returns a pointer to the field of the i-th name. It is an Object, where the field is one.
	Field(i int) any
}

// Detail is an event's detail as an Object.
type Detail struct {
	// Fields is the detail.
	Fields Object
	// Self is a pointer to the detail.
	Self any
	// Check refuses what no event of the kind can have, and brings the fields into their final form. It is called when they were
	// just read.
	Check func(fields Object, detailType string) error
}

// Fielder is implemented by pointers to details that are Objects.
type Fielder interface{ EventFields() Detail }

// objectOf returns what p points to as an Object, if it is one. A type that embeds a detail has its methods, and perhaps fields of
// its own: that is none.
func objectOf(p any) (Object, bool) {
	switch p := p.(type) {
	case Fielder:
		d := p.EventFields()
		return d.Fields, d.Self == p
	case Object:
		return p, true
	}
	return nil, false
}

// DetailOf takes a pointer to a detail and returns one that has all methods of the detail and can be called, whether the
// detail is a struct or a pointer to one, and also if that pointer is nil because the event had no detail.
func DetailOf(p any) any {
	v := reflect.ValueOf(p).Elem()
	switch {
	case v.Kind() != reflect.Pointer:
		return p
	case v.IsNil():
		return reflect.New(v.Type().Elem()).Interface()
	}
	return v.Interface()
}

// Reason is an error whose text has nothing out of an event.
type Reason string

// Error returns r.
func (r Reason) Error() string { return string(r) }

// maxQuoted is the length of EventBridge's longest names. What is longer is none of them, and may be anything that somebody has sent
// to a queue.
const maxQuoted = 256

// Quote quotes a name out of an event for the text of an error, and cuts off what no such name can have.
func Quote(name string) string {
	if len(name) > maxQuoted {
		return strconv.Quote(name[:maxQuoted]) + "…"
	}
	return strconv.Quote(name)
}
