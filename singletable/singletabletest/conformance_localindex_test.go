package singletabletest_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

func localIndexCases() []conformanceCase {
	table := func(db database) string {
		name := db.table(schema{key: []string{"PK:S", "SK:S"}, locals: []index{
			{name: "ByGrade", key: []string{"PK:S", "Grade:N"}},
			{name: "Keys", key: []string{"PK:S", "Grade:N"}, projection: types.ProjectionTypeKeysOnly},
		}})
		db.put(name, with(pksk("p", "a"), item{"Grade": N("10"), "x": S("x")}), with(pksk("p", "b"), item{"Grade": N("9"), "x": S("x")}),
			with(pksk("p", "c"), item{"x": S("x")}), with(pksk("q", "d"), item{"Grade": N("1")}))
		return name
	}
	a, b := with(pksk("p", "a"), item{"Grade": N("10"), "x": S("x")}), with(pksk("p", "b"), item{"Grade": N("9"), "x": S("x")})
	p := values{":p": S("p")}
	return []conformanceCase{
		{"the index's order, without items that lack its key", func(t *testing.T, db database) {
			same(t, call(t, db.Query, byIndex(table(db), "ByGrade", "PK = :p", p)), &dynamodb.QueryOutput{Items: []item{b, a}, Count: 2, ScannedCount: 2})
		}},
		{"a range, backwards", func(t *testing.T, db database) {
			in := byIndex(table(db), "ByGrade", "PK = :p AND Grade >= :v", values{":p": S("p"), ":v": N("9.0")})
			in.ScanIndexForward = new(false)
			same(t, call(t, db.Query, in).Items, []item{a, b})
		}},
		{"consistent reads", func(t *testing.T, db database) {
			name := table(db)
			in := byIndex(name, "ByGrade", "PK = :p", p)
			in.ConsistentRead = new(true)
			same(t, call(t, db.Query, in).Count, int32(2))
			same(t, call(t, db.Scan, &dynamodb.ScanInput{TableName: &name, IndexName: new("ByGrade"), ConsistentRead: new(true)}).Count, int32(3))
		}},
		{"KEYS_ONLY", func(t *testing.T, db database) {
			same(t, call(t, db.Query, byIndex(table(db), "Keys", "PK = :p", p)).Items, []item{with(pksk("p", "b"), item{"Grade": N("9")}), with(pksk("p", "a"), item{"Grade": N("10")})})
		}},
		{"what is not projected is fetched from the table", func(t *testing.T, db database) {
			in := byIndex(table(db), "Keys", "PK = :p", p)
			in.Select = types.SelectAllAttributes
			same(t, call(t, db.Query, in).Items, []item{b, a})
			in.Select, in.ProjectionExpression = "", new("x")
			same(t, call(t, db.Query, in).Items, []item{{"x": S("x")}, {"x": S("x")}})
		}},
		{"pages carry both sort keys", func(t *testing.T, db database) {
			in := byIndex(table(db), "ByGrade", "PK = :p", p)
			in.Limit = new(int32(1))
			same(t, pagesOf(t, db, in), []*dynamodb.QueryOutput{
				{Items: []item{b}, Count: 1, ScannedCount: 1, LastEvaluatedKey: with(pksk("p", "b"), item{"Grade": N("9")})},
				{Items: []item{a}, Count: 1, ScannedCount: 1, LastEvaluatedKey: with(pksk("p", "a"), item{"Grade": N("10")})},
				{Items: []item{}},
			})
		}},
		{"an update moves an item", func(t *testing.T, db database) {
			name := table(db)
			call(t, db.UpdateItem, &dynamodb.UpdateItemInput{
				TableName: &name, Key: pksk("p", "a"), UpdateExpression: new("SET Grade = :v"), ExpressionAttributeValues: values{":v": N("-3")},
			})
			same(t, pick(call(t, db.Query, byIndex(name, "ByGrade", "PK = :p", p)).Items, "SK"), []string{`"a"`, `"b"`})
		}},
		{"a key of another type is refused", func(t *testing.T, db database) {
			name := table(db)
			refused(t, db.PutItem, &dynamodb.PutItemInput{TableName: &name, Item: with(pksk("p", "a"), item{"Grade": S("1")})}, invalid)
			same(t, db.get(name, pksk("p", "a")), a)
		}},
		{"the table's sort key is no key of the index", func(t *testing.T, db database) {
			in := byIndex(table(db), "ByGrade", "PK = :p AND SK = :s", values{":p": S("p"), ":s": S("a")})
			refused(t, db.Query, in, invalid, "Query condition missed key schema element")
		}},
	}
}
