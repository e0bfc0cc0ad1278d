package tracing

import (
	"context"
	"encoding/hex"
	"log/slog"
	"slices"

	"github.com/aws/aws-lambda-go/lambdacontext"
	"go.opentelemetry.io/otel/trace"
)

// NewLogHandler returns a handler that hands every record on to next with these attributes added:
//
//   - trace_id: 32 hexadecimal digits
//   - span_id: 16 hexadecimal digits
//   - request_id: the id of the Lambda invocation
//
// The trace and the span are those of the OpenTelemetry span in the record's context, if there is a valid one, and
// otherwise those of [HeaderFromContext], whose Parent is the span. The request is that of lambdacontext. What is not
// known is left out.
//
// The attributes are always at the top level, also in a logger made with WithGroup, so that a query finds them:
//
//	slog.New(tracing.NewLogHandler(next)).WithGroup("order").InfoContext(ctx, "paid", "id", 7)
//	// {"time":…,"level":"INFO","msg":"paid","trace_id":"…","span_id":"…","request_id":"…","order":{"id":7}}
//
// It panics if next is nil. It is safe for concurrent use if next is.
func NewLogHandler(next slog.Handler) slog.Handler {
	if next == nil {
		panic("tracing: NewLogHandler: next is nil")
	}
	return &logHandler{next: next, top: next}
}

type logHandler struct {
	// next has all attributes and groups. It takes the records to which nothing is added.
	next slog.Handler
	// top has the attributes from before the first group: what is added to its records is at the top level.
	top slog.Handler
	// groups are the groups that next has open and top has not, the outermost first.
	groups []openGroup
}

// openGroup is a group with the attributes that were added to it and not to a group inside it.
type openGroup struct {
	name  string
	attrs []slog.Attr
}

func (h *logHandler) Enabled(ctx context.Context, level slog.Level) bool {
	return h.next.Enabled(ctx, level)
}

func (h *logHandler) Handle(ctx context.Context, r slog.Record) error {
	// The array keeps the attributes of most records off the heap.
	var buf [16]slog.Attr
	attrs := appendIDs(ctx, buf[:0])
	if len(attrs) == 0 {
		return h.next.Handle(ctx, r)
	}
	// The ids come first: what slog's own handlers write after a group that turns out to be empty may be garbled.
	if len(h.groups) > 0 {
		attrs = append(attrs, h.nest(r))
	} else {
		r.Attrs(func(a slog.Attr) bool {
			attrs = append(attrs, a)
			return true
		})
	}
	// A new record, because the caller may hand the old one to other handlers too.
	added := slog.NewRecord(r.Time, r.Level, r.Message, r.PC)
	added.AddAttrs(attrs...)
	return h.top.Handle(ctx, added)
}

// nest returns the record's attributes inside the open groups.
func (h *logHandler) nest(r slog.Record) slog.Attr {
	innermost := h.groups[len(h.groups)-1]
	attrs := make([]slog.Attr, 0, len(innermost.attrs)+r.NumAttrs())
	attrs = append(attrs, innermost.attrs...)
	r.Attrs(func(a slog.Attr) bool {
		attrs = append(attrs, a)
		return true
	})
	// GroupValue leaves empty groups out, so one that got nothing does not show, nor do those around it.
	group := slog.Attr{Key: innermost.name, Value: slog.GroupValue(attrs...)}
	for _, g := range slices.Backward(h.groups[:len(h.groups)-1]) {
		group = slog.Attr{Key: g.name, Value: slog.GroupValue(append(slices.Clip(g.attrs), group)...)}
	}
	return group
}

func (h *logHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	if len(attrs) == 0 {
		return h
	}
	if len(h.groups) == 0 {
		next := h.next.WithAttrs(attrs)
		return &logHandler{next: next, top: next}
	}
	resolved := slices.Clone(attrs)
	for i := range resolved {
		// As handlers do that format these attributes once: a LogValuer is asked now, and not for each record.
		resolved[i].Value = resolved[i].Value.Resolve()
	}
	groups := slices.Clone(h.groups)
	innermost := &groups[len(groups)-1]
	innermost.attrs = slices.Concat(innermost.attrs, resolved)
	return &logHandler{next: h.next.WithAttrs(resolved), top: h.top, groups: groups}
}

func (h *logHandler) WithGroup(name string) slog.Handler {
	if name == "" {
		return h
	}
	return &logHandler{
		next:   h.next.WithGroup(name),
		top:    h.top,
		groups: append(slices.Clip(h.groups), openGroup{name: name}),
	}
}

func appendIDs(ctx context.Context, ids []slog.Attr) []slog.Attr {
	var traceID trace.TraceID
	var spanID trace.SpanID
	if sc := trace.SpanContextFromContext(ctx); sc.IsValid() {
		traceID, spanID = sc.TraceID(), sc.SpanID()
	} else if h, ok := HeaderFromContext(ctx); ok {
		traceID, spanID = h.Root, h.Parent
	}
	if traceID.IsValid() {
		// One string holds both, for one allocation.
		const split = 2 * len(traceID)
		var digits [split + 2*len(spanID)]byte
		hex.Encode(digits[:split], traceID[:])
		hex.Encode(digits[split:], spanID[:])
		both := string(digits[:])
		ids = append(ids, slog.String("trace_id", both[:split]))
		if spanID.IsValid() {
			ids = append(ids, slog.String("span_id", both[split:]))
		}
	}
	if lc, ok := lambdacontext.FromContext(ctx); ok && lc != nil && lc.AwsRequestID != "" {
		ids = append(ids, slog.String("request_id", lc.AwsRequestID))
	}
	return ids
}
