package lambdaruntime

import (
	"fmt"
	"os"
	"strings"
	"syscall"
	"testing"
)

// stopped tells whether a process is stopped by a signal.
func stopped(pid int) bool {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return false
	}
	_, fields, _ := strings.Cut(string(stat), ") ")
	return strings.HasPrefix(fields, "T")
}

func TestFreeze(t *testing.T) {
	t.Parallel()
	f := start(t, Config{Freeze: true})
	pids := invoke[[]int](t, f, `{"do":"child"}`)
	for _, pid := range pids {
		eventually(t, "stopped", func() bool { return stopped(pid) })
	}
	// It goes on for an invocation, and is stopped again after each.
	for range 3 {
		if got := invoke[int](t, f, `{"do":"sleep","ms":20}`); got != pids[0] {
			t.Errorf("process %d took the invocation, want %d", got, pids[0])
		}
		for _, pid := range pids {
			eventually(t, "stopped again", func() bool { return stopped(pid) })
		}
	}
	if list := f.Environments(); len(list) != 1 || list[0].State != Idle {
		t.Errorf("environments: %+v", list)
	}
	f.Close()
	for _, pid := range pids {
		eventually(t, "gone", func() bool { return !alive(pid) })
	}
}

// What a function does after its response belongs to the invocation.
func TestFreezeWaitsForTheNextRequest(t *testing.T) {
	t.Parallel()
	f := start(t, Config{Freeze: true})
	invoke[string](t, f, `{"do":"linger","ms":300}`)
	pid := f.Environments()[0].PID
	if stopped(pid) && f.Environments()[0].State == Busy {
		t.Error("stopped while it was at work")
	}
	eventually(t, "stopped", func() bool { return stopped(pid) })
	if state := f.Environments()[0].State; state != Idle {
		t.Errorf("stopped while %s", state)
	}
}

// A frozen process that dies is replaced, as any idle one.
func TestFrozenProcessDies(t *testing.T) {
	t.Parallel()
	f := start(t, Config{Freeze: true})
	pid := invoke[int](t, f, `{"do":"pid"}`)
	eventually(t, "stopped", func() bool { return stopped(pid) })
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	eventually(t, "gone", func() bool { return len(f.Environments()) == 0 })
	if got := invoke[int](t, f, `{"do":"pid"}`); got == pid {
		t.Error("a dead process answered")
	}
}

func TestWithoutFreeze(t *testing.T) {
	t.Parallel()
	f := start(t, Config{})
	pid := invoke[int](t, f, `{"do":"pid"}`)
	eventually(t, "idle", func() bool { return f.Environments()[0].State == Idle })
	if stopped(pid) {
		t.Error("stopped")
	}
}
