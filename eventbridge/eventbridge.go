package eventbridge

import (
	"bytes"
	"encoding/json"
	"errors"
	"reflect"
	"time"
)

// Event is an EventBridge event whose detail is a D. The fields are those of AWS's page "AWS service event metadata".
//
// A D that implements [Detail] is only filled from the events that it names. Fields that neither Event nor D has are
// ignored.
type Event[D any] struct {
	// Version is "0" in every event. It is not the version of the detail.
	Version string `json:"version"`
	// ID is new for every event, but one that is delivered again keeps it. S3 may also report one change under
	// two ids: see [ObjectCreated.DedupeKey].
	ID string `json:"id"`
	// DetailType says, together with Source, which fields the detail has.
	DetailType string `json:"detail-type"`
	// Source is the service or application that sent the event. Those of AWS begin with "aws.".
	Source string `json:"source"`
	// Account is the account that the event is from.
	Account string `json:"account"`
	// Time is when the event happened, as its sender tells it.
	Time time.Time `json:"time,omitzero"`
	// Region is where the event is from.
	Region string `json:"region"`
	// Resources are ARNs of what the event is about. The list may be empty.
	Resources []string `json:"resources,omitzero"`
	// ReplayName is the name of the archive replay that sent the event, and empty for an event that is new.
	ReplayName string `json:"replay-name,omitempty"`
	// Detail is what happened.
	Detail D `json:"detail"`
}

// Detail is implemented by types that hold the detail of one kind of event. [Decode] and [Event.UnmarshalJSON] refuse
// every other kind of event for them. A detail type without this method takes any event.
type Detail interface {
	// EventType returns the source and the detail-type of the events that carry this detail.
	// It must not depend on the receiver's fields. An empty string stands for any.
	EventType() (source, detailType string)
}

// Decode reads one event.
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

// fields has the fields of an Event but not its UnmarshalJSON, which would call itself.
type fields[D any] Event[D]

func (e *Event[D]) decode(data []byte) error {
	*e = Event[D]{}
	err := json.Unmarshal(data, (*fields[D])(e))
	switch {
	case err != nil:
		err = e.explain(data, err)
	case bytes.Equal(bytes.TrimSpace(data), []byte("null")):
		err = &DecodeError{Err: errors.New("it is null")}
	default:
		err = e.check()
	}
	if err != nil {
		*e = Event[D]{}
	}
	return err
}

// check refuses an event of the wrong kind and brings its detail into its final form.
func (e *Event[D]) check() error {
	detail := detailOf(&e.Detail)
	if err := match(detail, e.Source, e.DetailType); err != nil {
		return err
	}
	if d, ok := detail.(interface{ normalize() error }); ok {
		return d.normalize()
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

// detailOf returns a pointer that has all methods of D and can be called, whether D is a struct or a pointer to one,
// and also if that pointer is nil because the event had no detail.
func detailOf[D any](detail *D) any {
	t := reflect.TypeFor[D]()
	if t.Kind() != reflect.Pointer {
		return detail
	}
	if reflect.ValueOf(detail).Elem().IsNil() {
		return reflect.New(t.Elem()).Interface()
	}
	return *detail
}
