package tracing

import (
	"cmp"
	"context"
	"fmt"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"
)

// ownSpan is the invocation's own span and what is known of the invocation.
type ownSpan struct {
	span      trace.Span
	ctx       context.Context // of the handler
	began     time.Time       // zero where nobody asks
	trigger   string
	cold      bool
	recorded  bool // the span is
	request   bool // the event is an HTTP request whose response has a status code
	implicit  bool // a response without a status code has 200
	requestID string
	function  string // its name, where it is known

	ended atomic.Bool // by whoever came first: the handler, or the time-out
	timer *time.Timer
	late  chan struct{} // closed when the time-out's work is done; nil without a timer

	timedOut bool // the handler came second; it alone reads and writes this
}

// ending is how an invocation ended.
type ending struct {
	errorType string // empty for success
	text      string
	timedOut  bool
	status    int // of an HTTP response, or 0
}

// startOptions are the options of spans without anything of their own invocation, made once: by trigger, and whether it is
// a cold start.
type startOptions map[string][2][]trace.SpanStartOption

func newStartOptions() startOptions {
	m := startOptions{}
	for _, t := range triggers {
		m[t] = [2][]trace.SpanStartOption{newStartOption(t, false), newStartOption(t, true)}
	}
	return m
}

func newStartOption(t string, cold bool) []trace.SpanStartOption {
	options := []trace.SpanStartOption{
		trace.WithSpanKind(trace.SpanKindServer),
		trace.WithAttributes(keyTrigger.String(t), keyColdStart.Bool(cold)),
	}
	return options[:len(options):len(options)] // so that an append copies
}

func (m startOptions) of(t string, cold bool) []trace.SpanStartOption {
	if cold {
		return m[t][1]
	}
	return m[t][0]
}

// start starts the invocation's span and its clock.
func (inv *invocation) start(ctx context.Context, event any) context.Context {
	s, own := inv.settings, &inv.own
	if s.metrics != nil || s.documents != nil {
		own.began = time.Now()
	}
	own.cold = s.coldStart(ctx)
	event = told(event)
	trigger := s.triggerOf(event)
	own.trigger = trigger
	if s.trigger != "" {
		own.trigger = s.trigger
	}
	lc := lambdaContext(ctx)
	own.requestID = lc.AwsRequestID
	f := s.invoked(lc)
	own.function = cmp.Or(s.name, f.name)
	name := cmp.Or(own.function, "lambda")
	options := s.starts.of(own.trigger, own.cold)

	var request *httpRequest
	if trigger == triggerHTTP {
		request = requestOf(event)
	}
	var link trace.SpanContext
	if request != nil {
		own.request, own.implicit = !request.authorizes, request.implicit
		name = cmp.Or(request.route, name)
		options = append(options, trace.WithAttributes(request.attributes(s.methods)...))
		ctx, link = s.parent(ctx, &request.headers)
	} else {
		ctx, link = s.parent(ctx, nil)
	}
	if link.HasTraceID() {
		options = append(options, trace.WithLinks(trace.Link{SpanContext: link}))
	}

	ctx, own.span = s.tracer.Start(ctx, name, options...)
	if own.recorded = own.span.IsRecording(); own.recorded {
		own.span.SetAttributes(f.attributes...)
		if own.requestID != "" {
			own.span.SetAttributes(keyInvocationID.String(own.requestID))
		}
		if attrs := eventAttributes(event); len(attrs) > 0 {
			own.span.SetAttributes(attrs...)
		}
	}
	inv.handler = handlerContext{ctx, inv}
	return &inv.handler
}

// end ends the invocation, unless its time-out did. Spans inside it are ended first, with err.
func (inv *invocation) end(err error, e ending) {
	own := &inv.own
	if own.timer != nil {
		own.timer.Stop()
	}
	if !own.ended.CompareAndSwap(false, true) {
		own.timedOut = true
		return
	}
	inv.endEvent(err)
	inv.record(e)
}

// record ends the span, and counts.
func (inv *invocation) record(e ending) {
	s, own := inv.settings, &inv.own
	if own.recorded {
		if e.status != 0 {
			own.span.SetAttributes(keyStatusCode.Int(e.status))
			if e.status >= 500 && e.errorType == "" {
				own.span.SetAttributes(keyErrorType.String(strconv.Itoa(e.status)))
				own.span.SetStatus(codes.Error, "") // the code says it all
			}
		}
		if e.errorType != "" {
			own.span.SetAttributes(keyErrorType.String(e.errorType))
			own.span.SetStatus(codes.Error, e.text)
		}
	}
	own.span.End()
	if s.metrics == nil && s.documents == nil {
		return
	}
	took := time.Since(own.began)
	if s.metrics != nil {
		s.metrics.record(own.ctx, own, e, took)
	}
	if s.documents != nil {
		writeMetrics(s.documents, own, e, took)
	}
}

// maxText is how long the description of a span's status is at most.
const maxText = 1 << 10

// text returns the description of the status for an error or the value of a panic.
func (s *settings) text(v any) string {
	if !s.errorTexts {
		return ""
	}
	text := fmt.Sprint(v)
	return strings.ToValidUTF8(text[:min(len(text), maxText)], "") // an exporter takes nothing else
}

// failed is for an error.
func (s *settings) failed(err error) ending {
	return ending{errorType: errorType(err), text: s.text(err)}
}

// panicked is for the value of a panic, or nil where runtime.Goexit ended the handler.
func (s *settings) panicked(v any) (ending, error) {
	if v == nil {
		return ending{errorType: "Goexit"}, errGoexit
	}
	e := ending{errorType: panicType(v), text: s.text(v)}
	return e, &panicError{errorType: e.errorType}
}
