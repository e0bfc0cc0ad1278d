package singletabletest

import "encoding/json"

// legacyParameters are the parameters from before there were expressions. They are refused by name, since passing them
// over would do something else than what was asked for.
type legacyParameters struct {
	AttributesToGet     json.RawMessage `json:",omitempty"`
	AttributeUpdates    json.RawMessage `json:",omitempty"`
	ConditionalOperator json.RawMessage `json:",omitempty"`
	Expected            json.RawMessage `json:",omitempty"`
	KeyConditions       json.RawMessage `json:",omitempty"`
	QueryFilter         json.RawMessage `json:",omitempty"`
	ScanFilter          json.RawMessage `json:",omitempty"`
}

func (l legacyParameters) refuse() error {
	for _, p := range [...]struct {
		name    string
		value   json.RawMessage
		instead string
	}{
		{"AttributesToGet", l.AttributesToGet, parameterProjection},
		{"AttributeUpdates", l.AttributeUpdates, parameterUpdate},
		{"ConditionalOperator", l.ConditionalOperator, parameterCondition},
		{"Expected", l.Expected, parameterCondition},
		{"KeyConditions", l.KeyConditions, parameterKeyCondition},
		{"QueryFilter", l.QueryFilter, parameterFilter},
		{"ScanFilter", l.ScanFilter, parameterFilter},
	} {
		if p.value != nil && string(p.value) != "null" {
			return validation("The legacy parameter %s is not supported by the in-memory engine: use %s", p.name, p.instead)
		}
	}
	return nil
}
