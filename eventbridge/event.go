package eventbridge

import (
	"encoding/json"
	"time"
)

// Event is an EventBridge event whose detail is a D. The fields are those of AWS's page "AWS service event metadata".
//
// A D that implements [Detail] is only filled from the events that it names. A D of [json.RawMessage] takes the detail of
// any event as it is.
type Event[D any] struct {
	// Version is "0" in every event. It is not the version of the detail.
	Version string `json:"version"`
	// ID is new for every event, but one that is delivered again keeps it. It does not tell one change from another: S3, for
	// one, may report a change under two ids.
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
	// Unknown has the fields of the envelope that are none of the above.
	Unknown map[string]json.RawMessage `json:"-"`
}

// Identity returns what tells this event from others, in plain types: so a package that does not know this one, such as tracing,
// can name it.
func (e Event[D]) Identity() (id, source, detailType string) { return e.ID, e.Source, e.DetailType }

// Detail is implemented by types that hold the detail of one kind of event, or by pointers to them. [Decode] and
// [Event.UnmarshalJSON] refuse every other kind of event for them. A detail type without this method takes any event.
type Detail interface {
	// EventType returns the source and the detail-type of the events that carry this detail.
	// It must not depend on the receiver's fields. An empty string stands for any.
	EventType() (source, detailType string)
}
