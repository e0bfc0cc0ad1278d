// Package tracingxray sends spans to AWS X-Ray itself, without a collector: package tracingotlp signs its requests with AWS
// Signature Version 4 and sends them to X-Ray's OTLP endpoint.
//
//	cfg, err := config.LoadDefaultConfig(ctx)
//	…
//	provider, err := tracingxray.New(cfg)
//
// X-Ray takes spans there when Transaction Search is enabled in the account, and the function's role needs the permission
// xray:PutTraceSegments, as in the managed policy AWSXrayWriteOnlyAccess. A request has 5 MB and 10,000 spans at most there
// (Amazon CloudWatch User Guide, "OTLP endpoints"), and package tracingotlp sends at most 4 MiB and 512. X-Ray refuses a span of
// more than 200 KB.
//
// A request to X-Ray takes some milliseconds of every invocation that records something. Over UDP to the daemon that Lambda
// runs beside functions with active tracing, which is the default where there is no other destination, it takes microseconds.
// Prefer this package where spans must be known to have arrived, where they are larger than a datagram, or where active
// tracing is off.
//
// It links the SDK's core, signer and no service: about what any function with an SDK client has anyway.
package tracingxray
