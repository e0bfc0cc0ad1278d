package coldstarttest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/lambdapatterns/lambdapatterns/internal/lambdaruntime"
)

// initTimeout is how long a start may take here. It is not Lambda's 10 s: a busy machine is not what is tested.
const initTimeout = time.Minute

// measure builds both functions into tmp and starts them in turn, so that what else the machine does hits both.
func measure(ctx context.Context, f Function, tmp string) (Measurement, error) {
	paths, err := build(ctx, f.Package, tmp)
	if err != nil {
		return Measurement{}, err
	}
	var m Measurement
	sides := []struct {
		name        string
		binary      string
		environment map[string]string
		figures     *Figures
		ready       []time.Duration
	}{
		{name: f.Package, binary: paths.function, environment: f.Environment, figures: &m.Function},
		{name: "the bare function", binary: paths.bare, figures: &m.Bare},
	}
	for i := range sides {
		s := &sides[i]
		info, err := os.Stat(s.binary)
		if err != nil {
			return Measurement{}, err
		}
		s.figures.Bytes = info.Size()
		// This start also brings the binary into memory.
		if s.figures.Packages, err = traceInit(ctx, s.binary, s.environment); err != nil {
			return Measurement{}, fmt.Errorf("%s: %w", s.name, err)
		}
	}
	for range cmp.Or(f.Starts, defaultStarts) {
		for i := range sides {
			s := &sides[i]
			took, _, err := start(ctx, s.binary, s.environment)
			if err != nil {
				return Measurement{}, fmt.Errorf("%s: %w", s.name, err)
			}
			s.ready = append(s.ready, took)
		}
	}
	for i := range sides {
		s := &sides[i]
		slices.Sort(s.ready)
		s.figures.Ready = s.ready[len(s.ready)/2]
	}
	if m.Bare.Bytes == 0 || m.Bare.Allocations() == 0 || m.Bare.Ready <= 0 {
		return Measurement{}, fmt.Errorf("the bare function measures nothing: %+v", m.Bare)
	}
	return m, nil
}

// traceInit starts a binary once with Go's trace of package initialisation.
func traceInit(ctx context.Context, binary string, environment map[string]string) ([]PackageInit, error) {
	traced := map[string]string{}
	maps.Copy(traced, environment)
	if traced["GODEBUG"] != "" {
		traced["GODEBUG"] += ","
	}
	traced["GODEBUG"] += "inittrace=1"
	_, lines, err := start(ctx, binary, traced)
	if err != nil {
		return nil, err
	}
	return parseTrace(lines)
}

// start starts a binary once, until it is ready, and returns what it printed. Nothing of it is left.
func start(ctx context.Context, binary string, environment map[string]string) (time.Duration, []string, error) {
	var output lines
	f, err := lambdaruntime.Start(lambdaruntime.Config{
		Name: "measured", Binary: binary, Environment: environment, InitTimeout: initTimeout, Logs: &output,
	})
	if err != nil {
		return 0, nil, err
	}
	took, err := f.Provision(ctx)
	_ = f.Close() // always nil; after it, all output is there
	if failure, ok := errors.AsType[*lambdaruntime.FunctionError](err); ok {
		return 0, nil, fmt.Errorf("it does not start: %s: %s\n%s", failure.Type, failure.Message, output.tail())
	}
	return took, output.all, err
}

// lines collects what a process prints.
type lines struct {
	mu  sync.Mutex
	all []string
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all = append(l.all, strings.TrimSuffix(string(p), "\n"))
	return len(p), nil
}

// tail returns the last lines but for the trace.
func (l *lines) tail() string {
	told := slices.DeleteFunc(slices.Clone(l.all), func(line string) bool {
		_, trace := parseInit(line)
		return trace
	})
	return strings.Join(told[max(0, len(told)-20):], "\n")
}
