package singletable

import (
	"bytes"
	"errors"
	"fmt"
	"math/big"
	"reflect"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// attributeCondition is what a query asks of the keys of an index by own attributes: the values of the partition key, those of
// the sort key's leading attributes, and of the one behind them what op says.
type attributeCondition struct {
	partition, known []types.AttributeValue

	op        sortOp
	low, high types.AttributeValue
}

// narrowAttributes works out what a query for v asks of an index by own attributes.
func (q *queryPlan) narrowAttributes(v reflect.Value) (err error) {
	p, c := q.source.own, &q.byAttributes
	if *c, err = p.start(q.entity.schema.Type, v); err != nil {
		return err
	}
	switch {
	case q.begins != nil:
		err = p.begins(c, &q.settings)
	case q.low != nil || q.high != nil:
		err = p.between(c, v, &q.settings)
	}
	if q.condition.op = anyKey; c.op == noKey {
		q.condition.op = noKey
	}
	return err
}

// next is the attribute behind the known ones, which a condition can be on.
func (p *attributePlace) next(c *attributeCondition) (*attributeKey, error) {
	if len(c.known) == len(p.sort) {
		return nil, errWholeKey
	}
	return &p.sort[len(c.known)], nil
}

func (p *attributePlace) begins(c *attributeCondition, s *settings) error {
	k, err := p.next(c)
	text := *s.begins
	switch {
	case err != nil:
	case s.low != nil || s.high != nil:
		err = errors.New("it cannot stand beside Between, Before or After")
	case k.kind != textValue:
		err = fmt.Errorf("the next attribute of the index, %s, is no string: use Between, Before or After", k.Name)
	case !utf8.ValidString(text):
		err = errors.New("the text is not UTF-8")
	case len(text) > maxSortKey:
		err = fmt.Errorf("the text has %d bytes, and the limit is %d", len(text), maxSortKey)
	case text != "":
		c.op, c.low = beginsKey, &types.AttributeValueMemberS{Value: text}
	}
	if err != nil {
		return &OptionError{Option: "BeginsWith", Err: err}
	}
	return nil
}

func (p *attributePlace) between(c *attributeCondition, v reflect.Value, s *settings) error {
	var k *attributeKey
	var low, high reflect.Value
	var err error
	if s.low != nil {
		if k, low, err = p.bound(c, v, s.low); err != nil {
			return err
		}
		c.op, c.low = beyondKey, k.value(low)
	}
	if s.high != nil {
		if k, high, err = p.bound(c, v, s.high); err != nil {
			return err
		}
		c.op, c.high = belowKey, k.value(high)
	}
	if s.low == nil || s.high == nil {
		return nil // by After or Before alone: Between gives both
	}
	if k.compare(low, high) > 0 {
		return &OptionError{Option: s.low.option, Err: errors.New("the lower bound is above the upper one")}
	}
	some := true
	if s.low.exclusive {
		c.low, some = k.next(low, true)
	}
	if s.high.exclusive && some {
		c.high, some = k.next(high, false)
	}
	if c.op = betweenKeys; !some || compareValues(c.low, c.high) > 0 {
		c.op = noKey
	}
	return nil
}

// bound returns the attribute that a bound is on, and its value.
func (p *attributePlace) bound(c *attributeCondition, v reflect.Value, b *bound) (*attributeKey, reflect.Value, error) {
	fail := func(format string, a ...any) (*attributeKey, reflect.Value, error) {
		return nil, reflect.Value{}, &OptionError{Option: b.option, Err: fmt.Errorf(format, a...)}
	}
	if !b.value.IsValid() || b.value.Type() != v.Type() {
		return fail("the bound is no %s", v.Type())
	}
	k, err := p.next(c)
	if err != nil {
		return fail("%w", err)
	}
	for _, keys := range [][]attributeKey{p.partition, p.sort[:len(c.known)]} {
		for i := range keys {
			if other := &keys[i]; other.isSet(other.of(b.value)) && other.compare(other.of(b.value), other.of(v)) != 0 {
				return fail("the bound's %s differs from the query's", other.Name)
			}
		}
	}
	for i := range p.sort[len(c.known)+1:] {
		if other := &p.sort[len(c.known)+1+i]; other.isSet(other.of(b.value)) {
			return fail("the bound sets %s as well as %s: DynamoDB takes a range over one attribute of an index's sort key, "+
				"the one behind those that are equal", other.Name, k.Name)
		}
	}
	value := k.of(b.value)
	if reason := k.problem(value); reason != "" {
		return fail("the bound's %s: %s", k.Name, reason)
	}
	return k, value, nil
}

// expression returns the condition's text, with its placeholders in names and values.
func (c *attributeCondition) expression(p *attributePlace, names map[string]string, values item) string {
	var terms []string
	equal := func(prefix, attribute string, i int, v types.AttributeValue) {
		n := prefix + strconv.Itoa(i)
		names["#"+n], values[":"+n] = attribute, v
		terms = append(terms, "#"+n+" = :"+n)
	}
	for i, v := range c.partition {
		equal("pk", p.partition[i].Name, i, v)
	}
	for i, v := range c.known {
		equal("sk", p.sort[i].Name, i, v)
	}
	text := strings.Join(terms, " AND ")
	if c.op == anyKey || c.op == noKey {
		return text
	}
	names["#sk"] = p.sort[len(c.known)].Name
	if c.low != nil {
		values[":from"] = c.low
	}
	if c.high != nil {
		values[":to"] = c.high
	}
	switch c.op {
	case beginsKey:
		return text + " AND begins_with(#sk, :from)"
	case beyondKey:
		return text + " AND #sk > :from"
	case belowKey:
		return text + " AND #sk < :to"
	default:
		return text + " AND #sk BETWEEN :from AND :to"
	}
}

// holds tells whether the values of a sort key meet the condition.
func (c *attributeCondition) holds(sort []types.AttributeValue) bool {
	for i, v := range c.known {
		if compareValues(sort[i], v) != 0 {
			return false
		}
	}
	if c.op == anyKey {
		return true
	}
	at := sort[len(c.known)]
	switch c.op {
	case beginsKey:
		text, _ := at.(*types.AttributeValueMemberS)
		prefix, _ := c.low.(*types.AttributeValueMemberS)
		return strings.HasPrefix(text.Value, prefix.Value)
	case beyondKey:
		return compareValues(at, c.low) > 0
	case belowKey:
		return compareValues(at, c.high) < 0
	case betweenKeys:
		return compareValues(at, c.low) >= 0 && compareValues(at, c.high) <= 0
	default:
		return false
	}
}

// compareValues orders two values of one type as the sort key of an index does.
func compareValues(a, b types.AttributeValue) int {
	switch a := a.(type) {
	case *types.AttributeValueMemberS:
		if b, ok := b.(*types.AttributeValueMemberS); ok {
			return strings.Compare(a.Value, b.Value)
		}
	case *types.AttributeValueMemberB:
		if b, ok := b.(*types.AttributeValueMemberB); ok {
			return bytes.Compare(a.Value, b.Value)
		}
	case *types.AttributeValueMemberN:
		if b, ok := b.(*types.AttributeValueMemberN); ok {
			x, ok1 := new(big.Rat).SetString(a.Value)
			y, ok2 := new(big.Rat).SetString(b.Value)
			if ok1 && ok2 {
				return x.Cmp(y)
			}
		}
	}
	return -1 // of different types: no condition holds
}
