package singletabletest

import "slices"

// index is a secondary index of a table.
type index struct {
	name    string
	global  bool
	key     keySchema
	project indexProjection
	entries keyspace
}

// indexProjection says which attributes an index holds, apart from the keys, which it always holds.
type indexProjection struct {
	Type             string   `json:"ProjectionType,omitempty"`
	NonKeyAttributes []string `json:",omitempty"`
}

const (
	projectAll      = "ALL"
	projectKeysOnly = "KEYS_ONLY"
	projectInclude  = "INCLUDE"
)

// holds says whether an item is in the index: whether it has all of the index's key.
func (x *index) holds(item mapValue) bool {
	for _, keys := range [...][]keyAttribute{x.key.partition, x.key.sort} {
		for _, a := range keys {
			if _, ok := item[a.name]; !ok {
				return false
			}
		}
	}
	return true
}

// projects says whether an index holds an attribute.
func (x *index) projects(name string) bool {
	return x.project.Type == projectAll || x.key.has(name) || x.key.table.has(name) ||
		slices.Contains(x.project.NonKeyAttributes, name)
}

// enter makes the entry of a table's item, or nil if the item is not in the index.
func (x *index) enter(base *entry) *entry {
	if base == nil || !x.holds(base.item) {
		return nil
	}
	sort := x.key.of(base.item).sort
	if x.project.Type == projectAll {
		return &entry{sort: sort, item: base.item, size: base.size, base: base}
	}
	projected := x.key.key(base.item)
	for _, name := range x.project.NonKeyAttributes {
		if v, ok := base.item[name]; ok {
			projected[name] = v
		}
	}
	return &entry{sort: sort, item: projected, size: itemSize(projected), base: base}
}

// replace takes the old item of the table out and puts the new one in; either can be nil.
func (x *index) replace(oldBase, newBase *entry, consumed *capacity) {
	var before, after position
	var old *entry
	if oldBase != nil && x.holds(oldBase.item) {
		before = x.key.of(oldBase.item)
		old = x.entries.find(before)
	}
	entered := x.enter(newBase)
	if entered != nil {
		after = x.key.of(newBase.item)
		if old != nil && before != after {
			x.entries.remove(before)
		}
		x.entries.put(after.partition, entered)
	} else if old != nil {
		x.entries.remove(before)
	}
	consumed.writeIndex(x, old, entered, before == after)
}
