package tracingaws

import (
	"reflect"
	"slices"
	"strings"

	"go.opentelemetry.io/otel/attribute"
)

// tableNames reads TableName, the keys of a batch's RequestItems, and the TableName of what a transaction's TransactItems has
// in one of its pointers.
func tableNames(list []attribute.KeyValue, input reflect.Value) []attribute.KeyValue {
	var names []string
	add := func(name string) {
		if name != "" {
			names = append(names, after(name, "table/")) // an ARN is taken as well
		}
	}
	if s := text(input.FieldByName("TableName")); s != "" {
		add(s)
	} else if items := input.FieldByName("RequestItems"); items.Kind() == reflect.Map && items.Type().Key().Kind() == reflect.String {
		for _, key := range items.MapKeys() {
			add(key.String())
		}
	} else if items := input.FieldByName("TransactItems"); items.Kind() == reflect.Slice && items.Type().Elem().Kind() == reflect.Struct {
		for i := range items.Len() {
			item := items.Index(i)
			for f := range item.NumField() {
				if action := item.Field(f); action.Kind() == reflect.Pointer && !action.IsNil() && action.Elem().Kind() == reflect.Struct {
					add(text(action.Elem().FieldByName("TableName")))
				}
			}
		}
	}
	if len(names) == 0 {
		return list
	}
	slices.SortFunc(names, strings.Compare)
	return append(list, attribute.StringSlice("aws.dynamodb.table_names", slices.Compact(names)))
}
