package singletabletest_test

import (
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
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
