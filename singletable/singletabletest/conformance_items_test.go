package singletabletest_test

import (
	"cmp"
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

type (
	value  = types.AttributeValue
	item   = map[string]value
	values = map[string]value
	names  = map[string]string
)

// The builders of attribute values carry DynamoDB's own names of the types.

func S(v string) value     { return &types.AttributeValueMemberS{Value: v} }
func N(v string) value     { return &types.AttributeValueMemberN{Value: v} }
func B(v string) value     { return &types.AttributeValueMemberB{Value: []byte(v)} }
func BOOL(v bool) value    { return &types.AttributeValueMemberBOOL{Value: v} }
func NULL() value          { return &types.AttributeValueMemberNULL{Value: true} }
func L(v ...value) value   { return &types.AttributeValueMemberL{Value: append([]value{}, v...)} }
func M(v item) value       { return &types.AttributeValueMemberM{Value: v} }
func SS(v ...string) value { return &types.AttributeValueMemberSS{Value: append([]string{}, v...)} }
func NS(v ...string) value { return &types.AttributeValueMemberNS{Value: append([]string{}, v...)} }
func BS(v ...string) value {
	set := [][]byte{}
	for _, s := range v {
		set = append(set, []byte(s))
	}
	return &types.AttributeValueMemberBS{Value: set}
}

// pk is the key of an item in a table that has a partition key only.
func pk(p string) item { return item{"PK": S(p)} }

// pksk is the key of an item in a table that has a sort key too.
func pksk(p, s string) item { return item{"PK": S(p), "SK": S(s)} }

// with is an item of a key and other attributes.
func with(key, attributes item) item {
	all := maps.Clone(key)
	maps.Copy(all, attributes)
	return all
}

// sorted puts items into an order of their own, for results that have none.
func sorted(items []item) []item {
	return slices.SortedFunc(slices.Values(items), func(a, b item) int { return cmp.Compare(show(a), show(b)) })
}

// pick lists one attribute of every item as text, in the order of the items.
func pick(items []item, attribute string) []string {
	picked := []string{}
	for _, i := range items {
		picked = append(picked, show(i[attribute]))
	}
	return picked
}
