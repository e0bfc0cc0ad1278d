package tracing

import (
	"encoding/hex"
	"fmt"
	"strings"

	"go.opentelemetry.io/otel/trace"
)

// Header is an X-Ray trace header, as AWS's pages "AWS X-Ray concepts" and "Request tracing for your Application Load
// Balancer" describe it:
//
//	Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1
//
// It is a plain value: comparable, and safe for concurrent use as long as nobody changes it.
type Header struct {
	// Root is the trace: Root without the leading "1-" and the dash. It is all zeros in the zero Header only.
	Root trace.TraceID
	// Parent is the segment or span that made the call, all zeros if the header names none.
	Parent trace.SpanID
	// Sampled is the decision whether to record the trace, as it is written: "1", "0", "?" for a caller that asks to be told
	// the decision, or empty where the header has none and whoever receives it may decide.
	Sampled string

	// lineage is what Lambda uses to stop recursive loops. It means nothing to anybody else and is handed on.
	lineage string
}

// The decisions about sampling.
const (
	sampledYes   = "1"
	sampledNo    = "0"
	sampledAsked = "?"
)

const (
	rootLength   = len("1-5759e988-bd862e3fe1be46a994272793")
	parentLength = len("53995c3f42cd8ad8")

	rootFormat   = `want "1-", 8 hexadecimal digits, "-" and 24 more, not all of them 0`
	parentFormat = "want 16 hexadecimal digits, not all of them 0"
	sampledOneOf = "want 0, 1 or ?"
)

// ParseHeader reads an X-Ray trace header. The fields may come in any order, with their names in upper or lower case
// and with blanks around them. Only Root has to be there; empty fields and those with other names, such as a load
// balancer's Self, are ignored.
//
// The error names the field and its value: a Root, Parent or Sampled that is malformed or there twice, a missing Root, or a
// field without "=". ParseHeader does not allocate, unless it fails.
func ParseHeader(s string) (Header, error) {
	var h Header
	for rest := s; rest != ""; {
		var field string
		field, rest, _ = strings.Cut(rest, ";")
		field = strings.Trim(field, " \t")
		if field == "" {
			continue
		}
		name, value, ok := strings.Cut(field, "=")
		if !ok {
			return malformed("", field, `want a name, "=" and a value`)
		}
		switch {
		case strings.EqualFold(name, "Root"):
			if h.Root.IsValid() {
				return malformed("Root", value, "there are two")
			}
			if h.Root, ok = parseRoot(value); !ok {
				return malformed("Root", value, rootFormat)
			}
		case strings.EqualFold(name, "Parent"):
			if h.Parent.IsValid() {
				return malformed("Parent", value, "there are two")
			}
			if len(value) != parentLength || !decodeHex(h.Parent[:], value) || !h.Parent.IsValid() {
				return malformed("Parent", value, parentFormat)
			}
		case strings.EqualFold(name, "Sampled"):
			if h.Sampled != "" {
				return malformed("Sampled", value, "there are two")
			}
			switch value {
			case sampledYes, sampledNo, sampledAsked:
				h.Sampled = value
			default:
				return malformed("Sampled", value, sampledOneOf)
			}
		case strings.EqualFold(name, "Lineage"):
			h.lineage = ""
			if isPrintable(value) {
				h.lineage = value
			}
		}
	}
	if !h.Root.IsValid() {
		return malformed("Root", "", "it is missing")
	}
	return h, nil
}

func parseRoot(s string) (id trace.TraceID, ok bool) {
	if len(s) != rootLength || s[:2] != "1-" || s[10] != '-' {
		return id, false
	}
	ok = decodeHex(id[:4], s[2:10]) && decodeHex(id[4:], s[11:]) && id.IsValid()
	return id, ok
}

// decodeHex fills dst from the 2*len(dst) digits of s, in either case.
func decodeHex(dst []byte, s string) bool {
	for i := range dst {
		high, low := digit(s[2*i]), digit(s[2*i+1])
		if high > 15 || low > 15 {
			return false
		}
		dst[i] = high<<4 | low
	}
	return true
}

// digit returns the value of a hexadecimal digit, or something above 15.
func digit(c byte) byte {
	switch {
	case '0' <= c && c <= '9':
		return c - '0'
	case 'a' <= c && c <= 'f':
		return c - 'a' + 10
	case 'A' <= c && c <= 'F':
		return c - 'A' + 10
	}
	return 0xff
}

// isPrintable keeps what would break out of an HTTP header from being handed on.
func isPrintable(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// String writes the header in the form that ParseHeader reads, with what is unknown left out. A Header that was parsed
// keeps its Lineage; other fields that Header does not have are gone, and a Sampled that is none of the three values. Without
// a Root the string is empty.
func (h Header) String() string {
	if !h.Root.IsValid() {
		return ""
	}
	b := make([]byte, 0, 128)
	b = append(b, "Root=1-"...)
	b = hex.AppendEncode(b, h.Root[:4])
	b = append(b, '-')
	b = hex.AppendEncode(b, h.Root[4:])
	if h.Parent.IsValid() {
		b = append(b, ";Parent="...)
		b = hex.AppendEncode(b, h.Parent[:])
	}
	switch h.Sampled {
	case sampledYes, sampledNo, sampledAsked:
		b = append(b, ";Sampled="...)
		b = append(b, h.Sampled...)
	}
	if h.lineage != "" {
		b = append(b, ";Lineage="...)
		b = append(b, h.lineage...)
	}
	return string(b)
}

// SpanContext returns the OpenTelemetry span context of the caller. It is remote, and sampled if h.Sampled is
// "1". If the header has no Parent, the span context has a trace id but no span id, and so is not valid.
func (h Header) SpanContext() trace.SpanContext {
	var flags trace.TraceFlags
	return trace.NewSpanContext(trace.SpanContextConfig{
		TraceID:    h.Root,
		SpanID:     h.Parent,
		TraceFlags: flags.WithSampled(h.Sampled == sampledYes),
		Remote:     true,
	})
}

// headerOf returns the header that hands a span on to a service which reads X-Ray's format. A span context without a trace id
// gives the zero Header. X-Ray takes trace ids in W3C's form as well, which do not begin with the time: any will do.
func headerOf(sc trace.SpanContext) Header {
	if !sc.HasTraceID() {
		return Header{}
	}
	h := Header{Root: sc.TraceID(), Parent: sc.SpanID(), Sampled: sampledNo}
	if sc.IsSampled() {
		h.Sampled = sampledYes
	}
	return h
}

func malformed(field, value, reason string) (Header, error) {
	const most = 64
	return Header{}, fmt.Errorf("tracing: X-Ray trace header: %s %q: %s", field, value[:min(len(value), most)], reason)
}
