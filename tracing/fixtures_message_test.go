package tracing_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"

	"github.com/lambdapatterns/lambdapatterns/tracing"
	"github.com/lambdapatterns/lambdapatterns/tracing/internal/spantest"
)

const queueARN = "arn:aws:sqs:eu-central-1:123456789012:orders"

// batchOf makes an event with the messages m1 to m<n>, which are received for the second time.
func batchOf(n int) events.SQSEvent {
	var e events.SQSEvent
	for i := range n {
		e.Records = append(e.Records, events.SQSMessage{
			MessageId: fmt.Sprintf("m%d", i+1), Body: "secret", EventSourceARN: queueARN, EventSource: "aws:sqs",
			Attributes: map[string]string{"ApproximateReceiveCount": "2", "SenderId": "secret"},
		})
	}
	return e
}

// sender is the X-Ray header of the i-th sender.
func sender(i int) tracing.Header {
	return tracing.Header{
		Root: trace.TraceID{1, 2, 3, 4, 14: byte(i >> 8), 15: byte(i + 1)}, Parent: trace.SpanID{6: byte(i >> 8), 7: byte(i) | 0x80},
		Sampled: "1",
	}
}

// report is a report as those of sqsbatch and changes are.
type report []reported

type reported struct {
	id, outcome string
	done        bool
	err         error
}

func (r report) Each(tell func(id, outcome string, done bool, err error)) {
	for _, t := range r {
		tell(t.id, t.outcome, t.done, t.err)
	}
}

// named returns the spans with a name, and checks that each span has ended once.
func named(t *testing.T, r *spantest.Recorder, name string) []*spantest.Span {
	t.Helper()
	var list []*spantest.Span
	for _, s := range r.Spans() {
		if s.Ends != 1 {
			t.Errorf("the span %q has ended %d times", s.Name, s.Ends)
		}
		if s.Stop.Before(s.Start) {
			t.Errorf("the span %q ends before it starts", s.Name)
		}
		if s.Name == name {
			list = append(list, s)
		}
	}
	return list
}

// text writes the attributes that are told, in order of their names.
func text(attributes map[attribute.Key]attribute.Value) string {
	var b strings.Builder
	for _, key := range slices.Sorted(maps.Keys(attributes)) {
		fmt.Fprintf(&b, "%s=%s\n", key, attributes[key].String())
	}
	return b.String()
}

// outcomeOf is a span's outcome and error, such as "failed ShipError".
func outcomeOf(s *spantest.Span) string {
	out := s.Attributes["lambdapatterns.outcome"].AsString()
	if out == "" {
		out = "-"
	}
	if s.Code == codes.Error {
		out += " " + s.Attributes["error.type"].AsString()
	} else if _, ok := s.Attributes["error.type"]; ok {
		out += " error.type without a status"
	}
	return out
}

// byID returns the outcomes of the messages' spans.
func byID(t *testing.T, r *spantest.Recorder) map[string]string {
	t.Helper()
	m := map[string]string{}
	for _, s := range named(t, r, "process orders") {
		if id, ok := s.Attributes["messaging.message.id"]; ok {
			m[id.AsString()] = outcomeOf(s)
		}
	}
	return m
}
