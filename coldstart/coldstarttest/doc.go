// Package coldstarttest lets a test fail when a Lambda function has become slow to start.
//
// A function's start gets slower one import at a time, and nobody notices. [Check] builds the function as it is deployed,
// starts it behind a local Lambda runtime API, and holds it against a budget:
//
//	func TestStart(t *testing.T) {
//		coldstarttest.Check(t, coldstarttest.Function{
//			Package:     "./cmd/function",
//			Environment: map[string]string{"TABLE_NAME": "orders"},
//		}, coldstarttest.Budget{Size: 2, Allocations: 40, Ready: 3})
//	}
//
// # Why budgets are ratios
//
// How long a start takes depends on the machine and on what else it is doing. So the measure is a bare function, an
// aws-lambda-go handler that does nothing, which is built with the same settings and the same version of aws-lambda-go and
// started in turn with the function. Ready: 3 says three times its time, on the laptop and in CI.
//
//   - Size is that of the binary. What is not in memory yet has to be read at a cold start: 1 to 1.5 ms for each MB.
//   - Allocations are those of package initialisation, as GODEBUG=inittrace=1 tells them: the work that imports do before
//     main. It is nearly the same number in every run, so this budget can be the tightest. The failure names the packages
//     that make most of them.
//   - Ready is the time from the start of the process to its first request for an invocation, main included, with the
//     binary in memory: the median of several starts. Leave room, a factor of 1.5 or so, and do not run Check in parallel
//     with other tests.
//
// # The first budget
//
// Let the first run say what there is, under a budget that holds in any case, and read it with go test -v:
//
//	m := coldstarttest.Check(t, function, coldstarttest.Budget{Size: 100})
//	t.Logf("\n%s", m)
//
//	size: 12.94 MB, 2.06 times the bare function's 6.29 MB
//	init allocations: 8663, 31.62 times the bare function's 274
//	ready: after 8.02 ms, 2.75 times the bare function's 2.92 ms
//
// Size and allocations are the same in nearly every run: take a tenth more than what is told, so that an update of a module
// passes and a new dependency of weight does not. Take twice the ratio of ready, or leave it out where machines are shared. The
// function above, which has a client of DynamoDB and spans, has Budget{Size: 2.3, Allocations: 35, Ready: 6}. When a budget is
// exceeded on purpose, write down the new one with the change that needs it.
//
// # What runs
//
// The function's main runs, many times, and no invocation comes. The build is that of the runtime provided.al2023: static,
// stripped, with the tag lambda.norpc, but for this machine. The process gets Lambda's environment variables, dummy
// credentials, and Environment; nothing of the test's own environment. What main calls must be there: give it a loopback
// endpoint (AWS_ENDPOINT_URL_DYNAMODB and the like), or it will try to reach AWS, and measure that.
//
// It needs the go command, and the function's module must require aws-lambda-go. Functions in another language, and
// container images, are not for it.
package coldstarttest
