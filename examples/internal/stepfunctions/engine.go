package stepfunctions

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"
)

// Config is what an [Engine] runs a machine with.
type Config struct {
	// Name is the state machine's.
	Name string
	// Invoke calls a function by the FunctionName of the task and returns its response. A failure of the function is an *Error;
	// ErrorTooManyRequests and ErrorLambdaClient are the names for a call that does not reach it. Other errors are told as
	// ErrorLambdaClient. The context does not end with the task's time-out, because Lambda does not stop then.
	Invoke func(ctx context.Context, function string, payload []byte) ([]byte, error)
	// Send sends a message to a queue. Errors that are no *Error are told as ErrorQueueClient.
	Send func(ctx context.Context, queueURL, body string) error
	// Wait waits before a retry. Defaults to waiting for as long as it says.
	Wait func(ctx context.Context, d time.Duration) error
	// Random gives the random part of waits with jitter, from 0 to below 1. Defaults to math/rand.
	Random func() float64
	// Observe is told each event as it is recorded. It must not call the execution. Defaults to nobody.
	Observe func(Event)
}

// Engine runs executions of a machine. It is safe for concurrent use.
type Engine struct {
	machine *Machine
	cfg     Config
	ctx     context.Context // of all executions
	cancel  context.CancelCauseFunc
	running sync.WaitGroup // executions and invocations that outlast their tasks

	mu         sync.Mutex
	closed     bool
	executions map[string]*Execution
	tokens     map[string]chan<- outcome
}

// New makes an engine. Invoke and Send can be missing if the machine has no task for them.
func New(m *Machine, cfg Config) (*Engine, error) {
	if m == nil {
		return nil, errors.New("stepfunctions: there is no machine: make one with Load")
	}
	if err := m.states.needs(cfg); err != nil {
		return nil, err
	}
	if cfg.Wait == nil {
		cfg.Wait = wait
	}
	if cfg.Random == nil {
		cfg.Random = rand.Float64
	}
	e := &Engine{machine: m, cfg: cfg, executions: map[string]*Execution{}, tokens: map[string]chan<- outcome{}}
	e.ctx, e.cancel = context.WithCancelCause(context.Background())
	return e, nil
}

// needs finds a task that nothing in the configuration could perform.
func (g *graph) needs(cfg Config) error {
	for _, s := range g.states {
		if s.resource == resourceInvoke && cfg.Invoke == nil {
			return fmt.Errorf("stepfunctions: state %s needs Config.Invoke", s.name)
		}
		if s.resource == resourceSend && cfg.Send == nil {
			return fmt.Errorf("stepfunctions: state %s needs Config.Send", s.name)
		}
		if s.processor != nil {
			if err := s.processor.needs(cfg); err != nil {
				return err
			}
		}
	}
	return nil
}

func wait(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// Execution is a run of the machine. It is safe for concurrent use.
type Execution struct {
	engine *Engine
	name   string
	input  []byte
	done   chan struct{}

	mu      sync.Mutex
	history []Event
	output  []byte
	failure error
}

// Start starts an execution. While one of that name runs with the same input, that one is returned; a name whose execution had
// another input or is over gives [ErrExecutionExists], as with StartExecution of a Standard workflow. Executions are remembered until
// Close.
func (e *Engine) Start(name string, input []byte) (*Execution, error) {
	v, err := decode(input)
	if err != nil {
		return nil, fmt.Errorf("stepfunctions: the input of %s: %w", name, err)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed {
		return nil, ErrClosed
	}
	if known := e.executions[name]; known != nil {
		select {
		case <-known.done:
		default:
			if bytes.Equal(known.input, input) {
				return known, nil
			}
		}
		return nil, fmt.Errorf("%w: %s", ErrExecutionExists, name)
	}
	x := &Execution{engine: e, name: name, input: bytes.Clone(input), done: make(chan struct{})}
	e.executions[name] = x
	e.running.Go(func() { x.run(v) })
	return x, nil
}

func (x *Execution) run(input any) {
	defer close(x.done)
	x.record(Event{Type: "ExecutionStarted", Item: -1, Data: encode(input)})
	r := run{Execution: x, ctx: x.engine.ctx, input: input, item: -1}
	output, failure := r.states(x.engine.machine.states, input)
	last := Event{Type: "ExecutionSucceeded", Item: -1}
	x.mu.Lock()
	switch aborted := context.Cause(x.engine.ctx); {
	case failure != nil && aborted != nil:
		x.failure, last.Type = aborted, "ExecutionAborted"
	case failure != nil:
		x.failure, last.Type, last.Failure = failure, "ExecutionFailed", failure
	default:
		x.output = encode(output)
		last.Data = x.output
	}
	x.mu.Unlock()
	x.record(last)
}

// Name is the execution's name.
func (x *Execution) Name() string { return x.name }

// Wait waits for the end of the execution and returns its output, or the [*Error] that it failed with, or [ErrClosed].
func (x *Execution) Wait(ctx context.Context) ([]byte, error) {
	select {
	case <-x.done:
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.output, x.failure
}

// Close stops all executions, and waits for them and for the calls of [Config.Invoke] and [Config.Send] that they have left behind.
func (e *Engine) Close() error {
	e.mu.Lock()
	e.closed = true
	e.mu.Unlock()
	e.cancel(ErrClosed)
	e.running.Wait()
	return nil
}
