package singletable

import (
	"reflect"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// sight is an item as a writer has seen it. It was read, or was made again of the entity that the caller has read. Then zero is
// the item of an entity of which nothing is set: an attribute that has the same value there may be absent in the table, because
// both read alike. Items from before their type had the attribute are so.
type sight struct{ item, zero item }

// sightOf makes the item again that v was read as, with the keys of indexes that v makes now: those that the item has may be
// older than the schema's patterns.
func (e *entity) sightOf(v reflect.Value) (Key, sight, error) {
	key, err := e.key.build(v)
	if err != nil {
		return key, sight{}, err
	}
	it, err := e.codec.Encode(v.Addr().Interface(), 3+2*len(e.indexes))
	if err != nil {
		return key, sight{}, &ItemError{Op: "encode", Entity: e.schema.Type, Key: key, Err: err}
	}
	zero, err := e.codec.Encode(reflect.New(v.Type()).Interface(), 0)
	if err != nil {
		return key, sight{}, err
	}
	e.key.set(it, key)
	for i := range e.indexes {
		if indexKey, in, err := e.indexes[i].indexKey(v, key); in && err == nil {
			e.indexes[i].set(it, indexKey)
		}
	}
	e.leaveOut(v, it)
	it[e.table.typeAttribute] = &types.AttributeValueMemberS{Value: e.schema.Type}
	return key, sight{it, zero}, nil
}

func (s sight) mayLack(name string) bool {
	v := s.item[name]
	return v != nil && s.zero != nil && equal(v, s.zero[name])
}

// demand demands that an attribute is as it was seen.
func (s sight) demand(c *clauses, name string) {
	if s.mayLack(name) {
		c.and("attribute_not_exists(%[1]s) OR %[1]s = %[2]s", c.name(name), c.value(s.item[name]))
		return
	}
	c.is(name, s.item[name])
}

// holds tells whether an attribute of the item is now as it was seen.
func (s sight) holds(now item, name string) bool {
	return equal(s.item[name], now[name]) || now[name] == nil && s.mayLack(name)
}

// merge returns what an attribute that was read as old becomes, when the entity's view of it goes from was to is: inside maps, what
// the entity does not know stays, and so does what is the same to it, since its view may be less than what is there: an any holds a
// number as a float64 and a set as a slice. Lists are replaced as a whole, because their elements have no names to be told by.
func merge(old, was, is types.AttributeValue) types.AttributeValue {
	if old != nil && equal(was, is) {
		return old
	}
	o, ok1 := old.(*types.AttributeValueMemberM)
	w, ok2 := was.(*types.AttributeValueMemberM)
	i, ok3 := is.(*types.AttributeValueMemberM)
	if !ok1 || !ok2 || !ok3 {
		return is
	}
	merged := make(item, len(o.Value)+len(i.Value))
	for name, v := range i.Value {
		merged[name] = merge(o.Value[name], w.Value[name], v)
	}
	for name, v := range o.Value {
		if !knows(w.Value, name) && !knows(i.Value, name) {
			merged[name] = v
		}
	}
	return &types.AttributeValueMemberM{Value: merged}
}

// knows tells whether an attribute was decoded to one of these: attributevalue passes over differences in case.
func knows(it item, name string) bool {
	for other := range it {
		if strings.EqualFold(other, name) {
			return true
		}
	}
	return false
}

// touched are the indexes of which a key is among the named attributes, or is made of one of them.
func (e *entity) touched(names []string) []*place {
	var touched []*place
	for i := range e.indexes {
		p := &e.indexes[i]
		if slices.ContainsFunc(append(e.madeOf(p), p.partition, p.sort), func(n string) bool { return slices.Contains(names, n) }) {
			touched = append(touched, p)
		}
	}
	return touched
}

// madeOf lists the attributes that a place's keys are made of, and that decide whether the entity lies there at all, but for
// those of the primary key, which stay what they are.
func (e *entity) madeOf(p *place) []string {
	var names []string
	for _, part := range slices.Concat(p.partitionKey.parts, p.sortKey.parts) {
		if part.attribute != "" && !slices.Contains(e.keyAttributes, part.attribute) {
			names = append(names, part.attribute)
		}
	}
	return names
}
