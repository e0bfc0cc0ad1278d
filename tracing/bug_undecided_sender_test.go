package tracing_test

import (
	"testing"

	"github.com/lambdapatterns/lambdapatterns/tracing"
	"github.com/lambdapatterns/lambdapatterns/tracing/internal/spantest"
)

// A sender that leaves the decision about sampling open was a parent that is not sampled: the spans of its message were left out.
func TestBugSenderWithoutADecision(t *testing.T) {
	t.Parallel()
	const header = "Root=1-01020304-05060708090a0b0c0d0e0f10;Parent=1111111111111111"
	for _, header := range []string{header, header + ";Sampled=?", header + ";Sampled=1"} {
		var spans spantest.Recorder
		event := batchOf(1)
		event.Records[0].Attributes["AWSTraceHeader"] = header
		handle := tracing.Handle(loop(ok), tracing.WithTracerProvider(&spans), tracing.WithMessageParent())
		if _, err := handle(t.Context(), event); err != nil {
			t.Fatal(err)
		}
		list := spans.Spans()
		if len(list) != 3 {
			t.Errorf("%s: %d spans of 3", header, len(list))
			continue
		}
		for _, s := range list[1:] {
			if s.Context.TraceID().String() != "0102030405060708090a0b0c0d0e0f10" || s.Links[0].SpanContext.SpanID().String() != "1111111111111111" {
				t.Errorf("%s: %s is of the trace %s, with the links %s", header, s.Name, s.Context.TraceID(), spanIDs(s.Links))
			}
		}
	}
}
