package tracing

import (
	"context"
	"errors"

	"github.com/aws/aws-lambda-go/events"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"
)

// senders are the span contexts that came with one message, the propagator's first, each once. More than three take several
// functions of WithCarrier.
type senders struct {
	list [3]trace.SpanContext
	more []trace.SpanContext
	n    int // in both

	undecided bool // the first is of a header that leaves the decision about sampling open
}

func (s *senders) at(i int) trace.SpanContext {
	if i < len(s.list) {
		return s.list[i]
	}
	return s.more[i-len(s.list)]
}

// parent is the first sender as the parent of a span. One that left the decision about sampling open hands on its trace alone, and
// the sampler decides.
func (s *senders) parent() trace.SpanContext {
	if s.undecided {
		return s.list[0].WithSpanID(trace.SpanID{})
	}
	return s.list[0]
}

func (s *senders) add(sc trace.SpanContext) {
	if !sc.IsValid() {
		return
	}
	for i := range s.n {
		if known := s.at(i); known.TraceID() == sc.TraceID() && known.SpanID() == sc.SpanID() {
			return
		}
	}
	if s.n < len(s.list) {
		s.list[s.n] = sc
	} else {
		s.more = append(s.more, sc)
	}
	s.n++
}

// maxTraceState is how long the trace state of a link is at most: what the page "Trace Context" of W3C asks everybody to keep.
// A sender may write 16 KB, and a span with many such links would be too large for its way.
const maxTraceState = 512

// links makes links of the senders, with the attributes given.
func (s *senders) links(dst []trace.Link, attrs ...attribute.KeyValue) []trace.Link {
	for i := range s.n {
		sc := s.at(i)
		if state := sc.TraceState(); state.Len() > 0 && len(state.String()) > maxTraceState {
			sc = sc.WithTraceState(trace.TraceState{})
		}
		dst = append(dst, trace.Link{SpanContext: sc, Attributes: attrs})
	}
	return dst
}

// receive finds a message's senders. The context is ctx with the baggage that came with the message, if the propagator
// reads any.
func (s *settings) receive(ctx context.Context, in *info, record any) (context.Context, senders) {
	var from senders
	if in.carrier != nil {
		ctx = s.extract(ctx, in.carrier, &from)
	}
	for _, carrier := range s.messages.carriers {
		ctx = s.lookInto(ctx, carrier, record, &from)
	}
	if in.header != "" {
		if h, err := ParseHeader(in.header); err == nil {
			from.undecided = from.n == 0 && !h.decided()
			from.add(h.SpanContext())
		}
	}
	return ctx, from
}

// lookInto extracts what a function of WithCarrier finds. The function reads what others have sent: a panic of it must cost a
// link, and not the batch. The panic's value may quote the message, so only its type is told.
func (s *settings) lookInto(ctx context.Context, carrier func(any) propagation.TextMapCarrier, record any, from *senders) (found context.Context) {
	found = ctx
	defer func() {
		if v := recover(); v != nil {
			otel.Handle(errors.New("tracing: WithCarrier: the function panicked: " + panicType(v)))
		}
	}()
	if c := carrier(record); c != nil {
		found = s.extract(ctx, c, from)
	}
	return found
}

// extract adds the sender that the propagator finds. ctx keeps its span.
func (s *settings) extract(ctx context.Context, c propagation.TextMapCarrier, from *senders) context.Context {
	current := trace.SpanFromContext(ctx)
	ctx = s.propagator.Extract(ctx, c)
	if sc := trace.SpanContextFromContext(ctx); !sc.Equal(current.SpanContext()) {
		from.add(sc)
		ctx = trace.ContextWithSpan(ctx, current)
	}
	return ctx
}

func (s *settings) sendersOf(ctx context.Context, record any) senders {
	in := describe(record)
	_, from := s.receive(ctx, &in, record)
	return from
}

// batchLinks returns links to the senders of an event's messages, as many as are allowed, and how many messages it looked at.
func (s *settings) batchLinks(ctx context.Context, size int, at func(int) any) (links []trace.Link, looked int) {
	for ; looked < size; looked++ {
		in := describe(at(looked))
		_, from := s.receive(ctx, &in, at(looked))
		if from.n == 0 {
			continue
		}
		if len(links)+from.n > linkLimit {
			return links, looked
		}
		var attrs []attribute.KeyValue
		if size > 1 && in.id != "" && in.kind != kindDynamoDB {
			attrs = []attribute.KeyValue{keyMessageID.String(in.id)}
		}
		links = from.links(links, attrs...)
	}
	return links, looked
}

// omitted counts the links of the messages from number first on.
func (s *settings) omitted(ctx context.Context, first, size int, at func(int) any) int {
	n := 0
	for i := first; i < size; i++ {
		n += s.sendersOf(ctx, at(i)).n
	}
	return n
}

// sqsCarrier reads the message attributes of SQS.
type sqsCarrier map[string]events.SQSMessageAttribute

func (c sqsCarrier) Get(key string) string {
	if v := c[key].StringValue; v != nil {
		return *v
	}
	return ""
}

func (c sqsCarrier) Keys() []string { return keys(c) }

// Set does nothing: the message was sent by somebody else.
func (c sqsCarrier) Set(string, string) {}

// snsCarrier reads the message attributes of SNS: each is an object with a Type and a Value.
type snsCarrier map[string]any

func (c snsCarrier) Get(key string) string {
	attribute, _ := c[key].(map[string]any)
	value, _ := attribute["Value"].(string)
	return value
}

func (c snsCarrier) Keys() []string { return keys(c) }

// Set does nothing: the message was sent by somebody else.
func (c snsCarrier) Set(string, string) {}

func keys[V any](m map[string]V) []string {
	list := make([]string, 0, len(m))
	for key := range m {
		list = append(list, key)
	}
	return list
}

// userRecord is what a function of [WithCarrier] gets for a record.
func userRecord(record any) any {
	if e, ok := record.(*rawEvent); ok {
		return &e.data
	}
	return record
}
