package templatetest

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// call resolves the calls of functions that only pass on what they are given.
func (m *module) call(e *hclsyntax.FunctionCallExpr) (Node, bool) {
	switch {
	case e.ExpandFinal:
	case (e.Name == "jsonencode" || e.Name == "toset") && len(e.Args) == 1:
		return m.expression(e.Args[0]), true
	case e.Name == "templatefile" && len(e.Args) == 2:
		return m.templateFile(e)
	}
	return Node{}, false
}

// templateFile reads a JSON file in which variables stand for whole texts: "${name}". A file with anything else of the language
// of templates in it is not resolved.
func (m *module) templateFile(e *hclsyntax.FunctionCallExpr) (Node, bool) {
	// The folder is known here as Load was given it, which is not what Terraform makes of path.module: so not elsewhere.
	m.values[pathModule] = &hclsyntax.LiteralValueExpr{Val: cty.StringVal(m.folder)}
	path, ok := m.evaluate(e.Args[0])
	delete(m.values, pathModule)
	if !ok || path.IsNull() || path.Type() != cty.String {
		return Node{}, false
	}
	file := filepath.FromSlash(path.AsString())
	if info, err := os.Stat(file); err != nil || !info.Mode().IsRegular() {
		return Node{}, false
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return Node{}, false
	}
	d := json.NewDecoder(bytes.NewReader(text))
	var value any
	if err := d.Decode(&value); err != nil {
		return Node{}, false
	}
	if _, err := d.Token(); err != io.EOF {
		return Node{}, false
	}
	return m.fill(value, m.expression(e.Args[1]), m.pos(e.Range()))
}

const pathModule = "path.module"

// inText is a variable as it stands within quotation marks: a number as its digits. What would end the text, or is none, is not
// resolved.
func inText(n Node) (Node, bool) {
	switch v := n.scalar.(type) {
	case string:
		encoded, err := json.Marshal(v)
		return n, err == nil && len(encoded) == len(v)+2 && !strings.ContainsRune(v, '\uFFFD')
	case float64:
		n.scalar = strconv.FormatFloat(v, 'f', -1, 64)
		return n, true
	case bool:
		n.scalar = strconv.FormatBool(v)
		return n, true
	}
	return n, n.kind == unknown
}

// fill makes a node of a decoded JSON value and puts the variables in.
func (m *module) fill(value any, variables Node, pos Pos) (Node, bool) {
	switch v := value.(type) {
	case string:
		if !strings.Contains(v, "${") && !strings.Contains(v, "%{") {
			break
		}
		name, ok := strings.CutPrefix(v, "${")
		name, ok2 := strings.CutSuffix(name, "}")
		found, err := variables.Lookup(strings.TrimSpace(name))
		if !ok || !ok2 || err != nil {
			return Node{}, false
		}
		return inText(found)
	case []any:
		n := Node{pos: pos, kind: list}
		for _, item := range v {
			filled, ok := m.fill(item, variables, pos)
			if !ok {
				return Node{}, false
			}
			n.items = append(n.items, filled)
		}
		return n, true
	case map[string]any:
		n := Node{pos: pos, kind: mapping, fields: make(map[string]Node, len(v))}
		for name, item := range v {
			filled, ok := m.fill(item, variables, pos)
			if !ok || strings.Contains(name, "${") || strings.Contains(name, "%{") {
				return Node{}, false
			}
			n.fields[name] = filled
		}
		return n, true
	case nil:
		return Node{pos: pos}, true
	}
	return Node{pos: pos, kind: scalar, scalar: value}, true
}
