package singletabletest

import "strings"

// update is the grammar of update expressions: each of the four sections at most once, in any order.
func (p *parser) update() updateNode {
	p.grouped = p.operand
	var u updateNode
	seen := map[string]bool{}
	for {
		t := p.peek()
		section := strings.ToUpper(t.text)
		if t.class != tokenKeyword || !isSection(section) {
			p.fail()
			return u
		}
		p.advance()
		if seen[section] && p.err == nil {
			p.err = validation("The %q section can only be used once in an update expression;", section)
			return u
		}
		seen[section] = true
		switch section {
		case "SET":
			u.set = p.assignments(p.setAction)
		case "REMOVE":
			u.remove = p.paths()
		case "ADD":
			u.add = p.assignments(p.valueAction)
		case "DELETE":
			u.delete = p.assignments(p.valueAction)
		}
		if p.peek().class == tokenEnd {
			return u
		}
	}
}

func isSection(keyword string) bool {
	switch keyword {
	case "SET", "REMOVE", "ADD", "DELETE":
		return true
	}
	return false
}

func (p *parser) assignments(action func() assignment) []assignment {
	actions := []assignment{action()}
	for p.accept(",") {
		actions = append(actions, action())
	}
	return actions
}

// setAction reads path = value.
func (p *parser) setAction() assignment {
	path := p.path()
	p.expect("=")
	return assignment{path, p.setValue()}
}

// valueAction reads the path and the value placeholder of ADD and DELETE.
func (p *parser) valueAction() assignment {
	path := p.path()
	t := p.peek()
	if t.class != tokenValuePlaceholder {
		p.fail()
		return assignment{path: path}
	}
	p.advance()
	return assignment{path, valueNode{t.text}}
}

// setValue reads a sum, which can be in parentheses as a whole.
func (p *parser) setValue() node {
	if !p.accept("(") {
		return p.sum(p.operand())
	}
	n := p.parenthesised(p.setValue)
	if _, ok := n.(arithmeticNode); ok {
		return n
	}
	return p.sum(n)
}

// sum reads what follows the first operand: nothing, or + or - and another one.
func (p *parser) sum(left node) node {
	t := p.peek()
	if t.class != tokenOperator || t.text != "+" && t.text != "-" {
		return left
	}
	p.advance()
	return arithmeticNode{t.text, left, p.operand()}
}
