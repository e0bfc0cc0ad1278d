package singletabletest_test

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// An expressions collects the placeholders of a request's random expressions.
type expressions struct {
	source
	names  names
	values values
	nested bool // an expression goes into a document
	whole  bool // key attributes are not gone into
	texts  string
}

// text keeps an expression of the request.
func (x *expressions) text(expression string) *string {
	x.texts += expression + "\n"
	return &expression
}

var placeholder = regexp.MustCompile(`[#:]\w+`)

// used leaves out the placeholders that no expression of the request has, most of the time: they are refused.
func (x *expressions) used() *expressions {
	there := placeholder.FindAllString(x.texts, -1)
	keep := x.oneIn(100)
	unused := func(p string) bool { return !keep && !slices.Contains(there, p) }
	maps.DeleteFunc(x.names, func(p, _ string) bool { return unused(p) })
	maps.DeleteFunc(x.values, func(p string, _ value) bool { return unused(p) })
	if len(x.names) == 0 {
		x.names = nil
	}
	if len(x.values) == 0 {
		x.values = nil
	}
	return x
}

func (x *expressions) name(attribute string) string {
	reserved := attribute == "name" || attribute == "status"
	if !strings.Contains(attribute, ".") && (x.oneIn(100) || x.oneIn(8) && !reserved) {
		return attribute // which a reserved word may not
	}
	if x.names == nil {
		x.names = names{}
	}
	p := "#" + strings.ReplaceAll(attribute, ".", "_")
	x.names[p] = attribute
	return p
}

func (x *expressions) value(v value) string {
	if x.values == nil {
		x.values = values{}
	}
	p := fmt.Sprintf(":v%d", len(x.values))
	x.values[p] = v
	return p
}

// keyNames are the attributes that are part of a key somewhere.
var keyNames = []string{"PK", "SK", "g", "h", "r"}

// path is mostly an attribute, sometimes a place inside it.
func (x *expressions) path(names ...string) string {
	attribute := one(x.source, names...)
	p := x.name(attribute)
	if slices.Contains(keyNames, attribute) && (x.whole || !x.oneIn(20)) {
		return p
	}
	if attribute != "c" && !x.oneIn(8) {
		return p
	}
	for x.oneIn(2) { // c is a list or a map most of the time
		x.nested = true
		if x.oneIn(2) {
			p += fmt.Sprintf("[%d]", x.IntN(3))
		} else {
			p += "." + x.name(one(x.source, nestedNames...))
		}
	}
	return p
}

// condition makes a condition of up to some depth.
func (x *expressions) condition(depth int, names ...string) string {
	if depth > 0 && x.oneIn(2) {
		switch x.IntN(4) {
		case 0:
			return "NOT " + x.condition(depth-1, names...)
		case 1:
			return "(" + x.condition(depth-1, names...) + ")"
		case 2:
			return x.condition(depth-1, names...) + " AND " + x.condition(depth-1, names...)
		default:
			return x.condition(depth-1, names...) + " OR " + x.condition(depth-1, names...)
		}
	}
	path := x.path(names...)
	switch x.IntN(9) {
	case 0, 1, 2:
		return x.operand(path) + " " + one(x.source, "=", "<>", "<", "<=", ">", ">=") + " " + x.other(names...)
	case 3:
		low := x.source.value(0)
		high := low
		if x.oneIn(2) {
			high = x.source.value(0)
		}
		return x.operand(path) + " BETWEEN " + x.value(low) + " AND " + x.value(high)
	case 4:
		list := []string{x.other(names...)}
		for x.oneIn(2) {
			list = append(list, x.other(names...))
		}
		return x.operand(path) + " IN (" + strings.Join(list, ", ") + ")"
	case 5:
		return one(x.source, "attribute_exists", "attribute_not_exists") + "(" + path + ")"
	case 6:
		return "attribute_type(" + path + ", " + x.value(S(one(x.source, "S", "N", "B", "BOOL", "NULL", "L", "M", "SS", "NS", "BS", "X"))) + ")"
	case 7:
		return "begins_with(" + path + ", " + x.other(names...) + ")"
	default:
		return "contains(" + path + ", " + x.other(names...) + ")"
	}
}

// operand is a path, or the size of what is there.
func (x *expressions) operand(path string) string {
	if x.oneIn(6) {
		return "size(" + path + ")"
	}
	return path
}

func (x *expressions) other(names ...string) string {
	switch x.IntN(8) {
	case 0:
		return x.path(names...)
	case 1:
		return "size(" + x.path(names...) + ")"
	case 2:
		return x.value(x.source.value(1))
	default:
		return x.value(x.source.value(0))
	}
}

// update makes an update expression. Most of its paths are told apart, because those that overlap are refused.
func (x *expressions) update() string {
	free := append([]string{"g", "h", "r"}, attributeNames...)
	x.Shuffle(len(free), func(i, j int) { free[i], free[j] = free[j], free[i] })
	target := func() (attribute, path string) {
		switch {
		case x.oneIn(80):
			attribute = one(x.source, "PK", "SK")
			return attribute, x.name(attribute)
		case x.oneIn(40) || len(free) == 0:
			attribute = one(x.source, attributeNames...)
		default:
			attribute, free = free[0], free[1:]
		}
		return attribute, x.path(attribute)
	}
	// take is a target among those that suit an action, if one is left.
	take := func(suitable ...string) (attribute, path string) {
		for i, name := range free {
			if slices.Contains(suitable, name) {
				free = slices.Delete(free, i, i+1)
				return name, x.name(name)
			}
		}
		return target()
	}
	sections := []string{"SET", "SET", "REMOVE", "ADD", "DELETE"}
	x.Shuffle(len(sections), func(i, j int) { sections[i], sections[j] = sections[j], sections[i] })
	var text []string
	for _, section := range sections[:1+x.IntN(2)] {
		if len(text) > 0 && strings.HasPrefix(text[0], section+" ") && !x.oneIn(30) {
			continue
		}
		var actions []string
		for range 1 + x.IntN(2) {
			var attribute, path string
			if section == "SET" || section == "REMOVE" || x.oneIn(6) {
				attribute, path = target()
			}
			switch section {
			case "SET":
				path += " = " + x.assigned(attribute, path)
			case "ADD":
				if path == "" {
					attribute, path = take("a", "name", "h")
				}
				path += " " + x.value(x.valueOf(attribute))
			case "DELETE":
				if path == "" {
					attribute, path = take("name", "status")
				}
				path += " " + x.value(x.valueOf(attribute))
			}
			actions = append(actions, path)
		}
		text = append(text, section+" "+strings.Join(actions, ", "))
	}
	return strings.Join(text, " ")
}

// assigned is the right side of a SET.
func (x *expressions) assigned(attribute, path string) string {
	numeric := slices.Contains([]string{"a", "h", "r"}, attribute)
	side := func() string {
		switch x.IntN(4) {
		case 0:
			return x.path("a", "r")
		case 1:
			return "if_not_exists(" + x.path("a", "h") + ", " + x.value(N(one(x.source, "0", "1", "2.5"))) + ")"
		default:
			return x.value(N(one(x.source, "1", "-1", "0.5", "12345678901234567890123456789012345678")))
		}
	}
	switch n := x.IntN(10); {
	case n == 0:
		return x.path(attributeNames...)
	case n == 1:
		return "if_not_exists(" + one(x.source, path, x.path(attributeNames...)) + ", " + x.value(x.valueOf(attribute)) + ")"
	case n == 2 && attribute == "c" || x.oneIn(20):
		return "list_append(" + one(x.source, path, x.value(L(x.source.value(0)))) + ", " + x.value(one(x.source, L(x.source.value(0)), L(), x.source.value(0))) + ")"
	case n == 3 && attribute == "c" || x.oneIn(20):
		return "list_append(if_not_exists(" + path + ", " + x.value(L()) + "), " + x.value(L(x.source.value(1))) + ")"
	case n < 7 && numeric || x.oneIn(20):
		return one(x.source, path, side()) + one(x.source, " + ", " - ") + side()
	default:
		return x.value(x.valueOf(attribute))
	}
}

// projection lists some paths, which must not overlap.
func (x *expressions) projection() string {
	var paths []string
	for range 1 + x.IntN(3) {
		paths = append(paths, x.path("PK", "g", "a", "b", "name", "with.dot"))
	}
	return strings.Join(paths, ", ")
}
