package pattern

import (
	"encoding/json"
	"fmt"
	"net/netip"
	"strconv"
)

// test reads one of a field's values, whose first token has been read.
func (p *parser) test(token json.Token, at int, path string) (test, error) {
	switch v := token.(type) {
	case string:
		return test{op: opString, text: []byte(v)}, nil
	case json.Number:
		return test{op: opNumber, text: []byte(v)}, nil
	case bool:
		if v {
			return test{op: opTrue}, nil
		}
		return test{op: opFalse}, nil
	case nil:
		return test{op: opNull}, nil
	}
	if token != json.Delim('{') {
		return test{}, &misplaced{at, path, "a value is a string, a number, true, false, null or an operator, not a list"}
	}
	return p.operator(at, path, func(name string, at int) (test, error) {
		switch name {
		case "prefix", "suffix", "equals-ignore-case", "wildcard":
			return p.text(name, path, true)
		case "anything-but":
			return p.anythingBut(path)
		case "numeric":
			return p.numeric(path)
		case "cidr":
			return p.cidr(path)
		case "exists":
			return p.exists(path)
		}
		return test{}, &misplaced{at, path, fmt.Sprintf("there is no operator %q", name)}
	})
}

// operator reads an object of one name, whose { has been read.
func (p *parser) operator(at int, path string, read func(name string, at int) (test, error)) (test, error) {
	nameAt := p.here()
	token, err := p.next(path)
	if err != nil {
		return test{}, err
	}
	if token == json.Delim('}') {
		return test{}, &misplaced{at, path, "the operator has no name"}
	}
	t, err := read(token.(string), nameAt)
	if err != nil {
		return test{}, err
	}
	nameAt = p.here()
	token, err = p.next(path)
	if err == nil && token != json.Delim('}') {
		err = &misplaced{nameAt, path, "an operator stands alone in its object"}
	}
	return t, err
}

// text reads what a string is compared with. Case can be ignored by an operator inside of prefix and suffix.
func (p *parser) text(name, path string, fold bool) (test, error) {
	at := p.here()
	token, err := p.next(path)
	if err != nil {
		return test{}, err
	}
	if token == json.Delim('{') && fold && (name == "prefix" || name == "suffix") {
		return p.operator(at, path, func(inner string, at int) (test, error) {
			if inner != "equals-ignore-case" {
				return test{}, &misplaced{at, path, fmt.Sprintf("%s takes a string or equals-ignore-case, not %q", name, inner)}
			}
			t, err := p.text(inner, path, false)
			if name == "prefix" {
				t.op = opPrefixFold
			} else {
				t.op = opSuffixFold
			}
			return t, err
		})
	}
	return p.textOf(name, token, at, path)
}

func (p *parser) textOf(name string, token json.Token, at int, path string) (test, error) {
	s, ok := token.(string)
	if !ok {
		return test{}, &misplaced{at, path, name + " takes a string"}
	}
	switch name {
	case "prefix":
		return test{op: opPrefix, text: []byte(s)}, nil
	case "suffix":
		return test{op: opSuffix, text: []byte(s)}, nil
	case "equals-ignore-case":
		return test{op: opFold, text: []byte(s)}, nil
	}
	segments, reason := segmentsOf(s)
	if reason != "" {
		return test{}, &misplaced{at, path, reason}
	}
	return test{op: opWildcard, segments: segments}, nil
}

// segmentsOf cuts a wildcard at its *. A backslash before * or another backslash takes its meaning away.
func segmentsOf(wildcard string) (segments [][]byte, wrong string) {
	var segment []byte
	for i := 0; i < len(wildcard); i++ {
		switch c := wildcard[i]; {
		case c == '\\':
			if i++; i == len(wildcard) || wildcard[i] != '*' && wildcard[i] != '\\' {
				return nil, `in a wildcard, a backslash stands before * or another backslash`
			}
			segment = append(segment, wildcard[i])
		case c == '*' && i+1 < len(wildcard) && wildcard[i+1] == '*':
			return nil, "a wildcard has no two * in a row"
		case c == '*':
			segments, segment = append(segments, segment), nil
		default:
			segment = append(segment, c)
		}
	}
	return append(segments, segment), ""
}

// anythingBut reads what a value must not be: a string or number, a list of strings or of numbers, or one of the operators on
// text with a string or a list of strings.
func (p *parser) anythingBut(path string) (test, error) {
	at := p.here()
	token, err := p.next(path)
	if err != nil {
		return test{}, err
	}
	if token == json.Delim('{') {
		return p.operator(at, path, func(name string, at int) (test, error) {
			switch name {
			case "prefix", "suffix", "equals-ignore-case", "wildcard":
			default:
				return test{}, &misplaced{at, path, fmt.Sprintf("anything-but has no operator %q in it", name)}
			}
			return p.others(path, func(token json.Token, at int) (test, error) {
				if token == "" && (name == "prefix" || name == "suffix") {
					return test{}, &misplaced{at, path, fmt.Sprintf("the %s of an anything-but is empty, so no text could match", name)}
				}
				return p.textOf(name, token, at, path)
			})
		})
	}
	var first op
	n := 0
	return p.othersFrom(token, at, path, func(token json.Token, at int) (test, error) {
		t, err := p.test(token, at, path)
		switch {
		case err != nil:
			return t, err
		case t.op != opString && t.op != opNumber:
			return t, &misplaced{at, path, "anything-but takes strings, numbers or an operator on text"}
		case n > 0 && t.op != first:
			return t, &misplaced{at, path, "the list of an anything-but holds strings or numbers, not both"}
		}
		first = t.op
		n++
		if n, ok := millionths(string(t.text)); ok && t.op == opNumber {
			t = test{op: opNumeric, low: limit{set: true, at: n}, high: limit{set: true, at: n}}
		}
		return t, nil
	})
}

// others reads a value or a list of values, none of which may hold.
func (p *parser) others(path string, read func(json.Token, int) (test, error)) (test, error) {
	at := p.here()
	token, err := p.next(path)
	if err != nil {
		return test{}, err
	}
	return p.othersFrom(token, at, path, read)
}

func (p *parser) othersFrom(token json.Token, at int, path string, read func(json.Token, int) (test, error)) (test, error) {
	none := test{op: opNone}
	if token != json.Delim('[') {
		t, err := read(token, at)
		none.others = []test{t}
		return none, err
	}
	start := at
	for {
		at := p.here()
		token, err := p.next(path)
		if err != nil {
			return none, err
		}
		if token == json.Delim(']') {
			if len(none.others) == 0 {
				return none, &misplaced{start, path, "the list of an anything-but is empty"}
			}
			return none, nil
		}
		t, err := read(token, at)
		if err != nil {
			return none, err
		}
		none.others = append(none.others, t)
	}
}

// numeric reads one comparison, or two that make a range.
func (p *parser) numeric(path string) (test, error) {
	start := p.here()
	token, err := p.next(path)
	if err != nil {
		return test{}, err
	}
	if token != json.Delim('[') {
		return test{}, &misplaced{start, path, `numeric takes a list, as in [">", 0, "<=", 5]`}
	}
	t := test{op: opNumeric}
	for {
		at := p.here()
		token, err := p.next(path)
		if err != nil {
			return t, err
		}
		if token == json.Delim(']') {
			if !t.low.set && !t.high.set {
				return t, &misplaced{start, path, "numeric has no comparison"}
			}
			if t.low.set && t.high.set && (t.low.at > t.high.at || t.low.at == t.high.at && (t.low.open || t.high.open)) {
				return t, &misplaced{start, path, "no number is in the range"}
			}
			return t, nil
		}
		comparison, _ := token.(string)
		n, err := p.number(path)
		if err != nil {
			return t, err
		}
		lower := comparison == ">" || comparison == ">=" || comparison == "="
		upper := comparison == "<" || comparison == "<=" || comparison == "="
		switch {
		case !lower && !upper:
			return t, &misplaced{at, path, "a comparison is one of <, <=, =, >=, >"}
		case lower && t.low.set, upper && t.high.set:
			return t, &misplaced{at, path, "a numeric has one comparison, or one for each end of a range"}
		}
		if lower && t.high.set {
			return t, &misplaced{at, path, `the lower end of a range comes first, as in [">", 0, "<=", 5]`}
		}
		if lower {
			t.low = limit{set: true, open: comparison == ">", at: n}
		}
		if upper {
			t.high = limit{set: true, open: comparison == "<", at: n}
		}
	}
}

func (p *parser) number(path string) (int64, error) {
	at := p.here()
	token, err := p.next(path)
	if err != nil {
		return 0, err
	}
	text, ok := token.(json.Number)
	if !ok {
		return 0, &misplaced{at, path, "a comparison is followed by a number"}
	}
	n, ok := millionths(string(text))
	if !ok {
		return 0, &misplaced{at, path, "numeric compares numbers from -5e9 to 5e9"}
	}
	return n, nil
}

func (p *parser) cidr(path string) (test, error) {
	at := p.here()
	token, err := p.next(path)
	if err != nil {
		return test{}, err
	}
	s, _ := token.(string)
	network, err := netip.ParsePrefix(s)
	if err != nil {
		return test{}, &misplaced{at, path, `cidr takes a network, as in "10.0.0.0/24" or "2001:db8::/32"`}
	}
	return test{op: opCIDR, network: network.Masked()}, nil
}

func (p *parser) exists(path string) (test, error) {
	at := p.here()
	token, err := p.next(path)
	if err != nil {
		return test{}, err
	}
	there, ok := token.(bool)
	switch {
	case !ok:
		return test{}, &misplaced{at, path, "exists takes true or false, not " + strconv.Quote(fmt.Sprint(token))}
	case there:
		return test{op: opExists}, nil
	}
	return test{op: opAbsent}, nil
}
