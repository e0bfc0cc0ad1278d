package publish

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
)

// Client is what of the SDK's EventBridge client is used.
type Client interface {
	PutEvents(context.Context, *eventbridge.PutEventsInput, ...func(*eventbridge.Options)) (*eventbridge.PutEventsOutput, error)
}

// Publisher sends events. [New] makes it. It does not change, and is safe for concurrent use if its client is, as the SDK's is.
type Publisher struct {
	client      Client
	source      string
	bus         string
	endpoint    string
	maxSize     int
	maxAttempts int
	traceHeader func(context.Context) *string
}

// New makes a publisher. The error is an [*OptionError] for a setting that cannot be, and for a client that is nil.
func New(client Client, opts ...Option) (*Publisher, error) {
	if client == nil {
		return nil, &OptionError{Option: "client", Reason: "it is nil"}
	}
	p := &Publisher{client: client, maxSize: defaultMaxSize, maxAttempts: defaultMaxAttempts}
	for _, o := range opts {
		if o == nil {
			return nil, &OptionError{Option: "nil", Reason: "give New options of this package's With functions"}
		}
		if name, reason := o.apply(p); reason != "" {
			return nil, &OptionError{Option: name, Reason: reason}
		}
	}
	return p, nil
}

// Publish sends events, and returns nil when the service has taken every one.
//
// An [*InvalidError] names entries that cannot be sent; then nothing was. A [*PublishError] names those that the service did
// not take, after all attempts or when the context ended; the others were published. Publish sends nothing more 100 ms before
// the context's deadline, or when a tenth of the time that there was is left if that is later.
//
// A call that fails as a whole with an error that will not pass, such as a missing permission, ends it: what was not sent by
// then is left too.
func (p *Publisher) Publish(ctx context.Context, entries ...Entry) error {
	b := &batch{publisher: p, events: make([]event, len(entries))}
	invalid := &InvalidError{Len: len(entries)}
	enc := newEncoder()
	traceHeader := p.headerOf(ctx)
	for i := range entries {
		r, why := p.request(enc, &entries[i], traceHeader)
		if why != nil {
			why.Index = i
			invalid.Entries = append(invalid.Entries, *why)
			continue
		}
		b.events[i].request = r
		b.events[i].size = sizeOf(&r)
	}
	if len(invalid.Entries) > 0 {
		return invalid
	}
	return b.send(ctx)
}

// headerOf returns the trace header of entries that have none of their own.
func (p *Publisher) headerOf(ctx context.Context) *string {
	if p.traceHeader == nil {
		return nil
	}
	if h := p.traceHeader(ctx); h != nil && *h != "" {
		return h
	}
	return nil
}
