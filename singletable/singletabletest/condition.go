package singletabletest

import "slices"

const (
	maxOperators  = 300
	maxInOperands = 100
)

type (
	// predicate is a compiled condition.
	predicate func(item mapValue) bool

	// operand is a compiled operand of a condition. It is nil for an item that has no such value.
	operand func(item mapValue) value
)

// compileCondition compiles a condition or filter expression; it returns a nil predicate for a nil expression. names
// are the attributes at the top of the item that it looks at.
func compileCondition(parameter string, source *string, s *substitutions) (holds predicate, names []string, err error) {
	if source == nil {
		return nil, nil, nil
	}
	n, err := parse(*source, (*parser).condition)
	if err != nil {
		return nil, nil, inExpression(parameter, err)
	}
	c := &checker{substitutions: s}
	holds, err = c.condition(n)
	if err != nil {
		return nil, nil, inExpression(parameter, err)
	}
	return holds, c.names, nil
}

// checker compiles a parsed expression and refuses what the grammar lets through.
type checker struct {
	*substitutions
	operators int
	names     []string
}

// count counts an operator or a function.
func (c *checker) count() error {
	c.operators++
	if c.operators > maxOperators {
		return validation("The expression contains too many operators; operator count: %d", c.operators)
	}
	return nil
}

func (c *checker) condition(n node) (predicate, error) {
	if err := c.count(); err != nil {
		return nil, err
	}
	switch n := n.(type) {
	case logicalNode:
		return c.logical(n)
	case notNode:
		holds, err := c.condition(n.operand)
		if err != nil {
			return nil, err
		}
		return func(item mapValue) bool { return !holds(item) }, nil
	case comparisonNode:
		return c.comparison(n)
	case betweenNode:
		return c.between(n)
	case inNode:
		return c.in(n)
	case callNode:
		return c.conditionFunction(n)
	}
	return nil, validation("The expression is not a condition")
}

func (c *checker) logical(n logicalNode) (predicate, error) {
	left, err := c.condition(n.left)
	if err != nil {
		return nil, err
	}
	right, err := c.condition(n.right)
	if err != nil {
		return nil, err
	}
	if keyword(n.operator) == "AND" {
		return func(item mapValue) bool { return left(item) && right(item) }, nil
	}
	return func(item mapValue) bool { return left(item) || right(item) }, nil
}

func (c *checker) comparison(n comparisonNode) (predicate, error) {
	operands, err := c.operands(n.operator, n.left, n.right)
	if err != nil {
		return nil, err
	}
	left, right := operands[0].eval, operands[1].eval
	switch n.operator {
	case "=":
		return func(item mapValue) bool { return sameValue(left(item), right(item)) }, nil
	case "<>":
		return func(item mapValue) bool { return !sameValue(left(item), right(item)) }, nil
	}
	if err := requireOrdered(n.operator, operands); err != nil {
		return nil, err
	}
	wanted := func(order int) bool { return order < 0 }
	switch n.operator {
	case "<=":
		wanted = func(order int) bool { return order <= 0 }
	case ">":
		wanted = func(order int) bool { return order > 0 }
	case ">=":
		wanted = func(order int) bool { return order >= 0 }
	}
	return func(item mapValue) bool {
		order, ok := compare(left(item), right(item))
		return ok && wanted(order)
	}, nil
}

// sameValue is false where a value is missing, even on both sides.
func sameValue(a, b value) bool { return a != nil && b != nil && equal(a, b) }

func (c *checker) between(n betweenNode) (predicate, error) {
	operands, err := c.operands("BETWEEN", n.operand, n.low, n.high)
	if err != nil {
		return nil, err
	}
	if err := requireOrdered("BETWEEN", operands); err != nil {
		return nil, err
	}
	if low, high := operands[1].constant, operands[2].constant; low != nil && high != nil {
		order, ok := compare(low, high)
		if !ok {
			return nil, validation("The BETWEEN operator requires same data type for lower and upper bounds; lower bound operand: AttributeValue: {%s}, upper bound operand: AttributeValue: {%s}", described(low), described(high))
		}
		if order > 0 {
			return nil, validation("The BETWEEN operator requires upper bound to be greater than or equal to lower bound; lower bound operand: AttributeValue: {%s}, upper bound operand: AttributeValue: {%s}", described(low), described(high))
		}
	}
	v, low, high := operands[0].eval, operands[1].eval, operands[2].eval
	return func(item mapValue) bool {
		v := v(item)
		above, ok := compare(low(item), v)
		if !ok || above > 0 {
			return false
		}
		below, ok := compare(v, high(item))
		return ok && below <= 0
	}, nil
}

// described writes a bound as error messages do, but leaves out what it does not need to show.
func described(v value) string {
	if n, ok := v.(number); ok {
		return "N:" + n.String()
	}
	return string(v.kind())
}

func (c *checker) in(n inNode) (predicate, error) {
	if len(n.list) > maxInOperands {
		return nil, validation("The IN operator is provided with too many operands; number of operands: %d", len(n.list))
	}
	operands, err := c.operands("IN", append([]node{n.operand}, n.list...)...)
	if err != nil {
		return nil, err
	}
	v, list := operands[0].eval, operands[1:]
	return func(item mapValue) bool {
		v := v(item)
		return slices.ContainsFunc(list, func(o checkedOperand) bool { return sameValue(v, o.eval(item)) })
	}, nil
}
