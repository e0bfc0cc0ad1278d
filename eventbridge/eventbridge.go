package eventbridge

import (
	"encoding/json"
	"reflect"

	"github.com/lambdapatterns/lambdapatterns/internal/jsonscan"
)

// Decode reads one event. Nothing in it refers to data.
//
// The error is a [*MismatchError] for an event of another kind than D holds, an [*EventVersionError] for a detail in
// a version that this package does not know, and a [*DecodeError] for anything else that cannot be read as an
// Event[D]. The event is empty whenever the error is not nil.
func Decode[D any](data []byte) (Event[D], error) {
	var e Event[D]
	err := e.decode(data)
	return e, err
}

// UnmarshalJSON reads one event with the checks of [Decode]; lambda.Start calls it by way of encoding/json.
// It overwrites all of e, and leaves it empty if it fails.
func (e *Event[D]) UnmarshalJSON(data []byte) error {
	return e.decode(data)
}

// MarshalJSON writes the event as EventBridge does, what is in an [Unknown] included.
func (e Event[D]) MarshalJSON() ([]byte, error) {
	data, err := json.Marshal((*fields[D])(&e))
	if err != nil || !hasUnknown(&e) {
		return data, err
	}
	return withUnknown(&e, data)
}

// fields has the fields of an Event but not its methods, which would call themselves.
type fields[D any] Event[D]

func (e *Event[D]) decode(data []byte) error {
	*e = Event[D]{}
	d := decoder{jsonscan.New(data)}
	null := d.Next() == 'n'
	d.object(e)
	d.End()
	var err error
	switch {
	case d.GaveUp():
		*e = Event[D]{}
		err = e.decodeSlowly(data)
	case null:
		err = &DecodeError{Err: reason("it is null")}
	case isPointer[D]():
		keepUnknown(e, data)
	}
	if err == nil {
		err = e.check()
	}
	if err != nil {
		*e = Event[D]{}
	}
	return err
}

// decodeSlowly leaves it to encoding/json to read the event.
func (e *Event[D]) decodeSlowly(data []byte) error {
	if err := json.Unmarshal(data, (*fields[D])(e)); err != nil {
		return e.explain(data, err)
	}
	keepUnknown(e, data)
	return nil
}

// check refuses an event of the wrong kind and brings its detail into its final form.
func (e *Event[D]) check() error {
	detail := detailOf(&e.Detail)
	if err := match(detail, e.Source, e.DetailType); err != nil {
		return err
	}
	if d, ok := detail.(s3Detail); ok {
		return normalize(d, e.DetailType)
	}
	return nil
}

// explain returns the error to report for an event that encoding/json could not read. The detail of another kind of
// event often fails to fit D, and then the kind says more than the field that happened to fail.
func (e *Event[D]) explain(data []byte, err error) error {
	var kind struct {
		Source     string `json:"source"`
		DetailType string `json:"detail-type"`
	}
	if json.Unmarshal(data, &kind) == nil {
		if mismatch := match(detailOf(&e.Detail), kind.Source, kind.DetailType); mismatch != nil {
			return mismatch
		}
	}
	return &DecodeError{Err: err}
}

func match(detail any, source, detailType string) error {
	d, ok := detail.(Detail)
	if !ok {
		return nil
	}
	wantSource, wantDetailType := d.EventType()
	if (wantSource == "" || source == wantSource) && (wantDetailType == "" || detailType == wantDetailType) {
		return nil
	}
	return &MismatchError{
		Source: source, DetailType: detailType,
		WantSource: wantSource, WantDetailType: wantDetailType,
	}
}

func isPointer[D any]() bool { return reflect.TypeFor[D]().Kind() == reflect.Pointer }

// detailOf takes a pointer to a detail and returns one that has all methods of the detail and can be called, whether the
// detail is a struct or a pointer to one, and also if that pointer is nil because the event had no detail.
func detailOf(p any) any {
	v := reflect.ValueOf(p).Elem()
	switch {
	case v.Kind() != reflect.Pointer:
		return p
	case v.IsNil():
		return reflect.New(v.Type().Elem()).Interface()
	}
	return v.Interface()
}
