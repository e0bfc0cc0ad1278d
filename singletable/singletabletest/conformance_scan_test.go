package singletabletest_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// scanAll follows LastEvaluatedKey to the end and returns every item, and the number of pages.
func scanAll(t *testing.T, db database, in *dynamodb.ScanInput) (items []item, pages int) {
	t.Helper()
	for {
		out := call(t, db.Scan, in)
		items = append(items, out.Items...)
		if pages++; out.LastEvaluatedKey == nil {
			return items, pages
		}
		if pages > 200 {
			t.Fatal("the pages have no end")
		}
		in.ExclusiveStartKey = out.LastEvaluatedKey
	}
}

// manyItems fills a table with items of many partitions.
func manyItems(db database, n int) (table string, items []item) {
	table = db.table(byPKSK)
	for i := range n {
		items = append(items, with(pksk(fmt.Sprint("p", i%7), fmt.Sprint("s", i)), item{"x": N(fmt.Sprint(i))}))
	}
	db.put(table, items...)
	return table, items
}

func scanCases() []conformanceCase {
	return []conformanceCase{
		{"an empty table", func(t *testing.T, db database) {
			table := db.table(byPK)
			same(t, call(t, db.Scan, &dynamodb.ScanInput{TableName: &table}), &dynamodb.ScanOutput{Items: []item{}})
		}},
		{"every item once, page by page", func(t *testing.T, db database) {
			table, want := manyItems(db, 25)
			found, pages := scanAll(t, db, &dynamodb.ScanInput{TableName: &table, Limit: new(int32(4))})
			same(t, sorted(found), sorted(want))
			if pages != 7 {
				t.Errorf("%d pages, want 7 of 4 items or fewer", pages)
			}
		}},
		{"LastEvaluatedKey is the key of the last item", func(t *testing.T, db database) {
			table, _ := manyItems(db, 5)
			out := call(t, db.Scan, &dynamodb.ScanInput{TableName: &table, Limit: new(int32(2))})
			same(t, out.LastEvaluatedKey, item{"PK": out.Items[1]["PK"], "SK": out.Items[1]["SK"]})
		}},
		{"items of a partition come together and in order", func(t *testing.T, db database) {
			table, _ := manyItems(db, 25)
			out := call(t, db.Scan, &dynamodb.ScanInput{TableName: &table})
			done := map[string]string{}
			last := ""
			for _, i := range out.Items {
				p, s := show(i["PK"]), show(i["SK"])
				if before, seen := done[p]; seen && (p != last || s <= before) {
					t.Errorf("%s %s comes after %s of partition %s", p, s, before, last)
				}
				done[p], last = s, p
			}
		}},
		{"a filter", func(t *testing.T, db database) {
			table, items := manyItems(db, 10)
			out := call(t, db.Scan, &dynamodb.ScanInput{
				TableName: &table, FilterExpression: new("x < :v AND PK <> :p"), ExpressionAttributeValues: values{":v": N("3"), ":p": S("p1")},
			})
			same(t, sorted(out.Items), sorted([]item{items[0], items[2]}))
			same(t, []int32{out.Count, out.ScannedCount}, []int32{2, 10})
		}},
		{"a filter that lets nothing through", func(t *testing.T, db database) {
			table, _ := manyItems(db, 3)
			out := call(t, db.Scan, &dynamodb.ScanInput{TableName: &table, FilterExpression: new("attribute_not_exists(x)"), Limit: new(int32(2))})
			same(t, out.Items, []item{})
			same(t, []int32{out.Count, out.ScannedCount}, []int32{0, 2})
			if out.LastEvaluatedKey == nil {
				t.Error("an empty page that is not the last has no LastEvaluatedKey")
			}
		}},
		{"an item that lacks the attribute of a filter", func(t *testing.T, db database) {
			table := db.table(byPK)
			db.put(table, item{"PK": S("a"), "x": N("1")}, item{"PK": S("b")}, item{"PK": S("c"), "x": S("1")})
			out := call(t, db.Scan, &dynamodb.ScanInput{
				TableName: &table, FilterExpression: new("x = :v"), ExpressionAttributeValues: values{":v": N("1")},
			})
			same(t, out, &dynamodb.ScanOutput{Items: []item{{"PK": S("a"), "x": N("1")}}, Count: 1, ScannedCount: 3})
		}},
		{"segments share the items out", func(t *testing.T, db database) {
			table, want := manyItems(db, 40)
			for _, total := range []int32{1, 2, 3, 5, 64} {
				var found []item
				for segment := range total {
					part, _ := scanAll(t, db, &dynamodb.ScanInput{
						TableName: &table, Segment: &segment, TotalSegments: &total, Limit: new(int32(3)), ConsistentRead: new(true),
					})
					found = append(found, part...)
				}
				same(t, sorted(found), sorted(want))
			}
		}},
		{"a segment keeps whole partitions", func(t *testing.T, db database) {
			table, _ := manyItems(db, 40)
			home := map[string]int32{}
			for segment := range int32(3) {
				part, _ := scanAll(t, db, &dynamodb.ScanInput{TableName: &table, Segment: &segment, TotalSegments: new(int32(3))})
				for _, p := range pick(part, "PK") {
					if was, seen := home[p]; seen && was != segment {
						t.Errorf("partition %s is in segments %d and %d", p, was, segment)
					}
					home[p] = segment
				}
			}
		}},
		{"bad segments are refused", func(t *testing.T, db database) {
			table := db.table(byPK)
			for _, in := range []*dynamodb.ScanInput{
				{Segment: new(int32(0))},
				{TotalSegments: new(int32(2))},
				{Segment: new(int32(2)), TotalSegments: new(int32(2))},
				{Segment: new(int32(-1)), TotalSegments: new(int32(2))},
				{Segment: new(int32(0)), TotalSegments: new(int32(0))},
				{Segment: new(int32(0)), TotalSegments: new(int32(1000001))},
			} {
				in.TableName = &table
				refused(t, db.Scan, in, invalid)
			}
		}},
		{"bad limits and start keys are refused", func(t *testing.T, db database) {
			table := db.table(byPKSK)
			for _, in := range []*dynamodb.ScanInput{
				{Limit: new(int32(0))},
				{Limit: new(int32(-1))},
				{ExclusiveStartKey: pk("a")},
				{ExclusiveStartKey: item{"PK": S("a"), "SK": N("1")}},
				{ExclusiveStartKey: item{"PK": S("a"), "SK": S("1"), "x": S("1")}},
			} {
				in.TableName = &table
				refused(t, db.Scan, in, invalid)
			}
		}},
		{"an unknown index is refused", func(t *testing.T, db database) {
			table := db.table(byPK)
			refused(t, db.Scan, &dynamodb.ScanInput{TableName: &table, IndexName: new("nowhere")}, invalid, "The table does not have the specified index: nowhere")
		}},
		{"selections are checked", func(t *testing.T, db database) {
			table := db.table(byPK)
			refused(t, db.Scan, &dynamodb.ScanInput{TableName: &table, Select: types.SelectSpecificAttributes}, invalid)
			refused(t, db.Scan, &dynamodb.ScanInput{TableName: &table, Select: types.SelectCount, ProjectionExpression: new("x")}, invalid)
			refused(t, db.Scan, &dynamodb.ScanInput{TableName: &table, Select: types.SelectAllProjectedAttributes}, invalid)
		}},
		{"a scan's page is at most about 1 MB", func(t *testing.T, db database) {
			table := db.table(byPK)
			var want []item
			for i := range 6 {
				i := item{"PK": S(fmt.Sprint(i)), "x": S(strings.Repeat("x", 300<<10))}
				want = append(want, i)
				db.put(table, i)
			}
			found, pages := scanAll(t, db, &dynamodb.ScanInput{TableName: &table})
			same(t, sorted(found), sorted(want))
			if pages != 2 && pages != 3 {
				t.Errorf("%d pages for 1.8 MB, want 2 or 3", pages)
			}
		}},
	}
}
