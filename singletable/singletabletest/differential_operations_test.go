package singletabletest_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// A step is one operation of a random sequence: it makes the request for a table, and for a run, which has tokens of its own.
type step struct {
	request func(table, run string) any
	mode    reading
}

func (s step) String() string {
	in := s.request("T", "run")
	return strings.TrimPrefix(fmt.Sprintf("%T", in), "*dynamodb.") + " " + show(in)
}

// A reading is how the answer to a read is compared.
type reading int

const (
	exactly  reading = iota
	paged            // all pages, one by one
	anyOrder         // the items in any order, because they have none
	tied             // in any order where the sort key is equal
)

// An arrangement is a table that sequences run on.
type arrangement struct {
	schema
	keys []item // few, so that operations meet
}

func arrangements() []arrangement {
	globals := func(own ...string) []index {
		return []index{
			{name: "Tied", key: []string{"g:S", "r:N"}},
			{name: "Multi", key: append([]string{"g:S", "h:N"}, own...), partition: 2},
		}
	}
	cross := func(sort ...value) (keys []item) {
		for _, p := range []string{"p", "q"} {
			for _, s := range sort {
				keys = append(keys, item{"PK": S(p), "SK": s})
			}
		}
		return keys
	}
	inverted := index{name: "Inverted", key: []string{"SK:S", "PK:S"}}
	local := index{name: "Local", key: []string{"PK:S", "r:N"}}
	return []arrangement{
		{schema{key: []string{"PK:S", "SK:S"}, globals: append(globals("SK:S", "PK:S"), inverted)}, cross(S("a"), S("ab"), S("b"), S("é"))},
		{schema{key: []string{"PK:S", "SK:N"}, globals: globals("SK:N", "PK:S"), locals: []index{local}}, cross(N("-1"), N("2"), N("10"), N("0.5"))},
		{schema{key: []string{"PK:S", "SK:B"}, globals: globals("SK:B", "PK:S")}, cross(B("\x00"), B("a"), B("\xff"))},
		{schema{key: []string{"PK:N"}, globals: globals("PK:N")}, []item{{"PK": N("1")}, {"PK": N("2")}, {"PK": N("-1.5")}, {"PK": N("1E+20")}}},
		{byPK, []item{pk("p"), pk("q"), pk("r")}},
	}
}

// A generator makes the steps of one sequence.
type generator struct {
	source
	arrangement
}

func (g generator) oneKey() item {
	key := item{}
	for name, v := range one(g.source, g.keys...) {
		key[name] = v
	}
	if g.oneIn(80) {
		key[one(g.source, "PK", "SK")] = g.value(0)
	}
	if g.oneIn(120) {
		delete(key, one(g.source, "PK", "SK"))
	}
	return key
}

func (g generator) item() item {
	it := g.oneKey()
	for range g.IntN(5) {
		name := one(g.source, attributeNames...)
		it[name] = g.valueOf(name)
	}
	if g.oneIn(3) {
		return it
	}
	it["g"], it["h"], it["r"] = S(one(g.source, "u", "v")), N(one(g.source, "1", "2")), N(one(g.source, "1", "2", "3"))
	if g.oneIn(4) {
		delete(it, one(g.source, "g", "h", "r"))
	}
	if g.oneIn(40) {
		it[one(g.source, "g", "h", "r")] = g.value(0)
	}
	return it
}

func (g generator) expressions() *expressions { return &expressions{source: g.source} }

// conditionNames are the attributes that conditions look at.
var conditionNames = append([]string{"PK", "SK", "g", "r"}, attributeNames...)

// maybeCondition is nil most of the time.
func (g generator) maybeCondition(x *expressions) *string {
	if !g.oneIn(3) {
		return nil
	}
	return x.text(x.condition(2, conditionNames...))
}

func (g generator) onFailure() types.ReturnValuesOnConditionCheckFailure {
	return one(g.source, "", types.ReturnValuesOnConditionCheckFailureNone, types.ReturnValuesOnConditionCheckFailureAllOld)
}

func (g generator) capacity() types.ReturnConsumedCapacity {
	return one(g.source, "", types.ReturnConsumedCapacityTotal, types.ReturnConsumedCapacityIndexes)
}

// writeCapacity asks of tables without indexes only: Local charges an index for an item that has a part of its key.
func (g generator) writeCapacity() types.ReturnConsumedCapacity {
	if len(g.globals) > 0 {
		return ""
	}
	return g.capacity()
}

func (g generator) step() step {
	switch n := g.IntN(100); {
	case n < 20:
		return g.put()
	case n < 40:
		return g.update()
	case n < 46:
		return g.delete()
	case n < 52:
		return g.get()
	case n < 68:
		return g.query()
	case n < 76:
		return g.scan()
	case n < 81:
		return g.batchGet()
	case n < 86:
		return g.batchWrite()
	case n < 96:
		return g.transactWrite()
	default:
		return g.transactGet()
	}
}

func (g generator) put() step {
	x := g.expressions()
	condition := g.maybeCondition(x)
	in := dynamodb.PutItemInput{
		Item: g.item(), ConditionExpression: condition, ExpressionAttributeNames: x.used().names, ExpressionAttributeValues: x.used().values,
		ReturnValues:                        one(g.source, "", types.ReturnValueNone, types.ReturnValueAllOld),
		ReturnValuesOnConditionCheckFailure: g.onFailure(), ReturnConsumedCapacity: g.writeCapacity(),
	}
	return step{request: func(table, _ string) any { in := in; in.TableName = &table; return &in }}
}

func (g generator) update() step {
	x := g.expressions()
	update := *x.text(x.update())
	returned := one(g.source, "", types.ReturnValueAllOld, types.ReturnValueAllNew, types.ReturnValueUpdatedOld, types.ReturnValueUpdatedNew)
	if x.nested && strings.HasPrefix(string(returned), "UPDATED") {
		returned = types.ReturnValueAllNew // Local returns whole attributes
	}
	condition := g.maybeCondition(x)
	in := dynamodb.UpdateItemInput{
		Key: g.oneKey(), UpdateExpression: &update, ConditionExpression: condition,
		ExpressionAttributeNames: x.used().names, ExpressionAttributeValues: x.used().values,
		ReturnValues: returned, ReturnValuesOnConditionCheckFailure: g.onFailure(), ReturnConsumedCapacity: g.writeCapacity(),
	}
	return step{request: func(table, _ string) any { in := in; in.TableName = &table; return &in }}
}

func (g generator) delete() step {
	x := g.expressions()
	condition := g.maybeCondition(x)
	in := dynamodb.DeleteItemInput{
		Key: g.oneKey(), ConditionExpression: condition, ExpressionAttributeNames: x.used().names, ExpressionAttributeValues: x.used().values,
		ReturnValues:                        one(g.source, "", types.ReturnValueNone, types.ReturnValueAllOld),
		ReturnValuesOnConditionCheckFailure: g.onFailure(),
	}
	return step{request: func(table, _ string) any { in := in; in.TableName = &table; return &in }}
}

func (g generator) get() step {
	x := g.expressions()
	in := dynamodb.GetItemInput{Key: g.oneKey(), ReturnConsumedCapacity: g.capacity(), ConsistentRead: new(g.oneIn(2))}
	if g.oneIn(3) {
		in.ProjectionExpression = x.text(x.projection())
		in.ExpressionAttributeNames = x.used().names
	}
	return step{request: func(table, _ string) any { in := in; in.TableName = &table; return &in }}
}

// query asks the table or an index, in either direction, in pages where the order of all items is sure.
func (g generator) query() step {
	x := g.expressions()
	all := append([]index{{key: g.key}}, append(slices.Clone(g.globals), g.locals...)...)
	from := one(g.source, all...)
	in := dynamodb.QueryInput{ScanIndexForward: new(g.oneIn(2)), ReturnConsumedCapacity: g.capacity()}
	in.KeyConditionExpression = x.text(g.keyCondition(x, from))
	ranged := !strings.Contains(*in.KeyConditionExpression, " AND ")
	if g.oneIn(3) {
		in.FilterExpression = x.text(x.condition(2, attributeNames...))
	}
	if g.oneIn(4) {
		in.ProjectionExpression = x.text(x.projection())
	} else if g.oneIn(6) {
		in.Select = types.SelectCount
	}
	in.ExpressionAttributeNames, in.ExpressionAttributeValues = x.used().names, x.used().values
	s := step{mode: exactly}
	if from.name != "" {
		in.IndexName = &from.name
	}
	if from.name == "Tied" || from.name == "Local" {
		s.mode = tied
	} else if ranged && len(from.key) > max(from.partition, 1) && g.oneIn(2) {
		// A start key that equals the bound of the condition is where Local differs, so paged queries have none. One item has
		// no next page at Local where there is no sort key.
		in.Limit, s.mode = new(int32(1+g.IntN(3))), paged
	}
	if g.oneIn(100) {
		in.Limit = new(int32(0))
	}
	s.request = func(table, _ string) any { in := in; in.TableName = &table; return &in }
	return s
}

// keyCondition names the partition that an item of the table may be in, and sometimes narrows the sort key.
func (g generator) keyCondition(x *expressions, from index) string {
	key := g.oneKey()
	key["g"], key["h"], key["r"] = S(one(g.source, "u", "v")), N(one(g.source, "1", "2")), N(one(g.source, "1", "2", "3"))
	partitions := max(from.partition, 1)
	var terms []string
	for i, k := range from.key {
		name, _, _ := strings.Cut(k, ":")
		v := key[name]
		if v == nil || g.oneIn(80) {
			v = g.value(0)
		}
		if i < partitions {
			terms = append(terms, x.name(name)+" = "+x.value(v))
			continue
		}
		if g.oneIn(2) {
			break
		}
		if i < len(from.key)-1 && g.oneIn(2) {
			terms = append(terms, x.name(name)+" = "+x.value(v))
			continue
		}
		switch g.IntN(4) {
		case 0:
			terms = append(terms, "begins_with("+x.name(name)+", "+x.value(v)+")")
		case 1:
			high := one(g.source, g.keys...)[name]
			if high == nil {
				high = v
			}
			terms = append(terms, x.name(name)+" BETWEEN "+x.value(v)+" AND "+x.value(high))
		default:
			terms = append(terms, x.name(name)+" "+one(g.source, "=", "<", "<=", ">", ">=")+" "+x.value(v))
		}
		break
	}
	g.Shuffle(len(terms), func(i, j int) { terms[i], terms[j] = terms[j], terms[i] })
	return strings.Join(terms, " AND ")
}

func (g generator) scan() step {
	x := g.expressions()
	in := dynamodb.ScanInput{ReturnConsumedCapacity: g.capacity()}
	if g.oneIn(2) {
		in.FilterExpression = x.text(x.condition(2, conditionNames...))
	}
	if g.oneIn(4) {
		in.ProjectionExpression = x.text(x.projection())
	}
	in.ExpressionAttributeNames, in.ExpressionAttributeValues = x.used().names, x.used().values
	if g.oneIn(3) && len(g.globals) > 0 {
		in.IndexName = new(one(g.source, g.globals...).name)
	}
	return step{mode: anyOrder, request: func(table, _ string) any { in := in; in.TableName = &table; return &in }}
}

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

// answer does a step and returns what there is to compare of the answer.
func (s step) answer(ctx context.Context, client *dynamodb.Client, table, run string) string {
	var out any
	var err error
	switch in := s.request(table, run).(type) {
	case *dynamodb.PutItemInput:
		out, err = client.PutItem(ctx, in)
	case *dynamodb.UpdateItemInput:
		out, err = client.UpdateItem(ctx, in)
	case *dynamodb.DeleteItemInput:
		var o *dynamodb.DeleteItemOutput
		if o, err = client.DeleteItem(ctx, in); err == nil {
			o.ConsumedCapacity = nil // Local tells it of missing items without being asked
			out = o
		}
	case *dynamodb.GetItemInput:
		out, err = client.GetItem(ctx, in)
	case *dynamodb.QueryInput:
		out, err = s.query(ctx, client, in)
	case *dynamodb.ScanInput:
		var o *dynamodb.ScanOutput
		if o, err = client.Scan(ctx, in); err == nil {
			canonise(reflect.ValueOf(o))
			o.Items = sorted(o.Items)
			out = o
		}
	case *dynamodb.BatchGetItemInput:
		var o *dynamodb.BatchGetItemOutput
		if o, err = client.BatchGetItem(ctx, in); err == nil {
			canonise(reflect.ValueOf(o))
			o.Responses[table] = sorted(o.Responses[table])
			out = o
		}
	case *dynamodb.BatchWriteItemInput:
		out, err = client.BatchWriteItem(ctx, in)
	case *dynamodb.TransactWriteItemsInput:
		out, err = client.TransactWriteItems(ctx, in)
	case *dynamodb.TransactGetItemsInput:
		out, err = client.TransactGetItems(ctx, in)
	default:
		panic(fmt.Sprintf("no way to send a %T", in))
	}
	if err != nil {
		return failure(err)
	}
	canonise(reflect.ValueOf(out))
	return show(out)
}

// query reads one page or all, and leaves out the order of items that are equal in their index.
func (s step) query(ctx context.Context, client *dynamodb.Client, in *dynamodb.QueryInput) (any, error) {
	var pages []*dynamodb.QueryOutput
	for {
		out, err := client.Query(ctx, in)
		if err != nil {
			return nil, err
		}
		pages = append(pages, out)
		if s.mode != paged || out.LastEvaluatedKey == nil || len(pages) == 20 {
			break
		}
		in.ExclusiveStartKey = out.LastEvaluatedKey
	}
	if s.mode == tied {
		canonise(reflect.ValueOf(pages[0]))
		order := pick(pages[0].Items, "r")
		pages[0].Items = sorted(pages[0].Items)
		return struct {
			Page  *dynamodb.QueryOutput
			Order []string
		}{pages[0], order}, nil
	}
	return pages, nil
}

// failure is the code of an error with the reasons of a cancelled transaction and the items that were in the way.
func failure(err error) string {
	var api interface{ ErrorCode() string }
	if !errors.As(err, &api) {
		return "no answer: " + err.Error()
	}
	text := api.ErrorCode()
	if e, ok := errors.AsType[*types.ConditionalCheckFailedException](err); ok {
		canonise(reflect.ValueOf(e.Item))
		text += " " + show(e.Item)
	}
	if e, ok := errors.AsType[*types.TransactionCanceledException](err); ok {
		for _, r := range e.CancellationReasons {
			if r.Code != nil && *r.Code == "ValidationError" {
				return invalid // which Local says of an update that fails on its item, without reasons
			}
			canonise(reflect.ValueOf(r.Item))
			text += fmt.Sprintf(" %s %s", *r.Code, show(r.Item))
		}
	}
	return text
}
