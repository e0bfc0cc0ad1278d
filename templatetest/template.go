package templatetest

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Template is what an infrastructure file or folder declares.
type Template struct {
	pos       Pos // the file or folder
	terraform bool
	resources []*Resource
	hidden    []string // what may declare further resources and is not read, with its place
}

// Resource is one resource of a template.
type Resource struct {
	Type string // "aws_dynamodb_table", "AWS::DynamoDB::Table"
	Name string // Terraform's name or CloudFormation's logical id
	Pos  Pos    // where it begins

	body Node
}

// Load reads a SAM or CloudFormation template, a file that ends in .yaml, .yml, .json or .template, or a folder of Terraform
// files. It fails if they cannot be parsed, and for what would change the meaning of the rest and is not read: Terraform's JSON
// syntax, override files and OpenTofu's *.tofu.
func Load(path string) (*Template, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("templatetest: %w", err)
	}
	var t *Template
	switch ext := filepath.Ext(path); {
	case info.IsDir():
		t, err = loadTerraform(path)
	case slices.Contains([]string{".yaml", ".yml", ".json", ".template"}, ext):
		t, err = loadCloudFormation(path)
	case ext == ".tf":
		err = fmt.Errorf("%s: a Terraform module is a folder: load the folder", path)
	default:
		err = fmt.Errorf("%s: neither a folder of Terraform files nor a template (.yaml, .yml, .json, .template)", path)
	}
	if err != nil {
		return nil, fmt.Errorf("templatetest: %w", err)
	}
	return t, nil
}

// add takes a resource in, unless there is one of its name.
func (t *Template) add(r *Resource) error {
	for _, other := range t.resources {
		if other.Name == r.Name && other.Type == r.Type {
			return fmt.Errorf("%s: %s %s is declared at %s already", r.Pos, r.Type, r.Name, other.Pos)
		}
	}
	t.resources = append(t.resources, r)
	return nil
}

// Resources returns the resources of a type, in their order in the files.
func (t *Template) Resources(typ string) []*Resource {
	var found []*Resource
	for _, r := range t.resources {
		if r.Type == typ {
			found = append(found, r)
		}
	}
	return found
}

// made reports a resource that Terraform makes none of. Other counts, for_each and CloudFormation's conditions are not looked at.
func (r *Resource) made() error {
	if count, err := r.Lookup("count"); err == nil && count.scalar == 0.0 {
		return &MissingError{count.pos, fmt.Sprintf("there is no %s %s: its count is 0", r.Type, r.Name)}
	}
	return nil
}

// Resource returns the resource of a type and a name. The error is a [*MissingError] that says which there are.
func (t *Template) Resource(typ, name string) (*Resource, error) {
	var names []string
	for _, r := range t.Resources(typ) {
		if r.Name == name {
			return r, nil
		}
		names = append(names, r.Name)
	}
	what := fmt.Sprintf("there is no %s %s", typ, name)
	if len(names) > 0 {
		what += "; there is " + strings.Join(names, ", ")
	}
	for _, r := range t.resources {
		if r.Name == name {
			what += fmt.Sprintf("; %s is of type %s (%s)", name, r.Type, r.Pos)
		}
	}
	if len(t.hidden) > 0 {
		what += "; not read: " + strings.Join(t.hidden, ", ")
	}
	return nil, &MissingError{t.pos, what}
}

// Lookup returns what lies under the path in the resource, as [Node.Lookup] does. In CloudFormation the path begins with
// "Properties", unless it is for another attribute of the resource.
func (r *Resource) Lookup(path ...string) (Node, error) { return r.body.Lookup(path...) }
