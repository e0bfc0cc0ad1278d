package singletable

import (
	"context"
	"fmt"
	"reflect"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Create writes a new entity. When there is one with the same key already, or another one with one of its unique values, it
// writes nothing and fails with [ErrExists]. The version becomes 1.
func (r *Repo[T]) Create(ctx context.Context, v T, opts ...WriteOption) error {
	return r.entity.write(ctx, "create", reflect.ValueOf(&v).Elem(), opts, func(v reflect.Value, s *writeSettings) ([]action, error) {
		return r.entity.create(v, s, time.Now())
	})
}

// Put writes an entity and replaces the one that has the same key. With unique values it reads that one first, to free its
// values.
//
// An entity with versions must be the one that was read: Put fails with [ErrConflict] when the version in the table is not
// v's or the entity has expired, and with version 0 when there is an entity at all. The version becomes the next one; [Stored] returns it.
func (r *Repo[T]) Put(ctx context.Context, v T, opts ...WriteOption) error {
	if len(r.entity.unique) > 0 {
		return r.replaceUnique(ctx, "put", v, opts)
	}
	return r.entity.write(ctx, "put", reflect.ValueOf(&v).Elem(), opts, func(v reflect.Value, s *writeSettings) ([]action, error) {
		return r.entity.replace(v, nil, s, time.Now())
	})
}

// Delete removes the entity that has the key of v. That there is none is no error.
//
// An entity with versions must be the one that was read: Delete fails with [ErrConflict] when the version in the table is
// not v's, unless [AnyVersion] is given.
//
// Where the answer to it was lost and it was sent again, a Delete with a version or a condition may meet its own success: it
// fails with [ErrConflict] or [ErrCondition] then and with [ErrUncertain], since nothing is left that could tell who removed the
// entity. To know it, delete in a transaction of this one action, which costs twice as much and is performed once:
//
//	err := table.Transact(ctx, []singletable.Action{jobs.ToDelete(job)})
//
// So is a Delete of an entity that holds unique values.
func (r *Repo[T]) Delete(ctx context.Context, v T, opts ...WriteOption) error {
	if len(r.entity.unique) > 0 {
		return r.replaceUnique(ctx, "delete", v, opts)
	}
	return r.entity.write(ctx, "delete", reflect.ValueOf(&v).Elem(), opts, func(v reflect.Value, s *writeSettings) ([]action, error) {
		return r.entity.remove(v, nil, s, time.Now())
	})
}

// write plans the actions for v and performs them: one by itself, several as a transaction.
func (e *entity) write(
	ctx context.Context, op string, v reflect.Value, opts []WriteOption, plan func(reflect.Value, *writeSettings) ([]action, error),
) error {
	s := writeSettingsOf(opts)
	if err := s.check(e, op, v.Type()); err != nil {
		return err
	}
	actions, err := plan(v, s)
	if err != nil {
		return err
	}
	if s.old != nil {
		actions[0].returns = types.ReturnValueAllOld
	}
	old, err := e.perform(ctx, new(tries), actions, s)
	if err != nil {
		return err
	}
	if !e.holds(old) {
		old = nil // what has expired, or is another entity's, is none of this entity's
	}
	return s.finish(e, op, v, old)
}

// perform does one action by itself, several as a transaction. If that fails only because others were writing the same items
// at the same moment, it is done again. It returns the attributes that one action by itself asks for.
func (e *entity) perform(ctx context.Context, t *tries, actions []action, s *writeSettings) (returned item, err error) {
	t.resent = false
	if len(actions) > 1 || actions[0].check != nil {
		c := e.call(actions[0].op)
		c.actions = actions
		return nil, transact(ctx, t, c, nil, s.changes)
	}
	err = retry(ctx, t, isBusy, func() (err error) {
		returned, err = actions[0].send(ctx, t, s)
		return err
	})
	return returned, err
}

// create plans a Create: the item must not be there, or have expired.
func (e *entity) create(v reflect.Value, s *writeSettings, now time.Time) ([]action, error) {
	e.managed.stamp(v, 1, true, now)
	var c clauses
	e.demandAbsent(&c, now)
	a, err := e.putAction("create", v, &c, s)
	if err != nil {
		return nil, err
	}
	a.left = e.putLeft(a.put.Item, e.managed.created != nil || e.managed.updated != nil)
	a.refused = func(current item) error {
		if len(s.conditions) == 0 || current != nil && !e.managed.expired(current, now) {
			return ErrExists
		}
		return ErrCondition
	}
	claims, err := e.moveClaims("create", reflect.Value{}, v, nil, a.put.Item, s, now)
	return append([]action{a}, claims...), err
}

// replace plans a Put, with a guard where the item has been read.
func (e *entity) replace(v reflect.Value, g *guard, s *writeSettings, now time.Time) ([]action, error) {
	before := e.managed.versionOf(v)
	var c clauses
	e.demandVersion(&c, before, now)
	if before != 0 {
		e.demandLive(&c, now) // what has expired is gone, whatever its version
	}
	if g != nil {
		g.demand(e, &c, now)
	}
	e.managed.stamp(v, before+1, false, now)
	a, err := e.putAction("put", v, &c, s)
	if err != nil {
		return nil, err
	}
	a.refused = e.refused(before, false, g)
	if a.conditional() {
		a.left = e.putLeft(a.put.Item, e.managed.updated != nil && s.old == nil) // what was replaced is lost with the answer
	}
	return []action{a}, nil
}

// remove plans a Delete, with a guard where the item has been read.
func (e *entity) remove(v reflect.Value, g *guard, s *writeSettings, now time.Time) ([]action, error) {
	key, err := e.key.build(v)
	if err != nil {
		return nil, err
	}
	before := e.managed.versionOf(v)
	var c clauses
	if !s.anyVersion {
		e.demandVersion(&c, before, now)
	}
	if g != nil {
		g.demand(e, &c, now)
	}
	if err := c.add(s.conditions); err != nil {
		return nil, e.wrongOption("delete", "If", err)
	}
	return []action{{
		entity: e, op: "delete", key: key, refused: e.refused(before, s.anyVersion, g),
		delete: e.deleteOf(key, &c),
	}}, nil
}

// demandAbsent demands that there is no item, or one that has expired. A time in the future, which a transaction may be given,
// lets nothing expire before its time.
func (e *entity) demandAbsent(c *clauses, now time.Time) {
	absent := "attribute_not_exists(" + c.name(e.key.partition) + ")"
	if x := e.managed.expires; x != nil {
		now = notAfterNow(now)
		absent += fmt.Sprintf(" OR (%s > %s AND %[1]s <= %[3]s)", c.name(x.Name), c.value(number(0)), c.value(number(now.Unix())))
	}
	c.terms = append(c.terms, absent)
}

func notAfterNow(t time.Time) time.Time {
	if clock := time.Now(); clock.Before(t) {
		return clock
	}
	return t
}

// demandVersion demands that the item in the table has the version that the caller read: 0 is that there is none.
func (e *entity) demandVersion(c *clauses, version int64, now time.Time) {
	switch {
	case e.managed.version == nil:
	case version == 0:
		e.demandAbsent(c, now)
	default:
		c.is(e.managed.version.Name, number(version))
	}
}

// refused tells what it means that an item met neither the version that was demanded nor a guard nor the caller's conditions.
func (e *entity) refused(version int64, any bool, g *guard) func(item) error {
	return func(current item) error {
		if e.managed.version != nil && !any {
			n, _ := current[e.managed.version.Name].(*types.AttributeValueMemberN)
			same := n != nil && n.Value == fmt.Sprint(version)
			none := current == nil || e.managed.expired(current, time.Now())
			if version != 0 && (none || !same) || version == 0 && !none && !same {
				return e.versionConflict(version, n, none)
			}
		}
		if g != nil && g.raced(e, current) {
			return errRaced
		}
		return ErrCondition
	}
}

// versionConflict says which version was demanded, and which there is.
func (e *entity) versionConflict(version int64, current *types.AttributeValueMemberN, none bool) error {
	switch {
	case none:
		return fmt.Errorf("%w: version %d was given, and there is no such item", ErrConflict, version)
	case current == nil:
		return fmt.Errorf("%w: version %d was given, and the item has none", ErrConflict, version)
	case version == 0:
		return fmt.Errorf("%w: version 0 was given, as for a new one, and the item has %s: give the entity as it was read",
			ErrConflict, current.Value)
	}
	return fmt.Errorf("%w: version %d was given, and the item has %s", ErrConflict, version, current.Value)
}

// putAction makes the action that writes all of v.
func (e *entity) putAction(op string, v reflect.Value, c *clauses, s *writeSettings) (action, error) {
	if err := s.checkVersioned(e, op); err != nil {
		return action{}, err
	}
	key, it, err := e.encode(v.Addr().Interface())
	if err != nil {
		return action{}, err
	}
	if err := c.add(s.conditions); err != nil {
		return action{}, e.wrongOption(op, "If", err)
	}
	return action{entity: e, op: op, key: key, put: &types.Put{
		TableName: &e.table.name, Item: it, ConditionExpression: c.text(),
		ExpressionAttributeNames: c.names, ExpressionAttributeValues: c.attributeValues(),
	}}, nil
}

func (e *entity) keyItem(k Key) item {
	it := make(item, 2)
	e.key.set(it, k)
	return it
}
