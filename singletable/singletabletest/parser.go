package singletabletest

import "strings"

// maxExpression is the length of an expression in bytes. It also bounds how deep the parser recurses.
const maxExpression = 4096

// parser is a recursive-descent parser for all kinds of expressions. The first error stays and makes the rest of the
// input look like its end, so that every loop stops.
type parser struct {
	src       string
	tokens    []token
	next      int
	grouped   func() node // what parentheses can hold
	inner     group       // the parentheses that were closed last
	redundant bool        // parentheses right inside parentheses
	err       error
}

// group is the tokens from an opening parenthesis to the one behind the closing one.
type group struct{ start, end int }

// parse runs one of the parser's grammars over a whole expression.
func parse[T any](src string, grammar func(*parser) T) (T, error) {
	var none T
	if src == "" {
		return none, validation("The expression can not be empty;")
	}
	if len(src) > maxExpression {
		return none, validation("Expression size has exceeded the maximum allowed size; expression size: %d", len(src))
	}
	p := &parser{src: src, tokens: lex(src)}
	result := grammar(p)
	if p.peek().class != tokenEnd {
		p.fail()
	}
	if p.err != nil {
		return none, p.err
	}
	if p.redundant {
		return none, validation("The expression has redundant parentheses;")
	}
	return result, nil
}

func (p *parser) peek() token {
	if p.err != nil {
		return token{}
	}
	return p.tokens[p.next]
}

func (p *parser) advance() token {
	t := p.peek()
	if t.class != tokenEnd {
		p.next++
	}
	return t
}

// fail reports the token at hand, as the service does, between its neighbours.
func (p *parser) fail() {
	if p.err != nil {
		return
	}
	t := p.tokens[p.next]
	start, end := 0, t.end
	if p.next > 0 {
		start = p.tokens[p.next-1].start
	}
	if t.class == tokenEnd {
		t.text = "<EOF>"
	} else {
		end = p.tokens[p.next+1].end
	}
	p.err = validation(`Syntax error; token: "%s", near: "%s"`, t.text, p.src[start:end])
}

func (p *parser) accept(operator string) bool {
	if t := p.peek(); t.class == tokenOperator && t.text == operator {
		p.next++
		return true
	}
	return false
}

func (p *parser) expect(operator string) {
	if !p.accept(operator) {
		p.fail()
	}
}

func (p *parser) acceptKeyword(k string) bool {
	if t := p.peek(); t.class == tokenKeyword && strings.EqualFold(t.text, k) {
		p.next++
		return true
	}
	return false
}

// condition is the grammar of condition, filter and key condition expressions.
func (p *parser) condition() node {
	p.grouped = p.or
	n := p.or()
	if isOperand(n) {
		p.fail()
	}
	return n
}

func (p *parser) or() node {
	return p.logical("OR", p.and)
}

func (p *parser) and() node {
	return p.logical("AND", p.not)
}

func (p *parser) logical(operator string, operand func() node) node {
	left := operand()
	for {
		if t := p.peek(); t.class != tokenKeyword || !strings.EqualFold(t.text, operator) {
			return left
		}
		if isOperand(left) {
			p.fail()
			return left
		}
		p.advance()
		right := operand()
		if isOperand(right) {
			p.fail()
		}
		left = logicalNode{operator, left, right}
	}
}

func (p *parser) not() node {
	if !p.acceptKeyword("NOT") {
		return p.comparison()
	}
	n := p.not()
	if isOperand(n) {
		p.fail()
	}
	return notNode{n}
}

// comparison reads an operand with what is compared with it, a function that is a condition itself, or a condition in
// parentheses. Whether it found a condition or an operand is for the caller to judge, since parentheses can hold both.
func (p *parser) comparison() node {
	left := p.primary()
	t := p.peek()
	compares := t.class == tokenOperator && isComparator(t.text) ||
		t.class == tokenKeyword && (strings.EqualFold(t.text, "BETWEEN") || strings.EqualFold(t.text, "IN"))
	if !compares {
		return left
	}
	if isCondition(left) {
		p.fail()
		return left
	}
	p.advance()
	switch {
	case strings.EqualFold(t.text, "BETWEEN"):
		low := p.operand()
		if !p.acceptKeyword("AND") {
			p.fail()
		}
		return betweenNode{left, low, p.operand()}
	case strings.EqualFold(t.text, "IN"):
		p.expect("(")
		return inNode{left, p.list(p.operand)}
	}
	return comparisonNode{t.text, left, p.operand()}
}

func isComparator(s string) bool {
	switch s {
	case "=", "<>", "<", "<=", ">", ">=":
		return true
	}
	return false
}

// operand reads a primary that stands for a value.
func (p *parser) operand() node {
	n := p.primary()
	if isCondition(n) {
		p.fail()
	}
	return n
}

func (p *parser) primary() node {
	t := p.peek()
	switch t.class {
	case tokenValuePlaceholder:
		p.advance()
		return valueNode{t.text}
	case tokenName:
		if following := p.tokens[p.next+1]; following.class == tokenOperator && following.text == "(" {
			p.next += 2
			return callNode{t.text, p.list(p.operand)}
		}
		return p.path()
	case tokenNamePlaceholder:
		return p.path()
	}
	if p.accept("(") {
		return p.parenthesised(p.grouped)
	}
	p.fail()
	return pathNode{}
}

// parenthesised reads what follows an opening parenthesis.
func (p *parser) parenthesised(inside func() node) node {
	start := p.next
	n := inside()
	end := p.next
	p.expect(")")
	if p.inner.start == start && p.inner.end == end {
		p.redundant = true
	}
	p.inner = group{start - 1, p.next}
	return n
}

// list reads one element or more, separated by commas, and the closing parenthesis.
func (p *parser) list(element func() node) []node {
	var elements []node
	for {
		elements = append(elements, element())
		if !p.accept(",") {
			p.expect(")")
			return elements
		}
	}
}

// path reads a document path. It begins with a name, and names and indexes follow.
func (p *parser) path() pathNode {
	path := pathNode{[]pathPart{p.pathName()}}
	for {
		switch {
		case p.accept("."):
			path.parts = append(path.parts, p.pathName())
		case p.accept("["):
			t := p.peek()
			if t.class != tokenIndex {
				p.fail()
				return path
			}
			p.advance()
			p.expect("]")
			path.parts = append(path.parts, pathPart{index: t.text})
		default:
			return path
		}
	}
}

func (p *parser) pathName() pathPart {
	t := p.peek()
	if t.class != tokenName && t.class != tokenNamePlaceholder {
		p.fail()
		return pathPart{}
	}
	p.advance()
	return pathPart{name: t.text}
}

// projection is the grammar of projection expressions.
func (p *parser) projection() []pathNode { return p.paths() }

func (p *parser) paths() []pathNode {
	paths := []pathNode{p.path()}
	for p.accept(",") {
		paths = append(paths, p.path())
	}
	return paths
}
