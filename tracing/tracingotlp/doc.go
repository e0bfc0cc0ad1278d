// Package tracingotlp sets OpenTelemetry's SDK up for a Lambda function: the resource, an exporter, and a flush that fits
// between invocations.
//
//	func main() {
//		provider, err := tracingotlp.New()
//		if err != nil {
//			slog.Error("cannot start", "error", err) // a setting is wrong
//			os.Exit(1)
//		}
//		provider.SetGlobal() // if libraries look for it there
//		lambda.Start(tracing.Handle(handler,
//			tracing.WithTracerProvider(provider),
//			tracing.WithFlush(provider),
//		))
//	}
//
// Nothing is sent until ForceFlush, which belongs at the end of each invocation, with a context that bounds it: the option
// WithFlush of package tracing does that, after the caller has its response.
//
// # Where a function runs
//
//	active tracing, nothing else         tracingotlp.New(): to the X-Ray daemon that Lambda runs beside the function
//	an extension with a collector        tracingotlp.New(WithEndpoint("http://localhost:4318")), or OTEL_EXPORTER_OTLP_ENDPOINT
//	a vendor's endpoint                  tracingotlp.New(WithEndpoint(…), WithHeader("api-key", key))
//	X-Ray's own endpoint                 tracingxray.New(cfg)
//	also where nobody takes spans        tracingotlp.New(WithoutDefault())
//
// With active tracing Lambda makes a segment of each invocation, and the function's spans belong below it. Where the provider
// sends to the daemon, package tracing asks it and does so, as if it were told WithXRay(XRayParent); a collector that sends on to
// X-Ray, and tracingxray, want that option given.
//
// # Where spans go
//
// The options say it, then the environment, in this order:
//
//  1. [WithEndpoint] or [WithXRayDaemon], whichever comes last; package tracingxray for X-Ray's own endpoint.
//  2. OTEL_EXPORTER_OTLP_TRACES_ENDPOINT, a URL as it is; OTEL_EXPORTER_OTLP_ENDPOINT, to which /v1/traces is added.
//  3. AWS_XRAY_DAEMON_ADDRESS, which Lambda sets: the X-Ray daemon beside the function, over UDP. It forwards spans only where
//     active tracing is on.
//  4. http://localhost:4318/v1/traces, or nowhere with [WithoutDefault]: then nothing is recorded either.
//
// Over HTTP it is OTLP with binary protocol buffers. These variables are read as OpenTelemetry specifies them, each also with
// TRACES_ after OTLP_: OTEL_EXPORTER_OTLP_HEADERS, _TIMEOUT, _COMPRESSION, and _PROTOCOL, which must be http/protobuf.
// Certificates are not read from files: see [WithHTTPClient]. OTEL_TRACES_EXPORTER=none records and sends nothing,
// OTEL_SDK_DISABLED=true does not even record.
//
// Over UDP a request is cut so that each datagram fits. A span whose datagram would be larger, with about 48 KB of its own, is
// lost and counted. Nothing tells whether a datagram arrived. Only sampled spans are sent: the daemon's form for others, T1U,
// is not used.
//
// # The resource
//
// It has service.name, cloud.provider, cloud.platform, cloud.region, faas.name, faas.version, faas.instance, faas.max_memory in
// bytes, aws.log.group.names and telemetry.sdk. OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES come before what Lambda says,
// and [WithAttributes] before both. Without a function's name service.name is unknown_service.
//
// # Which traces are sampled
//
// OTEL_TRACES_SAMPLER and OTEL_TRACES_SAMPLER_ARG say it, with the names that the SDK has; a wrong one is an error here. The
// default is parentbased_always_on: the caller's decision, and yes where there is none. X-Ray's remote sampling rules are not
// there. Trace ids need no generator of X-Ray's own: X-Ray takes those of W3C's form, through a current collector, the daemon
// and its endpoint alike.
//
// # What a flush does
//
// Spans wait in a queue of 2,048, or OTEL_BSP_MAX_QUEUE_SIZE. The SDK's batch processor sends by a timer as well: in the middle of
// an invocation, which pays for it, or half-way into a freeze, which breaks the connection; and what it could not send is gone.
// Here nothing is under way when ForceFlush has returned, and nothing is lost that may still go. The other variables that begin
// with OTEL_BSP_ have no meaning.
//
//   - It sends what is there, up to 512 spans a request. With nothing recorded it returns at once.
//   - 429, 502, 503, 504 and failed connections are tried again twice, as Retry-After says if it fits into the context. What
//     still could not be sent is kept for the next flush, before newer spans. What the destination refuses is lost.
//   - A destination that failed is left alone for 1 s, then 2 and up to 30, half of it random, or as long as Retry-After says:
//     it costs one invocation its bound, and not all of them. Until then ForceFlush returns at once, with an error.
//   - While 512 spans or more wait, they are sent early, in the background.
//   - A queue that is full drops its oldest spans: the newest has the end of the trace.
//
// Its error is an [*ExportError], with what was lost and what is kept, or the context's if that had ended before. It is for a
// log, and has no header, no attribute and no password in its text. [Provider.Stats] counts everything.
//
// The number of spans is bounded, not their size: set OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT, which the SDK reads, where
// attributes may be long.
//
// # What it costs
//
// The protocol's generated code is not linked, nor is gRPC, which OpenTelemetry's exporters link even for HTTP: the package
// writes the messages itself. Beside a function that does nothing, on Linux and amd64, stripped and with lambda.norpc:
//
//	                                MB more   allocations at start more   ready later
//	tracingotlp                     1.2         159                       0.3 ms
//	tracingxray                     1.3         175                       0.5 ms
//	the SDK with otlptracehttp      7.6       1,657                       2.3 ms
//
// With the binary in memory, that is; each MB takes 1 to 1.5 ms more where it is not. The program that measures is in folder
// oteltest beside this package's:
//
//	go test -run '^$' -bench Start -benchtime 1x ./tracing/oteltest
//
// A flush of 11 spans, recording them included, takes 0.15 ms to a server on loopback, most of it the server's and net/http's,
// 0.03 ms as a datagram, and 0.2 µs when nothing was recorded:
//
//	go test -run '^$' -bench Flush ./tracing/tracingotlp
//
// Package otlpreceiver is the other end, for tests.
package tracingotlp
