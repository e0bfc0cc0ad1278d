package deploy

import (
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/lambdapatterns/lambdapatterns/templatetest"
)

// deployment is an example's two descriptions, read, and what is found wrong with them.
type deployment struct {
	example
	folder         string // the example's
	sam, terraform *templatetest.Template
	problems       []string
}

// read loads what lies below root/name.
func read(root string, e example) (*deployment, error) {
	d := &deployment{example: e, folder: filepath.Join(root, e.name)}
	var err1, err2 error
	d.sam, err1 = templatetest.Load(filepath.Join(d.folder, "template.yaml"))
	d.terraform, err2 = templatetest.Load(filepath.Join(d.folder, "terraform"))
	return d, errors.Join(err1, err2)
}

func (d *deployment) report(format string, args ...any) {
	d.problems = append(d.problems, fmt.Sprintf(format, args...))
}

// at finds what a place says: "TYPE NAME PATH…", the path in SAM below Properties. What is not there is reported.
func (d *deployment) at(place string) (templatetest.Node, bool) {
	steps := strings.Fields(place)
	tmpl, path := d.terraform, steps[2:]
	if strings.HasPrefix(place, "AWS::") {
		tmpl, path = d.sam, append([]string{"Properties"}, path...)
	}
	r, err := tmpl.Resource(steps[0], steps[1])
	if err != nil {
		d.report("%v", err)
		return templatetest.Node{}, false
	}
	n, err := r.Lookup(path...)
	if err != nil {
		d.report("%s: %v", place, err)
		return templatetest.Node{}, false
	}
	return n, true
}

// value is the value at a place.
func (d *deployment) value(place string) (any, bool) {
	n, ok := d.at(place)
	if !ok {
		return nil, false
	}
	v, err := n.Value()
	if err != nil {
		d.report("%s: %v", place, err)
	}
	return v, err == nil
}

// number is the number at a place.
func (d *deployment) number(place string) (float64, bool) {
	v, ok := d.value(place)
	n, is := v.(float64)
	if ok && !is {
		d.report("%s is %v and no number", place, v)
	}
	return n, ok && is
}

// equal reports when two places do not say the same, or one of them something that is not known.
func (d *deployment) equal(p pair) {
	a, ok1 := d.value(p.sam)
	b, ok2 := d.value(p.terraform)
	if !ok1 || !ok2 {
		return
	}
	if x, y := text(a), text(b); x != y {
		d.report("%s: SAM has %s, and Terraform has %s (%s, %s)", p.what, x, y, p.sam, p.terraform)
	}
}

func text(v any) string {
	data, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(data)
}

// expressions are the texts of an expression, or of the expressions in a list.
func expressions(n templatetest.Node) []string {
	var texts []string
	items, err := n.Items()
	if err != nil {
		items = []templatetest.Node{n}
	}
	for _, item := range items {
		v, err := item.Value()
		if lost, ok := errors.AsType[*templatetest.UnknownError](err); ok {
			texts = append(texts, lost.Text)
		} else {
			texts = append(texts, fmt.Sprint(v))
		}
	}
	return texts
}

// compare reports what is in one of two sets only.
func (d *deployment) compare(what, gotBy string, got []string, wantBy string, want []string) {
	for _, name := range want {
		if !slices.Contains(got, name) {
			d.report("%s: %s has no %s, and %s has it", what, gotBy, name, wantBy)
		}
	}
	for _, name := range got {
		if !slices.Contains(want, name) {
			d.report("%s: %s has %s, and %s has not", what, gotBy, name, wantBy)
		}
	}
}
