// Package deploy has no code but tests: they hold the examples' SAM templates and Terraform folders against each other, against
// the code that is deployed with them, and against the tools that read them.
//
// A new example is one row of the table in examples_test.go. A new check is a function in checks_test.go and at least one mistake
// in mutations_test.go that it must find: a check that finds nothing when something is wrong is worse than none.
//
// The tests that run terraform and cfn-lint skip where these are missing, and fail with TEST_TOOLS_REQUIRED=1. Those that deploy to
// an emulator of AWS run with .ci/moto.
package deploy
