package singletabletest_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// A badUpdate is refused and leaves the item as it was.
type badUpdate struct {
	name       string
	expression string
	values     values
	phrase     string
}

func (u badUpdate) run(t *testing.T, db database) {
	table := db.table(byPKSK)
	before := with(pksk("a", "b"), item{
		"n": N("5"), "s": S("x"), "l": L(S("0"), S("1")), "m": M(item{"a": N("1")}), "ss": SS("a"), "nul": NULL(), "big": N("9" + strings.Repeat("0", 125)),
	})
	db.put(table, before)
	refused(t, db.UpdateItem, &dynamodb.UpdateItemInput{
		TableName: &table, Key: pksk("a", "b"), UpdateExpression: &u.expression, ExpressionAttributeValues: u.values,
	}, invalid, u.phrase)
	db.holds(table, before)
}

const (
	wrongOperand = "An operand in the update expression has an incorrect data type"
	noAttribute  = "The provided expression refers to an attribute that does not exist in the item"
	badPath      = "The document path provided in the update expression is invalid for update"
	overlap      = "Two document paths overlap with each other; must remove or rewrite one of these paths; "
	partOfKey    = "This attribute is part of the key"
)

func updateErrorCases() (cases []conformanceCase) {
	one, set, text := values{":v": N("1")}, values{":v": SS("a")}, values{":v": S("one")}
	for _, u := range []badUpdate{
		{"nothing", "", nil, "Invalid UpdateExpression: The expression can not be empty"},
		{"no section", "n = :v", one, "Invalid UpdateExpression: Syntax error"},
		{"an unknown section", "PUT n = :v", one, "Invalid UpdateExpression: Syntax error"},
		{"an empty section", "SET", nil, "Invalid UpdateExpression: Syntax error"},
		{"an operand is missing", "SET n =", nil, "Invalid UpdateExpression: Syntax error"},
		{"a comma at the end", "SET n = :v,", one, "Invalid UpdateExpression: Syntax error"},
		{"a literal", "SET n = 1", nil, "Invalid UpdateExpression: Syntax error"},
		{"a product", "SET n = n * :v", one, "Invalid UpdateExpression: Syntax error"},
		{"a sum of three", "SET n = n + :v + :v", one, "Invalid UpdateExpression: Syntax error"},
		{"a sign", "SET n = -:v", one, "Invalid UpdateExpression: Syntax error"},
		{"a negative index", "SET l[-1] = :v", one, "Invalid UpdateExpression: Syntax error"},
		{"a value as an index", "SET l[:v] = :v", one, "Invalid UpdateExpression: Syntax error"},
		{"ADD of an attribute", "ADD n n", nil, "Invalid UpdateExpression: Syntax error"},
		{"REMOVE of a value", "REMOVE :v", one, "Invalid UpdateExpression: Syntax error"},
		{"a section twice", "SET n = :v SET s = :v", one, `The "SET" section can only be used once in an update expression`},
		{"a reserved word", "SET status = :v", one, "Attribute name is a reserved keyword; reserved keyword: status"},
		{"an undefined value", "SET n = :w", nil, "An expression attribute value used in expression is not defined; attribute value: :w"},
		{"an undefined name", "SET #n = :v", one, "An expression attribute name used in the document path is not defined; attribute name: #n"},
		{"an unused value", "SET n = :v", values{":v": N("1"), ":w": N("1")}, "Value provided in ExpressionAttributeValues unused in expressions: keys: {:w}"},
		{"an unknown function", "SET n = plus(n, :v)", one, "Invalid function name; function: plus"},
		{"a function in capitals", "SET n = IF_NOT_EXISTS(n, :v)", one, "Invalid function name; function: IF_NOT_EXISTS"},
		{"a function of conditions", "SET n = size(l)", nil, "The function is not allowed in an update expression; function: size"},
		{"list_append of one", "SET l = list_append(l)", nil, "operator or function: list_append, number of operands: 1"},
		{"if_not_exists of a value", "SET n = if_not_exists(:v, n)", one, "Operator or function requires a document path; operator or function: if_not_exists"},

		{"a sum with a text value", "SET n = n + :v", text, "operator or function: +, operand type: S"},
		{"a difference with a list value", "SET n = n - :v", values{":v": L()}, "operator or function: -, operand type: L"},
		{"a sum with a text attribute", "SET n = s + :v", one, wrongOperand},
		{"a sum with NULL", "SET n = nul + :v", one, wrongOperand},
		{"a sum with a missing attribute", "SET n = q + :v", one, noAttribute},
		{"a copy of a missing attribute", "SET n = q", nil, noAttribute},
		{"a copy of a missing element", "SET n = l[2]", nil, noAttribute},
		{"a copy of what the same update makes", "SET x = :v, y = x", one, noAttribute},
		{"if_not_exists of a path or itself", "SET n = if_not_exists(n, n)", nil, "The first operand must be distinct from the remaining operands"},
		{"if_not_exists without an end", "SET x = if_not_exists(q, r)", nil, noAttribute},
		{"list_append to a missing list", "SET q = list_append(q, :v)", values{":v": L()}, noAttribute},
		{"list_append to a number", "SET n = list_append(n, :v)", values{":v": L()}, wrongOperand},
		{"list_append of a number value", "SET l = list_append(l, :v)", one, "operator or function: list_append, operand type: N"},
		{"a sum out of range", "SET big = big + big", nil, "Number overflow"},
		{"a sum of 39 digits", "SET n = n + :v", values{":v": N("1e38")}, "38"},
		{"ADD up to 39 digits", "ADD n :v", values{":v": N("0." + digits38)}, "38"},
		{"ADD out of range", "ADD big :v", values{":v": N("9e125")}, "Number overflow"},

		{"SET below a missing map", "SET q.x = :v", one, badPath},
		{"SET below a missing member", "SET m.q.x = :v", one, badPath},
		{"SET below a missing list", "SET q[0] = :v", one, badPath},
		{"SET a member of a text", "SET s.x = :v", one, badPath},
		{"SET a member of a list", "SET l.x = :v", one, badPath},
		{"SET an element of a map", "SET m[0] = :v", one, badPath},
		{"SET an element of a set", "SET ss[0] = :v", text, badPath},
		{"SET below an element past the end", "SET l[7].x = :v", one, badPath},
		{"REMOVE below a missing map", "REMOVE q.x", nil, badPath},
		{"REMOVE below a missing list", "REMOVE q[0]", nil, badPath},
		{"REMOVE a member of a text", "REMOVE s.x", nil, badPath},
		{"ADD below a missing map", "ADD q.x :v", one, badPath},

		{"one path twice", "SET n = :v, n = :v", one, overlap + "path one: [n], path two: [n]"},
		{"one path in two sections", "SET n = :v REMOVE n", one, overlap + "path one: [n], path two: [n]"},
		{"one element twice", "REMOVE l[0] SET l[0] = :v", one, overlap + "path one: [l, [0]], path two: [l, [0]]"},
		{"a map and its member", "SET m.a = :v, m = :v", one, overlap + "path one: [m, a], path two: [m]"},
		{"a list and its element", "REMOVE l SET l[0] = :v", one, overlap},
		{"a member and an element of one attribute", "SET m.a = :v, m[0] = :v", one,
			"Two document paths conflict with each other; must remove or rewrite one of these paths; path one: [m, a], path two: [m, [0]]"},

		{"ADD a text", "ADD n :v", text, "Incorrect operand type for operator or function; operator: ADD, operand type: STRING"},
		{"ADD a list", "ADD l :v", values{":v": L()}, "Incorrect operand type for operator or function; operator: ADD, operand type: LIST"},
		{"ADD a number to a text", "ADD s :v", one, wrongOperand},
		{"ADD a number to a set", "ADD ss :v", one, wrongOperand},
		{"ADD a set to a number", "ADD n :v", set, wrongOperand},
		{"ADD a set to one of another type", "ADD ss :v", values{":v": NS("1")}, wrongOperand},
		{"DELETE a number", "DELETE n :v", one, "Incorrect operand type for operator or function; operator: DELETE, operand type: NUMBER"},
		{"DELETE a text", "DELETE ss :v", text, "Incorrect operand type for operator or function; operator: DELETE, operand type: STRING"},
		{"DELETE from a text", "DELETE s :v", set, wrongOperand},
		{"DELETE a set from one of another type", "DELETE ss :v", values{":v": NS("1")}, wrongOperand},

		{"SET the partition key", "SET PK = :v", text, "Cannot update attribute PK. " + partOfKey},
		{"SET the sort key", "SET SK = :v", text, "Cannot update attribute SK. " + partOfKey},
		{"SET a key to what it is", "SET SK = :v", values{":v": S("b")}, partOfKey},
		{"REMOVE a key", "REMOVE SK", nil, partOfKey},
		{"ADD to a key", "ADD SK :v", one, partOfKey},
		{"an expression above 4 KB", "REMOVE " + strings.Repeat("q", 4096), nil, "Expression size has exceeded the maximum allowed size"},
		{"a part of it fails", "SET n = :v, x = q", one, noAttribute},
	} {
		cases = append(cases, conformanceCase{u.name, u.run})
	}
	return cases
}
