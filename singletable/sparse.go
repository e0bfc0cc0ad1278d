package singletable

import (
	"fmt"
	"reflect"
	"slices"
)

// Sparse makes an index hold only the entities that have all attributes that the pattern names:
//
//	GSI1: singletable.Pattern("REVIEW#{reviewer}", "{due}").Sparse()
//
// An entity of which one is not set, an empty string or the zero time, is not in the index: it is written without the index's
// keys, and Update, Put and transactions remove those that it had. Integers are always set, 0 is a number. Without Sparse
// an attribute that is not set makes no key, which is an error.
//
// It is for indexes, and for patterns with a string or a time that the entity can be without: [NewRepo] refuses others.
func (p KeyPattern) Sparse() KeyPattern {
	p.sparse = true
	return p
}

// compileSparse finds the attributes without which an entity is not in an index.
func (e *entity) compileSparse(p *place) ([]keyPart, error) {
	var optional []keyPart
	for _, part := range slices.Concat(p.partitionKey.parts, p.sortKey.parts) {
		if part.attribute != "" && part.kind.canBeUnset() && !slices.Contains(e.keyAttributes, part.attribute) {
			optional = append(optional, part)
		}
	}
	if optional == nil {
		return nil, fmt.Errorf("singletable: %s: the pattern %s|%s for the index %s is Sparse, and names no string or time that the entity can be "+
			"without (integers are always set, and so is what the Key names)",
			e.schema.Type, p.partitionKey.pattern, p.sortKey.pattern, p.index)
	}
	return optional, nil
}

// canBeUnset tells whether there is a value of the kind that makes no part of a key.
func (k partKind) canBeUnset() bool { return k == textPart || k == timePart }

// takes tells whether the entity v lies at the place.
func (p *place) takes(v reflect.Value) bool {
	for i := range p.optional {
		if part := &p.optional[i]; !part.kind.isSet(v.FieldByIndex(part.field)) {
			return false
		}
	}
	return true
}

// absent lists the attributes of sparse indexes that an item of the entity's does not have, and must not.
func (e *entity) absent(it item) []string {
	var names []string
	for i := range e.indexes {
		p := &e.indexes[i]
		if p.optional == nil {
			continue
		}
		for _, name := range []string{p.partition, p.sort} {
			if _, there := it[name]; !there {
				names = append(names, name)
			}
		}
	}
	return names
}
