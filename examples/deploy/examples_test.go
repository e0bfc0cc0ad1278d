package deploy

import (
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/lambdapatterns/lambdapatterns/eventbridge/eventbridgetest"
	"github.com/lambdapatterns/lambdapatterns/eventbridge/pattern"
	"github.com/lambdapatterns/lambdapatterns/eventbridge/s3event"
	"github.com/lambdapatterns/lambdapatterns/examples/checkout"
	"github.com/lambdapatterns/lambdapatterns/examples/images"
	"github.com/lambdapatterns/lambdapatterns/examples/payments"
	"github.com/lambdapatterns/lambdapatterns/singletable"
	"github.com/lambdapatterns/lambdapatterns/templatetest"
)

// example is what the checks have to know of a service. Its folder has a template.yaml and a folder terraform.
type example struct {
	name      string // of the folder
	functions []function
	// arns are what both languages call a resource, by a name of this table's: that of SAM first.
	arns     map[string][2]string
	table    table // none if its code is nil
	mappings []mapping
	rules    []rule
	workflow *workflow
	routes   []string // the route keys of its HTTP API
	same     []pair   // further settings that must be the same
	wires    []wire   // what leads from one resource to another
	// variables are what the functions' variables must be, in SAM and in Terraform.
	variables map[string][2]string
}

// function is a function with its main package below the example's folder.
type function struct {
	pkg            string
	sam, terraform string // its names there
	// policy and role are Terraform's, where one block makes several functions: the policy's name, and the role as it has it.
	policy, role string
	// code is what the function's code does, by the names of arns, and lambda what its role allows beside: what Lambda does in the
	// function's name, and what changes an answer of AWS. X-Ray's writes and nothing else are on "*".
	code, lambda map[string][]string
	// use makes the code do everything that it can do. What it asks of AWS is recorded.
	use func(*testing.T, *recorder)
	// variables are what is this function's alone.
	variables map[string][2]string
	// library are variables that the templates set and that no code of the example reads itself, but a library does.
	library []string
}

type table struct {
	sam, terraform string
	code           templatetest.Table
}

// mapping is the event source mapping of a queue: SAM's function and event, Terraform's mapping, and the queue in both.
type mapping struct {
	function          int // of the example's
	event, terraform  string
	samQueue, tfQueue string
}

// rule is an EventBridge rule.
type rule struct {
	sam, terraform           string            // as templatetest.EventPattern wants them
	samGiven, terraformGiven map[string]string // what the templates cannot resolve
	code                     *pattern.Pattern  // what it must be
	takes, leaves            []any             // events that it must and must not take
}

// workflow is a Step Functions state machine.
type workflow struct {
	sam, terraform string
	definition     string // the file in the example's folder
	// values are what stands for the definition's placeholders, that of SAM first.
	values map[string][2]string
	// may is what its role allows, by the names of arns, but for its own logs and traces.
	may map[string][]string
}

// pair is one setting in both languages: type, name and path, without SAM's "Properties".
type pair struct{ what, sam, terraform string }

// network is what Lambda needs for a function in a VPC. EC2 has no resource for most of it.
var network = []string{
	"ec2:AssignPrivateIpAddresses", "ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface", "ec2:DescribeNetworkInterfaces",
	"ec2:DescribeSubnets", "ec2:UnassignPrivateIpAddresses",
}

var writeLogs = []string{"logs:CreateLogStream", "logs:PutLogEvents"}

func examples(t testing.TB) []example {
	t.Helper()
	paymentsTable := singletable.NewTable(&dynamodb.Client{}, "payments")
	_, err := payments.NewStore(paymentsTable)
	must(t, err)
	imagesTable := images.NewTable(&dynamodb.Client{}, "images")
	_, err = images.NewStore(imagesTable)
	must(t, err)
	uploads, err := images.Rule("uploads")
	must(t, err)
	checkoutTable := checkout.NewTable(&dynamodb.Client{}, "checkout")
	_, err = checkout.NewStore(checkoutTable)
	must(t, err)
	placed, err := checkout.Rule()
	must(t, err)

	return []example{{
		name: "payments",
		functions: []function{{
			pkg: "api", sam: "Api", terraform: "api",
			code: map[string][]string{
				"table": {"dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query"}, "index": {"dynamodb:Query"},
				"jobs": {"sqs:SendMessage"},
			},
			lambda: map[string][]string{"async dead": {"sqs:SendMessage"}, "api's log": writeLogs},
			use:    useAPI,
		}, {
			pkg: "worker", sam: "Worker", terraform: "worker",
			code: map[string][]string{
				"table": {"dynamodb:GetItem", "dynamodb:UpdateItem"},
				"jobs":  {"sqs:ChangeMessageVisibility"}, "results": {"sqs:SendMessage"}, "refused": {"sqs:SendMessage"},
			},
			lambda: map[string][]string{
				"jobs":       {"sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"},
				"async dead": {"sqs:SendMessage"}, "worker's log": writeLogs,
			},
			use: useWorker,
		}},
		arns: map[string][2]string{
			"table":        {"!GetAtt Table.Arn", "aws_dynamodb_table.payments.arn"},
			"index":        {"!Sub ${Table.Arn}/index/GSI1", `"${aws_dynamodb_table.payments.arn}/index/GSI1"`},
			"jobs":         {"!GetAtt JobsQueue.Arn", "aws_sqs_queue.payments.arn"},
			"results":      {"!GetAtt ResultsQueue.Arn", "aws_sqs_queue.results.arn"},
			"refused":      {"!GetAtt RefusedQueue.Arn", "aws_sqs_queue.refused.arn"},
			"async dead":   {"!GetAtt AsyncDeadQueue.Arn", "aws_sqs_queue.async_dead.arn"},
			"api's log":    {"!GetAtt ApiLog.Arn", `"${aws_cloudwatch_log_group.api.arn}:*"`},
			"worker's log": {"!GetAtt WorkerLog.Arn", `"${aws_cloudwatch_log_group.worker.arn}:*"`},
		},
		table: table{"Table", "payments", paymentsTable},
		mappings: []mapping{{
			function: 1, event: "Jobs", terraform: "payments", samQueue: "JobsQueue", tfQueue: "payments",
		}},
		routes: payments.Routes(),
		wires:  paymentsWires(),
		variables: map[string][2]string{
			"TABLE_NAME":         {"!Ref Table", "aws_dynamodb_table.payments.name"},
			"PAYMENTS_QUEUE_URL": {"!Ref JobsQueue", "aws_sqs_queue.payments.url"},
			"RESULTS_QUEUE_URL":  {"!Ref ResultsQueue", "aws_sqs_queue.results.url"},
			"REFUSED_QUEUE_URL":  {"!Ref RefusedQueue", "aws_sqs_queue.refused.url"},
		},
		same: []pair{
			{"the API's alias", "AWS::Serverless::Function Api AutoPublishAlias", "aws_lambda_alias api name"},
			{"the worker's alias", "AWS::Serverless::Function Worker AutoPublishAlias", "aws_lambda_alias worker name"},
			{"the authorizer", "AWS::Serverless::HttpApi HttpApi Auth DefaultAuthorizer", "aws_apigatewayv2_authorizer users name"},
			{"where the token is", "AWS::Serverless::HttpApi HttpApi Auth Authorizers users IdentitySource",
				"aws_apigatewayv2_authorizer users identity_sources 0"},
			{"the API's rate limit", "AWS::Serverless::HttpApi HttpApi DefaultRouteSettings ThrottlingRateLimit",
				"aws_apigatewayv2_stage payments default_route_settings throttling_rate_limit"},
			{"the API's burst limit", "AWS::Serverless::HttpApi HttpApi DefaultRouteSettings ThrottlingBurstLimit",
				"aws_apigatewayv2_stage payments default_route_settings throttling_burst_limit"},
		},
	}, {
		name: "images",
		functions: []function{{
			pkg: "thumbnailer", sam: "Thumbnailer", terraform: "thumbnailer",
			code: map[string][]string{
				"every upload": {"s3:GetObject"}, "every thumbnail": {"s3:DeleteObject", "s3:PutObject"},
				"table": {"dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem"},
			},
			lambda: map[string][]string{"uploads": {"s3:ListBucket"}, "failed": {"sqs:SendMessage"}, "log": writeLogs},
			use:    useThumbnailer, library: []string{"GOMEMLIMIT"}, // Go's runtime
		}},
		arns: map[string][2]string{
			"table":           {"!GetAtt Table.Arn", "aws_dynamodb_table.images.arn"},
			"uploads":         {"!GetAtt Uploads.Arn", "aws_s3_bucket.uploads.arn"},
			"every upload":    {"!Sub ${Uploads.Arn}/*", `"${aws_s3_bucket.uploads.arn}/*"`},
			"every thumbnail": {"!Sub ${Thumbnails.Arn}/thumbnails/*", `"${aws_s3_bucket.thumbnails.arn}/thumbnails/*"`},
			"failed":          {"!GetAtt FailedQueue.Arn", "aws_sqs_queue.failed.arn"},
			"log":             {"!GetAtt ThumbnailerLog.Arn", `"${aws_cloudwatch_log_group.thumbnailer.arn}:*"`},
		},
		table: table{"Table", "images", withoutIndexes{imagesTable}},
		wires: imagesWires(),
		variables: map[string][2]string{
			"TABLE_NAME":        {"!Ref Table", "aws_dynamodb_table.images.name"},
			"UPLOADS_BUCKET":    {"!Ref Uploads", "aws_s3_bucket.uploads.id"},
			"THUMBNAILS_BUCKET": {"!Ref Thumbnails", "aws_s3_bucket.thumbnails.id"},
		},
		rules: []rule{{
			sam: "Thumbnailer.Uploaded", samGiven: map[string]string{"!Ref Uploads": "uploads"},
			terraform: "uploads", terraformGiven: map[string]string{"aws_s3_bucket.uploads.id": "uploads"},
			code: uploads,
			takes: []any{
				created("uploads", "cat.jpg"), created("uploads", "a b/CAT.PNG"),
			},
			leaves: []any{
				created("uploads", "cat.txt"), created("thumbnails", "thumbnails/0a1b.jpg"),
				eventbridgetest.Must(eventbridgetest.Event[s3event.ObjectDeleted](eventbridgetest.NewBucket("uploads"), "cat.jpg")),
			},
		}},
		same: []pair{
			{"the rule's retries", "AWS::Serverless::Function Thumbnailer Events Uploaded Properties RetryPolicy MaximumRetryAttempts",
				"aws_cloudwatch_event_target thumbnailer retry_policy maximum_retry_attempts"},
			{"the age of the rule's events", "AWS::Serverless::Function Thumbnailer Events Uploaded Properties RetryPolicy MaximumEventAgeInSeconds",
				"aws_cloudwatch_event_target thumbnailer retry_policy maximum_event_age_in_seconds"},
			{"the function's retries", "AWS::Serverless::Function Thumbnailer EventInvokeConfig MaximumRetryAttempts",
				"aws_lambda_function_event_invoke_config thumbnailer maximum_retry_attempts"},
			{"the age of the function's events", "AWS::Serverless::Function Thumbnailer EventInvokeConfig MaximumEventAgeInSeconds",
				"aws_lambda_function_event_invoke_config thumbnailer maximum_event_age_in_seconds"},
			{"events for EventBridge", "AWS::S3::Bucket Uploads NotificationConfiguration EventBridgeConfiguration EventBridgeEnabled",
				"aws_s3_bucket_notification uploads eventbridge"},
		},
	}, {
		name: "checkout",
		functions: []function{
			checkoutTask("Price", "GetItem", "PutItem"),
			checkoutTask("Reserve", "GetItem", "PutItem", "UpdateItem"),
			checkoutTask("Charge", "DeleteItem", "GetItem", "PutItem", "UpdateItem"),
			checkoutTask("Confirm", "GetItem", "UpdateItem"),
			checkoutTask("Cancel", "GetItem", "UpdateItem"),
			checkoutTask("Refund", "GetItem", "PutItem", "UpdateItem"),
			checkoutTask("Release", "GetItem", "PutItem", "UpdateItem"),
		},
		arns:      checkoutARNs(),
		table:     table{"Table", "checkout", withoutIndexes{checkoutTable}},
		wires:     checkoutWires(),
		variables: map[string][2]string{"TABLE_NAME": {"!Ref Table", "aws_dynamodb_table.checkout.name"}},
		rules: []rule{{
			sam: "Checkout.Placed", terraform: "placed", code: placed,
			takes: []any{
				map[string]any{"source": "shop.orders", "detail-type": "Order Placed", "detail": checkout.Input{OrderID: "ord_1"}},
			},
			leaves: []any{
				map[string]any{"source": "shop.orders", "detail-type": "Order Cancelled", "detail": checkout.Input{OrderID: "ord_1"}},
				map[string]any{"source": "shop.returns", "detail-type": "Order Placed", "detail": checkout.Input{OrderID: "ord_1"}},
			},
		}},
		workflow: &workflow{
			sam: "Checkout", terraform: "checkout", definition: "checkout.asl.json", values: checkoutValues(),
			may: map[string][]string{
				"price": invoke, "reserve": invoke, "charge": invoke, "confirm": invoke, "cancel": invoke, "refund": invoke, "release": invoke,
				"approvals": {"sqs:SendMessage"},
			},
		},
		same: []pair{
			{"the tasks' alias", "AWS::Serverless::Function Charge AutoPublishAlias", "aws_lambda_alias task name"},
			{"how long an approval waits", "AWS::SQS::Queue ApprovalsQueue MessageRetentionPeriod", "aws_sqs_queue approvals message_retention_seconds"},
			{"what the workflow is started with", "AWS::Serverless::StateMachine Checkout Events Placed Properties InputPath",
				"aws_cloudwatch_event_target checkout input_path"},
			{"the rule's retries", "AWS::Serverless::StateMachine Checkout Events Placed Properties RetryPolicy MaximumRetryAttempts",
				"aws_cloudwatch_event_target checkout retry_policy maximum_retry_attempts"},
			{"the age of the rule's events", "AWS::Serverless::StateMachine Checkout Events Placed Properties RetryPolicy MaximumEventAgeInSeconds",
				"aws_cloudwatch_event_target checkout retry_policy maximum_event_age_in_seconds"},
		},
	}}
}

var invoke = []string{"lambda:InvokeFunction"}

// checkoutTask is one of the functions that are made of the checkout's one binary.
func checkoutTask(name string, onTable ...string) function {
	task := strings.ToLower(name)
	var actions []string
	for _, action := range onTable {
		actions = append(actions, "dynamodb:"+action)
	}
	return function{
		pkg: "task", sam: name, terraform: "task", policy: task, role: fmt.Sprintf("aws_iam_role.task[%q]", task),
		code: map[string][]string{"table": actions}, lambda: map[string][]string{task + "'s log": writeLogs},
		use:       func(t *testing.T, r *recorder) { useCheckout(t, r, task) },
		variables: map[string][2]string{"TASK": {task, "each.key"}},
	}
}

func checkoutARNs() map[string][2]string {
	arns := map[string][2]string{
		"table":     {"!GetAtt Table.Arn", "aws_dynamodb_table.checkout.arn"},
		"approvals": {"!GetAtt ApprovalsQueue.Arn", "aws_sqs_queue.approvals.arn"},
	}
	for _, task := range checkout.Tasks() {
		name := strings.ToUpper(task[:1]) + task[1:]
		arns[task] = [2]string{"!Sub ${" + name + ".Arn}:live", fmt.Sprintf("aws_lambda_alias.task[%q].arn", task)}
		arns[task+"'s log"] = [2]string{"!GetAtt " + name + "Log.Arn", fmt.Sprintf(`"${aws_cloudwatch_log_group.task[%q].arn}:*"`, task)}
	}
	return arns
}

func checkoutValues() map[string][2]string {
	values := map[string][2]string{"ApprovalsQueueUrl": {"!Ref ApprovalsQueue", "aws_sqs_queue.approvals.url"}}
	for _, task := range checkout.Tasks() {
		name := strings.ToUpper(task[:1]) + task[1:]
		values[name+"FunctionArn"] = [2]string{"!Ref " + name + ".Alias", fmt.Sprintf("aws_lambda_alias.task[%q].arn", task)}
	}
	return values
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func created(bucket, key string) any {
	return eventbridgetest.Must(eventbridgetest.Event[s3event.ObjectCreated](eventbridgetest.NewBucket(bucket), key))
}

// withoutIndexes is a table of whose indexes the code makes no use: singletable gives each table one.
type withoutIndexes struct{ *singletable.Table }

func (t withoutIndexes) CreateTableInput() *dynamodb.CreateTableInput {
	in := t.Table.CreateTableInput()
	in.GlobalSecondaryIndexes = nil
	in.AttributeDefinitions = in.AttributeDefinitions[:len(in.KeySchema)]
	return in
}
