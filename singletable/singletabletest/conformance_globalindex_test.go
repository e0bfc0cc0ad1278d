package singletabletest_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

var withIndexes = schema{
	key: []string{"PK:S", "SK:S"},
	globals: []index{
		{name: "ByHolder", key: []string{"Holder:S", "Since:N"}},
		{name: "Keys", key: []string{"Holder:S", "SK:S"}, projection: types.ProjectionTypeKeysOnly},
		{name: "Included", key: []string{"Tag:S"}, projection: types.ProjectionTypeInclude, include: []string{"x"}},
	},
}

// owned is an item of all three indexes of withIndexes.
func owned(p, s, owner, at string) item {
	return item{"PK": S(p), "SK": S(s), "Holder": S(owner), "Since": N(at), "Tag": S("t"), "x": S("x"), "y": S("y")}
}

func byIndex(table, index, condition string, v values) *dynamodb.QueryInput {
	in := query(table, condition, v)
	in.IndexName = &index
	return in
}

func globalIndexCases() []conformanceCase {
	owner := values{":o": S("ann")}
	return []conformanceCase{
		{"a query in the index's order", func(t *testing.T, db database) {
			table := db.table(withIndexes)
			db.put(table, owned("c", "1", "ann", "10"), owned("a", "2", "ann", "9"), owned("b", "3", "ann", "-1"), owned("d", "4", "bob", "5"))
			in := byIndex(table, "ByHolder", "Holder = :o", owner)
			same(t, call(t, db.Query, in), &dynamodb.QueryOutput{
				Items: []item{owned("b", "3", "ann", "-1"), owned("a", "2", "ann", "9"), owned("c", "1", "ann", "10")}, Count: 3, ScannedCount: 3,
			})
			in.ScanIndexForward = new(false)
			same(t, pick(call(t, db.Query, in).Items, "Since"), []string{"10", "9", "-1"})
		}},
		{"a range of the index's sort key", func(t *testing.T, db database) {
			table := db.table(withIndexes)
			db.put(table, owned("a", "1", "ann", "1"), owned("a", "2", "ann", "2"), owned("a", "3", "ann", "3"))
			in := byIndex(table, "ByHolder", "Holder = :o AND Since BETWEEN :v AND :w", values{":o": S("ann"), ":v": N("2.0"), ":w": N("9")})
			same(t, pick(call(t, db.Query, in).Items, "SK"), []string{`"2"`, `"3"`})
		}},
		{"an item without an index key is not in the index", func(t *testing.T, db database) {
			table := db.table(withIndexes)
			db.put(table, owned("a", "1", "ann", "1"), item{"PK": S("a"), "SK": S("2"), "Holder": S("ann")}, item{"PK": S("a"), "SK": S("3"), "Since": N("1")})
			same(t, pick(call(t, db.Query, byIndex(table, "ByHolder", "Holder = :o", owner)).Items, "SK"), []string{`"1"`})
			same(t, pick(call(t, db.Query, byIndex(table, "Keys", "Holder = :o", owner)).Items, "SK"), []string{`"1"`, `"2"`})
		}},
		{"KEYS_ONLY has the keys of index and table", func(t *testing.T, db database) {
			table := db.table(withIndexes)
			db.put(table, owned("a", "1", "ann", "1"))
			same(t, call(t, db.Query, byIndex(table, "Keys", "Holder = :o", owner)).Items, []item{{"PK": S("a"), "SK": S("1"), "Holder": S("ann")}})
		}},
		{"INCLUDE has the keys and what it names", func(t *testing.T, db database) {
			table := db.table(withIndexes)
			db.put(table, owned("a", "1", "ann", "1"))
			same(t, call(t, db.Query, byIndex(table, "Included", "Tag = :t", values{":t": S("t")})).Items,
				[]item{{"PK": S("a"), "SK": S("1"), "Tag": S("t"), "x": S("x")}})
		}},
		{"a projection of what the index has", func(t *testing.T, db database) {
			table := db.table(withIndexes)
			db.put(table, owned("a", "1", "ann", "1"))
			in := byIndex(table, "Included", "Tag = :t", values{":t": S("t")})
			in.ProjectionExpression = new("x, PK")
			same(t, call(t, db.Query, in).Items, []item{{"PK": S("a"), "x": S("x")}})
		}},
		{"a projection of what the index lacks is refused", func(t *testing.T, db database) {
			in := byIndex(db.table(withIndexes), "Included", "Tag = :t", values{":t": S("t")})
			in.ProjectionExpression = new("y")
			refused(t, db.Query, in, invalid, "Global secondary index Included does not project [y]")
		}},
		{"ALL_ATTRIBUTES of an index with some is refused", func(t *testing.T, db database) {
			in := byIndex(db.table(withIndexes), "Keys", "Holder = :o", owner)
			in.Select = types.SelectAllAttributes
			refused(t, db.Query, in, invalid, "Select type ALL_ATTRIBUTES is not supported for global secondary index Keys because its projection type is not ALL")
		}},
		{"ALL_ATTRIBUTES of an index with all", func(t *testing.T, db database) {
			table := db.table(withIndexes)
			db.put(table, owned("a", "1", "ann", "1"))
			in := byIndex(table, "ByHolder", "Holder = :o", owner)
			in.Select = types.SelectAllAttributes
			same(t, call(t, db.Query, in).Items, []item{owned("a", "1", "ann", "1")})
		}},
		{"ALL_PROJECTED_ATTRIBUTES", func(t *testing.T, db database) {
			table := db.table(withIndexes)
			db.put(table, owned("a", "1", "ann", "1"))
			in := byIndex(table, "Included", "Tag = :t", values{":t": S("t")})
			in.Select = types.SelectAllProjectedAttributes
			same(t, call(t, db.Query, in).Items, []item{{"PK": S("a"), "SK": S("1"), "Tag": S("t"), "x": S("x")}})
		}},
		{"consistent reads are refused", func(t *testing.T, db database) {
			table := db.table(withIndexes)
			in := byIndex(table, "ByHolder", "Holder = :o", owner)
			in.ConsistentRead = new(true)
			refused(t, db.Query, in, invalid, "Consistent reads are not supported on global secondary indexes")
			refused(t, db.Scan, &dynamodb.ScanInput{TableName: &table, IndexName: new("Keys"), ConsistentRead: new(true)}, invalid,
				"Consistent reads are not supported on global secondary indexes")
		}},
		{"the table's key is no key of the index", func(t *testing.T, db database) {
			in := byIndex(db.table(withIndexes), "ByHolder", "PK = :o", owner)
			refused(t, db.Query, in, invalid, "Query condition missed key schema element")
		}},
		{"a filter on the index's key is refused", func(t *testing.T, db database) {
			in := byIndex(db.table(withIndexes), "ByHolder", "Holder = :o", values{":o": S("ann"), ":v": N("1")})
			in.FilterExpression = new("Since > :v")
			refused(t, db.Query, in, invalid, "Filter Expression can only contain non-primary key attributes: Primary key attribute: Since")
		}},
		{"a filter on the table's key", func(t *testing.T, db database) {
			table := db.table(withIndexes)
			db.put(table, owned("a", "1", "ann", "1"), owned("b", "1", "ann", "2"))
			in := byIndex(table, "ByHolder", "Holder = :o", values{":o": S("ann"), ":p": S("b")})
			in.FilterExpression = new("PK = :p")
			same(t, call(t, db.Query, in), &dynamodb.QueryOutput{Items: []item{owned("b", "1", "ann", "2")}, Count: 1, ScannedCount: 2})
		}},
		{"pages carry the keys of index and table", func(t *testing.T, db database) {
			table := db.table(withIndexes)
			db.put(table, owned("c", "1", "ann", "1"), owned("a", "2", "ann", "2"), owned("b", "3", "ann", "3"))
			in := byIndex(table, "ByHolder", "Holder = :o", owner)
			in.Limit = new(int32(2))
			same(t, pagesOf(t, db, in), []*dynamodb.QueryOutput{
				{
					Items: []item{owned("c", "1", "ann", "1"), owned("a", "2", "ann", "2")}, Count: 2, ScannedCount: 2,
					LastEvaluatedKey: item{"PK": S("a"), "SK": S("2"), "Holder": S("ann"), "Since": N("2")},
				},
				{Items: []item{owned("b", "3", "ann", "3")}, Count: 1, ScannedCount: 1},
			})
		}},
		{"pages of items that are equal in the index", func(t *testing.T, db database) {
			table := db.table(withIndexes)
			var want []item
			for _, p := range []string{"a", "b", "c", "d", "e"} {
				want = append(want, owned(p, "1", "ann", "7"), owned(p, "2", "ann", "7"))
			}
			db.put(table, want...)
			for _, forward := range []bool{true, false} {
				in := byIndex(table, "ByHolder", "Holder = :o AND Since = :v", values{":o": S("ann"), ":v": N("7")})
				in.Limit, in.ScanIndexForward = new(int32(3)), &forward
				var found []item
				for _, page := range pagesOf(t, db, in) {
					found = append(found, page.Items...)
				}
				same(t, sorted(found), sorted(want))
			}
		}},
		{"a start key without the table's or the index's key is refused", func(t *testing.T, db database) {
			in := byIndex(db.table(withIndexes), "ByHolder", "Holder = :o", owner)
			for _, start := range []item{pksk("a", "1"), {"Holder": S("ann"), "Since": N("1")}, {"PK": S("a"), "SK": S("1"), "Holder": S("ann")}} {
				in.ExclusiveStartKey = start
				refused(t, db.Query, in, invalid)
			}
		}},
		{"a scan of an index", func(t *testing.T, db database) {
			table := db.table(withIndexes)
			db.put(table, owned("a", "1", "ann", "1"), owned("b", "2", "bob", "1"), pksk("not", "indexed"))
			in := &dynamodb.ScanInput{TableName: &table, IndexName: new("Keys"), Limit: new(int32(1))}
			found, _ := scanAll(t, db, in)
			same(t, sorted(found), sorted([]item{
				{"PK": S("a"), "SK": S("1"), "Holder": S("ann")}, {"PK": S("b"), "SK": S("2"), "Holder": S("bob")},
			}))
		}},
		{"segments of an index", func(t *testing.T, db database) {
			table := db.table(withIndexes)
			want := []item{owned("a", "1", "ann", "1"), owned("b", "2", "bob", "1"), owned("c", "3", "cyd", "1"), owned("d", "4", "dan", "1")}
			db.put(table, want...)
			var found []item
			for segment := range int32(3) {
				part, _ := scanAll(t, db, &dynamodb.ScanInput{TableName: &table, IndexName: new("ByHolder"), Segment: &segment, TotalSegments: new(int32(3))})
				found = append(found, part...)
			}
			same(t, sorted(found), sorted(want))
		}},
	}
}
