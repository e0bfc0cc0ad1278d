package templatetest

import (
	"slices"

	"go.yaml.in/yaml/v3"
)

// globalTypes are the resources that each section of Globals is for.
var globalTypes = map[string]string{
	"Function": "AWS::Serverless::Function", "Api": "AWS::Serverless::Api", "HttpApi": "AWS::Serverless::HttpApi",
	"SimpleTable": "AWS::Serverless::SimpleTable", "StateMachine": "AWS::Serverless::StateMachine",
}

// mergeGlobals gives each resource what the Globals have for its type (AWS SAM Developer Guide, "Globals section of the AWS SAM
// template").
func (r *templateReader) mergeGlobals(t *Template, globals *yaml.Node) error {
	if globals == nil {
		return nil
	}
	all, err := r.node(globals, 0)
	if err != nil {
		return err
	}
	for _, resource := range t.resources {
		for section, typ := range globalTypes {
			if resource.Type != typ || resource.body.kind != mapping {
				continue
			}
			defaults, err := all.Lookup(section)
			if err != nil {
				if all.kind == unknown {
					resource.body.fields["Properties"] = all // whatever it says counts
				}
				continue
			}
			own, there := resource.body.fields["Properties"]
			if !there || own.kind == null {
				own = Node{pos: resource.Pos, kind: mapping}
			}
			resource.body.fields["Properties"] = merged(defaults, own)
		}
	}
	return nil
}

// merged is what a resource's own value makes of that in Globals: maps are joined, lists appended, everything else goes over it.
// SAM takes an intrinsic function for a plain value.
func merged(global, own Node) Node {
	switch {
	case global.kind == mapping && own.kind == mapping:
		fields := make(map[string]Node, len(global.fields)+len(own.fields))
		for name, v := range global.fields {
			fields[name] = v
		}
		for name, v := range own.fields {
			if g, both := fields[name]; both {
				v = merged(g, v)
			}
			fields[name] = v
		}
		return Node{pos: own.pos, kind: mapping, fields: fields}
	case global.kind == list && own.kind == list:
		return Node{pos: own.pos, kind: list, items: slices.Concat(global.items, own.items)}
	}
	return own
}
