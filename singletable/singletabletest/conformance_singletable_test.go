package singletabletest_test

import (
	"fmt"
	"strconv"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

var singleTable = schema{
	key: []string{"PK:S", "SK:S"},
	globals: []index{
		{name: "GSI1", key: []string{"GSI1PK:S", "GSI1SK:S"}},
		{name: "Inverted", key: []string{"SK:S", "PK:S"}},
	},
}

// singleTableCases are the shapes of single-table design: several entities under overloaded keys.
func singleTableCases() []conformanceCase {
	profile := item{"PK": S("USER#1"), "SK": S("PROFILE"), "GSI1PK": S("EMAIL#a@example.com"), "GSI1SK": S("USER#1"), "Type": S("User")}
	order := func(user, id, status string) item {
		return item{
			"PK": S("USER#" + user), "SK": S("ORDER#" + id), "GSI1PK": S("STATUS#" + status), "GSI1SK": S("ORDER#" + id), "Type": S("Order"),
		}
	}
	fill := func(db database) string {
		table := db.table(singleTable)
		db.put(table, profile, order("1", "2026-01-02", "open"), order("1", "2026-01-10", "paid"), order("1", "2026-02-01", "open"),
			order("2", "2026-01-05", "open"), item{"PK": S("USER#10"), "SK": S("PROFILE"), "Type": S("User")})
		return table
	}
	return []conformanceCase{
		{"an item collection with its entities", func(t *testing.T, db database) {
			out := call(t, db.Query, query(fill(db), "PK = :p", values{":p": S("USER#1")}))
			same(t, pick(out.Items, "SK"), []string{`"ORDER#2026-01-02"`, `"ORDER#2026-01-10"`, `"ORDER#2026-02-01"`, `"PROFILE"`})
		}},
		{"the orders of a user", func(t *testing.T, db database) {
			out := call(t, db.Query, query(fill(db), "PK = :p AND begins_with(SK, :s)", values{":p": S("USER#1"), ":s": S("ORDER#")}))
			same(t, out.Items, []item{order("1", "2026-01-02", "open"), order("1", "2026-01-10", "paid"), order("1", "2026-02-01", "open")})
		}},
		{"the orders of a month, newest first", func(t *testing.T, db database) {
			in := query(fill(db), "PK = :p AND SK BETWEEN :v AND :w", values{":p": S("USER#1"), ":v": S("ORDER#2026-01"), ":w": S("ORDER#2026-01-31")})
			in.ScanIndexForward = new(false)
			same(t, pick(call(t, db.Query, in).Items, "SK"), []string{`"ORDER#2026-01-10"`, `"ORDER#2026-01-02"`})
		}},
		{"the newest order", func(t *testing.T, db database) {
			in := query(fill(db), "PK = :p AND begins_with(SK, :s)", values{":p": S("USER#1"), ":s": S("ORDER#")})
			in.ScanIndexForward, in.Limit = new(false), new(int32(1))
			same(t, call(t, db.Query, in), &dynamodb.QueryOutput{
				Items: []item{order("1", "2026-02-01", "open")}, Count: 1, ScannedCount: 1, LastEvaluatedKey: pksk("USER#1", "ORDER#2026-02-01"),
			})
		}},
		{"a user by e-mail", func(t *testing.T, db database) {
			out := call(t, db.Query, byIndex(fill(db), "GSI1", "GSI1PK = :p", values{":p": S("EMAIL#a@example.com")}))
			same(t, out.Items, []item{profile})
		}},
		{"open orders of every user", func(t *testing.T, db database) {
			out := call(t, db.Query, byIndex(fill(db), "GSI1", "GSI1PK = :p AND GSI1SK < :v", values{":p": S("STATUS#open"), ":v": S("ORDER#2026-02")}))
			same(t, out.Items, []item{order("1", "2026-01-02", "open"), order("2", "2026-01-05", "open")})
		}},
		{"an order is paid and changes its index partition", func(t *testing.T, db database) {
			table := fill(db)
			call(t, db.UpdateItem, &dynamodb.UpdateItemInput{
				TableName: &table, Key: pksk("USER#1", "ORDER#2026-01-02"), UpdateExpression: new("SET GSI1PK = :paid"),
				ConditionExpression: new("GSI1PK = :open"), ExpressionAttributeValues: values{":paid": S("STATUS#paid"), ":open": S("STATUS#open")},
			})
			out := call(t, db.Query, byIndex(table, "GSI1", "GSI1PK = :p", values{":p": S("STATUS#paid")}))
			same(t, pick(out.Items, "SK"), []string{`"ORDER#2026-01-02"`, `"ORDER#2026-01-10"`})
			out = call(t, db.Query, byIndex(table, "GSI1", "GSI1PK = :p", values{":p": S("STATUS#open")}))
			same(t, pick(out.Items, "SK"), []string{`"ORDER#2026-01-05"`, `"ORDER#2026-02-01"`})
		}},
		{"the inverted index", func(t *testing.T, db database) {
			out := call(t, db.Query, byIndex(fill(db), "Inverted", "SK = :s AND begins_with(PK, :p)", values{":s": S("PROFILE"), ":p": S("USER#1")}))
			same(t, pick(out.Items, "PK"), []string{`"USER#1"`, `"USER#10"`})
		}},
		{"entities of one type by scan", func(t *testing.T, db database) {
			table := fill(db)
			out := call(t, db.Scan, &dynamodb.ScanInput{
				TableName: &table, FilterExpression: new("#t = :t"), ExpressionAttributeNames: names{"#t": "Type"}, ExpressionAttributeValues: values{":t": S("User")},
			})
			same(t, []int32{out.Count, out.ScannedCount}, []int32{2, 6})
		}},
		{"a unique e-mail by a claim in the same transaction", func(t *testing.T, db database) {
			table := db.table(singleTable)
			claim := pksk("UNIQUE#a@example.com", "CLAIM")
			call(t, db.TransactWriteItems, transaction(txCreate(table, profile), txCreate(table, claim)))
			second := pksk("USER#2", "PROFILE")
			codes, items := reasons(t, refused(t, db.TransactWriteItems, transaction(txCreate(table, second), txCreate(table, claim)), cancelled))
			same(t, codes, []string{"None", "ConditionalCheckFailed"})
			same(t, items, []item{nil, claim})
			db.holds(table, profile, claim)
		}},
		{"a version lets one writer win", func(t *testing.T, db database) {
			table := db.table(singleTable)
			db.put(table, with(pksk("USER#1", "PROFILE"), item{"Version": N("1")}))
			var group sync.WaitGroup
			won := make(chan string, 8)
			for i := range cap(won) {
				group.Go(func() {
					_, err := db.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
						TableName: &table, Key: pksk("USER#1", "PROFILE"), UpdateExpression: new("SET Version = Version + :one, Winner = :me"),
						ConditionExpression: new("Version = :seen"), ExpressionAttributeValues: values{":one": N("1"), ":seen": N("1"), ":me": S(fmt.Sprint(i))},
					})
					if err == nil {
						won <- fmt.Sprint(i)
					} else if !is[*types.ConditionalCheckFailedException](err) {
						t.Errorf("got %v", err)
					}
				})
			}
			group.Wait()
			close(won)
			winner := <-won
			if second, more := <-won; more {
				t.Errorf("writers %s and %s both won", winner, second)
			}
			db.holds(table, with(pksk("USER#1", "PROFILE"), item{"Version": N("2"), "Winner": S(winner)}))
		}},
		{"transfers keep the sum at every moment", func(t *testing.T, db database) {
			table := db.table(singleTable)
			from, to := pksk("ACCOUNT#1", "BALANCE"), pksk("ACCOUNT#2", "BALANCE")
			db.put(table, with(from, item{"Amount": N("100")}), with(to, item{"Amount": N("0")}))
			var group sync.WaitGroup
			for range 10 {
				group.Go(func() {
					move := transaction(txUpdate(table, from, "ADD Amount :d", values{":d": N("-1")}), txUpdate(table, to, "ADD Amount :d", values{":d": N("1")}))
					if _, err := db.TransactWriteItems(t.Context(), move); err != nil {
						t.Error(err)
					}
				})
				group.Go(func() {
					out, err := db.TransactGetItems(t.Context(), &dynamodb.TransactGetItemsInput{TransactItems: []types.TransactGetItem{get(table, from), get(table, to)}})
					if err != nil {
						t.Error(err)
						return
					}
					sum := 0
					for _, r := range out.Responses {
						amount, err := strconv.Atoi(r.Item["Amount"].(*types.AttributeValueMemberN).Value)
						if err != nil {
							t.Error(err)
						}
						sum += amount
					}
					if sum != 100 {
						t.Errorf("the accounts held %d in between, want 100", sum)
					}
				})
			}
			group.Wait()
			db.holds(table, with(from, item{"Amount": N("90")}), with(to, item{"Amount": N("10")}))
		}},
		{"a counter loses no increment", func(t *testing.T, db database) {
			table := db.table(singleTable)
			var group sync.WaitGroup
			for range 20 {
				group.Go(func() {
					if _, err := db.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
						TableName: &table, Key: pksk("COUNTER", "A"), UpdateExpression: new("ADD Hits :one"), ExpressionAttributeValues: values{":one": N("1")},
					}); err != nil {
						t.Error(err)
					}
				})
			}
			group.Wait()
			db.holds(table, with(pksk("COUNTER", "A"), item{"Hits": N("20")}))
		}},
	}
}
