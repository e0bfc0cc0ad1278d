// Package tracing puts a Lambda function's invocations into the traces that they belong to. It makes spans and metrics by
// OpenTelemetry's conventions, flushes them when that delays nobody, reads and writes X-Ray's trace header, and puts the
// trace's ids on logs. It needs OpenTelemetry's API only, and no SDK: without one it costs next to nothing.
//
//	func main() {
//		provider := … // the SDK's tracer provider
//		lambda.Start(tracing.Handle(handler,
//			tracing.WithTracerProvider(provider),
//			tracing.WithFlush(provider),
//		))
//	}
//
// # Which function
//
// [Handle] takes a handler of an event and a response, [HandleEvent] one that returns an error alone, and [HandleRaw] one
// that reads the bytes of its event itself. What they return goes to lambda.Start. The handler gets the same event, and its
// caller the same response or error, as without them.
//
// # The span
//
// Each invocation has a span of kind SERVER, as the pages "Instrumenting AWS Lambda", "Semantic conventions for FaaS spans"
// and "Semantic conventions for HTTP spans" want it. It is named after the function, or the route of API Gateway, and has
//
//   - faas.trigger, from the event's type or its keys, see [Trigger]; faas.coldstart, see [WithColdStart];
//     faas.invocation_id, aws.lambda.invoked_arn, cloud.account.id and cloud.resource_id
//   - of a request its method, route, path, query (with signatures redacted), scheme, server, client and user agent, and
//     the status code of the response, of which 5xx is a failure
//   - of records from S3, DynamoDB and Kinesis what they agree in (faas.document.*), and of a schedule its time
//   - when it fails the status Error and error.type: the type that Lambda reports, the code of a 5xx, or timeout. The
//     text of an error is not in it unless [WithErrorTexts] says so
//
// # What it belongs to
//
// The parent is the span in the context if there is one. Otherwise it is what the propagator finds in the headers of an HTTP
// request; give [WithPropagator] one, or set OpenTelemetry's. X-Ray's header, which Lambda hands to each invocation, is
// looked at where [WithXRay] says so: a function whose spans go to X-Ray wants [XRayParent], and any other leaves it.
//
// # The flush
//
// Lambda freezes the process when it has answered and asked for the next invocation. Spans that a batching processor still
// has then are sent with one of the next invocations, or never. [WithFlush] sends them between the two: the caller has its
// response by then, but the flush is part of the invocation's duration, and an environment takes no other invocation
// meanwhile. It is bounded by [WithFlushTimeout] and by the deadline. A backend that is slow, down or broken changes
// nothing in what the function answers; [WithFlushErrors] tells of it.
//
// # Rules that bite
//
//   - An error and a panic are returned after the flush, because aws-lambda-go has nothing to close then: the caller waits
//     for it. So does an invocation that times out, whose spans are ended and flushed 100 ms before its deadline
//     ([WithReserve]); what its handler does after that is not recorded.
//   - Pass the handler's context on. Spans and logs that are made with another one belong to no invocation.
//   - The options of aws-lambda-go for how responses are encoded (WithSetEscapeHTML, WithSetIndent) do not reach a handler
//     in [Handle], and the ResponseEvent of its package handlertrace gets a reader. Those for events and contexts work.
//   - A function in X-Ray's pass-through mode gets Sampled=0 where nobody decided. With [XRayParent] that is a decision
//     wherever no request brings another, so use it with active tracing only.
//   - Attributes of a request are a client's words: paths, queries, addresses. Give the SDK a processor that takes out
//     what may not leave.
//   - Lambda ends a process without a signal, unless aws-lambda-go's WithEnableSIGTERM asks for one. With WithFlush nothing
//     waits for that.
//   - A handler that starts goroutines and returns has spans that end after the flush. They go with the next one.
//
// # Metrics
//
// [WithMeterProvider] counts and times invocations by OpenTelemetry's API. [WithMetricsTo] writes them as a line of JSON
// that CloudWatch makes metrics of, without any SDK. Both tell of invocations; what becomes of the messages of an SQS batch
// sqsbatch.MetricsTo counts in the same format.
//
// # Logs
//
// [NewLogHandler] puts the ids of the trace, the span and the request on every record, so that a line of a log leads
// to its trace and back:
//
//	func main() {
//		slog.SetDefault(slog.New(tracing.NewLogHandler(slog.NewJSONHandler(os.Stdout, nil))))
//		lambda.Start(func(ctx context.Context, e events.SQSEvent) error {
//			slog.InfoContext(ctx, "received", "messages", len(e.Records)) // with trace_id, span_id, request_id
//			return nil
//		})
//	}
//
// Pass the context: slog.Info has none, so its records lack the request's id and the span.
//
// # The X-Ray trace header
//
// Lambda, SQS (as the message system attribute AWSTraceHeader), API Gateway and load balancers hand a trace on in
// X-Ray's own format. [XRayPropagator] reads and writes it in HTTP headers beside W3C's, and is not deprecated as contrib's
// is. [TraceHeader] is what a function puts into fields that take such a header. [ParseHeader] reads it, [Header.String]
// writes it, [Header.SpanContext] and [HeaderFromSpanContext] convert it, and [HeaderFromContext] finds that of the current
// invocation.
//
//   - A header may hold a Root alone. Its span context then has a trace id, but is not valid as a parent: the SDK goes on
//     with the trace and asks the sampler.
//   - No decision about sampling is not a decision against it: [SamplingUnknown] and [SamplingNo] are kept apart.
//
// The package does nothing when it is imported, and reads the environment when Handle is called.
package tracing
