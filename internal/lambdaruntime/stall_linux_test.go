package lambdaruntime

import (
	"errors"
	"testing"
	"time"
)

// Stalled past its time-out, a process of a managed function goes on, and its answer comes too late. A usual one is killed.
func TestStall(t *testing.T) {
	t.Parallel()
	for name, cfg := range map[string]Config{"managed": {PerEnvironment: 2}, "usual": {}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := start(t, cfg)
			pid := invoke[int](t, f, `{"do":"pid"}`)
			asleep := sleepers(t, f, 1, `{"do":"sleep","ms":100}`, time.Now().Add(500*time.Millisecond))
			id := f.Environments()[0].ID
			if !f.Stall(id, 1500*time.Millisecond) {
				t.Fatal("there is no such environment")
			}
			if failure, ok := errors.AsType[*FunctionError](<-asleep); !ok || failure.Type != typeTimedOut {
				t.Errorf("got %v, want a time-out", failure)
			}
			if after := invoke[int](t, f, `{"do":"pid"}`); (after == pid) != (name == "managed") {
				t.Errorf("process %d after the stall, and %d before it", after, pid)
			}
			if f.Stall("another", time.Second) {
				t.Error("an environment that is not there was stalled")
			}
		})
	}
}
