package stepfunctions

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

var placeholder = regexp.MustCompile(`\$\{[^}]*\}`)

// Substitute puts values where ${Name} stands in a definition: what SAM's DefinitionSubstitutions and Terraform's templatefile do
// with the same names. Each placeholder needs a value and each value a placeholder; the error names those that lack one.
func Substitute(definition []byte, values map[string]string) ([]byte, error) {
	unused, unknown := maps.Clone(values), map[string]bool{}
	out := placeholder.ReplaceAllFunc(definition, func(text []byte) []byte {
		name := string(text[2 : len(text)-1])
		value, ok := values[name]
		if !ok {
			unknown[string(text)] = true
			return text
		}
		delete(unused, name)
		quoted, _ := json.Marshal(value) // strings always marshal
		return quoted[1 : len(quoted)-1]
	})
	if len(unknown) > 0 {
		return nil, &DefinitionError{"${…}", fmt.Sprintf("no value for %s", strings.Join(slices.Sorted(maps.Keys(unknown)), ", "))}
	}
	if len(unused) > 0 {
		return nil, &DefinitionError{"${…}", fmt.Sprintf("nothing asks for %s", strings.Join(slices.Sorted(maps.Keys(unused)), ", "))}
	}
	return out, nil
}
