package eventbridge

import "encoding/json"

// fields is an Event as package wire sees it. It has not the methods of an Event, which would call themselves.
type fields[D any] Event[D]

var eventNames = [...]string{"version", "id", "detail-type", "source", "account", "time", "region", "resources",
	"replay-name", "detail"}

func (e *fields[D]) Known() ([]string, *map[string]json.RawMessage) { return eventNames[:], &e.Unknown }

func (e *fields[D]) Field(i int) any {
	switch i {
	case 0:
		return &e.Version
	case 1:
		return &e.ID
	case 2:
		return &e.DetailType
	case 3:
		return &e.Source
	case 4:
		return &e.Account
	case 5:
		return &e.Time
	case 6:
		return &e.Region
	case 7:
		return &e.Resources
	case 8:
		return &e.ReplayName
	}
	return &e.Detail
}
