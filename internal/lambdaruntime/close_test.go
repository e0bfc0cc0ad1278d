package lambdaruntime

import (
	"runtime"
	"testing"
)

// It does not run in parallel: others would change the number.
func TestCloseLeavesNoGoroutine(t *testing.T) {
	before := runtime.NumGoroutine()
	for range 3 {
		f := start(t, Config{})
		invoke[int](t, f, `{"do":"pid"}`)
		invokeError(t, f, `{"do":"panic"}`)
		invoke[int](t, f, `{"do":"pid"}`)
		f.Close()
	}
	eventually(t, "as few goroutines as before", func() bool { return runtime.NumGoroutine() <= before })
}
