package tracing

import (
	"cmp"
	"net"
	"slices"
	"strconv"
	"strings"

	"go.opentelemetry.io/otel/attribute"
)

// httpRequest is what the events of API Gateway, load balancers and function URLs tell of a request.
type httpRequest struct {
	headers  headerCarrier
	method   string
	route    string // the template that was matched, if there is one
	path     string
	query    string
	host     string // where no header tells it
	client   string
	agent    string
	protocol string // HTTP/1.1

	// implicit is set where a response without a status code is one with 200.
	implicit bool
	// authorizes is set where the response is no response to the request.
	authorizes bool
}

// attributes returns the attributes of the page "Semantic conventions for HTTP spans" for a server's span. They are set when
// the span starts, where a sampler sees them.
func (r *httpRequest) attributes(known []string) []attribute.KeyValue {
	attrs := make([]attribute.KeyValue, 0, 12)
	add := func(key attribute.Key, value string) {
		if value != "" {
			attrs = append(attrs, key.String(value))
		}
	}
	if slices.Contains(known, r.method) {
		add(keyMethod, r.method)
	} else if r.method != "" {
		add(keyMethod, "_OTHER")
		add(keyMethodOriginal, r.method)
	}
	add(keyRoute, r.route)
	add(keyPath, r.path)
	add(keyQuery, redactQuery(r.query))
	add(keyScheme, r.scheme())
	host, port := r.server()
	add(keyServerAddress, host)
	if port > 0 && host != "" {
		attrs = append(attrs, keyServerPort.Int(port))
	}
	add(keyClientAddress, r.clientAddress())
	add(keyUserAgent, cmp.Or(r.headers.Get("user-agent"), r.agent))
	add(keyProtocolVersion, protocolVersion(r.protocol))
	return attrs
}

// scheme is that of the client's request. API Gateway and function URLs take https alone.
func (r *httpRequest) scheme() string {
	scheme := cmp.Or(forwarded(r.headers.Get("forwarded"), "proto"), firstItem(r.headers.Get("x-forwarded-proto")), "https")
	return strings.ToLower(scheme)
}

// server is the host that the client asked for, and its port, or 0.
func (r *httpRequest) server() (host string, port int) {
	host = cmp.Or(
		forwarded(r.headers.Get("forwarded"), "host"), firstItem(r.headers.Get("x-forwarded-host")), r.headers.Get("host"), r.host)
	text := r.headers.Get("x-forwarded-port")
	if h, p, err := net.SplitHostPort(host); err == nil {
		host, text = h, p
	}
	if n, err := strconv.ParseUint(text, 10, 16); err == nil {
		port = int(n)
	}
	return host, port
}

func (r *httpRequest) clientAddress() string {
	if r.client != "" {
		return r.client
	}
	return firstItem(r.headers.Get("x-forwarded-for"))
}

// forwarded returns a parameter of the first element of the header Forwarded (RFC 7239).
func forwarded(header, name string) string {
	if header == "" {
		return ""
	}
	element, _, _ := strings.Cut(header, ",")
	for pair := range strings.SplitSeq(element, ";") {
		key, value, _ := strings.Cut(pair, "=")
		if strings.EqualFold(strings.TrimSpace(key), name) {
			return strings.Trim(strings.TrimSpace(value), `"`)
		}
	}
	return ""
}

func firstItem(list string) string {
	item, _, _ := strings.Cut(list, ",")
	return strings.TrimSpace(item)
}

// protocolVersion takes the name off, and the .0 that HTTP/2 does not have.
func protocolVersion(protocol string) string {
	_, version, ok := strings.Cut(protocol, "/")
	if !ok {
		return ""
	}
	if version == "2.0" || version == "3.0" {
		return version[:1]
	}
	return version
}

// redactQuery keeps the names of parameters and replaces their values: signatures and tokens, which the conventions want out, and
// addresses and names of people, which nobody can tell from others. A part without "=" may be a value, and is replaced whole.
func redactQuery(query string) string {
	if query == "" {
		return ""
	}
	const redacted = "REDACTED"
	var b strings.Builder
	for i, pair := range strings.Split(query, "&") {
		if i > 0 {
			b.WriteByte('&')
		}
		switch name, value, ok := strings.Cut(pair, "="); {
		case ok && value != "":
			b.WriteString(name + "=" + redacted)
		case ok || pair == "":
			b.WriteString(pair)
		default:
			b.WriteString(redacted)
		}
	}
	return b.String()
}
