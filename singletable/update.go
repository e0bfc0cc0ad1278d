package singletable

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Update reads the entity that has the key of v, lets change work on it, and writes what change has changed: attributes that
// stay the same are not written, those that T does not know stay as they are, inside of maps too but not of lists, and the keys
// of all indexes are made anew. Changes to what the repository sets, the version and the times, are passed over. It
// fails with [ErrNotFound] when there is no such entity, and when change returns an error, with that, and nothing is written.
//
// If somebody else writes the entity meanwhile, all of it is done again, change included, up to twelve times with growing
// random pauses and until 100 ms before ctx's deadline; then it fails with [ErrConflict]. With a version in the schema any other write
// counts; without one only writes of the attributes that change has changed, of those that keys of indexes are made of together
// with them, and of those of unique values, so what change has merely looked at may be out
// of date.
//
// Where the answer to a write was lost, so that the SDK sent it again, change is not done again unless it is certain that the
// write was not performed: Update fails with ErrConflict and [ErrUncertain] then. With UpdatedAt in the schema its own write is
// recognised.
//
// change must not change the primary key. It may be called several times, so it should work on its argument alone.
func (r *Repo[T]) Update(ctx context.Context, v T, change func(*T) error, opts ...WriteOption) error {
	e := r.entity
	s := writeSettingsOf(opts)
	if err := s.check(e, "update", reflect.TypeFor[T]()); err != nil {
		return err
	}
	key, err := r.Key(v)
	if err != nil {
		return err
	}
	failed := func(err error) error { return &ItemError{Op: "update", Entity: e.schema.Type, Key: key, Err: err} }
	var changeErr error
	outdated := func(err error) bool {
		return changeErr == nil && errors.Is(err, ErrConflict) && !errors.Is(err, ErrUncertain)
	}
	var t tries
	return retry(ctx, &t, outdated, func() error {
		old, err := e.read(ctx, "update", key, t.sent+1)
		if err == nil && old == nil {
			err = ErrNotFound
		}
		if err != nil {
			return failed(err)
		}
		var before, after T
		own := old
		if e.codec.HandsOn() { // or change would change what it is held against
			own = clone(old)
		}
		if err := errors.Join(e.decode(old, &before), e.decode(own, &after)); err != nil {
			return failed(err)
		}
		if changeErr = change(&after); changeErr != nil {
			return changeErr
		}
		b, a := reflect.ValueOf(&before).Elem(), reflect.ValueOf(&after).Elem()
		actions, err := e.updateActions(key, sight{item: old}, b, a, s, true, time.Now())
		if err != nil {
			return err
		}
		if len(actions) == 0 {
			return s.finish(e, "update", b, old)
		}
		if _, err := e.perform(ctx, &t, actions, s); err != nil {
			return err
		}
		return s.finish(e, "update", a, old)
	})
}

// updateActions plans the write of what differs between the entity as it was and as it has become. If that is the same it
// plans nothing, or a check alone where there are conditions or a version to be checked. read says that old is the item as it
// has just been read, with what the entity does not know of it, and not what the caller's entity makes.
func (e *entity) updateActions(
	key Key, seen sight, before, after reflect.Value, s *writeSettings, read bool, now time.Time,
) ([]action, error) {
	if err := s.checkVersioned(e, "update"); err != nil {
		return nil, err
	}
	old := seen.item
	e.managed.keep(before, after)
	was, is, err := e.encodeBoth(before, after)
	if err != nil {
		return nil, err
	}
	if newKey := e.key.of(is); newKey != key {
		return nil, &ItemError{Op: "update", Entity: e.schema.Type, Key: key, Err: fmt.Errorf("%w: the update would change it to %s", ErrKey, newKey)}
	}
	names := e.changed(old, was, is)
	same := len(names) == 0
	if same && len(s.conditions) == 0 && (read || e.managed.version == nil) {
		return nil, nil
	}
	version := e.managed.versionOf(before)
	if !same && e.managed.stamps() { // otherwise the item stays as it is
		e.managed.stamp(after, version+1, false, now)
		if _, is, err = e.encode(after.Addr().Interface()); err != nil {
			return nil, err
		}
		names = e.changed(old, was, is)
	}
	names = slices.DeleteFunc(names, func(n string) bool { return n == e.key.partition || n == e.key.sort })
	for _, name := range names {
		if v, stays := is[name]; stays {
			before := old[name]
			if before == nil {
				for _, stray := range e.strays(old, name) {
					before = old[stray]
				}
			}
			is[name] = merge(before, was[name], v)
		}
	}

	var c clauses
	expression := ""
	var touched []*place
	if !same && (!read || e.managed.version == nil) {
		touched = e.touched(names)
	}
	if !same {
		written := names
		if !read { // the item may hold what the entity that was given does not tell of, older keys of indexes above all
			for _, p := range touched {
				written = append(written, p.partition, p.sort)
			}
			if e.managed.version != nil {
				written = append(written, e.absent(is)...)
			}
			written = slices.Compact(slices.Sorted(slices.Values(written)))
		}
		expression = updateExpression(&c, is, written)
	}
	c.and("attribute_exists(%s)", c.name(e.key.partition))
	e.demandLive(&c, now)
	guarded := []string{}
	if e.managed.version != nil {
		guarded = []string{e.managed.version.Name}
	} else if !same {
		// What claims are made of must be as it was read, too, or the wrong ones would be moved. So must all that the keys of
		// an index are made of together with what is written, but not the keys: they may be older than the patterns.
		guarded = append(e.uniqueAttributes(), names...)
		for _, p := range touched {
			guarded = append(guarded, e.madeOf(p)...)
			guarded = slices.DeleteFunc(guarded, func(n string) bool { return n == p.partition || n == p.sort })
		}
		guarded = slices.Compact(slices.Sorted(slices.Values(guarded)))
	}
	for _, name := range guarded {
		seen.demand(&c, name)
	}
	if err := c.add(s.conditions); err != nil {
		return nil, e.wrongOption("update", "If", err)
	}
	a := action{
		entity: e, op: "update", key: key,
		refused: func(current item) error {
			if current == nil || e.managed.expired(current, time.Now()) {
				return ErrConflict // it was deleted or has expired; another try will not find it
			}
			for _, name := range guarded {
				if !seen.holds(current, name) {
					return ErrConflict
				}
			}
			return ErrCondition
		},
	}
	if same {
		a.check = e.checkOf(key, &c)
		return []action{a}, nil
	}
	a.update = &types.Update{
		TableName: &e.table.name, Key: e.keyItem(key), UpdateExpression: &expression, ConditionExpression: c.text(),
		ExpressionAttributeNames: c.names, ExpressionAttributeValues: c.attributeValues(),
	}
	a.left = e.updateLeft(old, is, names)
	claims, err := e.moveClaims("update", before, after, old, is, s, now)
	return append([]action{a}, claims...), err
}

// encodeBoth encodes what an entity was, without keys because it may lack what they are made of, and what it is.
func (e *entity) encodeBoth(before, after reflect.Value) (was, is item, err error) {
	if was, err = e.codec.Encode(before.Addr().Interface(), 0); err == nil {
		_, is, err = e.encode(after.Addr().Interface())
	}
	return was, is, err
}

// changed lists the attributes, in order, that have to be written to the item old so that it holds what is differs in from was:
// what the entity does not know of the item, inside of its attributes too, stays. The table's own attributes are written where
// they are not as they should be, and keys of indexes that the entity is not in are removed.
func (e *entity) changed(old, was, is item) []string {
	own := e.table.ownAttributes()
	var names []string
	for name, v := range is {
		before := was[name]
		if slices.Contains(own, name) {
			before = old[name]
		}
		if !equal(before, v) {
			names = append(names, name)
		}
	}
	for name := range was {
		if _, stays := is[name]; !stays && old[name] != nil {
			names = append(names, name)
		}
	}
	for _, name := range append(e.absent(is), e.absentIndexed(is)...) {
		if old[name] != nil {
			names = append(names, name)
		}
	}
	names = append(names, e.strays(old, names...)...)
	slices.Sort(names)
	return slices.Compact(names)
}

// strays lists the attributes of the item, in order, that are decoded as if they were one of those that are named, from which they
// differ in case alone. They go when that is written, or they would be read in its place.
func (e *entity) strays(it item, names ...string) []string {
	var strays []string
	for other := range it {
		if as := e.codec.DecodedAs(other); as != other && as != "" && slices.Contains(names, as) {
			strays = append(strays, other)
		}
	}
	slices.Sort(strays)
	return strays
}

// updateExpression sets the named attributes to what they are in the item, or removes them where they are not in it.
func updateExpression(c *clauses, it item, names []string) string {
	var set, remove []string
	for _, name := range names {
		if v, ok := it[name]; ok {
			set = append(set, c.name(name)+" = "+c.value(v))
		} else {
			remove = append(remove, c.name(name))
		}
	}
	var text []string
	if len(set) > 0 {
		text = append(text, "SET "+strings.Join(set, ", "))
	}
	if len(remove) > 0 {
		text = append(text, "REMOVE "+strings.Join(remove, ", "))
	}
	return strings.Join(text, " ")
}
