package tracingotlp

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"go.opentelemetry.io/otel/attribute"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
)

// Option is a setting of a [Provider]. The package's With functions make them.
type Option interface {
	apply(*config) error
}

type option func(*config) error

func (o option) apply(c *config) error { return o(c) }

// config is what options say. What is zero is for the environment to say.
type config struct {
	endpoint   *url.URL
	daemon     string
	noDefault  bool
	header     http.Header
	gzip       bool
	timeout    time.Duration
	client     *http.Client
	sign       Signer
	queue      int
	attributes []attribute.KeyValue
	sdk        []sdktrace.TracerProviderOption
}

// Signer adds to a request, before each attempt at it, what shows the destination who sends it. The body is what is sent,
// compressed if it is to be; it must not be changed or kept. An error is tried again like an answer that did not come, and its
// text is in the [*ExportError]. It is called by one goroutine at a time.
type Signer func(ctx context.Context, r *http.Request, body []byte) error

// WithEndpoint sends over HTTP to a URL, such as "http://localhost:4318/v1/traces", instead of where the environment says.
// The path /v1/traces is added to a URL without one.
func WithEndpoint(rawURL string) Option {
	return option(func(c *config) error {
		u, err := parseEndpoint("WithEndpoint", rawURL)
		if err != nil {
			return err
		}
		if strings.Trim(u.Path, "/") == "" {
			u.Path = tracesPath
		}
		c.endpoint, c.daemon = u, ""
		return nil
	})
}

// WithXRayDaemon sends over UDP to the X-Ray daemon that Lambda runs beside functions with active tracing, whatever the
// environment says. An empty address means that of AWS_XRAY_DAEMON_ADDRESS, and without that 127.0.0.1:2000.
func WithXRayDaemon(address string) Option {
	return option(func(c *config) error {
		setting := "WithXRayDaemon"
		if address == "" {
			address, setting = getenv(daemonVariable), daemonVariable
		}
		if address == "" {
			address = defaultDaemon
		}
		var ok bool
		if c.daemon, ok = daemonAddress(address); !ok {
			return wrong(setting, "%q is no address: use host:port", address)
		}
		c.endpoint = nil
		return nil
	})
}

// WithoutDefault records and sends nothing where neither an option nor the environment says where spans go to, instead of sending
// them to a collector on localhost. It is for a function that is traced where it runs beside something that takes spans, and not
// in a test or on a developer's machine.
func WithoutDefault() Option {
	return option(func(c *config) error {
		c.noDefault = true
		return nil
	})
}

// WithHeader adds a header to every request, such as a key for the destination. Values are never in an error.
func WithHeader(name, value string) Option {
	return option(func(c *config) error {
		if err := checkHeader("WithHeader", name, value); err != nil {
			return err
		}
		if c.header == nil {
			c.header = http.Header{}
		}
		c.header.Set(name, value)
		return nil
	})
}

// WithGzip compresses requests over HTTP. It pays where bytes cost more than time: a collector in the same environment gains
// nothing.
func WithGzip() Option {
	return option(func(c *config) error {
		c.gzip = true
		return nil
	})
}

// WithTimeout bounds a request over HTTP together with its other attempts. Defaults to 10 s. The context of a flush bounds
// it as well.
func WithTimeout(d time.Duration) Option {
	return option(func(c *config) error {
		if c.timeout = d; d <= 0 {
			return wrong("WithTimeout", "%v leaves no time: use a positive duration", d)
		}
		return nil
	})
}

// WithHTTPClient sets the client of requests over HTTP, for instance one with certificates of its own. It should follow no
// redirect. Defaults to one that does not, and that closes connections after 30 s without a request.
func WithHTTPClient(client *http.Client) Option {
	return option(func(c *config) error {
		if c.client = client; client == nil {
			return wrong("WithHTTPClient", "the client is nil")
		}
		return nil
	})
}

// WithSigner signs every request over HTTP. Package tracingxray has the one for X-Ray's own endpoint.
func WithSigner(sign Signer) Option {
	return option(func(c *config) error {
		if c.sign = sign; sign == nil {
			return wrong("WithSigner", "the signer is nil")
		}
		return nil
	})
}

// WithQueue sets how many spans may wait for a flush. When it is full the oldest are dropped and counted. Defaults to
// OTEL_BSP_MAX_QUEUE_SIZE, then to 2048. While 512 or more wait, they are sent early.
func WithQueue(spans int) Option {
	return option(func(c *config) error {
		if c.queue = spans; spans < 1 {
			return wrong("WithQueue", "a queue of %d spans holds none", spans)
		}
		return nil
	})
}

// WithAttributes adds attributes to the resource. They come before those of the environment.
func WithAttributes(attributes ...attribute.KeyValue) Option {
	return option(func(c *config) error {
		for _, kv := range attributes {
			if !kv.Valid() {
				return wrong("WithAttributes", "the attribute %q has no key or no value", kv.Key)
			}
		}
		c.attributes = append(c.attributes, attributes...)
		return nil
	})
}

// WithSDK hands options to the SDK, such as a sampler, limits or another span processor. They come after the package's own.
func WithSDK(opts ...sdktrace.TracerProviderOption) Option {
	return option(func(c *config) error {
		for _, o := range opts {
			if o == nil {
				return wrong("WithSDK", "an option is nil")
			}
		}
		c.sdk = append(c.sdk, opts...)
		return nil
	})
}
