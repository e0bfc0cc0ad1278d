package tracing

import (
	"cmp"
	"net"
	"net/url"
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

// secrets are the names of parameters whose values are signatures or credentials: those that the conventions list, and the
// ones of Signature Version 4.
var secrets = [...]string{
	"AWSAccessKeyId", "Signature", "sig", "X-Goog-Signature",
	"X-Amz-Signature", "X-Amz-Credential", "X-Amz-Security-Token",
}

// redactQuery replaces the values of secrets. Their names are compared without their case, and as a server reads them that takes
// the percent-encoding off.
func redactQuery(query string) string {
	if query == "" {
		return ""
	}
	isSecret := func(pair string) (string, bool) {
		name, _, _ := strings.Cut(pair, "=")
		plain := name
		if strings.Contains(name, "%") {
			if s, err := url.PathUnescape(name); err == nil {
				plain = s
			}
		}
		for _, secret := range secrets {
			if strings.EqualFold(plain, secret) {
				return name, true
			}
		}
		return "", false
	}
	found := false
	for pair := range strings.SplitSeq(query, "&") {
		if _, ok := isSecret(pair); ok {
			found = true
		}
	}
	if !found {
		return query
	}
	pairs := strings.Split(query, "&")
	for i := range pairs {
		if name, ok := isSecret(pairs[i]); ok {
			pairs[i] = name + "=REDACTED"
		}
	}
	return strings.Join(pairs, "&")
}
