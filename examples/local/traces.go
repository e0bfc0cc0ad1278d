package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"

	"github.com/lambdapatterns/lambdapatterns/examples/local/internal/traceview"
	"github.com/lambdapatterns/lambdapatterns/tracing/tracingotlp/otlpreceiver"
)

// maxSpans is how many spans are kept: those of some thousand requests.
const maxSpans = 20_000

// tellMost are the attributes that are shown beside a span's name.
var tellMost = []string{"aws.dynamodb.table_names", "aws.dynamodb.index_name", "messaging.destination.name", "lambdapatterns.outcome"}

// traces takes the functions' spans, in OpenTelemetry's protocol, and shows them.
type traces struct {
	receiver otlpreceiver.Receiver
	url      string
	stop     func() error
}

// startTraces makes the machine a collector of spans, and adds where it is to the functions' variables. An SQS that is neither
// Amazon's nor the one in memory does not put the trace on messages, so something is put before it that does.
func (m *machine) startTraces() error {
	m.traces = &traces{receiver: otlpreceiver.Receiver{Keep: maxSpans}}
	server, address, err := serve(loopback, m.traces.handler())
	if err != nil {
		return fmt.Errorf("receiver of spans: %w", err)
	}
	m.traces.stop = server.Close
	m.closers = append(m.closers, server.Close)
	m.traces.url = "http://" + address
	m.variables["OTEL_EXPORTER_OTLP_ENDPOINT"] = m.traces.url
	if !m.sqs.inMemory && !m.sqs.atAWS() {
		target, err := url.Parse(m.sqs.url)
		if err != nil {
			return err
		}
		if m.variables["AWS_ENDPOINT_URL_SQS"], err = m.listen(loopback, traceHeaders(target)); err != nil {
			return fmt.Errorf("trace headers for SQS: %w", err)
		}
	}
	m.printf("  traces  %s, where the functions' spans go\n", m.traces.url)
	return nil
}

// handler takes spans, lists the traces and shows each on a page.
func (t *traces) handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("POST /v1/traces", &t.receiver)
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		var b bytes.Buffer
		answer(w, &b, traceview.List(&b, "Traces of the local stack", t.spans()))
	})
	mux.HandleFunc("GET /{trace}", func(w http.ResponseWriter, r *http.Request) {
		nodes := traceview.Build(t.spans(), r.PathValue("trace"))
		if len(nodes) == 0 {
			http.Error(w, "there is no such trace, or it was too long ago", http.StatusNotFound)
			return
		}
		var b bytes.Buffer
		answer(w, &b, traceview.HTML(&b, nodes[0].Name, nodes, tellMost...))
	})
	return mux
}

func answer(w http.ResponseWriter, page *bytes.Buffer, err error) {
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write(page.Bytes()) // whoever asked has gone
}

// spans returns what is kept, as it is shown.
func (t *traces) spans() []traceview.Span {
	stubs := t.receiver.Spans()
	spans := make([]traceview.Span, len(stubs))
	for i := range stubs {
		spans[i] = shown(&stubs[i])
	}
	return spans
}

// shown makes of a span what is shown of it: a request has its method in its name, and events are among the attributes.
func shown(s *tracetest.SpanStub) traceview.Span {
	v := traceview.Span{
		ID: idOf(s.SpanContext), Name: s.Name, Start: s.StartTime, End: s.EndTime, Failed: s.Status.Code == codes.Error,
	}
	if s.Parent.SpanID().IsValid() {
		v.Parent = s.Parent.SpanID().String()
	}
	for _, link := range s.Links {
		v.Links = append(v.Links, idOf(link.SpanContext))
	}
	if service, ok := s.Resource.Set().Value("service.name"); ok {
		v.Service = service.String()
	}
	if s.SpanKind != trace.SpanKindInternal {
		v.Kind = strings.ToUpper(s.SpanKind.String())
	}
	for _, a := range s.Attributes {
		v.Attributes = append(v.Attributes, traceview.Attribute{Key: string(a.Key), Value: valueOf(a)})
	}
	v.Status = cmp.Or(s.Status.Description, find(v, "error.type"))
	if method := find(v, "http.request.method"); method != "" && s.SpanKind == trace.SpanKindServer {
		v.Name = method + " " + v.Name
	}
	for _, e := range s.Events {
		attributes := make([]string, len(e.Attributes))
		for i, a := range e.Attributes {
			attributes[i] = string(a.Key) + "=" + valueOf(a)
		}
		v.Attributes = append(v.Attributes, traceview.Attribute{Key: "event " + e.Name, Value: strings.Join(attributes, " ")})
	}
	return v
}

func valueOf(a attribute.KeyValue) string {
	if a.Value.Type() == attribute.STRINGSLICE {
		return strings.Join(a.Value.AsStringSlice(), ", ")
	}
	return a.Value.String()
}

func idOf(sc trace.SpanContext) traceview.ID {
	return traceview.ID{Trace: sc.TraceID().String(), Span: sc.SpanID().String()}
}

// paymentTrace returns the tree of the first payment that was accepted and charged or declined: its request, and what hangs below
// that. It is nil while the spans are not all there.
func paymentTrace(spans []traceview.Span) []*traceview.Node {
	spans = slices.Clone(spans)
	slices.SortStableFunc(spans, func(a, b traceview.Span) int { return a.Start.Compare(b.Start) })
	for _, s := range spans {
		if s.Name != "POST /payments" || find(s, "http.response.status_code") != "202" {
			continue
		}
		nodes := traceview.Build(spans, s.Trace)
		if contains(nodes, func(n *traceview.Node) bool { return n.Linked && find(n.Span, "lambdapatterns.outcome") == "succeeded" }) {
			return nodes
		}
	}
	return nil
}

func find(s traceview.Span, key string) string {
	for _, a := range s.Attributes {
		if a.Key == key {
			return a.Value
		}
	}
	return ""
}

func contains(nodes []*traceview.Node, is func(*traceview.Node) bool) bool {
	return slices.ContainsFunc(nodes, func(n *traceview.Node) bool { return is(n) || contains(n.Children, is) })
}

// showPayment shows one payment's whole way: as a tree, and as a page in the folder of the options.
func (s *stack) showPayment(ctx context.Context) error {
	s.heading("One payment's whole way")
	var nodes []*traceview.Node
	err := s.until(ctx, "the spans of a payment have come", func() (bool, error) {
		nodes = paymentTrace(s.traces.spans())
		return nodes != nil, nil
	})
	if err != nil {
		return err
	}
	if errs := s.traces.receiver.Errors(); len(errs) > 0 {
		return fmt.Errorf("spans were refused: %w", errors.Join(errs...))
	}
	var tree bytes.Buffer
	if err := traceview.Text(&tree, nodes, tellMost...); err != nil {
		return err
	}
	s.printf("%s", tree.Bytes())
	file, err := s.writePage(nodes)
	if err != nil {
		return err
	}
	s.printf("\nThe same as a page, with every span's attributes: %s\n", file)
	return nil
}

// writePage writes the page and returns its path.
func (s *stack) writePage(nodes []*traceview.Node) (string, error) {
	folder := s.options.traceFolder
	var err error
	if folder == "" {
		folder, err = os.MkdirTemp("", "lambdapatterns-trace-")
	} else {
		err = os.MkdirAll(folder, 0o755)
	}
	if err != nil {
		return "", err
	}
	var page bytes.Buffer
	if err := traceview.HTML(&page, "One payment's whole way", nodes, tellMost...); err != nil {
		return "", err
	}
	file := filepath.Join(folder, "payment.html")
	return file, os.WriteFile(file, page.Bytes(), 0o644)
}
