package singletabletest_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// A badCondition is refused before any item is looked at, as a condition and as a filter.
type badCondition struct {
	name       string
	expression string
	values     values
	phrase     string
}

func (c badCondition) run(t *testing.T, db database) {
	table := db.table(byPK)
	refused(t, db.PutItem, &dynamodb.PutItemInput{
		TableName: &table, Item: pk("a"), ConditionExpression: &c.expression, ExpressionAttributeValues: c.values,
	}, invalid, "Invalid ConditionExpression: "+c.phrase)
	refused(t, db.Scan, &dynamodb.ScanInput{
		TableName: &table, FilterExpression: &c.expression, ExpressionAttributeValues: c.values,
	}, invalid, "Invalid FilterExpression: "+c.phrase)
	db.holds(table)
}

func conditionErrorCases() (cases []conformanceCase) {
	one := values{":v": N("1")}
	for _, c := range []badCondition{
		{"nothing", "", nil, "The expression can not be empty"},
		{"an attribute alone", "n", nil, "Syntax error"},
		{"a value alone", ":v", one, "Syntax error"},
		{"an operand is missing", "n =", nil, "Syntax error"},
		{"an operator is missing", "n :v", one, "Syntax error"},
		{"a condition is missing", "n = :v AND", one, "Syntax error"},
		{"an operator that does not exist", "n != :v", one, "Syntax error"},
		{"two equals signs", "n == :v", one, "Syntax error"},
		{"a literal number", "n = 5", nil, "Syntax error"},
		{"a literal string", "n = 'five'", nil, "Syntax error"},
		{"a parenthesis is open", "(n = :v", one, "Syntax error"},
		{"a parenthesis too many", "n = :v)", one, "Syntax error"},
		{"an empty list", "n IN ()", nil, "Syntax error"},
		{"a chain of comparisons", "n < :v < n", one, "Syntax error"},
		{"a dot at the end", "n. = :v", one, "Syntax error"},
		{"an index that is no number", "n[x] = :v", one, "Syntax error"},
		{"between without its and", "n BETWEEN :v", one, "Syntax error"},
		{"parentheses twice", "((n = :v))", one, "The expression has redundant parentheses"},
		{"a function that does not exist", "exists(n)", nil, "Invalid function name; function: exists"},
		{"a function in capitals", "ATTRIBUTE_EXISTS(n)", nil, "Invalid function name; function: ATTRIBUTE_EXISTS"},
		{"a function of updates", "if_not_exists(n, :v) = :v", one, "The function is not allowed in a condition expression; function: if_not_exists"},
		{"list_append", "list_append(n, :v) = :v", one, "The function is not allowed in a condition expression; function: list_append"},
		{"size alone", "size(n)", nil, "The function is not allowed to be used this way in an expression; function: size"},
		{"a function as an operand", "attribute_exists(n) = :v", one,
			"The function is not allowed to be used this way in an expression; function: attribute_exists"},
		{"too many operands", "attribute_exists(n, s)", nil,
			"Incorrect number of operands for operator or function; operator or function: attribute_exists, number of operands: 2"},
		{"too few operands", "begins_with(n)", nil,
			"Incorrect number of operands for operator or function; operator or function: begins_with, number of operands: 1"},
		{"a value where a path is needed", "attribute_exists(:v)", one,
			"Operator or function requires a document path; operator or function: attribute_exists"},
		{"order of booleans", "n < :v", values{":v": BOOL(true)},
			"Incorrect operand type for operator or function; operator or function: <, operand type: BOOL"},
		{"order of sets", "n >= :v", values{":v": SS("a")},
			"Incorrect operand type for operator or function; operator or function: >=, operand type: SS"},
		{"order of nulls", "n > :v", values{":v": NULL()},
			"Incorrect operand type for operator or function; operator or function: >, operand type: NULL"},
		{"begins_with a number", "begins_with(n, :v)", one,
			"Incorrect operand type for operator or function; operator or function: begins_with, operand type: N"},
		{"between lists", "n BETWEEN :v AND :v", values{":v": L()}, "Incorrect operand type for operator or function; operator or function: BETWEEN"},
		{"bounds in the wrong order", "n BETWEEN :v AND :w", values{":v": N("9"), ":w": N("10e-1")},
			"The BETWEEN operator requires upper bound to be greater than or equal to lower bound"},
		{"bounds of two types", "n BETWEEN :v AND :w", values{":v": N("1"), ":w": S("9")},
			"The BETWEEN operator requires same data type for lower and upper bounds"},
		{"a type that does not exist", "attribute_type(n, :v)", values{":v": S("NUMBER")}, "Invalid attribute type name found; type: NUMBER"},
		{"a type that is no string", "attribute_type(n, :v)", one,
			"Incorrect operand type for operator or function; operator or function: attribute_type, operand type: N"},
		{"an attribute against itself", "n = n", nil,
			"The first operand must be distinct from the remaining operands for this operator or function; operator: =, first operand: [n]"},
		{"an attribute in itself", "contains(m.a, m.a)", nil,
			"The first operand must be distinct from the remaining operands for this operator or function; operator: contains"},
		{"an attribute below itself, and more", "s = :v AND n < n", one,
			"The first operand must be distinct from the remaining operands for this operator or function; operator: <"},
		{"too many in a list", "n IN (:v" + strings.Repeat(", :v", 100) + ")", one, ""},
	} {
		cases = append(cases, conformanceCase{c.name, c.run})
	}
	return cases
}

func expressionErrorCases() []conformanceCase {
	put := func(condition string, values values, names names, phrases ...string) func(*testing.T, database) {
		return func(t *testing.T, db database) {
			table := db.table(byPK)
			in := &dynamodb.PutItemInput{TableName: &table, Item: pk("a"), ExpressionAttributeValues: values, ExpressionAttributeNames: names}
			if condition != "" {
				in.ConditionExpression = &condition
			}
			refused(t, db.PutItem, in, invalid, phrases...)
			db.holds(table)
		}
	}
	one := values{":v": N("1")}
	cases := []conformanceCase{
		{"a value that is not defined", put("n = :v", nil, nil,
			"Invalid ConditionExpression: An expression attribute value used in expression is not defined; attribute value: :v")},
		{"a name that is not defined", put("#n = :v", one, nil,
			"Invalid ConditionExpression: An expression attribute name used in the document path is not defined; attribute name: #n")},
		{"a value that is not used", put("n = :v", values{":v": N("1"), ":w": N("2")}, nil,
			"Value provided in ExpressionAttributeValues unused in expressions: keys: {:w}")},
		{"a name that is not used", put("n = :v", one, names{"#x": "x"},
			"Value provided in ExpressionAttributeNames unused in expressions: keys: {#x}")},
		{"values without an expression", put("", one, nil, "ExpressionAttributeValues can only be specified when using expressions")},
		{"names without an expression", put("", nil, names{"#x": "x"}, "ExpressionAttributeNames can only be specified when using expressions")},
		{"no values at all", put("attribute_exists(n)", values{}, nil, "ExpressionAttributeValues must not be empty")},
		{"no names at all", put("attribute_exists(n)", nil, names{}, "ExpressionAttributeNames must not be empty")},
		{"a value's name without a colon", put("n = :v", values{"v": N("1")}, nil, `ExpressionAttributeValues contains invalid key: Syntax error; key: "v"`)},
		{"a name without a hash", put("n = :v", one, names{"x": "x"}, `ExpressionAttributeNames contains invalid key: Syntax error; key: "x"`)},
		{"a value that is no number", put("n = :v", values{":v": N("one")}, nil, "cannot be converted")},
		{"a value that is an empty set", put("n = :v", values{":v": SS()}, nil, "may not be empty")},
		{"an expression above 4 KB", put("attribute_exists("+strings.Repeat("n", 4096)+")", nil, nil, "Expression size has exceeded the maximum allowed size")},
	}
	for _, word := range []string{"name", "STATUS", "Year", "data", "value", "count", "items", "ttl", "timestamp", "order", "user", "type"} {
		cases = append(cases, conformanceCase{"reserved word " + word, put(word+" = :v", one, nil,
			"Invalid ConditionExpression: Attribute name is a reserved keyword; reserved keyword: "+word)})
	}
	return append(cases,
		conformanceCase{"reserved word inside a path", put("a."+"status = :v", one, nil, "reserved keyword: status")},
		conformanceCase{"reserved words behind names", func(t *testing.T, db database) {
			table := db.table(byPK)
			db.put(table, item{"PK": S("a"), "status": M(item{"name": L(N("1"))})})
			call(t, db.DeleteItem, &dynamodb.DeleteItemInput{
				TableName: &table, Key: pk("a"), ConditionExpression: new("#s.#n[0] = :v"),
				ExpressionAttributeNames: names{"#s": "status", "#n": "name"}, ExpressionAttributeValues: one,
			})
			db.holds(table)
		}},
		conformanceCase{"a name is one attribute, dots and all", func(t *testing.T, db database) {
			table := db.table(byPK)
			db.put(table, sample())
			in := &dynamodb.ScanInput{
				TableName: &table, FilterExpression: new("#d = :v"), ExpressionAttributeNames: names{"#d": "dotted.name"},
				ExpressionAttributeValues: values{":v": N("7")}, ProjectionExpression: new("#d"),
			}
			same(t, call(t, db.Scan, in).Items, []item{{"dotted.name": N("7")}})
			in.ExpressionAttributeNames = names{"#d": "m.a"}
			same(t, call(t, db.Scan, in).Count, int32(0))
		}},
		conformanceCase{"a name used twice and a value used twice", func(t *testing.T, db database) {
			table := db.table(byPK)
			db.put(table, sample())
			same(t, call(t, db.Scan, &dynamodb.ScanInput{
				TableName: &table, FilterExpression: new("#n = :v OR #n > :v"), ExpressionAttributeNames: names{"#n": "n"},
				ExpressionAttributeValues: values{":v": N("4")}, ProjectionExpression: new("#n"),
			}).Items, []item{{"n": N("5")}})
		}},
	)
}
