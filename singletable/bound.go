package singletable

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/lambdapatterns/lambdapatterns/singletable/internal/keytext"
)

// bound is one end of a range of sort keys.
type bound struct {
	option    string // that gave it
	value     reflect.Value
	exclusive bool
}

// narrow works out what a query for v asks of the sort key, and the prefix that v gives.
func (p *place) narrow(v reflect.Value, s *settings) (prefix string, c sortCondition, err error) {
	prefix, known, err := p.sortKey.prefix(v, 0)
	if err != nil {
		return prefix, c, err
	}
	whole := known == len(p.sortKey.parts)
	switch {
	case s.begins != nil:
		c, err = p.begins(prefix, known, s)
	case s.low != nil || s.high != nil:
		c, err = p.between(v, prefix, known, s)
	case whole:
		c = sortCondition{op: equalKey, low: prefix}
	case prefix != "":
		c = sortCondition{op: beginsKey, low: prefix}
	}
	return prefix, c, err
}

var errWholeKey = errors.New("the query sets the whole sort key already")

func (p *place) begins(prefix string, known int, s *settings) (c sortCondition, err error) {
	text := *s.begins
	switch {
	case s.low != nil || s.high != nil:
		err = errors.New("it cannot stand beside Between, Before or After")
	case known == len(p.sortKey.parts):
		err = errWholeKey
	case !utf8.ValidString(text):
		err = errors.New("the text is not UTF-8")
	default:
		if next := p.sortKey.parts[known]; next.kind != textPart && next.kind != timePart {
			err = fmt.Errorf("the next part, {%s}, is an integer: use Between, Before or After", next.attribute)
			break
		}
		c = sortCondition{op: beginsKey, low: string(keytext.Append([]byte(prefix), text))}
		if c.low == "" {
			c.op = anyKey
		}
		if len(c.low) > maxSortKey {
			err = fmt.Errorf("the prefix would have %d bytes, and the limit is %d", len(c.low), maxSortKey)
		}
	}
	if err != nil {
		return c, &OptionError{Option: "BeginsWith", Err: err}
	}
	return c, nil
}

// between makes a condition of the bounds. DynamoDB takes one condition on the sort key only, so that a prefix becomes the
// bound that was not given.
func (p *place) between(v reflect.Value, prefix string, known int, s *settings) (c sortCondition, err error) {
	c.op = betweenKeys
	highest := ""
	if s.high != nil {
		text, err := p.boundKey(v, known, s.high)
		if err != nil {
			return c, err
		}
		switch highest = above(text); {
		case s.high.exclusive && s.low == nil && prefix == "":
			return sortCondition{op: belowKey, high: text}, nil
		case s.high.exclusive:
			c.high = before(text)
		case strings.HasSuffix(text, separator):
			c.high = highest
		default:
			c.high = text
		}
	} else if prefix != "" {
		c.high = above(prefix)
	} else {
		c.op = fromKey
	}
	if c.low = prefix; s.low != nil {
		text, err := p.boundKey(v, known, s.low)
		if err != nil {
			return c, err
		}
		if s.high != nil && text > highest {
			return c, &OptionError{Option: s.low.option, Err: errors.New("the lower bound is above the upper one")}
		}
		if c.low = text; s.low.exclusive {
			if c.low = beyond(text); c.low == "" {
				c.op = noKey
			}
		}
	}
	if c.op == betweenKeys && c.low > c.high {
		c.op = noKey
	}
	return c, nil
}

// boundKey makes the key that a bound stands for, out of the query's own parts and the bound's.
func (p *place) boundKey(v reflect.Value, known int, b *bound) (text string, err error) {
	if !b.value.IsValid() || b.value.Type() != v.Type() {
		return "", &OptionError{Option: b.option, Err: fmt.Errorf("the bound is no %s", v.Type())}
	}
	if known == len(p.sortKey.parts) {
		return "", &OptionError{Option: b.option, Err: errWholeKey}
	}
	for _, part := range slices.Concat(p.partitionKey.parts, p.sortKey.parts[:known]) {
		if part.attribute != "" && !part.agrees(v, b.value) {
			return "", &OptionError{Option: b.option, Err: fmt.Errorf("the bound's %s differs from the query's", part.attribute)}
		}
	}
	merged := reflect.New(v.Type()).Elem()
	merged.Set(v)
	for _, part := range p.sortKey.parts[known:] {
		if part.attribute != "" && !slices.Contains(p.sortKey.given, part.attribute) {
			merged.FieldByIndex(part.field).Set(b.value.FieldByIndex(part.field))
		}
	}
	if text, _, err = p.sortKey.prefix(merged, known+1); err != nil {
		return "", &OptionError{Option: b.option, Err: err}
	}
	return text, nil
}

// agrees tells whether a bound leaves a part alone that the query sets, or gives it the same value.
func (p *keyPart) agrees(query, bound reflect.Value) bool {
	value := bound.FieldByIndex(p.field)
	if !p.kind.isSet(value) {
		return true
	}
	want, err1 := p.kind.appendPart(nil, query.FieldByIndex(p.field), p.width)
	got, err2 := p.kind.appendPart(nil, value, p.width)
	return err1 == nil && err2 == nil && string(want) == string(got)
}
