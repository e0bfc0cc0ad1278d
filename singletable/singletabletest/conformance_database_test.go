package singletabletest_test

import (
	"context"
	"crypto/rand"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// A database is an engine under test, for the length of one case.
type database struct {
	*dynamodb.Client
	t *testing.T

	// records reads a table's stream; it can wait until there are as many records as a case wants to see.
	records func(t *testing.T, table string, wanted int) []streamRecord
}

// A schema says what a table's keys and indexes are. A key is a list of attributes written "name:type", the partition key first.
type schema struct {
	key             []string
	globals, locals []index
}

// An index projects every attribute unless it says otherwise.
type index struct {
	name       string
	key        []string
	partition  int // how many of the key's attributes make up the partition key; 0 is one
	projection types.ProjectionType
	include    []string
}

var (
	byPK   = schema{key: []string{"PK:S"}}
	byPKSK = schema{key: []string{"PK:S", "SK:S"}}
)

// table makes an empty table that lives as long as the case.
func (db database) table(s schema) string {
	db.t.Helper()
	in := s.definition(uniqueName())
	created := call(db.t, db.CreateTable, in)
	db.t.Cleanup(func() {
		if _, err := db.DeleteTable(context.WithoutCancel(db.t.Context()), &dynamodb.DeleteTableInput{TableName: in.TableName}); err != nil {
			db.t.Errorf("deleting the case's table: %v", err)
		}
	})
	if status := created.TableDescription.TableStatus; status != types.TableStatusActive {
		db.t.Fatalf("table is %s, want ACTIVE as soon as it is created", status)
	}
	return *in.TableName
}

func uniqueName() string { return "Conformance-" + rand.Text() }

// definition is the request that creates a table of the schema.
func (s schema) definition(name string) *dynamodb.CreateTableInput {
	in := &dynamodb.CreateTableInput{TableName: &name, BillingMode: types.BillingModePayPerRequest}
	defined := map[string]bool{}
	elements := func(key []string, partition int) (out []types.KeySchemaElement) {
		for i, k := range key {
			name, scalar, _ := strings.Cut(k, ":")
			role := types.KeyTypeHash
			if i >= max(partition, 1) {
				role = types.KeyTypeRange
			}
			out = append(out, types.KeySchemaElement{AttributeName: &name, KeyType: role})
			if !defined[name] {
				defined[name] = true
				in.AttributeDefinitions = append(in.AttributeDefinitions, types.AttributeDefinition{
					AttributeName: &name, AttributeType: types.ScalarAttributeType(scalar),
				})
			}
		}
		return out
	}
	in.KeySchema = elements(s.key, 1)
	for _, x := range s.globals {
		in.GlobalSecondaryIndexes = append(in.GlobalSecondaryIndexes, types.GlobalSecondaryIndex{
			IndexName: &x.name, KeySchema: elements(x.key, x.partition), Projection: x.projected(),
		})
	}
	for _, x := range s.locals {
		in.LocalSecondaryIndexes = append(in.LocalSecondaryIndexes, types.LocalSecondaryIndex{
			IndexName: &x.name, KeySchema: elements(x.key, 1), Projection: x.projected(),
		})
	}
	return in
}

func (x index) projected() *types.Projection {
	if x.projection == "" {
		return &types.Projection{ProjectionType: types.ProjectionTypeAll}
	}
	return &types.Projection{ProjectionType: x.projection, NonKeyAttributes: x.include}
}

// put writes items that the case starts from.
func (db database) put(table string, items ...item) {
	db.t.Helper()
	for _, i := range items {
		call(db.t, db.PutItem, &dynamodb.PutItemInput{TableName: &table, Item: i})
	}
}

// get reads an item, nil where there is none.
func (db database) get(table string, key item) item {
	db.t.Helper()
	return call(db.t, db.GetItem, &dynamodb.GetItemInput{TableName: &table, Key: key, ConsistentRead: new(true)}).Item
}

// holds checks that a table has exactly these items, in any order.
func (db database) holds(table string, want ...item) {
	db.t.Helper()
	out := call(db.t, db.Scan, &dynamodb.ScanInput{TableName: &table, ConsistentRead: new(true)})
	same(db.t, sorted(out.Items), sorted(want))
}
