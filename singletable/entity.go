package singletable

import (
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/lambdapatterns/lambdapatterns/singletable/internal/itemcodec"
)

// Schema says how the entities of one type lie in the table.
type Schema struct {
	Type string     // the entity type's name, kept in each item; required
	Key  KeyPattern // the table's keys; required
	GSI1 KeyPattern // the keys in the table's first index; zero when the entity is not in it

	// Indexes are the keys in further indexes, by the names that the table gives them with [WithIndex], and [OwnAttributes]
	// for those of [WithAttributeIndex].
	Indexes map[string]KeyPattern

	// Unique are values that no two entities of the type may share, by names that errors give: the patterns of the values, as
	// in {"email": "{email}"}. A value of which no attribute is set is nobody's, so that any number of users may have no e-mail;
	// one that is made of integers alone is always set, as 0 is a number. That of an entity which has expired is free.
	// [Repo.Holder] finds the entity by one, consistently and by two reads; for one read give it a pattern in an index too. Each
	// value in use is held by an item of its own, so an entity with k unique values is written by a transaction of up to 1 + 2k
	// items. Entities that the table has already when a constraint is declared hold nothing until [Repo.Claim] takes their values.
	Unique map[string]string

	// Version names an int64 attribute that counts an entity's writes. Every write checks it: what was read and has been
	// changed by somebody else since fails with [ErrConflict]. Versions begin at 1, so an entity that was deleted and created anew
	// since may have the version that was read.
	Version string
	// CreatedAt and UpdatedAt name time.Time attributes that are set by the first and by each write, in UTC, to microseconds. An
	// index can go by any of these three, but then Patch is refused where it goes by the version or UpdatedAt; neither of those two can
	// be part of the Key or of a unique value.
	CreatedAt, UpdatedAt string
	// ExpiresAt names the table's time-to-live attribute: an int64 of seconds since 1970 or a time.Time with the tag unixtime.
	// An entity whose time has come counts as gone, though DynamoDB removes it only days later. All schemas of a table that
	// have one name the same, since a table has one.
	ExpiresAt string
}

// item is an entity as DynamoDB's attributes.
type item = map[string]types.AttributeValue

// entity is a schema compiled for its Go type.
type entity struct {
	table   *Table
	schema  Schema
	key     place
	indexes []place // those that the entity is in

	attributePlaces []attributePlace // its places in indexes by own attributes
	indexed         []attributeKey   // its attributes that some such index goes by

	codec         *itemcodec.Plan
	keyAttributes []string // that key's patterns name
	managed       managed
	unique        []constraint
}

// place is where an entity lies: the table or an index, with what makes both of its keys there.
type place struct {
	access
	partitionKey, sortKey keyPlan

	optional []keyPart // of a sparse pattern: without one of them an entity is not here
	shards   int       // that each partition has; 0 when it is one by itself
}

func compile(table *Table, schema Schema, t reflect.Type) (*entity, error) {
	if err := table.check(); err != nil {
		return nil, err
	}
	if schema.Type == "" {
		return nil, fmt.Errorf("singletable: the schema of %s has no Type", t)
	}
	plan, f, err := compileType(t)
	if err != nil {
		return nil, fmt.Errorf("singletable: %s: %w", schema.Type, err)
	}
	for _, name := range table.ownAttributes() {
		if a, taken := f.like(name); taken {
			return nil, fmt.Errorf("singletable: %s: the field %s of %s has the attribute name %q, and the table uses %q itself "+
				"(names that differ in case alone would be mixed up in decoding)", schema.Type, a.Field.Name, t, a.Name, name)
		}
	}
	e := &entity{table: table, schema: schema, codec: plan}
	if schema.Key.isZero() {
		return nil, fmt.Errorf("singletable: %s: the schema has no Key", schema.Type)
	}
	if schema.Key.own {
		return nil, fmt.Errorf("singletable: %s: the Key is OwnAttributes: that is for indexes of WithAttributeIndex, a Key is a Pattern", schema.Type)
	}
	if schema.Key.sparse {
		return nil, fmt.Errorf("singletable: %s: the Key is Sparse, %s: an item without its primary key is nowhere, so this is for indexes",
			schema.Type, schema.Key)
	}
	if e.key, err = compilePlace(schema.Type, table.primary, schema.Key, f); err != nil {
		return nil, err
	}
	for _, p := range slices.Concat(e.key.partitionKey.parts, e.key.sortKey.parts) {
		if p.attribute != "" {
			e.keyAttributes = append(e.keyAttributes, p.attribute)
		}
	}
	if e.managed, err = compileManaged(schema, f); err != nil {
		return nil, err
	}
	if err := e.compileUnique(f); err != nil {
		return nil, err
	}
	if err := e.compileIndexes(f); err != nil {
		return nil, err
	}
	if err := e.checkChanging(); err != nil {
		return nil, err
	}
	return e, table.register(e)
}

// compileIndexes finds the entity's places in indexes, in the table's order.
func (e *entity) compileIndexes(f fields) error {
	patterns := maps.Clone(e.schema.Indexes)
	if !e.schema.GSI1.isZero() {
		if e.table.withoutGSI1 {
			return fmt.Errorf("singletable: %s: the schema has the pattern %s for GSI1, and table %s is WithoutGSI1",
				e.schema.Type, e.schema.GSI1, e.table.name)
		}
		first := e.table.gsi1()
		if _, twice := patterns[first]; twice {
			return fmt.Errorf("singletable: %s: the schema gives the index %s twice, in GSI1 and in Indexes", e.schema.Type, first)
		}
		if patterns == nil {
			patterns = map[string]KeyPattern{}
		}
		patterns[first] = e.schema.GSI1
	}
	for _, a := range e.table.indexes {
		pattern, in := patterns[a.index]
		if !in {
			continue
		}
		delete(patterns, a.index)
		if pattern.own {
			return fmt.Errorf("singletable: %s: the index %s has key attributes of its own: give it a Pattern, OwnAttributes is for "+
				"indexes of WithAttributeIndex", e.schema.Type, a.index)
		}
		p, err := compilePlace(e.schema.Type, a, pattern, f)
		if err == nil && pattern.sparse {
			p.optional, err = e.compileSparse(&p)
		}
		if err != nil {
			return err
		}
		e.indexes = append(e.indexes, p)
	}
	if err := e.compileAttributeIndexes(f, patterns); err != nil {
		return err
	}
	for name := range patterns {
		return fmt.Errorf("singletable: %s: the table has no index %q: add it with WithIndex or WithAttributeIndex", e.schema.Type, name)
	}
	return nil
}

func compilePlace(entity string, a access, p KeyPattern, f fields) (place, error) {
	where := "Key"
	if a.index != "" {
		where = "index " + a.index
	}
	partition, err1 := compileKey(entity, where, p.partition, maxPartitionKey, f)
	sort, err2 := compileKey(entity, where, p.sort, maxSortKey, f)
	for _, part := range partition.parts {
		sort.given = append(sort.given, part.attribute)
	}
	at := place{access: a, partitionKey: partition, sortKey: sort}
	if err := errors.Join(err1, err2); err != nil || !p.sharded {
		return at, err
	}
	return at, at.shard(entity, p.shards)
}

// build makes both keys of v, in an index without the shard, which depends on the primary key.
func (p *place) build(v reflect.Value) (Key, error) {
	partition, err := p.partitionKey.build(v)
	if err != nil {
		return Key{}, err
	}
	sort, err := p.sortKey.build(v)
	if p.shards > 0 && p.index == "" {
		partition = inShard(partition, shardOf(p.shards, sort))
	}
	return Key{partition, sort}, err
}

// indexKey makes both keys of v in an index, with the shard; false when v is not in it.
func (p *place) indexKey(v reflect.Value, primary Key) (k Key, in bool, err error) {
	if !p.takes(v) {
		return k, false, nil
	}
	if k, err = p.build(v); err == nil && p.shards > 0 {
		k.Partition = inShard(k.Partition, shardOf(p.shards, primary.Partition, primary.Sort))
	}
	return k, true, err
}

// encode makes the whole item of v, a pointer to the entity, keys and type included. It is a pointer because attributevalue
// calls methods of a field's pointer only where it can take the field's address.
func (e *entity) encode(v any) (Key, item, error) {
	rv := reflect.ValueOf(v).Elem()
	key, err := e.key.build(rv)
	if err != nil {
		return key, nil, err
	}
	it, err := e.codec.Encode(v, 3+2*len(e.indexes))
	if err != nil {
		return key, nil, &ItemError{Op: "encode", Entity: e.schema.Type, Key: key, Err: err}
	}
	if e.indexed != nil {
		if err := e.checkIndexed(rv); err != nil {
			return key, nil, err
		}
		e.leaveOut(rv, it)
	}
	own := &[3]types.AttributeValueMemberS{{Value: key.Partition}, {Value: key.Sort}, {Value: e.schema.Type}} // in one allocation
	it[e.key.partition], it[e.key.sort], it[e.table.typeAttribute] = &own[0], &own[1], &own[2]
	for i := range e.indexes {
		indexKey, in, err := e.indexes[i].indexKey(rv, key)
		if err != nil {
			return key, nil, err
		}
		if in {
			e.indexes[i].set(it, indexKey)
		}
	}
	return key, it, nil
}

// decode reads an item into v, a pointer to the entity. Attributes of the key that the item does not hold by themselves are
// read back out of the key.
func (e *entity) decode(it item, v any) error {
	if err := e.codec.Decode(it, v); err != nil {
		return err
	}
	if !e.lacksKeyAttribute(it) {
		return nil
	}
	key := e.key.of(it)
	if key == (Key{}) {
		return nil // a projection without the key
	}
	missing := func(attribute string) bool { _, there := it[attribute]; return !there }
	rv := reflect.ValueOf(v).Elem()
	if e.key.shards > 0 {
		base, _, ok := e.key.splitShard(key.Partition)
		if !ok {
			return fmt.Errorf("a key does not have the pattern %q", e.key.partitionPattern())
		}
		key.Partition = base
	}
	if err := e.key.partitionKey.read(key.Partition, rv, missing); err != nil {
		return err
	}
	return e.key.sortKey.read(key.Sort, rv, missing)
}

func (e *entity) lacksKeyAttribute(it item) bool {
	for _, name := range e.keyAttributes {
		if _, there := it[name]; !there {
			return true
		}
	}
	return false
}

// holds tells whether an item that was read is handed out as this entity: it is one, and its time is not over.
func (e *entity) holds(it item) bool { return e.own(it) && !e.managed.gone(it) }

// own tells whether an item is of this entity: by its type attribute, or where it has none by its key.
func (e *entity) own(it item) bool {
	if name, ok := it[e.table.typeAttribute].(*types.AttributeValueMemberS); ok {
		return name.Value == e.schema.Type
	}
	key := e.key.of(it)
	if key == (Key{}) {
		return true // a projection that tells neither: whoever asked for it knows
	}
	return e.key.matches(key)
}

// admit tells why an item that was read by its key is not handed out: it has expired, or it is another entity's.
func (e *entity) admit(it item) error {
	switch {
	case it == nil, e.managed.gone(it):
		return ErrNotFound
	case !e.own(it):
		return ErrWrongType
	}
	return nil
}

func (a *access) set(it item, k Key) {
	both := &[2]types.AttributeValueMemberS{{Value: k.Partition}, {Value: k.Sort}} // in one allocation
	it[a.partition], it[a.sort] = &both[0], &both[1]
}

func (a *access) of(it item) Key {
	partition, _ := it[a.partition].(*types.AttributeValueMemberS)
	sort, _ := it[a.sort].(*types.AttributeValueMemberS)
	if partition == nil || sort == nil {
		return Key{}
	}
	return Key{partition.Value, sort.Value}
}
