package singletable

import (
	"fmt"
	"maps"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// clauses collects the terms of an expression with their placeholders: "#a1" and ":a1", which the SDK's expression package,
// that counts "#0" and ":0", never makes.
type clauses struct {
	names  map[string]string
	values item
	terms  []string
}

const namePrefix = "#a"

// name returns a placeholder for an attribute.
func (c *clauses) name(attribute string) string {
	for p, a := range c.names { // they are few, and one of ours at most is the attribute's
		if a == attribute && strings.HasPrefix(p, namePrefix) {
			return p
		}
	}
	if c.names == nil {
		c.names = map[string]string{}
	}
	p := namePrefix + strconv.Itoa(len(c.names))
	c.names[p] = attribute
	return p
}

// value returns a placeholder for a value.
func (c *clauses) value(v types.AttributeValue) string {
	if c.values == nil {
		c.values = item{}
	}
	p := ":a" + strconv.Itoa(len(c.values))
	c.values[p] = v
	return p
}

func (c *clauses) and(format string, args ...any) {
	c.terms = append(c.terms, fmt.Sprintf(format, args...))
}

// is demands that an attribute has a value, or is absent where the value is nil.
func (c *clauses) is(attribute string, v types.AttributeValue) {
	if v == nil {
		c.terms = append(c.terms, "attribute_not_exists("+c.name(attribute)+")")
		return
	}
	c.terms = append(c.terms, c.name(attribute)+" = "+c.value(v))
}

// add demands all of the caller's conditions; its error says what is wrong with them. They are built as one: each build
// begins to count its placeholders anew.
func (c *clauses) add(conditions []expression.ConditionBuilder) error {
	if len(conditions) == 0 {
		return nil
	}
	e, err := expression.NewBuilder().WithCondition(all(conditions)).Build()
	if err != nil {
		return fmt.Errorf("it cannot be built: %w", err) // which names a function of the package, and no value
	}
	if c.names == nil {
		c.names = map[string]string{}
	}
	maps.Copy(c.names, e.Names())
	if c.values == nil {
		c.values = item{}
	}
	maps.Copy(c.values, e.Values())
	c.and("%s", *e.Condition())
	return nil
}

// all joins conditions, at least one, of which each must hold.
func all(conditions []expression.ConditionBuilder) expression.ConditionBuilder {
	joined := conditions[0]
	for _, c := range conditions[1:] {
		joined = joined.And(c)
	}
	return joined
}

// text joins the terms; nil when there are none.
func (c *clauses) text() *string {
	if len(c.terms) == 0 {
		return nil
	}
	s := c.terms[0]
	if len(c.terms) > 1 {
		s = "(" + strings.Join(c.terms, ") AND (") + ")"
	}
	return &s
}

// attributeValues returns the values, nil when there are none, as the service wants it.
func (c *clauses) attributeValues() item {
	if len(c.values) == 0 {
		return nil
	}
	return c.values
}
