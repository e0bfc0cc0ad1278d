package singletabletest

import "slices"

// checkedOperand is a compiled operand with what is known about it before there is an item.
type checkedOperand struct {
	eval     operand
	kind     kind  // "" where the item decides
	constant value // of a value placeholder
	path     path  // of a document path
}

// operands compiles the operands of an operator or function. Its first one, if it is a path, must not be among the
// others.
func (c *checker) operands(operator string, nodes ...node) ([]checkedOperand, error) {
	operands := make([]checkedOperand, len(nodes))
	for i, n := range nodes {
		var err error
		if operands[i], err = c.operand(n); err != nil {
			return nil, err
		}
	}
	if first := operands[0].path; first != nil {
		if slices.ContainsFunc(operands[1:], func(o checkedOperand) bool { return first.equal(o.path) }) {
			return nil, validation("The first operand must be distinct from the remaining operands for this operator or function; operator: %s, first operand: %s", operator, first)
		}
	}
	return operands, nil
}

func (c *checker) operand(n node) (checkedOperand, error) {
	switch n := n.(type) {
	case valueNode:
		v, err := c.value(n)
		if err != nil {
			return checkedOperand{}, err
		}
		return checkedOperand{eval: func(mapValue) value { return v }, kind: v.kind(), constant: v}, nil
	case pathNode:
		p, err := c.attribute(n)
		if err != nil {
			return checkedOperand{}, err
		}
		return checkedOperand{eval: p.find, path: p}, nil
	case callNode:
		return c.operandFunction(n)
	}
	return checkedOperand{}, validation("The expression has a condition where a value is needed")
}

// attribute resolves a path and notes its attribute.
func (c *checker) attribute(n pathNode) (path, error) {
	p, err := c.path(n)
	if err != nil {
		return nil, err
	}
	if !slices.Contains(c.names, p[0].name) {
		c.names = append(c.names, p[0].name)
	}
	return p, nil
}

func requireOrdered(operator string, operands []checkedOperand) error {
	for _, o := range operands {
		if o.kind != "" && !o.kind.ordered() {
			return wrongKind(operator, o.kind)
		}
	}
	return nil
}

func wrongKind(operator string, k kind) error {
	return validation("Incorrect operand type for operator or function; operator or function: %s, operand type: %s", operator, k)
}
