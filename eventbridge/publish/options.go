package publish

import (
	"context"
	"fmt"
)

const (
	// maxEntries is how many entries a call may have (Amazon EventBridge API Reference, "PutEvents").
	maxEntries = 10

	defaultMaxSize     = 1<<20 - 1
	defaultMaxAttempts = 10
)

// Option is a setting of a [Publisher]. The package's With functions make them.
type Option interface {
	apply(*Publisher) (name, reason string)
}

type option struct {
	name string // of the function that made it
	set  func(*Publisher) (reason string)
}

func (o option) apply(p *Publisher) (name, reason string) { return o.name, o.set(p) }

// WithSource sets the source of entries for which neither their detail nor they themselves say one. It must not begin with
// "aws.".
func WithSource(source string) Option {
	return option{"WithSource", func(p *Publisher) string {
		p.source = source
		if source == "" {
			return "the source is empty"
		}
		return sourceReason(source)
	}}
}

// WithBus sets the event bus, by name or ARN, of entries that say none. Defaults to the account's default bus.
func WithBus(bus string) Option {
	return option{"WithBus", func(p *Publisher) string {
		if p.bus = bus; bus == "" {
			return "the name of the bus is empty"
		}
		return ""
	}}
}

// WithEndpoint sends to a global endpoint, named by its id such as "abcde.veo", instead of the endpoint of the client's region.
func WithEndpoint(id string) Option {
	return option{"WithEndpoint", func(p *Publisher) string {
		if p.endpoint = id; id == "" {
			return "the id of the endpoint is empty"
		}
		return ""
	}}
}

// WithMaxSize sets how many bytes an entry may have, and all entries of a call together, as the service counts them (Amazon
// EventBridge User Guide, "Calculating PutEvents event entry size"): source, detail-type, detail and resources in UTF-8, and
// 14 for a time. Defaults to less than 1 MiB (Amazon EventBridge API Reference, "PutEvents"). The limit was 256 KiB before, and
// older pages still say so: set that, 262,144, for targets or an emulator that take no more.
func WithMaxSize(bytes int) Option {
	return option{"WithMaxSize", func(p *Publisher) string {
		if p.maxSize = bytes; bytes < 1 {
			return fmt.Sprintf("a size of %d bytes leaves no room for an entry", bytes)
		}
		return ""
	}}
}

// WithMaxAttempts sets how many times an entry is sent at most, 1 for never again. The SDK's own attempts at a call count as
// one. Defaults to 10, with nine pauses between them that are 21 s in all at most, and half of it on the mean.
func WithMaxAttempts(n int) Option {
	return option{"WithMaxAttempts", func(p *Publisher) string {
		if p.maxAttempts = n; n < 1 {
			return fmt.Sprintf("%d attempts send nothing", n)
		}
		return ""
	}}
}

// WithTraceHeader sets where the X-Ray trace header of entries without one comes from, so that a rule's targets go on with
// the trace of the function that publishes. It is called once for every call of Publish, with its context, and returns nil for
// none; TraceHeader of package tracing is such a function. It must be safe for concurrent use. Defaults to none.
func WithTraceHeader(header func(context.Context) *string) Option {
	return option{"WithTraceHeader", func(p *Publisher) string {
		if p.traceHeader = header; header == nil {
			return "the function for the trace header is nil"
		}
		return ""
	}}
}
