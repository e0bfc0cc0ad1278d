package templatetest_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/lambdapatterns/lambdapatterns/singletable"
	"github.com/lambdapatterns/lambdapatterns/templatetest"
)

func TestFilesThatAreTheCodes(t *testing.T) {
	t.Parallel()
	table := newAppTable()
	templatetest.CheckTable(t, load(t, "testdata/terraform"), "app", table)
	templatetest.CheckTable(t, load(t, "testdata/template.yaml"), "AppTable", table)
	templatetest.CheckTable(t, load(t, "testdata/several"), "app", several{})
	templatetest.CheckTable(t, load(t, "testdata/several/template.yaml"), "app", several{})
}

func TestGeneratedTextIsTheCodes(t *testing.T) {
	t.Parallel()
	t.Run("patterns", func(t *testing.T) { checkGenerated(t, newAppTable()) })
	t.Run("own attributes", func(t *testing.T) {
		type game struct {
			ID     string `dynamodbav:"id"`
			Cup    string `dynamodbav:"cup"`
			Season int    `dynamodbav:"season"`
			Score  int    `dynamodbav:"score"`
		}
		table := singletable.NewTable(&dynamodb.Client{}, "app-table",
			singletable.WithAttributeIndex("BySeason", []string{"cup", "season"}, []string{"score"}))
		_, err := singletable.NewRepo[game](table, singletable.Schema{
			Type: "Game", Key: singletable.Pattern("GAME#{id}", "GAME"),
			Indexes: map[string]singletable.KeyPattern{"BySeason": singletable.OwnAttributes()},
		})
		if err != nil {
			t.Fatal(err)
		}
		if text := table.CloudFormation(); !strings.Contains(text, "AttributeName: season") || !strings.Contains(table.Terraform(), "key_schema") {
			t.Errorf("the index's keys are missing:\n%s\n%s", text, table.Terraform())
		}
		checkGenerated(t, table)
	})
}

// checkGenerated holds the text that the code makes for a table against the code.
func checkGenerated(t *testing.T, table *singletable.Table) {
	t.Helper()
	folder := t.TempDir()
	write(t, filepath.Join(folder, "main.tf"), terraformOf(table.Terraform()))
	templatetest.CheckTable(t, load(t, folder), "app", table)
	file := filepath.Join(folder, "template.yaml")
	write(t, file, templateOf(table.CloudFormation()))
	templatetest.CheckTable(t, load(t, file), "AppTable", table)
}

func terraformOf(body string) string {
	return "resource \"aws_dynamodb_table\" \"app\" {\n  name = \"app-table\"\n\n" + indented(body, "  ") + "}\n"
}

func templateOf(properties string) string {
	return "AWSTemplateFormatVersion: '2010-09-09'\nResources:\n  AppTable:\n    Type: AWS::DynamoDB::Table\n" +
		"    DeletionPolicy: Retain\n    UpdateReplacePolicy: Retain\n    Properties:\n" + indented(properties, "      ")
}

func indented(text, by string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		if line != "\n" {
			b.WriteString(by)
		}
		b.WriteString(line)
	}
	return b.String()
}

// TestPlantedMistakes holds files with one mistake each against the code. want has the line of the file and the text of each
// difference that there must be; there must be no others.
func TestPlantedMistakes(t *testing.T) {
	t.Parallel()
	const (
		tf  = "terraform"
		sam = "template.yaml"
	)
	for _, c := range []struct {
		name, file, old, new string
		want                 []string
	}{
		{"partition key", tf, `partition = "PK"`, `partition = "pk"`, []string{
			"table.tf:5: the table: the key is partition key pk, sort key SK, and the code has partition key PK, sort key SK",
		}},
		{"no sort key", tf, `  range_key    = local.keys["sort"]`, "", []string{
			"table.tf:5: the table: the key is partition key PK, and the code has partition key PK, sort key SK",
		}},
		{"sort key that is null", tf, `local.keys["sort"]`, "null", []string{
			"table.tf:5: the table: the key is partition key PK, and the code has partition key PK, sort key SK",
		}},
		{"attribute's type", tf, "    name = \"SK\"\n    type = \"S\"", "    name = \"SK\"\n    type = \"N\"", []string{
			"table.tf:13: attribute SK: the type is N, and the code has S",
		}},
		{"attribute's name", tf, `name = "GSI1SK"`, `name = "GSI2SK"`, []string{
			"table.tf:2: attribute GSI1SK is not defined: the code has it in a key, of type S",
			"table.tf:23: attribute GSI2SK: it is defined, and the code has it in no key",
		}},
		{"attribute twice", tf, `name = "GSI1SK"`, `name = "SK"`, []string{
			"table.tf:2: attribute GSI1SK is not defined: the code has it in a key, of type S",
			"table.tf:23: attribute SK: it is defined twice",
		}},
		{"index's name", tf, `default = "GSI1"`, `default = "ByEmail"`, []string{
			"table.tf:2: attribute GSI1PK is not defined: the code has it in a key, of type S",
			"table.tf:2: index GSI1 is missing: the code has it with partition key GSI1PK, sort key GSI1SK",
			"table.tf:18: attribute ByEmailPK: it is defined, and the code has it in no key",
			"table.tf:28: index ByEmail: the code has no such index",
		}},
		{"index's keys exchanged", tf, "hash_key        = \"GSI1PK\"\n    range_key       = \"GSI1SK\"", "hash_key = \"GSI1SK\"\n range_key = \"GSI1PK\"", []string{
			"table.tf:30: index GSI1: the key is partition key GSI1SK, sort key GSI1PK, and the code has partition key GSI1PK, sort key GSI1SK",
		}},
		{"projection", tf, `projection_type = "ALL"`, `projection_type = "KEYS_ONLY"`, []string{
			"table.tf:32: index GSI1: the projection is KEYS_ONLY, and the code reads ALL",
		}},
		{"projection of some", tf, `projection_type = "ALL"`, "projection_type = \"INCLUDE\"\n    non_key_attributes = [\"id\"]", []string{
			"table.tf:32: index GSI1: the projection is INCLUDE (id), and the code reads ALL",
		}},
		{"local index", tf, "  ttl {", "  local_secondary_index {\n    name = \"L\"\n    range_key = \"GSI1SK\"\n    projection_type = \"ALL\"\n  }\n  ttl {", []string{
			"table.tf:35: index L: the code has no such index",
		}},
		{"index that is local", tf, "global_secondary_index {\n    name            = var.email_index\n    hash_key        = \"GSI1PK\"", "local_secondary_index {\n    name = \"GSI1\"", []string{
			"table.tf:28: index GSI1: it is local, and the code has global",
			"table.tf:28: index GSI1: the key is partition key PK, sort key GSI1SK, and the code has partition key GSI1PK, sort key GSI1SK",
		}},
		{"time to live", tf, `expiry = "expires_at"`, `expiry = "expires"`, []string{
			"table.tf:35: time to live: the attribute is expires, and the code has expires_at",
		}},
		{"time to live is off", tf, "attribute_name = local.expiry\n    enabled        = true", "attribute_name = \"\"\n    enabled = false", []string{
			"table.tf:35: time to live: it is off, and the code has the attribute expires_at",
		}},
		{"no time to live", tf, "  ttl {\n    attribute_name = local.expiry\n    enabled        = true\n  }", "", []string{
			"table.tf:2: time to live: it is off, and the code has the attribute expires_at",
		}},
		{"another table", tf, `"aws_dynamodb_table" "app"`, `"aws_dynamodb_table" "users"`, []string{
			":1: there is no aws_dynamodb_table app; there is users",
		}},
		{"table in a module", tf, `resource "aws_dynamodb_table" "app"`, `module "app"`, []string{
			":1: there is no aws_dynamodb_table app; not read: module app (FILE/table.tf:2)",
		}},

		{"none of it", "terraform", "  billing_mode", "  count = 0\n  billing_mode", []string{
			"table.tf:2: there is no aws_dynamodb_table app: its count is 0",
		}},
		{"partition key", sam, "AttributeName: PK\n          KeyType", "AttributeName: pk\n          KeyType", []string{
			":37: the table: the key is partition key pk, sort key SK, and the code has partition key PK, sort key SK",
		}},
		{"keys in the wrong order", sam, "PK\n          KeyType: HASH\n        - AttributeName: SK\n          KeyType: RANGE", "SK\n          KeyType: RANGE\n        - AttributeName: PK\n          KeyType: HASH", []string{
			":37: the table: the key is sort key SK, partition key PK, and the code has partition key PK, sort key SK",
		}},
		{"attribute's type", sam, "AttributeName: GSI1SK\n          AttributeType: S", "AttributeName: GSI1SK\n          AttributeType: B", []string{
			":35: attribute GSI1SK: the type is B, and the code has S",
		}},
		{"attribute that is missing", sam, "        - AttributeName: SK\n          AttributeType: S\n", "", []string{
			":21: attribute SK is not defined: the code has it in a key, of type S",
		}},
		{"word that is a boolean", sam, "AttributeName: PK\n          KeyType", "AttributeName: on\n          KeyType", []string{
			":38: the table: KeySchema: AttributeName is the value true, not a text",
		}},
		{"no indexes", sam, "GlobalSecondaryIndexes", "GlobalIndexes", []string{
			":21: index GSI1 is missing: the code has it with partition key GSI1PK, sort key GSI1SK",
		}},
		{"index without a sort key", sam, "            - AttributeName: GSI1SK\n              KeyType: RANGE\n", "", []string{
			":44: index GSI1: the key is partition key GSI1PK, and the code has partition key GSI1PK, sort key GSI1SK",
		}},
		{"index of several attributes", sam, "            - AttributeName: GSI1SK\n", "            - {AttributeName: SK, KeyType: HASH}\n            - AttributeName: GSI1SK\n", []string{
			":44: index GSI1: the key is partition key GSI1PK, SK, sort key GSI1SK, and the code has partition key GSI1PK, sort key GSI1SK",
		}},
		{"index twice", sam, "      TimeToLiveSpecification", "        - IndexName: GSI1\n          KeySchema: [{AttributeName: SK, KeyType: HASH}]\n          Projection: {ProjectionType: ALL}\n      TimeToLiveSpecification", []string{
			":51: index GSI1: there is another one of this name",
		}},
		{"projection", sam, "ProjectionType: ALL", "ProjectionType: INCLUDE\n            NonKeyAttributes: [id]", []string{
			":50: index GSI1: the projection is INCLUDE (id), and the code reads ALL",
		}},
		{"no projection", sam, "          Projection:\n            ProjectionType: ALL\n", "", []string{
			":43: index GSI1: there is no Projection",
		}},
		{"local index", sam, "      TimeToLiveSpecification", "      LocalSecondaryIndexes:\n        - IndexName: L\n          KeySchema: [{AttributeName: PK, KeyType: HASH}, {AttributeName: GSI1SK, KeyType: RANGE}]\n          Projection: {ProjectionType: ALL}\n      TimeToLiveSpecification", []string{
			":52: index L: the code has no such index",
		}},
		{"time to live", sam, "Default: expires_at", "Default: expires", []string{
			":51: time to live: the attribute is expires, and the code has expires_at",
		}},
		{"time to live is off", sam, "        Enabled: true", "        Enabled: no", []string{
			":51: time to live: it is off, and the code has the attribute expires_at",
		}},
		{"no time to live", sam, "TimeToLiveSpecification", "Ttl", []string{
			":21: time to live: it is off, and the code has the attribute expires_at",
		}},
		{"another type of table", sam, "Type: AWS::DynamoDB::Table", "Type: AWS::Serverless::SimpleTable", []string{
			":1: there is no AWS::DynamoDB::Table AppTable; AppTable is of type AWS::Serverless::SimpleTable (FILE:21)",
		}},
		{"tables made by a macro", sam, "  AppTable:", "  Fn::ForEach::Tables:", []string{
			":1: there is no AWS::DynamoDB::Table AppTable; not read: Fn::ForEach::Tables (FILE:21)",
		}},
	} {
		t.Run(c.file+"/"+c.name, func(t *testing.T) {
			t.Parallel()
			path := edited(t, c.file, c.old, c.new)
			name := "AppTable"
			if c.file == tf {
				name = "app"
			}
			holds(t, templatetest.TableDifferences(load(t, path), name, newAppTable()), path, c.want)
		})
	}
}

// holds fails unless the differences are the wanted ones. Texts that begin with ":" are of the path's own file.
func holds(t *testing.T, differences []templatetest.Difference, path string, want []string) {
	t.Helper()
	var got, all []string
	for _, d := range differences {
		got = append(got, d.String())
	}
	for _, w := range want {
		w = strings.ReplaceAll(w, "FILE", path)
		if !strings.HasPrefix(w, ":") {
			w = "/" + w
		}
		all = append(all, path+w)
	}
	if !slices.Equal(got, all) {
		t.Errorf("got\n\t%s\nwant\n\t%s", strings.Join(got, "\n\t"), strings.Join(all, "\n\t"))
	}
}

func TestMistakesInKeysOfSeveralAttributes(t *testing.T) {
	t.Parallel()
	const want = ", and the code has partition key tenant, year, sort key digest, SK"
	for _, c := range []struct{ file, old, new, want string }{
		{"table.tf", "\"year\"\n      key_type       = \"HASH\"", "\"year\"\n      key_type       = \"RANGE\"", "37: index by-year: the key is partition key tenant, sort key year, digest, SK" + want},
		{"table.tf", `attribute_name = "SK"`, `attribute_name = "PK"`, "37: index by-year: the key is partition key tenant, year, sort key digest, PK" + want},
		{"table.tf", `attribute_name = "SK"`, `attribute_name = var.x`, "53: index by-year: key_schema: attribute_name: the expression is not resolved: var.x"},
		{"table.tf", "\"year\"\n    type = \"N\"", "\"year\"\n    type = \"S\"", "23: attribute year: the type is S, and the code has N"},
		{"template.yaml", "tenant, KeyType", "digest, KeyType", "21: index by-year: the key is partition key digest, year, sort key digest, SK" + want},
		{"template.yaml", "            - {AttributeName: year, KeyType: HASH}\n            - {AttributeName: digest, KeyType: RANGE}", "            - {AttributeName: digest, KeyType: RANGE}\n            - {AttributeName: year, KeyType: HASH}", "21: index by-year: the key is partition key tenant, sort key digest, partition key year, sort key SK" + want},
		{"template.yaml", "digest, AttributeType: B", "digest, AttributeType: S", "15: attribute digest: the type is S, and the code has B"},
	} {
		source, err := os.ReadFile(filepath.Join("testdata", "several", c.file))
		if err != nil {
			t.Fatal(err)
		}
		if strings.Count(string(source), c.old) != 1 {
			t.Fatalf("%q is not once in %s", c.old, c.file)
		}
		path := t.TempDir()
		file := filepath.Join(path, c.file)
		write(t, file, strings.Replace(string(source), c.old, c.new, 1))
		if c.file == "template.yaml" {
			path = file
		}
		holds(t, templatetest.TableDifferences(load(t, path), "app", several{}), file, []string{":" + c.want})
	}
}

func TestTheCodeHasNoTimeToLive(t *testing.T) {
	t.Parallel()
	path := filepath.Join("testdata", "several")
	source := templatetest.TableDifferences(load(t, edited(t, "terraform", "expires_at", "expires")), "app", several{})
	if last := fmt.Sprint(source[len(source)-1]); !strings.Contains(last, "time to live: the attribute is expires, and nothing in the code expires by it") {
		t.Errorf("got %s", last)
	}
	if d := templatetest.TableDifferences(load(t, path), "app", several{}); d != nil {
		t.Errorf("got %v", d)
	}
}

// recorder is a test that keeps its errors.
type recorder struct {
	testing.TB
	errors []string
}

func (r *recorder) Helper() {}

func (r *recorder) Error(args ...any) { r.errors = append(r.errors, fmt.Sprint(args...)) }

func TestCheckTableFailsTheTest(t *testing.T) {
	t.Parallel()
	path := edited(t, "template.yaml", "Default: expires_at", "Default: expires")
	var r recorder
	templatetest.CheckTable(&r, load(t, path), "AppTable", newAppTable())
	want := path + ":51: time to live: the attribute is expires, and the code has expires_at"
	if !slices.Equal(r.errors, []string{want}) {
		t.Errorf("got %q", r.errors)
	}
}
