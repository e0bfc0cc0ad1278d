package singletabletest_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// A badQuery is refused. Its values are :p, the text "p", unless it has its own.
type badQuery struct {
	name, condition string
	values          values
	phrase          string
	change          func(*dynamodb.QueryInput)
}

func (q badQuery) run(t *testing.T, db database) {
	table := db.table(byPKSK)
	db.put(table, pksk("p", "s"))
	in := query(table, q.condition, q.values)
	if q.change != nil {
		q.change(in)
	}
	refused(t, db.Query, in, invalid, q.phrase)
}

const (
	emptyKey     = "The AttributeValue for a key attribute cannot contain an empty string value."
	oneCondition = "KeyConditionExpressions must only contain one condition per key"
)

func queryErrorCases() (cases []conformanceCase) {
	p, pv := values{":p": S("p")}, values{":p": S("p"), ":v": S("v")}
	filtered := func(expression string) func(*dynamodb.QueryInput) {
		return func(in *dynamodb.QueryInput) { in.FilterExpression = &expression }
	}
	startingAt := func(key item) func(*dynamodb.QueryInput) {
		return func(in *dynamodb.QueryInput) { in.ExclusiveStartKey = key }
	}
	for _, q := range []badQuery{
		{"an empty condition", "", nil, "Invalid KeyConditionExpression: The expression can not be empty", nil},
		{"a syntax error", "PK = ", nil, "Invalid KeyConditionExpression: Syntax error", nil},
		{"an undefined value", "PK = :p", nil, "An expression attribute value used in expression is not defined; attribute value: :p", nil},
		{"an unused value", "PK = :p", pv, "Value provided in ExpressionAttributeValues unused in expressions: keys: {:v}", nil},
		{"no condition at all", "", nil, "Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.",
			func(in *dynamodb.QueryInput) { in.KeyConditionExpression = nil }},
		{"no partition key", "SK = :p", p, "Query condition missed key schema element", nil},
		{"another attribute", "x = :p", p, "Query condition missed key schema element", nil},
		{"another attribute for the sort key", "PK = :p AND x = :v", pv, "Query condition missed key schema element", nil},
		{"a third attribute", "PK = :p AND SK = :v AND x = :v", pv, "", nil},
		{"a range of partition keys", "PK > :p", p, "Query key condition not supported", nil},
		{"a beginning of partition keys", "begins_with(PK, :p)", p, "Query key condition not supported", nil},
		{"partition keys between", "PK BETWEEN :p AND :v", pv, "Query key condition not supported", nil},
		{"OR", "PK = :p OR SK = :v", pv, "Invalid operator used in KeyConditionExpression: OR", nil},
		{"NOT", "NOT PK = :p", p, "Invalid operator used in KeyConditionExpression: NOT", nil},
		{"NOT of the sort key", "PK = :p AND NOT SK = :v", pv, "Invalid operator used in KeyConditionExpression: NOT", nil},
		{"IN", "PK = :p AND SK IN (:v)", pv, "Invalid operator used in KeyConditionExpression: IN", nil},
		{"not equal", "PK = :p AND SK <> :v", pv, "Invalid operator used in KeyConditionExpression: <>", nil},
		{"attribute_exists", "PK = :p AND attribute_exists(SK)", p, "Invalid operator used in KeyConditionExpression: attribute_exists", nil},
		{"contains", "PK = :p AND contains(SK, :v)", pv, "Invalid operator used in KeyConditionExpression: contains", nil},
		{"size", "PK = :p AND size(SK) = :v", pv, "KeyConditionExpressions cannot contain nested operations", nil},
		{"two conditions on the sort key", "PK = :p AND SK > :p AND SK < :v", pv, oneCondition, nil},
		{"two conditions on the partition key", "PK = :p AND PK = :v", pv, oneCondition, nil},
		{"a key against a key", "PK = :p AND SK = PK", p, "Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition", nil},
		{"a path", "PK.a = :p", p, "Key attributes must be scalars", nil},
		{"a partition key of another type", "PK = :p", values{":p": N("1")}, "Condition parameter type does not match schema type", nil},
		{"a sort key of another type", "PK = :p AND SK > :v", values{":p": S("p"), ":v": N("1")}, "Condition parameter type does not match schema type", nil},
		{"an empty partition key", "PK = :p", values{":p": S("")}, emptyKey, nil},
		{"an empty sort key", "PK = :p AND SK = :v", values{":p": S("p"), ":v": S("")}, emptyKey, nil},
		{"an empty lower bound", "PK = :p AND SK > :v", values{":p": S("p"), ":v": S("")}, emptyKey, nil},
		{"an empty prefix", "PK = :p AND begins_with(SK, :v)", values{":p": S("p"), ":v": S("")}, emptyKey, nil},
		{"bounds in the wrong order", "PK = :p AND SK BETWEEN :v AND :p", pv,
			"The BETWEEN operator requires upper bound to be greater than or equal to lower bound", nil},
		{"a filter on the partition key", "PK = :p", p, "Filter Expression can only contain non-primary key attributes: Primary key attribute: PK", filtered("PK = :p")},
		{"a filter on the sort key", "PK = :p", p, "Filter Expression can only contain non-primary key attributes: Primary key attribute: SK",
			filtered("x = :p OR attribute_exists(SK)")},
		{"a filter with a syntax error", "PK = :p", p, "Invalid FilterExpression: Syntax error", filtered("x = = :p")},
		{"an unknown index", "PK = :p", p, "The table does not have the specified index: nowhere", func(in *dynamodb.QueryInput) { in.IndexName = new("nowhere") }},
		{"a limit of zero", "PK = :p", p, "", func(in *dynamodb.QueryInput) { in.Limit = new(int32(0)) }},
		{"a limit below zero", "PK = :p", p, "", func(in *dynamodb.QueryInput) { in.Limit = new(int32(-1)) }},
		{"a start key without its sort key", "PK = :p", p, "", startingAt(pk("p"))},
		{"a start key with more than the key", "PK = :p", p, "", startingAt(item{"PK": S("p"), "SK": S("s"), "x": S("x")})},
		{"a start key of another type", "PK = :p", p, "", startingAt(item{"PK": S("p"), "SK": N("1")})},
		{"a start key of another partition", "PK = :p", p, "", startingAt(pksk("q", "s"))},
		{"a start key outside the condition", "PK = :p AND SK > :v", pv, "", startingAt(pksk("p", "a"))},
		{"an unknown selection", "PK = :p", p, "", func(in *dynamodb.QueryInput) { in.Select = "EVERYTHING" }},
	} {
		cases = append(cases, conformanceCase{q.name, q.run})
	}
	return cases
}
