package tracing

import (
	"io"
	"slices"
	"time"

	"github.com/lambdapatterns/lambdapatterns/internal/emf"
)

// emfMetrics are in every document, as 0 if need be, so that alarms find data.
var emfMetrics = []emf.Metric{
	{Name: "Invocations", Unit: "Count"}, {Name: "Errors", Unit: "Count"}, {Name: "Timeouts", Unit: "Count"},
	{Name: "ColdStarts", Unit: "Count"}, {Name: "Duration", Unit: "Milliseconds"},
}

// emfProperties are the members of a document that are no metrics.
var emfProperties = []string{"trigger", "request_id", "trace_id", "error_type"}

// WithMetricsTo makes metrics of the invocations in CloudWatch's embedded metric format, without any SDK: one JSON document
// a line for each invocation. In Lambda, os.Stdout as w makes CloudWatch metrics of them, without a call of an API (Amazon
// CloudWatch User Guide, "Embedding metrics within logs").
//
// The metrics are Invocations (all of them), Errors (errors, panics and time-outs), Timeouts and ColdStarts, each 0 or 1,
// and Duration in milliseconds. Their one dimension is FunctionName, from AWS_LAMBDA_FUNCTION_NAME or the invoked ARN
// ("unknown" without either); dimensions adds others that are the same for all invocations. A document also has the
// properties trigger, request_id, trace_id and error_type, which Logs Insights finds and which cost no metric, and nothing of
// the event. What becomes of an SQS batch's messages is for sqsbatch.MetricsTo to tell.
//
// Each document is one call of Write, and calls do not overlap. An error of w is nobody's and is lost. It shares os.Stdout and
// the namespace with sqsbatch.MetricsTo and a slog handler: each line is one Write, and the dimensions keep the metrics apart.
// A bytes.Buffer that a test gives to several of them needs a lock of its own.
//
// WithMetricsTo panics when w is nil, when the namespace is not 1 to 255 of the characters that CloudWatch allows, and when
// dimensions are more than 29, have the name of another member, or have a name or value that is empty, too long (255, 1,024
// characters), not printable ASCII, or a name that begins with a colon.
func WithMetricsTo(w io.Writer, namespace string, dimensions map[string]string) Option {
	taken := slices.Clone(emfProperties)
	for _, m := range emfMetrics {
		taken = append(taken, m.Name)
	}
	d := emf.New("tracing: WithMetricsTo", w, namespace, "FunctionName", dimensions, taken...)
	return option(func(s *settings) { s.documents = d })
}

// writeMetrics writes the document of an invocation.
func writeMetrics(to *emf.Documents, own *ownSpan, e ending, took time.Duration) {
	count := func(is bool) int {
		if is {
			return 1
		}
		return 0
	}
	members := map[string]any{
		"Invocations": 1, "Errors": count(e.errorType != ""), "Timeouts": count(e.timedOut), "ColdStarts": count(own.cold),
		"Duration": float64(took.Microseconds()) / 1000, "trigger": own.trigger,
	}
	if own.requestID != "" {
		members["request_id"] = own.requestID
	}
	if sc := own.span.SpanContext(); sc.HasTraceID() {
		members["trace_id"] = sc.TraceID().String()
	} else if h, ok := HeaderFromContext(own.ctx); ok {
		members["trace_id"] = h.Root.String()
	}
	if e.errorType != "" {
		members["error_type"] = e.errorType
	}
	to.Write(own.function, emf.Document{Metrics: emfMetrics, Members: members})
}
