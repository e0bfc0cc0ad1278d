package singletabletest

import (
	"slices"
	"strings"
)

const (
	maxPartitionKey = 2048 // bytes
	maxSortKey      = 1024 // bytes
)

// keyAttribute is one attribute of a key schema.
type keyAttribute struct {
	name string
	kind kind
}

// keySchema is the key of a table or an index. A table has one partition attribute and at most one sort attribute; a
// global secondary index has up to four of each. An index adds the table's key at the end of its order, since several
// items can have the same index key.
type keySchema struct {
	partition []keyAttribute
	sort      []keyAttribute
	table     *keySchema // of the table that an index belongs to, nil in the table's own
}

// attributes are all attributes that a LastEvaluatedKey holds, each once.
func (s keySchema) attributes() []keyAttribute {
	all := slices.Concat(s.partition, s.sort)
	if s.table != nil {
		for _, a := range s.table.attributes() {
			if !slices.Contains(all, a) {
				all = append(all, a)
			}
		}
	}
	return all
}

func (s keySchema) has(name string) bool {
	named := func(a keyAttribute) bool { return a.name == name }
	return slices.ContainsFunc(s.partition, named) || slices.ContainsFunc(s.sort, named)
}

// position is where an item stands: in a partition, and at a place in its order. Both are encoded so that comparing
// the strings compares the keys.
type position struct{ partition, sort string }

// of encodes the key of an item that has all of its attributes.
func (s keySchema) of(item mapValue) position {
	sort := appendKeys(nil, s.sort, item)
	if s.table != nil {
		sort = appendKeys(appendKeys(sort, s.table.partition, item), s.table.sort, item)
	}
	return position{string(appendKeys(nil, s.partition, item)), string(sort)}
}

// key picks a LastEvaluatedKey out of an item.
func (s keySchema) key(item mapValue) mapValue {
	key := mapValue{}
	for _, a := range s.attributes() {
		key[a.name] = item[a.name]
	}
	return key
}

func appendKeys(dst []byte, attributes []keyAttribute, item mapValue) []byte {
	for _, a := range attributes {
		dst = appendKey(dst, item[a.name])
	}
	return dst
}

// appendKey appends an attribute of a key: bytes that sort as the values do, with an end that sorts before everything,
// so that attributes that follow each other sort as a tuple.
func appendKey(dst []byte, v value) []byte {
	dst = appendKeyPrefix(dst, v)
	return append(dst, 0, 1)
}

// appendKeyPrefix appends what appendKey does without the end: what all values that begin with v have in common.
func appendKeyPrefix(dst []byte, v value) []byte {
	switch v := v.(type) {
	case stringValue:
		return appendEscaped(dst, string(v))
	case binaryValue:
		return appendEscaped(dst, string(v))
	case number:
		return appendEscaped(dst, string(v.appendOrdered(nil)))
	}
	return dst
}

// appendEscaped frees a zero byte for the end of the attribute.
func appendEscaped(dst []byte, s string) []byte {
	for {
		i := strings.IndexByte(s, 0)
		if i < 0 {
			return append(dst, s...)
		}
		dst = append(dst, s[:i]...)
		dst = append(dst, 0, 0xff)
		s = s[i+1:]
	}
}

// prefixEnd returns the first string after all that begin with prefix, or "" when there is none.
func prefixEnd(prefix string) string {
	end := []byte(prefix)
	for i := len(end) - 1; i >= 0; i-- {
		if end[i] < 0xff {
			end[i]++
			return string(end[:i+1])
		}
	}
	return ""
}

var (
	errKeyMissing      = validation("One of the required keys was not given a value")
	errKeyAttributes   = validation("The number of conditions on the keys is invalid")
	errKeyKind         = validation("Invalid attribute value type")
	errKeyTypeMismatch = schemaMismatch("One or more parameter values were invalid: Type mismatch for key")
	errKeySize         = schemaMismatch("Hash primary key values must be under 2048 bytes, and range primary key values must be under 1024 bytes")
)

// checkItem checks the key in an item of a table.
func (s keySchema) checkItem(item mapValue) error {
	for i, a := range slices.Concat(s.partition, s.sort) {
		v, ok := item[a.name]
		if !ok {
			return errKeyMissing
		}
		limit := maxPartitionKey
		if i >= len(s.partition) {
			limit = maxSortKey
		}
		if err := a.check(v, limit); err != nil {
			return err
		}
	}
	return nil
}

// checkKey checks a Key parameter: the key of a table and nothing else.
func (s keySchema) checkKey(key mapValue) error {
	if len(key) != len(s.partition)+len(s.sort) {
		return errKeyAttributes
	}
	return s.checkItem(key)
}

func (a keyAttribute) check(v value, limit int) error {
	switch {
	case !v.kind().ordered():
		return errKeyKind
	case v.kind() != a.kind:
		return errKeyTypeMismatch
	case isEmpty(v):
		return validation("One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty %s value. Key: %s", emptyKind(v), a.name)
	case valueSize(v) > limit:
		return errKeySize
	}
	return nil
}

func isEmpty(v value) bool { return v == stringValue("") || v == binaryValue("") }

func emptyKind(v value) string {
	if v.kind() == kindB {
		return "binary"
	}
	return "string"
}
