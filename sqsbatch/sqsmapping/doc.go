// Package sqsmapping checks that the event source mappings of a function have ReportBatchItemFailures among their function
// response types.
//
// Without it Lambda ignores what a function answers and deletes the whole batch, the failed messages too: nothing shows in any
// metric, and nothing in an event tells the function that it is so. A template that sets it is the cure; this is the alarm.
//
//	err := sqsmapping.Check(ctx, lambda.NewFromConfig(cfg), "orders-worker")
//
// # Where to run it
//
// The best place is what deploys the function, after it did, where an error can stop the deployment. In the function itself
// every new execution environment makes the call, and Lambda's control plane takes 15 calls a second of a whole account (AWS
// Lambda Developer Guide, "Lambda quotas"): a function that scales out would keep deployments from theirs. There let it be a
// task that does not stop the start, on functions with few environments:
//
//	coldstart.Task{Name: "mapping", Do: func(ctx context.Context) error {
//		return sqsmapping.Check(ctx, client, os.Getenv("AWS_LAMBDA_FUNCTION_NAME"))
//	}}
//
// # Permissions
//
// The caller needs lambda:ListEventSourceMappings, which takes no resource: it can be allowed for all functions or not at all.
//
//	{"Effect": "Allow", "Action": "lambda:ListEventSourceMappings", "Resource": "*"}
//
// What else can be wrong with a mapping takes more permissions to see, such as a visibility time-out below six times the
// function's, and is not looked at.
package sqsmapping
