package templatetest

import (
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"
)

// shortForm returns the long name of an intrinsic function that is written as a tag: Fn::GetAtt for !GetAtt.
func shortForm(n *yaml.Node) (string, bool) {
	name, ok := strings.CutPrefix(n.Tag, "!")
	switch {
	case !ok, name == "", strings.HasPrefix(name, "!"):
		return "", false // no tag, or one of YAML's own
	case name == "Ref", name == "Condition":
		return name, true
	}
	return "Fn::" + name, true
}

// intrinsic resolves references to parameters with a default. n is the whole expression, argument what the function is given.
func (r *templateReader) intrinsic(n *yaml.Node, name string, argument *yaml.Node) (Node, error) {
	v := unresolved(r.pos(n), oneLine("!"+strings.TrimPrefix(name, "Fn::")+" "+flow(argument, argument == n, 0)), name)
	if argument.Kind != yaml.ScalarNode {
		return v, nil
	}
	switch name {
	case "Ref":
		if value, ok := r.parameters[argument.Value]; ok {
			return Node{pos: v.pos, kind: scalar, scalar: value.value, inJSON: value.text}, nil
		}
	case "Fn::Sub":
		if text, ok := r.substitute(argument.Value); ok {
			return Node{pos: v.pos, kind: scalar, scalar: text}, nil
		}
	}
	return v, nil
}

// substitute fills in parameters. It fails if anything else is in the text.
func (r *templateReader) substitute(text string) (string, bool) {
	ok := true
	text = regexp.MustCompile(`\$\{[^}]*\}`).ReplaceAllStringFunc(text, func(place string) string {
		name := place[2 : len(place)-1]
		if literal, is := strings.CutPrefix(name, "!"); is {
			return "${" + literal + "}"
		}
		value, known := r.parameters[strings.TrimSpace(name)]
		ok = ok && known
		return value.text
	})
	return text, ok
}

// flow writes a node in one line, for people to recognise it by.
func flow(n *yaml.Node, bare bool, depth int) string {
	tag := ""
	if _, is := shortForm(n); is && !bare {
		tag = n.Tag + " "
	}
	if depth > 5 {
		return tag + "…"
	}
	var parts []string
	switch n.Kind {
	case yaml.SequenceNode:
		for _, item := range n.Content {
			parts = append(parts, flow(item, false, depth+1))
		}
		return tag + "[" + strings.Join(parts, ", ") + "]"
	case yaml.MappingNode:
		for i := 0; i < len(n.Content); i += 2 {
			parts = append(parts, n.Content[i].Value+": "+flow(n.Content[i+1], false, depth+1))
		}
		return tag + "{" + strings.Join(parts, ", ") + "}"
	}
	return tag + n.Value
}

// oneLine cuts an expression's text to what fits into a message.
func oneLine(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if runes := []rune(text); len(runes) > 120 {
		text = string(runes[:119]) + "…"
	}
	return text
}
