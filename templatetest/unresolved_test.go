package templatetest_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lambdapatterns/lambdapatterns/templatetest"
)

// TestNothingPassesUnread replaces what a check needs by what is not resolved, and what is there by what is no such thing.
func TestNothingPassesUnread(t *testing.T) {
	t.Parallel()
	const (
		tf  = "terraform"
		sam = "template.yaml"
		not = "the expression is not resolved: "
	)
	for _, c := range []struct {
		name, file, old, new string
		want                 []string
	}{
		{"resource", tf, "local.expiry", "aws_s3_bucket.uploads.id", []string{"table.tf:36: ttl: attribute_name: " + not + "aws_s3_bucket.uploads.id"}},
		{"variable without a default", tf, `  default = "GSI1"`, "", []string{
			"table.tf:19: attribute: name: " + not + `"${var.email_index}PK"`,
			"table.tf:29: global_secondary_index: name: " + not + "var.email_index",
		}},
		{"no such variable", tf, "hash_key        = \"GSI1PK\"", "hash_key = var.nope", []string{"table.tf:30: index GSI1: hash_key: " + not + "var.nope"}},
		{"part that a local lacks", tf, `local.keys["sort"]`, "local.keys.nope", []string{"table.tf:6: the table: range_key: " + not + "local.keys.nope"}},
		{"cycle", tf, `expiry = "expires_at"`, "expiry = local.other\n  other = local.expiry", []string{"table.tf:36: ttl: attribute_name: " + not + "local.expiry"}},
		{"function", tf, `projection_type = "ALL"`, `projection_type = upper("all")`, []string{"table.tf:32: index GSI1: projection_type: " + not + `upper("all")`}},
		{"dynamic attributes", tf, "  ttl {", "  dynamic \"attribute\" {\n    for_each = []\n    content {}\n  }\n  ttl {", []string{
			`table.tf:35: the table: attribute: ` + not + `dynamic "attribute"`,
		}},
		{"dynamic index", tf, "global_secondary_index {", "dynamic \"global_secondary_index\" {", []string{
			`table.tf:28: the table: global_secondary_index: ` + not + `dynamic "global_secondary_index"`,
		}},
		{"dynamic time to live", tf, "  ttl {", "  dynamic \"ttl\" {", []string{`table.tf:35: the table: ttl: ` + not + `dynamic "ttl"`}},
		{"argument for a block", tf, "  ttl {\n    attribute_name = local.expiry\n    enabled        = true\n  }", "ttl = \"expires_at\"", []string{
			"table.tf:35: the table: ttl is the value expires_at, not a list",
		}},
		{"number for a text", tf, `name = "GSI1SK"`, "name = 1", []string{"table.tf:24: attribute: name is the value 1, not a text"}},
		{"switch", tf, "enabled        = true", "enabled = var.on", []string{"table.tf:37: ttl: enabled: " + not + "var.on"}},
		{"projected attributes", tf, `projection_type = "ALL"`, "projection_type = \"ALL\"\n    non_key_attributes = [var.x]", []string{
			"table.tf:33: index GSI1: non_key_attributes: " + not + "var.x",
		}},

		{"import", sam, "AttributeName: !Ref ExpiryAttribute", "AttributeName: !ImportValue {'Fn::Sub': '${Stage}-ttl'}", []string{
			":52: TimeToLiveSpecification: AttributeName: " + not + "!ImportValue {Fn::Sub: ${Stage}-ttl}",
		}},
		{"long form", sam, "AttributeName: !Ref ExpiryAttribute", "AttributeName: {'Fn::FindInMap': [A, !Ref Stage, C]}", []string{
			":52: TimeToLiveSpecification: AttributeName: " + not + "!FindInMap [A, !Ref Stage, C]",
		}},
		{"parameter without a default", sam, "    Default: expires_at\n", "", []string{":51: TimeToLiveSpecification: AttributeName: " + not + "!Ref ExpiryAttribute"}},
		{"parameter out of the parameter store", sam, "Type: String\n    Default: expires_at", "Type: AWS::SSM::Parameter::Value<String>\n    Default: expires_at", []string{
			":52: TimeToLiveSpecification: AttributeName: " + not + "!Ref ExpiryAttribute",
		}},
		{"substitution of a resource", sam, "!Ref ExpiryAttribute", "!Sub '${Api}-${Stage}'", []string{":52: TimeToLiveSpecification: AttributeName: " + not + "!Sub ${Api}-${Stage}"}},
		{"condition", sam, "      TimeToLiveSpecification:\n        AttributeName: !Ref ExpiryAttribute\n        Enabled: true", "      TimeToLiveSpecification: !If [A, {AttributeName: a, Enabled: true}, !Ref AWS::NoValue]", []string{
			":51: TimeToLiveSpecification: " + not + "!If [A, {AttributeName: a, Enabled: true}, !Ref AWS::NoValue]",
		}},
		{"macro among properties", sam, "      TableName: !Sub", "      Fn::Transform: {Name: X}\n      TableName: !Sub", []string{":25: the table: " + not + "!Transform {Name: X}"}},
		{"merge of properties", sam, "      TableName: !Sub app-table-${Stage}", "      <<: {TableName: x}", []string{":25: the table: " + not + "<<"}},
		{"indexes of a condition", sam, "GlobalSecondaryIndexes:\n        - IndexName", "GlobalSecondaryIndexes: !If\n        - IndexName", []string{
			":42: the table: GlobalSecondaryIndexes: " + not + "!If [{IndexName: GSI1, KeySchema: [{AttributeName: GSI1PK, KeyType: HASH}, {AttributeName: GSI1SK, KeyType: RANGE}], Pr…",
		}},
		{"map for a list", sam, "      KeySchema:\n        - AttributeName: PK\n          KeyType: HASH\n        - AttributeName: SK\n          KeyType: RANGE", "      KeySchema: {AttributeName: PK, KeyType: HASH}", []string{
			":37: the table: KeySchema is a map, not a list",
		}},
		{"no properties", sam, "    Properties:\n      TableName", "    Metadata:\n      TableName", []string{":21: the table has no Properties"}},
		{"list for a map", sam, "        AttributeName: !Ref ExpiryAttribute\n        Enabled: true", "        - Enabled", []string{
			":51: TimeToLiveSpecification: it is a list, not a map",
		}},
		{"switch", sam, "        Enabled: true", "        Enabled: perhaps", []string{":53: TimeToLiveSpecification: Enabled is the value perhaps, not true or false"}},
	} {
		t.Run(c.file+"/"+c.name, func(t *testing.T) {
			t.Parallel()
			path := edited(t, c.file, c.old, c.new)
			name := "AppTable"
			if c.file == tf {
				name = "app"
			}
			got := templatetest.TableDifferences(load(t, path), name, newAppTable())
			if len(got) == 0 {
				t.Fatal("it passed")
			}
			holds(t, got, path, c.want)
		})
	}
}

func TestLoadRefuses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		files map[string]string // the first in order of names is loaded, or the folder if it is of Terraform
		says  string
	}{
		{"no Terraform", map[string]string{"README.md": ""}, "there are no .tf files"},
		{"syntax of Terraform", map[string]string{"a.tf": "resource {"}, "a.tf:1"},
		{"JSON", map[string]string{"a.tf": "", "b.tf.json": "{}"}, "JSON syntax is not read"},
		{"variables in JSON", map[string]string{"a.tf": "", "b.auto.tfvars.json": "{}"}, "JSON syntax is not read"},
		{"OpenTofu", map[string]string{"a.tf": "", "a.tofu": ""}, "OpenTofu's own files"},
		{"override", map[string]string{"a.tf": "", "b_override.tf": ""}, "override files are not read"},
		{"resource twice", map[string]string{"a.tf": "resource \"x\" \"y\" {}\n", "b.tf": "\nresource \"x\" \"y\" {}\n"}, "b.tf:2: x y is declared at "},
		{"local twice", map[string]string{"a.tf": "locals {\n  a = 1\n}\nlocals {\n  a = 2\n}\n"}, "a.tf:5: local.a is declared at "},
		{"variable twice", map[string]string{"a.tf": "variable \"a\" {}\nvariable \"a\" {}\n"}, "a.tf:2: var.a is declared at "},
		{"resource without a name", map[string]string{"a.tf": `resource "x" {}`}, "a resource has a type and a name"},

		{"no template", map[string]string{"a.txt": ""}, "neither a folder of Terraform files nor a template"},
		{"one file of Terraform", map[string]string{"a.tf": "-"}, "load the folder"},
		{"empty", map[string]string{"a.yaml": ""}, "EOF"},
		{"syntax of YAML", map[string]string{"a.yaml": "a: [\n"}, "a.yaml: yaml: "},
		{"a list", map[string]string{"a.yaml": "- a\n"}, "it is not a mapping"},
		{"no resources", map[string]string{"a.yaml": "Outputs: {}\n"}, "it has no Resources"},
		{"two documents", map[string]string{"a.yaml": "Resources: {}\n---\nResources: {}\n"}, "more than one YAML document"},
		{"key twice", map[string]string{"a.yaml": "Resources:\n  A:\n    Type: X\n    Type: Y\n"}, "a.yaml:4: the key Type is there twice"},
		{"key twice below", map[string]string{"a.yaml": "Resources:\n  A:\n    Type: X\n    P:\n      - {a: 1, a: 2}\n"}, "a.yaml:5: the key a is there twice"},
		{"no type", map[string]string{"a.yaml": "Resources:\n  A: {}\n"}, "a.yaml:2: the resource A has no Type"},
		{"key that is a list", map[string]string{"a.yaml": "Resources:\n  [a]: {}\n"}, "a key is not a text"},
		{"alias of itself", map[string]string{"a.yaml": "Resources:\n  A: {Type: X, P: &a [*a]}\n"}, "nested too deeply"},
		{"aliases that blow up", map[string]string{"a.yaml": bomb()}, "nested too deeply"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			path := t.TempDir()
			for name, text := range c.files {
				write(t, filepath.Join(path, name), text)
				if ext := filepath.Ext(name); ext == ".yaml" || ext == ".txt" || text == "-" {
					path = filepath.Join(path, name)
				}
			}
			if _, err := templatetest.Load(path); err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("got %v, want %q in it", err, c.says)
			}
		})
	}
	if _, err := templatetest.Load("testdata/nope"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no such folder: got %v", err)
	}
}

// bomb is a template of 26 lines that its aliases make ten to the power of 24 nodes of.
func bomb() string {
	var b strings.Builder
	b.WriteString("X:\n  a: &a [1]\n")
	for c := 'b'; c <= 'y'; c++ {
		b.WriteString("  " + string(c) + ": &" + string(c) + " [" + strings.Repeat("*"+string(c-1)+",", 10) + "]\n")
	}
	b.WriteString("Resources:\n  A: {Type: T, P: *y}\n")
	return b.String()
}
