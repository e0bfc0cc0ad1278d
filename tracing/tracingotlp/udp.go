package tracingotlp

import (
	"context"
	"encoding/base64"
	"errors"
	"net"
	"strings"
)

const (
	// udpHeader is the first line of what X-Ray's daemon reads (AWS X-Ray Developer Guide, "Sending trace data to AWS X-Ray").
	// What follows is a segment in JSON or, with this prefix, sampled spans as an OTLP request in base64.
	udpHeader = `{"format":"json","version":1}` + "\n" + "T1S"

	// maxDatagram is what fits into a UDP datagram of IPv4.
	maxDatagram = 65507

	defaultDaemon = "127.0.0.1:2000"
)

// udpSender sends to the X-Ray daemon that Lambda runs beside every function with active tracing.
type udpSender struct {
	address  string
	conn     net.Conn
	datagram []byte
}

// newUDPSender opens a socket, which sends nothing.
func newUDPSender(address string) (*udpSender, error) {
	conn, err := net.Dial("udp", address)
	if err != nil {
		return nil, err
	}
	return &udpSender{address: address, conn: conn}, nil
}

// maxBytes is how long a request may be so that its base64 fits into a datagram.
func (s *udpSender) maxBytes() int { return (maxDatagram - len(udpHeader)) / 4 * 3 }

func (s *udpSender) destination() string { return "udp://" + s.address }

func (s *udpSender) close() error { return s.conn.Close() }

// send sends one datagram. The first error of a socket may be that of the datagram before, which nobody took: so it is sent
// again once.
func (s *udpSender) send(ctx context.Context, body []byte) (int, string, *failure) {
	s.datagram = append(s.datagram[:0], udpHeader...)
	s.datagram = base64.StdEncoding.AppendEncode(s.datagram, body)
	deadline, _ := ctx.Deadline()
	if err := s.conn.SetWriteDeadline(deadline); err != nil { // none if it is zero
		return 0, "", &failure{reason: "the socket is closed", err: err}
	}
	_, err := s.conn.Write(s.datagram)
	if err != nil {
		_, err = s.conn.Write(s.datagram)
	}
	if err != nil {
		return 0, "", &failure{reason: "the datagram was not sent", err: err, temporary: !errors.Is(err, net.ErrClosed)}
	}
	return 0, "", nil
}

// daemonAddress reads AWS_XRAY_DAEMON_ADDRESS as X-Ray's SDKs do: "host:port", or "tcp:host:port udp:host:port" in either order.
func daemonAddress(s string) (string, bool) {
	found := s
	for _, part := range strings.Fields(s) {
		found = part
		if rest, ok := strings.CutPrefix(part, "udp:"); ok {
			found = rest
			break
		}
	}
	host, port, err := net.SplitHostPort(found)
	return found, err == nil && host != "" && port != ""
}
