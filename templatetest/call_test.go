package templatetest_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/lambdapatterns/lambdapatterns/templatetest"
)

func TestTerraformCalls(t *testing.T) {
	t.Parallel()
	parent := t.TempDir()
	folder := filepath.Join(parent, "terraform")
	if err := os.Mkdir(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"rule.json":  `{"source": ["aws.s3"], "detail": {"bucket": {"name": ["${Bucket}", "${ Stage }"]}, "size": [1.5, true, null]}}`,
		"inside":     `{"a": "x-${Bucket}"}`,
		"directive":  `{"a": "%{ if true }b%{ endif }"}`,
		"key":        `{"${Bucket}": 1}`,
		"unset":      `{"a": "${Nope}"}`,
		"two":        `{} {}`,
		"text.txt":   `hello`,
		"list":       `["${Bucket}"]`,
		"plain.json": `{"a": "b"}`,
		"numeric":    `{"size": [{"numeric": [">", "${Size}"]}], "on": "${On}"}`,
	} {
		write(t, filepath.Join(parent, name), text)
	}
	write(t, filepath.Join(folder, "main.tf"), `
variable "stage" { default = "prod" }
locals { file = "list" }
resource "x" "y" {
  set       = toset(["a", var.stage])
  rule      = templatefile("${path.module}/../rule.json", { Bucket = aws_s3_bucket.b.id, Stage = var.stage })
  list      = templatefile("${path.module}/../${local.file}", { Bucket = "b" })
  numeric   = templatefile("${path.module}/../numeric", { Size = 1000000000000, On = true })
  several   = templatefile("${path.module}/../list", { Bucket = ["a", "b"] })
  ends      = templatefile("${path.module}/../list", { Bucket = "a\", \"b" })
  plain     = templatefile("${path.module}/../plain.json", {})
  inside    = templatefile("${path.module}/../inside", { Bucket = "b" })
  directive = templatefile("${path.module}/../directive", { Bucket = "b" })
  key       = templatefile("${path.module}/../key", { Bucket = "b" })
  unset     = templatefile("${path.module}/../unset", { Bucket = "b" })
  two       = templatefile("${path.module}/../two", {})
  text      = templatefile("${path.module}/../text.txt", {})
  absent    = templatefile("${path.module}/absent", {})
  folder    = templatefile(path.module, {})
  other     = templatefile("${path.root}/../plain.json", {})
  path      = "${path.module}/x"
  spread    = toset(["a"]...)
}
`)
	r := resource(t, load(t, folder), "x", "y")
	for _, c := range []struct {
		path []string
		want string
	}{
		{[]string{"set"}, `["a","prod"]`},
		{[]string{"rule", "source"}, `["aws.s3"]`},
		{[]string{"rule", "detail", "size"}, `[1.5,true,null]`},
		{[]string{"rule", "detail", "bucket", "name", "1"}, `"prod"`},
		{[]string{"rule", "detail", "bucket", "name", "0"}, `main.tf:6: the expression is not resolved: aws_s3_bucket.b.id`},
		{[]string{"list"}, `["b"]`},
		{[]string{"numeric"}, `{"on":"true","size":[{"numeric":["\u003e","1000000000000"]}]}`}, // within quotation marks it is a text
		{[]string{"several"}, `main.tf:9: the expression is not resolved: templatefile("${path.module}/../list", { Bucket = ["a", "b"] })`},
		{[]string{"ends"}, `main.tf:10: the expression is not resolved: templatefile("${path.module}/../list", { Bucket = "a\", \"b" })`},
		{[]string{"plain"}, `{"a":"b"}`},
		{[]string{"inside"}, `main.tf:12: the expression is not resolved: templatefile("${path.module}/../inside", { Bucket = "b" })`},
		{[]string{"directive"}, `main.tf:13: the expression is not resolved: templatefile("${path.module}/../directive", { Bucket = "b" })`},
		{[]string{"key"}, `main.tf:14: the expression is not resolved: templatefile("${path.module}/../key", { Bucket = "b" })`},
		{[]string{"unset"}, `main.tf:15: the expression is not resolved: templatefile("${path.module}/../unset", { Bucket = "b" })`},
		{[]string{"two"}, `main.tf:16: the expression is not resolved: templatefile("${path.module}/../two", {})`},
		{[]string{"text"}, `main.tf:17: the expression is not resolved: templatefile("${path.module}/../text.txt", {})`},
		{[]string{"absent"}, `main.tf:18: the expression is not resolved: templatefile("${path.module}/absent", {})`},
		{[]string{"folder"}, `main.tf:19: the expression is not resolved: templatefile(path.module, {})`},
		{[]string{"other"}, `main.tf:20: the expression is not resolved: templatefile("${path.root}/../plain.json", {})`},
		{[]string{"path"}, `main.tf:21: the expression is not resolved: "${path.module}/x"`},
		{[]string{"spread"}, `main.tf:22: the expression is not resolved: toset(["a"]...)`},
	} {
		if got := valueOf(t, r, c.path...); got != c.want {
			t.Errorf("%q: got %s, want %s", c.path, got, c.want)
		}
	}
}

func TestEventPatternOfATemplateFile(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	write(t, filepath.Join(folder, "rule.json"), `{"source": ["aws.s3"], "detail": {"bucket": {"name": ["${Uploads}"]}}}`)
	write(t, filepath.Join(folder, "main.tf"), `resource "aws_cloudwatch_event_rule" "r" {
  event_pattern = templatefile("${path.module}/rule.json", { Uploads = aws_s3_bucket.uploads.id })
}
`)
	rule, err := templatetest.EventPattern(load(t, folder), "r", map[string]string{"aws_s3_bucket.uploads.id": "uploads"})
	if err != nil {
		t.Fatal(err)
	}
	for bucket, want := range map[string]bool{"uploads": true, "thumbnails": false} {
		got, err := rule.Match([]byte(`{"source": "aws.s3", "detail": {"bucket": {"name": "` + bucket + `"}}}`))
		if err != nil || got != want {
			t.Errorf("%s: got %v, %v", bucket, got, err)
		}
	}
}
