package singletabletest

// updateCompiler compiles a parsed update expression.
type updateCompiler struct {
	checker
	update *update
}

func (c *updateCompiler) compile(n updateNode) error {
	for _, a := range n.set {
		result, _, err := c.setValue(a.value)
		if err != nil {
			return err
		}
		if err := c.action(a.path, result); err != nil {
			return err
		}
	}
	for _, p := range n.remove {
		if err := c.action(p, func(mapValue) (value, error) { return nil, nil }); err != nil {
			return err
		}
	}
	for _, a := range n.add {
		if err := c.combination("ADD", a, added); err != nil {
			return err
		}
	}
	for _, a := range n.delete {
		if err := c.combination("DELETE", a, deleted); err != nil {
			return err
		}
	}
	return nil
}

func (c *updateCompiler) action(n pathNode, result updateOperand) error {
	p, err := c.path(n)
	if err != nil {
		return err
	}
	if err := c.update.tree.insert(p, len(c.update.actions)); err != nil {
		return err
	}
	c.update.actions = append(c.update.actions, updateAction{p, result})
	return nil
}

// combination compiles an ADD or DELETE, which combine what is at the path, nil for nothing, with a constant.
func (c *updateCompiler) combination(section string, a assignment, combine func(old, with value) (value, error)) error {
	with, err := c.value(a.value.(valueNode))
	if err != nil {
		return err
	}
	switch k := with.kind(); k {
	case kindSS, kindNS, kindBS:
	default:
		if k != kindN || section != "ADD" {
			return validation("Incorrect operand type for operator or function; operator: %s, operand type: %s, typeSet: ALLOWED_FOR_%[1]s_OPERAND", section, longKinds[k])
		}
	}
	p, err := c.path(a.path)
	if err != nil {
		return err
	}
	return c.action(a.path, func(item mapValue) (value, error) { return combine(p.find(item), with) })
}

var longKinds = map[kind]string{
	kindS: "STRING", kindN: "NUMBER", kindB: "BINARY", kindBool: "BOOLEAN", kindNull: "NULL", kindL: "LIST", kindM: "MAP",
}

// added is the result of ADD: a sum, or a union of two sets of a kind.
func added(old, with value) (value, error) {
	if old == nil {
		return with, nil
	}
	switch with := with.(type) {
	case number:
		if old, ok := old.(number); ok {
			return sum(old, with)
		}
	case stringSet:
		if old, ok := old.(stringSet); ok {
			return stringSet(union(old, with, compareStrings)), nil
		}
	case binarySet:
		if old, ok := old.(binarySet); ok {
			return binarySet(union(old, with, compareStrings)), nil
		}
	case numberSet:
		if old, ok := old.(numberSet); ok {
			return numberSet(union(old, with, compareNumbers)), nil
		}
	}
	return nil, errUpdateKind
}

// deleted is the result of DELETE: what is left of the set, nil if that is nothing.
func deleted(old, with value) (value, error) {
	if old == nil {
		return nil, nil
	}
	switch with := with.(type) {
	case stringSet:
		if old, ok := old.(stringSet); ok {
			if left := difference(old, with, compareStrings); len(left) > 0 {
				return stringSet(left), nil
			}
			return nil, nil
		}
	case binarySet:
		if old, ok := old.(binarySet); ok {
			if left := difference(old, with, compareStrings); len(left) > 0 {
				return binarySet(left), nil
			}
			return nil, nil
		}
	case numberSet:
		if old, ok := old.(numberSet); ok {
			if left := difference(old, with, compareNumbers); len(left) > 0 {
				return numberSet(left), nil
			}
			return nil, nil
		}
	}
	return nil, errUpdateKind
}

func sum(a, b number) (value, error) {
	n, err := a.add(b)
	if err != nil {
		return nil, err
	}
	return n, nil
}

// setValue compiles the right side of a SET action. The kind is "" where the item decides.
func (c *updateCompiler) setValue(n node) (updateOperand, kind, error) {
	switch n := n.(type) {
	case valueNode:
		v, err := c.value(n)
		if err != nil {
			return nil, "", err
		}
		return func(mapValue) (value, error) { return v, nil }, v.kind(), nil
	case pathNode:
		p, err := c.path(n)
		if err != nil {
			return nil, "", err
		}
		return existing(p), "", nil
	case arithmeticNode:
		return c.arithmetic(n)
	case callNode:
		return c.updateFunction(n)
	}
	return nil, "", validation("The expression has a condition where a value is needed")
}

func existing(p path) updateOperand {
	return func(item mapValue) (value, error) {
		if v := p.find(item); v != nil {
			return v, nil
		}
		return nil, errUpdateMissing
	}
}

func (c *updateCompiler) arithmetic(n arithmeticNode) (updateOperand, kind, error) {
	if err := c.count(); err != nil {
		return nil, "", err
	}
	left, right, err := c.pair(n.operator, n.left, n.right, kindN)
	if err != nil {
		return nil, "", err
	}
	return func(item mapValue) (value, error) {
		a, b, err := both[number](item, left, right)
		if err != nil {
			return nil, err
		}
		if n.operator == "-" {
			b = b.negated()
		}
		return sum(a, b)
	}, kindN, nil
}

// pair compiles two operands that have to be of a kind.
func (c *updateCompiler) pair(operator string, l, r node, wanted kind) (left, right updateOperand, err error) {
	var operands [2]updateOperand
	for i, n := range [...]node{l, r} {
		if call, ok := n.(callNode); ok && call.function == "list_append" {
			return nil, nil, notUsedThisWay(call)
		}
		o, k, err := c.setValue(n)
		if err != nil {
			return nil, nil, err
		}
		if k != "" && k != wanted {
			return nil, nil, wrongKind(operator, k)
		}
		operands[i] = o
	}
	return operands[0], operands[1], nil
}

func both[V value](item mapValue, left, right updateOperand) (a, b V, err error) {
	l, err := left(item)
	if err != nil {
		return a, b, err
	}
	r, err := right(item)
	if err != nil {
		return a, b, err
	}
	a, okA := l.(V)
	b, okB := r.(V)
	if !okA || !okB {
		return a, b, errUpdateKind
	}
	return a, b, nil
}

// updateFunction compiles if_not_exists and list_append.
func (c *updateCompiler) updateFunction(n callNode) (updateOperand, kind, error) {
	if err := c.count(); err != nil {
		return nil, "", err
	}
	f, err := checkFunction(n, false)
	if err != nil {
		return nil, "", err
	}
	if err := checkOperandCount(n, f); err != nil {
		return nil, "", err
	}
	if n.function == "if_not_exists" {
		o, err := c.ifNotExists(n)
		return o, "", err
	}
	left, right, err := c.pair(n.function, n.args[0], n.args[1], kindL)
	if err != nil {
		return nil, "", err
	}
	return func(item mapValue) (value, error) {
		a, b, err := both[listValue](item, left, right)
		if err != nil {
			return nil, err
		}
		return append(a[:len(a):len(a)], b...), nil
	}, kindL, nil
}

func (c *updateCompiler) ifNotExists(n callNode) (updateOperand, error) {
	node, ok := n.args[0].(pathNode)
	if !ok {
		return nil, needsPath(n)
	}
	p, err := c.path(node)
	if err != nil {
		return nil, err
	}
	if call, ok := n.args[1].(callNode); ok && call.function == "list_append" {
		return nil, notUsedThisWay(call)
	}
	if other, ok := n.args[1].(pathNode); ok {
		q, err := c.path(other)
		if err != nil {
			return nil, err
		}
		if p.equal(q) {
			return nil, validation("The first operand must be distinct from the remaining operands for this operator or function; operator: %s, first operand: %s", n.function, p)
		}
	}
	otherwise, _, err := c.setValue(n.args[1])
	if err != nil {
		return nil, err
	}
	return func(item mapValue) (value, error) {
		// The other operand has to exist even where it is not needed.
		v, err := otherwise(item)
		if err != nil {
			return nil, err
		}
		if existing := p.find(item); existing != nil {
			return existing, nil
		}
		return v, nil
	}, nil
}
