package heaptest

import (
	"runtime"
	"testing"
	"time"
)

var kept []byte

func TestPeakSeesWhatIsGoneAtTheEnd(t *testing.T) {
	n := Peak(func() {
		kept = make([]byte, 64<<20)
		time.Sleep(50 * time.Millisecond) // fifty samples, of which one is enough
		kept = nil
		runtime.GC()
	})
	if n < 64<<20 || n > 80<<20 {
		t.Errorf("%d bytes for 64 MiB", n)
	}
	if n := Peak(func() {}); n > 4<<20 {
		t.Errorf("%d bytes for nothing", n)
	}
}
