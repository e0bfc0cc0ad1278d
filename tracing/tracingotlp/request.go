package tracingotlp

import (
	"cmp"
	"encoding/binary"
	"slices"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/instrumentation"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
)

// requests makes ExportTraceServiceRequests. It is not safe for concurrent use: it keeps its buffers.
type requests struct {
	maxBytes int

	body                  []byte
	resource, scope, span []byte // what comes next

	inResource, inScope         bool // whether the messages around the next span are open in body
	resourceStarts, scopeStarts int
	spans                       []sdktrace.ReadOnlySpan // of body
}

const (
	// keptBuffer is how large a buffer may be to be kept for the next flush.
	keptBuffer = 256 << 10
	// nesting is how many bytes the field and the length of a message take at most.
	nesting = 1 + binary.MaxVarintLen32
)

// group is the spans of one scope, which a request has together.
type group struct {
	resource int // which of the resources, in their order
	spans    []sdktrace.ReadOnlySpan
}

// encode calls send with requests of at most maxBytes that have all spans between them, each in one request only. It returns
// how many spans are in none, because they alone are larger. What send is given is valid until it returns.
func (r *requests) encode(spans []sdktrace.ReadOnlySpan, send func(body []byte, spans []sdktrace.ReadOnlySpan)) (tooLarge int) {
	finish := func() {
		r.endScope()
		r.endResource()
		if len(r.spans) > 0 {
			send(r.body, r.spans)
		}
		r.body, r.spans = r.body[:0], r.spans[:0]
	}
	defer r.release()
	resource := -1
	for _, g := range groups(spans) {
		r.endScope()
		r.scope = appendScope(r.scope[:0], g.spans[0].InstrumentationScope())
		if g.resource != resource {
			r.endResource()
			r.resource = appendResource(r.resource[:0], g.spans[0].Resource())
			resource = g.resource
		}
		for _, s := range g.spans {
			r.span = appendSpan(r.span[:0], s)
			if len(r.body)+r.room() > r.maxBytes {
				finish()
			}
			if r.room() > r.maxBytes {
				tooLarge++
				continue
			}
			r.add(s)
		}
	}
	finish()
	return tooLarge
}

// room is what the next span needs at most, with the messages around it.
func (r *requests) room() int {
	n := nesting + len(r.span)
	if !r.inScope {
		n += nesting + len(r.scope)
	}
	if !r.inResource {
		n += nesting + len(r.resource)
	}
	return n + 2*nesting // for the lengths of messages that are open
}

func (r *requests) add(s sdktrace.ReadOnlySpan) {
	if !r.inResource {
		r.body, r.resourceStarts = begin(r.body, 1)
		r.body = append(r.body, r.resource...)
		r.inResource = true
	}
	if !r.inScope {
		r.body, r.scopeStarts = begin(r.body, 2)
		r.body = append(r.body, r.scope...)
		r.inScope = true
	}
	r.body = appendBytes(r.body, 2, r.span)
	r.spans = append(r.spans, s)
}

func (r *requests) endScope() {
	if r.inScope {
		r.body = end(r.body, r.scopeStarts)
		r.inScope = false
	}
}

func (r *requests) endResource() {
	if r.inResource {
		r.body = end(r.body, r.resourceStarts)
		r.inResource = false
	}
}

// release lets go of spans, and of buffers that one large flush has made.
func (r *requests) release() {
	clear(r.spans[:cap(r.spans)])
	r.spans = r.spans[:0]
	if cap(r.body) > keptBuffer {
		r.body = nil
	}
	if cap(r.span) > keptBuffer {
		r.span = nil
	}
}

func groups(spans []sdktrace.ReadOnlySpan) []group {
	type key struct {
		resource attribute.Distinct
		scope    instrumentation.Scope
	}
	resources := make(map[attribute.Distinct]int, 1)
	indexes := make(map[key]int, 4)
	var list []group
	for _, s := range spans {
		k := key{s.Resource().Equivalent(), s.InstrumentationScope()}
		i, found := indexes[k]
		if !found {
			r, known := resources[k.resource]
			if !known {
				r = len(resources)
				resources[k.resource] = r
			}
			i = len(list)
			indexes[k] = i
			list = append(list, group{resource: r})
		}
		list[i].spans = append(list[i].spans, s)
	}
	slices.SortStableFunc(list, func(a, b group) int { return cmp.Compare(a.resource, b.resource) })
	return list
}
