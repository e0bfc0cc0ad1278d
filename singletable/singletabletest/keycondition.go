package singletabletest

import "slices"

const parameterKeyCondition = "KeyConditionExpression"

// keyCondition is one condition on one attribute: name operator v, or between v and high.
type keyCondition struct {
	name     string
	operator string // = < <= > >= BETWEEN begins_with
	v, high  value
}

type keyConditions []keyCondition

// parseKeyConditions reads a key condition expression: conditions on different attributes, all of which must hold.
func parseKeyConditions(source string, s *substitutions) (keyConditions, error) {
	n, err := parse(source, (*parser).condition)
	if err != nil {
		return nil, inExpression(parameterKeyCondition, err)
	}
	// A key condition has to be a condition in every other respect too.
	c := &checker{substitutions: s}
	if _, err := c.condition(n); err != nil {
		return nil, inExpression(parameterKeyCondition, err)
	}
	var conditions keyConditions
	if err := conditions.add(n, s); err != nil {
		return nil, err
	}
	return conditions, nil
}

func (c *keyConditions) add(n node, s *substitutions) error {
	switch n := n.(type) {
	case logicalNode:
		if keyword(n.operator) != "AND" {
			return wrongKeyOperator("OR")
		}
		if err := c.add(n.left, s); err != nil {
			return err
		}
		return c.add(n.right, s)
	case notNode:
		return wrongKeyOperator("NOT")
	case inNode:
		return wrongKeyOperator("IN")
	case comparisonNode:
		if n.operator == "<>" {
			return wrongKeyOperator(n.operator)
		}
		return c.addOperands(n.operator, s, n.left, n.right)
	case betweenNode:
		return c.addOperands("BETWEEN", s, n.operand, n.low, n.high)
	case callNode:
		if n.function != "begins_with" {
			return wrongKeyOperator(n.function)
		}
		return c.addOperands(n.function, s, n.args...)
	}
	return validation("Invalid condition in KeyConditionExpression")
}

func wrongKeyOperator(operator string) error {
	return validation("Invalid operator used in KeyConditionExpression: %s", operator)
}

// addOperands takes an operator's operands apart: one attribute, and constants.
func (c *keyConditions) addOperands(operator string, s *substitutions, operands ...node) error {
	condition := keyCondition{operator: operator}
	var constants []value
	for i, n := range operands {
		switch n := n.(type) {
		case callNode:
			return validation("KeyConditionExpressions cannot contain nested operations")
		case pathNode:
			switch {
			case condition.name != "":
				return validation("Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition")
			case i > 0 && len(operands) > 2:
				return validation("Invalid condition in KeyConditionExpression: BETWEEN operator must have the key attribute as its first operand")
			case i > 0 && operator == "begins_with":
				return validation("Invalid condition in KeyConditionExpression: begins_with operator must have the key attribute as its first operand")
			case i > 0:
				condition.operator = mirrored(operator)
			}
			p, err := s.path(n)
			if err != nil {
				return err
			}
			if len(p) > 1 {
				return validation("Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: Key: %s", p[0].name)
			}
			condition.name = p[0].name
		case valueNode:
			v, err := s.value(n)
			if err != nil {
				return err
			}
			constants = append(constants, v)
		}
	}
	if condition.name == "" {
		return validation("Invalid condition in KeyConditionExpression: No key attribute specified")
	}
	if slices.ContainsFunc(*c, func(other keyCondition) bool { return other.name == condition.name }) {
		return validation("KeyConditionExpressions must only contain one condition per key")
	}
	condition.v = constants[0]
	if len(constants) > 1 {
		condition.high = constants[1]
	}
	*c = append(*c, condition)
	return nil
}

// mirrored is the operator for exchanged operands.
func mirrored(operator string) string {
	switch operator {
	case "<":
		return ">"
	case "<=":
		return ">="
	case ">":
		return "<"
	case ">=":
		return "<="
	}
	return operator
}

func (c keyConditions) on(name string) *keyCondition {
	for i := range c {
		if c[i].name == name {
			return &c[i]
		}
	}
	return nil
}

// span turns the conditions into a part of a partition. The attributes of the partition key need equality. Those of the
// sort key need it too, from the left, except for the last that has a condition.
func (c keyConditions) span(s keySchema) (partition string, within span, err error) {
	if len(c) > len(s.partition)+len(s.sort) && len(c) > 2 {
		return "", span{}, validation("Conditions can be of length 1 or 2 only")
	}
	for _, condition := range c {
		if !s.has(condition.name) {
			return "", span{}, errKeyCondition
		}
	}
	var key []byte
	for _, a := range s.partition {
		condition := c.on(a.name)
		if condition == nil || condition.operator != "=" {
			return "", span{}, needsEquality(s, a, condition)
		}
		if err := condition.check(a); err != nil {
			return "", span{}, err
		}
		key = appendKey(key, condition.v)
	}
	within, err = c.sortSpan(s.sort)
	return string(key), within, err
}

var errKeyCondition = validation("Query condition missed key schema element")

func needsEquality(s keySchema, a keyAttribute, condition *keyCondition) error {
	switch {
	case len(s.partition) > 1:
		return validation("HASH key attributes %s must have equality conditions specified in the query", a.name)
	case condition == nil:
		return errKeyCondition
	}
	return validation("Query key condition not supported")
}

func (c keyConditions) sortSpan(attributes []keyAttribute) (span, error) {
	var prefix []byte
	for i, a := range attributes {
		condition := c.on(a.name)
		if condition != nil {
			if err := condition.check(a); err != nil {
				return span{}, err
			}
			if valueSize(condition.v) > maxSortKey {
				return span{}, invalidParameter("Aggregated size of all range keys has exceeded the size limit of 1024 bytes")
			}
		}
		if condition != nil && condition.operator == "=" {
			prefix = appendKey(prefix, condition.v)
			continue
		}
		for _, later := range attributes[i+1:] {
			if c.on(later.name) != nil {
				return span{}, validation("RANGE key attributes %s must have equality conditions specified in the query because a condition is present on key attribute %s", a.name, later.name)
			}
		}
		if condition != nil {
			return condition.span(string(prefix)), nil
		}
		break
	}
	return span{low: string(prefix), high: prefixEnd(string(prefix))}, nil
}

// check holds a condition's constants against the attribute.
func (c keyCondition) check(a keyAttribute) error {
	for _, v := range []value{c.v, c.high} {
		switch {
		case v == nil:
		case v.kind() != a.kind:
			return invalidParameter("Condition parameter type does not match schema type")
		case isEmpty(v):
			return a.check(v, maxPartitionKey)
		}
	}
	return nil
}

// span is the part behind a prefix, of the attributes to the left, in which the condition holds.
func (c keyCondition) span(prefix string) span {
	at := string(appendKey([]byte(prefix), c.v))
	within := span{low: prefix, high: prefixEnd(prefix)}
	switch c.operator {
	case "<":
		within.high = at
	case "<=":
		within.high, within.last = prefixEnd(at), at
	case ">":
		within.low = prefixEnd(at)
	case ">=":
		within.low, within.first = at, at
	case "BETWEEN":
		high := string(appendKey([]byte(prefix), c.high))
		within = span{low: at, high: prefixEnd(high), first: at, last: high}
	default: // begins_with
		within.low = string(appendKeyPrefix([]byte(prefix), c.v))
		within.high = prefixEnd(within.low)
	}
	return within
}
