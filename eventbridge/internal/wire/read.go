package wire

import (
	"bytes"
	"encoding/json"
	"strconv"
	"time"

	"github.com/lambdapatterns/lambdapatterns/internal/jsonscan"
)

// Read reads data into o in one pass. If ok is false it could not, o is in no state to be used, and encoding/json has to read the
// data, with [KeepUnknown] after it. Data that is null leaves o as it is.
func Read(o Object, data []byte) (null, ok bool) {
	d := decoder{jsonscan.New(data)}
	null = d.Next() == 'n'
	d.object(o)
	d.End()
	return null, !d.GaveUp()
}

// decoder is one pass over an event. See [jsonscan] for how its results stay those of encoding/json.
type decoder struct{ jsonscan.Scanner }

func (d *decoder) object(o Object) {
	if d.Null() {
		return
	}
	d.Take('{')
	names, unknown := o.Known()
	seen := 0
	for i := 0; d.More(i, '}'); i++ {
		key := d.Key()
		at := find(names, key)
		if at < 0 {
			d.Unlike(key, names...)
			d.unknown(unknown, key)
			continue
		}
		if seen&(1<<at) != 0 {
			d.GiveUp()
		}
		seen |= 1 << at
		d.value(o.Field(at))
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

// unknown keeps the value of a field without a place.
func (d *decoder) unknown(in *map[string]json.RawMessage, key []byte) {
	raw := d.Raw()
	if d.GaveUp() {
		return
	}
	if *in == nil {
		*in = map[string]json.RawMessage{}
	}
	(*in)[string(key)] = bytes.Clone(raw)
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
		if o, ok := objectOf(p); ok {
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
