package eventbridge

import (
	"encoding/json"
	"reflect"

	"github.com/lambdapatterns/lambdapatterns/eventbridge/internal/wire"
)

// Decode reads one event. Nothing in it refers to data.
//
// The error is a [*MismatchError] for an event of another kind than D holds, and a [*DecodeError] for anything else that cannot
// be read as an Event[D]: also for a JSON object without a source or a detail-type, which every event has. Package s3event adds one
// for versions of S3's details that it does not know. The event is empty whenever the error is not nil.
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

// MarshalJSON writes the event as EventBridge does, what is in an Unknown included.
func (e Event[D]) MarshalJSON() ([]byte, error) {
	f := (*fields[D])(&e)
	data, err := json.Marshal(f)
	if err != nil || !wire.HasUnknown(f) {
		return data, err
	}
	return wire.WithUnknown(f, data)
}

func (e *Event[D]) decode(data []byte) error {
	*e = Event[D]{}
	f := (*fields[D])(e)
	var err error
	switch null, ok := wire.Read(f, data); {
	case !ok:
		*e = Event[D]{}
		err = e.decodeSlowly(data)
	case null:
		err = &DecodeError{Err: wire.Reason("it is null")}
	case reflect.TypeFor[D]().Kind() == reflect.Pointer:
		wire.KeepUnknown(f, data)
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
	f := (*fields[D])(e)
	if err := json.Unmarshal(data, f); err != nil {
		return e.explain(data, err)
	}
	wire.KeepUnknown(f, data)
	return nil
}

// check refuses an event of the wrong kind and brings its detail into its final form.
func (e *Event[D]) check() error {
	detail := wire.DetailOf(&e.Detail)
	if err := match(detail, e.Source, e.DetailType); err != nil {
		return err
	}
	if e.Source == "" || e.DetailType == "" {
		return &DecodeError{Err: errNoEvent}
	}
	if d, ok := detail.(wire.Fielder); ok {
		detail := d.EventFields()
		return detail.Check(detail.Fields, e.DetailType)
	}
	return nil
}

// explain returns the error to report for an event that encoding/json could not read. The detail of another kind of
// event often fails to fit D, and then the kind says more than the field that happened to fail.
func (e *Event[D]) explain(data []byte, err error) error {
	var kind wire.Kind
	if json.Unmarshal(data, &kind) == nil {
		if mismatch := match(wire.DetailOf(&e.Detail), kind.Source, kind.DetailType); mismatch != nil {
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

// errNoEvent is what a JSON object is refused with that is something else than an event, such as the records of a queue.
const errNoEvent = wire.Reason("it has no source or no detail-type, so it is no event of EventBridge")
