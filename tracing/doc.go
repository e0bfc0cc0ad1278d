// Package tracing puts a Lambda function's invocations into the traces that they belong to. It makes spans and metrics by
// OpenTelemetry's conventions, flushes them when that delays nobody, reads and writes X-Ray's trace header, and puts the
// trace's ids on logs. It needs OpenTelemetry's API only, and no SDK: without one it costs next to nothing.
//
//	func main() {
//		provider := … // the SDK's tracer provider, as package tracingotlp makes one
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
//   - faas.trigger, from the event's type or its keys, see [WithTrigger]; faas.coldstart, see [WithColdStart];
//     faas.invocation_id, aws.lambda.invoked_arn, cloud.account.id and cloud.resource_id
//   - of a request its method, route, path, query (the names of its parameters, with their values redacted), scheme, server,
//     client and user agent, and the status code of the response, of which 5xx is a failure
//   - of records from S3, DynamoDB and Kinesis what they agree in (faas.document.*), and of a schedule its time
//   - when it fails the status Error and error.type: the type that Lambda reports, the code of a 5xx, or timeout. The
//     text of an error is not in it unless [WithErrorTexts] says so
//
// # What it belongs to
//
// The parent is the span in the context if there is one. Otherwise it is what the propagator finds in the headers of an HTTP
// request; give [WithPropagator] one, or set OpenTelemetry's. X-Ray's header, which Lambda hands to each invocation, is
// looked at where [WithXRay] says so: a function whose spans go to X-Ray wants [XRayParent], which is the default where package
// tracingotlp sends them to the daemon beside the function, and any other leaves it.
//
// # The flush
//
// Lambda freezes the process when it has answered and asked for the next invocation. Spans that a batching processor still
// has then are sent with one of the next invocations, or never. [WithFlush] sends them between the two: the caller has its
// response by then, but the flush is part of the invocation's duration, and an environment takes no other invocation
// meanwhile. It is bounded by [WithFlushTimeout] and by the deadline. A backend that is slow, down or broken changes
// nothing in what the function answers; [WithFlushErrors] tells of it.
//
// # SQS messages
//
// Package sqsbatch and this one do not know each other. They meet in two of sqsbatch's options:
//
//	lambda.Start(tracing.HandleRaw(sqsbatch.Handle(ship,
//		sqsbatch.WithMiddleware(tracing.Message),
//		sqsbatch.WithObserver(tracing.Outcomes),
//	)))
//
// which makes these spans, here of a batch of three messages whose third failed:
//
//	orders-function            SERVER    the invocation
//	└ process orders           CONSUMER  the batch, linked to the senders of its messages
//	  ├ process orders         CONSUMER  a message, linked to its sender: succeeded
//	  ├ process orders         CONSUMER  succeeded
//	  └ process orders         CONSUMER  failed, with the status Error
//
// A message's span says what the batch's response made of it, not only what its handler returned: the attribute
// lambdapatterns.outcome is one of the outcomes of package sqsbatch. [Message] has the rules. A message that was never started,
// behind a failure in its FIFO group or for lack of time, gets no span. It is counted on the batch's span with the others, in an
// attribute for each outcome, and its id is in an event there: see [Outcomes].
//
// A handler of whole batches, sqsbatch.HandleBatch, has the batch's span, and Outcomes for what became of the messages. A
// function that goes through its messages itself calls what Message returns; what became of them is in its
// events.SQSEventResponse.
//
// A sender is found by the system attribute AWSTraceHeader, which needs no propagator, and by what the propagator reads in the
// message attributes ([WithPropagator]); one that both name is linked to once. The page "Instrumenting AWS Lambda" wants the
// former alone. A topic or a rule of EventBridge in between hands the trace on in the system attribute (Amazon EventBridge User
// Guide, "Amazon EventBridge integration with AWS X-Ray"). Message attributes get through a topic with raw message delivery
// only; in its envelope [WithCarrier] can find them. A batch's span has 128 links at most, and counts in
// lambdapatterns.links.omitted what it leaves out. [WithMessageParent] makes the sender the parent for single messages.
//
// # Events and records
//
// An event of the following types has a span of its own below the invocation's, named "process" and the place it is from. Under
// [HandleRaw] it does if the handler decodes the event by aws-lambda-go or by packages sqsbatch or changes.
//
//	events.SQSEvent             queue        links to the senders
//	events.SNSEvent             topic        links by the propagator; SNS itself passes its trace on to the invocation
//	events.KinesisEvent         stream       links by WithCarrier
//	events.DynamoDBEvent        table        no links
//	events.S3Event              bucket       no links
//	events.EventBridgeEvent     detail-type  links by WithCarrier
//	eventbridge.Event[D]        detail-type  the same
//
// [Record] is for single records of a stream, and package singletable/changes takes it as sqsbatch takes Message. [Event] is for
// single events of EventBridge, in a router or in the messages of a queue.
//
// These spans hold names of queues, topics, tables and buckets, ids and counts. They hold no body, no item, no key of one, no
// values of attributes, and no text of an error unless [WithErrorTexts] says so.
//
// The spans of a batch's messages are kept until it is over, and end all at once with its report. A batch of 10,000 has 10,001
// spans: the SDK's batching processor keeps 2,048 by default and drops what is more, so give it a larger queue, or sample.
//
// # The rules that bite
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
// that CloudWatch makes metrics of, without any SDK. Both tell of invocations, the former of messages as well; what becomes of
// the messages of an SQS batch sqsbatch.MetricsTo counts, and the records of a stream changes.MetricsTo, in the latter's format.
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
// writes it, [Header.SpanContext] converts it, and [HeaderFromContext] finds that of the current invocation.
//
//   - A header may hold a Root alone. Its span context then has a trace id, but is not valid as a parent: the SDK goes on
//     with the trace and asks the sampler.
//   - No decision about sampling is not a decision against it: Sampled is empty in the one, "0" in the other.
//
// # Testing
//
// What [Handle] returns is a function that a test can call, with an SDK's tracer provider whose exporter keeps the spans, such
// as the SDK's package tracetest has. The package otlpreceiver of tracingotlp takes spans as a backend does.
//
// The package does nothing when it is imported, and reads the environment when Handle is called.
package tracing
