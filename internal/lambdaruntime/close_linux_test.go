package lambdaruntime

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// alive tells whether a process runs; one that nobody has waited for yet does not.
func alive(pid int) bool {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return false
	}
	// The name, in parentheses, can hold spaces.
	_, fields, _ := strings.Cut(string(stat), ") ")
	return !strings.HasPrefix(fields, "Z") && !strings.HasPrefix(fields, "X")
}

func TestCloseLeavesNoProcess(t *testing.T) {
	t.Parallel()
	f := start(t, Config{})
	idle := invoke[[]int](t, f, `{"do":"child"}`) // it has started a process of its own
	failed := make(chan error, 2)
	for range 2 {
		go func() {
			_, err := f.Invoke(t.Context(), Invocation{Payload: []byte(`{"do":"sleep","ms":600000}`)})
			failed <- err
		}()
	}
	eventually(t, "two busy", func() bool {
		busy := 0
		for _, e := range f.Environments() {
			if e.State == Busy {
				busy++
			}
		}
		return busy == 2
	})
	pids := idle
	for _, e := range f.Environments() {
		if !alive(e.PID) {
			t.Errorf("%+v does not run", e)
		}
		pids = append(pids, e.PID)
	}
	var closing sync.WaitGroup
	for range 3 { // twice too often
		closing.Go(func() {
			if err := f.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	closing.Wait()
	for _, pid := range pids {
		eventually(t, fmt.Sprintf("process %d is gone", pid), func() bool { return !alive(pid) })
	}
	for range 2 {
		if err := <-failed; !errors.Is(err, ErrClosed) {
			t.Errorf("invocation under way: %v, want ErrClosed", err)
		}
	}
	if list := f.Environments(); len(list) != 0 {
		t.Errorf("environments after Close: %+v", list)
	}
	if _, err := f.Invoke(t.Context(), Invocation{}); !errors.Is(err, ErrClosed) {
		t.Errorf("Invoke after Close: %v", err)
	}
}

func TestCloseDuringInit(t *testing.T) {
	t.Parallel()
	f := start(t, Config{Environment: map[string]string{"INIT": "hang"}})
	failed := make(chan error, 1)
	go func() {
		_, err := f.Invoke(t.Context(), Invocation{})
		failed <- err
	}()
	eventually(t, "starting", func() bool { return len(f.Environments()) == 1 })
	e := f.Environments()[0]
	if e.State != Starting || !alive(e.PID) {
		t.Errorf("%+v, want a process that is starting", e)
	}
	f.Close()
	if alive(e.PID) {
		t.Error("the process is still there")
	}
	if err := <-failed; !errors.Is(err, ErrClosed) {
		t.Errorf("got %v, want ErrClosed", err)
	}
}

func TestTimeoutKillsTheProcessGroup(t *testing.T) {
	t.Parallel()
	f := start(t, Config{})
	pids := invoke[[]int](t, f, `{"do":"child"}`)
	response, err := f.Invoke(t.Context(), Invocation{
		Payload: []byte(`{"do":"sleep","ms":600000}`), Deadline: time.Now().Add(200 * time.Millisecond),
	})
	if failure, ok := errors.AsType[*FunctionError](err); !ok || failure.Type != "Sandbox.Timedout" {
		t.Fatalf("Invoke = %s, %v", response, err)
	}
	for _, pid := range pids {
		eventually(t, fmt.Sprintf("process %d is gone", pid), func() bool { return !alive(pid) })
	}
}

// A process that is killed from outside in mid-invocation, as the story of the local stack does.
func TestKilledInMidInvocation(t *testing.T) {
	t.Parallel()
	f := start(t, Config{})
	failed := make(chan error, 1)
	go func() {
		_, err := f.Invoke(t.Context(), Invocation{Payload: []byte(`{"do":"sleep","ms":600000}`)})
		failed <- err
	}()
	eventually(t, "busy", func() bool { list := f.Environments(); return len(list) == 1 && list[0].State == Busy })
	killed := f.Environments()[0].PID
	if err := syscall.Kill(killed, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	failure, ok := errors.AsType[*FunctionError](<-failed)
	if !ok || failure.Type != "Runtime.ExitError" || !strings.HasSuffix(failure.Message, "Runtime exited with error: signal: killed") {
		t.Errorf("got %v", failure)
	}
	if after := invoke[int](t, f, `{"do":"pid"}`); after == killed {
		t.Errorf("process %d answers from beyond", after)
	}
}

// A process that dies while it is idle costs its next invocation a cold start and no error.
func TestKilledWhileIdle(t *testing.T) {
	t.Parallel()
	f := start(t, Config{MaxConcurrency: 1})
	for range 3 {
		pid := invoke[int](t, f, `{"do":"pid"}`)
		if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
		eventually(t, "gone", func() bool { return len(f.Environments()) == 0 })
		if after := invoke[int](t, f, `{"do":"pid"}`); after == pid {
			t.Errorf("process %d answers from beyond", after)
		}
	}
}

// liveAsParent is what this test binary does as the child of TestProcessesDieWithTheirParent.
func liveAsParent() {
	f, err := Start(Config{Name: "orphan", Binary: os.Getenv("LAMBDARUNTIME_TEST_PARENT"), Timeout: time.Minute})
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	response, err := f.Invoke(context.Background(), Invocation{Payload: []byte(`{"do":"pid"}`)})
	fmt.Println(string(response), err)
	_, _ = f.Invoke(context.Background(), Invocation{Payload: []byte(`{"do":"sleep","ms":600000}`)})
}

func TestProcessesDieWithTheirParent(t *testing.T) {
	t.Parallel()
	parent := exec.Command(os.Args[0])
	parent.Env = append(os.Environ(), "LAMBDARUNTIME_TEST_PARENT="+functionBinary)
	output, err := parent.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := parent.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = parent.Wait() })
	t.Cleanup(func() { _ = parent.Process.Kill() })
	line, err := bufio.NewReader(output).ReadString('\n')
	var pid int
	if _, scanErr := fmt.Sscanf(line, "%d <nil>", &pid); err != nil || scanErr != nil {
		t.Fatalf("the parent says %q, %v", line, err)
	}
	if !alive(pid) {
		t.Fatalf("process %d does not run", pid)
	}
	if err := parent.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the function's process is gone", func() bool { return !alive(pid) })
}
