package singletabletest_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

var indexed = schema{
	key:     []string{"PK:S", "SK:S"},
	globals: []index{{name: "GSI1", key: []string{"GSI1PK:S", "GSI1SK:N"}}},
	locals:  []index{{name: "LSI1", key: []string{"PK:S", "Since:B"}, projection: types.ProjectionTypeInclude, include: []string{"Title"}}},
}

// described is what a table's description says about its schema, with what an engine may choose taken out.
func described(d *types.TableDescription) *types.TableDescription {
	kept := &types.TableDescription{
		TableName: d.TableName, TableStatus: d.TableStatus, AttributeDefinitions: slices.Clone(d.AttributeDefinitions), KeySchema: d.KeySchema,
	}
	slices.SortFunc(kept.AttributeDefinitions, func(a, b types.AttributeDefinition) int {
		return slices.Compare([]byte(*a.AttributeName), []byte(*b.AttributeName))
	})
	for _, x := range d.GlobalSecondaryIndexes {
		kept.GlobalSecondaryIndexes = append(kept.GlobalSecondaryIndexes, types.GlobalSecondaryIndexDescription{
			IndexName: x.IndexName, IndexStatus: x.IndexStatus, KeySchema: x.KeySchema, Projection: x.Projection,
		})
	}
	for _, x := range d.LocalSecondaryIndexes {
		kept.LocalSecondaryIndexes = append(kept.LocalSecondaryIndexes, types.LocalSecondaryIndexDescription{
			IndexName: x.IndexName, KeySchema: x.KeySchema, Projection: x.Projection,
		})
	}
	return kept
}

func keySchema(partition, sort string) []types.KeySchemaElement {
	return []types.KeySchemaElement{
		{AttributeName: &partition, KeyType: types.KeyTypeHash}, {AttributeName: &sort, KeyType: types.KeyTypeRange},
	}
}

func tableCases() []conformanceCase {
	return []conformanceCase{
		{"a table is described as it was made", func(t *testing.T, db database) {
			table := db.table(indexed)
			attribute := func(name string, kind types.ScalarAttributeType) types.AttributeDefinition {
				return types.AttributeDefinition{AttributeName: &name, AttributeType: kind}
			}
			out := call(t, db.DescribeTable, &dynamodb.DescribeTableInput{TableName: &table})
			same(t, described(out.Table), &types.TableDescription{
				TableName: &table, TableStatus: types.TableStatusActive, KeySchema: keySchema("PK", "SK"),
				AttributeDefinitions: []types.AttributeDefinition{
					attribute("GSI1PK", "S"), attribute("GSI1SK", "N"), attribute("PK", "S"), attribute("SK", "S"), attribute("Since", "B"),
				},
				GlobalSecondaryIndexes: []types.GlobalSecondaryIndexDescription{{
					IndexName: new("GSI1"), IndexStatus: types.IndexStatusActive, KeySchema: keySchema("GSI1PK", "GSI1SK"),
					Projection: &types.Projection{ProjectionType: types.ProjectionTypeAll},
				}},
				LocalSecondaryIndexes: []types.LocalSecondaryIndexDescription{{
					IndexName: new("LSI1"), KeySchema: keySchema("PK", "Since"),
					Projection: &types.Projection{ProjectionType: types.ProjectionTypeInclude, NonKeyAttributes: []string{"Title"}},
				}},
			})
		}},
		{"creation answers with the description", func(t *testing.T, db database) {
			in := indexed.definition(uniqueName())
			created := call(t, db.CreateTable, in)
			found := call(t, db.DescribeTable, &dynamodb.DescribeTableInput{TableName: in.TableName})
			same(t, described(created.TableDescription), described(found.Table))
			call(t, db.DeleteTable, &dynamodb.DeleteTableInput{TableName: in.TableName})
		}},
		{"a table with provisioned capacity", func(t *testing.T, db database) {
			in := byPK.definition(uniqueName())
			in.BillingMode = ""
			in.ProvisionedThroughput = &types.ProvisionedThroughput{ReadCapacityUnits: new(int64(3)), WriteCapacityUnits: new(int64(2))}
			created := call(t, db.CreateTable, in).TableDescription
			same(t, []int64{*created.ProvisionedThroughput.ReadCapacityUnits, *created.ProvisionedThroughput.WriteCapacityUnits}, []int64{3, 2})
			if s := created.BillingModeSummary; s != nil && s.BillingMode != types.BillingModeProvisioned {
				t.Errorf("billing mode %s, want PROVISIONED", s.BillingMode)
			}
			call(t, db.DeleteTable, &dynamodb.DeleteTableInput{TableName: in.TableName})
		}},
		{"a table that is paid by request", func(t *testing.T, db database) {
			table := db.table(byPK)
			found := call(t, db.DescribeTable, &dynamodb.DescribeTableInput{TableName: &table}).Table
			same(t, found.BillingModeSummary.BillingMode, types.BillingModePayPerRequest)
			same(t, []int64{*found.ProvisionedThroughput.ReadCapacityUnits, *found.ProvisionedThroughput.WriteCapacityUnits}, []int64{0, 0})
		}},
		{"the longest name, and the shortest of an index", func(t *testing.T, db database) {
			in := schema{key: []string{"PK:S"}, globals: []index{{name: "x-1", key: []string{"PK:S"}}}}.definition(strings.Repeat("n", 200) + "._-" + uniqueName())
			*in.TableName += strings.Repeat("N", 255-len(*in.TableName))
			call(t, db.CreateTable, in)
			same(t, call(t, db.DescribeTable, &dynamodb.DescribeTableInput{TableName: in.TableName}).Table.TableName, in.TableName)
			call(t, db.DeleteTable, &dynamodb.DeleteTableInput{TableName: in.TableName})
		}},
		{"a deleted table is gone", func(t *testing.T, db database) {
			in := byPK.definition(uniqueName())
			call(t, db.CreateTable, in)
			deleted := call(t, db.DeleteTable, &dynamodb.DeleteTableInput{TableName: in.TableName})
			same(t, deleted.TableDescription.TableName, in.TableName)
			refused(t, db.DescribeTable, &dynamodb.DescribeTableInput{TableName: in.TableName}, notFound)
			refused(t, db.GetItem, &dynamodb.GetItemInput{TableName: in.TableName, Key: pk("a")}, notFound)
		}},
		{"a table made again under its name is empty", func(t *testing.T, db database) {
			in := byPK.definition(uniqueName())
			call(t, db.CreateTable, in)
			db.put(*in.TableName, pk("a"))
			call(t, db.DeleteTable, &dynamodb.DeleteTableInput{TableName: in.TableName})
			call(t, db.CreateTable, in)
			db.holds(*in.TableName)
			call(t, db.DeleteTable, &dynamodb.DeleteTableInput{TableName: in.TableName})
		}},
		{"tables keep their items apart", func(t *testing.T, db database) {
			one, two := db.table(byPK), db.table(byPK)
			db.put(one, item{"PK": S("a"), "x": N("1")})
			db.put(two, item{"PK": S("a"), "x": N("2")})
			db.holds(one, item{"PK": S("a"), "x": N("1")})
			db.holds(two, item{"PK": S("a"), "x": N("2")})
		}},
		{"tables are listed page by page, each once", func(t *testing.T, db database) {
			want := []string{db.table(byPK), db.table(byPK), db.table(byPK)}
			var found []string
			call(t, db.ListTables, &dynamodb.ListTablesInput{Limit: new(int32(100))})
			pages := dynamodb.NewListTablesPaginator(db, &dynamodb.ListTablesInput{Limit: new(int32(2))})
			for pages.HasMorePages() {
				page, err := pages.NextPage(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				if len(page.TableNames) > 2 {
					t.Errorf("%d tables on a page, want 2 at most", len(page.TableNames))
				}
				for _, name := range page.TableNames {
					if slices.Contains(want, name) {
						found = append(found, name)
					}
				}
			}
			slices.Sort(want)
			slices.Sort(found)
			same(t, found, want)
		}},
		{"a list starts after the name that is given", func(t *testing.T, db database) {
			name := db.table(byPK)
			out := call(t, db.ListTables, &dynamodb.ListTablesInput{ExclusiveStartTableName: &name})
			if slices.Contains(out.TableNames, name) {
				t.Errorf("the list after %s has it", name)
			}
		}},
	}
}

func timeToLiveCases() []conformanceCase {
	set := func(table, attribute string, enabled bool) *dynamodb.UpdateTimeToLiveInput {
		return &dynamodb.UpdateTimeToLiveInput{TableName: &table, TimeToLiveSpecification: &types.TimeToLiveSpecification{
			AttributeName: &attribute, Enabled: &enabled,
		}}
	}
	describe := func(t *testing.T, db database, table string) *types.TimeToLiveDescription {
		return call(t, db.DescribeTimeToLive, &dynamodb.DescribeTimeToLiveInput{TableName: &table}).TimeToLiveDescription
	}
	disabled := &types.TimeToLiveDescription{TimeToLiveStatus: types.TimeToLiveStatusDisabled}
	enabled := &types.TimeToLiveDescription{TimeToLiveStatus: types.TimeToLiveStatusEnabled, AttributeName: new("ExpiresAt")}
	return []conformanceCase{
		{"off at first", func(t *testing.T, db database) {
			same(t, describe(t, db, db.table(byPK)), disabled)
		}},
		{"on and described", func(t *testing.T, db database) {
			table := db.table(byPK)
			out := call(t, db.UpdateTimeToLive, set(table, "ExpiresAt", true))
			same(t, out.TimeToLiveSpecification, &types.TimeToLiveSpecification{AttributeName: new("ExpiresAt"), Enabled: new(true)})
			same(t, describe(t, db, table), enabled)
		}},
		{"an item that has time left stays", func(t *testing.T, db database) {
			table := db.table(byPK)
			call(t, db.UpdateTimeToLive, set(table, "ExpiresAt", true))
			kept := item{"PK": S("a"), "ExpiresAt": N("99999999999")}
			db.put(table, kept)
			same(t, db.get(table, pk("a")), kept)
		}},
		{"on twice is refused", func(t *testing.T, db database) {
			table := db.table(byPK)
			call(t, db.UpdateTimeToLive, set(table, "ExpiresAt", true))
			refused(t, db.UpdateTimeToLive, set(table, "ExpiresAt", true), invalid, "TimeToLive is already enabled")
		}},
		{"another attribute is refused while it is on", func(t *testing.T, db database) {
			table := db.table(byPK)
			call(t, db.UpdateTimeToLive, set(table, "ExpiresAt", true))
			refused(t, db.UpdateTimeToLive, set(table, "Other", true), invalid, "TimeToLive is active on a different AttributeName")
			same(t, describe(t, db, table), enabled)
		}},
		{"off twice is refused", func(t *testing.T, db database) {
			refused(t, db.UpdateTimeToLive, set(db.table(byPK), "ExpiresAt", false), invalid, "TimeToLive is already disabled")
		}},
		{"a table that is missing", func(t *testing.T, db database) {
			refused(t, db.UpdateTimeToLive, set(uniqueName(), "ExpiresAt", true), notFound)
			refused(t, db.DescribeTimeToLive, &dynamodb.DescribeTimeToLiveInput{TableName: new(uniqueName())}, notFound)
		}},
	}
}
