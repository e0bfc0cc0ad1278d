package idempotency

import (
	"context"
	"errors"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Every write below can arrive twice: the SDK repeats a request whose answer was lost, and a network can deliver late. So each
// accepts a record that it has changed already, and none accepts one that another call has changed since. The owner, a token
// that no two calls share, tells them apart.

// lock writes the record of a call that begins. When there is one that stands in the way it returns that instead.
//
// In the way is what has not expired, unless it is the lock of a call that should have ended by now or this very lock. DynamoDB
// deletes expired items days late, so the condition and not their absence decides.
func (s *Store) lock(ctx context.Context, key string, r record, now time.Time) (found *record, err error) {
	abandoned := "#until <= :millis"
	in := &dynamodb.PutItemInput{
		TableName: &s.table,
		Item:      s.encode(key, r),
		ExpressionAttributeNames: map[string]string{
			"#pk": s.partitionKey, "#expires": s.expiresAt, "#status": attrStatus, "#owner": attrOwner, "#until": attrUntil,
		},
		ExpressionAttributeValues: item{
			":now": number(now.Unix()), ":millis": number(now.UnixMilli()),
			":progress": text(string(inProgress)), ":owner": text(r.owner),
		},
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	}
	if r.payload != "" { // the key stays its first payload's when that call was abandoned: its effect may have happened
		abandoned = "(#until <= :millis AND (attribute_not_exists(#payload) OR #payload = :payload))"
		in.ExpressionAttributeNames["#payload"] = attrPayload
		in.ExpressionAttributeValues[":payload"] = text(r.payload)
	}
	in.ConditionExpression = aws.String(
		"attribute_not_exists(#pk) OR #expires <= :now OR (#status = :progress AND (#owner = :owner OR " + abandoned + "))")

	_, err = s.client.PutItem(ctx, in)
	refused, ok := errors.AsType[*types.ConditionalCheckFailedException](err)
	if !ok {
		return nil, err
	}
	if len(refused.Item) == 0 {
		return nil, errors.New("the condition failed, and the answer holds no item: " +
			"does the engine know ReturnValuesOnConditionCheckFailure?")
	}
	r, err = s.decode(refused.Item)
	return &r, err
}

// finish replaces the lock by r, which has the same owner. It fails with [ErrLockLost] when the lock is not there any more.
func (s *Store) finish(ctx context.Context, key string, r record) error {
	_, err := s.client.PutItem(ctx, &dynamodb.PutItemInput{
		TableName:                 &s.table,
		Item:                      s.encode(key, r),
		ConditionExpression:       aws.String("#owner = :owner"),
		ExpressionAttributeNames:  map[string]string{"#owner": attrOwner},
		ExpressionAttributeValues: item{":owner": text(r.owner)},
	})
	return lostIfRefused(err)
}

// release deletes the lock. It fails with [ErrLockLost] when the key has another call's record.
func (s *Store) release(ctx context.Context, key string, lock record) error {
	_, err := s.client.DeleteItem(ctx, &dynamodb.DeleteItemInput{
		TableName:                 &s.table,
		Key:                       s.key(key),
		ConditionExpression:       aws.String("attribute_not_exists(#pk) OR #owner = :owner"),
		ExpressionAttributeNames:  map[string]string{"#pk": s.partitionKey, "#owner": attrOwner},
		ExpressionAttributeValues: item{":owner": text(lock.owner)},
	})
	return lostIfRefused(err)
}

func lostIfRefused(err error) error {
	if _, refused := errors.AsType[*types.ConditionalCheckFailedException](err); refused {
		return ErrLockLost
	}
	return err
}
