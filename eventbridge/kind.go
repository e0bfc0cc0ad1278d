package eventbridge

import (
	"encoding/json"

	"github.com/lambdapatterns/lambdapatterns/internal/jsonscan"
)

// kindOf returns the source and the detail-type of an event, and the error of Decode for what is no JSON object.
func kindOf(data []byte) (source, detailType string, err error) {
	d := decoder{jsonscan.New(data)}
	var k kind
	if d.Next() == '{' {
		d.kind(&k)
		if d.End(); !d.GaveUp() {
			return k.Source, k.DetailType, nil
		}
	}
	k = kind{}
	p := &k
	if err := json.Unmarshal(data, &p); err != nil {
		return "", "", &DecodeError{Err: err}
	}
	if p == nil {
		return "", "", &DecodeError{Err: reason("it is null")}
	}
	return k.Source, k.DetailType, nil
}

type kind struct {
	Source     string `json:"source"`
	DetailType string `json:"detail-type"`
}

func (d *decoder) kind(k *kind) {
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

// elements returns the elements of a JSON array, which are part of data, and whether it is one.
func elements(data []byte) ([]json.RawMessage, bool) {
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
