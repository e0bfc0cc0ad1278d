package lambdaruntime

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os/exec"
	"time"
)

// An EnvironmentState tells what an execution environment is doing.
type EnvironmentState string

// The states of an execution environment.
const (
	// Starting is from the start of the process to its first request for an invocation.
	Starting EnvironmentState = "starting"
	// Idle is waiting for an invocation, without any. Lambda freezes the process then; here Config.Freeze says whether it is stopped.
	Idle EnvironmentState = "idle"
	// Busy is from an invocation to the request for the next one, so what a function does after its response counts. With
	// Config.PerEnvironment it is having at least one.
	Busy EnvironmentState = "busy"
)

// An Environment is an execution environment at one moment.
type Environment struct {
	// ID is the log stream's name: the date, the version and a random part.
	ID    string
	PID   int
	State EnvironmentState
}

// outputDelay is how long the output of a process is waited for after its end, where a process that it started and that
// left its group holds the pipe.
const outputDelay = 500 * time.Millisecond

// environment is one process with its Runtime API.
type environment struct {
	Environment // State is guarded by Function.mu
	number      int
	gone        bool // guarded by Function.mu
	free        int  // how many invocations it can take, guarded by Function.mu; those that it can are in Function.idle
	session     *session
	cmd         *exec.Cmd
	exited      chan struct{}
	status      string // how it ended; written before exited is closed
}

// launch starts an environment. It is killed when the function is closed.
func (f *Function) launch() (*environment, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("runtime API: %w", err)
	}
	e := &environment{session: newSession(f.arn, f.cfg.places()), exited: make(chan struct{})}
	e.ID = fmt.Sprintf("%s/[%s]%s", time.Now().UTC().Format("2006/01/02"), version, randomHex(16))
	e.State = Starting

	stdout, stderr := &lineWriter{sink: f.logs}, &lineWriter{sink: f.logs}
	e.cmd = exec.Command(f.cfg.Binary)
	e.cmd.Dir = f.taskRoot
	e.cmd.Env = f.cfg.variables(listener.Addr().String(), e.ID)
	e.cmd.Stdout, e.cmd.Stderr = stdout, stderr
	e.cmd.WaitDelay = outputDelay
	if err := f.spawner.start(e.cmd); err != nil {
		_ = listener.Close()
		return nil, err
	}
	e.PID = e.cmd.Process.Pid
	f.register(e)
	stopKilling := context.AfterFunc(f.ctx, e.kill)

	// aws-lambda-go puts up to 1 MB of X-Ray data into a header of its error reports.
	server := &http.Server{Handler: e.session.handler(), MaxHeaderBytes: 2 << 20}
	f.running.Go(func() { _ = server.Serve(listener) })
	f.running.Go(func() {
		_ = e.cmd.Wait() // the state says more than the error
		e.status = e.cmd.ProcessState.String()
		stopKilling()
		killProcess(e.cmd.Process) // what it left behind
		stdout.flush()
		stderr.flush()
		_ = server.Close()
		f.forget(e)
		close(e.exited)
	})
	return e, nil
}

func (e *environment) kill() { killProcess(e.cmd.Process) }

// killAndWait returns when the process is gone and nothing of it can answer any more.
func (e *environment) killAndWait() {
	e.kill()
	<-e.exited
}

// deliver hands a call to the process. It reports false when the process ended before it took the call, or ctx did.
func (e *environment) deliver(ctx context.Context, c *call) bool {
	select {
	case e.session.calls <- c:
		return true
	case <-e.exited:
		return false
	case <-ctx.Done():
		return false
	}
}
