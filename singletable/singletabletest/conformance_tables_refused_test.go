package singletabletest_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

func tableErrorCases() []conformanceCase {
	cases := []conformanceCase{
		{"a name that is taken", func(t *testing.T, db database) {
			refused(t, db.CreateTable, byPK.definition(db.table(byPK)), inUse)
		}},
		{"a name that is taken, of another schema", func(t *testing.T, db database) {
			table := db.table(byPK)
			refused(t, db.CreateTable, byPKSK.definition(table), inUse)
			db.put(table, pk("the schema is as it was"))
		}},
		{"a missing table to describe or delete", func(t *testing.T, db database) {
			table := uniqueName()
			refused(t, db.DescribeTable, &dynamodb.DescribeTableInput{TableName: &table}, notFound)
			refused(t, db.DeleteTable, &dynamodb.DeleteTableInput{TableName: &table}, notFound)
		}},
		{"a missing table to read or write", func(t *testing.T, db database) {
			table := uniqueName()
			refused(t, db.GetItem, &dynamodb.GetItemInput{TableName: &table, Key: pk("a")}, notFound)
			refused(t, db.PutItem, &dynamodb.PutItemInput{TableName: &table, Item: pk("a")}, notFound)
			refused(t, db.UpdateItem, &dynamodb.UpdateItemInput{TableName: &table, Key: pk("a")}, notFound)
			refused(t, db.DeleteItem, &dynamodb.DeleteItemInput{TableName: &table, Key: pk("a")}, notFound)
			refused(t, db.Scan, &dynamodb.ScanInput{TableName: &table}, notFound)
			refused(t, db.Query, &dynamodb.QueryInput{
				TableName: &table, KeyConditionExpression: new("PK = :p"), ExpressionAttributeValues: values{":p": S("a")},
			}, notFound)
		}},
		{"a page of no tables", func(t *testing.T, db database) {
			refused(t, db.ListTables, &dynamodb.ListTablesInput{Limit: new(int32(0))}, invalid)
			refused(t, db.ListTables, &dynamodb.ListTablesInput{Limit: new(int32(101))}, invalid)
		}},
	}
	for _, c := range []struct {
		name   string
		table  schema
		change func(*dynamodb.CreateTableInput)
	}{
		{"a name of two letters", byPK, func(in *dynamodb.CreateTableInput) { in.TableName = new("ab") }},
		{"a name of 256 letters", byPK, func(in *dynamodb.CreateTableInput) { in.TableName = new(strings.Repeat("n", 256)) }},
		{"a name with a star", byPK, func(in *dynamodb.CreateTableInput) { *in.TableName += "*" }},
		{"no key", byPK, func(in *dynamodb.CreateTableInput) { in.KeySchema = []types.KeySchemaElement{} }},
		{"a sort key only", byPK, func(in *dynamodb.CreateTableInput) { in.KeySchema[0].KeyType = types.KeyTypeRange }},
		{"two partition keys", byPKSK, func(in *dynamodb.CreateTableInput) { in.KeySchema[1].KeyType = types.KeyTypeHash }},
		{"three keys", schema{key: []string{"PK:S", "SK:S", "X:S"}}, func(*dynamodb.CreateTableInput) {}},
		{"one attribute as both keys", byPK, func(in *dynamodb.CreateTableInput) { in.KeySchema = keySchema("PK", "PK") }},
		{"a key that is not defined", byPK, func(in *dynamodb.CreateTableInput) { in.KeySchema = keySchema("PK", "SK") }},
		{"a definition that no key uses", byPKSK, func(in *dynamodb.CreateTableInput) { in.KeySchema = in.KeySchema[:1] }},
		{"a key of a type that cannot be one", schema{key: []string{"PK:BOOL"}}, func(*dynamodb.CreateTableInput) {}},
		{"no capacity", byPK, func(in *dynamodb.CreateTableInput) { in.BillingMode = types.BillingModeProvisioned }},
		{"read capacity of zero", byPK, func(in *dynamodb.CreateTableInput) {
			in.BillingMode = types.BillingModeProvisioned
			in.ProvisionedThroughput = &types.ProvisionedThroughput{ReadCapacityUnits: new(int64(0)), WriteCapacityUnits: new(int64(1))}
		}},
		{"write capacity of zero", byPK, func(in *dynamodb.CreateTableInput) {
			in.BillingMode = types.BillingModeProvisioned
			in.ProvisionedThroughput = &types.ProvisionedThroughput{ReadCapacityUnits: new(int64(1)), WriteCapacityUnits: new(int64(0))}
		}},
		{"an attribute defined twice", byPK, func(in *dynamodb.CreateTableInput) {
			in.AttributeDefinitions = append(in.AttributeDefinitions, in.AttributeDefinitions[0])
		}},
		{"an empty list of global indexes", byPK, func(in *dynamodb.CreateTableInput) {
			in.GlobalSecondaryIndexes = []types.GlobalSecondaryIndex{}
		}},
		{"an index key that is not defined", indexed, func(in *dynamodb.CreateTableInput) {
			in.GlobalSecondaryIndexes[0].KeySchema = keySchema("GSI1PK", "Unknown")
		}},
		{"two indexes of one name", indexed, func(in *dynamodb.CreateTableInput) {
			in.LocalSecondaryIndexes[0].IndexName = in.GlobalSecondaryIndexes[0].IndexName
		}},
		{"an index name of two letters", indexed, func(in *dynamodb.CreateTableInput) {
			in.GlobalSecondaryIndexes[0].IndexName = new("ab")
		}},
		{"a projection without a type", indexed, func(in *dynamodb.CreateTableInput) {
			in.GlobalSecondaryIndexes[0].Projection = &types.Projection{}
		}},
		{"INCLUDE without attributes", indexed, func(in *dynamodb.CreateTableInput) {
			in.LocalSecondaryIndexes[0].Projection.NonKeyAttributes = nil
		}},
		{"ALL with attributes", indexed, func(in *dynamodb.CreateTableInput) {
			in.GlobalSecondaryIndexes[0].Projection.NonKeyAttributes = []string{"Title"}
		}},
		{"a local index of another partition key", indexed, func(in *dynamodb.CreateTableInput) {
			in.LocalSecondaryIndexes[0].KeySchema = keySchema("GSI1PK", "Since")
		}},
		{"a local index without a sort key", indexed, func(in *dynamodb.CreateTableInput) {
			in.LocalSecondaryIndexes[0].KeySchema = in.LocalSecondaryIndexes[0].KeySchema[:1]
		}},
		{"a local index on a table without a sort key", byPK, func(in *dynamodb.CreateTableInput) {
			in.AttributeDefinitions = indexed.definition("unused").AttributeDefinitions
			in.LocalSecondaryIndexes = indexed.definition("unused").LocalSecondaryIndexes
		}},
		{"six local indexes", indexed, func(in *dynamodb.CreateTableInput) {
			local := in.LocalSecondaryIndexes[0]
			for _, name := range []string{"LSI2", "LSI3", "LSI4", "LSI5", "LSI6"} {
				local.IndexName = &name
				in.LocalSecondaryIndexes = append(in.LocalSecondaryIndexes, local)
			}
		}},
	} {
		cases = append(cases, conformanceCase{c.name, func(t *testing.T, db database) {
			in := c.table.definition(uniqueName())
			c.change(in)
			refused(t, db.CreateTable, in, invalid)
		}})
	}
	return cases
}
