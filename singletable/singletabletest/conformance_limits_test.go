package singletabletest_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// limitCases hold expressions to their limits: what just fits is done, and one more is refused.
func limitCases() (cases []conformanceCase) {
	operators := func(n int) string { return strings.Repeat("NOT ", n-1) + ":v = :v" }
	for _, c := range []struct {
		name          string
		fits, refused string
		phrase        string
		values        values
	}{
		{
			name: "a path of 32 parts", fits: "attribute_not_exists(q" + strings.Repeat(".q", 31) + ")",
			refused: "attribute_not_exists(q" + strings.Repeat(".q", 32) + ")",
			phrase:  "Invalid ConditionExpression: The document path has too many nesting levels; nesting levels: 33",
		},
		{
			name: "a list index of 31 bits", fits: "attribute_not_exists(q[2147483647])", refused: "attribute_not_exists(q[2147483648])",
			phrase: "Invalid ConditionExpression: List index is not within the allowable range; index: [2147483648]",
		},
		{
			name: "300 operators", fits: operators(299), refused: operators(301), values: values{":v": N("1")},
			phrase: "Invalid ConditionExpression: The expression contains too many operators; operator count: 301",
		},
		{
			name: "100 operands of IN", fits: "NOT PK IN (:v" + strings.Repeat(", :v", 99) + ")", refused: "NOT PK IN (:v" + strings.Repeat(", :v", 100) + ")",
			values: values{":v": S("a")}, phrase: "The IN operator is provided with too many operands; number of operands: 101",
		},
		{
			name: "an expression of 4 KB", fits: strings.Repeat(" ", 4096-len("attribute_not_exists(q)")) + "attribute_not_exists(q)",
			refused: strings.Repeat(" ", 4097-len("attribute_not_exists(q)")) + "attribute_not_exists(q)",
			phrase:  "Invalid ConditionExpression: Expression size has exceeded the maximum allowed size",
		},
	} {
		cases = append(cases, conformanceCase{c.name, func(t *testing.T, db database) {
			table := db.table(byPK)
			in := &dynamodb.PutItemInput{TableName: &table, Item: pk("a"), ConditionExpression: &c.fits, ExpressionAttributeValues: c.values}
			call(t, db.PutItem, in)
			in.ConditionExpression = &c.refused
			refused(t, db.PutItem, in, invalid, c.phrase)
		}})
	}
	return append(cases,
		conformanceCase{"a placeholder of 255 bytes", func(t *testing.T, db database) {
			table := db.table(byPK)
			name := "#" + strings.Repeat("k", 254)
			in := &dynamodb.PutItemInput{
				TableName: &table, Item: pk("a"), ConditionExpression: new("attribute_not_exists(" + name + ")"), ExpressionAttributeNames: names{name: "q"},
			}
			call(t, db.PutItem, in)
			in.ConditionExpression, in.ExpressionAttributeNames = new("attribute_not_exists("+name+"k)"), names{name + "k": "q"}
			refused(t, db.PutItem, in, invalid, "ExpressionAttributeNames contains invalid key: The expression attribute map contains a key that is too long")
		}},
		conformanceCase{"a placeholder for nothing", func(t *testing.T, db database) {
			table := db.table(byPK)
			refused(t, db.PutItem, &dynamodb.PutItemInput{
				TableName: &table, Item: pk("a"), ConditionExpression: new("attribute_not_exists(#q)"), ExpressionAttributeNames: names{"#q": ""},
			}, invalid, "ExpressionAttributeNames contains invalid value")
		}},
	)
}
