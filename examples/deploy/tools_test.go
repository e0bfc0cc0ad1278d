package deploy

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/lambdapatterns/lambdapatterns/internal/tooltest"
)

// lintMistakes are what cfn-lint must find, all in one run.
var lintMistakes = []mutation{
	{"cfn-lint", "payments", sam, "!GetAtt DeadQueue.Arn", "!GetAtt DeathQueue.Arn", "DeathQueue"},
	{"cfn-lint", "payments", sam, "FunctionResponseTypes: [ReportBatchItemFailures]", "FunctionResponseTypes: [ReportBatchItemFailure]", "'ReportBatchItemFailure' is not one of"},
	{"cfn-lint", "images", sam, "!GetAtt ThumbnailerUploaded.Arn", "!GetAtt ThumbnailerUpload.Arn", "ThumbnailerUpload"},
	{"cfn-lint", "checkout", sam, "!GetAtt CheckoutPlaced.Arn", "!GetAtt CheckoutPlacd.Arn", "CheckoutPlacd"},
	{"cfn-lint", "checkout", sam, "Type: STANDARD", "Type: STANDRD", "'STANDRD' is not one of"},
	{"cfn-lint", "images", sam, "KeyType: RANGE", "KeyType: SORT", "'RANGE' was expected"},
}

func TestCfnLint(t *testing.T) {
	t.Parallel()
	lint := tooltest.Find(t, "cfn-lint")
	run := func(root string) (string, error) {
		// W3002 says that a local CodeUri has to be packaged.
		args := []string{"--regions", "us-east-1", "--ignore-checks", "W3002", "--"}
		for _, e := range examples(t) {
			args = append(args, filepath.Join(root, e.name, "template.yaml"))
		}
		return tooltest.Run(t, ".", nil, lint, args...)
	}
	if said, err := run(".."); err != nil {
		t.Errorf("%v\n%s", err, said)
	}
	root := t.TempDir()
	for _, e := range examples(t) {
		copyExample(t, e.name, root)
	}
	for _, m := range lintMistakes {
		plant(t, root, m)
	}
	said, err := run(root)
	if err == nil {
		t.Error("it took everything")
	}
	for _, m := range lintMistakes {
		if !strings.Contains(said, m.want) {
			t.Errorf("it does not find %q for %q: want %q in\n%s", m.new, m.old, m.want, said)
		}
	}
}

// testMistakes are what the examples' own terraform test must find: all of an example in one run, whose assertions are all looked
// at when some fail.
var testMistakes = []mutation{
	{"test", "payments", terraform + "queues.tf", "6 * local.worker_timeout", "5 * local.worker_timeout", "visibility time-out is below six times"},
	{"test", "payments", terraform + "worker.tf", `["ReportBatchItemFailures"]`, "[]", "Without ReportBatchItemFailures"},
	{"test", "payments", terraform + "worker.tf", "= aws_lambda_alias.worker.arn", "= aws_lambda_function.worker.arn", "does not lead from the jobs to the worker's alias"},
	{"test", "payments", terraform + "variables.tf", "worker = 20", "worker = 19", "Batches above the reserved concurrency"},
	{"test", "payments", terraform + "queues.tf", "maxReceiveCount     = 12", "maxReceiveCount     = 1", "maxReceiveCount of 5 or more"},
	{"test", "payments", terraform + "worker.tf", `["arm64"]`, `["x86_64"]`, "is not a zip for provided.al2023 on arm64"},
	{"test", "payments", terraform + "api.tf", "filebase64sha256(local.zips.api)", `"AAAA"`, "hash is not that of its zip"},
	{"test", "payments", terraform + "gateway.tf", "aws_lambda_alias.api.invoke_arn", "aws_lambda_function.api.invoke_arn", "The API does not call the alias"},
	{"test", "payments", terraform + "api.tf", "qualifier     = aws_lambda_alias.api.name", "", "The API may not call the alias"},
	{"test", "payments", terraform + "variables.tf", "default     = 5", "default     = 1", "has no provisioned concurrency"},
	{"test", "payments", terraform + "gateway.tf", `authorization_type = "JWT"`, `authorization_type = "NONE"`, "A route has no authorizer"},
	{"test", "payments", terraform + "gateway.tf", "destination_arn = aws_cloudwatch_log_group.access.arn", "destination_arn = aws_cloudwatch_log_group.api.arn", "The stage has no access log"},
	{"test", "payments", terraform + "variables.tf", "default     = 30", "default     = 0", "keeps its logs for ever"},
	{"test", "payments", terraform + "iam.tf", "Resource = aws_dynamodb_table.payments.arn", `Resource = "*"`, "other than X-Ray's writes on every resource"},
	{"test", "payments", terraform + "table.tf", "enabled = true", "enabled = false", "has no point-in-time recovery"},

	{"test", "images", terraform + "buckets.tf", "eventbridge = true", "eventbridge = false", "sends no events"},
	{"test", "images", terraform + "buckets.tf", "restrict_public_buckets = true", "restrict_public_buckets = false", "A bucket can be public"},
	{"test", "images", terraform + "rule.tf", "UploadsBucket = aws_s3_bucket.uploads.id", "UploadsBucket = aws_s3_bucket.thumbnails.id", "The rule's pattern is not"},
	{"test", "images", terraform + "rule.tf", "maximum_retry_attempts       = 2", "maximum_retry_attempts       = 185", "a retry policy of 3600 s and 2 attempts"},
	{"test", "images", terraform + "rule.tf", `"aws:SourceArn" = aws_cloudwatch_event_rule.uploads.arn`, `"aws:SourceArn" = "*"`, "The rule, and it alone, must be able to send"},
	{"test", "images", terraform + "rule.tf", "source_arn    = aws_cloudwatch_event_rule.uploads.arn", "", "The rule, and it alone, must be able to invoke"},
	{"test", "images", terraform + "thumbnailer.tf", "destination = aws_sqs_queue.failed.arn", "destination = aws_sqs_queue.undelivered.arn", "are lost"},
	{"test", "images", terraform + "thumbnailer.tf", "memory_size                    = 1024", "memory_size                    = 128", "memory for a large picture"},
	{"test", "images", terraform + "thumbnailer.tf", `Resource = "${aws_s3_bucket.uploads.arn}/*"`, `Resource = "*"`, "other than X-Ray's writes on every resource"},
	{"test", "images", terraform + "variables.tf", "default     = 30", "default     = 0", "keeps its logs for ever"},
	{"test", "images", terraform + "table.tf", "point_in_time_recovery {\n    enabled = true", "point_in_time_recovery {\n    enabled = false", "has no point-in-time recovery"},

	{"test", "checkout", terraform + "workflow.tf", `= aws_lambda_alias.task["refund"].arn`, `= aws_lambda_alias.task["release"].arn`, "A task calls another function than its own alias"},
	{"test", "checkout", terraform + "workflow.tf", `"STANDARD"`, `"EXPRESS"`, "The workflow is not a Standard one"},
	{"test", "checkout", terraform + "workflow.tf", "include_execution_data = false", "include_execution_data = true", "its log has the cards' tokens"},
	{"test", "checkout", terraform + "workflow.tf", `          aws_lambda_alias.task["cancel"].arn,`, `          aws_lambda_function.task["cancel"].arn,`, "may call something other than the tasks' aliases"},
	{"test", "checkout", terraform + "workflow.tf", "Resource = aws_sqs_queue.approvals.arn", `Resource = "*"`, "A role allows something on every resource"},
	{"test", "checkout", terraform + "functions.tf", `TASK       = each.key`, `TASK       = "price"`, "A function is not told its task"},
	{"test", "checkout", terraform + "functions.tf", "publish                        = true", "publish = false", "publishes no versions"},
	{"test", "checkout", terraform + "rule.tf", `"$.detail"`, `"$"`, "The workflow is not started with the event's detail"},
	{"test", "checkout", terraform + "rule.tf", "arn = aws_sqs_queue.undelivered.arn", "arn = aws_sqs_queue.approvals.arn", "cannot be delivered are lost"},
	{"test", "checkout", terraform + "rule.tf", `"aws:SourceArn" = aws_cloudwatch_event_rule.placed.arn`, `"aws:SourceArn" = "*"`, "The rule, and it alone, must be able to send"},
	{"test", "checkout", terraform + "rule.tf", `["states:StartExecution"]`, `["states:StartExecution", "states:StopExecution"]`, "may do more than start the workflow"},
	{"test", "checkout", terraform + "variables.tf", "default     = 30", "default     = 0", "keeps its logs for ever"},
	{"test", "checkout", terraform + "table.tf", "point_in_time_recovery {\n    enabled = true", "point_in_time_recovery {\n    enabled = false", "has no point-in-time recovery"},
}

func TestTerraform(t *testing.T) {
	t.Parallel()
	for i, e := range examples(t) {
		t.Run(e.name, func(t *testing.T) {
			t.Parallel()
			root := t.TempDir()
			copyExample(t, e.name, root)
			terraform := tooltest.NewTerraform(t, filepath.Join(root, e.name, "terraform"))
			terraform.Must("fmt", "-check", "-diff", "-recursive")
			terraform.Must("init", "-input=false", "-no-color")
			terraform.Must("validate", "-no-color")
			test := []string{"test", "-no-color", "-var", "artifacts=" + artifacts(t, e)}
			terraform.Must(test...)

			for _, m := range testMistakes {
				if m.example == e.name {
					plant(t, root, m)
				}
			}
			said, err := terraform.Ask(test...)
			if err == nil {
				t.Error("its test took everything")
			}
			said = strings.Join(strings.Fields(said), " ") // it breaks lines
			for _, m := range testMistakes {
				if m.example == e.name && !strings.Contains(said, m.want) {
					t.Errorf("its test does not find %q for %q: want %q in\n%s", m.new, m.old, m.want, said)
				}
			}

			plant(t, root, mutation{"fmt", e.name, "terraform/table.tf", "billing_mode ", "billing_mode", ""})
			if said, err := terraform.Ask("fmt", "-check"); err == nil || !strings.Contains(said, "table.tf") {
				t.Errorf("fmt: %v, want table.tf in\n%s", err, said)
			}
			if i > 0 {
				return // that validate can fail need be seen once
			}
			plant(t, root, mutation{"validate", e.name, "terraform/table.tf", "billing_mode", "billing_mood", ""})
			said, err = terraform.Ask("validate", "-no-color")
			if want := `An argument named "billing_mood" is not expected here`; err == nil || !strings.Contains(said, want) {
				t.Errorf("validate: %v, want %q in\n%s", err, want, said)
			}
		})
	}
}

// plant puts a mistake into a copy.
func plant(t *testing.T, root string, m mutation) {
	t.Helper()
	path := filepath.Join(root, m.example, filepath.FromSlash(m.file))
	source, err := os.ReadFile(path)
	must(t, err)
	if !strings.Contains(string(source), m.old) {
		t.Fatalf("there is no %q in %s/%s", m.old, m.example, m.file)
	}
	must(t, os.WriteFile(path, []byte(strings.Replace(string(source), m.old, m.new, 1)), 0o600))
}

// artifacts makes a folder with a zip of each function, which Terraform takes the hash of and looks no further into.
func artifacts(t *testing.T, e example) string {
	t.Helper()
	folder := t.TempDir()
	for _, f := range e.functions {
		must(t, os.WriteFile(filepath.Join(folder, e.name+"-"+f.pkg+".zip"), emptyZip, 0o600))
	}
	return folder
}

// emptyZip is the end of a zip file, and nothing before it.
var emptyZip = slices.Concat([]byte("PK\x05\x06"), make([]byte, 18))
