package singletabletest

import (
	"slices"
	"time"
)

// table is a table with its items and indexes. The engine's lock guards what changes in it.
type table struct {
	definition tableDefinition
	created    time.Time
	ttl        string // the attribute, "" while time to live is off

	key     keySchema
	items   keyspace
	count   int
	size    int
	indexes []*index
	stream  *Stream // nil if it has none
}

func (t *table) name() string { return *t.definition.TableName }

// write is a change of one item, checked and ready. Several writes of a transaction are prepared before the first is
// made.
type write struct {
	table *table
	at    position
	old   *entry   // nil if there is none
	item  mapValue // nil to delete

	expired bool // the service deletes it
}

func (w write) oldItem() mapValue {
	if w.old == nil {
		return nil
	}
	return w.old.item
}

// preparePut checks an item that a request brings as a whole, apart from its index keys.
func (t *table) preparePut(item mapValue) (write, error) {
	if err := t.key.checkItem(item); err != nil {
		return write{}, err
	}
	for _, v := range item {
		if containers(v) > maxContainers {
			return write{}, validation("Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit")
		}
	}
	if itemSize(item) > maxItemSize {
		return write{}, validation("Item size has exceeded the maximum allowed size")
	}
	at := t.key.of(item)
	return write{table: t, at: at, old: t.items.find(at), item: item}, nil
}

func (t *table) prepareDelete(key mapValue) (write, error) {
	if err := t.key.checkKey(key); err != nil {
		return write{}, err
	}
	at := t.key.of(key)
	return write{table: t, at: at, old: t.items.find(at)}, nil
}

// prepareUpdate finds the item that an update begins with, which is the key alone where there is none.
func (t *table) prepareUpdate(key mapValue) (write, error) {
	w, err := t.prepareDelete(key)
	if err != nil {
		return write{}, err
	}
	if w.item = w.oldItem(); w.item == nil {
		w.item = key
	}
	return w, nil
}

// checkPaths refuses an update of the table's key, or of something inside of any key.
func (t *table) checkPaths(u *update) error {
	for _, a := range u.actions {
		if name := a.path[0].name; t.key.has(name) {
			return schemaMismatch("One or more parameter values were invalid: Cannot update attribute %s. This attribute is part of the key", name)
		}
	}
	return t.checkScalarKeys(u.nested)
}

// checkScalarKeys refuses expressions that look for something inside of a key of the table or an index.
func (t *table) checkScalarKeys(nested []path) error {
	const refusal = "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: %s: %s"
	for _, p := range nested {
		name := p[0].name
		if t.key.has(name) {
			return validation(refusal, "Key", name)
		}
		if slices.ContainsFunc(t.indexes, func(x *index) bool { return x.key.has(name) }) {
			return validation(refusal, "IndexKey", name)
		}
	}
	return nil
}

// updated applies an update to a prepared write and checks what comes out.
func (w write) updated(u *update) (write, error) {
	item, err := u.apply(w.item)
	if err != nil {
		return write{}, err
	}
	if err := w.table.checkIndexKeys(item, emptyInUpdate); err != nil {
		return write{}, err
	}
	for _, v := range item {
		if containers(v) > maxContainers {
			return write{}, validation("Nesting Levels have exceeded supported limits")
		}
	}
	if itemSize(item) > maxItemSize {
		return write{}, validation("Item size to update has exceeded the maximum allowed size")
	}
	w.item = item
	return w, nil
}

// commit makes the change in the table, its indexes and its stream, and adds to consumed what it costs.
func (w write) commit(consumed *capacity) {
	t := w.table
	var entered *entry
	if w.item != nil {
		entered = &entry{sort: w.at.sort, item: w.item, size: itemSize(w.item)}
		entered.base = entered
		t.items.put(w.at.partition, entered)
		t.count++
		t.size += entered.size
	} else if w.old != nil {
		t.items.remove(w.at)
	}
	if w.old != nil {
		t.count--
		t.size -= w.old.size
	}
	consumed.writeTable(t, w.old, entered)
	for _, x := range t.indexes {
		x.replace(w.old, entered, consumed)
	}
	if t.stream != nil {
		t.stream.add(w, time.Now())
	}
}

// The messages of an empty index key differ with where it came from.
const (
	emptyInItem   = "A value specified for a secondary index key is not supported. The AttributeValue for a key attribute cannot contain an empty %s value. IndexName: %s, IndexKey: %s"
	emptyInUpdate = "The update expression attempted to update a secondary index key to a value that is not supported. The AttributeValue for a key attribute cannot contain an empty %s value."
)

var (
	errIndexKeyType = schemaMismatch("One or more parameter values were invalid: Type mismatch for Index Key")
	errIndexKeySize = schemaMismatch("One or more parameter values were invalid: Size limit exceeded")
)

// checkIndexKeys checks the attributes of an item that are keys of indexes. They may be missing. The limit is one for all of
// the attributes of a key together.
func (t *table) checkIndexKeys(item mapValue, emptyMessage string) error {
	for _, x := range t.indexes {
		for _, keys := range [...]struct {
			attributes []keyAttribute
			limit      int
		}{{x.key.partition, maxPartitionKey}, {x.key.sort, maxSortKey}} {
			size := 0
			for _, a := range keys.attributes {
				v, ok := item[a.name]
				if ok {
					size += valueSize(v)
				}
				switch {
				case !ok || t.key.has(a.name):
				case !v.kind().ordered():
					return errKeyKind
				case v.kind() != a.kind:
					return errIndexKeyType
				case isEmpty(v):
					return emptyIndexKey(emptyMessage, v, x.name, a.name)
				case size > keys.limit:
					return errIndexKeySize
				}
			}
		}
	}
	return nil
}

func emptyIndexKey(format string, v value, index, attribute string) error {
	format = "One or more parameter values are not valid. " + format
	if format[len(format)-1] == '.' {
		return validation(format, emptyKind(v))
	}
	return validation(format, emptyKind(v), index, attribute)
}
