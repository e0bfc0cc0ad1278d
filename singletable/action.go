package singletable

import (
	"context"
	"crypto/rand"
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

	returns types.ReturnValue // what a write by itself returns

	// refused tells what it means that the item did not meet the condition; the item is nil when there is none.
	refused func(current item) error
	// left tells who left the item that did not meet the condition, where an answer may have been lost; nil where that can
	// never be told.
	left func(current item) author
}

// checkOf is the check that an item meets a condition.
func (e *entity) checkOf(key Key, c *clauses) *types.ConditionCheck {
	return &types.ConditionCheck{
		TableName: &e.table.name, Key: e.keyItem(key), ConditionExpression: c.text(),
		ExpressionAttributeNames: c.names, ExpressionAttributeValues: c.attributeValues(),
	}
}

// deleteOf is the removal of an item that meets a condition.
func (e *entity) deleteOf(key Key, c *clauses) *types.Delete {
	return &types.Delete{
		TableName: &e.table.name, Key: e.keyItem(key), ConditionExpression: c.text(),
		ExpressionAttributeNames: c.names, ExpressionAttributeValues: c.attributeValues(),
	}
}

// send performs an action by itself and returns the attributes that it asks for.
func (a *action) send(ctx context.Context, t *tries, s *writeSettings) (returned item, err error) {
	c := a.entity.call(a.op)
	c.try = t.next()
	if a.conditional() {
		ctx = t.watch(ctx)
	}
	onFailure := types.ReturnValuesOnConditionCheckFailureAllOld
	switch {
	case a.put != nil:
		in := &dynamodb.PutItemInput{
			TableName: a.put.TableName, Item: a.put.Item, ConditionExpression: a.put.ConditionExpression,
			ExpressionAttributeNames: a.put.ExpressionAttributeNames, ExpressionAttributeValues: a.put.ExpressionAttributeValues,
			ReturnValues: a.returns, ReturnValuesOnConditionCheckFailure: onFailure,
		}
		changeRequest(s.changes, in)
		out, err := send(ctx, c, in, Client.PutItem)
		if err != nil {
			return a.failed(t, s, err)
		}
		return out.Attributes, nil
	case a.update != nil:
		in := &dynamodb.UpdateItemInput{
			TableName: a.update.TableName, Key: a.update.Key, UpdateExpression: a.update.UpdateExpression,
			ConditionExpression: a.update.ConditionExpression, ReturnValues: a.returns,
			ExpressionAttributeNames: a.update.ExpressionAttributeNames, ExpressionAttributeValues: a.update.ExpressionAttributeValues,
			ReturnValuesOnConditionCheckFailure: onFailure,
		}
		changeRequest(s.changes, in)
		out, err := send(ctx, c, in, Client.UpdateItem)
		if err != nil {
			return a.failed(t, s, err)
		}
		return out.Attributes, nil
	default:
		in := &dynamodb.DeleteItemInput{
			TableName: a.delete.TableName, Key: a.delete.Key, ConditionExpression: a.delete.ConditionExpression,
			ExpressionAttributeNames: a.delete.ExpressionAttributeNames, ExpressionAttributeValues: a.delete.ExpressionAttributeValues,
			ReturnValues: a.returns, ReturnValuesOnConditionCheckFailure: onFailure,
		}
		changeRequest(s.changes, in)
		out, err := send(ctx, c, in, Client.DeleteItem)
		if err != nil {
			return a.failed(t, s, err)
		}
		return out.Attributes, nil
	}
}

// conditional tells whether the write can be refused because of the item.
func (a *action) conditional() bool {
	switch {
	case a.put != nil:
		return a.put.ConditionExpression != nil
	case a.update != nil:
		return a.update.ConditionExpression != nil
	}
	return a.delete.ConditionExpression != nil
}

// failed makes an error of what the service answered to a single write. If the write was performed all the same it returns what
// the answer would have held: the item as it is, or nothing, since what was there before is lost.
func (a *action) failed(t *tries, s *writeSettings, err error) (item, error) {
	t.resent = t.resent || attemptsOf(err) > 1 || t.written != nil && t.written.Load() > 1
	if refused, ok := errors.AsType[*types.ConditionalCheckFailedException](err); ok {
		why := a.refused(refused.Item)
		if t.resent {
			by := byEither
			if a.left != nil {
				by = a.left(refused.Item)
			}
			if by == byOther && len(s.changes) > 0 {
				by = byEither // what a function has made of the write is not known
			}
			switch by {
			case byThis:
				if a.returns == types.ReturnValueAllNew {
					return refused.Item, nil
				}
				return nil, nil
			case byEither:
				why = fmt.Errorf("%w: %w", why, ErrUncertain)
			}
		}
		return nil, a.error(fmt.Errorf("%w (%w)", why, err), refused.Item)
	}
	switch codeOf(err) {
	case "TransactionConflictException":
		err = fmt.Errorf("%w: a transaction is writing the item (%w)", ErrConflict, err)
	case "ReplicatedWriteConflictException":
		err = fmt.Errorf("%w: another region is writing the item (%w)", ErrConflict, err)
	}
	if t.resent && errors.Is(err, ErrConflict) {
		err = fmt.Errorf("%w: %w", err, ErrUncertain) // this attempt wrote nothing: one before it may have
	}
	return nil, a.error(err, nil)
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

// transact performs the actions of c together or not at all, again where others were in the way. All tries are one request
// with one token: a try that was performed although its answer was lost, or that still is under way, is not performed twice.
func transact(ctx context.Context, t *tries, c call, token *string, changes changes) error {
	if len(c.actions) > maxActions {
		return &TransactionError{Err: fmt.Errorf("it has %d items, claims included: DynamoDB allows %d", len(c.actions), maxActions)}
	}
	in := &dynamodb.TransactWriteItemsInput{
		ClientRequestToken: token, TransactItems: make([]types.TransactWriteItem, 0, len(c.actions)),
	}
	for i := range c.actions {
		in.TransactItems = append(in.TransactItems, c.actions[i].transactItem())
	}
	changeRequest(changes, in)
	if in.ClientRequestToken == nil {
		in.ClientRequestToken = aws.String(rand.Text())
	}
	return retry(ctx, t, isBusy, func() error {
		c.try = t.next()
		_, err := send(ctx, c, in, Client.TransactWriteItems)
		if err == nil {
			return nil
		}
		cancelled, ok := errors.AsType[*types.TransactionCanceledException](err)
		switch {
		case ok && len(cancelled.CancellationReasons) == len(c.actions):
			return &TransactionError{Reasons: reasonsOf(c.actions, cancelled.CancellationReasons), Err: err}
		case c.entity != nil:
			return c.actions[0].error(err, nil)
		}
		return &TransactionError{Err: err}
	})
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
			err := error(&codeError{code, code})
			if isThrottling(code) {
				c := a.entity.call(a.op)
				err = c.throttled(err)
			}
			reasons = append(reasons, a.error(err, nil))
		}
	}
	return slices.Clip(reasons)
}
