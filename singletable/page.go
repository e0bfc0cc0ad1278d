package singletable

import (
	"context"
	"math"
	"reflect"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// Page is a part of what a query finds.
type Page[T any] struct {
	Items  []T    // never nil
	Cursor string // for the next page; empty when nothing follows
}

const defaultPage = 100 // results

// Page reads one page of what [Repo.Query] finds: as many results as [Limit] says, 100 without it, or those that are left.
// It begins behind the page that cursor came with, or at the beginning when cursor is empty:
//
//	page, err := orders.Page(ctx, Order{UserID: "usr_123"}, request.Cursor, singletable.Limit(20))
//
// A page is full unless it is the last one, and a page with a cursor has another behind it; to know that, one result more
// than asked for is read. What is written or deleted between two pages is seen or not by where it lies; no item comes twice
// and none is left out because of it.
//
// A cursor is URL-safe text that stands for the last result handed out, and belongs to its query: its table, index, entity,
// partition, sort-key condition, direction and filter. Limit, Project and Consistent may change from page to page. A cursor
// of another query, or of another version of this package's format, or a damaged one, is refused with [ErrCursor].
//
// Without [WithCursorKey] a cursor is not secret and not signed: clients can read the sort key in it (through an index also
// the table's keys of the item), and can make cursors of their own for the same query. All that these do is to begin at
// another place in the same partition, within the sort-key condition: partition and condition are the call's, never the
// cursor's.
func (r *Repo[T]) Page(ctx context.Context, v T, cursor string, opts ...QueryOption) (Page[T], error) {
	return readPage(ctx, r.source(), v, cursor, opts)
}

func readPage[T any](ctx context.Context, s source, v T, cursor string, opts []QueryOption) (Page[T], error) {
	q, err := planQuery(s, "page", reflect.ValueOf(v), opts)
	if err != nil {
		return Page[T]{}, err
	}
	if q.limit == 0 {
		q.limit = defaultPage
	}
	q.wanted = min(q.limit, math.MaxInt32-1) + 1
	var bound binding
	q.begin = func(in *dynamodb.QueryInput) (item, error) {
		bound = s.bind(in)
		if cursor == "" {
			return nil, nil
		}
		return q.start(bound, cursor)
	}
	got := Page[T]{Items: []T{}} // so that it is [] in JSON
	var last item
	for it, err := range q.results(ctx) {
		if err != nil {
			return Page[T]{}, err
		}
		if q.found == q.wanted {
			if got.Cursor, err = q.cursorAt(bound, last); err != nil {
				return Page[T]{}, q.fail(err)
			}
			break
		}
		var zero T
		got.Items = append(got.Items, zero)
		if err := s.entity.decode(it, &got.Items[len(got.Items)-1]); err != nil {
			return Page[T]{}, q.fail(err)
		}
		last = it
	}
	return got, nil
}
