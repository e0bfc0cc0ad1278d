// Package emf writes CloudWatch's embedded metric format, within its limits (Amazon CloudWatch User Guide, "Specification:
// Embedded metric format"; Amazon CloudWatch API Reference, "MetricDatum" and "Dimension").
package emf

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

const (
	// MaxDimensions is how many dimensions a metric has at most.
	MaxDimensions = 30
	// MaxValues is how many values of one metric are in one document at most.
	MaxValues = 100
	// MaxValue is how long the value of a dimension is at most.
	MaxValue = 1024

	maxName      = 255
	maxNamespace = 255
)

// Metadata is the name of the member that holds the metadata, and so of no dimension and no metric.
const Metadata = "_aws"

// A Metric is the definition of a metric.
type Metric struct {
	Name string
	Unit string
}

// NamespaceProblem says what is wrong with the name of a namespace, or nothing.
func NamespaceProblem(namespace string) string {
	if namespace == "" || len(namespace) > maxNamespace {
		return fmt.Sprintf("needs 1 to %d characters", maxNamespace)
	}
	for _, r := range namespace {
		if !strings.ContainsRune("-._/#: ", r) && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') {
			return fmt.Sprintf("has the character %q", r)
		}
	}
	if strings.HasPrefix(namespace, "AWS/") || strings.HasPrefix(namespace, ":") || strings.TrimSpace(namespace) == "" {
		return "is not one for metrics of your own"
	}
	return ""
}

// DimensionsProblem says what is wrong with the dimensions that a user adds to the dimension own, or nothing. taken are the
// names of the other members of a document.
func DimensionsProblem(dimensions map[string]string, own string, taken ...string) string {
	if len(dimensions) >= MaxDimensions {
		return fmt.Sprintf("%d dimensions and %s are more than %d", len(dimensions), own, MaxDimensions)
	}
	for _, name := range slices.Sorted(maps.Keys(dimensions)) {
		value := dimensions[name]
		switch {
		case name == own || name == Metadata || slices.Contains(taken, name):
			return fmt.Sprintf("dimension %q has the name of something that is there already", name)
		case !IsText(name, maxName) || name[0] == ':':
			return fmt.Sprintf("dimension %q: need a name of 1 to %d printable ASCII characters, not beginning with a colon",
				name, maxName)
		case !IsText(value, MaxValue):
			return fmt.Sprintf("dimension %q: need a value of 1 to %d printable ASCII characters", name, MaxValue)
		}
	}
	return ""
}

// IsText tells whether s has at most limit characters, all printable ASCII, and one that is no space.
func IsText(s string, limit int) bool {
	for _, r := range s {
		if r < ' ' || r > '~' {
			return false
		}
	}
	return strings.TrimSpace(s) != "" && len(s) <= limit
}
