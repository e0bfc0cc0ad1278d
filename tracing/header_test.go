package tracing_test

import (
	"fmt"
	"strings"
	"testing"

	"go.opentelemetry.io/otel/trace"

	"github.com/lambdapatterns/lambdapatterns/tracing"
)

const (
	root   = "Root=1-5759e988-bd862e3fe1be46a994272793"
	parent = "Parent=53995c3f42cd8ad8"
	full   = root + ";" + parent + ";Sampled=1"
)

var (
	traceID = trace.TraceID{0x57, 0x59, 0xe9, 0x88, 0xbd, 0x86, 0x2e, 0x3f, 0xe1, 0xbe, 0x46, 0xa9, 0x94, 0x27, 0x27, 0x93}
	spanID  = trace.SpanID{0x53, 0x99, 0x5c, 0x3f, 0x42, 0xcd, 0x8a, 0xd8}
)

func TestParseHeader(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		in      string
		parent  bool
		sampled string
		out     string // what String gives; empty if it is the input
	}{
		"full":               {in: full, parent: true, sampled: "1"},
		"not sampled":        {in: root + ";" + parent + ";Sampled=0", parent: true, sampled: "0"},
		"sampling requested": {in: root + ";Sampled=?", sampled: "?"},
		"sampling absent":    {in: root + ";" + parent, parent: true},
		"root only":          {in: root},
		"lineage":            {in: full + ";Lineage=a87bd80c:1|68fd508a:5|c512fbe3:2", parent: true, sampled: "1"},
		"lineage in between": {in: root + ";Lineage=1:a:0;" + parent, parent: true, out: root + ";" + parent + ";Lineage=1:a:0"},
		"any order":          {in: "Sampled=1;" + parent + ";" + root, parent: true, sampled: "1", out: full},
		"blanks":             {in: " " + root + " ; " + parent + ";\tSampled=1 ", parent: true, sampled: "1", out: full},
		"lower case":         {in: strings.ToLower(full), parent: true, sampled: "1", out: full},
		"upper case":         {in: strings.ToUpper(full), parent: true, sampled: "1", out: full},
		"load balancer":      {in: "Self=1-67891233-12456789abcdef012345678;" + root + ";CalledFrom=app", out: root},
		"empty fields":       {in: ";;" + root + "; ;", out: root},
		"unknown, empty":     {in: root + ";Foo=", out: root},
		"lineage with CRLF":  {in: root + ";Lineage=1\r\nX-Evil: 1", out: root},
	}
	for name, test := range tests {
		h, err := tracing.ParseHeader(test.in)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		wantParent := trace.SpanID{}
		if test.parent {
			wantParent = spanID
		}
		if h.Root != traceID || h.Parent != wantParent || h.Sampled != test.sampled {
			t.Errorf("%s: got %+v", name, h)
		}
		want := test.out
		if want == "" {
			want = test.in
		}
		if h.String() != want {
			t.Errorf("%s: String gives %q, want %q", name, h, want)
		}
	}
}

func TestParseHeaderErrors(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ in, field, value string }{
		"empty":                 {"", "Root", ""},
		"blank":                 {" ; ", "Root", ""},
		"no root":               {parent + ";Sampled=1", "Root", ""},
		"root empty":            {"Root=;" + parent, "Root", ""},
		"root other version":    {"Root=2-5759e988-bd862e3fe1be46a994272793", "Root", "2-5759e988-bd862e3fe1be46a994272793"},
		"root short":            {root[:len(root)-1], "Root", root[5 : len(root)-1]},
		"root long":             {root + "0", "Root", root[5:] + "0"},
		"root without a dash":   {"Root=1-5759e9880bd862e3fe1be46a994272793", "Root", "1-5759e9880bd862e3fe1be46a994272793"},
		"root not hex":          {"Root=1-5759e98g-bd862e3fe1be46a994272793", "Root", "1-5759e98g-bd862e3fe1be46a994272793"},
		"root not hex later":    {"Root=1-5759e988-bd862e3fe1be46a99427279é", "Root", "1-5759e988-bd862e3fe1be46a99427279é"},
		"root all zeros":        {"Root=1-00000000-000000000000000000000000", "Root", "1-00000000-000000000000000000000000"},
		"root as W3C":           {"Root=5759e988bd862e3fe1be46a994272793", "Root", "5759e988bd862e3fe1be46a994272793"},
		"root twice":            {root + ";" + root, "Root", root[5:]},
		"parent empty":          {root + ";Parent=", "Parent", ""},
		"parent short":          {root + ";Parent=53995c3f42cd8ad", "Parent", "53995c3f42cd8ad"},
		"parent not hex":        {root + ";Parent=53995c3f42cd8ad/", "Parent", "53995c3f42cd8ad/"},
		"parent all zeros":      {root + ";Parent=0000000000000000", "Parent", "0000000000000000"},
		"parent twice":          {full + ";" + parent, "Parent", parent[7:]},
		"sampled empty":         {root + ";Sampled=", "Sampled", ""},
		"sampled true":          {root + ";Sampled=true", "Sampled", "true"},
		"sampled 2":             {root + ";Sampled=2", "Sampled", "2"},
		"sampled twice":         {full + ";Sampled=1", "Sampled", "1"},
		"field without a value": {full + ";Foo", "", "Foo"},
		"traceparent":           {"00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01", "", "00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01"},
		"long value":            {root + ";Sampled=" + strings.Repeat("1", 500), "Sampled", strings.Repeat("1", 64)},
	}
	for name, test := range tests {
		h, err := tracing.ParseHeader(test.in)
		if err == nil {
			t.Errorf("%s: got %+v, want an error", name, h)
			continue
		}
		if h != (tracing.Header{}) {
			t.Errorf("%s: the header is not empty beside the error: %+v", name, h)
		}
		if reason, ok := strings.CutPrefix(err.Error(), fmt.Sprintf("tracing: X-Ray trace header: %s %q: ", test.field, test.value)); !ok || reason == "" {
			t.Errorf("%s: message %q", name, err)
		}
	}
}

func TestParseHeaderDoesNotAllocate(t *testing.T) {
	in := full + "; lineage=a87bd80c:1|68fd508a:5;Self=1-67891233-12456789abcdef012345678"
	if n := testing.AllocsPerRun(100, func() {
		if _, err := tracing.ParseHeader(in); err != nil {
			t.Fatal(err)
		}
	}); n != 0 {
		t.Errorf("got %v allocations, want none", n)
	}
}

func TestHeaderString(t *testing.T) {
	t.Parallel()
	for want, h := range map[string]tracing.Header{
		"":                  {Parent: spanID, Sampled: "1"},
		root:                {Root: traceID},
		root + ";Sampled=?": {Root: traceID, Sampled: "?"},
		full:                {Root: traceID, Parent: spanID, Sampled: "1"},
	} {
		if got := h.String(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestChangedParentKeepsLineage(t *testing.T) {
	t.Parallel()
	h, err := tracing.ParseHeader(full + ";Lineage=a87bd80c:1")
	if err != nil {
		t.Fatal(err)
	}
	h.Parent = trace.SpanID{7: 1}
	if got, want := h.String(), root+";Parent=0000000000000001;Sampled=1;Lineage=a87bd80c:1"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestSpanContext(t *testing.T) {
	t.Parallel()
	for in, sampled := range map[string]bool{
		full:                               true,
		root + ";" + parent + ";Sampled=0": false,
		root + ";" + parent + ";Sampled=?": false,
		root + ";" + parent:                false,
	} {
		h, err := tracing.ParseHeader(in)
		if err != nil {
			t.Fatal(err)
		}
		sc := h.SpanContext()
		if !sc.IsValid() || !sc.IsRemote() || sc.IsSampled() != sampled {
			t.Errorf("%s: got %+v", in, sc)
		}
		if got, want := sc.TraceID().String(), "5759e988bd862e3fe1be46a994272793"; got != want {
			t.Errorf("%s: trace id %s, want %s", in, got, want)
		}
		if got, want := sc.SpanID().String(), "53995c3f42cd8ad8"; got != want {
			t.Errorf("%s: span id %s, want %s", in, got, want)
		}
	}

	h, err := tracing.ParseHeader(root)
	if err != nil {
		t.Fatal(err)
	}
	if sc := h.SpanContext(); sc.IsValid() || !sc.HasTraceID() {
		t.Errorf("root only: got %+v", sc)
	}
}

func TestTraceHeaderOfASpan(t *testing.T) {
	t.Parallel()
	config := trace.SpanContextConfig{TraceID: traceID, SpanID: spanID, TraceFlags: trace.FlagsSampled | trace.FlagsRandom}
	got := func() *string {
		return tracing.TraceHeader(trace.ContextWithSpanContext(t.Context(), trace.NewSpanContext(config)))
	}
	if h := got(); h == nil || *h != full {
		t.Errorf("got %v, want %q", h, full)
	}
	config.TraceFlags = 0
	if h, want := got(), root+";"+parent+";Sampled=0"; h == nil || *h != want {
		t.Errorf("got %v, want %q", h, want)
	}
	config.TraceID = trace.TraceID{}
	if h := got(); h != nil {
		t.Errorf("without a trace id: got %q", *h)
	}
}
