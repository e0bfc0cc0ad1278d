package singletabletest_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// pagesOf follows LastEvaluatedKey to the end and returns the answers.
func pagesOf(t *testing.T, db database, in *dynamodb.QueryInput) (pages []*dynamodb.QueryOutput) {
	t.Helper()
	for {
		out := call(t, db.Query, in)
		pages = append(pages, out)
		if out.LastEvaluatedKey == nil {
			return pages
		}
		if len(pages) > 100 {
			t.Fatal("the pages have no end")
		}
		in.ExclusiveStartKey = out.LastEvaluatedKey
	}
}

// fiveItems fills a partition with the sort keys 1 to 5 and attributes x of the same numbers, and has a neighbour.
func fiveItems(db database) (table string, items []item) {
	table = db.table(byPKSK)
	for _, k := range []string{"1", "2", "3", "4", "5"} {
		items = append(items, with(pksk("p", k), item{"x": N(k)}))
	}
	db.put(table, items...)
	db.put(table, pksk("o", "9"), pksk("q", "0"))
	return table, items
}

func pagingCases() []conformanceCase {
	return []conformanceCase{
		{"pages of two", func(t *testing.T, db database) {
			table, items := fiveItems(db)
			in := query(table, "PK = :p", values{":p": S("p")})
			in.Limit = new(int32(2))
			same(t, pagesOf(t, db, in), []*dynamodb.QueryOutput{
				{Items: items[:2], Count: 2, ScannedCount: 2, LastEvaluatedKey: pksk("p", "2")},
				{Items: items[2:4], Count: 2, ScannedCount: 2, LastEvaluatedKey: pksk("p", "4")},
				{Items: items[4:], Count: 1, ScannedCount: 1},
			})
		}},
		{"pages of two, backwards", func(t *testing.T, db database) {
			table, items := fiveItems(db)
			slices.Reverse(items)
			in := query(table, "PK = :p AND SK < :v", values{":p": S("p"), ":v": S("5")})
			in.Limit, in.ScanIndexForward = new(int32(3)), new(false)
			same(t, pagesOf(t, db, in), []*dynamodb.QueryOutput{
				{Items: items[1:4], Count: 3, ScannedCount: 3, LastEvaluatedKey: pksk("p", "2")},
				{Items: items[4:], Count: 1, ScannedCount: 1},
			})
		}},
		{"the last page is empty when the limit falls on the last item", func(t *testing.T, db database) {
			table, items := fiveItems(db)
			in := query(table, "PK = :p", values{":p": S("p")})
			in.Limit = new(int32(5))
			same(t, pagesOf(t, db, in), []*dynamodb.QueryOutput{
				{Items: items, Count: 5, ScannedCount: 5, LastEvaluatedKey: pksk("p", "5")},
				{Items: []item{}},
			})
		}},
		{"a limit above what is there", func(t *testing.T, db database) {
			table, items := fiveItems(db)
			in := query(table, "PK = :p", values{":p": S("p")})
			in.Limit = new(int32(6))
			same(t, call(t, db.Query, in), &dynamodb.QueryOutput{Items: items, Count: 5, ScannedCount: 5})
		}},
		{"the limit counts before the filter, and pages can be empty", func(t *testing.T, db database) {
			table, items := fiveItems(db)
			in := query(table, "PK = :p", values{":p": S("p"), ":x": N("4")})
			in.Limit, in.FilterExpression = new(int32(2)), new("x >= :x")
			same(t, pagesOf(t, db, in), []*dynamodb.QueryOutput{
				{Items: []item{}, ScannedCount: 2, LastEvaluatedKey: pksk("p", "2")},
				{Items: items[3:4], Count: 1, ScannedCount: 2, LastEvaluatedKey: pksk("p", "4")},
				{Items: items[4:], Count: 1, ScannedCount: 1},
			})
		}},
		{"LastEvaluatedKey has the key whatever is projected", func(t *testing.T, db database) {
			table, _ := fiveItems(db)
			in := query(table, "PK = :p", values{":p": S("p")})
			in.Limit, in.ProjectionExpression = new(int32(1)), new("x")
			same(t, call(t, db.Query, in), &dynamodb.QueryOutput{
				Items: []item{{"x": N("1")}}, Count: 1, ScannedCount: 1, LastEvaluatedKey: pksk("p", "1"),
			})
		}},
		{"COUNT has pages too", func(t *testing.T, db database) {
			table, _ := fiveItems(db)
			in := query(table, "PK = :p", values{":p": S("p")})
			in.Limit, in.Select = new(int32(3)), "COUNT"
			same(t, pagesOf(t, db, in), []*dynamodb.QueryOutput{
				{Count: 3, ScannedCount: 3, LastEvaluatedKey: pksk("p", "3")}, {Count: 2, ScannedCount: 2},
			})
		}},
		{"a start key need not be there", func(t *testing.T, db database) {
			table, items := fiveItems(db)
			in := query(table, "PK = :p", values{":p": S("p")})
			in.ExclusiveStartKey = pksk("p", "33")
			same(t, call(t, db.Query, in), &dynamodb.QueryOutput{Items: items[3:], Count: 2, ScannedCount: 2})
		}},
		{"an item deleted between pages, and one put", func(t *testing.T, db database) {
			table, items := fiveItems(db)
			in := query(table, "PK = :p", values{":p": S("p")})
			in.Limit = new(int32(2))
			in.ExclusiveStartKey = call(t, db.Query, in).LastEvaluatedKey
			call(t, db.DeleteItem, &dynamodb.DeleteItemInput{TableName: &table, Key: pksk("p", "2")})
			db.put(table, pksk("p", "0"), pksk("p", "21"))
			same(t, call(t, db.Query, in).Items, []item{pksk("p", "21"), items[2]})
		}},
		{"one page of one key", func(t *testing.T, db database) {
			table, items := fiveItems(db)
			in := query(table, "PK = :p AND SK = :v", values{":p": S("p"), ":v": S("3")})
			in.Limit = new(int32(1))
			same(t, pagesOf(t, db, in), []*dynamodb.QueryOutput{
				{Items: items[2:3], Count: 1, ScannedCount: 1, LastEvaluatedKey: pksk("p", "3")}, {Items: []item{}},
			})
		}},
		{"number keys page by value", func(t *testing.T, db database) {
			table := db.table(schema{key: []string{"PK:N", "SK:N"}})
			for _, k := range []string{"-10", "-9", "0", "9", "10"} {
				db.put(table, item{"PK": N("1"), "SK": N(k)})
			}
			in := query(table, "PK = :p", values{":p": N("1.0")})
			in.Limit = new(int32(2))
			var found []string
			for _, page := range pagesOf(t, db, in) {
				found = append(found, pick(page.Items, "SK")...)
			}
			same(t, found, []string{"-10", "-9", "0", "9", "10"})
		}},
		{"a page is at most about 1 MB", func(t *testing.T, db database) {
			table := db.table(byPKSK)
			var want, found []string
			for i := range 12 {
				db.put(table, with(pksk("p", fmt.Sprintf("%02d", i)), item{"x": S(strings.Repeat("x", 100<<10))}))
				want = append(want, fmt.Sprintf("%q", fmt.Sprintf("%02d", i)))
			}
			in := query(table, "PK = :p", values{":p": S("p")})
			in.ProjectionExpression = new("SK")
			pages := pagesOf(t, db, in)
			for _, page := range pages {
				found = append(found, pick(page.Items, "SK")...)
			}
			same(t, found, want)
			if first := pages[0]; len(pages) != 2 || first.Count < 10 || first.Count > 11 || first.ScannedCount != first.Count {
				t.Errorf("%d pages, the first of %d items with %d read; 1 MB holds 10 and a part of another", len(pages), first.Count, first.ScannedCount)
			}
		}},
	}
}
