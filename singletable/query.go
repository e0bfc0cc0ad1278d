package singletable

import (
	"context"
	"errors"
	"iter"
	"maps"
	"reflect"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Query reads the items of one partition, by the fields of v that are set: all that the partition key's pattern names, and
// of the sort key's pattern as many as are known, from the left. With the pattern "USER#{user_id}", "ORDER#{id}"
//
//	orders.Query(ctx, Order{UserID: "usr_123"})
//
// asks for
//
//	PK = "USER#usr_123" AND begins_with(SK, "ORDER#")
//
// A sort key of which all parts are known is asked for as equal, one of which nothing is known, not even a leading literal,
// not at all. Numbers that are 0 count as not set. [BeginsWith], [Between], [Before] and [After] narrow the sort key further.
//
// Items of other entity types that lie between are passed over. The items come in the order of their sort keys, or with
// [Reverse] against it, page after page as the loop goes on; ending the loop ends the reading. After an error there is
// nothing more.
func (r *Repo[T]) Query(ctx context.Context, v T, opts ...QueryOption) iter.Seq2[T, error] {
	return query(ctx, r.source(), v, opts)
}

// One returns the one item that [Repo.Query] finds. It fails with [ErrNotFound] when there is none, and with [ErrNotUnique]
// when there are more. With Limit(1) it is the first of them instead:
//
//	latest, err := orders.One(ctx, Order{UserID: "usr_123"}, singletable.Reverse(), singletable.Limit(1))
func (r *Repo[T]) One(ctx context.Context, v T, opts ...QueryOption) (T, error) {
	return one(ctx, r.source(), v, opts)
}

// queryPlan is a query of one partition with its options worked out, for one use.
type queryPlan struct {
	source
	settings
	pager

	op        string
	key       Key // the partition, and the prefix of the sort key that is asked for
	condition sortCondition
	shards    int // of the partition, if it has some and all are read

	byAttributes attributeCondition // instead of key and condition, in an index by own attributes

	// begin, where it is set, gives the start key for the first page's request.
	begin func(*dynamodb.QueryInput) (item, error)
}

// planQuery works out a query for v.
func planQuery[O applier](s source, op string, v reflect.Value, opts []O) (*queryPlan, error) {
	set, err := open(s, op, opts)
	if err != nil {
		return nil, err
	}
	q := &queryPlan{source: s, settings: set, pager: pager{wanted: set.limit}, op: op}
	if s.own != nil {
		err = q.narrowAttributes(v)
	} else if q.key.Partition, err = s.place.partitionKey.build(v); err == nil {
		q.key.Sort, q.condition, err = s.place.narrow(v, &q.settings)
	}
	if s.place != nil && s.place.shards > 0 && err == nil {
		if q.shards = s.place.shards; q.index == "" && q.condition.op == equalKey {
			q.key.Partition, q.shards = inShard(q.key.Partition, shardOf(q.shards, q.condition.low)), 0
		}
	}
	if wrong, ok := errors.AsType[*OptionError](err); ok {
		err = s.wrongOption(op, wrong)
	}
	return q, err
}

func (q *queryPlan) fail(err error) error { return q.source.fail(q.op, q.key, err) }

// input makes the request for a page.
func (q *queryPlan) input() *dynamodb.QueryInput {
	names, values := map[string]string{}, item{}
	condition := q.keyCondition(names, values)
	maps.Copy(names, q.filter.names)
	maps.Copy(values, q.filter.values)
	in := &dynamodb.QueryInput{
		TableName:                 &q.entity.table.name,
		KeyConditionExpression:    &condition,
		ExpressionAttributeNames:  names,
		ExpressionAttributeValues: values,
		ProjectionExpression:      q.project(q.projection, &names),
	}
	if q.index != "" {
		in.IndexName = &q.index
	}
	in.FilterExpression = q.filter.text()
	if q.consistent {
		in.ConsistentRead = &q.consistent
	}
	if q.reverse {
		in.ScanIndexForward = aws.Bool(false)
	}
	return in
}

// keyCondition returns what is asked of the keys, with its placeholders in names and values.
func (q *queryPlan) keyCondition(names map[string]string, values item) string {
	if q.own != nil {
		return q.byAttributes.expression(q.own, names, values)
	}
	names["#pk"], values[":pk"] = q.place.partition, &types.AttributeValueMemberS{Value: q.key.Partition}
	return "#pk = :pk" + q.condition.expression(q.place.sort, names, values)
}

// pages sends the requests, each as change leaves it, and then the caller's functions.
func (q *queryPlan) pages(ctx context.Context, change func(*dynamodb.QueryInput)) iter.Seq2[page, error] {
	if q.condition.op == noKey {
		return func(func(page, error) bool) {}
	}
	return q.pager.pages(func(size *int32, from item) (page, error) {
		in := q.input()
		in.Limit = size
		if change != nil {
			change(in)
		}
		changeRequest(q.changes, in)
		if q.begin != nil {
			var err error
			if from, err = q.begin(in); err != nil {
				return page{}, q.fail(err)
			}
			q.begin = nil
		}
		if from != nil {
			in.ExclusiveStartKey = from
		}
		return q.ask(ctx, in)
	})
}

// ask sends a request.
func (q *queryPlan) ask(ctx context.Context, in *dynamodb.QueryInput) (page, error) {
	out, err := send(ctx, q.call(q.op, false), in, Client.Query)
	if err != nil {
		return page{}, q.fail(err)
	}
	return page{out.Items, int(out.Count), out.LastEvaluatedKey}, nil
}

// items are those that are wanted, of all shards where there are some.
func (q *queryPlan) items(ctx context.Context, wanted func(item) bool) iter.Seq2[item, error] {
	if q.shards > 0 {
		return q.merged(ctx, wanted)
	}
	return q.pager.results(q.pages(ctx, nil), wanted)
}

// results are the items of the entity's type.
func (q *queryPlan) results(ctx context.Context) iter.Seq2[item, error] {
	return q.items(ctx, q.entity.holds)
}

func query[T any](ctx context.Context, s source, v T, opts []QueryOption) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var zero T
		q, err := planQuery(s, "query", reflect.ValueOf(v), opts)
		if err != nil {
			yield(zero, err)
			return
		}
		decodeAll(s.entity, q.results(ctx), q.fail, yield)
	}
}

func one[T any](ctx context.Context, s source, v T, opts []QueryOption) (T, error) {
	var zero, got T
	if err := s.one(ctx, reflect.ValueOf(v), &got, opts); err != nil {
		return zero, err
	}
	return got, nil
}

// one reads the one item that a query finds into got, a pointer to the entity. It is not generic, so that there is one of it for all
// types.
func (s source) one(ctx context.Context, v reflect.Value, got any, opts []QueryOption) error {
	q, err := planQuery(s, "one", v, opts)
	if err != nil {
		return err
	}
	if q.wanted != 1 {
		q.wanted = 2 // which tells that there are more
	}
	var found item
	for it, err := range q.results(ctx) {
		if err != nil {
			return err
		}
		found = it
	}
	switch {
	case q.found == 0:
		err = ErrNotFound
	case q.found > 1:
		err = ErrNotUnique
	default:
		err = s.entity.decode(found, got)
	}
	if err != nil {
		return q.fail(err)
	}
	return nil
}
