package lambdaruntime

import (
	"os/exec"
	"runtime"
)

// spawner starts every process of a function from one operating system thread, which lives until stop. Linux sends a
// parent-death signal when the *thread* that started the child ends, and the Go runtime may end a thread at any time that
// another goroutine locked and left; a child started on such a thread would die for no reason.
type spawner struct {
	requests chan func()
	done     chan struct{}
}

func newSpawner() *spawner {
	s := &spawner{requests: make(chan func()), done: make(chan struct{})}
	go func() {
		defer close(s.done)
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		for request := range s.requests {
			request()
		}
	}()
	return s
}

// start starts cmd in a process group of its own, to be killed as one. It must not be called after stop.
func (s *spawner) start(cmd *exec.Cmd) error {
	cmd.SysProcAttr = processAttributes()
	err := make(chan error, 1)
	s.requests <- func() { err <- cmd.Start() }
	return <-err
}

// stop gives the thread back. Processes that still run on Linux may get their parent-death signal from then on.
func (s *spawner) stop() {
	close(s.requests)
	<-s.done
}
