package singletabletest_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

const digits38 = "12345678901234567890123456789012345678"

func numberCases() (cases []conformanceCase) {
	zeros := func(n int) string { return strings.Repeat("0", n) }
	for given, want := range map[string]string{
		"0": "0", "-0": "0", "0.000": "0", "0e10": "0", "1": "1", "+1": "1", "-1": "-1", "007": "7", "-007.500": "-7.5", "1.0": "1", ".5": "0.5", "-.50": "-0.5",
		"1e3": "1000", "1E+3": "1000", "1.5e1": "15", "15e-1": "1.5", "1e-3": "0.001", "100e-4": "0.01", "0.00000001": "0.00000001", "1e20": "1" + zeros(20),
		digits38: digits38, "-" + digits38: "-" + digits38, "0." + digits38: "0." + digits38, "1" + zeros(50): "1" + zeros(50), digits38 + zeros(10): digits38 + zeros(10),
		zeros(40) + "12": "12", "1.5" + zeros(60): "1.5", "1234567890123456789.0123456789012345678": "1234567890123456789.0123456789012345678",
		"1e125": "1" + zeros(125), "-1e125": "-1" + zeros(125), "9.9999999999999999999999999999999999999e125": strings.Repeat("9", 38) + zeros(88),
		"1e-130": "0." + zeros(129) + "1", "-1e-130": "-0." + zeros(129) + "1",
	} {
		cases = append(cases, conformanceCase{"stored: " + given, func(t *testing.T, db database) {
			table := db.table(byPK)
			db.put(table, item{"PK": S("a"), "n": N(given), "ns": NS(given)})
			same(t, db.get(table, pk("a")), item{"PK": S("a"), "n": N(want), "ns": NS(want)})
		}})
	}
	for given, phrase := range map[string]string{
		"": "cannot be converted", "x": "cannot be converted", "1e": "cannot be converted", "0x10": "cannot be converted", " 1": "cannot be converted", "1 ": "cannot be converted",
		"1_000": "cannot be converted", "1,5": "cannot be converted", "NaN": "cannot be converted", "Infinity": "cannot be converted", "1.2.3": "cannot be converted",
		"--1": "cannot be converted", ".": "cannot be converted", digits38 + "9": "38", "0." + digits38 + "9": "38", "1" + zeros(38) + "1": "38", "1.1e-38" + "9": "Number underflow",
		"1e126": "Number overflow", "-1e126": "Number overflow", "1e-131": "Number underflow", "-1e-131": "Number underflow",
	} {
		cases = append(cases, conformanceCase{"refused: " + given, func(t *testing.T, db database) {
			table := db.table(byPK)
			refused(t, db.PutItem, &dynamodb.PutItemInput{TableName: &table, Item: item{"PK": S("a"), "n": N(given)}}, invalid, phrase)
			refused(t, db.PutItem, &dynamodb.PutItemInput{TableName: &table, Item: item{"PK": S("a"), "n": L(M(item{"x": N(given)}))}}, invalid, phrase)
			db.holds(table)
		}})
	}
	return append(cases,
		conformanceCase{"sort keys order by value", func(t *testing.T, db database) {
			table := db.table(schema{key: []string{"PK:S", "SK:N"}})
			want := []string{"-1" + zeros(125), "-100", "-20", "-3.5", "-3", "-0.001", "0", "0.0001", "0.1", "1", "2", "10", "33", digits38, "9" + zeros(124)}
			for i := range want {
				db.put(table, item{"PK": S("a"), "SK": N(want[(i*7)%len(want)])})
			}
			out := call(t, db.Query, &dynamodb.QueryInput{
				TableName: &table, KeyConditionExpression: new("PK = :p"), ExpressionAttributeValues: values{":p": S("a")},
			})
			same(t, pick(out.Items, "SK"), want)
		}},
		conformanceCase{"an update's arithmetic is exact", func(t *testing.T, db database) {
			table := db.table(byPK)
			db.put(table, item{"PK": S("a"), "n": N(digits38)})
			for _, v := range []string{"0.0", "-" + digits38, "1e30", "7", "0.25"} {
				call(t, db.UpdateItem, &dynamodb.UpdateItemInput{
					TableName: &table, Key: pk("a"), UpdateExpression: new("ADD n :v"), ExpressionAttributeValues: values{":v": N(v)},
				})
			}
			db.holds(table, item{"PK": S("a"), "n": N("1" + zeros(29) + "7.25")})
		}},
		conformanceCase{"large numbers compare by every digit", func(t *testing.T, db database) {
			table := db.table(byPK)
			db.put(table, item{"PK": S("a"), "n": N("12345678901234567890123456789012345678")}, item{"PK": S("b"), "n": N("12345678901234567890123456789012345679")})
			out := call(t, db.Scan, &dynamodb.ScanInput{
				TableName: &table, FilterExpression: new("n > :v"), ExpressionAttributeValues: values{":v": N(digits38)},
			})
			same(t, pick(out.Items, "PK"), []string{`"b"`})
		}},
	)
}
