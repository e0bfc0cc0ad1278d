package templatetest

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/lambdapatterns/lambdapatterns/eventbridge/pattern"
)

// EventPattern returns the event pattern of a rule, so that a test can hold it against the events that the function must get,
// and, with eventbridgetest.AssertNoLoop, against those that its own output makes. The rule is
//
//   - of Terraform, an aws_cloudwatch_event_rule by its name, with the pattern by jsonencode or as text;
//   - of CloudFormation, an AWS::Events::Rule by its logical id;
//   - of SAM, an event of a function or a state machine: "Thumbnailer.Upload" for the event Upload, of type EventBridgeRule or
//     CloudWatchEvent.
//
// given says what the expressions in it stand for that no template can resolve, by their text as [UnknownError] has it:
//
//	{"aws_s3_bucket.uploads.id": "uploads"}
//
// What is neither resolved nor given is an error, and so is what is given and not in the pattern: the test would look at another
// pattern than the one that is deployed. A pattern that EventBridge would refuse is a [*pattern.PatternError].
func EventPattern(tmpl *Template, rule string, given map[string]string) (*pattern.Pattern, error) {
	at, err := tmpl.eventPattern(rule)
	if err != nil {
		return nil, fmt.Errorf("templatetest: the event pattern of %s: %w", rule, err)
	}
	used := map[string]bool{}
	value, err := at.with(given, used)
	for _, text := range slices.Sorted(maps.Keys(given)) {
		if !used[text] {
			err = errors.Join(err, fmt.Errorf("%s is given, and is no expression of the pattern", text))
		}
	}
	if err != nil {
		return nil, fmt.Errorf("templatetest: the event pattern of %s: %w", rule, err)
	}
	text, isText := value.(string)
	if !isText {
		var encoded strings.Builder
		e := json.NewEncoder(&encoded)
		e.SetEscapeHTML(false)
		if err := e.Encode(value); err != nil {
			return nil, fmt.Errorf("templatetest: %s: the event pattern of %s: %w", at.pos, rule, err)
		}
		text = encoded.String()
	}
	p, err := pattern.Parse([]byte(text))
	if err != nil {
		return nil, fmt.Errorf("templatetest: %s: the event pattern of %s: %w", at.pos, rule, err)
	}
	return p, nil
}

// eventPattern finds where a rule's pattern is.
func (t *Template) eventPattern(rule string) (Node, error) {
	if t.terraform {
		r, err := t.Resource("aws_cloudwatch_event_rule", rule)
		if err != nil {
			return Node{}, err
		}
		if err := r.made(); err != nil {
			return Node{}, err
		}
		return r.Lookup("event_pattern")
	}
	function, event, isEvent := strings.Cut(rule, ".")
	if !isEvent {
		r, err := t.Resource("AWS::Events::Rule", rule)
		if err != nil {
			return Node{}, err
		}
		return r.Lookup("Properties", "EventPattern")
	}
	r, err := t.Resource("AWS::Serverless::Function", function)
	if err != nil {
		var otherErr error
		if r, otherErr = t.Resource("AWS::Serverless::StateMachine", function); otherErr != nil {
			return Node{}, err
		}
	}
	typ, err := r.Lookup("Properties", "Events", event, "Type")
	if err != nil {
		return Node{}, err
	}
	switch name, err := typ.Value(); {
	case err != nil:
		return Node{}, err
	case name != "EventBridgeRule" && name != "CloudWatchEvent":
		return Node{}, fmt.Errorf("%s: the event is of type %v, not EventBridgeRule", typ.pos, name)
	}
	return r.Lookup("Properties", "Events", event, "Properties", "Pattern")
}

// with is Value with what is given for expressions that are not resolved. It notes what it used.
func (n Node) with(given map[string]string, used map[string]bool) (any, error) {
	var errs []error
	switch n.kind {
	case unknown:
		if v, ok := given[n.lost.Text]; ok {
			used[n.lost.Text] = true
			return v, nil
		}
		return nil, n.lost
	case list:
		all := make([]any, len(n.items))
		for i, item := range n.items {
			v, err := item.with(given, used)
			all[i], errs = v, append(errs, err)
		}
		return all, errors.Join(errs...)
	case mapping:
		all := make(map[string]any, len(n.fields))
		for _, name := range slices.Sorted(maps.Keys(n.fields)) {
			v, err := n.fields[name].with(given, used)
			all[name], errs = v, append(errs, err)
		}
		return all, errors.Join(errs...)
	}
	if n.inJSON != "" {
		return n.inJSON, nil
	}
	return n.Value()
}
