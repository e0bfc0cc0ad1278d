package templatetest

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"golang.org/x/text/unicode/norm"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/lambdapatterns/lambdapatterns/singletable"
)

// readAll looks at everything in a template.
func readAll(t *testing.T, tmpl *Template) {
	for _, r := range tmpl.resources {
		if v, err := r.body.Value(); (v == nil) != (err != nil) {
			t.Errorf("%s %s: %v, %v", r.Type, r.Name, v, err)
		}
		CheckTable(discard{t}, tmpl, r.Name, singletable.NewTable(&dynamodb.Client{}, "app"))
	}
}

type discard struct{ testing.TB }

func (discard) Helper()      {}
func (discard) Error(...any) {}

func FuzzCloudFormation(f *testing.F) {
	f.Add([]byte("Resources:\n  A:\n    Type: AWS::DynamoDB::Table\n    Properties: {KeySchema: [!Ref A, {AttributeName: PK}], P: &a [*a]}\n"))
	f.Add([]byte(`{"Parameters": {"P": {"Type": "String", "Default": 1}}, "Resources": {"A": {"Type": "T", "X": {"Fn::Sub": "${P}"}, "<<": {}}}}`))
	f.Fuzz(func(t *testing.T, source []byte) {
		if tmpl, err := parseCloudFormation("t.yaml", source); err == nil {
			readAll(t, tmpl)
		}
	})
}

func parseTerraform(source []byte) (*Template, error) {
	m := &module{sources: map[string][]byte{"t.tf": source}, values: map[string]hclsyntax.Expression{}, resolving: map[string]bool{}}
	return m.template("", []string{"t.tf"}, nil)
}

func FuzzTerraform(f *testing.F) {
	f.Add([]byte("variable \"a\" { default = [1, { b = null }] }\nlocals {\n  x = var.a[1].b\n  y = local.y\n}\n" +
		"resource \"aws_dynamodb_table\" \"t\" {\n  hash_key = \"${var.a[0]}-${local.y}\"\n  attribute { name = local.x }\n  dynamic \"ttl\" {}\n}\n"))
	f.Add([]byte("resource \"a\" \"b\" {\n  c = jsonencode({ for k, v in local.z : k => v... })\n  d = [for x in [1, 2] : x if x > 1]\n}\n"))
	f.Fuzz(func(t *testing.T, source []byte) {
		if tmpl, err := parseTerraform(source); err == nil {
			readAll(t, tmpl)
		}
	})
}

// FuzzGeneratedText holds what singletable writes, for any names, against what is read of it.
func FuzzGeneratedText(f *testing.F) {
	f.Add("PK", "SK", "GSI1", "expires_at")
	f.Add("no", "123", "${a}", "%{if}")
	f.Add("\"", "\\", "# x", ": y")
	f.Add("a\nb", "\u2028", "<<", "é\x00")
	f.Add("0x1", "1e3", "~", "2026-01-15")
	f.Fuzz(func(t *testing.T, partition, sort, index, expiry string) {
		attributes := []string{partition, sort, "x" + partition, "y" + sort, expiry}
		slices.Sort(attributes)
		for i, name := range append(slices.Clone(attributes), index) {
			// Terraform turns all text into this form of Unicode itself.
			if name == "" || !utf8.ValidString(name) || !norm.NFC.IsNormalString(name) || i > 0 && i < len(attributes) && name == attributes[i-1] {
				t.Skip()
			}
		}
		table := singletable.NewTable(&dynamodb.Client{}, "app", singletable.WithKeyAttributes(partition, sort),
			singletable.WithGSI1(index, "x"+partition, "y"+sort), singletable.WithTimeToLive(expiry))
		tmpl, err := parseTerraform([]byte("resource \"aws_dynamodb_table\" \"t\" {\n" + table.Terraform() + "}\n"))
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range TableDifferences(tmpl, "t", table) {
			t.Errorf("Terraform: %s", d)
		}
		source := "Resources:\n  t:\n    Type: AWS::DynamoDB::Table\n    Properties:\n"
		for line := range strings.Lines(table.CloudFormation()) {
			source += "      " + line
		}
		if tmpl, err = parseCloudFormation("t.yaml", []byte(source)); err != nil {
			t.Fatal(err)
		}
		for _, d := range TableDifferences(tmpl, "t", table) {
			t.Errorf("CloudFormation: %s", d)
		}
	})
}
