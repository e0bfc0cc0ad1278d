package singletabletest

import (
	"maps"
	"slices"
	"strings"
)

// substitutions are the ExpressionAttributeNames and ExpressionAttributeValues of a request. They belong to all
// of its expressions together, and each has to be used.
type substitutions struct {
	names      map[string]string
	values     mapValue
	usedNames  map[string]bool
	usedValues map[string]bool
	nested     []path // the paths of more than one part
}

// expressionParameter is an expression of a request by its parameter's name; a nil source was not given.
type expressionParameter struct {
	name   string
	source *string
}

const (
	maxAttributeName = 65535   // bytes
	maxPlaceholder   = 255     // bytes
	maxSubstitutions = 2 << 20 // bytes of all names, or of all values, with their placeholders
)

// newSubstitutions checks the two maps of a request. names and values are the parameters as they came, nil if they did
// not. The expressions in withValues are those that can use values.
func newSubstitutions(names map[string]string, values wireItem, withValues []expressionParameter, others ...expressionParameter) (*substitutions, error) {
	s := &substitutions{names: names, usedNames: map[string]bool{}, usedValues: map[string]bool{}}
	if names != nil {
		if !anyGiven(withValues) && !anyGiven(others) {
			return nil, validation("ExpressionAttributeNames can only be specified when using expressions")
		}
		if err := checkNames(names); err != nil {
			return nil, err
		}
	}
	if values != nil {
		if !anyGiven(withValues) {
			return nil, validation("ExpressionAttributeValues can only be specified when using expressions: %s", missing(withValues))
		}
		var err error
		if s.values, err = decodeValues(values); err != nil {
			return nil, err
		}
	}
	return s, nil
}

func anyGiven(parameters []expressionParameter) bool {
	return slices.ContainsFunc(parameters, func(p expressionParameter) bool { return p.source != nil })
}

func missing(parameters []expressionParameter) string {
	names := make([]string, len(parameters))
	for i, p := range parameters {
		names[i] = p.name
	}
	if len(names) == 1 {
		return names[0] + " is null"
	}
	return strings.Join(names, " and ") + " are null"
}

func checkNames(names map[string]string) error {
	if len(names) == 0 {
		return validation("ExpressionAttributeNames must not be empty")
	}
	size := 0
	for _, placeholder := range slices.Sorted(maps.Keys(names)) {
		if err := checkPlaceholder(parameterNames, placeholder, '#'); err != nil {
			return err
		}
		name := names[placeholder]
		switch {
		case name == "":
			return validation("ExpressionAttributeNames contains invalid value: Empty attribute name for key %s", placeholder)
		case len(name) > maxAttributeName:
			return validation("ExpressionAttributeNames contains invalid value: Attribute name is too large, must be less than 65536 bytes for key %s", placeholder)
		}
		size += len(placeholder) + len(name)
	}
	return checkTotal(parameterNames, size)
}

const (
	parameterNames  = "ExpressionAttributeNames"
	parameterValues = "ExpressionAttributeValues"
)

func checkPlaceholder(parameter, placeholder string, mark byte) error {
	switch {
	case !isPlaceholder(placeholder, mark):
		return validation(`%s contains invalid key: Syntax error; key: "%s"`, parameter, placeholder)
	case len(placeholder) > maxPlaceholder:
		return validation("%s contains invalid key: The expression attribute map contains a key that is too long; size of key: %d", parameter, len(placeholder))
	}
	return nil
}

func checkTotal(parameter string, size int) error {
	if size > maxSubstitutions {
		return validation("%s exceeds max size", parameter)
	}
	return nil
}

func decodeValues(values wireItem) (mapValue, error) {
	if len(values) == 0 {
		return nil, validation("ExpressionAttributeValues must not be empty")
	}
	decoded := make(mapValue, len(values))
	size := 0
	for _, placeholder := range slices.Sorted(maps.Keys(values)) {
		if err := checkPlaceholder(parameterValues, placeholder, ':'); err != nil {
			return nil, err
		}
		v, err := values[placeholder].decode()
		if err != nil {
			return nil, validation("ExpressionAttributeValues contains invalid value: %s for key %s", message(err), placeholder)
		}
		decoded[placeholder] = v
		size += len(placeholder) + valueSize(v)
	}
	return decoded, checkTotal(parameterValues, size)
}

func (s *substitutions) value(n valueNode) (value, error) {
	v, ok := s.values[n.name]
	if !ok {
		return nil, validation("An expression attribute value used in expression is not defined; attribute value: %s", n.name)
	}
	s.usedValues[n.name] = true
	return v, nil
}

// path resolves the names in a document path.
func (s *substitutions) path(n pathNode) (path, error) {
	if len(n.parts) > maxPathParts {
		return nil, validation("The document path has too many nesting levels; nesting levels: %d", len(n.parts))
	}
	resolved := make(path, len(n.parts))
	for i, part := range n.parts {
		switch {
		case part.name == "":
			index, err := parseIndex(part.index)
			if err != nil {
				return nil, err
			}
			resolved[i].index = index
		case part.name[0] == '#':
			name, ok := s.names[part.name]
			if !ok {
				return nil, validation("An expression attribute name used in the document path is not defined; attribute name: %s", part.name)
			}
			s.usedNames[part.name] = true
			resolved[i].name = name
		case isReserved(part.name):
			return nil, validation("Attribute name is a reserved keyword; reserved keyword: %s", part.name)
		default:
			resolved[i].name = part.name
		}
	}
	if len(resolved) > 1 {
		s.nested = append(s.nested, resolved)
	}
	return resolved, nil
}

// checkUsed refuses what no expression of the request used.
func (s *substitutions) checkUsed() error {
	if unused := unusedKeys(s.names, s.usedNames); unused != "" {
		return validation("Value provided in ExpressionAttributeNames unused in expressions: keys: {%s}", unused)
	}
	if unused := unusedKeys(s.values, s.usedValues); unused != "" {
		return validation("Value provided in ExpressionAttributeValues unused in expressions: keys: {%s}", unused)
	}
	return nil
}

func unusedKeys[V any](given map[string]V, used map[string]bool) string {
	if len(given) == len(used) {
		return ""
	}
	var unused []string
	for k := range given {
		if !used[k] {
			unused = append(unused, k)
		}
	}
	slices.Sort(unused)
	return strings.Join(unused, ", ")
}
