package publish

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
)

// maxDetailType is how many characters a detail-type may have (Amazon EventBridge API Reference, "PutEventsRequestEntry").
const maxDetailType = 128

// Entry is an event to publish.
type Entry struct {
	// Detail is what happened. It is encoded as by encoding/json, but with <, > and & as they are, and must become a JSON
	// object; a [json.RawMessage] is one already. If it has the method
	//
	//	EventType() (source, detailType string)
	//
	// of the parent package's Detail, its source and detail-type are the entry's.
	Detail any
	// Source is who sends the event, such as "com.example.shop". It must not begin with "aws.". Defaults to what Detail
	// says, then to [WithSource]. What Detail says must not be contradicted: no receiver that expects it would take it.
	Source string
	// DetailType says, together with Source, which fields the detail has. It has 128 characters at most. Defaults to what
	// Detail says, which must not be contradicted.
	DetailType string
	// Resources are ARNs of what the event is about. Defaults to none.
	Resources []string
	// Time is when it happened. Events have it in whole seconds. Defaults to when the service takes the call.
	Time time.Time
	// TraceHeader is an X-Ray trace header, in the form of the HTTP header X-Amzn-Trace-Id. Defaults to that of
	// [WithTraceHeader].
	TraceHeader string
	// Bus is the name or the ARN of the event bus. Defaults to that of [WithBus].
	Bus string
}

// typed is the parent package's Detail.
type typed interface {
	EventType() (source, detailType string)
}

// request checks the entry and encodes it.
func (p *Publisher) request(enc *encoder, e *Entry, traceHeader *string) (types.PutEventsRequestEntry, *InvalidEntry) {
	var r types.PutEventsRequestEntry
	detail, err := enc.encode(e.Detail)
	if err != nil {
		return r, &InvalidEntry{Reason: fmt.Sprintf("its detail, a %T, cannot be encoded as JSON (%T)", e.Detail, err), Err: err}
	}
	if detail[0] != '{' {
		return r, &InvalidEntry{Reason: fmt.Sprintf("its detail, a %T, is no JSON object", e.Detail)}
	}
	source, detailType, reason := p.kind(e)
	if reason != "" {
		return r, &InvalidEntry{Reason: reason}
	}
	r.Detail, r.Source, r.DetailType = &detail, &source, &detailType
	r.Resources = e.Resources
	if r.TraceHeader = optional(e.TraceHeader); r.TraceHeader == nil {
		r.TraceHeader = traceHeader
	}
	if r.EventBusName = optional(e.Bus); r.EventBusName == nil {
		r.EventBusName = optional(p.bus)
	}
	if !e.Time.IsZero() {
		r.Time = &e.Time
	}
	if n := sizeOf(&r); n > p.maxSize {
		return r, &InvalidEntry{Reason: fmt.Sprintf("its size is %d bytes, and %d are allowed: put what is large into Amazon S3 and its key into the event", n, p.maxSize)}
	}
	return r, nil
}

// kind returns the source and the detail-type, or why they will not do.
func (p *Publisher) kind(e *Entry) (source, detailType, reason string) {
	source, detailType = typeOf(e.Detail)
	if source != "" && e.Source != "" && source != e.Source {
		return "", "", fmt.Sprintf("its source is %q, but %T is for %q", e.Source, e.Detail, source)
	}
	if detailType != "" && e.DetailType != "" && detailType != e.DetailType {
		return "", "", fmt.Sprintf("its detail-type is %q, but %T is for %q", e.DetailType, e.Detail, detailType)
	}
	source, detailType = first(source, e.Source, p.source), first(detailType, e.DetailType)
	if source == "" {
		return "", "", "it has no source: set Source, use WithSource, or give its detail a method EventType"
	}
	if reason := sourceReason(source); reason != "" {
		return "", "", "its " + reason
	}
	n := utf8.RuneCountInString(detailType)
	switch {
	case n == 0:
		return "", "", "it has no detail-type: set DetailType, or give its detail a method EventType"
	case !utf8.ValidString(detailType):
		return "", "", "its detail-type is not UTF-8"
	case n > maxDetailType:
		return "", "", fmt.Sprintf("its detail-type has %d characters, and %d are allowed", n, maxDetailType)
	}
	return source, detailType, ""
}

func sourceReason(source string) string {
	switch {
	case !utf8.ValidString(source):
		return "source is not UTF-8"
	case strings.HasPrefix(source, "aws."):
		return fmt.Sprintf("source is %q, and those that begin with \"aws.\" are for AWS's own events", source)
	}
	return ""
}

// typeOf asks a detail for its source and detail-type, whether the method is the value's or its pointer's.
func typeOf(detail any) (source, detailType string) {
	if d, ok := detail.(typed); ok {
		return d.EventType()
	}
	// The method must not depend on the fields, so that any value will do.
	if d, ok := reflect.New(reflect.TypeOf(detail)).Interface().(typed); ok {
		return d.EventType()
	}
	return "", ""
}

// encoder encodes details, one after another.
type encoder struct {
	buffer bytes.Buffer
	json   *json.Encoder
}

func newEncoder() *encoder {
	e := &encoder{}
	e.json = json.NewEncoder(&e.buffer)
	e.json.SetEscapeHTML(false) // six bytes for one, of a size that is limited
	return e
}

func (e *encoder) encode(detail any) (string, error) {
	e.buffer.Reset()
	if err := e.json.Encode(detail); err != nil {
		return "", err
	}
	return string(bytes.TrimSuffix(e.buffer.Bytes(), []byte("\n"))), nil
}

// sizeOf is the size that the service counts (Amazon EventBridge User Guide, "Calculating PutEvents event entry size").
func sizeOf(r *types.PutEventsRequestEntry) int {
	n := len(*r.Source) + len(*r.DetailType) + len(*r.Detail)
	if r.Time != nil {
		n += 14
	}
	for _, arn := range r.Resources {
		n += len(arn)
	}
	return n
}

func first(all ...string) string {
	for _, s := range all {
		if s != "" {
			return s
		}
	}
	return ""
}

func optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
