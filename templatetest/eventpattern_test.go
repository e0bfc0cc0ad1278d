package templatetest_test

import (
	"errors"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lambdapatterns/lambdapatterns/eventbridge/eventbridgetest"
	"github.com/lambdapatterns/lambdapatterns/eventbridge/pattern"
	"github.com/lambdapatterns/lambdapatterns/templatetest"
)

func ExampleEventPattern() {
	tmpl, err := templatetest.Load("testdata/terraform")
	if err != nil {
		log.Fatal(err)
	}
	rule, err := templatetest.EventPattern(tmpl, "s3_upload", map[string]string{"aws_s3_bucket.uploads.id": "uploads"})
	if err != nil {
		log.Fatal(err)
	}
	for _, key := range []string{"cat.jpg", "CAT.JPG"} {
		event := fmt.Sprintf(`{"source": "aws.s3", "detail-type": "Object Created", "detail": {"bucket": {"name": "uploads"}, "object": {"key": %q, "size": 5}}}`, key)
		fmt.Println(rule.Match([]byte(event)))
	}
	// In a test: what the function writes must not start it again.
	//	eventbridgetest.AssertNoLoop(t, rule, eventbridgetest.NewBucket("thumbnails"), "cat.jpg")

	// Output:
	// true <nil>
	// false <nil>
}

const (
	samRule = `Parameters:
  Account: {Type: String, Default: 123456789012}
  Size: {Type: Number, Default: 5}
Resources:
  Upload:
    Type: AWS::Events::Rule
    Properties:
      EventPattern:
        source: [aws.s3]
        detail: {bucket: {name: [!Ref Uploads]}, object: {size: [{numeric: [">", 0]}], key: [{suffix: .jpg}]}}
  Thumbnailer:
    Type: AWS::Serverless::Function
    Properties:
      Events:
        Upload:
          Type: EventBridgeRule
          Properties:
            Pattern:
              source: [aws.s3]
        Nightly:
          Type: Schedule
          Properties: {Schedule: rate(1 day)}
        OfAccount:
          Type: EventBridgeRule
          Properties:
            Pattern: {account: [!Ref Account]}
        Large:
          Type: EventBridgeRule
          Properties:
            Pattern: {detail: {size: [{numeric: [">", !Ref Size]}]}}
        Typo:
          Type: EventBridgeRule
          Properties:
            Pattern: {detail: {object: {key: [{sufix: .jpg}]}}}
  Checkout:
    Type: AWS::Serverless::StateMachine
    Properties:
      Events:
        Placed:
          Type: EventBridgeRule
          Properties:
            Pattern: {source: [shop.orders]}
  Uploads:
    Type: AWS::S3::Bucket
`
	noRule   = "variable \"on\" { default = false }\nresource \"aws_cloudwatch_event_rule\" \"off\" {\n  count = var.on ? 1 : 0\n  event_pattern = jsonencode({ source = [\"aws.s3\"] })\n}\n"
	textRule = "resource \"aws_cloudwatch_event_rule\" \"text\" {\n  event_pattern = <<EOT\n{\"source\": [\"aws.s3\"]}\nEOT\n}\n"
)

func TestEventPattern(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	sam, tf := filepath.Join(folder, "template.yaml"), filepath.Join(folder, "tf", "main.tf")
	write(t, sam, samRule)
	if err := os.Mkdir(filepath.Dir(tf), 0o755); err != nil {
		t.Fatal(err)
	}
	write(t, tf, textRule+noRule)
	uploads := map[string]string{"!Ref Uploads": "uploads"}
	for _, c := range []struct {
		name, path, rule string
		given            map[string]string
		want             string // the pattern, or what the error says
		is               error
	}{
		{"Terraform, jsonencode", "testdata/terraform", "s3_upload", map[string]string{"aws_s3_bucket.uploads.id": "uploads"},
			`{"detail":{"bucket":{"name":["uploads"]},"object":{"key":[{"suffix":".jpg"},{"suffix":".png"}],"size":[{"numeric":[">",0]}]}},"detail-type":["Object Created"],"source":["aws.s3"]}`, nil},
		{"Terraform, text", filepath.Dir(tf), "text", nil, `{"source":["aws.s3"]}`, nil},
		{"Terraform, none of it", filepath.Dir(tf), "off", nil, "there is no aws_cloudwatch_event_rule off: its count is 0", templatetest.ErrMissing},
		{"CloudFormation", sam, "Upload", uploads,
			`{"detail":{"bucket":{"name":["uploads"]},"object":{"key":[{"suffix":".jpg"}],"size":[{"numeric":[">",0]}]}},"source":["aws.s3"]}`, nil},
		{"SAM", sam, "Thumbnailer.Upload", nil, `{"source":["aws.s3"]}`, nil},

		{"SAM, an account", sam, "Thumbnailer.OfAccount", nil, `{"account":["123456789012"]}`, nil},
		{"SAM, a parameter is a text for EventBridge, never a number", sam, "Thumbnailer.Large", nil, "a comparison is followed by a number", pattern.ErrPattern},
		{"SAM, of a state machine", sam, "Checkout.Placed", nil, `{"source":["shop.orders"]}`, nil},
		{"SAM, of neither", sam, "Check.Placed", nil, "there is no AWS::Serverless::Function Check", templatetest.ErrMissing},

		{"not given", sam, "Upload", nil, "template.yaml:10", templatetest.ErrUnknown},
		{"given and not there", sam, "Thumbnailer.Upload", uploads, "!Ref Uploads is given, and is no expression", nil},
		{"no such rule", sam, "Uploads", nil, "there is no AWS::Events::Rule Uploads", templatetest.ErrMissing},
		{"no such event", sam, "Thumbnailer.Download", nil, "there is no Download", templatetest.ErrMissing},
		{"another event", sam, "Thumbnailer.Nightly", nil, "of type Schedule", nil},
		{"an unknown operator", sam, "Thumbnailer.Typo", nil, `there is no operator "sufix"`, pattern.ErrPattern},
		{"no such rule of Terraform", "testdata/terraform", "upload", nil, "there is s3_upload", templatetest.ErrMissing},
	} {
		p, err := templatetest.EventPattern(load(t, c.path), c.rule, c.given)
		switch {
		case err == nil && p.String() != c.want:
			t.Errorf("%s: %s\nwant %s", c.name, p, c.want)
		case err != nil && (!strings.Contains(err.Error(), c.want) || c.is != nil && !errors.Is(err, c.is)):
			t.Errorf("%s: %v\nwant %s", c.name, err, c.want)
		}
	}
	rule, err := templatetest.EventPattern(load(t, sam), "Upload", uploads)
	if err != nil {
		t.Fatal(err)
	}
	eventbridgetest.AssertNoLoop(t, rule, eventbridgetest.NewBucket("uploads"), "thumbnails/cat.png")
}
