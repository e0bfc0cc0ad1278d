package deploy

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// mutation is a mistake in one of an example's files that a check must find, in words that name it.
type mutation struct {
	check, example, file string
	old, new             string // old must be there; its first occurrence is changed
	want                 string
}

const (
	sam       = "template.yaml"
	terraform = "terraform/"
)

var mutations = []mutation{
	{"settings", "payments", sam, "Timeout: 10", "Timeout: 11", "api: time-out: SAM has 11, and Terraform has 10"},
	{"settings", "payments", terraform + "worker.tf", "memory_size                    = 512", "memory_size = 256", "worker: memory: SAM has 512, and Terraform has 256"},
	{"settings", "payments", terraform + "queues.tf", "worker_timeout = 30", "worker_timeout = 20", "worker: time-out: SAM has 30, and Terraform has 20"},
	{"settings", "payments", terraform + "variables.tf", "worker = 20", "worker = 19", "worker: reserved concurrency: SAM has 20, and Terraform has 19"},
	{"settings", "payments", sam, "[arm64]", "[x86_64]", `api: architecture is ["x86_64"]`},
	{"settings", "payments", terraform + "api.tf", `"provided.al2023"`, `"provided.al2"`, "api: runtime: SAM has"},
	{"settings", "payments", sam, "Handler: bootstrap", "Handler: main", `worker: handler is "main"`},
	{"settings", "payments", terraform + "api.tf", `"Active"`, `"PassThrough"`, "api: tracing: SAM has"},
	{"settings", "payments", sam, "payments-worker.zip", "worker.zip", "make package does not write ../build/worker.zip"},
	{"settings", "payments", sam, "AutoPublishAlias: live", "AutoPublishAlias: prod", "the API's alias: SAM has"},
	{"settings", "payments", terraform + "worker.tf", "publish       = true", "publish = false", "publish is false: the alias stays"},
	{"settings", "checkout", sam, "AutoPublishAliasAllProperties: true", "Layers: []", "there is no AutoPublishAliasAllProperties"},
	{"settings", "payments", sam, "DefaultAuthorizer: users", "DefaultAuthorizer: NONE", "the authorizer: SAM has"},
	{"settings", "payments", terraform + "api.tf", "timeout                        = 10", "timeout = var.nothing", "the expression is not resolved: var.nothing"},
	{"settings", "images", terraform + "rule.tf", "maximum_retry_attempts       = 2", "maximum_retry_attempts = 0", "the rule's retries: SAM has 2, and Terraform has 0"},
	{"settings", "images", sam, "MaximumEventAgeInSeconds: 3600", "MaximumEventAgeInSeconds: 60", "the age of the function's events: SAM has 60"},
	{"settings", "images", terraform + "buckets.tf", "eventbridge = true", "eventbridge = false", "events for EventBridge: SAM has true"},

	{"environment", "payments", sam, "          REFUSED_QUEUE_URL: !Ref RefusedQueue\n", "", "worker: variables: SAM has no REFUSED_QUEUE_URL"},
	{"environment", "payments", terraform + "api.tf", "TABLE_NAME ", "TABLE ", "api: variables: Terraform has no TABLE_NAME"},
	{"environment", "payments", terraform + "api.tf", "TABLE_NAME ", "LOG_LEVEL = \"INFO\"\n      TABLE_NAME ", "api: variables: Terraform has LOG_LEVEL, and the code has not"},
	{"environment", "payments", "function.go", `os.Getenv("TABLE_NAME")`, `os.Getenv("TABLE")`, "api: variables: SAM has no TABLE, and the code has it"},
	{"environment", "payments", "worker/main.go", `os.Getenv("RESULTS_QUEUE_URL")`, `"a"`, "worker: variables: SAM has RESULTS_QUEUE_URL, and the code has not"},
	{"environment", "payments", "worker/main.go", `os.Getenv("RESULTS_QUEUE_URL")`, `os.Getenv(name)`, "what it reads is not known"},
	{"environment", "payments", "worker/main.go", `os.Getenv("RESULTS_QUEUE_URL")`, `read(os.LookupEnv, "RESULTS_QUEUE_URL")`, "what it reads is not known"},
	{"environment", "payments", "function.go", `	"os"`, `	o "os"`, "under another name"},
	{"environment", "images", "function.go", `os.Getenv("UPLOADS_BUCKET")`, `cmp.Or(os.Getenv("UPLOADS_BUCKET"), os.Getenv("BUCKET"))`, "thumbnailer: variables: Terraform has no BUCKET"},

	{"permissions", "payments", sam, "dynamodb:PutItem, ", "", "api: permissions: SAM has no Allow dynamodb:PutItem on table"},
	{"permissions", "payments", terraform + "iam.tf", `"dynamodb:UpdateItem"]`, `"dynamodb:UpdateItem", "dynamodb:DeleteItem"]`, "worker: permissions: Terraform has Allow dynamodb:DeleteItem on table, and the function has not"},
	{"permissions", "payments", terraform + "iam.tf", "Resource = aws_dynamodb_table.payments.arn", `Resource = "*"`, "dynamodb:GetItem is allowed on every resource"},
	{"permissions", "payments", sam, "Resource: !GetAtt JobsQueue.Arn", "Resource: '*'", "sqs:ReceiveMessage is allowed on every resource"},
	{"permissions", "payments", terraform + "iam.tf", `["dynamodb:Query"]`, `["dynamodb:*"]`, "dynamodb:*: name the actions"},
	{"permissions", "payments", terraform + "iam.tf", "aws_sqs_queue.refused.arn", "aws_sqs_queue.dead.arn", "the resource aws_sqs_queue.dead.arn has no name"},
	{"permissions", "payments", terraform + "vpc.tf", `Effect    = "Deny"`, `Effect = "Allow"`, "ec2:CreateNetworkInterface is allowed on every resource"},
	{"permissions", "payments", sam, "          - Effect: Deny", "          - Effect: Allow", "ec2:CreateNetworkInterface is allowed on every resource"},
	{"permissions", "payments", terraform + "iam.tf", `resource "aws_iam_role" "api"`, "resource \"aws_iam_role_policy_attachment\" \"all\" {\n}\n\nresource \"aws_iam_role\" \"api\"", "a policy from elsewhere is not looked at"},
	{"permissions", "payments", sam, "Role: !GetAtt WorkerRole.Arn", "Policies: [AmazonDynamoDBFullAccess]", "there is no Role"},
	{"permissions", "payments", terraform + "worker.tf", "aws_iam_role.worker.arn", "aws_iam_role.api.arn", `aws_lambda_function worker role is ["aws_iam_role.api.arn"]`},
	{"permissions", "payments", sam, "!If [InVpc, [!Ref Network], !Ref AWS::NoValue]", "['arn:aws:iam::aws:policy/AdministratorAccess']", "a policy from elsewhere is not looked at"},
	{"permissions", "images", sam, "s3:ListBucket", "s3:ListAllMyBuckets", "thumbnailer: permissions: SAM has no Allow s3:ListBucket on uploads"},

	{"queues", "payments", sam, "VisibilityTimeout: 181", "VisibilityTimeout: 180", "the visibility time-out of 180 s is below 6 x 30 s and the window of 1 s"},
	{"queues", "payments", terraform + "queues.tf", "6 * local.worker_timeout", "5 * local.worker_timeout", "worker: visibility time-out: SAM has 181, and Terraform has 151"},
	{"queues", "payments", sam, "            FunctionResponseTypes: [ReportBatchItemFailures]\n", "", "there is no FunctionResponseTypes"},
	{"queues", "payments", terraform + "worker.tf", `["ReportBatchItemFailures"]`, "[]", "worker: response types: SAM has"},
	{"queues", "payments", sam, "[ReportBatchItemFailures]", "[]", "failed messages are deleted"},
	{"queues", "payments", sam, "BatchSize: 10", "BatchSize: 100", "worker: batch size: SAM has 100, and Terraform has 10"},
	{"queues", "payments", terraform + "queues.tf", "batch_window   = 1", "batch_window   = 5", "worker: batching window: SAM has 1, and Terraform has 5"},
	{"queues", "payments", sam, "maxReceiveCount: 12", "maxReceiveCount: 2", "a maxReceiveCount of 2 gives up"},
	{"queues", "payments", sam, "Default: 20\n    MinValue", "Default: 200\n    MinValue", "all above the reserved concurrency of 20 are throttled"},

	{"table", "payments", sam, "            - {AttributeName: GSI1SK, KeyType: RANGE}\n", "", "index GSI1: the key is partition key GSI1PK"},
	{"table", "payments", terraform + "table.tf", `projection_type = "ALL"`, `projection_type = "KEYS_ONLY"`, "index GSI1: the projection is KEYS_ONLY"},
	{"table", "payments", terraform + "table.tf", "point_in_time_recovery {\n    enabled = true", "point_in_time_recovery {\n    enabled = false", "point_in_time_recovery enabled is false"},
	{"table", "payments", sam, "      PointInTimeRecoverySpecification:\n        PointInTimeRecoveryEnabled: true\n", "", "there is no PointInTimeRecoverySpecification"},
	{"table", "images", sam, "AttributeName: expires", "AttributeName: expires_at", "time to live: the attribute is expires_at, and the code has expires"},
	{"table", "images", terraform + "variables.tf", "  type        = bool\n  default     = true", "  type        = bool\n  default     = false", "deletion_protection_enabled is false"},

	{"rules", "images", "rule.json", `".png"`, `".gif"`, "uploads: the pattern is"},
	{"rules", "images", sam, "bucket: {name: [!Ref Uploads]}", "bucket: {name: [!Ref Uploads, !Ref Thumbnails]}", "the expression is not resolved: !Ref Thumbnails"},
	{"rules", "images", sam, "detail-type: [Object Created]", "detail-type: [Object Created, Object Deleted]", "Thumbnailer.Uploaded: an event is taken: true"},
	{"rules", "images", terraform + "rule.tf", "UploadsBucket = aws_s3_bucket.uploads.id", "UploadsBucket = aws_s3_bucket.thumbnails.id", "aws_s3_bucket.thumbnails.id"},
	{"rules", "images", sam, "bucket: {name: [!Ref Uploads]}", "version: ['0']", "!Ref Uploads is given, and is no expression of the pattern"},

	{"routes", "payments", sam, "Method: GET, Path: '/payments/{id}'", "Method: GET, Path: '/payment/{id}'", "routes: SAM has no GET /payments/{id}"},
	{"routes", "payments", terraform + "gateway.tf", "    \"$default\",\n", "", "routes: Terraform has no $default"},
	{"routes", "payments", terraform + "gateway.tf", `"GET /users",`, `"GET /users", "DELETE /users",`, "routes: Terraform has DELETE /users, and the code has not"},
	{"routes", "payments", terraform + "gateway.tf", `authorization_type = "JWT"`, `authorization_type = "NONE"`, "the routes' authorization is NONE"},

	{"workflow", "checkout", sam, "DefinitionUri: checkout.asl.json", "DefinitionUri: checkuot.asl.json", "DefinitionUri is checkuot.asl.json"},
	{"workflow", "checkout", sam, "        RefundFunctionArn: !Ref Refund.Alias\n", "", "placeholders: SAM has no RefundFunctionArn"},
	{"workflow", "checkout", sam, "RefundFunctionArn: !Ref Refund.Alias", "RefundFunctionArn: !Ref Release.Alias", "SAM puts !Ref Release.Alias for RefundFunctionArn"},
	{"workflow", "checkout", sam, "!Ref Charge.Alias", "!GetAtt Charge.Arn", "SAM puts !GetAtt Charge.Arn for ChargeFunctionArn"},
	{"workflow", "checkout", terraform + "workflow.tf", `= aws_lambda_alias.task["refund"].arn`, `= aws_lambda_alias.task["release"].arn`, `Terraform puts aws_lambda_alias.task["release"].arn for RefundFunctionArn at States Refund`},
	{"workflow", "checkout", "checkout.asl.json", "${RefundFunctionArn}", "${RefnudFunctionArn}", "placeholders: SAM has no RefnudFunctionArn"},
	{"workflow", "checkout", sam, "Role: !GetAtt CheckoutRole.Arn", "Role: !GetAtt ChargeRole.Arn", "AWS::Serverless::StateMachine Checkout Role is"},
	{"workflow", "checkout", terraform + "workflow.tf", "role = aws_iam_role.workflow.id", "role = aws_iam_role.rule.id", "aws_iam_role_policy workflow role is"},
	{"workflow", "checkout", sam, "IncludeExecutionData: false", "IncludeExecutionData: true", "workflow: data in the log is true"},
	{"workflow", "checkout", terraform + "workflow.tf", `"ERROR"`, `"ALL"`, "workflow: log level: SAM has"},
	{"workflow", "checkout", sam, "${Refund.Arn}:live", "${Refund.Arn}", "the resource !Sub ${Refund.Arn} has no name"},
	{"workflow", "checkout", terraform + "workflow.tf", "Resource = aws_sqs_queue.approvals.arn", `Resource = "*"`, "workflow: permissions: Terraform has no Allow sqs:SendMessage on approvals"},
	{"permissions", "checkout", terraform + "workflow.tf", "Resource = aws_sqs_queue.approvals.arn", `Resource = "*"`, "sqs:SendMessage is allowed on every resource"},
	{"permissions", "checkout", terraform + "iam.tf", `role = aws_iam_role.task["refund"].id`, `role = aws_iam_role.task["charge"].id`, `aws_iam_role_policy refund role is`},
	{"permissions", "checkout", terraform + "iam.tf", `"dynamodb:DeleteItem", `, "", "task: permissions: Terraform has no Allow dynamodb:DeleteItem on table"},
	{"environment", "checkout", terraform + "functions.tf", "TASK       = each.key", "TASKS = each.key", "task: variables: Terraform has no TASK"},
	{"rules", "checkout", "rule.json", "Order Placed", "Order Payed", "placed: the pattern is"},
	{"rules", "checkout", sam, "detail-type: [Order Placed]", "detail-type: [Order Placed, Order Cancelled]", "Checkout.Placed: an event is taken: true"},

	{"alarms", "payments", terraform + "alarms.tf", "threshold           = 600", "threshold = 900", "alarms: Terraform has  AWS/SQS ApproximateAgeOfOldestMessage Maximum 60 3 900"},
	{"alarms", "images", sam, "MetricName: Throttles", "MetricName: Duration", "alarms: Terraform has no  AWS/Lambda Duration"},

	{"wiring", "payments", sam, "RESULTS_QUEUE_URL: !Ref ResultsQueue", "RESULTS_QUEUE_URL: !Ref JobsQueue", `worker: RESULTS_QUEUE_URL: AWS::Serverless::Function Worker Environment Variables RESULTS_QUEUE_URL is ["!Ref JobsQueue"]`},
	{"wiring", "payments", terraform + "worker.tf", "RESULTS_QUEUE_URL  = aws_sqs_queue.results.url", "RESULTS_QUEUE_URL = aws_sqs_queue.payments.url", "worker: RESULTS_QUEUE_URL: aws_lambda_function worker"},
	{"wiring", "checkout", sam, "TASK: refund", "TASK: release", "task: TASK: AWS::Serverless::Function Refund"},
	{"wiring", "payments", sam, "deadLetterTargetArn: !GetAtt DeadQueue.Arn", "deadLetterTargetArn: !GetAtt RefusedQueue.Arn", "dead jobs: AWS::SQS::Queue JobsQueue"},
	{"wiring", "payments", sam, "TargetArn: !GetAtt AsyncDeadQueue.Arn", "TargetArn: !GetAtt JobsQueue.Arn", "the API's dead letters"},
	{"wiring", "payments", sam, "AllowAdminCreateUserOnly: true", "AllowAdminCreateUserOnly: false", "nobody lets himself in"},
	{"wiring", "payments", sam, "audience: [!Ref UserPoolClient]", "audience: [!Ref UserPool]", "tokens for whom"},
	{"wiring", "payments", sam, "Value: !GetAtt DeadQueue.QueueName", "Value: !GetAtt JobsQueue.QueueName", "alarm of DeadQueue"},
	{"wiring", "payments", sam, "AlarmActions: !If [Told, [!Ref AlarmTopic], !Ref AWS::NoValue]", "AlarmActions: []", "AlarmActions is []"},
	{"wiring", "payments", terraform + "alarms.tf", "  alarm_actions       = local.alarm_actions\n", "", "there is no alarm_actions"},
	{"wiring", "payments", sam, "      SqsManagedSseEnabled: true\n", "", "there is no SqsManagedSseEnabled"},
	{"wiring", "payments", terraform + "queues.tf", "sqs_managed_sse_enabled = true", "sqs_managed_sse_enabled = false", `sqs_managed_sse_enabled is ["false"]`},
	{"wiring", "payments", sam, "LogGroup: !Ref WorkerLog", "LogGroup: !Ref ApiLog", "worker: log"},
	{"wiring", "images", terraform + "thumbnailer.tf", "retention_in_days = var.log_retention\n", "", "there is no retention_in_days"},
	{"wiring", "images", sam, "Destination: !GetAtt FailedQueue.Arn", "Destination: !GetAtt UndeliveredQueue.Arn", "where failed events go"},
	{"wiring", "images", sam, "RestrictPublicBuckets: true", "RestrictPublicBuckets: false", "RestrictPublicBuckets is"},
	{"wiring", "images", sam, "aws:SourceArn: !GetAtt ThumbnailerUploaded.Arn", "aws:SourceArn: '*'", "for which rule"},
	{"wiring", "images", sam, "UPLOADS_BUCKET: !Ref Uploads", "UPLOADS_BUCKET: !Ref Thumbnails", "thumbnailer: UPLOADS_BUCKET"},
	{"wiring", "checkout", sam, "Arn: !GetAtt UndeliveredQueue.Arn", "Arn: !GetAtt ApprovalsQueue.Arn", "the rule's dead-letter queue"},
	{"wiring", "checkout", sam, "MessageRetentionPeriod: 1209600 # two weeks", "MessageRetentionPeriod: 86400", "how long it keeps them"},
}

func TestChecksFindMistakes(t *testing.T) {
	t.Parallel()
	all := examples(t)
	for _, m := range mutations {
		t.Run(m.check+"/"+m.want, func(t *testing.T) {
			t.Parallel()
			i := slices.IndexFunc(all, func(e example) bool { return e.name == m.example })
			j := slices.IndexFunc(checks, func(c check) bool { return c.name == m.check })
			if i < 0 || j < 0 {
				t.Fatalf("there is no example %s or no check %s", m.example, m.check)
			}
			d, err := read(mutated(t, m), all[i])
			if err != nil {
				t.Fatal(err)
			}
			checks[j].run(d)
			if !strings.Contains(strings.Join(d.problems, "\n"), m.want) {
				t.Errorf("%s with %q for %q: the check says %q, want %q", m.file, m.new, m.old, d.problems, m.want)
			}
		})
	}
	for _, c := range checks {
		if !slices.ContainsFunc(mutations, func(m mutation) bool { return m.check == c.name }) {
			t.Errorf("nothing proves that the check %s can fail", c.name)
		}
	}
}

// mutated copies an example with the mistake in it and returns the folder above the copy.
func mutated(t *testing.T, m mutation) string {
	t.Helper()
	root := t.TempDir()
	copyExample(t, m.example, root)
	plant(t, root, m)
	return root
}

// copyExample copies what the checks and the tools read of an example to root/name.
func copyExample(t *testing.T, name, root string) {
	t.Helper()
	for _, pattern := range []string{"*.go", "*/*.go", "*.json", "*.yaml", "terraform/*.tf", "terraform/tests/*.tftest.hcl"} {
		paths, err := filepath.Glob(filepath.Join("..", name, filepath.FromSlash(pattern)))
		must(t, err)
		for _, path := range paths {
			source, err := os.ReadFile(path)
			must(t, err)
			to := filepath.Join(root, strings.TrimPrefix(path, ".."))
			must(t, os.MkdirAll(filepath.Dir(to), 0o755))
			must(t, os.WriteFile(to, source, 0o600))
		}
	}
}
