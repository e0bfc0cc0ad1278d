package singletable

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"
)

// Collect reads a collection, items of several types in one partition, with one query, and gives each to the function that
// [Each] names for its type, in the order of the sort keys:
//
//	err := users.Collect(ctx, User{ID: "usr_123"},
//		singletable.Each(users, func(u User) error { … }),
//		singletable.Each(orders, func(o Order) error { … }),
//	)
//
// The partition is the one that the fields of v give. Fields of v that are part of the sort key narrow the collection to the
// items at and under that part of the key: orders.Collect of a user's one order, with the pattern "ORDER#{id}", reads the
// keys "ORDER#ord_456" and "ORDER#ord_456#…", its lines and shipments say. Literals alone narrow nothing. Attributes of an index
// of [WithAttributeIndex] narrow it as they do a query.
//
// Items of no type that is named are passed over unless the options have [Exhaustive]. [Limit] counts the items that are
// given to functions. An error of a function ends the reading and is returned as it is.
func (r *Repo[T]) Collect(ctx context.Context, v T, opts ...CollectOption) error {
	return collect(ctx, r.source(), v, opts)
}

// Each names the function that takes the entities of a repository in a collection. The repository must be of the same table,
// its entity of the index that is read, and its pattern of one that the partition can have.
func Each[T any](repo *Repo[T], take func(T) error) CollectOption {
	return option(func(s *settings) {
		if repo == nil || take == nil {
			s.refuse("Each", "the repository or the function is nil")
			return
		}
		s.each = append(s.each, collector{repo.entity, func(it item) error {
			var v T
			if err := repo.entity.decode(it, &v); err != nil {
				return repo.fail("collect", repo.entity.key.of(it), err)
			}
			return take(v)
		}})
	})
}

// Exhaustive makes a Collect fail with [ErrWrongType] at an item that no [Each] takes.
func Exhaustive() CollectOption { return option(func(s *settings) { s.exhaustive = true }) }

// collector takes the items of one entity.
type collector struct {
	entity *entity
	take   func(item) error
}

func collect[T any](ctx context.Context, s source, v T, opts []CollectOption) error {
	q, err := planCollection(s, reflect.ValueOf(v), opts)
	if err != nil {
		return err
	}
	var taker *collector
	wanted := func(it item) bool {
		i := slices.IndexFunc(q.each, func(c collector) bool { return c.entity.holds(it) })
		if i >= 0 {
			taker = &q.each[i]
			return true
		}
		taker = nil
		return q.exhaustive && !q.expired(it)
	}
	for it, err := range q.items(ctx, wanted) {
		switch {
		case err != nil:
			return err
		case taker == nil:
			return &ItemError{Op: q.op, Entity: s.entity.schema.Type, Index: s.index, Key: s.entity.key.of(it), Err: ErrWrongType}
		}
		if err := taker.take(it); err != nil {
			return err
		}
	}
	return nil
}

// planCollection works out a query for the collection of v.
func planCollection(s source, v reflect.Value, opts []CollectOption) (*queryPlan, error) {
	set, err := open(s, "collect", opts)
	if err != nil {
		return nil, err
	}
	q := &queryPlan{source: s, settings: set, pager: pager{wanted: set.limit}, op: "collect"}
	if s.own != nil {
		if q.byAttributes, err = s.own.start(s.entity.schema.Type, v); err != nil {
			return nil, err
		}
		return q, q.checkCollection()
	}
	if q.key.Partition, err = s.place.partitionKey.build(v); err != nil {
		return nil, err
	}
	q.shards = s.place.shards
	if q.key.Sort, err = s.place.sortKey.setPrefix(v); err != nil {
		return nil, err
	}
	if q.key.Sort != "" {
		q.condition = under(q.key.Sort)
	}
	return q, q.checkCollection()
}

func (q *queryPlan) checkCollection() error {
	switch {
	case q.begins != nil:
		q.refuse("BeginsWith", "a collection has keys of several patterns: it is narrowed by the fields of the value")
	case q.low != nil:
		q.refuse(q.low.option, "a collection has keys of several patterns: it is narrowed by the fields of the value")
	case q.high != nil:
		q.refuse(q.high.option, "a collection has keys of several patterns: it is narrowed by the fields of the value")
	case len(q.each) == 0:
		q.refuse("Each", "there is none: nobody takes the items")
	}
	for _, c := range q.each {
		if err := q.checkCollector(c.entity); err != nil {
			q.refuse("Each", "%s: %w", c.entity.schema.Type, err)
		}
	}
	if q.wrong != nil {
		return q.wrongOption(q.op, q.wrong)
	}
	return nil
}

// checkCollector finds an entity that can never be in the collection.
func (q *queryPlan) checkCollector(e *entity) error {
	if e.table.name != q.entity.table.name || e.key.access != q.entity.key.access {
		return errors.New("it is in another table")
	}
	if q.own != nil {
		if !slices.ContainsFunc(e.attributePlaces, func(p attributePlace) bool { return p.index.name == q.index }) {
			return errors.New("it is not in the index " + q.index)
		}
		return nil
	}
	p := &e.key
	if q.index != "" {
		i := slices.IndexFunc(e.indexes, func(p place) bool { return p.index == q.index })
		if i < 0 {
			return errors.New("it is not in the index " + q.index)
		}
		p = &e.indexes[i]
	}
	if !p.partitionKey.matches(q.key.Partition) {
		return fmt.Errorf("its partition key %s can never be that of the collection", p.partitionKey.pattern)
	}
	if p.shards != q.shards {
		return fmt.Errorf("its partition key %s has other shards than that of the collection, %s", p.partitionPattern(), q.place.partitionPattern())
	}
	return nil
}

// expired tells whether an item that no collector takes is one that has expired.
func (q *queryPlan) expired(it item) bool {
	return slices.ContainsFunc(q.each, func(c collector) bool { return c.entity.managed.expired(it, time.Now()) })
}

// setPrefix makes the key's leading components up to the last one that a field of v gives, without a separator behind them.
// It is empty when no field gives one; attributes that the partition key holds too do not count.
func (k *keyPlan) setPrefix(v reflect.Value) (string, error) {
	key, known, err := k.prefix(v, 0)
	if err != nil {
		return "", err
	}
	n := 0
	for i, p := range k.parts[:known] {
		if p.attribute != "" && !slices.Contains(k.given, p.attribute) {
			n = i + 1
		}
	}
	return strings.Join(strings.Split(key, separator)[:n], separator), nil
}
