package singletable

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"
)

// GSI1 returns the way to the entities through the index GSI1, or what [WithGSI1] calls it. It is safe for concurrent use.
func (r *Repo[T]) GSI1() Index[T] { return r.Index(r.entity.table.gsi1()) }

// Index returns the way to the entities through an index of the table. If the entity is not in it, the calls fail with
// [ErrKey].
func (r *Repo[T]) Index(name string) Index[T] { return Index[T]{r.entity.through(name)} }

// through is where the entity lies in an index; its place is nil where it is not in it.
func (e *entity) through(index string) source {
	s := source{entity: e, index: index}
	for i := range e.indexes {
		if p := &e.indexes[i]; p.index == index {
			s.place = p
		}
	}
	for i := range e.attributePlaces {
		if p := &e.attributePlaces[i]; p.index.name == index {
			s.own = p
		}
	}
	return s
}

// notIn says why an entity cannot be read through an index.
func (e *entity) notIn(index string) string {
	switch names := e.table.indexNames(); {
	case len(names) == 0:
		return "the table has no index"
	case !slices.Contains(names, index):
		return fmt.Sprintf("the table has no index of this name; it has %s", strings.Join(names, ", "))
	}
	return "the entity is not in this index: its schema gives it no pattern"
}

// Index reads entities through an index of the table, by the index's pattern. Reads of an index are eventually consistent:
// an item that has just been written may not be found yet. It is safe for concurrent use.
type Index[T any] struct {
	source source
}

// Query reads the items of one partition of the index as [Repo.Query] does one of the table.
func (x Index[T]) Query(ctx context.Context, v T, opts ...QueryOption) iter.Seq2[T, error] {
	return query(ctx, x.source, v, opts)
}

// One returns the one item that [Index.Query] finds, as [Repo.One] does. That there is one only is nothing that an index
// sees to: it keeps no values unique.
func (x Index[T]) One(ctx context.Context, v T, opts ...QueryOption) (T, error) {
	return one(ctx, x.source, v, opts)
}

// Page reads one page of a query of the index as [Repo.Page] does one of the table.
func (x Index[T]) Page(ctx context.Context, v T, cursor string, opts ...QueryOption) (Page[T], error) {
	return readPage(ctx, x.source, v, cursor, opts)
}

// Count counts what [Index.Query] finds, as [Repo.Count] does.
func (x Index[T]) Count(ctx context.Context, v T, opts ...QueryOption) (int, error) {
	return count(ctx, x.source, v, opts)
}

// Collect reads items of several types in one partition of the index, as [Repo.Collect] does in one of the table.
func (x Index[T]) Collect(ctx context.Context, v T, opts ...CollectOption) error {
	return collect(ctx, x.source, v, opts)
}

// Scan reads all the entities that are in the index, as [Repo.Scan] does those in the table. It is paid for as the whole index
// with all types in it: one that few items are in, as with [KeyPattern.Sparse], costs little to scan.
func (x Index[T]) Scan(ctx context.Context, opts ...ScanOption) iter.Seq2[T, error] {
	return scan[T](ctx, x.source, opts)
}
