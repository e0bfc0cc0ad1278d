package deploy

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// checkWorkflow holds both languages to the one definition: that they take it, and put the same resources where it has
// placeholders. Its role may do what its tasks are.
func checkWorkflow(d *deployment) {
	w := d.workflow
	if w == nil {
		return
	}
	sam, terraform := "AWS::Serverless::StateMachine "+w.sam+" ", "aws_sfn_state_machine "+w.terraform+" "
	for _, s := range []struct {
		pair
		want any
	}{
		{pair{"type", "Type", "type"}, "STANDARD"},
		{pair{"tracing", "Tracing Enabled", "tracing_configuration enabled"}, true},
		{pair{"log level", "Logging Level", "logging_configuration level"}, "ERROR"},
		{pair{"data in the log", "Logging IncludeExecutionData", "logging_configuration include_execution_data"}, false},
	} {
		s.what, s.sam, s.terraform = "workflow: "+s.what, sam+s.sam, terraform+s.terraform
		d.equal(s.pair)
		if got, ok := d.value(s.sam); ok && got != s.want {
			d.report("%s is %v, want %v", s.what, got, s.want)
		}
	}
	if uri, ok := d.value(sam + "DefinitionUri"); ok && uri != w.definition {
		d.report("%s: DefinitionUri is %v, want %s", w.sam, uri, w.definition)
	}
	data, err := os.ReadFile(filepath.Join(d.folder, w.definition))
	if err != nil {
		d.report("%v", err)
		return
	}
	var definition any
	if err := json.Unmarshal(data, &definition); err != nil {
		d.report("%s: %v", w.definition, err)
		return
	}
	places := map[string][][]string{} // by placeholder
	find(definition, nil, func(path []string, text string) {
		if name, ok := strings.CutPrefix(text, "${"); ok {
			places[strings.TrimSuffix(name, "}")] = append(places[strings.TrimSuffix(name, "}")], path)
		}
	})
	d.substitutions(sam, terraform, places)
	for place, want := range map[string]string{
		sam + "Role":                        "!GetAtt " + w.sam + "Role.Arn",
		terraform + "role_arn":              "aws_iam_role.workflow.arn",
		"aws_iam_role_policy workflow role": "aws_iam_role.workflow.id",
	} {
		if n, ok := d.at(place); ok && !slices.Equal(expressions(n), []string{want}) {
			d.report("%s is %q, want %s", place, expressions(n), want)
		}
	}
	role := function{pkg: "workflow", sam: w.sam, code: w.may, lambda: map[string][]string{"*": ofWorkflows}}
	d.allows(role, "SAM", d.samPolicies(role.sam+"Role"), 0)
	if n, ok := d.at("aws_iam_role_policy workflow policy"); ok {
		d.allows(role, "Terraform", d.statements(n, "aws_iam_role_policy workflow"), 1)
	}
}

// substitutions compares what stands for each placeholder.
func (d *deployment) substitutions(sam, terraform string, places map[string][][]string) {
	names := slices.Sorted(maps.Keys(places))
	if n, ok := d.at(sam + "DefinitionSubstitutions"); ok {
		got, err := n.Keys()
		if err != nil {
			d.report("%v", err)
		}
		d.compare("placeholders", "SAM", got, "the definition", names)
	}
	whole, ok := d.at(terraform + "definition")
	if !ok {
		return
	}
	for _, name := range names {
		want, known := d.workflow.values[name]
		if !known {
			d.report("the placeholder %s is not in the table of examples", name)
			continue
		}
		if n, ok := d.at(sam + "DefinitionSubstitutions " + name); ok && expressions(n)[0] != want[0] {
			d.report("SAM puts %s for %s, want %s", expressions(n)[0], name, want[0])
		}
		for _, path := range places[name] {
			n, err := whole.Lookup(path...)
			if err != nil {
				d.report("%v", err)
			} else if got := expressions(n)[0]; got != want[1] {
				d.report("Terraform puts %s for %s at %s, want %s", got, name, strings.Join(path, " "), want[1])
			}
		}
	}
}

// find calls found with each text in a JSON value, and its place.
func find(v any, path []string, found func(path []string, text string)) {
	switch v := v.(type) {
	case string:
		found(slices.Clone(path), v)
	case []any:
		for i, inner := range v {
			find(inner, append(path, fmt.Sprint(i)), found)
		}
	case map[string]any:
		for name, inner := range v {
			find(inner, append(path, name), found)
		}
	}
}
