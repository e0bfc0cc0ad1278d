package singletable

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/lambdapatterns/lambdapatterns/singletable/internal/keytext"
)

// The limits of keys, in bytes of UTF-8 (Amazon DynamoDB Developer Guide, "Quotas in Amazon DynamoDB").
const (
	maxPartitionKey = 2048
	maxSortKey      = 1024
)

// keyPart is a component compiled for an entity.
type keyPart struct {
	component
	kind  partKind
	field []int // path of the struct field that holds the attribute

	shards int // of a component that is a shard's number, which is in patterns that are compared only
}

// keyPlan makes one key, partition or sort, out of an entity and reads it back.
type keyPlan struct {
	entity  string
	pattern string
	limit   int
	parts   []keyPart

	given []string // attributes that the partition key's pattern names too, if this is a sort key
}

// compileKey compiles a pattern, which stands at where in the entity's schema.
func compileKey(entity, where, pattern string, limit int, f fields) (keyPlan, error) {
	components, err := parsePattern(pattern)
	if err != nil {
		return keyPlan{}, fmt.Errorf("singletable: %s: %s: pattern %q: %w", entity, where, pattern, err)
	}
	k := keyPlan{entity: entity, pattern: pattern, limit: limit}
	for _, c := range components {
		p := keyPart{component: c}
		if c.attribute != "" {
			a, err := f.inKey(c.attribute)
			if err == nil {
				p.field = a.Field.Index
				p.kind, err = partKindOf(a.Field.Type, c.width)
			}
			if err != nil {
				return keyPlan{}, fmt.Errorf("singletable: %s: %s: pattern %q: {%s}: %w", entity, where, pattern, c.attribute, err)
			}
		}
		k.parts = append(k.parts, p)
	}
	return k, nil
}

func (k *keyPlan) fail(attribute, reason string) error {
	return &KeyError{Entity: k.entity, Pattern: k.pattern, Attribute: attribute, Reason: reason}
}

// build makes the whole key.
func (k *keyPlan) build(v reflect.Value) (string, error) {
	key, n, err := k.prefix(v, len(k.parts))
	if err == nil && n < len(k.parts) {
		panic("singletable: a required part was left out") // prefix fails instead
	}
	return key, err
}

// prefix makes the key out of as many leading parts as are set, and returns how many those are. The first required parts
// must be there. A prefix of some parts ends with the separator, so that it matches whole components only; the prefix of no
// parts is empty.
func (k *keyPlan) prefix(v reflect.Value, required int) (key string, n int, err error) {
	var stack [128]byte
	dst := stack[:0]
	for n < len(k.parts) {
		p := &k.parts[n]
		if p.attribute == "" {
			dst = append(dst, p.literal...)
		} else {
			value := v.FieldByIndex(p.field)
			if n >= required && !p.kind.isSet(value) {
				break
			}
			if dst, err = p.kind.appendPart(dst, value, p.width); err != nil {
				return "", n, k.fail(p.attribute, err.Error())
			}
		}
		if n++; n < len(k.parts) {
			dst = append(dst, separator...)
		}
	}
	for _, p := range k.parts[n:] {
		if p.attribute != "" && !slices.Contains(k.given, p.attribute) && p.kind.isSet(v.FieldByIndex(p.field)) {
			return "", n, k.fail(k.parts[n].attribute,
				"it is not set, but "+p.attribute+" after it is: a query goes by the leading parts of its sort key")
		}
	}
	if len(dst) > k.limit {
		return "", n, k.fail("", fmt.Sprintf("it would have %d bytes, and the limit is %d", len(dst), k.limit))
	}
	return string(dst), n, nil
}

// matches tells whether the key has this pattern, by its literals and the number of its components.
func (k *keyPlan) matches(key string) bool {
	i := 0
	for text := range strings.SplitSeq(key, separator) {
		if i == len(k.parts) || text == "" || k.parts[i].attribute == "" && k.parts[i].literal != text {
			return false
		}
		i++
	}
	return i == len(k.parts)
}

// read sets the fields of v that the key holds, of those whose attribute is wanted.
func (k *keyPlan) read(key string, v reflect.Value, wanted func(attribute string) bool) error {
	if !k.matches(key) {
		return fmt.Errorf("a key does not have the pattern %q", k.pattern)
	}
	i := 0
	for text := range strings.SplitSeq(key, separator) {
		p := &k.parts[i]
		i++
		if p.attribute == "" || !wanted(p.attribute) {
			continue
		}
		plain, err := keytext.Read(text)
		if err == nil {
			err = p.kind.setPart(v.FieldByIndex(p.field), plain, p.width)
		}
		if err != nil {
			return fmt.Errorf("pattern %q: %s: %w", k.pattern, p.attribute, err)
		}
	}
	return nil
}
