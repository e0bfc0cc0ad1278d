//go:build unix

package coldstart_test

import (
	"slices"
	"testing"
	"time"
)

// BenchmarkFirstCallAfterFreeze asks how long the first call of a process takes that was frozen while its peer forgot its
// connection, compared with the SDK's own client on the same server in the same round. Replay is an HTTPClient that takes
// the connection for good, idle one that was frozen for longer than its IdleTimeout.
func BenchmarkFirstCallAfterFreeze(b *testing.B) {
	kinds := []string{sdkClient, replayClient, idleClient}
	took := map[string][]time.Duration{}
	b.ReportAllocs()
	for b.Loop() {
		f := newFreezer(b, false)
		for kind, d := range f.firstCalls(b, f.s.forget, 5, kinds...) {
			took[kind] = append(took[kind], d...)
		}
		if b.Failed() {
			return
		}
	}
	for _, d := range took {
		slices.Sort(d)
	}
	for _, kind := range kinds {
		d := took[kind]
		b.ReportMetric(float64(median(d))/1e6, kind+"-p50-ms")
		b.ReportMetric(float64(d[len(d)*9/10])/1e6, kind+"-p90-ms")
	}
	for _, kind := range kinds[1:] {
		b.ReportMetric(float64(median(took[kind]))/float64(median(took[sdkClient])), kind+"/sdk")
	}
}
