// Package lambdaruntime runs compiled Lambda functions as processes of this machine against a local Lambda Runtime API. The
// binary is the one that would be deployed on provided.al2023: it starts with Lambda's environment variables and nothing
// else, asks for its invocations over HTTP, and is killed when it takes too long.
//
//	binary, err := lambdaruntime.Build(ctx, "examples/payments", "./api", outDir)
//	…
//	f, err := lambdaruntime.Start(lambdaruntime.Config{
//		Name:        "payments-api",
//		Binary:      binary,
//		Environment: map[string]string{"TABLE_NAME": "payments", "AWS_ENDPOINT_URL_DYNAMODB": tableURL},
//		Logs:        os.Stderr,
//	})
//	…
//	defer f.Close()
//	response, err := f.Invoke(ctx, lambdaruntime.Invocation{Payload: event})
//
// # The rules that bite, but for managed instances
//
//   - One invocation runs in a process at a time. A second one at the same time starts another process, up to
//     MaxConcurrency; one more gets ErrThrottled. Nothing queues: that is the caller's part, as on Lambda.
//   - Invoke returns as soon as the function has answered. The process is free for the next invocation only when it asks
//     for it, so what a function does after its response (an io.Closer, a flush) still counts towards its time-out.
//   - A time-out kills the process and everything in its process group. The invoker gets Sandbox.Timedout, and the next
//     invocation a new process.
//   - A process that exits gives Runtime.ExitError, unless it reported an error before, as aws-lambda-go does for a panic.
//   - An initialisation that fails, or takes longer than InitTimeout, is tried once more within the invocation and its
//     time-out, as on Lambda; the invoker sees what the second one failed with.
//   - An Invoke whose context ends returns, but the invocation goes on.
//   - Idle processes are stopped where Config.Freeze says so, and otherwise run on. They are never retired. Memory is
//     not limited and not measured.
//
// # Managed Instances
//
// With Config.PerEnvironment the function runs as on Lambda Managed Instances: each of its processes has up to so many
// invocations at once, which aws-lambda-go asks for by as many requests. What is different then, from the page "Understanding
// the Lambda Managed Instances execution environment":
//
//   - The processes start with the function, and another one as soon as one is gone. An invocation for which no place is free
//     gets ErrThrottled; one that finds no process waits for it.
//   - A time-out fails its invocation and kills nothing. The process works on and keeps the place until it is done; its late
//     answer is taken and dropped.
//   - A process that exits fails all the invocations that it has.
//
// Not there: response streaming to the invoker (a streamed response is collected), extensions and telemetry, SnapStart,
// provisioned concurrency (but see Provision), versions and aliases, asynchronous invocation.
//
// On Linux the kernel kills the processes when this one dies without Close; elsewhere they end when they next ask for an
// invocation.
package lambdaruntime
