// Package tracing connects a Lambda function's logs and spans with the trace that its invocation belongs to.
// It needs OpenTelemetry's trace API only, and no SDK.
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
// X-Ray's own format. [ParseHeader] reads it, [Header.String] writes it, [Header.SpanContext] and
// [HeaderFromSpanContext] convert it, and [HeaderFromContext] finds that of the current invocation.
//
//   - A header may hold a Root alone. Its span context then has a trace id, but is not valid as a parent.
//   - No decision about sampling is not a decision against it: [SamplingUnknown] and [SamplingNo] are kept apart.
//     A function with tracing in pass-through mode gets Sampled=0 where nobody decided, so do not let that stop a trace
//     which is sampled by other means.
package tracing
