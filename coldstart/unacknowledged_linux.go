package coldstart

import (
	"net"
	"syscall"
	"time"
)

// tcpUserTimeout is TCP_USER_TIMEOUT of tcp(7), which package syscall does not have on every architecture.
const tcpUserTimeout = 18

// limitUnacknowledged lets the kernel end a connection on which sent data, or keep-alive probes, stay unacknowledged for d.
func limitUnacknowledged(conn *net.TCPConn, d time.Duration) {
	raw, err := conn.SyscallConn()
	if err != nil {
		return // closed already: its first use says so
	}
	_ = raw.Control(func(fd uintptr) {
		// A kernel that refuses leaves the connection as it would be without.
		_ = syscall.SetsockoptInt(int(fd), syscall.IPPROTO_TCP, tcpUserTimeout, int(d.Milliseconds()))
	})
}
