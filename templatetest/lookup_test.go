package templatetest_test

import (
	"encoding/json"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/lambdapatterns/lambdapatterns/templatetest"
)

// resourceOf loads a folder of one file with the resource "x" "y" in it.
func resourceOf(t *testing.T, terraform string) *templatetest.Resource {
	t.Helper()
	folder := t.TempDir()
	write(t, filepath.Join(folder, "main.tf"), terraform)
	return resource(t, load(t, folder), "x", "y")
}

func resource(t *testing.T, tmpl *templatetest.Template, typ, name string) *templatetest.Resource {
	t.Helper()
	r, err := tmpl.Resource(typ, name)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// valueOf returns what lies under the path as JSON, or the error's text without the file.
func valueOf(t *testing.T, r *templatetest.Resource, path ...string) string {
	t.Helper()
	n, err := r.Lookup(path...)
	var v any
	if err == nil {
		v, err = n.Value()
	}
	if err != nil {
		return strings.ReplaceAll(err.Error(), filepath.Dir(r.Pos.File)+"/", "")
	}
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestTerraformExpressions(t *testing.T) {
	t.Parallel()
	r := resourceOf(t, `
variable "stage" { default = "prod" }
variable "none" {}
variable "hosts" { default = ["a", "b"] }
locals {
  limits = { prod = 30, "d-ev" = 5 }
  name   = "app-${var.stage}"
  again  = [local.name, local.limits]
  odd    = aws_x.y.arn
}
resource "x" "y" {
  text      = "plain"
  heredoc   = <<-EOT
    two
    lines
  EOT
  number    = 1.5
  truth     = !false
  nothing   = null
  list      = [1, "a", var.hosts[1]]
  local     = local.again[1].prod
  quoted    = local.limits["d-ev"]
  choice    = var.stage == "prod" ? local.limits.prod * 2 : 1
  wrapped   = "${var.hosts}"
  loop      = [for h in var.hosts : "${h}.example.com"]
  splat     = var.hosts[*]
  encoded   = jsonencode({ a = [var.stage, aws_x.y.id], "b" = (true), (var.stage) = 1 })
  reference = aws_x.y.id
  odd       = local.odd
  data      = data.aws_region.current.name
  each      = each.value
  mixed     = "a-${aws_x.y.id}"
  unset     = var.none
  range     = var.hosts[7]
  call      = length(var.hosts)
  keyed     = { (aws_x.y.id) = 1 }

  single {
    inner = "s"
    deep { n = 1 }
  }
  many { n = 1 }
  many { n = 2 }
}
`)
	for _, c := range []struct{ path, want string }{
		{"text", `"plain"`},
		{"heredoc", `"two\nlines\n"`},
		{"number", `1.5`},
		{"truth", `true`},
		{"nothing", `main.tf:11: there is no nothing`},
		{"list", `[1,"a","b"]`},
		{"list 2", `"b"`},
		{"list 3", `main.tf:20: a list of 3 has no 3`},
		{"local", `30`},
		{"quoted", `5`},
		{"choice", `60`},
		{"wrapped", `["a","b"]`},
		{"loop", `["a.example.com","b.example.com"]`},
		{"splat", `["a","b"]`},
		{"encoded a 0", `"prod"`},
		{"encoded b", `true`},
		{"encoded prod", `1`},
		{"encoded a 1", `main.tf:27: the expression is not resolved: aws_x.y.id`},
		{"encoded", `main.tf:27: the expression is not resolved: aws_x.y.id`},
		{"encoded c", `main.tf:27: there is no c`},
		{"reference", `main.tf:28: the expression is not resolved: aws_x.y.id`},
		{"reference x", `main.tf:28: the expression is not resolved: aws_x.y.id`},
		{"odd", `main.tf:29: the expression is not resolved: local.odd`},
		{"data", `main.tf:30: the expression is not resolved: data.aws_region.current.name`},
		{"each", `main.tf:31: the expression is not resolved: each.value`},
		{"mixed", `main.tf:32: the expression is not resolved: "a-${aws_x.y.id}"`},
		{"unset", `main.tf:33: the expression is not resolved: var.none`},
		{"range", `main.tf:34: the expression is not resolved: var.hosts[7]`},
		{"call", `main.tf:35: the expression is not resolved: length(var.hosts)`},
		{"keyed", `main.tf:36: the expression is not resolved: { (aws_x.y.id) = 1 }`},
		{"single", `[{"deep":[{"n":1}],"inner":"s"}]`},
		{"single inner", `"s"`},
		{"single deep n", `1`},
		{"single 0 deep 0 n", `1`},
		{"many 1 n", `2`},
		{"many n", `main.tf:42: a list of 2 has no n`},
		{"text x", `main.tf:12: there is no x in the value plain`},
		{"nope", `main.tf:11: there is no nope`},
	} {
		if got := valueOf(t, r, strings.Fields(c.path)...); got != c.want {
			t.Errorf("%s: got %s, want %s", c.path, got, c.want)
		}
	}
}

func TestVariablesOfFiles(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	for name, text := range map[string]string{
		"main.tf":          `resource "x" "y" { v = [var.a, var.b, var.c, var.d] }`,
		"variables.tf":     "variable \"a\" { default = 1 }\nvariable \"b\" { default = 1 }\nvariable \"c\" { default = 1 }\nvariable \"d\" { default = 1 }\n",
		"terraform.tfvars": "b = 2\nc = 2\nd = 2\n",
		"0.auto.tfvars":    "c = 3\nd = 3\n",
		"9.auto.tfvars":    "d = 4\n",
		"other.tfvars":     "a = 9\n", // of -var-file only
		".hidden.tf":       "nonsense",
	} {
		write(t, filepath.Join(folder, name), text)
	}
	if got := valueOf(t, resource(t, load(t, folder), "x", "y"), "v"); got != "[1,2,3,4]" {
		t.Errorf("got %s", got)
	}
}

func TestCloudFormationExpressions(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "t.yaml")
	write(t, file, `
Parameters:
  Stage: {Type: String, Default: prod}
  Size: {Type: Number, Default: 5}
  Account: {Type: String, Default: 123456789012}
  Flag: {Type: String, Default: yes}
  Large: {Type: Number, Default: 123456789012}
  List: {Type: CommaDelimitedList, Default: 'a,b'}
Anchors:
  Shared: &shared {a: 1}
Resources:
  R:
    Type: T
    Properties:
      Text: plain
      Date: 2026-01-15
      Quoted: '5'
      Number: 0.5
      Yes: yes
      Nothing: ~
      Ref: !Ref Stage
      Long: {Ref: Size}
      Account: !Ref Account
      Flag: !Ref Flag
      Large: !Sub '${Large}-${Account}-${Flag}'
      Sub: !Sub 'a-${Stage}-${ Size }-${!Kept}'
      Alias: *shared
      List: !Ref List
      Arn: !GetAtt Other.Arn
      Join: {'Fn::Join': ['-', [a, !Ref B]]}
      Pseudo: !Sub '${AWS::Region}'
      Pair: !Sub ['${x}', {x: 1}]
      Base64: !Base64 {Ref: Stage}
`)
	r := resource(t, load(t, file), "T", "R")
	for name, want := range map[string]string{
		"Text":    `"plain"`,
		"Date":    `"2026-01-15"`,
		"Quoted":  `"5"`,
		"Number":  `0.5`,
		"Yes":     `true`,
		"Nothing": `t.yaml:14: there is no Nothing`,
		"Ref":     `"prod"`,
		"Long":    `5`,
		"Account": `"123456789012"`,
		"Flag":    `"true"`,
		"Large":   `"123456789012-123456789012-true"`,
		"Sub":     `"a-prod-5-${Kept}"`,
		"Alias":   `{"a":1}`,
		"List":    `t.yaml:28: the expression is not resolved: !Ref List`,
		"Arn":     `t.yaml:29: the expression is not resolved: !GetAtt Other.Arn`,
		"Join":    `t.yaml:30: the expression is not resolved: !Join [-, [a, !Ref B]]`,
		"Pseudo":  `t.yaml:31: the expression is not resolved: !Sub ${AWS::Region}`,
		"Pair":    `t.yaml:32: the expression is not resolved: !Sub [${x}, {x: 1}]`,
		"Base64":  `t.yaml:33: the expression is not resolved: !Base64 {Ref: Stage}`,
	} {
		if got := valueOf(t, r, "Properties", name); got != want {
			t.Errorf("%s: got %s, want %s", name, got, want)
		}
	}
}

func TestErrorsOfLookups(t *testing.T) {
	t.Parallel()
	tmpl := load(t, "testdata/template.yaml")
	api := resource(t, tmpl, "AWS::Serverless::Function", "Api")
	variables, err := api.Lookup("Properties", "Environment", "Variables")
	if err != nil {
		t.Fatal(err)
	}
	names, err := variables.Keys()
	if err != nil || !slices.Equal(names, []string{"LOG_LEVEL", "TABLE_NAME"}) {
		t.Errorf("got %q, %v", names, err)
	}
	if _, err := variables.Items(); err == nil || !strings.Contains(err.Error(), "a map, not a list") {
		t.Errorf("items of a map: got %v", err)
	}
	table, err := variables.Lookup("TABLE_NAME")
	if err != nil || table.Pos().Line != 65 {
		t.Errorf("got line %d, %v", table.Pos().Line, err)
	}
	_, err = table.Value()
	var lost *templatetest.UnknownError
	if !errors.Is(err, templatetest.ErrUnknown) || !errors.As(err, &lost) || lost.Function != "Ref" || lost.Text != "!Ref AppTable" {
		t.Errorf("got %#v", err)
	}
	for _, read := range []func() error{
		func() error { _, err := table.Keys(); return err },
		func() error { _, err := table.Items(); return err },
		func() error { _, err := table.Lookup("x"); return err },
	} {
		if err := read(); !errors.Is(err, templatetest.ErrUnknown) {
			t.Errorf("got %v", err)
		}
	}
	if _, err := api.Lookup("Properties", "Nope"); !errors.Is(err, templatetest.ErrMissing) {
		t.Errorf("got %v", err)
	}
	if _, err := tmpl.Resource("AWS::SQS::Queue", "Q"); !errors.Is(err, templatetest.ErrMissing) {
		t.Errorf("got %v", err)
	}
	if got := tmpl.Resources("AWS::DynamoDB::Table"); len(got) != 1 || got[0].Name != "AppTable" || got[0].Pos.String() != "testdata/template.yaml:21" {
		t.Errorf("got %v", got)
	}
}
