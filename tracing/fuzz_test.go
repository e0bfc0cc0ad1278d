package tracing_test

import (
	"context"
	"encoding/hex"
	"testing"

	"go.opentelemetry.io/otel/trace"

	"github.com/lambdapatterns/lambdapatterns/tracing"
)

// FuzzParseHeader checks that no input makes ParseHeader panic, and that what it accepts is written in a form that
// gives the same header and the same string again.
func FuzzParseHeader(f *testing.F) {
	f.Add(full)
	f.Add(root + "; " + parent + ";Lineage=a87bd80c:1|68fd508a:5")
	f.Add("Self=1-67891233-12456789abcdef012345678;" + root + ";CalledFrom=app")
	f.Fuzz(func(t *testing.T, in string) {
		h, err := tracing.ParseHeader(in)
		if err != nil {
			if h != (tracing.Header{}) || h.String() != "" {
				t.Fatalf("%+v beside %v", h, err)
			}
			return
		}
		if !h.Root.IsValid() {
			t.Fatalf("accepted %q without a Root", in)
		}
		again, err := tracing.ParseHeader(h.String())
		if err != nil || again != h {
			t.Fatalf("%q is written as %q, which gives %+v, %v, want %+v", in, h, again, err, h)
		}
		if again.String() != h.String() {
			t.Fatalf("%q, then %q", h, again)
		}
	})
}

// FuzzHeaderString checks that every header can be written and read again, and what conversion to a span context and
// back keeps.
func FuzzHeaderString(f *testing.F) {
	f.Add(traceID[:], spanID[:], byte(2))
	f.Add(traceID[:], []byte{}, byte(0))
	f.Fuzz(func(t *testing.T, id, span []byte, sampled byte) {
		h := tracing.Header{Sampled: []string{"", "0", "1", "?"}[sampled%4]}
		copy(h.Root[:], id)
		copy(h.Parent[:], span)
		if h.Root == (trace.TraceID{}) {
			if h.String() != "" {
				t.Fatalf("without a Root: %q", h)
			}
			return
		}
		got, err := tracing.ParseHeader(h.String())
		if err != nil || got != h {
			t.Fatalf("%q gives %+v, %v, want %+v", h, got, err, h)
		}

		sc := h.SpanContext()
		if sc.TraceID().String() != hex.EncodeToString(h.Root[:]) || sc.SpanID() != h.Parent {
			t.Fatalf("%+v gives %+v", h, sc)
		}
		back := tracing.TraceHeader(trace.ContextWithRemoteSpanContext(context.Background(), sc))
		if !sc.IsValid() {
			if back != nil {
				t.Fatalf("%+v is no sender, and gives %q", sc, *back)
			}
			return
		}
		if h.Sampled != "1" {
			h.Sampled = "0"
		}
		if back == nil || *back != h.String() {
			t.Fatalf("back: %v, want %q", back, h)
		}
	})
}
