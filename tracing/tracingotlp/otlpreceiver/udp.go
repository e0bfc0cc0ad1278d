package otlpreceiver

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net"

	"go.opentelemetry.io/otel/sdk/trace/tracetest"
)

// ServeUDP takes what AWS's exporters send to an X-Ray daemon: a line of JSON with the format, then T1S for spans that are
// sampled or T1U for those that are not, then an OTLP request in base64. Segments in X-Ray's own format are refused. It
// returns nil when ctx ends, and otherwise the connection's error. It does not close the connection.
func (r *Receiver) ServeUDP(ctx context.Context, conn net.PacketConn) error {
	stop := context.AfterFunc(ctx, func() { conn.SetReadDeadline(aLongTimeAgo) })
	defer stop()
	buffer := make([]byte, 64<<10)
	for {
		n, _, err := conn.ReadFrom(buffer)
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			return fmt.Errorf("otlpreceiver: UDP: %w", err)
		}
		spans, err := decodeDatagram(buffer[:n])
		if err != nil {
			r.fail(err)
			continue
		}
		r.take(spans)
	}
}

func decodeDatagram(b []byte) (tracetest.SpanStubs, error) {
	line, payload, ok := bytes.Cut(b, []byte("\n"))
	var header struct {
		Format  string
		Version int
	}
	if err := json.Unmarshal(line, &header); !ok || err != nil || header.Format != "json" || header.Version != 1 {
		return nil, errors.New("otlpreceiver: datagram: the first line is not that of the X-Ray daemon's protocol")
	}
	if !bytes.HasPrefix(payload, []byte("T1S")) && !bytes.HasPrefix(payload, []byte("T1U")) {
		return nil, errors.New("otlpreceiver: datagram: want T1S or T1U before the spans")
	}
	request, err := base64.StdEncoding.AppendDecode(nil, payload[3:])
	if err != nil {
		return nil, fmt.Errorf("otlpreceiver: datagram: %w", err)
	}
	return Decode(request)
}
