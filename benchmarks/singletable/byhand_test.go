package singletable

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// byHand has the same calls for orders, as a careful programmer writes them without package singletable, with attributevalue and
// keys put together with +. Expressions whose values change from call to call are made with the SDK's expression package, and
// those that never change are texts.
type byHand struct{ client client }

var errNotThere = errors.New("there is no such order")

func orderKey(userID, id string) item {
	return item{
		"PK": &types.AttributeValueMemberS{Value: "USER#" + userID},
		"SK": &types.AttributeValueMemberS{Value: "ORDER#" + id},
	}
}

func orderItem(o Order) (item, error) {
	it, err := attributevalue.MarshalMap(o)
	if err != nil {
		return nil, err
	}
	it["PK"] = &types.AttributeValueMemberS{Value: "USER#" + o.UserID}
	it["SK"] = &types.AttributeValueMemberS{Value: "ORDER#" + o.ID}
	it["_type"] = &types.AttributeValueMemberS{Value: "Order"}
	return it, nil
}

func (h byHand) put(ctx context.Context, o Order) error {
	it, err := orderItem(o)
	if err != nil {
		return err
	}
	_, err = h.client.PutItem(ctx, &dynamodb.PutItemInput{TableName: aws.String("app"), Item: it})
	return err
}

func (h byHand) get(ctx context.Context, userID, id string) (Order, error) {
	var o Order
	out, err := h.client.GetItem(ctx, &dynamodb.GetItemInput{TableName: aws.String("app"), Key: orderKey(userID, id)})
	if err != nil {
		return o, err
	}
	if out.Item == nil {
		return o, errNotThere
	}
	return o, attributevalue.UnmarshalMap(out.Item, &o)
}

// addToTotal reads an order and writes its new total, if the total is still what was read.
func (h byHand) addToTotal(ctx context.Context, userID, id string, n int64) error {
	out, err := h.client.GetItem(ctx, &dynamodb.GetItemInput{
		TableName: aws.String("app"), Key: orderKey(userID, id), ConsistentRead: aws.Bool(true),
	})
	if err != nil {
		return err
	}
	if out.Item == nil {
		return errNotThere
	}
	var o Order
	if err := attributevalue.UnmarshalMap(out.Item, &o); err != nil {
		return err
	}
	e, err := expression.NewBuilder().
		WithUpdate(expression.Set(expression.Name("total"), expression.Value(o.Total+n))).
		WithCondition(expression.AttributeExists(expression.Name("PK")).And(expression.Name("total").Equal(expression.Value(o.Total)))).
		Build()
	if err != nil {
		return err
	}
	_, err = h.client.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: aws.String("app"), Key: orderKey(userID, id), UpdateExpression: e.Update(), ConditionExpression: e.Condition(),
		ExpressionAttributeNames: e.Names(), ExpressionAttributeValues: e.Values(),
	})
	return err
}

func (h byHand) query(ctx context.Context, userID string) ([]Order, error) {
	var all []Order
	in := ordersOf(userID)
	for {
		out, err := h.client.Query(ctx, in)
		if err != nil {
			return nil, err
		}
		var orders []Order
		if err := attributevalue.UnmarshalListOfMaps(out.Items, &orders); err != nil {
			return nil, err
		}
		if all == nil {
			all = orders
		} else {
			all = append(all, orders...)
		}
		if out.LastEvaluatedKey == nil {
			return all, nil
		}
		in.ExclusiveStartKey = out.LastEvaluatedKey
	}
}

func ordersOf(userID string) *dynamodb.QueryInput {
	return &dynamodb.QueryInput{
		TableName: aws.String("app"), KeyConditionExpression: aws.String("PK = :pk AND begins_with(SK, :sk)"),
		ExpressionAttributeValues: item{
			":pk": &types.AttributeValueMemberS{Value: "USER#" + userID}, ":sk": &types.AttributeValueMemberS{Value: "ORDER#"},
		},
	}
}

// page reads a page, with the last key in JSON for a cursor.
func (h byHand) page(ctx context.Context, userID, cursor string, size int32) ([]Order, string, error) {
	in := ordersOf(userID)
	in.Limit = &size
	if cursor != "" {
		text, err := base64.RawURLEncoding.DecodeString(cursor)
		if err != nil {
			return nil, "", err
		}
		var key map[string]string
		if err := json.Unmarshal(text, &key); err != nil {
			return nil, "", err
		}
		if in.ExclusiveStartKey, err = attributevalue.MarshalMap(key); err != nil {
			return nil, "", err
		}
	}
	out, err := h.client.Query(ctx, in)
	if err != nil {
		return nil, "", err
	}
	var orders []Order
	if err := attributevalue.UnmarshalListOfMaps(out.Items, &orders); err != nil {
		return nil, "", err
	}
	if out.LastEvaluatedKey == nil {
		return orders, "", nil
	}
	var key map[string]string
	if err := attributevalue.UnmarshalMap(out.LastEvaluatedKey, &key); err != nil {
		return nil, "", err
	}
	text, err := json.Marshal(key)
	if err != nil {
		return nil, "", err
	}
	return orders, base64.RawURLEncoding.EncodeToString(text), nil
}

// batchGet reads up to 100 orders, in the order in which they are asked for; nil where there is none.
func (h byHand) batchGet(ctx context.Context, asked []Order) ([]*Order, error) {
	orders := make([]*Order, len(asked))
	place := make(map[string]int, len(asked))
	keys := make([]item, len(asked))
	for i, o := range asked {
		place[o.UserID+"#"+o.ID] = i
		keys[i] = orderKey(o.UserID, o.ID)
	}
	ask := map[string]types.KeysAndAttributes{"app": {Keys: keys}}
	for try := 0; len(ask) > 0; try++ {
		if try == 5 {
			return orders, fmt.Errorf("%d keys were not read", len(ask["app"].Keys))
		}
		out, err := h.client.BatchGetItem(ctx, &dynamodb.BatchGetItemInput{RequestItems: ask})
		if err != nil {
			return orders, err
		}
		for _, it := range out.Responses["app"] {
			var o Order
			if err := attributevalue.UnmarshalMap(it, &o); err != nil {
				return orders, err
			}
			orders[place[o.UserID+"#"+o.ID]] = &o
		}
		ask = out.UnprocessedKeys
	}
	return orders, nil
}

// transact creates an order, puts another and deletes a third.
func (h byHand) transact(ctx context.Context, create, put, remove Order) error {
	first, err := orderItem(create)
	if err != nil {
		return err
	}
	second, err := orderItem(put)
	if err != nil {
		return err
	}
	e, err := expression.NewBuilder().WithCondition(expression.AttributeNotExists(expression.Name("PK"))).Build()
	if err != nil {
		return err
	}
	_, err = h.client.TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{TransactItems: []types.TransactWriteItem{
		{Put: &types.Put{
			TableName: aws.String("app"), Item: first, ConditionExpression: e.Condition(), ExpressionAttributeNames: e.Names(),
		}},
		{Put: &types.Put{TableName: aws.String("app"), Item: second}},
		{Delete: &types.Delete{TableName: aws.String("app"), Key: orderKey(remove.UserID, remove.ID)}},
	}})
	return err
}
