package singletable

import (
	"cmp"
	"errors"
	"fmt"
	"reflect"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// attributePlace is where an entity lies in an index by its own attributes.
type attributePlace struct {
	index           *attributeIndex
	partition, sort []attributeKey
	sparse          bool
}

// compileAttributeIndexes finds the entity's places in indexes by its own attributes, and takes them out of the patterns.
func (e *entity) compileAttributeIndexes(f fields, patterns map[string]KeyPattern) error {
	for i := range e.table.attributeIndexes {
		x := &e.table.attributeIndexes[i]
		pattern, stated := patterns[x.name]
		delete(patterns, x.name)
		if err := e.compileAttributeIndex(f, x, pattern, stated); err != nil {
			return fmt.Errorf("singletable: %s: index %s: %w", e.schema.Type, x.name, err)
		}
	}
	return nil
}

func (e *entity) compileAttributeIndex(f fields, x *attributeIndex, pattern KeyPattern, stated bool) error {
	switch {
	case stated && !pattern.own:
		return errors.New("it goes by the entities' own attributes and has no keys of a pattern: state it with OwnAttributes")
	case pattern.sharded:
		return errors.New("an index by own attributes cannot be Sharded: that is for keys that a pattern makes")
	}
	p := attributePlace{index: x, sparse: pattern.sparse}
	complete := true
	for i, name := range x.attributes() {
		a, there := f.byName[name]
		if !there {
			if complete = false; stated {
				return fmt.Errorf("%s has no attribute %q, so the entity is never in the index", f.entity, name)
			}
			continue
		}
		k, err := compileAttributeKey(a)
		if err != nil {
			return fmt.Errorf("the attribute %s, by which it goes, cannot be a key: %w", name, err)
		}
		if k.limit = maxPartitionKey; i >= len(x.partition) {
			k.limit = maxSortKey
		}
		if stated && !p.sparse && a.Options.OmitEmpty {
			return fmt.Errorf("the attribute %s has the tag omitempty, which would leave entities out of the index: remove the tag, "+
				"or say Sparse if that is meant", name)
		}
		switch {
		case stated && p.sparse:
			k.optional = true
		case stated:
			k.index, k.required = x.name, true
		case k.storedAs() != types.ScalarAttributeTypeN && !a.Options.OmitEmpty:
			k.index = x.name // the service takes no empty value for it in any item
		}
		e.addIndexed(k)
		if i < len(x.partition) {
			p.partition = append(p.partition, k)
		} else {
			p.sort = append(p.sort, k)
		}
	}
	if complete && !stated {
		return errors.New("the entity has all attributes by which it goes, so that DynamoDB puts it there: state it in the schema's " +
			"Indexes with OwnAttributes, or give it other attributes")
	}
	if stated {
		e.attributePlaces = append(e.attributePlaces, p)
	}
	return nil
}

// addIndexed takes an attribute in whose values the entity's items must keep to what indexes can hold.
func (e *entity) addIndexed(k attributeKey) {
	i := slices.IndexFunc(e.indexed, func(other attributeKey) bool { return other.Name == k.Name })
	if i < 0 {
		e.indexed = append(e.indexed, k)
		return
	}
	same := &e.indexed[i]
	same.limit = min(same.limit, k.limit)
	same.optional = same.optional || k.optional
	if same.index == "" || k.required {
		same.index, same.required = k.index, k.required
	}
}

// mayBeEmpty tells whether an entity can be stored without a value of the attribute.
func (k *attributeKey) mayBeEmpty() bool { return !k.required && (k.optional || k.index == "") }

// leaveOut removes from v's item the empty attributes that sparse indexes by own attributes go by.
func (e *entity) leaveOut(v reflect.Value, it item) {
	for i := range e.indexed {
		if k := &e.indexed[i]; k.optional && k.mayBeEmpty() && k.isEmpty(k.of(v)) {
			delete(it, k.Name)
		}
	}
}

// checkIndexed finds what indexes by v's own attributes cannot hold.
func (e *entity) checkIndexed(v reflect.Value) error {
	for i := range e.indexed {
		k := &e.indexed[i]
		value := k.of(v)
		if k.mayBeEmpty() && k.isEmpty(value) {
			continue
		}
		if reason := k.problem(value); reason != "" {
			return &KeyError{Entity: e.schema.Type, Pattern: "in " + k.index, Attribute: k.Name, Reason: reason}
		}
	}
	for i := range e.attributePlaces {
		p := &e.attributePlaces[i]
		if reason := cmp.Or(tooLong("partition", p.partition, maxPartitionKey, v), tooLong("sort", p.sort, maxSortKey, v)); reason != "" {
			return &KeyError{Entity: e.schema.Type, Pattern: "in " + p.index.name, Reason: reason}
		}
	}
	return nil
}

// tooLong says that the attributes of a key are too long together; empty if they are not.
func tooLong(key string, attributes []attributeKey, limit int, v reflect.Value) string {
	total := 0
	for i := range attributes {
		total += attributes[i].size(v)
	}
	if total <= limit {
		return ""
	}
	return fmt.Sprintf("the attributes of its %s key have %d bytes, and the limit is %d for all of them", key, total, limit)
}

// absentIndexed lists the attributes that the entity's items must not have while they have no value for a sparse index.
func (e *entity) absentIndexed(it item) []string {
	var names []string
	for i := range e.indexed {
		if k := &e.indexed[i]; k.optional && it[k.Name] == nil {
			names = append(names, k.Name)
		}
	}
	return names
}

// start makes the beginning of a key condition for v: all of the partition key, and of the sort key what is set from the left.
func (p *attributePlace) start(entity string, v reflect.Value) (attributeCondition, error) {
	var c attributeCondition
	fail := func(k *attributeKey, reason string) error {
		return &KeyError{Entity: entity, Pattern: "in " + p.index.name, Attribute: k.Name, Reason: reason}
	}
	for i := range p.partition {
		k := &p.partition[i]
		if reason := k.problem(k.of(v)); reason != "" {
			return c, fail(k, reason)
		}
		c.partition = append(c.partition, k.value(k.of(v)))
	}
	for i := range p.sort {
		k := &p.sort[i]
		switch set := k.isSet(k.of(v)); {
		case set && len(c.known) < i:
			return c, fail(&p.sort[len(c.known)],
				"it is not set, but "+k.Name+" after it is: a query goes by the leading attributes of its sort key")
		case set:
			if reason := k.problem(k.of(v)); reason != "" {
				return c, fail(k, reason)
			}
			c.known = append(c.known, k.value(k.of(v)))
		}
	}
	return c, nil
}

// keyNames are the attributes of the index's keys.
func (s source) keyNames() []string {
	if s.own != nil {
		return s.own.index.attributes()
	}
	return []string{s.place.partition, s.place.sort}
}
