package singletabletest_test

import (
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

func (g generator) batchGet() step {
	x := g.expressions()
	var keys []item
	for range 1 + g.IntN(4) {
		keys = append(keys, g.oneKey())
	}
	if !g.oneIn(20) {
		keys = g.distinct(keys)
	}
	asked := types.KeysAndAttributes{Keys: keys}
	if g.oneIn(3) {
		asked.ProjectionExpression = x.text(x.projection())
		asked.ExpressionAttributeNames = x.used().names
	}
	return step{mode: anyOrder, request: func(table, _ string) any {
		return &dynamodb.BatchGetItemInput{RequestItems: map[string]types.KeysAndAttributes{table: asked}}
	}}
}

// distinct drops keys of items that are there already.
func (g generator) distinct(keys []item) []item {
	seen := map[string]bool{}
	return slices.DeleteFunc(keys, func(key item) bool {
		text := ""
		for _, k := range g.key {
			name, _, _ := strings.Cut(k, ":")
			text += show(key[name]) + " "
		}
		twice := seen[text]
		seen[text] = true
		return twice
	})
}

func (g generator) batchWrite() step {
	var keys []item
	for range 1 + g.IntN(4) {
		keys = append(keys, g.oneKey())
	}
	if !g.oneIn(20) {
		keys = g.distinct(keys)
	}
	var requests []types.WriteRequest
	for _, key := range keys {
		if g.oneIn(3) {
			requests = append(requests, types.WriteRequest{DeleteRequest: &types.DeleteRequest{Key: key}})
			continue
		}
		it := g.item()
		delete(it, "PK")
		delete(it, "SK")
		requests = append(requests, types.WriteRequest{PutRequest: &types.PutRequest{Item: with(it, key)}})
	}
	return step{request: func(table, _ string) any {
		return &dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{table: requests}}
	}}
}

func (g generator) transactWrite() step {
	var keys []item
	for range 1 + g.IntN(4) {
		keys = append(keys, g.oneKey())
	}
	token := ""
	if g.oneIn(3) {
		token = one(g.source, "-1", "-2", "-3")
		keys = some(g.source, 1+g.IntN(4), g.keys...) // of the right type: Local looks at the token first
	}
	keys = g.distinct(keys) // one item twice beside a failed condition: Local reports the condition
	var actions []func(table string) types.TransactWriteItem
	for _, key := range keys {
		x := g.expressions()
		switch g.IntN(5) {
		case 0, 4:
			it := g.item()
			delete(it, "PK")
			delete(it, "SK")
			condition := g.maybeCondition(x)
			p := types.Put{Item: with(it, key), ConditionExpression: condition,
				ExpressionAttributeNames: x.used().names, ExpressionAttributeValues: x.used().values, ReturnValuesOnConditionCheckFailure: g.onFailure()}
			actions = append(actions, func(table string) types.TransactWriteItem {
				p := p
				p.TableName = &table
				return types.TransactWriteItem{Put: &p}
			})
		case 1:
			update := *x.text(x.update())
			condition := g.maybeCondition(x)
			u := types.Update{Key: key, UpdateExpression: &update, ConditionExpression: condition,
				ExpressionAttributeNames: x.used().names, ExpressionAttributeValues: x.used().values, ReturnValuesOnConditionCheckFailure: g.onFailure()}
			actions = append(actions, func(table string) types.TransactWriteItem {
				u := u
				u.TableName = &table
				return types.TransactWriteItem{Update: &u}
			})
		case 2:
			condition := g.maybeCondition(x)
			d := types.Delete{Key: key, ConditionExpression: condition,
				ExpressionAttributeNames: x.used().names, ExpressionAttributeValues: x.used().values, ReturnValuesOnConditionCheckFailure: g.onFailure()}
			actions = append(actions, func(table string) types.TransactWriteItem {
				d := d
				d.TableName = &table
				return types.TransactWriteItem{Delete: &d}
			})
		default:
			x.whole = true // Local lets a check look into a key attribute, which all other expressions are refused
			condition := x.text(x.condition(2, conditionNames...))
			c := types.ConditionCheck{Key: key, ConditionExpression: condition,
				ExpressionAttributeNames: x.used().names, ExpressionAttributeValues: x.used().values, ReturnValuesOnConditionCheckFailure: g.onFailure()}
			actions = append(actions, func(table string) types.TransactWriteItem {
				c := c
				c.TableName = &table
				return types.TransactWriteItem{ConditionCheck: &c}
			})
		}
	}
	return step{request: func(table, run string) any {
		in := &dynamodb.TransactWriteItemsInput{}
		if token != "" {
			in.ClientRequestToken = new(run + token)
		}
		for _, a := range actions {
			in.TransactItems = append(in.TransactItems, a(table))
		}
		return in
	}}
}

func (g generator) transactGet() step {
	var gets []types.Get
	keys := some(g.source, 1+g.IntN(4), g.keys...) // of the right type: Local has no reasons for others
	if !g.oneIn(20) {
		keys = g.distinct(keys)
	}
	for _, key := range keys {
		x := g.expressions()
		get := types.Get{Key: key}
		if g.oneIn(3) {
			get.ProjectionExpression = x.text(x.projection())
			get.ExpressionAttributeNames = x.used().names
		}
		gets = append(gets, get)
	}
	return step{request: func(table, _ string) any {
		in := &dynamodb.TransactGetItemsInput{}
		for _, get := range gets {
			get.TableName = &table
			in.TransactItems = append(in.TransactItems, types.TransactGetItem{Get: &get})
		}
		return in
	}}
}
