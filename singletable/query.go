package singletable

import (
	"context"
	"iter"
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
// not at all. Numbers that are 0 count as not set.
//
// Items of other entity types that lie between are passed over. The items come in the order of their sort keys, page after
// page as the loop goes on; ending the loop ends the reading. After an error there is nothing more.
//
// The functions may change each page's request before it is sent; an ExclusiveStartKey of theirs counts for the first page
// only. A projection should name the keys and the type attribute too: an item that comes without them cannot be told from
// another type's, and is handed out.
func (r *Repo[T]) Query(ctx context.Context, v T, change ...func(*dynamodb.QueryInput)) iter.Seq2[T, error] {
	return query[T](ctx, r.entity, &r.entity.key, v, change)
}

// query makes the keys that a query asks for. sorted tells whether the sort key is asked for at all, whole whether all of it
// is known.
func (p *place) query(v reflect.Value) (key Key, sorted, whole bool, err error) {
	if key.Partition, err = p.partitionKey.build(v); err != nil {
		return key, false, false, err
	}
	n := 0
	key.Sort, n, err = p.sortKey.prefix(v, 0)
	return key, key.Sort != "", n == len(p.sortKey.parts), err
}

func query[T any](
	ctx context.Context, e *entity, p *place, v T, change []func(*dynamodb.QueryInput),
) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var zero T
		key, sorted, whole, err := p.query(reflect.ValueOf(v))
		if err != nil {
			yield(zero, err)
			return
		}
		fail := func(err error) {
			yield(zero, &ItemError{Op: "query", Entity: e.schema.Type, Index: p.index, Key: key, Err: err})
		}
		var from item
		for {
			in := p.queryInput(e.table.name, key, sorted, whole)
			for _, f := range change {
				f(in)
			}
			if from != nil {
				in.ExclusiveStartKey = from // a start key that the functions set is for the first page
			}
			out, err := e.table.client.Query(ctx, in)
			if err != nil {
				fail(err)
				return
			}
			for _, it := range out.Items {
				if !e.holds(it) {
					continue
				}
				var got T
				if err := e.decode(it, &got); err != nil {
					fail(err)
					return
				}
				if !yield(got, nil) {
					return
				}
			}
			// A page may be empty and still not be the last one.
			if from = out.LastEvaluatedKey; len(from) == 0 {
				return
			}
		}
	}
}

func (a *access) queryInput(table string, key Key, sorted, whole bool) *dynamodb.QueryInput {
	in := &dynamodb.QueryInput{
		TableName:                 &table,
		KeyConditionExpression:    aws.String("#pk = :pk"),
		ExpressionAttributeNames:  map[string]string{"#pk": a.partition},
		ExpressionAttributeValues: item{":pk": &types.AttributeValueMemberS{Value: key.Partition}},
	}
	if a.index != "" {
		in.IndexName = &a.index
	}
	if sorted {
		condition := "#pk = :pk AND begins_with(#sk, :sk)"
		if whole {
			condition = "#pk = :pk AND #sk = :sk"
		}
		in.KeyConditionExpression = &condition
		in.ExpressionAttributeNames["#sk"] = a.sort
		in.ExpressionAttributeValues[":sk"] = &types.AttributeValueMemberS{Value: key.Sort}
	}
	return in
}
