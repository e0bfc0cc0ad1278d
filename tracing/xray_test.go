package tracing_test

import (
	"context"
	"testing"

	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"

	"github.com/lambdapatterns/lambdapatterns/tracing"
	"github.com/lambdapatterns/lambdapatterns/tracing/internal/spantest"
)

const (
	xrayRoot   = "Root=1-5759e988-bd862e3fe1be46a994272793"
	xrayTrace  = "5759e988bd862e3fe1be46a994272793"
	xrayParent = "53995c3f42cd8ad8"
	// w3cTrace and w3cParent are in httpAPIEvent's traceparent, which is sampled.
	w3cTrace  = "4bf92f3577b34da6a3ce929d0e0e4736"
	w3cParent = "00f067aa0ba902b7"
	noParent  = "0000000000000000"
)

func TestXRay(t *testing.T) {
	t.Setenv("_X_AMZN_TRACE_ID", "")
	t.Setenv("OTEL_PROPAGATORS", "")
	const withParent = xrayRoot + ";Parent=" + xrayParent
	for name, c := range map[string]struct {
		mode          tracing.XRayMode
		header        string
		payload       string
		trace, parent string // of the span; its trace is its own if this is empty
		link          string // the span that it is linked to
	}{
		"ignore":                       {tracing.XRayIgnore, withParent + ";Sampled=1", "{}", "", noParent, ""},
		"ignore, request":              {tracing.XRayIgnore, withParent + ";Sampled=1", httpAPIEvent, w3cTrace, w3cParent, ""},
		"link":                         {tracing.XRayLink, withParent + ";Sampled=1", "{}", "", noParent, xrayParent},
		"link, request":                {tracing.XRayLink, withParent + ";Sampled=1", httpAPIEvent, w3cTrace, w3cParent, xrayParent},
		"link, undecided":              {tracing.XRayLink, withParent, "{}", "", noParent, xrayParent},
		"link to nothing":              {tracing.XRayLink, withParent + ";Sampled=0", "{}", "", noParent, ""},
		"link, Root alone":             {tracing.XRayLink, xrayRoot, "{}", "", noParent, ""},
		"parent":                       {tracing.XRayParent, withParent + ";Sampled=1", "{}", xrayTrace, xrayParent, ""},
		"parent before request":        {tracing.XRayParent, withParent + ";Sampled=1", httpAPIEvent, xrayTrace, xrayParent, w3cParent},
		"passive, request":             {tracing.XRayParent, withParent + ";Sampled=0", httpAPIEvent, w3cTrace, w3cParent, ""},
		"undecided, request":           {tracing.XRayParent, withParent, httpAPIEvent, w3cTrace, w3cParent, ""},
		"Root alone, request":          {tracing.XRayParent, xrayRoot, httpAPIEvent, w3cTrace, w3cParent, ""},
		"parent, undecided":            {tracing.XRayParent, withParent, "{}", xrayTrace, noParent, xrayParent},
		"parent, decision wanted":      {tracing.XRayParent, withParent + ";Sampled=?", "{}", xrayTrace, noParent, xrayParent},
		"parent, Root alone":           {tracing.XRayParent, xrayRoot, "{}", xrayTrace, noParent, ""},
		"parent, blanks and case":      {tracing.XRayParent, "root=1-5759e988-bd862e3fe1be46a994272793; parent=" + xrayParent + " ;sampled=1", "{}", xrayTrace, xrayParent, ""},
		"parent, header is malformed":  {tracing.XRayParent, "Root=7", "{}", "", noParent, ""},
		"parent, malformed, request":   {tracing.XRayParent, "Root=7", httpAPIEvent, w3cTrace, w3cParent, ""},
		"link, header is malformed":    {tracing.XRayLink, "Root=7", "{}", "", noParent, ""},
		"parent, there is no header":   {tracing.XRayParent, "", "{}", "", noParent, ""},
		"parent, no header, a request": {tracing.XRayParent, "", httpAPIEvent, w3cTrace, w3cParent, ""},
	} {
		t.Run(name, func(t *testing.T) {
			span := invokeIn(t, invoked(t.Context(), c.header), c.payload, tracing.WithXRay(c.mode))
			id := span.Context.TraceID().String()
			if c.trace != "" && id != c.trace || c.trace == "" && (id == xrayTrace || id == w3cTrace) {
				t.Errorf("trace %s, want %s", id, c.trace)
			}
			if parent := span.Parent.SpanID().String(); parent != c.parent {
				t.Errorf("parent %s, want %s", parent, c.parent)
			}
			link := ""
			if len(span.Links) > 0 {
				link = span.Links[0].SpanContext.SpanID().String()
			}
			if link != c.link || len(span.Links) > 1 {
				t.Errorf("links %v, want %s", span.Links, c.link)
			}
		})
	}
	t.Run("not sampled", func(t *testing.T) {
		// The decision counts where nobody else has made one: the span is not recorded, and so not in the list.
		ctx := invoked(t.Context(), withParent+";Sampled=0")
		if spans := spansOf(t, ctx, "{}", tracing.WithXRay(tracing.XRayParent)); len(spans) != 0 {
			t.Errorf("recorded %d", len(spans))
		}
	})
	t.Run("environment", func(t *testing.T) {
		t.Setenv("_X_AMZN_TRACE_ID", withParent+";Sampled=1")
		if span := invokeIn(t, t.Context(), "{}", tracing.WithXRay(tracing.XRayParent)); span.Parent.SpanID().String() != xrayParent {
			t.Errorf("parent %v", span.Parent)
		}
	})
}

// toDaemon is a provider that says where its spans go, as one of package tracingotlp does.
type toDaemon struct {
	*spantest.Recorder
	xray bool
}

func (p toDaemon) ToXRayDaemon() bool { return p.xray }

func TestXRayByTheProvider(t *testing.T) {
	t.Setenv("OTEL_PROPAGATORS", "")
	for name, c := range map[string]struct {
		xray   bool
		opts   []tracing.Option
		parent string
	}{
		"daemon":               {true, nil, xrayParent},
		"collector":            {false, nil, noParent},
		"daemon, but told":     {true, []tracing.Option{tracing.WithXRay(tracing.XRayIgnore)}, noParent},
		"collector, but told":  {false, []tracing.Option{tracing.WithXRay(tracing.XRayParent)}, xrayParent},
		"daemon, told to link": {true, []tracing.Option{tracing.WithXRay(tracing.XRayLink)}, noParent},
	} {
		var spans spantest.Recorder
		opts := append(c.opts, tracing.WithTracerProvider(toDaemon{&spans, c.xray}))
		handle := tracing.HandleEvent(func(context.Context, int) error { return nil }, opts...)
		if _, err := handle(invoked(t.Context(), xrayRoot+";Parent="+xrayParent+";Sampled=1"), 1); err != nil {
			t.Fatal(err)
		}
		if got := spans.Spans()[0].Parent.SpanID().String(); got != c.parent {
			t.Errorf("%s: parent %s, want %s", name, got, c.parent)
		}
	}
}

func TestXRayPropagator(t *testing.T) {
	t.Parallel()
	w3c := trace.NewSpanContext(trace.SpanContextConfig{TraceID: trace.TraceID{7}, SpanID: trace.SpanID{7}, Remote: true, TraceFlags: 1})
	unsampled := w3c.WithTraceFlags(0)
	sampled := mustHeader(t, full).SpanContext()
	for name, c := range map[string]struct {
		before trace.SpanContext
		header string
		want   trace.SpanContext
	}{
		"nothing":                 {trace.SpanContext{}, "", trace.SpanContext{}},
		"header":                  {trace.SpanContext{}, full, sampled},
		"replaces":                {w3c, full, sampled},
		"Sampled=0":               {trace.SpanContext{}, xrayRoot + ";Parent=" + xrayParent + ";Sampled=0", sampled.WithTraceFlags(0)},
		"Sampled=0 kills nothing": {w3c, xrayRoot + ";Parent=" + xrayParent + ";Sampled=0", w3c},
		"Sampled=0 for the same":  {unsampled, xrayRoot + ";Parent=" + xrayParent + ";Sampled=0", sampled.WithTraceFlags(0)},
		"Root alone":              {trace.SpanContext{}, xrayRoot, sampled.WithSpanID(trace.SpanID{}).WithTraceFlags(0)},
		"Root alone kills none":   {unsampled, xrayRoot, unsampled},
		"undecided":               {trace.SpanContext{}, xrayRoot + ";Parent=" + xrayParent, sampled.WithSpanID(trace.SpanID{}).WithTraceFlags(0)},
		"malformed":               {w3c, "Root=1-5759e988", w3c},
	} {
		for key, carrier := range map[string]propagation.TextMapCarrier{
			"http":  propagation.HeaderCarrier{"X-Amzn-Trace-Id": {c.header}},
			"lower": propagation.MapCarrier{"x-amzn-trace-id": c.header},
		} {
			t.Run(name+"/"+key, func(t *testing.T) {
				t.Parallel()
				ctx := trace.ContextWithRemoteSpanContext(t.Context(), c.before)
				got := trace.SpanContextFromContext(tracing.XRayPropagator{}.Extract(ctx, carrier))
				if !got.Equal(c.want) && (got.IsValid() || c.want.IsValid() || got.TraceID() != c.want.TraceID()) {
					t.Errorf("got %v, want %v", got, c.want)
				}
			})
		}
	}
}

func TestXRayPropagatorInject(t *testing.T) {
	t.Parallel()
	carrier := propagation.MapCarrier{}
	tracing.XRayPropagator{}.Inject(t.Context(), carrier)
	if len(carrier) != 0 {
		t.Errorf("without a span: %v", carrier)
	}
	ctx := invoked(t.Context(), "Root=1-11111111-222222222222222222222222;Lineage=a87bd80c:1|68fd508a:5")
	ctx = trace.ContextWithSpanContext(ctx, mustHeader(t, full).SpanContext())
	tracing.XRayPropagator{}.Inject(ctx, carrier)
	if got, want := carrier["X-Amzn-Trace-Id"], full+";Lineage=a87bd80c:1|68fd508a:5"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if fields := (tracing.XRayPropagator{}).Fields(); len(fields) != 1 || carrier[fields[0]] == "" {
		t.Errorf("fields %v", fields)
	}
}

func mustHeader(t *testing.T, s string) tracing.Header {
	t.Helper()
	h, err := tracing.ParseHeader(s)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// A request's headers in any case, several of a name, and X-Ray's among them.
func TestRequestHeaders(t *testing.T) {
	t.Parallel()
	propagator := propagation.NewCompositeTextMapPropagator(propagation.TraceContext{}, propagation.Baggage{}, tracing.XRayPropagator{})
	for name, c := range map[string]struct{ headers, want string }{
		"as clients write it": {`"headers":{"Traceparent":"00-` + w3cTrace + `-` + w3cParent + `-01"}`, w3cParent},
		"several values":      {`"multiValueHeaders":{"TRACEPARENT":["00-` + w3cTrace + `-` + w3cParent + `-01"]}`, w3cParent},
		"X-Ray":               {`"headers":{"X-Amzn-Trace-Id":"` + full + `"}`, xrayParent},
		"passive X-Ray": {`"headers":{"traceparent":"00-` + w3cTrace + `-` + w3cParent + `-01","X-Amzn-Trace-Id":"` +
			xrayRoot + `;Parent=` + xrayParent + `;Sampled=0"}`, w3cParent},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			payload := `{"resource":"/","path":"/","httpMethod":"GET",` + c.headers + `,"requestContext":{}}`
			spans := spansOf(t, context.Background(), payload, tracing.WithPropagator(propagator))
			if len(spans) != 1 || spans[0].Parent.SpanID().String() != c.want {
				t.Errorf("got %v", spans)
			}
		})
	}
}
