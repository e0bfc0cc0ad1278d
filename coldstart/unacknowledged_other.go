//go:build !linux

package coldstart

import (
	"net"
	"time"
)

// limitUnacknowledged does nothing: the option is Linux's.
func limitUnacknowledged(*net.TCPConn, time.Duration) {}
