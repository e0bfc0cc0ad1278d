package singletabletest

import (
	"slices"
	"strings"
	"unicode/utf16"
)

// function is what the expressions know about a function before its operands are looked at.
type function struct {
	operands    int
	inCondition bool // allowed in conditions, otherwise in updates
	isCondition bool // true or false, otherwise a value
}

var functions = map[string]function{
	"attribute_exists":     {operands: 1, inCondition: true, isCondition: true},
	"attribute_not_exists": {operands: 1, inCondition: true, isCondition: true},
	"attribute_type":       {operands: 2, inCondition: true, isCondition: true},
	"begins_with":          {operands: 2, inCondition: true, isCondition: true},
	"contains":             {operands: 2, inCondition: true, isCondition: true},
	"size":                 {operands: 1, inCondition: true},
	"if_not_exists":        {operands: 2},
	"list_append":          {operands: 2},
}

// checkFunction refuses a function that does not exist or does not belong into the expression.
func checkFunction(n callNode, inCondition bool) (function, error) {
	f, ok := functions[n.function]
	if !ok {
		return f, validation("Invalid function name; function: %s", n.function)
	}
	if f.inCondition != inCondition {
		expression := "an update"
		if inCondition {
			expression = "a condition"
		}
		return f, validation("The function is not allowed in %s expression; function: %s", expression, n.function)
	}
	return f, nil
}

func checkOperandCount(n callNode, f function) error {
	if len(n.args) != f.operands {
		return validation("Incorrect number of operands for operator or function; operator or function: %s, number of operands: %d", n.function, len(n.args))
	}
	return nil
}

func notUsedThisWay(n callNode) error {
	return validation("The function is not allowed to be used this way in an expression; function: %s", n.function)
}

func needsPath(n callNode) error {
	return validation("Operator or function requires a document path; operator or function: %s", n.function)
}

// conditionFunction compiles a function that is a condition.
func (c *checker) conditionFunction(n callNode) (predicate, error) {
	f, err := checkFunction(n, true)
	if err != nil {
		return nil, err
	}
	if !f.isCondition {
		return nil, notUsedThisWay(n)
	}
	if err := checkOperandCount(n, f); err != nil {
		return nil, err
	}
	operands, err := c.operands(n.function, n.args...)
	if err != nil {
		return nil, err
	}
	first := operands[0].eval
	switch n.function {
	case "attribute_exists", "attribute_not_exists":
		if operands[0].path == nil {
			return nil, needsPath(n)
		}
		exists := n.function == "attribute_exists"
		return func(item mapValue) bool { return (first(item) != nil) == exists }, nil
	case "attribute_type":
		return attributeType(first, operands[1])
	}
	second := operands[1].eval
	if n.function == "contains" {
		return func(item mapValue) bool { return containsValue(first(item), second(item)) }, nil
	}
	for _, o := range operands {
		if o.kind != "" && o.kind != kindS && o.kind != kindB {
			return nil, wrongKind(n.function, o.kind)
		}
	}
	return func(item mapValue) bool { return beginsWith(first(item), second(item)) }, nil
}

func attributeType(v operand, wanted checkedOperand) (predicate, error) {
	name, ok := wanted.constant.(stringValue)
	if !ok {
		k := wanted.kind
		if k == "" {
			k = "document path"
		}
		return nil, wrongKind("attribute_type", k)
	}
	k := kind(name)
	if !k.valid() {
		return nil, validation("Invalid attribute type name found; type: %s, valid types: {N,BS,L,B,NULL,M,S,SS,NS,BOOL}", k)
	}
	return func(item mapValue) bool {
		v := v(item)
		return v != nil && v.kind() == k
	}, nil
}

func beginsWith(v, prefix value) bool {
	switch v := v.(type) {
	case stringValue:
		prefix, ok := prefix.(stringValue)
		return ok && strings.HasPrefix(string(v), string(prefix))
	case binaryValue:
		prefix, ok := prefix.(binaryValue)
		return ok && strings.HasPrefix(string(v), string(prefix))
	}
	return false
}

// containsValue looks for a part of a string or binary, or for an element of a set or list.
func containsValue(v, part value) bool {
	switch v := v.(type) {
	case stringValue:
		part, ok := part.(stringValue)
		return ok && strings.Contains(string(v), string(part))
	case binaryValue:
		part, ok := part.(binaryValue)
		return ok && strings.Contains(string(v), string(part))
	case stringSet:
		part, ok := part.(stringValue)
		return ok && slices.Contains(v, string(part))
	case binarySet:
		part, ok := part.(binaryValue)
		return ok && slices.Contains(v, string(part))
	case numberSet:
		part, ok := part.(number)
		return ok && slices.Contains(v, part)
	case listValue:
		return part != nil && slices.ContainsFunc(v, func(e value) bool { return equal(e, part) })
	}
	return false
}

// operandFunction compiles a function that is a value: size, in conditions.
func (c *checker) operandFunction(n callNode) (checkedOperand, error) {
	if err := c.count(); err != nil {
		return checkedOperand{}, err
	}
	f, err := checkFunction(n, true)
	if err != nil {
		return checkedOperand{}, err
	}
	if f.isCondition {
		return checkedOperand{}, notUsedThisWay(n)
	}
	if err := checkOperandCount(n, f); err != nil {
		return checkedOperand{}, err
	}
	o, err := c.operand(n.args[0])
	if err != nil {
		return checkedOperand{}, err
	}
	switch o.kind {
	case kindN, kindBool, kindNull:
		return checkedOperand{}, wrongKind(n.function, o.kind)
	}
	return checkedOperand{eval: func(item mapValue) value { return sizeOf(o.eval(item)) }, kind: kindN}, nil
}

// sizeOf is the size function: UTF-16 code units of a string, bytes of a binary, elements of the rest. Other kinds have
// no size.
func sizeOf(v value) value {
	var size int
	switch v := v.(type) {
	case stringValue:
		for _, r := range v {
			size += utf16.RuneLen(r)
		}
	case binaryValue:
		size = len(v)
	case listValue:
		size = len(v)
	case mapValue:
		size = len(v)
	case stringSet:
		size = len(v)
	case numberSet:
		size = len(v)
	case binarySet:
		size = len(v)
	default:
		return nil
	}
	return integer(size)
}
