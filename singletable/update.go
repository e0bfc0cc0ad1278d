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
// stay the same are not written, those that T does not know stay as they are, and the keys of all indexes are made anew. It
// fails with [ErrNotFound] when there is no such entity, and when change returns an error, with that, and nothing is written.
//
// If somebody else writes the entity meanwhile, all of it is done again, change included, up to twelve times with growing
// random pauses and not beyond the end of ctx; then it fails with [ErrConflict]. With a version in the schema any other write
// counts; without one only writes of the attributes that change has changed, so what change has merely looked at may be out
// of date.
//
// change must not change the primary key. It may be called several times, so it should work on its argument alone.
func (r *Repo[T]) Update(ctx context.Context, v T, change func(*T) error, opts ...WriteOption) error {
	e := r.entity
	s := writeSettingsOf(opts)
	if err := s.check(e.schema.Type, reflect.TypeFor[T]()); err != nil {
		return err
	}
	key, err := r.Key(v)
	if err != nil {
		return err
	}
	failed := func(err error) error { return &ItemError{Op: "update", Entity: e.schema.Type, Key: key, Err: err} }
	return retry(ctx, func(err error) bool { return errors.Is(err, ErrConflict) }, func() error {
		old, err := e.read(ctx, key)
		if err == nil && old == nil {
			err = ErrNotFound
		}
		if err != nil {
			return failed(err)
		}
		var before, after T
		if err := errors.Join(e.decode(old, &before), e.decode(old, &after)); err != nil {
			return failed(err)
		}
		if err := change(&after); err != nil {
			return err
		}
		b, a := reflect.ValueOf(&before).Elem(), reflect.ValueOf(&after).Elem()
		actions, err := e.updateActions(key, old, b, a, s, time.Now())
		if err != nil {
			return err
		}
		if len(actions) == 0 {
			return s.finish(e, b, old)
		}
		if _, err := e.perform(ctx, actions, s); err != nil {
			return err
		}
		return s.finish(e, a, old)
	})
}

// updateActions plans the write of what differs between the entity as it was read and as it has become; nothing if that is
// the same.
func (e *entity) updateActions(
	key Key, old item, before, after reflect.Value, s *writeSettings, now time.Time,
) ([]action, error) {
	was, is, err := e.encodeBoth(before, after)
	if err != nil {
		return nil, err
	}
	if newKey := e.key.of(is); newKey != key {
		return nil, &ItemError{Op: "update", Entity: e.schema.Type, Key: key, Err: fmt.Errorf("%w: the update would change it to %s", ErrKey, newKey)}
	}
	if len(changed(old, was, is, nil)) == 0 {
		return nil, nil
	}
	version := e.managed.versionOf(before)
	e.managed.stamp(after, version+1, false, now)
	if _, is, err = e.encode(after.Addr().Interface()); err != nil {
		return nil, err
	}
	names := changed(old, was, is, []string{e.key.partition, e.key.sort})

	var c clauses
	expression := updateExpression(&c, is, names)
	if e.managed.version != nil {
		c.is(e.managed.version.Name, old[e.managed.version.Name])
	} else {
		c.and("attribute_exists(%s)", c.name(e.key.partition))
		for _, name := range names {
			c.is(name, old[name])
		}
	}
	for _, condition := range s.conditions {
		if err := c.add(condition); err != nil {
			return nil, &ItemError{Op: "update", Entity: e.schema.Type, Key: key, Err: err}
		}
	}
	a := action{
		entity: e, op: "update", key: key,
		update: &types.Update{
			TableName: &e.table.name, Key: e.keyItem(key), UpdateExpression: &expression, ConditionExpression: c.text(),
			ExpressionAttributeNames: c.names, ExpressionAttributeValues: c.attributeValues(),
		},
		refused: func(current item) error {
			if current == nil {
				return ErrConflict // it was deleted; another try will not find it
			}
			if e.managed.version != nil {
				names = []string{e.managed.version.Name}
			}
			for _, name := range names {
				if !equal(old[name], current[name]) {
					return ErrConflict
				}
			}
			return ErrCondition
		},
	}
	claims, err := e.moveClaims("update", before, after, is)
	return append([]action{a}, claims...), err
}

func (e *entity) encodeBoth(before, after reflect.Value) (was, is item, err error) {
	if _, was, err = e.encode(before.Addr().Interface()); err == nil {
		_, is, err = e.encode(after.Addr().Interface())
	}
	return was, is, err
}

// changed lists the attributes, in order, that have to be written so that the item old holds what is holds, without those that
// the entity does not know: they are in neither was nor is. Attributes in except are left out.
func changed(old, was, is item, except []string) []string {
	var names []string
	for name, v := range is {
		if !equal(old[name], v) && !slices.Contains(except, name) {
			names = append(names, name)
		}
	}
	for name := range was {
		if _, stays := is[name]; !stays && old[name] != nil {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
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
