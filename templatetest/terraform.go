package templatetest

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// module is a folder of Terraform files.
type module struct {
	folder    string
	sources   map[string][]byte
	values    map[string]hclsyntax.Expression // by "var.name" and "local.name"
	resolving map[string]bool                 // those that are being followed, against cycles
}

func loadTerraform(folder string) (*Template, error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, err
	}
	var names, settings []string
	for _, e := range entries {
		name := e.Name()
		switch {
		case strings.HasSuffix(name, ".tf.json"), strings.HasSuffix(name, ".tfvars.json"):
			err = fmt.Errorf("%s: Terraform's JSON syntax is not read", filepath.Join(folder, name))
		case strings.HasSuffix(name, ".tofu"):
			err = fmt.Errorf("%s: OpenTofu's own files are not read", filepath.Join(folder, name))
		case name == "override.tf", strings.HasSuffix(name, "_override.tf"):
			err = fmt.Errorf("%s: override files are not read", filepath.Join(folder, name))
		case strings.HasPrefix(name, "."), strings.HasSuffix(name, "~"):
			// Terraform passes over these too.
		case strings.HasSuffix(name, ".tf"):
			names = append(names, name)
		case strings.HasSuffix(name, ".auto.tfvars"):
			settings = append(settings, name)
		case name == "terraform.tfvars":
			settings = slices.Insert(settings, 0, name) // the others go over it
		}
		if err != nil {
			return nil, err
		}
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("%s: there are no .tf files in the folder", folder)
	}
	m := &module{folder: folder, sources: map[string][]byte{}, values: map[string]hclsyntax.Expression{}, resolving: map[string]bool{}}
	for _, name := range slices.Concat(names, settings) {
		path := filepath.Join(folder, name)
		if m.sources[path], err = os.ReadFile(path); err != nil {
			return nil, err
		}
	}
	return m.template(folder, names, settings)
}

// template makes a template of the module's sources: the names of its files in the folder, and those that set variables.
func (m *module) template(folder string, names, settings []string) (*Template, error) {
	var blocks []*hclsyntax.Block
	for _, name := range names {
		body, err := m.parse(filepath.Join(folder, name))
		if err != nil {
			return nil, err
		}
		blocks = append(blocks, body.Blocks...)
	}
	if err := m.collect(blocks); err != nil {
		return nil, err
	}
	for _, name := range settings {
		body, err := m.parse(filepath.Join(folder, name))
		if err != nil {
			return nil, err
		}
		for _, a := range body.Attributes {
			m.values["var."+a.Name] = a.Expr
		}
	}
	t := &Template{pos: Pos{folder, 1}, terraform: true}
	for _, b := range blocks {
		switch {
		case b.Type == "module" && len(b.Labels) == 1:
			t.hidden = append(t.hidden, fmt.Sprintf("module %s (%s)", b.Labels[0], m.pos(b.TypeRange)))
		case b.Type == "resource" && len(b.Labels) == 2:
			r := &Resource{Type: b.Labels[0], Name: b.Labels[1], Pos: m.pos(b.TypeRange), body: m.body(b.Body, m.pos(b.TypeRange))}
			if err := t.add(r); err != nil {
				return nil, err
			}
		case b.Type == "resource":
			return nil, fmt.Errorf("%s: a resource has a type and a name", m.pos(b.TypeRange))
		}
	}
	return t, nil
}

func (m *module) parse(path string) (*hclsyntax.Body, error) {
	file, diagnostics := hclsyntax.ParseConfig(m.sources[path], path, hcl.InitialPos)
	if diagnostics.HasErrors() {
		return nil, diagnostics
	}
	return file.Body.(*hclsyntax.Body), nil // which is what hclsyntax makes
}

// collect keeps what variables and locals stand for.
func (m *module) collect(blocks []*hclsyntax.Block) error {
	declared := map[string]hcl.Range{}
	once := func(name string, at hcl.Range) error {
		if other, twice := declared[name]; twice {
			return fmt.Errorf("%s: %s is declared at %s already", m.pos(at), name, m.pos(other))
		}
		declared[name] = at
		return nil
	}
	for _, b := range blocks {
		switch {
		case b.Type == "variable" && len(b.Labels) == 1:
			name := "var." + b.Labels[0]
			if err := once(name, b.TypeRange); err != nil {
				return err
			}
			if a := b.Body.Attributes["default"]; a != nil {
				m.values[name] = a.Expr
			}
		case b.Type == "locals":
			for _, a := range b.Body.Attributes {
				if err := once("local."+a.Name, a.NameRange); err != nil {
					return err
				}
				m.values["local."+a.Name] = a.Expr
			}
		}
	}
	return nil
}

func (m *module) pos(r hcl.Range) Pos { return Pos{r.Filename, r.Start.Line} }

func (m *module) text(r hcl.Range) string {
	return oneLine(string(r.SliceBytes(m.sources[r.Filename])))
}

// body makes a map of a block's arguments and of its blocks, those of one type in a list.
func (m *module) body(b *hclsyntax.Body, pos Pos) Node {
	fields := map[string]Node{}
	for name, a := range b.Attributes {
		v := m.expression(a.Expr)
		v.pos = m.pos(a.NameRange)
		fields[name] = v
	}
	for _, inner := range b.Blocks {
		at := m.pos(inner.TypeRange)
		if inner.Type == "dynamic" && len(inner.Labels) == 1 {
			fields[inner.Labels[0]] = unresolved(at, fmt.Sprintf("dynamic %q", inner.Labels[0]), "")
			continue
		}
		all, there := fields[inner.Type]
		switch {
		case !there:
			all = Node{pos: at, kind: list, blocks: true}
		case !all.blocks:
			continue // beside a dynamic block, or against the grammar
		}
		all.items = append(all.items, m.body(inner.Body, at))
		fields[inner.Type] = all
	}
	return Node{pos: pos, kind: mapping, fields: fields}
}
