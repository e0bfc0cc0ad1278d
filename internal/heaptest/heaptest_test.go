package heaptest

import "testing"

var kept []byte

func TestPeakSeesWhatIsGoneAtTheEnd(t *testing.T) {
	n := Peak(func() {
		kept = make([]byte, 64<<20)
		kept[0] = 1
		kept = nil
	})
	if n < 64<<20 || n > 80<<20 {
		t.Errorf("%d bytes for 64 MiB", n)
	}
	if n := Peak(func() {}); n > 4<<20 {
		t.Errorf("%d bytes for nothing", n)
	}
}
