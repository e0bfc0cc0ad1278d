package singletable

import (
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// sortCondition is what a query asks of the sort key.
type sortCondition struct {
	op        sortOp
	low, high string // high is for betweenKeys, belowKey and uptoKey
}

type sortOp uint8

const (
	anyKey      sortOp = iota
	equalKey           // SK = low
	beginsKey          // begins_with(SK, low)
	betweenKeys        // SK BETWEEN low AND high
	fromKey            // SK >= low
	beyondKey          // SK > low
	belowKey           // SK < high
	uptoKey            // SK <= high
	noKey              // nothing can match
)

// expression returns the condition's text, with its placeholders in names and values.
func (c sortCondition) expression(attribute string, names map[string]string, values item) string {
	if c.op == anyKey {
		return ""
	}
	names["#sk"] = attribute
	low, high := &types.AttributeValueMemberS{Value: c.low}, &types.AttributeValueMemberS{Value: c.high}
	switch c.op {
	case beginsKey:
		values[":sk"] = low
		return " AND begins_with(#sk, :sk)"
	case betweenKeys:
		values[":from"], values[":to"] = low, high
		return " AND #sk BETWEEN :from AND :to"
	case fromKey:
		values[":from"] = low
		return " AND #sk >= :from"
	case beyondKey:
		values[":from"] = low
		return " AND #sk > :from"
	case belowKey:
		values[":to"] = high
		return " AND #sk < :to"
	case uptoKey:
		values[":to"] = high
		return " AND #sk <= :to"
	default:
		values[":sk"] = low
		return " AND #sk = :sk"
	}
}

// holds tells whether a sort key meets the condition.
func (c sortCondition) holds(key string) bool {
	switch c.op {
	case anyKey:
		return true
	case equalKey:
		return key == c.low
	case beginsKey:
		return strings.HasPrefix(key, c.low)
	case betweenKeys:
		return c.low <= key && key <= c.high
	case fromKey:
		return c.low <= key
	case beyondKey:
		return c.low < key
	case belowKey:
		return key < c.high
	case uptoKey:
		return key <= c.high
	default:
		return false
	}
}

// from narrows the condition to what lies behind a key, in a direction, and to that key too if it is included.
func (c sortCondition) from(key string, included, reverse bool) sortCondition {
	nothing := sortCondition{op: noKey}
	low, high, some := c.ends()
	switch {
	case included:
	case reverse:
		key = lastBelow(key, maxSortKey)
	default:
		key = firstAbove(key, maxSortKey)
	}
	if !some || key == "" {
		return nothing
	}
	if !reverse {
		low = max(low, key)
	} else if high == "" || key < high {
		high = key
	}
	switch {
	case low == "":
		return sortCondition{op: uptoKey, high: high}
	case high == "":
		return sortCondition{op: fromKey, low: low}
	case low > high:
		return nothing
	}
	return sortCondition{betweenKeys, low, high}
}

// ends are the smallest and the largest key that meet the condition, empty where there is no end; some is false when no key
// meets it.
func (c sortCondition) ends() (low, high string, some bool) {
	switch c.op {
	case anyKey:
		return "", "", true
	case equalKey:
		return c.low, c.low, true
	case beginsKey:
		return c.low, lastUnder(c.low, maxSortKey), true
	case betweenKeys:
		return c.low, c.high, true
	case fromKey:
		return c.low, "", true
	case beyondKey:
		low = firstAbove(c.low, maxSortKey)
		return low, "", low != ""
	case belowKey:
		high = lastBelow(c.high, maxSortKey)
		return "", high, high != ""
	case uptoKey:
		return "", c.high, true
	default:
		return "", "", false
	}
}

// under is the condition of the key text and all keys that go on behind it with further components. The byte after the
// separator, "$", stands in no key, because it is below all that components are made of: text + "$" is above all keys that
// begin with text and a separator, and below all that begin with a longer component.
func under(text string) sortCondition {
	if len(text) == maxSortKey {
		return sortCondition{op: equalKey, low: text} // nothing goes on behind it
	}
	return sortCondition{betweenKeys, text, above(text)}
}

// above returns what is larger than every key that has the components of text, and smaller than all keys behind them. Of a text
// that is as long as a key can be it is longer than that, and nothing to ask DynamoDB for.
func above(text string) string { return strings.TrimSuffix(text, separator) + "$" }

// beyond returns the smallest key behind all those that have the components of text; empty when there is none.
func beyond(text string) string {
	if next := above(text); len(next) <= maxSortKey {
		return next
	}
	return firstAbove(text, maxSortKey)
}

// before returns the largest sort key that DynamoDB could hold below text and below all keys that begin with it.
func before(text string) string {
	if open, cut := strings.CutSuffix(text, separator); cut {
		return open // no key of this package's lies between
	}
	return lastBelow(text, maxSortKey)
}
