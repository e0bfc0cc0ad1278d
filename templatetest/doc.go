// Package templatetest holds infrastructure files against the code, in a test: what a Terraform folder or a SAM or CloudFormation
// template says of a table, and what the code expects of it, cannot drift apart unseen.
//
//	func TestTemplate(t *testing.T) {
//		tmpl, err := templatetest.Load("../template.yaml") // or "../terraform", a folder
//		if err != nil {
//			t.Fatal(err)
//		}
//		templatetest.CheckTable(t, tmpl, "AppTable", table) // a *singletable.Table whose repositories have been made
//	}
//
// A difference fails the test, with the place in the file:
//
//	../template.yaml:31: index GSI1: the key is partition key GSI1PK, and the code has partition key GSI1PK, sort key GSI1SK
//
// The package is a module of its own, so that the readers of YAML and HCL reach nobody who does not test templates.
//
// # What is compared
//
// [CheckTable] compares the key schema, the attribute definitions, the indexes with their keys and projections, and the
// time-to-live attribute. It does not compare names of tables, capacity, streams, encryption or tags: these differ by stage, and
// the code does not depend on them.
//
// # What is read
//
// Of CloudFormation and SAM: YAML and JSON, intrinsic functions in the short and the long form. A Ref to a parameter of type
// String or Number counts as its default, and so does a Sub of nothing but such parameters; in an event pattern it is a text, as
// CloudFormation makes one of a number too. Globals are merged into the resources as SAM does it.
//
// Of Terraform: the *.tf files of one folder. Variables count as what terraform.tfvars and *.auto.tfvars say, or else as their
// default; locals are followed; jsonencode(x) and toset(x) count as x, and templatefile(path, variables) of a JSON file as what is
// in the file, with each variable as the text that it is within quotation marks. Modules are not followed, and no provider is asked.
//
// Nothing passes because it was not understood. What is not resolved, such as a reference to another resource, a dynamic
// block or a call of a function, is kept as an unknown expression with its text and its place: where a check needs it, the
// check fails and says so. Files that would change the meaning of the others, in Terraform's JSON or override files, are refused
// by [Load]. What is given when the stack is deployed, parameters and -var, is not known here.
// A table or a rule whose count is 0 is not there; CloudFormation's conditions of resources are not looked at.
//
// # Event patterns
//
// [EventPattern] returns the pattern of a rule as package eventbridge/pattern has it, to be held against events of
// eventbridge/eventbridgetest: those that the function must get, and those that its own output makes.
//
//	rule, err := templatetest.EventPattern(tmpl, "s3_upload", map[string]string{"aws_s3_bucket.uploads.id": "uploads"})
//	eventbridgetest.AssertNoLoop(t, rule, eventbridgetest.NewBucket("uploads"), "thumbnails/cat.png")
//
// # Other checks
//
// [Resource.Lookup] gives any attribute of any resource as a plain Go value, for checks of your own:
//
//	rule, err := tmpl.Resource("aws_cloudwatch_event_rule", "s3_upload")
//	pattern, err := rule.Lookup("event_pattern", "detail-type")
//	v, err := pattern.Value() // []any{"Object Created"}
//
// A resource of CloudFormation or SAM has its attributes below Properties: alarm.Lookup("Properties", "MetricName").
//
// A [Template] and what it hands out are never changed after Load, and so are safe for concurrent use.
package templatetest
