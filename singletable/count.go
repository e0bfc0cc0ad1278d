package singletable

import (
	"context"
	"reflect"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Count counts what [Repo.Query] finds, at DynamoDB: the items are read there, and paid for, but not sent. With [Limit] it
// counts no further than that; [Reverse] and [Project] change nothing. Items without the type attribute, which other programs
// wrote, are not counted.
func (r *Repo[T]) Count(ctx context.Context, v T, opts ...QueryOption) (int, error) {
	return count(ctx, r.source(), v, opts)
}

func count[T any](ctx context.Context, s source, v T, opts []QueryOption) (int, error) {
	q, err := planQuery(s, "count", reflect.ValueOf(v), opts)
	if err != nil {
		return 0, err
	}
	q.projection = nil // a count allows none
	q.filter.ofType(s.entity)
	q.filter.alive(s.entity, time.Now())
	counting := func(in *dynamodb.QueryInput) { in.Select = types.SelectCount }
	pages := q.pages(ctx, counting)
	if q.shards > 0 {
		pages = q.shardPages(ctx, counting)
	}
	for page, err := range pages {
		if err != nil {
			return 0, err
		}
		q.found += page.count
	}
	if q.limit > 0 {
		return min(q.found, q.limit), nil
	}
	return q.found, nil
}
