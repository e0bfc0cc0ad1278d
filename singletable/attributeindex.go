package singletable

import (
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// maxIndexAttributes is how many attributes each key of a global secondary index may have (Amazon DynamoDB Developer Guide,
// "Multi-attribute keys pattern").
const maxIndexAttributes = 4

// WithAttributeIndex adds a global secondary index whose keys are attributes of the entities themselves: one to four for the
// partition key, none to four for the sort key. DynamoDB compares them as the numbers, texts and bytes that they are, so
// nothing is put together and nothing is stored twice. The index must project all attributes.
//
//	table := singletable.NewTable(client, "app-table",
//		singletable.WithAttributeIndex("ByRegion", []string{"region", "status"}, []string{"total", "id"}))
//
// An entity is in the index if its schema says so, with [OwnAttributes]. The index itself takes every item that has all of
// the attributes, so an entity that has them and does not say so is refused by [NewRepo].
func WithAttributeIndex(index string, partition, sort []string) TableOption {
	x := attributeIndex{index, slices.Clone(partition), slices.Clone(sort)}
	return tableOption(func(t *Table) { t.attributeIndexes = append(t.attributeIndexes, x) })
}

// OwnAttributes states in [Schema].Indexes that an entity is in an index of [WithAttributeIndex], by attributes that it has
// anyway:
//
//	Indexes: map[string]singletable.KeyPattern{"ByRegion": singletable.OwnAttributes()}
//
// The attributes must be stored as strings, numbers or binary values: strings, integers, floating-point numbers, []byte, and
// time.Time with the tag unixtime (other times are stored as text that does not sort). None may have the tag omitempty, and
// an empty string, empty bytes or the zero time fail with [ErrKey]. With [KeyPattern.Sparse] they may be empty: such an
// attribute is left out of the item, and so the entity out of the index. A number that is 0 is a number; with omitempty, which
// a sparse index allows, it is left out.
func OwnAttributes() KeyPattern { return KeyPattern{own: true} }

// attributeIndex is an index by attributes of the entities' own.
type attributeIndex struct {
	name            string
	partition, sort []string
}

func (x *attributeIndex) attributes() []string { return slices.Concat(x.partition, x.sort) }

// checkAttributeIndexes finds what no such index can be. used are the names of the other indexes.
func (t *Table) checkAttributeIndexes(used map[string]bool) error {
	for _, x := range t.attributeIndexes {
		fail := func(format string, a ...any) error {
			return fmt.Errorf("singletable: table %s: index %q: %s", t.name, x.name, fmt.Sprintf(format, a...))
		}
		if x.name == "" || used[x.name] {
			return fmt.Errorf("singletable: table %s: %q cannot name an index: it is empty or used twice", t.name, x.name)
		}
		used[x.name] = true
		if n := len(x.partition); n < 1 || n > maxIndexAttributes {
			return fail("its partition key has %d attributes, and there can be 1 to %d", n, maxIndexAttributes)
		}
		if n := len(x.sort); n > maxIndexAttributes {
			return fail("its sort key has %d attributes, and there can be at most %d", n, maxIndexAttributes)
		}
		all := x.attributes()
		for i, name := range all {
			switch {
			case name == "" || slices.Contains(all[:i], name):
				return fail("%q cannot be its attribute: it is empty or there twice", name)
			case slices.Contains(t.ownAttributes(), name):
				return fail("%q cannot be its attribute: the table uses it itself", name)
			}
		}
	}
	return nil
}

// definition is the index as CreateTable takes it.
func (x *attributeIndex) definition() types.GlobalSecondaryIndex {
	d := types.GlobalSecondaryIndex{
		IndexName: aws.String(x.name), Projection: &types.Projection{ProjectionType: types.ProjectionTypeAll},
	}
	for _, name := range x.partition {
		d.KeySchema = append(d.KeySchema, types.KeySchemaElement{AttributeName: aws.String(name), KeyType: types.KeyTypeHash})
	}
	for _, name := range x.sort {
		d.KeySchema = append(d.KeySchema, types.KeySchemaElement{AttributeName: aws.String(name), KeyType: types.KeyTypeRange})
	}
	return d
}

// storedType is how the entities of a table store an attribute that an index goes by.
type storedType struct {
	as     types.ScalarAttributeType
	entity string // that was the first to have it
}

// agree holds how an entity stores the attributes of indexes against the others of the table. It is called with t.mu held.
func (t *Table) agree(e *entity) error {
	for i := range e.indexed {
		k := &e.indexed[i]
		if other, known := t.stored[k.Name]; known && other.as != k.storedAs() {
			return fmt.Errorf("singletable: %s stores the attribute %s as %s, and %s as %s: an index goes by it, and takes one type only",
				e.schema.Type, k.Name, k.storedAs(), other.entity, other.as)
		}
	}
	for i := range e.indexed {
		if k := &e.indexed[i]; t.stored[k.Name].entity == "" {
			if t.stored == nil {
				t.stored = map[string]storedType{}
			}
			t.stored[k.Name] = storedType{k.storedAs(), e.schema.Type}
		}
	}
	return nil
}

// attributeDefinitions are those of the indexes' attributes whose types are known.
func (t *Table) attributeDefinitions() []types.AttributeDefinition {
	t.mu.Lock()
	defer t.mu.Unlock()
	var all []types.AttributeDefinition
	var done []string
	for _, x := range t.attributeIndexes {
		for _, name := range x.attributes() {
			if s, known := t.stored[name]; known && !slices.Contains(done, name) {
				all = append(all, types.AttributeDefinition{AttributeName: aws.String(name), AttributeType: s.as})
				done = append(done, name)
			}
		}
	}
	return all
}

func (x *attributeIndex) String() string {
	text := strings.Join(x.partition, ", ")
	if len(x.sort) > 0 {
		text += " | " + strings.Join(x.sort, ", ")
	}
	return text
}
