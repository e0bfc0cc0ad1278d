package tracing

import (
	"reflect"
	"strings"

	"github.com/aws/aws-lambda-go/events"
)

// told returns what a pointer to an event points to, as handlers may take one, and any other event as it is.
func told(event any) any {
	if v := reflect.ValueOf(event); v.Kind() == reflect.Pointer && !v.IsNil() {
		return v.Elem().Interface()
	}
	return event
}

// triggerOf returns the trigger of an event, of which it may know no more than its type.
func (s *settings) triggerOf(event any) string {
	if t, ok := triggerOf(event); ok {
		return t
	}
	if v := reflect.ValueOf(event); s.detailType != nil && v.Kind() == reflect.Struct {
		return eventBridgeTrigger(v.FieldByIndex(s.detailType).String())
	}
	return triggerOther
}

// study learns what is to be known of the type of events, and tells whether that is nothing: a plain value says neither where
// it is from nor of which messages it is made.
func (s *settings) study(t reflect.Type) (plain bool) {
	s.detailType = detailTypeOf(t)
	switch t.Kind() {
	case reflect.Interface, reflect.Pointer, reflect.Map, reflect.Slice:
		return false
	}
	return s.detailType == nil && t.NumMethod() == 0 && t.PkgPath() != reflect.TypeFor[events.SQSEvent]().PkgPath()
}

// detailTypeOf returns where a struct has the detail-type of an EventBridge event, or nil. It knows any type of such events
// by their names in JSON, those of package eventbridge and generated ones among them.
func detailTypeOf(t reflect.Type) []int {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct || t == reflect.TypeFor[events.CloudWatchEvent]() {
		return nil
	}
	var detailType []int
	source := false
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if f.Type.Kind() == reflect.String && f.IsExported() {
			switch name {
			case "detail-type":
				detailType = f.Index
			case "source":
				source = true
			}
		}
	}
	if !source {
		return nil
	}
	return detailType
}
