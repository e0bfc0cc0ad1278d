package lambdaruntime

import (
	"cmp"
	"context"
	"path/filepath"
	"slices"
	"sync"
	"time"
)

// A Function is a deployed function. It is safe for concurrent use.
type Function struct {
	cfg      Config
	arn      string
	taskRoot string
	logs     *logSink
	spawner  *spawner
	ctx      context.Context // ends at Close
	cancel   context.CancelFunc
	running  sync.WaitGroup // every goroutine of the function but the spawner's

	mu        sync.Mutex
	closed    bool
	launched  int
	known     []*environment
	idle      []*environment // those that have room for an invocation; the one used last is last
	busy      int            // invocations under way
	finishing int            // those of them that have answered
	changed   chan struct{}  // closed and replaced when one of them is over, or an environment is there to take them

	initFailure error // with PerEnvironment: why no environment is there
}

// Start deploys a function. No process starts: that is for the first invocation, as on Lambda. With Config.PerEnvironment all
// of them start, as on managed instances, and Start does not wait for them. The error names every wrong setting. Close must be
// called.
func Start(cfg Config) (*Function, error) {
	cfg, err := cfg.withDefaults()
	if err != nil {
		return nil, err
	}
	f := &Function{
		cfg:      cfg,
		arn:      cfg.arn(),
		taskRoot: filepath.Dir(cfg.Binary),
		logs:     &logSink{w: cfg.Logs},
		spawner:  newSpawner(),
		changed:  make(chan struct{}),
	}
	f.ctx, f.cancel = context.WithCancel(context.Background())
	if cfg.managed() {
		for range cfg.MaxConcurrency / cfg.PerEnvironment {
			f.running.Go(f.keepEnvironment)
		}
	}
	return f, nil
}

// ARN returns the function's unqualified ARN, the one that its invocations carry.
func (f *Function) ARN() string { return f.arn }

// Timeout returns the function's time-out.
func (f *Function) Timeout() time.Duration { return f.cfg.Timeout }

// Close kills every process of the function, waits for them, and lets invocations under way fail with ErrClosed. After it,
// everything that they wrote is in the log. It returns nil, also when called again.
func (f *Function) Close() error {
	f.mu.Lock()
	again := f.closed
	f.closed = true
	f.mu.Unlock()
	f.cancel()
	f.running.Wait()
	if !again {
		f.spawner.stop()
	}
	return nil
}

// Environments returns the execution environments whose processes run, in the order of their start.
func (f *Function) Environments() []Environment {
	f.mu.Lock()
	defer f.mu.Unlock()
	list := make([]Environment, len(f.known))
	for i, e := range f.known {
		list[i] = e.Environment
	}
	return list
}

func (f *Function) register(e *environment) {
	f.mu.Lock()
	defer f.mu.Unlock()
	e.number = f.launched
	f.launched++
	at, _ := slices.BinarySearchFunc(f.known, e, func(a, b *environment) int { return cmp.Compare(a.number, b.number) })
	f.known = slices.Insert(f.known, at, e)
}

// forget is called when the process is gone.
func (f *Function) forget(e *environment) {
	is := func(other *environment) bool { return other == e }
	f.mu.Lock()
	defer f.mu.Unlock()
	e.gone = true
	f.known = slices.DeleteFunc(f.known, is)
	f.idle = slices.DeleteFunc(f.idle, is)
}

func (f *Function) setState(e *environment, state EnvironmentState) {
	f.mu.Lock()
	defer f.mu.Unlock()
	e.State = state
}
