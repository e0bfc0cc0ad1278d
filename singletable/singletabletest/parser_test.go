package singletabletest

import (
	"strings"
	"testing"
)

func TestSyntaxErrors(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ expression, token, near string }{
		{"   ", "<EOF>", "   "},
		{"a", "<EOF>", "a"},
		{"a = ", "<EOF>", "= "},
		{"= :a", "=", "= :a"},
		{"a == :a", "=", "== :a"},
		{"a != :a", "!", "a !="},
		{"a = :a)", ")", ":a)"},
		{"((a = :a)", "<EOF>", ")"},
		{"a = :a AND", "<EOF>", "AND"},
		{"AND a = :a", "AND", "AND a"},
		{"a AND b = :b", "AND", "a AND b"},
		{"(a) AND b = :b", "AND", ") AND b"},
		{"(a = :a) = :b", "=", ") = :b"},
		{"a NOT BETWEEN :a AND :b", "NOT", "a NOT BETWEEN"},
		{"a BETWEEN :a OR :b", "OR", ":a OR :b"},
		{"a IN ()", ")", "()"},
		{"a IN :a", ":a", "IN :a"},
		{"a IN (:a,)", ")", ",)"},
		{"a = 5", "5", "= 5"},
		{`a = "x"`, `"`, `= "x`},
		{"a..b = :a", ".", "..b"},
		{"a[x] = :a", "x", "[x]"},
		{"a[-1] = :a", "-", "[-1"},
		{"a[00] = :a", "0", "00]"},
		{"é = :a", "é", "é ="},
		{"_a = :a", "_", "_a"},
		{"# a = :a", "#", "# a"},
		{"a = : a", ":", "= : a"},
		{"set = :a", "set", "set ="},
		{"a + :a = :b", "+", "a + :a"},
	} {
		_, err := parse(c.expression, (*parser).condition)
		want := `Syntax error; token: "` + c.token + `", near: "` + c.near + `"`
		if err == nil || message(err) != want {
			t.Errorf("%s: %v, want %s", c.expression, err, want)
		}
	}
}

func TestUpdateSyntaxErrors(t *testing.T) {
	t.Parallel()
	for expression, want := range map[string]string{
		"SET":                      `token: "<EOF>", near: "SET"`,
		"a = :a":                   `token: "a", near: "a ="`,
		"SET a = :a,":              `token: "<EOF>", near: ","`,
		"SET a = :a, REMOVE b":     `token: "REMOVE", near: ", REMOVE b"`,
		"SET a = b + :a + :b":      `token: "+", near: ":a + :b"`,
		"SET a = (b + :a) + :b":    `token: "+", near: ") + :b"`,
		"SET a = b + (:a + :b)":    `token: "+", near: ":a + :b"`,
		"SET a = f(b + :a)":        `token: "+", near: "b + :a"`,
		"ADD a b":                  `token: "b", near: "a b"`,
		"REMOVE :a":                `token: ":a", near: "REMOVE :a"`,
		"REMOVE (a)":               `token: "(", near: "REMOVE (a"`,
		"SET a = :a; REMOVE b":     `token: ";", near: ":a; REMOVE"`,
		"SET a = :a SET b = :a":    `The "SET" section can only be used once in an update expression;`,
		"remove a REMOVE b":        `The "REMOVE" section can only be used once in an update expression;`,
		"SET a = ((:a))":           "redundant parentheses",
		"SET a = ((b + :a))":       "redundant parentheses",
		strings.Repeat("x", 4097):  "expression size: 4097",
		"":                         "The expression can not be empty;",
		"SET a = NOT b":            `token: "NOT", near: "= NOT b"`,
		"DELETE a":                 `token: "<EOF>", near: "a"`,
		"SET a = b DELETE c = :c":  `token: "=", near: "c = :c"`,
		"SET a[0].#b = :a REMOVE ": `token: "<EOF>", near: "REMOVE "`,
	} {
		if _, err := parse(expression, (*parser).update); err == nil || !strings.Contains(message(err), want) {
			t.Errorf("%.30s: %v, want %s", expression, err, want)
		}
	}
}

func TestRedundantParentheses(t *testing.T) {
	t.Parallel()
	for expression, redundant := range map[string]bool{
		"(a = :a)":                   false,
		"((a) = :a)":                 false,
		"(a = (:a))":                 false,
		"((a = :a) AND b = :b)":      false,
		"((a = :a) AND (b = :b))":    false,
		"(a = :a) AND (b = :b)":      false,
		"a IN ((:a))":                false,
		"attribute_exists((a))":      false,
		"((a = :a))":                 true,
		"((a)) = :a":                 true,
		"NOT ((a = :a))":             true,
		"a IN (((:a)))":              true,
		"(((a = :a) AND b = :b))":    true,
		"a = :a OR (((b)) = :b)":     true,
		"((a = :a) AND ((b = :b)))":  true,
		"(attribute_exists(((a))))":  true,
		"((attribute_exists(a)))":    true,
		"(attribute_exists(a))":      false,
		"(NOT (attribute_exists(a))": false, // a syntax error comes first
	} {
		_, err := parse(expression, (*parser).condition)
		if got := err != nil && strings.Contains(err.Error(), "redundant"); got != redundant {
			t.Errorf("%s: %v, want redundant: %v", expression, err, redundant)
		}
	}
}

// FuzzExpressions feeds anything to all grammars and to the compilers behind them. None may panic, and what compiles
// has to be evaluated without a panic too.
func FuzzExpressions(f *testing.F) {
	for _, seed := range []string{
		"a.b[0] = :v AND NOT (size(#n) BETWEEN :v AND :w OR contains(a, :v))",
		"SET a = if_not_exists(a, :v) + :v, l = list_append(l, :l) REMOVE b[1] ADD c :v DELETE d :s",
		"a, b.c[3], #n",
		"PK = :v AND begins_with(SK, :w)",
		"a IN (:v, :w) AND attribute_type(b, :w)",
		"((((", "a[", "#", ":", "NOT NOT", "SET a =", "size(size(a)) = :v",
	} {
		f.Add(seed)
	}
	item := mapValue{
		"a": mapValue{"b": listValue{integer(1)}}, "b": listValue{integer(1), stringValue("x")}, "c": integer(2),
		"d": stringSet{"x", "y"}, "l": listValue{}, "n": stringValue("x"),
	}
	f.Fuzz(func(t *testing.T, expression string) {
		s := &substitutions{
			names:     map[string]string{"#n": "n"},
			values:    mapValue{":v": integer(1), ":w": stringValue("S"), ":l": listValue{integer(1)}, ":s": stringSet{"x"}},
			usedNames: map[string]bool{}, usedValues: map[string]bool{},
		}
		if holds, _, err := compileCondition(parameterCondition, &expression, s); err == nil {
			holds(item)
			holds(nil)
		}
		if u, err := compileUpdate(&expression, s); err == nil {
			for _, old := range []mapValue{item, {}} {
				if updated, err := u.apply(old); err == nil {
					u.touched(updated)
				}
			}
		}
		if p, err := compileProjection(&expression, s); err == nil {
			p.apply(item)
		}
		if conditions, err := parseKeyConditions(expression, s); err == nil {
			_, _, _ = conditions.span(keySchema{partition: []keyAttribute{{"c", kindN}}, sort: []keyAttribute{{"n", kindS}}})
		}
	})
}
