package singletable

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/lambdapatterns/lambdapatterns/singletable/internal/keytext"
)

// KeyPattern is how the two keys of an item, or of its entry in an index, are made of its attributes. [Pattern] makes one;
// the zero value stands for no key at all, as for an entity that is not in an index.
type KeyPattern struct {
	partition, sort string
	sparse          bool
	sharded         bool
	shards          int
	own             bool // the keys are attributes of the entity's own
}

// Pattern states a partition key and a sort key in the notation of single-table design:
//
//	singletable.Pattern("USER#{id}", "PROFILE")
//
// An item whose attribute id is "usr_123" has then the keys
//
//	PK = "USER#usr_123", SK = "PROFILE"
//
// A pattern is a list of components with "#" between them. A component is a literal or {attribute}, where attribute is the
// name of the item's DynamoDB attribute as its dynamodbav tag gives it. {attribute:6} writes an integer with six digits.
// Values are escaped so that none can leave its component, and written so that keys sort as their values do. PATTERNS.md,
// beside this file, is the specification. Patterns are checked by [NewRepo].
func Pattern(partition, sort string) KeyPattern { return KeyPattern{partition: partition, sort: sort} }

// String returns the pattern as it was stated: USER#{id}|PROFILE.
func (p KeyPattern) String() string {
	if p.own {
		return "OwnAttributes"
	}
	return Key{p.partition, p.sort}.String()
}

func (p KeyPattern) isZero() bool { return p == KeyPattern{} }

// component is one part of a pattern: a literal, or a placeholder when attribute is not empty.
type component struct {
	literal   string
	attribute string
	width     int // digits of an integer; 0 when the pattern gives none
}

// separator stands between the components of a key.
const separator = keytext.Separator

const maxWidth = 20 // digits of the largest uint64

// parsePattern reads one key's pattern.
func parsePattern(pattern string) ([]component, error) {
	if pattern == "" {
		return nil, fmt.Errorf("it is empty")
	}
	if !utf8.ValidString(pattern) {
		return nil, fmt.Errorf("it is not UTF-8")
	}
	var components []component
	for part := range strings.SplitSeq(pattern, separator) {
		c, err := parseComponent(part)
		if err != nil {
			return nil, fmt.Errorf("component %d, %q: %w", len(components)+1, part, err)
		}
		components = append(components, c)
	}
	return components, nil
}

func parseComponent(part string) (component, error) {
	if part == "" {
		return component{}, fmt.Errorf("it is empty")
	}
	inner, opened := strings.CutPrefix(part, "{")
	inner, closed := strings.CutSuffix(inner, "}")
	if strings.ContainsAny(inner, "{}") || opened != closed {
		return component{}, fmt.Errorf("a component is a literal or one {attribute}, not a mixture; put # between them")
	}
	if !opened {
		for i := range len(part) {
			if keytext.Escaped(part[i]) {
				return component{}, fmt.Errorf("the character %q cannot stand in a literal", part[i])
			}
		}
		return component{literal: part}, nil
	}
	name, digits, formatted := strings.Cut(inner, ":")
	c := component{attribute: name}
	if name == "" || strings.ContainsFunc(name, func(r rune) bool {
		return r != '_' && r != '-' && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
	}) {
		return component{}, fmt.Errorf("an attribute's name is made of letters, digits, _ and -")
	}
	if formatted {
		n, err := strconv.Atoi(digits)
		if err != nil || n < 1 || n > maxWidth || digits[0] == '0' || digits[0] == '+' {
			return component{}, fmt.Errorf("a width is a number of digits from 1 to %d", maxWidth)
		}
		c.width = n
	}
	return c, nil
}
