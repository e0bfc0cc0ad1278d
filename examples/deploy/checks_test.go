package deploy

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"testing"

	"github.com/lambdapatterns/lambdapatterns/eventbridge/pattern"
	"github.com/lambdapatterns/lambdapatterns/templatetest"
)

// check reports what is wrong to the deployment that it is given.
type check struct {
	name string
	run  func(*deployment)
}

// checks are what every example is held to.
var checks = []check{
	{"settings", checkSettings},
	{"environment", checkEnvironment},
	{"permissions", checkPermissions},
	{"queues", checkQueues},
	{"table", checkTable},
	{"rules", checkRules},
	{"workflow", checkWorkflow},
	{"routes", checkRoutes},
	{"alarms", checkAlarms},
	{"wiring", checkWiring},
}

func TestTemplates(t *testing.T) {
	t.Parallel()
	for _, e := range examples(t) {
		d, err := read("..", e)
		if err != nil {
			t.Errorf("%s: %v", e.name, err)
			continue
		}
		for _, check := range checks {
			t.Run(e.name+"/"+check.name, func(t *testing.T) {
				d := *d
				check.run(&d)
				for _, problem := range d.problems {
					t.Error(problem)
				}
			})
		}
	}
}

// checkSettings compares how the functions are set, and that they are what make package builds.
func checkSettings(d *deployment) {
	for _, f := range d.functions {
		sam, terraform := "AWS::Serverless::Function "+f.sam+" ", "aws_lambda_function "+f.terraform+" "
		for _, s := range []struct {
			pair
			want any // of both, if it is the same for all functions
		}{
			{pair{"runtime", "Runtime", "runtime"}, "provided.al2023"},
			{pair{"handler", "Handler", "handler"}, "bootstrap"},
			{pair{"architecture", "Architectures", "architectures"}, []any{"arm64"}},
			{pair{"tracing", "Tracing", "tracing_config mode"}, "Active"},
			{pair{"log format", "LoggingConfig LogFormat", "logging_config log_format"}, "JSON"},
			{pair{"time-out", "Timeout", "timeout"}, nil},
			{pair{"memory", "MemorySize", "memory_size"}, nil},
			{pair{"reserved concurrency", "ReservedConcurrentExecutions", "reserved_concurrent_executions"}, nil},
		} {
			s.what, s.sam, s.terraform = f.pkg+": "+s.what, sam+s.sam, terraform+s.terraform
			d.equal(s.pair)
			if got, ok := d.value(s.sam); s.want != nil && ok && !reflect.DeepEqual(got, s.want) {
				d.report("%s is %s, want %s", s.what, text(got), text(s.want))
			}
		}
		d.publishes(f)
		if zip, ok := d.value(sam + "CodeUri"); ok && zip != fmt.Sprintf("../build/%s-%s.zip", d.name, f.pkg) {
			d.report("%s: make package does not write %v", f.pkg, zip)
		}
	}
	for _, p := range d.same {
		d.equal(p)
	}
}

// publishes reports a function that is called by an alias, which a new setting would not reach. Terraform's publish is for both.
func (d *deployment) publishes(f function) {
	r, err := d.sam.Resource("AWS::Serverless::Function", f.sam)
	if err != nil {
		return // reported with its settings
	}
	if _, err := r.Lookup("Properties", "AutoPublishAlias"); errors.Is(err, templatetest.ErrMissing) {
		return
	}
	for _, place := range []string{
		"AWS::Serverless::Function " + f.sam + " AutoPublishAliasAllProperties", "aws_lambda_function " + f.terraform + " publish",
	} {
		if all, ok := d.value(place); ok && all != true {
			d.report("%s: %s is %v: the alias stays at the settings before", f.pkg, place, all)
		}
	}
}

// checkQueues holds queues that functions read to Lambda's rules ("Creating and configuring an Amazon SQS event source mapping").
func checkQueues(d *deployment) {
	const window, concurrency = "MaximumBatchingWindowInSeconds", "ScalingConfig MaximumConcurrency"
	for _, m := range d.mappings {
		f := d.functions[m.function]
		sam := "AWS::Serverless::Function " + f.sam + " Events " + m.event + " Properties "
		terraform := "aws_lambda_event_source_mapping " + m.terraform + " "
		for _, p := range []pair{
			{"batch size", "BatchSize", "batch_size"},
			{"batching window", window, "maximum_batching_window_in_seconds"},
			{"maximum concurrency", concurrency, "scaling_config maximum_concurrency"},
			{"response types", "FunctionResponseTypes", "function_response_types"},
		} {
			d.equal(pair{f.pkg + ": " + p.what, sam + p.sam, terraform + p.terraform})
		}
		d.equal(pair{f.pkg + ": visibility time-out", "AWS::SQS::Queue " + m.samQueue + " VisibilityTimeout",
			"aws_sqs_queue " + m.tfQueue + " visibility_timeout_seconds"})
		d.equal(pair{f.pkg + ": maxReceiveCount", "AWS::SQS::Queue " + m.samQueue + " RedrivePolicy maxReceiveCount",
			"aws_sqs_queue " + m.tfQueue + " redrive_policy maxReceiveCount"})

		types, ok := d.value(sam + "FunctionResponseTypes")
		if ok && text(types) != `["ReportBatchItemFailures"]` {
			d.report("%s: the response types are %s: without ReportBatchItemFailures failed messages are deleted", f.pkg, text(types))
		}
		visibility, ok1 := d.number("AWS::SQS::Queue " + m.samQueue + " VisibilityTimeout")
		timeout, ok2 := d.number("AWS::Serverless::Function " + f.sam + " Timeout")
		wait, ok3 := d.number(sam + window)
		if ok1 && ok2 && ok3 && visibility < 6*timeout+wait {
			d.report("%s: the visibility time-out of %v s is below 6 x %v s and the window of %v s", f.pkg, visibility, timeout, wait)
		}
		if n, ok := d.number("AWS::SQS::Queue " + m.samQueue + " RedrivePolicy maxReceiveCount"); ok && n < 5 {
			d.report("%s: a maxReceiveCount of %v gives up messages that were only throttled", f.pkg, n)
		}
		most, ok1 := d.number(sam + concurrency)
		reserved, ok2 := d.number("AWS::Serverless::Function " + f.sam + " ReservedConcurrentExecutions")
		if ok1 && ok2 && most > reserved {
			d.report("%s: of %v batches at once all above the reserved concurrency of %v are throttled", f.pkg, most, reserved)
		}
	}
}

// checkTable holds the tables against the code's.
func checkTable(d *deployment) {
	if d.table.code == nil {
		return // the service has none
	}
	for _, side := range []struct {
		tmpl *templatetest.Template
		name string
	}{{d.sam, d.table.sam}, {d.terraform, d.table.terraform}} {
		for _, difference := range templatetest.TableDifferences(side.tmpl, side.name, d.table.code) {
			d.report("%v", difference)
		}
	}
	for _, place := range []string{
		"AWS::DynamoDB::Table " + d.table.sam + " PointInTimeRecoverySpecification PointInTimeRecoveryEnabled",
		"AWS::DynamoDB::Table " + d.table.sam + " DeletionProtectionEnabled",
		"aws_dynamodb_table " + d.table.terraform + " point_in_time_recovery enabled",
		"aws_dynamodb_table " + d.table.terraform + " deletion_protection_enabled",
	} {
		if v, ok := d.value(place); ok && fmt.Sprint(v) != "true" {
			d.report("%s is %v", place, v)
		}
	}
}

// checkRules holds the rules' patterns against that of the code, and against events.
func checkRules(d *deployment) {
	for _, r := range d.rules {
		for _, side := range []struct {
			tmpl  *templatetest.Template
			name  string
			given map[string]string
		}{{d.sam, r.sam, r.samGiven}, {d.terraform, r.terraform, r.terraformGiven}} {
			got, err := templatetest.EventPattern(side.tmpl, side.name, side.given)
			if err != nil {
				d.report("%v", err)
				continue
			}
			if !samePattern(got, r.code) {
				d.report("%s: the pattern is %v, and the code has %v", side.name, got, r.code)
			}
			d.takes(got, side.name, r.takes, true)
			d.takes(got, side.name, r.leaves, false)
		}
	}
}

func samePattern(a, b *pattern.Pattern) bool {
	var x, y any
	_ = json.Unmarshal([]byte(a.String()), &x)
	_ = json.Unmarshal([]byte(b.String()), &y)
	return x != nil && reflect.DeepEqual(x, y)
}

func (d *deployment) takes(p *pattern.Pattern, name string, events []any, want bool) {
	for _, event := range events {
		data, err := json.Marshal(event)
		if err != nil {
			d.report("%v", err)
			continue
		}
		if got, err := p.Match(data); err != nil || got != want {
			d.report("%s: an event is taken: %v, %v, want %v: %s", name, got, err, want, data)
		}
	}
}

// checkRoutes holds the routes of the HTTP API against the code's, and SAM's events against the API.
func checkRoutes(d *deployment) {
	if d.routes == nil {
		return
	}
	var sam []string
	for _, f := range d.functions {
		function, err := d.sam.Resource("AWS::Serverless::Function", f.sam)
		if err != nil {
			d.report("%v", err)
			continue
		}
		events, err := function.Lookup("Properties", "Events")
		if err != nil {
			continue // it has none
		}
		names, err := events.Keys()
		if err != nil {
			d.report("%v", err)
		}
		for _, name := range names {
			place := "AWS::Serverless::Function " + f.sam + " Events " + name
			if typ, ok := d.value(place + " Type"); !ok || typ != "HttpApi" {
				continue
			}
			method, ok1 := d.value(place + " Properties Method")
			path, ok2 := d.value(place + " Properties Path")
			key := fmt.Sprint(method, " ", path)
			if key == "ANY $default" {
				key = "$default"
			}
			if ok1 && ok2 {
				sam = append(sam, key)
			}
		}
	}
	d.compare("routes", "SAM", sam, "the code", d.routes)
	var terraform []string
	for _, r := range d.terraform.Resources("aws_apigatewayv2_route") {
		keys, ok := d.value("aws_apigatewayv2_route " + r.Name + " for_each")
		list, is := keys.([]any)
		if ok && !is {
			d.report("%v: for_each is no list", r.Pos)
		}
		for _, key := range list {
			terraform = append(terraform, fmt.Sprint(key))
		}
		if v, ok := d.value("aws_apigatewayv2_route " + r.Name + " authorization_type"); ok && v != "JWT" {
			d.report("%v: the routes' authorization is %v", r.Pos, v)
		}
	}
	d.compare("routes", "Terraform", terraform, "the code", d.routes)
}

// checkAlarms compares what the alarms look at. Terraform makes several of one block.
func checkAlarms(d *deployment) {
	fields := [][2]string{
		{"Namespace", "namespace"}, {"MetricName", "metric_name"}, {"Statistic", "statistic"}, {"Period", "period"},
		{"EvaluationPeriods", "evaluation_periods"}, {"Threshold", "threshold"}, {"ComparisonOperator", "comparison_operator"},
		{"TreatMissingData", "treat_missing_data"},
	}
	of := func(tmpl *templatetest.Template, typ string, side int) []string {
		var all []string
		for _, r := range tmpl.Resources(typ) {
			alarm := ""
			for _, f := range fields {
				if v, ok := d.value(typ + " " + r.Name + " " + f[side]); ok {
					alarm += fmt.Sprint(" ", v)
				}
			}
			if !slices.Contains(all, alarm) {
				all = append(all, alarm)
			}
		}
		return all
	}
	sam := of(d.sam, "AWS::CloudWatch::Alarm", 0)
	if len(sam) == 0 {
		d.report("SAM has no alarm")
	}
	d.compare("alarms", "Terraform", of(d.terraform, "aws_cloudwatch_metric_alarm", 1), "SAM", sam)
}
