package coldstart_test

import (
	"crypto/tls"
	"net"
	"net/http/httptrace"
	"syscall"
	"testing"

	"github.com/lambdapatterns/lambdapatterns/coldstart"
)

// No test can make a peer on loopback fall silent without rights over the network, so it asks the kernel for the setting.
func TestUnacknowledgedDataIsBounded(t *testing.T) {
	t.Parallel()
	s := newService(t, false)
	client := s.dynamoDB(s.client(t, coldstart.HTTPConfig{}))
	got := -1
	ctx := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{GotConn: func(info httptrace.GotConnInfo) {
		raw, err := info.Conn.(*tls.Conn).NetConn().(*net.TCPConn).SyscallConn()
		if err != nil {
			return
		}
		_ = raw.Control(func(fd uintptr) {
			got, _ = syscall.GetsockoptInt(int(fd), syscall.IPPROTO_TCP, 18)
		})
	}})
	if err := getItem(ctx, client); err != nil {
		t.Fatal(err)
	}
	if got != 5000 {
		t.Errorf("TCP_USER_TIMEOUT is %d ms", got)
	}
}
