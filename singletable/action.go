package singletable

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// action is one write or check of one item. It is sent by itself or as part of a transaction.
type action struct {
	entity     *entity
	op         string
	key        Key
	constraint string // of a claim: the unique value that it holds

	put    *types.Put
	update *types.Update
	delete *types.Delete
	check  *types.ConditionCheck

	// refused tells what it means that the item did not meet the condition; the item is nil when there is none.
	refused func(current item) error
}

// send performs an action by itself and returns the item as it was, where the action asks for it and there was one.
func (a *action) send(ctx context.Context, s *writeSettings) (old item, err error) {
	client := a.entity.table.client
	onFailure := types.ReturnValuesOnConditionCheckFailureAllOld
	var returned types.ReturnValue
	if s.old != nil {
		returned = types.ReturnValueAllOld
	}
	switch {
	case a.put != nil:
		in := &dynamodb.PutItemInput{
			TableName: a.put.TableName, Item: a.put.Item, ConditionExpression: a.put.ConditionExpression,
			ExpressionAttributeNames: a.put.ExpressionAttributeNames, ExpressionAttributeValues: a.put.ExpressionAttributeValues,
			ReturnValues: returned, ReturnValuesOnConditionCheckFailure: onFailure,
		}
		s.changePut(in)
		out, err := client.PutItem(ctx, in)
		if err != nil {
			return nil, a.explain(err)
		}
		return out.Attributes, nil
	case a.update != nil:
		in := &dynamodb.UpdateItemInput{
			TableName: a.update.TableName, Key: a.update.Key, UpdateExpression: a.update.UpdateExpression,
			ConditionExpression: a.update.ConditionExpression, ReturnValues: returned,
			ExpressionAttributeNames: a.update.ExpressionAttributeNames, ExpressionAttributeValues: a.update.ExpressionAttributeValues,
			ReturnValuesOnConditionCheckFailure: onFailure,
		}
		s.changeUpdate(in)
		out, err := client.UpdateItem(ctx, in)
		if err != nil {
			return nil, a.explain(err)
		}
		return out.Attributes, nil
	default:
		in := &dynamodb.DeleteItemInput{
			TableName: a.delete.TableName, Key: a.delete.Key, ConditionExpression: a.delete.ConditionExpression,
			ExpressionAttributeNames: a.delete.ExpressionAttributeNames, ExpressionAttributeValues: a.delete.ExpressionAttributeValues,
			ReturnValues: returned, ReturnValuesOnConditionCheckFailure: onFailure,
		}
		s.changeDelete(in)
		out, err := client.DeleteItem(ctx, in)
		if err != nil {
			return nil, a.explain(err)
		}
		return out.Attributes, nil
	}
}

// explain makes an error of what the service answered to a single write.
func (a *action) explain(err error) error {
	if failed, ok := errors.AsType[*types.ConditionalCheckFailedException](err); ok {
		return a.error(fmt.Errorf("%w (%w)", a.refused(failed.Item), err), failed.Item)
	}
	if _, busy := errors.AsType[*types.TransactionConflictException](err); busy {
		err = fmt.Errorf("%w: a transaction is writing the item (%w)", ErrConflict, err)
	}
	return a.error(err, nil)
}

func (a *action) error(err error, current item) *ItemError {
	if a.constraint != "" {
		current = nil // it is the claim
	}
	return &ItemError{
		Op: a.op, Entity: a.entity.schema.Type, Key: a.key, Constraint: a.constraint, Err: err, Current: current,
	}
}

// transactItem is the action as part of a transaction.
func (a *action) transactItem() types.TransactWriteItem {
	onFailure := types.ReturnValuesOnConditionCheckFailureAllOld
	switch {
	case a.put != nil:
		a.put.ReturnValuesOnConditionCheckFailure = onFailure
	case a.update != nil:
		a.update.ReturnValuesOnConditionCheckFailure = onFailure
	case a.delete != nil:
		a.delete.ReturnValuesOnConditionCheckFailure = onFailure
	case a.check != nil:
		a.check.ReturnValuesOnConditionCheckFailure = onFailure
	}
	return types.TransactWriteItem{Put: a.put, Update: a.update, Delete: a.delete, ConditionCheck: a.check}
}

// maxActions is how many items a transaction may have (TransactWriteItems in the Amazon DynamoDB API Reference).
const maxActions = 100

// transact performs the actions together or not at all.
func transact(ctx context.Context, client Client, actions []action, change func(*dynamodb.TransactWriteItemsInput)) error {
	if len(actions) > maxActions {
		return fmt.Errorf("singletable: a transaction of %d items, claims included: DynamoDB allows %d", len(actions), maxActions)
	}
	in := &dynamodb.TransactWriteItemsInput{}
	for i := range actions {
		in.TransactItems = append(in.TransactItems, actions[i].transactItem())
	}
	if change != nil {
		change(in)
	}
	_, err := client.TransactWriteItems(ctx, in)
	cancelled, ok := errors.AsType[*types.TransactionCanceledException](err)
	if !ok || len(cancelled.CancellationReasons) != len(actions) {
		if err != nil {
			return actions[0].error(err, nil)
		}
		return nil
	}
	return &TransactionError{Reasons: reasonsOf(actions, cancelled.CancellationReasons), Err: err}
}

func reasonsOf(actions []action, answers []types.CancellationReason) []*ItemError {
	var reasons []*ItemError
	for i, answer := range answers {
		a := &actions[i]
		switch code := aws.ToString(answer.Code); code {
		case "", "None":
		case "ConditionalCheckFailed":
			reasons = append(reasons, a.error(a.refused(answer.Item), answer.Item))
		case "TransactionConflict":
			reasons = append(reasons, a.error(fmt.Errorf("%w: another request is writing the item", ErrConflict), nil))
		default:
			// Validation messages may quote values of the item: the code alone goes into the text.
			reasons = append(reasons, a.error(errors.New(code), nil))
		}
	}
	return slices.Clip(reasons)
}
