package templatetest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Limits on what aliases can blow a template up to. A template is 1 MB at most (AWS CloudFormation User Guide, "Understand
// CloudFormation quotas").
const (
	maxDepth = 100
	maxNodes = 200_000
)

// templateReader makes nodes of a template's YAML.
type templateReader struct {
	file       string
	parameters map[string]parameter // those with a default
	nodes      int
}

func loadCloudFormation(path string) (*Template, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return parseCloudFormation(path, text)
}

func parseCloudFormation(path string, text []byte) (*Template, error) {
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	var document, next yaml.Node
	if err := decoder.Decode(&document); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if err := decoder.Decode(&next); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%s: it has more than one YAML document", path)
	}
	r := &templateReader{file: path, parameters: map[string]parameter{}}
	root, err := r.mapping(document.Content[0])
	if err != nil {
		return nil, err
	}
	if err := r.readParameters(root["Parameters"]); err != nil {
		return nil, err
	}
	if root["Resources"] == nil {
		return nil, fmt.Errorf("%s: it has no Resources", path)
	}
	t := &Template{pos: Pos{path, 1}}
	resources := root["Resources"]
	all, err := r.mapping(resources)
	if err != nil {
		return nil, err
	}
	for i := 0; i < len(resources.Content); i += 2 {
		name := resources.Content[i]
		if strings.HasPrefix(name.Value, "Fn::") {
			t.hidden = append(t.hidden, fmt.Sprintf("%s (%s)", name.Value, r.pos(name)))
			continue
		}
		parts, err := r.mapping(all[name.Value])
		if err != nil {
			return nil, err
		}
		typ := parts["Type"]
		if typ == nil || typ.Kind != yaml.ScalarNode {
			return nil, fmt.Errorf("%s: the resource %s has no Type", r.pos(name), name.Value)
		}
		body, err := r.node(all[name.Value], 0)
		if err != nil {
			return nil, err
		}
		if err := t.add(&Resource{Type: typ.Value, Name: name.Value, Pos: r.pos(name), body: body}); err != nil {
			return nil, err
		}
	}
	if err := r.mergeGlobals(t, root["Globals"]); err != nil {
		return nil, err
	}
	return t, nil
}

func (r *templateReader) pos(n *yaml.Node) Pos { return Pos{r.file, n.Line} }

// mapping returns the values of a mapping by their keys.
func (r *templateReader) mapping(n *yaml.Node) (map[string]*yaml.Node, error) {
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	if n.Kind != yaml.MappingNode {
		return nil, fmt.Errorf("%s: it is not a mapping", r.pos(n))
	}
	all := make(map[string]*yaml.Node, len(n.Content)/2)
	for i := 0; i < len(n.Content); i += 2 {
		key := n.Content[i]
		if key.Kind != yaml.ScalarNode {
			return nil, fmt.Errorf("%s: a key is not a text", r.pos(key))
		}
		if all[key.Value] != nil {
			return nil, fmt.Errorf("%s: the key %s is there twice", r.pos(key), key.Value)
		}
		all[key.Value] = n.Content[i+1]
	}
	return all, nil
}

// parameter is a parameter's default. CloudFormation makes a text of each, of a number too.
type parameter struct {
	value any // a float64 of type Number, otherwise the text
	text  string
}

// readParameters keeps the defaults of parameters whose value is their text. Others, lists and those that name a parameter of
// Systems Manager, stay unresolved.
func (r *templateReader) readParameters(n *yaml.Node) error {
	if n == nil {
		return nil
	}
	all, err := r.mapping(n)
	if err != nil {
		return err
	}
	for name, p := range all {
		parts, err := r.mapping(p)
		if err != nil {
			return err
		}
		typ, value := parts["Type"], parts["Default"]
		if typ == nil || value == nil || typ.Value != "String" && typ.Value != "Number" {
			continue
		}
		v, err := r.node(value, 0)
		if err != nil || v.kind != scalar {
			continue
		}
		p := parameter{v.scalar, value.Value}
		if b, ok := v.scalar.(bool); ok {
			p.text = strconv.FormatBool(b)
		}
		if typ.Value == "String" {
			p.value = p.text
		}
		r.parameters[name] = p
	}
	return nil
}

func (r *templateReader) node(n *yaml.Node, depth int) (Node, error) {
	if r.nodes++; depth > maxDepth || r.nodes > maxNodes {
		return Node{}, fmt.Errorf("%s: it is nested too deeply, or its aliases make too much of it", r.pos(n))
	}
	if name, ok := shortForm(n); ok {
		return r.intrinsic(n, name, n)
	}
	switch n.Kind {
	case yaml.AliasNode:
		v, err := r.node(n.Alias, depth+1)
		v.pos = r.pos(n)
		return v, err
	case yaml.SequenceNode:
		items := make([]Node, len(n.Content))
		for i, item := range n.Content {
			v, err := r.node(item, depth+1)
			if err != nil {
				return Node{}, err
			}
			items[i] = v
		}
		return Node{pos: r.pos(n), kind: list, items: items}, nil
	case yaml.MappingNode:
		return r.fields(n, depth)
	}
	return r.scalar(n)
}

func (r *templateReader) fields(n *yaml.Node, depth int) (Node, error) {
	all, err := r.mapping(n)
	if err != nil {
		return Node{}, err
	}
	fields := make(map[string]Node, len(all))
	for i := 0; i < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		switch {
		case strings.HasPrefix(key.Value, "Fn::"), key.Value == "Ref" && len(all) == 1:
			// Beside other keys it is a macro that makes keys: nothing of the map is certain then.
			return r.intrinsic(n, key.Value, value)
		case key.ShortTag() == "!!merge":
			return unresolved(r.pos(key), "<<", ""), nil
		}
		v, err := r.node(value, depth+1)
		if err != nil {
			return Node{}, err
		}
		v.pos = r.pos(key) // of "Key:", where the value may begin a line below
		if v.kind == unknown {
			v = unresolved(v.pos, v.lost.Text, v.lost.Function)
		}
		fields[key.Value] = v
	}
	return Node{pos: r.pos(n), kind: mapping, fields: fields}, nil
}

func (r *templateReader) scalar(n *yaml.Node) (Node, error) {
	v := Node{pos: r.pos(n), kind: scalar, scalar: n.Value}
	var err error
	switch n.ShortTag() {
	case "!!null":
		return Node{pos: v.pos}, nil
	case "!!bool":
		var b bool
		err = n.Decode(&b)
		v.scalar = b
	case "!!int", "!!float":
		var f float64
		err = n.Decode(&f)
		v.scalar = f
	case "!!str":
		// CloudFormation reads YAML 1.1, where these words are booleans.
		word := strings.ToLower(n.Value)
		if n.Style == 0 && slices.Contains([]string{"yes", "no", "on", "off"}, word) {
			v.scalar = word == "yes" || word == "on"
		}
	}
	if err != nil {
		return Node{}, fmt.Errorf("%s: %w", v.pos, err)
	}
	return v, nil
}
