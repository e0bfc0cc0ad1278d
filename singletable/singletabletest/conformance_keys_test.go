package singletabletest_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// keyCases refuse keys that do not fit their table, and hold keys to the limits of their length.
func keyCases() (cases []conformanceCase) {
	long, longer := strings.Repeat("k", 1024), strings.Repeat("k", 2048)
	for _, c := range []struct {
		name  string
		table schema
		key   item
	}{
		{"no partition key", byPK, item{"x": S("a")}},
		{"no attribute", byPK, item{}},
		{"a partition key of another type", byPK, item{"PK": N("1")}},
		{"an empty partition key", byPK, item{"PK": S("")}},
		{"empty bytes as a partition key", schema{key: []string{"PK:B"}}, item{"PK": B("")}},
		{"a partition key that is NULL", byPK, item{"PK": NULL()}},
		{"a partition key that is a list", byPK, item{"PK": L(S("a"))}},
		{"a partition key that is a set", byPK, item{"PK": SS("a")}},
		{"a partition key of 2049 bytes", byPK, item{"PK": S(longer + "k")}},
		{"a partition key of 2049 bytes in 1025 letters", byPK, item{"PK": S(strings.Repeat("é", 1024) + "k")}},
		{"no sort key", byPKSK, pk("a")},
		{"a sort key of another type", byPKSK, item{"PK": S("a"), "SK": B("b")}},
		{"an empty sort key", byPKSK, pksk("a", "")},
		{"a sort key of 1025 bytes", byPKSK, pksk("a", long+"k")},
		{"a number key that is no number", schema{key: []string{"PK:N"}}, item{"PK": N("x")}},
		{"a number key of 39 digits", schema{key: []string{"PK:N"}}, item{"PK": N(digits38 + "9")}},
	} {
		cases = append(cases, conformanceCase{c.name, func(t *testing.T, db database) {
			table := db.table(c.table)
			refused(t, db.PutItem, &dynamodb.PutItemInput{TableName: &table, Item: c.key}, invalid)
			refused(t, db.GetItem, &dynamodb.GetItemInput{TableName: &table, Key: c.key}, invalid)
			refused(t, db.DeleteItem, &dynamodb.DeleteItemInput{TableName: &table, Key: c.key}, invalid)
			refused(t, db.UpdateItem, &dynamodb.UpdateItemInput{TableName: &table, Key: c.key}, invalid)
			db.holds(table)
		}})
	}
	return append(cases,
		conformanceCase{"a key with an attribute too many", func(t *testing.T, db database) {
			table := db.table(byPK)
			key := item{"PK": S("a"), "x": S("b")}
			refused(t, db.GetItem, &dynamodb.GetItemInput{TableName: &table, Key: key}, invalid)
			refused(t, db.DeleteItem, &dynamodb.DeleteItemInput{TableName: &table, Key: key}, invalid)
			refused(t, db.UpdateItem, &dynamodb.UpdateItemInput{TableName: &table, Key: key}, invalid)
		}},
		conformanceCase{"an empty key is named", func(t *testing.T, db database) {
			table := db.table(byPKSK)
			refused(t, db.PutItem, &dynamodb.PutItemInput{TableName: &table, Item: pksk("a", "")}, invalid,
				"The AttributeValue for a key attribute cannot contain an empty string value. Key: SK")
			refused(t, db.GetItem, &dynamodb.GetItemInput{TableName: &table, Key: pksk("", "a")}, invalid,
				"The AttributeValue for a key attribute cannot contain an empty string value. Key: PK")
		}},
		conformanceCase{"the longest keys", func(t *testing.T, db database) {
			table := db.table(byPKSK)
			for _, key := range []item{pksk(longer, long), pksk(strings.Repeat("é", 1024), strings.Repeat("🎉", 256))} {
				db.put(table, key)
				same(t, db.get(table, key), key)
			}
		}},
		conformanceCase{"keys of one byte", func(t *testing.T, db database) {
			table := db.table(schema{key: []string{"PK:B", "SK:S"}})
			key := item{"PK": B("\x00"), "SK": S(" ")}
			db.put(table, key)
			same(t, db.get(table, key), key)
		}},
	)
}
