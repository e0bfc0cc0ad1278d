// Package heaptest measures for tests how much memory something takes at its highest.
package heaptest

import (
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"time"
)

// Peak runs f and returns by how many bytes the heap was larger than before at its highest. What is garbage counts until it is
// collected, which Peak makes happen four times as often as usual. It is sampled every millisecond, so what lives shorter can
// be missed. Nothing else may run meanwhile: a test that calls it is not parallel.
func Peak(f func()) uint64 {
	defer debug.SetGCPercent(debug.SetGCPercent(25))
	runtime.GC()
	before := heap()
	done, peak := make(chan struct{}), make(chan uint64)
	go func() {
		most := before
		tick := time.NewTicker(time.Millisecond)
		defer tick.Stop()
		for {
			most = max(most, heap())
			select {
			case <-tick.C:
			case <-done:
				peak <- most
				return
			}
		}
	}()
	f()
	after := heap() // what f left, if there was no time for a sample
	close(done)
	return max(<-peak, after) - before
}

func heap() uint64 {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}
