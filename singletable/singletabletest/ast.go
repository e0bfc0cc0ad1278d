package singletabletest

// node is a part of a parsed expression. Names and values are still as written: the checker resolves them.
type node interface{ isNode() }

type (
	// pathNode is a document path: a.#b[3].
	pathNode struct{ parts []pathPart }

	// valueNode is a value placeholder, with its colon.
	valueNode struct{ name string }

	// callNode is a function with its operands.
	callNode struct {
		function string
		args     []node
	}

	// comparisonNode has one of = <> < <= > >=.
	comparisonNode struct {
		operator    string
		left, right node
	}

	betweenNode struct{ operand, low, high node }

	inNode struct {
		operand node
		list    []node
	}

	// logicalNode has AND or OR.
	logicalNode struct {
		operator    string
		left, right node
	}

	notNode struct{ operand node }

	// arithmeticNode has + or -.
	arithmeticNode struct {
		operator    string
		left, right node
	}
)

// pathPart is an attribute's name or placeholder, or the index of a list's element.
type pathPart struct {
	name  string // empty for an index
	index string
}

func (pathNode) isNode()       {}
func (valueNode) isNode()      {}
func (callNode) isNode()       {}
func (comparisonNode) isNode() {}
func (betweenNode) isNode()    {}
func (inNode) isNode()         {}
func (logicalNode) isNode()    {}
func (notNode) isNode()        {}
func (arithmeticNode) isNode() {}

// isOperand says whether a node can only stand for a value. A call can be either; the checker tells.
func isOperand(n node) bool {
	switch n.(type) {
	case pathNode, valueNode, arithmeticNode:
		return true
	}
	return false
}

// isCondition says whether a node can only be true or false.
func isCondition(n node) bool {
	switch n.(type) {
	case comparisonNode, betweenNode, inNode, logicalNode, notNode:
		return true
	}
	return false
}

// updateNode is a parsed update expression.
type updateNode struct {
	set    []assignment
	remove []pathNode
	add    []assignment // whose value is a valueNode
	delete []assignment // likewise
}

type assignment struct {
	path  pathNode
	value node
}
