package singletable

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/lambdapatterns/lambdapatterns/singletable/internal/keytext"
)

// constraint is a unique value of an entity type. Each value in use is held by a claim, an item of its own that is written
// and removed in one transaction with the entity: an index can find a value, but keeps it from nobody.
type constraint struct {
	name   string
	prefix string // of the claims' partition keys
	value  keyPlan
	always bool // each entity has a value: it is made of integers alone
}

const (
	claimType = "UniqueClaim"
	claimSort = "CLAIM"

	// The claim's attributes that name the entity that holds it.
	ownerPartition, ownerSort = "owner_partition", "owner_sort"
)

// pattern is that of the claims' partition keys.
func (c *constraint) pattern() string { return c.prefix + c.value.pattern }

func (e *entity) compileUnique(f fields) error {
	for _, name := range slices.Sorted(maps.Keys(e.schema.Unique)) {
		if name == "" {
			return fmt.Errorf("singletable: %s: a unique value has no name", e.schema.Type)
		}
		prefix := []byte("UNIQUE" + separator)
		prefix = append(keytext.Append(prefix, e.schema.Type), separator...)
		prefix = append(keytext.Append(prefix, name), separator...)
		plan, err := compileKey(e.schema.Type, "Unique "+name, e.schema.Unique[name], maxPartitionKey-len(prefix), f)
		if err != nil {
			return err
		}
		named := slices.DeleteFunc(slices.Clone(plan.parts), func(p keyPart) bool { return p.attribute == "" })
		if len(named) == 0 {
			return fmt.Errorf("singletable: %s: Unique %s: the pattern %q names no attribute, so there is no value to keep",
				e.schema.Type, name, e.schema.Unique[name])
		}
		always := !slices.ContainsFunc(named, func(p keyPart) bool { return p.kind.canBeUnset() })
		e.unique = append(e.unique, constraint{name, string(prefix), plan, always})
	}
	return nil
}

// claimKey returns the key of the claim on v's value, or false when none of the value's attributes is set. Integers by themselves
// are always set, 0 is a number.
func (c *constraint) claimKey(v reflect.Value) (Key, bool, error) {
	set := c.always
	for _, p := range c.value.parts {
		set = set || p.attribute != "" && p.kind.isSet(v.FieldByIndex(p.field))
	}
	if !set {
		return Key{}, false, nil
	}
	text, err := c.value.build(v)
	return Key{c.prefix + text, claimSort}, true, err
}

// moveClaims plans what makes before's claims those of after; either may be the zero Value, for no entity. A value that stays
// needs nothing, unless the entity's end has changed with which its claims end: no item is written twice in a transaction.
// old and it are before's and after's items.
func (e *entity) moveClaims(
	op string, before, after reflect.Value, old, it item, s *writeSettings, now time.Time,
) ([]action, error) {
	var actions []action
	for i := range e.unique {
		c := &e.unique[i]
		var was, is Key
		var had, has bool
		var err error
		if before.IsValid() {
			// A value that makes no key, of an item from before the constraint, has no claim.
			was, had, err = c.claimKey(before)
			had = had && err == nil
		}
		if after.IsValid() {
			if is, has, err = c.claimKey(after); err != nil {
				return nil, err
			}
		}
		stays := had && has && was == is
		if x := e.managed.expires; stays && (x == nil || equal(old[x.Name], it[x.Name])) {
			continue
		}
		if had && !stays {
			owner, err := e.key.build(before)
			if err != nil {
				return nil, err
			}
			actions = append(actions, e.free(op, c, was, owner, s))
		}
		if has {
			owner, err := e.key.build(after)
			if err != nil {
				return nil, err
			}
			actions = append(actions, e.claim(op, c, is, owner, it, stays, now))
		}
	}
	return actions, nil
}

// claim plans to take a value that nobody has, or to write the claim that the owner has on it anew.
func (e *entity) claim(op string, c *constraint, key, owner Key, it item, renew bool, now time.Time) action {
	claim := e.keyItem(key)
	claim[e.table.typeAttribute] = &types.AttributeValueMemberS{Value: claimType}
	claim[ownerPartition] = &types.AttributeValueMemberS{Value: owner.Partition}
	claim[ownerSort] = &types.AttributeValueMemberS{Value: owner.Sort}
	if x := e.managed.expires; x != nil {
		if end, ok := it[x.Name]; ok {
			claim[x.Name] = end // the claim goes when the entity goes
		}
	}
	var cond clauses
	e.demandAbsent(&cond, now)
	if renew {
		cond.terms = []string{"(" + cond.terms[0] + ") OR (" + cond.owned(owner) + ")"}
	}
	return action{
		entity: e, op: op, key: owner, constraint: c.name, refused: func(item) error { return ErrExists },
		put: &types.Put{
			TableName: &e.table.name, Item: claim, ConditionExpression: cond.text(),
			ExpressionAttributeNames: cond.names, ExpressionAttributeValues: cond.attributeValues(),
		},
	}
}

// free plans to give a value back. It may be another's: that of an entity which took it after the owner had expired, or before
// the owner, which is older than the constraint, claimed it ([Repo.Claim]). Then the write is planned anew, and only sees to it
// that the claim is not the owner's.
func (e *entity) free(op string, c *constraint, key, owner Key, s *writeSettings) action {
	var cond clauses
	absent, owned := fmt.Sprintf("attribute_not_exists(%s)", cond.name(e.key.partition)), cond.owned(owner)
	a := action{entity: e, op: op, key: owner, constraint: c.name, refused: func(item) error {
		if s.othersClaims == nil {
			s.othersClaims = map[Key]bool{}
		}
		s.othersClaims[key] = !s.othersClaims[key]
		return errRaced
	}}
	if s.othersClaims[key] {
		cond.and("%s OR NOT (%s)", absent, owned)
		a.check = e.checkOf(key, &cond)
		return a
	}
	cond.and("%s OR (%s)", absent, owned)
	a.delete = e.deleteOf(key, &cond)
	return a
}

// owned is the condition that a claim is the owner's.
func (c *clauses) owned(owner Key) string {
	return fmt.Sprintf("%s = %s AND %s = %s",
		c.name(ownerPartition), c.value(&types.AttributeValueMemberS{Value: owner.Partition}),
		c.name(ownerSort), c.value(&types.AttributeValueMemberS{Value: owner.Sort}))
}

// errRaced says that the item changed between the reading and the writing of it: both are done again.
var errRaced = fmt.Errorf("%w while its unique values were moved", ErrConflict)

// replaceUnique puts or deletes an entity with unique values: it reads the one that is there and writes both and their claims
// in one transaction, again as often as somebody else is faster.
func (r *Repo[T]) replaceUnique(ctx context.Context, op string, v T, opts []WriteOption) error {
	e := r.entity
	s := writeSettingsOf(opts)
	given := reflect.ValueOf(&v).Elem()
	if err := s.check(e, op, given.Type()); err != nil {
		return err
	}
	key, err := e.key.build(given)
	if err != nil {
		return err
	}
	raced := func(err error) bool {
		// What may have been done already may not meet its conditions a second time.
		return errors.Is(err, errRaced) && (len(s.conditions) == 0 || !errors.Is(err, ErrUncertain))
	}
	var t tries
	return retry(ctx, &t, raced, func() error {
		old, err := e.read(ctx, op, key, t.sent+1)
		if err != nil {
			return &ItemError{Op: op, Entity: e.schema.Type, Key: key, Err: err}
		}
		var before reflect.Value
		if old != nil {
			var b T
			if err := e.decode(old, &b); err != nil {
				return &ItemError{Op: op, Entity: e.schema.Type, Key: key, Err: err}
			}
			before = reflect.ValueOf(&b).Elem()
		}
		after := reflect.New(given.Type()).Elem()
		after.Set(given)
		actions, err := e.replaceActions(op, key, old, before, after, s)
		if err != nil {
			return err
		}
		if len(actions) == 0 {
			return s.finish(e, op, after, nil)
		}
		if _, err := e.perform(ctx, &t, actions, s); err != nil {
			return err
		}
		return s.finish(e, op, after, old)
	})
}

func (e *entity) replaceActions(op string, key Key, old item, before, after reflect.Value, s *writeSettings) ([]action, error) {
	g := &guard{sight{item: old}}
	now := time.Now()
	var main []action
	var err error
	if op == "delete" {
		if old == nil && len(s.conditions) == 0 && (e.managed.versionOf(after) == 0 || s.anyVersion) {
			return nil, nil
		}
		main, err = e.remove(after, g, s, now)
		after = reflect.Value{}
	} else {
		main, err = e.replace(after, g, s, now)
	}
	if err != nil {
		return nil, err
	}
	var it item
	if put := main[0].put; put != nil {
		it = put.Item
	}
	claims, err := e.moveClaims(op, before, after, old, it, s, now)
	return append(main, claims...), err
}

// guard demands that an item is as it was read as far as its unique values go, so that the claims that are moved are those
// that it has.
type guard struct{ sight }

func (g *guard) demand(e *entity, c *clauses, now time.Time) {
	if g.item == nil {
		e.demandAbsent(c, now)
		return
	}
	for _, name := range e.uniqueAttributes() {
		g.sight.demand(c, name)
	}
}

// raced tells whether the item that did not meet the condition is another than the one that was read.
func (g *guard) raced(e *entity, current item) bool {
	if g.item == nil || current == nil {
		return (g.item == nil) != (current == nil || e.managed.expired(current, time.Now()))
	}
	for _, name := range e.uniqueAttributes() {
		if !g.holds(current, name) {
			return true
		}
	}
	return false
}

// uniqueAttributes are those that unique values are made of.
func (e *entity) uniqueAttributes() []string {
	var names []string
	for _, u := range e.unique {
		for _, p := range u.value.parts {
			if p.attribute != "" && !slices.Contains(names, p.attribute) {
				names = append(names, p.attribute)
			}
		}
	}
	return names
}
