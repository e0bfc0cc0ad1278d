package deploy

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/lambdapatterns/lambdapatterns/examples/payments"
	"github.com/lambdapatterns/lambdapatterns/templatetest"
)

// wire is a place that names another resource, or says something that must not be otherwise, in both languages.
type wire struct {
	what                   string
	sam, samIs             string
	terraform, terraformIs string
}

// checkWiring holds what leads from one resource to another to what it must be: cfn-lint and terraform validate know that there is
// something, and not whether it is the right one.
func checkWiring(d *deployment) {
	for _, w := range d.wires {
		d.is(w.what, w.sam, w.samIs)
		d.is(w.what, w.terraform, w.terraformIs)
	}
	for _, f := range d.functions {
		for side, place := range []string{
			"AWS::Serverless::Function " + f.sam + " Environment Variables ", "aws_lambda_function " + f.terraform + " environment variables ",
		} {
			for _, variables := range []map[string][2]string{d.variables, f.variables} {
				for _, name := range slices.Sorted(maps.Keys(variables)) {
					if d.sets(place, name) {
						d.is(f.pkg+": "+name, place+name, variables[name][side])
					}
				}
			}
		}
		log := strings.ToLower(f.sam)
		terraform := "aws_cloudwatch_log_group." + log + ".name"
		if f.role != "" {
			terraform = "aws_cloudwatch_log_group.task[each.key].name"
		}
		d.is(f.pkg+": log", "AWS::Serverless::Function "+f.sam+" LoggingConfig LogGroup", "!Ref "+f.sam+"Log")
		d.is(f.pkg+": log", "aws_lambda_function "+f.terraform+" logging_config log_group", terraform)
	}
	d.all("AWS::SQS::Queue", "SqsManagedSseEnabled", "true")
	d.all("aws_sqs_queue", "sqs_managed_sse_enabled", "true")
	for _, closed := range []string{"BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"} {
		d.all("AWS::S3::Bucket", "PublicAccessBlockConfiguration "+closed, "true") // Terraform's are in its own test
	}
	d.all("AWS::Logs::LogGroup", "RetentionInDays", "30")
	d.all("aws_cloudwatch_log_group", "retention_in_days", "30")
	d.all("AWS::CloudWatch::Alarm", "AlarmActions", "!If [Told, [!Ref AlarmTopic], !Ref AWS::NoValue]")
	for _, r := range d.terraform.Resources("aws_cloudwatch_metric_alarm") {
		d.at("aws_cloudwatch_metric_alarm " + r.Name + " alarm_actions") // none, as long as no topic is given
	}
}

// sets tells whether a function has a variable. Whether it must have it is checkEnvironment's.
func (d *deployment) sets(place, name string) bool {
	n, ok := d.at(strings.TrimSpace(place))
	if !ok {
		return false
	}
	names, err := n.Keys()
	return err == nil && slices.Contains(names, name)
}

// is reports a place that says something else.
func (d *deployment) is(what, place, want string) {
	if n, ok := d.at(place); ok && !slices.Equal(said(n), []string{want}) {
		d.report("%s: %s is %q, want %s", what, place, said(n), want)
	}
}

// all reports the resources of a type that say something else.
func (d *deployment) all(typ, path, want string) {
	tmpl := d.terraform
	if strings.HasPrefix(typ, "AWS::") {
		tmpl = d.sam
	}
	for _, r := range tmpl.Resources(typ) {
		d.is(r.Name, typ+" "+r.Name+" "+path, want)
	}
}

// said is a value as text, or the text of an expression.
func said(n templatetest.Node) []string {
	texts := expressions(n)
	for i, text := range texts {
		texts[i] = strings.Trim(fmt.Sprint(text), `"`)
	}
	return texts
}

// queueAlarm is the wire of an alarm on a queue's messages.
func queueAlarm(alarm, queue, terraform string) wire {
	return wire{"alarm of " + queue, "AWS::CloudWatch::Alarm " + alarm + " Dimensions 0 Value", "!GetAtt " + queue + ".QueueName",
		"aws_cloudwatch_metric_alarm dead_letters for_each " + terraform, "aws_sqs_queue." + terraform + ".name"}
}

// undelivered are the wires of a rule's dead-letter queue: the rule sends there, and may, and no other.
func undelivered(event, rule, target, tfRule string) []wire {
	const policy, statement = "AWS::SQS::QueuePolicy UndeliveredQueuePolicy ", "PolicyDocument Statement 0 "
	const tfPolicy = "aws_sqs_queue_policy undelivered "
	return []wire{
		{"the rule's dead-letter queue", event + " DeadLetterConfig Arn", "!GetAtt UndeliveredQueue.Arn",
			"aws_cloudwatch_event_target " + target + " dead_letter_config arn", "aws_sqs_queue.undelivered.arn"},
		{"whose policy it is", policy + "Queues", "!Ref UndeliveredQueue", tfPolicy + "queue_url", "aws_sqs_queue.undelivered.url"},
		{"who sends there", policy + statement + "Principal Service", "events.amazonaws.com", tfPolicy + "policy Statement 0 Principal Service", "events.amazonaws.com"},
		{"what it may", policy + statement + "Action", "sqs:SendMessage", tfPolicy + "policy Statement 0 Action", "sqs:SendMessage"},
		{"where to", policy + statement + "Resource", "!GetAtt UndeliveredQueue.Arn", tfPolicy + "policy Statement 0 Resource", "aws_sqs_queue.undelivered.arn"},
		{"for which rule", policy + statement + "Condition ArnEquals aws:SourceArn", "!GetAtt " + rule + ".Arn",
			tfPolicy + "policy Statement 0 Condition ArnEquals aws:SourceArn", "aws_cloudwatch_event_rule." + tfRule + ".arn"},
		{"how long it keeps them", "AWS::SQS::Queue UndeliveredQueue MessageRetentionPeriod", twoWeeks,
			"aws_sqs_queue undelivered message_retention_seconds", twoWeeks},
	}
}

// twoWeeks is how long dead letters are kept, which is the longest.
const twoWeeks = "1.2096e+06"

func kept(queue, terraform string) wire {
	return wire{"how long " + queue + " keeps messages", "AWS::SQS::Queue " + queue + " MessageRetentionPeriod", twoWeeks,
		"aws_sqs_queue " + terraform + " message_retention_seconds", twoWeeks}
}

func paymentsWires() []wire {
	const api, worker = "AWS::Serverless::Function Api ", "AWS::Serverless::Function Worker "
	const jwt = "AWS::Serverless::HttpApi HttpApi Auth Authorizers users JwtConfiguration "
	return []wire{
		{"dead jobs", "AWS::SQS::Queue JobsQueue RedrivePolicy deadLetterTargetArn", "!GetAtt DeadQueue.Arn",
			"aws_sqs_queue payments redrive_policy deadLetterTargetArn", "aws_sqs_queue.dead.arn"},
		{"the worker's queue", worker + "Events Jobs Properties Queue", "!GetAtt JobsQueue.Arn",
			"aws_lambda_event_source_mapping payments event_source_arn", "aws_sqs_queue.payments.arn"},
		{"the API's dead letters", api + "DeadLetterQueue TargetArn", "!GetAtt AsyncDeadQueue.Arn",
			"aws_lambda_function api dead_letter_config target_arn", "aws_sqs_queue.async_dead.arn"},
		{"the worker's dead letters", worker + "DeadLetterQueue TargetArn", "!GetAtt AsyncDeadQueue.Arn",
			"aws_lambda_function worker dead_letter_config target_arn", "aws_sqs_queue.async_dead.arn"},
		{"whose tokens", jwt + "issuer", "!GetAtt UserPool.ProviderURL",
			"aws_apigatewayv2_authorizer users jwt_configuration issuer", "https://${aws_cognito_user_pool.users.endpoint}"},
		{"tokens for whom", jwt + "audience", "!Ref UserPoolClient",
			"aws_apigatewayv2_authorizer users jwt_configuration audience", "aws_cognito_user_pool_client.users.id"},
		{"nobody lets himself in", "AWS::Cognito::UserPool UserPool AdminCreateUserConfig AllowAdminCreateUserOnly", "true",
			"aws_cognito_user_pool users admin_create_user_config allow_admin_create_user_only", "true"},
		{"the alarm of what comes again", "AWS::CloudWatch::Alarm FailingAlarm Dimensions 0 Value", "!GetAtt JobsQueue.QueueName",
			"aws_cloudwatch_metric_alarm failing dimensions QueueName", "aws_sqs_queue.payments.name"},
		{"its namespace", "AWS::CloudWatch::Alarm FailingAlarm Namespace", payments.Metrics, "aws_cloudwatch_metric_alarm failing namespace", payments.Metrics},
		{"the alarm of late jobs", "AWS::CloudWatch::Alarm LateAlarm Dimensions 0 Value", "!GetAtt JobsQueue.QueueName",
			"aws_cloudwatch_metric_alarm late dimensions QueueName", "aws_sqs_queue.payments.name"},
		queueAlarm("DeadAlarm", "DeadQueue", "dead"), queueAlarm("AsyncDeadAlarm", "AsyncDeadQueue", "async_dead"),
		queueAlarm("RefusedAlarm", "RefusedQueue", "refused"),
		kept("DeadQueue", "dead"), kept("AsyncDeadQueue", "async_dead"), kept("RefusedQueue", "refused"), kept("ResultsQueue", "results"),
	}
}

func imagesWires() []wire {
	const thumbnailer = "AWS::Serverless::Function Thumbnailer "
	return append(undelivered(thumbnailer+"Events Uploaded Properties", "ThumbnailerUploaded", "thumbnailer", "uploads"),
		wire{"where failed events go", thumbnailer + "EventInvokeConfig DestinationConfig OnFailure Destination", "!GetAtt FailedQueue.Arn",
			"aws_lambda_function_event_invoke_config thumbnailer destination_config on_failure destination", "aws_sqs_queue.failed.arn"},
		queueAlarm("UndeliveredAlarm", "UndeliveredQueue", "undelivered"), queueAlarm("FailedAlarm", "FailedQueue", "failed"),
		kept("FailedQueue", "failed"))
}

func checkoutWires() []wire {
	return append(undelivered("AWS::Serverless::StateMachine Checkout Events Placed Properties", "CheckoutPlaced", "checkout", "placed"),
		wire{"alarm of failed executions", "AWS::CloudWatch::Alarm FailedAlarm Dimensions 0 Value", "!Ref Checkout",
			"aws_cloudwatch_metric_alarm failed dimensions StateMachineArn", "aws_sfn_state_machine.checkout.arn"},
		wire{"alarm of the undelivered", "AWS::CloudWatch::Alarm UndeliveredAlarm Dimensions 0 Value", "!GetAtt UndeliveredQueue.QueueName",
			"aws_cloudwatch_metric_alarm undelivered dimensions QueueName", "aws_sqs_queue.undelivered.name"},
		wire{"where the workflow's log goes", "AWS::Serverless::StateMachine Checkout Logging Destinations 0 CloudWatchLogsLogGroup LogGroupArn",
			"!GetAtt CheckoutLog.Arn", "aws_sfn_state_machine checkout logging_configuration log_destination", "${aws_cloudwatch_log_group.workflow.arn}:*"})
}
