// Package distance puts a service of this machine far away, for tests and benchmarks of what waits for the network.
package distance

import (
	"context"
	"fmt"
	"net"
	"sync"
	"time"
)

// Proxy listens on a free port of the loopback interface and passes every byte on to the address to, and back, half a round trip
// late. The opening of a connection takes no time: it does not go through the proxy. It returns its address and a function that ends
// it with all its connections and waits for them.
func Proxy(to string, roundTrip time.Duration) (address string, end func(), err error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, fmt.Errorf("distance: %w", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() {
		for {
			near, err := listener.Accept()
			if err != nil {
				return
			}
			far, err := net.Dial("tcp", to)
			if err != nil {
				_ = near.Close()
				continue
			}
			context.AfterFunc(ctx, func() {
				_ = near.Close()
				_ = far.Close()
			})
			running.Go(func() { copyLate(far, near, roundTrip/2) })
			running.Go(func() { copyLate(near, far, roundTrip/2) })
		}
	})
	return listener.Addr().String(), func() {
		_ = listener.Close()
		cancel()
		running.Wait()
	}, nil
}

// copyLate copies what it reads after a delay, and closes both when one ends.
func copyLate(to, from net.Conn, delay time.Duration) {
	type chunk struct {
		due  time.Time
		data []byte
	}
	chunks := make(chan chunk, 1000)
	go func() {
		defer close(chunks)
		for {
			data := make([]byte, 32<<10)
			n, err := from.Read(data)
			if n > 0 {
				chunks <- chunk{time.Now().Add(delay), data[:n]}
			}
			if err != nil {
				return
			}
		}
	}()
	defer from.Close()
	defer to.Close()
	for c := range chunks {
		time.Sleep(time.Until(c.due))
		if _, err := to.Write(c.data); err != nil {
			_ = from.Close() // its reader ends, and with it the channel
		}
	}
}
