package singletable

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"time"
)

// Claim takes the unique values of an entity that is in the table, as far as it does not hold them. It is for entities that are
// older than a constraint of Schema.Unique, or than its pattern: nothing holds their values until Claim does or an Update or Put
// changes them, and others can take them. So when a constraint is declared for a table that has entities, first let all
// programs write with the new schema, and then claim what there is:
//
//	for user, err := range users.Scan(ctx, singletable.Consistent()) {
//		if err != nil {
//			return err
//		}
//		switch err := users.Claim(ctx, user); {
//		case errors.Is(err, singletable.ErrExists): // two users have the value: one of them must change it
//		case errors.Is(err, singletable.ErrNotFound): // deleted meanwhile
//		case err != nil:
//			return err
//		}
//	}
//
// It may be run again, as a whole or in part. Each call reads the entity and sends a transaction of 1 + k items for k values; the
// entity stays as it is, its version too. It fails with [ErrNotFound] when there is no such entity, with [ErrExists] when another
// one holds a value, by the Constraint of the [*ItemError], and with [ErrKey] when a value makes no key. If somebody changes the
// entity meanwhile it is done again, as an Update is.
//
// The claims of a constraint that is taken out of the schema or gets another name stay in the table and hold nothing. If its
// name is ever used again they do, and so they do under another pattern, where they keep from everybody values that nobody
// has: give a new name to a constraint whose pattern changes, too.
func (r *Repo[T]) Claim(ctx context.Context, v T) error {
	e := r.entity
	key, err := r.Key(v)
	if err != nil {
		return err
	}
	if len(e.unique) == 0 {
		return r.fail("claim", key, errors.New("the schema has no Unique: there is nothing to claim"))
	}
	var t tries
	return retry(ctx, &t, func(err error) bool { return errors.Is(err, errRaced) }, func() error {
		old, err := e.read(ctx, "claim", key, t.sent+1)
		if err == nil && old == nil {
			err = ErrNotFound
		}
		var there T
		if err == nil {
			err = e.decode(old, &there)
		}
		if err != nil {
			return r.fail("claim", key, err)
		}
		actions, err := e.claimActions(key, reflect.ValueOf(&there).Elem(), old, time.Now())
		if err != nil || len(actions) == 0 {
			return err
		}
		_, err = e.perform(ctx, &t, actions, &writeSettings{})
		return err
	})
}

// claimActions plans to take all values of an entity that is there as it was read.
func (e *entity) claimActions(key Key, v reflect.Value, old item, now time.Time) ([]action, error) {
	var claims []action
	for i := range e.unique {
		claim, has, err := e.unique[i].claimKey(v)
		if err != nil {
			return nil, err
		}
		if has {
			claims = append(claims, e.claim("claim", &e.unique[i], claim, key, old, true, now))
		}
	}
	if claims == nil {
		return nil, nil
	}
	seen := sight{item: old}
	var c clauses
	c.and("attribute_exists(%s)", c.name(e.key.partition))
	e.demandLive(&c, now)
	names := e.uniqueAttributes()
	if x := e.managed.expires; x != nil && !slices.Contains(names, x.Name) {
		names = append(names, x.Name) // the claims end with the entity
	}
	for _, name := range names {
		seen.demand(&c, name)
	}
	there := action{
		entity: e, op: "claim", key: key, refused: func(item) error { return errRaced }, check: e.checkOf(key, &c),
	}
	return append([]action{there}, claims...), nil
}
