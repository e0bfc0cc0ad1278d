package wire

import (
	"encoding/json"

	"github.com/lambdapatterns/lambdapatterns/internal/jsonscan"
)

// Kind is what an event's detail is told by.
type Kind struct {
	Source     string `json:"source"`
	DetailType string `json:"detail-type"`
}

// KindOf returns the kind of an event. The error is a [Reason] or one of encoding/json, for what is no JSON object.
func KindOf(data []byte) (Kind, error) {
	d := decoder{jsonscan.New(data)}
	var k Kind
	if d.Next() == '{' {
		d.kind(&k)
		if d.End(); !d.GaveUp() {
			return k, nil
		}
	}
	k = Kind{}
	p := &k
	if err := json.Unmarshal(data, &p); err != nil {
		return Kind{}, err
	}
	if p == nil {
		return Kind{}, Reason("it is null")
	}
	return k, nil
}

func (d *decoder) kind(k *Kind) {
	d.Take('{')
	seen := 0
	for i := 0; d.More(i, '}'); i++ {
		bit := 0
		switch key := d.Key(); string(key) {
		case "source":
			bit = 1
			k.Source = d.String()
		case "detail-type":
			bit = 2
			k.DetailType = d.String()
		default:
			d.Unknown(key, "source", "detail-type")
		}
		if seen&bit != 0 {
			d.GiveUp()
		}
		seen |= bit
	}
}

// Elements returns the elements of a JSON array, which are part of data, and whether it is one.
func Elements(data []byte) ([]json.RawMessage, bool) {
	d := decoder{jsonscan.New(data)}
	if d.Next() != '[' {
		return nil, false
	}
	list := []json.RawMessage{}
	d.Array()
	for i := 0; d.More(i, ']'); i++ {
		list = append(list, d.Raw())
	}
	if d.End(); !d.GaveUp() {
		return list, true
	}
	list = nil
	return list, json.Unmarshal(data, &list) == nil
}
