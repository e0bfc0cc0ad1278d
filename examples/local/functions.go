package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/lambdapatterns/lambdapatterns/examples/local/internal/httpapi"
	"github.com/lambdapatterns/lambdapatterns/internal/lambdaruntime"
	"github.com/lambdapatterns/lambdapatterns/sqsbatch/sqsbatchtest"
)

// build compiles a package, seen from a folder, and tells how large the binary is and how long it took.
func (m *machine) build(ctx context.Context, name, folder, pkg string, flags ...string) (binary, told string, err error) {
	began := time.Now()
	if binary, err = lambdaruntime.Build(ctx, folder, pkg, filepath.Join(m.binaries, name), flags...); err != nil {
		return "", "", err
	}
	info, err := os.Stat(binary)
	if err != nil {
		return "", "", err
	}
	return binary, fmt.Sprintf("bootstrap of %.1f MB, built in %.1f s", float64(info.Size())/1e6, time.Since(began).Seconds()), nil
}

// buildOwn compiles a package of this repository.
func (m *machine) buildOwn(ctx context.Context, name, pkg string, flags ...string) (binary, told string, err error) {
	if binary, told, err = m.build(ctx, name, ".", pkg, flags...); err != nil {
		err = fmt.Errorf("%w\nIs this run from within the repository?", err)
	}
	return binary, told, err
}

// deploy builds a package of this repository and launches the function of cfg with it. On managed instances it is built with the race
// detector, and has two processes.
func (m *machine) deploy(ctx context.Context, cfg lambdaruntime.Config, pkg string) (*lambdaruntime.Function, error) {
	var flags []string
	if n := m.options.managed; n > 0 {
		cfg.PerEnvironment, cfg.MaxConcurrency = n, 2*n
		flags = []string{"-race", "-trimpath=false"} // the packages as go test -race has built them
	}
	binary, told, err := m.buildOwn(ctx, cfg.Name, pkg, flags...)
	if err != nil {
		return nil, err
	}
	cfg.Binary = binary
	f, err := m.launch(cfg)
	if err == nil {
		m.printf("  lambda  %s: %s\n", cfg.Name, told)
	}
	return f, err
}

// launch deploys a function with what is the same for all of them. Its processes start with the first invocations.
func (m *machine) launch(cfg lambdaruntime.Config) (*lambdaruntime.Function, error) {
	cfg.Region, cfg.Freeze = region, m.options.freeze
	if cfg.Timeout == 0 {
		cfg.Timeout = m.options.weather.timeout()
	}
	if cfg.Logs == nil {
		cfg.Logs = m.logs
	}
	f, err := lambdaruntime.Start(cfg)
	if err != nil {
		return nil, err
	}
	m.functions = append(m.functions, f)
	m.closers = append(m.closers, f.Close)
	return f, nil
}

// sayFreeze says that the functions are frozen, where they are.
func (m *machine) sayFreeze() {
	if m.options.freeze {
		m.printf("  freeze  on: the processes of every function are stopped while they wait for an invocation\n")
	}
}

// poll runs an event source mapping for a function until the machine stops.
func (m *machine) poll(ctx context.Context, mapping *sqsbatchtest.Mapping, f *lambdaruntime.Function) {
	mapping.ReportBatchItemFailures = true
	mapping.Invoke = func(ctx context.Context, event []byte) ([]byte, error) {
		response, err := f.Invoke(ctx, lambdaruntime.Invocation{Payload: event})
		if errors.Is(err, lambdaruntime.ErrThrottled) {
			err = errors.Join(sqsbatchtest.ErrThrottled, err)
		}
		return response, err
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	var running sync.WaitGroup
	var err error
	running.Go(func() { err = mapping.Run(ctx) })
	m.closers = append(m.closers, func() error { cancel(); running.Wait(); return err })
}

// byHTTP makes a function the target of an HTTP API's routes.
func byHTTP(f *lambdaruntime.Function) httpapi.Invoker {
	return func(ctx context.Context, event []byte, traceHeader string) ([]byte, error) {
		response, err := f.Invoke(ctx, lambdaruntime.Invocation{Payload: event, TraceHeader: traceHeader})
		switch {
		case errors.Is(err, lambdaruntime.ErrThrottled):
			err = errors.Join(httpapi.ErrThrottled, err)
		case errors.Is(err, lambdaruntime.ErrPayloadTooLarge):
			err = errors.Join(httpapi.ErrPayloadTooLarge, err)
		}
		return response, err
	}
}

// async makes a function one that is invoked asynchronously, with a queue as its on-failure destination, until the machine stops.
func (m *machine) async(ctx context.Context, f *lambdaruntime.Function, failed queue) *asyncInvoker {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	a := &asyncInvoker{
		story: m.printer, function: f, pause: 200 * time.Millisecond, ctx: ctx, attempts: map[string]int{}, failed: map[string]int{},
		onFailure: func(ctx context.Context, record []byte) error {
			_, err := failed.send(ctx, string(record))
			return err
		},
	}
	m.closers = append(m.closers, func() error { cancel(); return a.close() })
	return a
}
