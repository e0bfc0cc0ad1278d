// Package together tests tracing with the packages whose handlers it follows. They do not import each other, so the tests that
// need both are here. singletable/changes is missing: it needs the AWS SDK, which nothing below tracing may know; its test is in
// examples/local.
package together
