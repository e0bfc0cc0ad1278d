package singletable

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// register takes an entity into the table, unless its items, claims included, could lie where another type's do, or expire by
// another attribute.
func (t *Table) register(e *entity) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if err := t.agreeOnExpiry(e); err != nil {
		return err
	}
	mine := e.patterns()
	for _, claim := range mine[1:] {
		if claim.meets(mine[0]) {
			return collision(e, e, claim, mine[0])
		}
	}
	for _, other := range t.entities {
		if other.schema.Type == e.schema.Type {
			continue // another view of the same items
		}
		for _, a := range mine {
			for _, b := range other.patterns() {
				if a.meets(b) {
					return collision(e, other, a, b)
				}
			}
		}
	}
	if err := t.agree(e); err != nil {
		return err
	}
	same := func(o *entity) bool { return o.schema.Type == e.schema.Type }
	if i := slices.IndexFunc(t.entities, same); i >= 0 {
		t.entities[i] = e
	} else {
		t.entities = append(t.entities, e)
	}
	t.expiry = cmp.Or(t.expiry, e.schema.ExpiresAt)
	return nil
}

func collision(e, other *entity, a, b keyPatterns) error {
	return fmt.Errorf("singletable: %s and %s can have the same key: %s and %s; give them literals that differ",
		e.schema.Type, other.schema.Type, a, b)
}

// keyPatterns are the components of a partition key and a sort key.
type keyPatterns struct{ partition, sort []keyPart }

// patterns are where the entity's items lie in the table: itself first, then its claims.
func (e *entity) patterns() []keyPatterns {
	all := []keyPatterns{{e.key.partitionKey.parts, e.key.sortKey.parts}}
	if n := e.key.shards; n > 0 {
		all[0].partition = append(slices.Clone(all[0].partition), keyPart{shards: n})
	}
	for _, c := range e.unique {
		var parts []keyPart
		for literal := range strings.SplitSeq(strings.TrimSuffix(c.prefix, separator), separator) {
			parts = append(parts, keyPart{component: component{literal: literal}})
		}
		all = append(all, keyPatterns{append(parts, c.value.parts...), []keyPart{{component: component{literal: claimSort}}}})
	}
	return all
}

// meets tells whether two patterns can make the same key: they have as many components, and none in which both have a
// literal and those differ, or one has a literal and the other a shard, and there is no such shard.
func (k keyPatterns) meets(other keyPatterns) bool {
	meet := func(a, b keyPart) bool {
		switch {
		case a.attribute != "" || b.attribute != "", a.shards > 0 && b.shards > 0:
			return true
		case a.shards > 0:
			_, is := parseShard(b.literal, a.shards)
			return is
		case b.shards > 0:
			_, is := parseShard(a.literal, b.shards)
			return is
		}
		return a.literal == b.literal
	}
	return slices.EqualFunc(k.partition, other.partition, meet) && slices.EqualFunc(k.sort, other.sort, meet)
}

func (k keyPatterns) String() string {
	text := func(parts []keyPart) string {
		var all []string
		for _, p := range parts {
			if p.attribute != "" {
				p.literal = "{" + p.attribute + "}"
			}
			if p.shards > 0 {
				p.literal = shardsPattern(p.shards)
			}
			all = append(all, p.literal)
		}
		return strings.Join(all, separator)
	}
	return text(k.partition) + "|" + text(k.sort)
}
