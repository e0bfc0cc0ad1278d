package eventbridge

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/lambdapatterns/lambdapatterns/eventbridge/internal/wire"
	"github.com/lambdapatterns/lambdapatterns/eventbridge/pattern"
)

// Router gives each event to the handler that is registered for its source and detail-type. [NewRouter] makes it. It does not
// change, and is safe for concurrent use if its handlers are.
type Router struct {
	routes    map[wire.Kind][]*route
	otherwise Handler
	handle    Handler // the routing, with the middleware around it
	wraps     []func(next func(context.Context, json.RawMessage) error) func(context.Context, json.RawMessage) error
}

// route is a handler with the patterns of which one must match, if there are any.
type route struct {
	patterns []*pattern.Pattern
	handle   Handler
}

// RouterOption is a part of a [Router]: [On], [OnKind], [Otherwise] or [WithMiddleware].
type RouterOption interface{ applyTo(*Router) error }

type routerOption func(*Router) error

func (o routerOption) applyTo(r *Router) error { return o(r) }

// On handles the events that D is for: those of D's method EventType. With patterns only those that one of the patterns
// matches.
//
//	eventbridge.On(func(ctx context.Context, e eventbridge.Event[s3event.ObjectCreated]) error { … })
func On[D any](handle func(context.Context, Event[D]) error, patterns ...*pattern.Pattern) RouterOption {
	return routerOption(func(r *Router) error {
		d, ok := wire.DetailOf(new(D)).(Detail)
		if !ok {
			return wire.Reason(fmt.Sprintf("On needs a detail with a method EventType, which %T has not: use OnKind", *new(D)))
		}
		source, detailType := d.EventType()
		return add(r, wire.Kind{Source: source, DetailType: detailType}, handle, patterns)
	})
}

// OnKind handles the events with a source and a detail-type, of which one may be empty to stand for any. With patterns only
// those that one of the patterns matches. D need not implement [Detail]; if it does, it must be for these events.
func OnKind[D any](source, detailType string, handle func(context.Context, Event[D]) error, patterns ...*pattern.Pattern) RouterOption {
	return routerOption(func(r *Router) error {
		if d, ok := wire.DetailOf(new(D)).(Detail); ok {
			s, t := d.EventType()
			if s != "" && s != source || t != "" && t != detailType {
				return wire.Reason(fmt.Sprintf("OnKind is for source %s and detail-type %s, but %T for source %s and detail-type %s",
					orAny(source), orAny(detailType), *new(D), orAny(s), orAny(t)))
			}
		}
		return add(r, wire.Kind{Source: source, DetailType: detailType}, handle, patterns)
	})
}

// Otherwise handles the events for which there is no other handler. Without it they are a [*NoRouteError]. Under sqsbatch that
// comes again like any failure: return sqsbatch.DeadLetter or sqsbatch.Drop here where it should not.
func Otherwise(handle func(context.Context, Event[json.RawMessage]) error) RouterOption {
	return routerOption(func(r *Router) error {
		switch {
		case handle == nil:
			return wire.Reason("a handler is nil")
		case r.otherwise != nil:
			return wire.Reason("there are two handlers for Otherwise")
		}
		r.otherwise = Handle(handle)
		return nil
	})
}

// WithMiddleware puts middleware around the handling of every event, those without a handler too. The first is the outermost. next
// handles the event; what it returns is the handler's error. The JSON is only valid during the call. Package tracing's Event is
// such a middleware.
func WithMiddleware(middleware ...func(next func(context.Context, json.RawMessage) error) func(context.Context, json.RawMessage) error) RouterOption {
	return routerOption(func(r *Router) error {
		for _, m := range middleware {
			if m == nil {
				return wire.Reason("a middleware is nil")
			}
		}
		r.wraps = append(r.wraps, middleware...)
		return nil
	})
}

// NewRouter makes a router. The most specific handler gets an event:
//
//  1. those for its source and detail-type, then those for its source and any detail-type, or for its detail-type from
//     any source;
//  2. among these the ones with patterns, in the order in which they are given, then the one without;
//  3. the one of [Otherwise].
//
// The error is a [*RouterError] for what could not be told apart: two handlers without patterns for one kind of event or with
// one pattern, and a handler for any detail-type of a source beside one for a detail-type of any source. It also is one for
// nil handlers, patterns and middleware, for a kind that is all empty, and when there is no handler.
func NewRouter(opts ...RouterOption) (*Router, error) {
	r := &Router{routes: map[wire.Kind][]*route{}}
	for i, o := range opts {
		if o == nil {
			return nil, &RouterError{Option: i, Reason: "the option is nil"}
		}
		if err := o.applyTo(r); err != nil {
			return nil, &RouterError{Option: i, Reason: err.Error()}
		}
	}
	if len(r.routes) == 0 && r.otherwise == nil {
		return nil, &RouterError{Option: len(opts), Reason: "there is no handler"}
	}
	for k, routes := range r.routes {
		// What has no pattern comes last.
		for i, one := range routes {
			if one.patterns == nil {
				r.routes[k] = append(append(routes[:i:i], routes[i+1:]...), one)
			}
		}
	}
	next := r.dispatch
	for i := len(r.wraps) - 1; i >= 0; i-- {
		if next = r.wraps[i](next); next == nil {
			return nil, &RouterError{Option: len(opts), Reason: "a middleware has returned nil"}
		}
	}
	r.handle = next
	return r, nil
}

func add[D any](r *Router, k wire.Kind, handle func(context.Context, Event[D]) error, patterns []*pattern.Pattern) error {
	switch {
	case handle == nil:
		return wire.Reason("a handler is nil")
	case k == wire.Kind{}:
		return wire.Reason("a handler is for any source and any detail-type: use Otherwise")
	}
	for other := range r.routes {
		if (k.Source == "") != (other.Source == "") && (k.DetailType == "") != (other.DetailType == "") {
			return wire.Reason("a handler is for any detail-type of a source, another for a detail-type of any source: an event could be for both")
		}
	}
	for _, p := range patterns {
		if p == nil {
			return wire.Reason("a pattern is nil")
		}
	}
	for _, other := range r.routes[k] {
		if len(patterns) == 0 && other.patterns == nil {
			return wire.Reason(fmt.Sprintf("there are two handlers for source %s and detail-type %s", orAny(k.Source), orAny(k.DetailType)))
		}
		for _, p := range patterns {
			for _, q := range other.patterns {
				if p.String() == q.String() {
					return wire.Reason(fmt.Sprintf("there are two handlers for source %s and detail-type %s with one pattern",
						orAny(k.Source), orAny(k.DetailType)))
				}
			}
		}
	}
	r.routes[k] = append(r.routes[k], &route{patterns, Handle(handle)})
	return nil
}

// Handle gives one event to its handler, and returns the handler's error. Give it to sqsbatch.Handle for a queue whose
// messages are events. The error is a [*NoRouteError] when there is no handler, and a [*DecodeError] for what is no event.
func (r *Router) Handle(ctx context.Context, event json.RawMessage) error {
	return r.handle(ctx, event)
}

// Invoke makes the router a lambda.Handler, so that lambda.Start takes it. It takes one event or an array, as
// [Handler.Invoke] does. For what comes in records of SQS, SNS or Kinesis, see [Unwrap].
func (r *Router) Invoke(ctx context.Context, payload []byte) ([]byte, error) {
	return invoke(ctx, payload, r.handle)
}

func (r *Router) dispatch(ctx context.Context, event json.RawMessage) error {
	kind, err := wire.KindOf(event)
	if err != nil {
		return &DecodeError{Err: err}
	}
	if kind.Source == "" || kind.DetailType == "" {
		return &DecodeError{Err: errNoEvent}
	}
	for _, k := range [...]wire.Kind{kind, {Source: kind.Source}, {DetailType: kind.DetailType}} {
		for _, one := range r.routes[k] {
			ok, err := one.takes(event)
			if err != nil {
				return &DecodeError{Err: err}
			}
			if ok {
				return one.handle(ctx, event)
			}
		}
	}
	if r.otherwise != nil {
		return r.otherwise(ctx, event)
	}
	return &NoRouteError{Source: kind.Source, DetailType: kind.DetailType}
}

func (r *route) takes(event []byte) (bool, error) {
	for _, p := range r.patterns {
		if ok, err := p.Match(event); ok || err != nil {
			return ok, err
		}
	}
	return len(r.patterns) == 0, nil
}
