package coldstart

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// hook is a named function of one phase.
type hook struct {
	name string
	run  func(context.Context) error
}

// The phases of a snapshot, as errors name them.
const (
	beforeSnapshot = "before snapshot"
	afterRestore   = "after restore"
)

// BeforeSnapshot registers a function that runs before the snapshot of a SnapStart function is taken: to close
// connections, to drop what must not be shared by all the environments that are restored from it. Hooks run one after the
// other in the reverse order of their registration. name is what errors call it. Register before [Start.Ready], which
// refuses a hook that is nil or has no name; after it, BeforeSnapshot panics. Safe for concurrent use.
func (s *Start) BeforeSnapshot(name string, hook func(context.Context) error) {
	s.register(&s.before, "BeforeSnapshot", name, hook)
}

// AfterRestore registers a function that runs after the snapshot is restored and before the first invocation: to fetch
// credentials and secrets, to make what has to be unique. Hooks run in the order of their registration, so register first
// what others build on. Otherwise it is as [Start.BeforeSnapshot].
func (s *Start) AfterRestore(name string, hook func(context.Context) error) {
	s.register(&s.after, "AfterRestore", name, hook)
}

func (s *Start) register(hooks *[]hook, what, name string, run func(context.Context) error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.hooked {
		panic(fmt.Sprintf("coldstart: %s %q comes after Start.Ready, so it would never run", what, name))
	}
	*hooks = append(*hooks, hook{name, run})
}

// Ready ends initialisation. Call it in main when all else is done, right before lambda.Start, and end the process with a
// status other than 0 if it returns an error.
//
// Where Lambda takes a snapshot, which AWS_LAMBDA_INITIALIZATION_TYPE says by "snap-start", Ready runs the before-snapshot
// hooks, asks for the snapshot with GET /runtime/restore/next, and returns in each of the environments that are restored
// from it, after the after-restore hooks, which have 8 s together of Lambda's 10. An error is told to Lambda
// too: one from before the snapshot fails the publishing of the version, one from after it the invocation that waits.
// A hook's is a [*TaskError]; the hooks after it do not run. A hook must heed its context: Ready waits for one that does not,
// until Lambda ends the process. Where no snapshot is taken, Ready runs no hook.
//
// ctx must not have a deadline: the snapshot may be restored weeks later. Ready returns an error if it has one, if a hook
// has no name or is nil, and if it is called twice; those are found in every kind of initialisation.
//
// The protocol is that of AWS's page "Implementing SnapStart hooks for container images". Lambda offers SnapStart to Go
// functions in container images, since September 2026, and not in .zip files. An image whose function does not call Ready needs the label
// com.amazonaws.lambda.feature.snapstart="Allow" instead. Do not use both Ready and another implementation of the protocol.
func (s *Start) Ready(ctx context.Context) error {
	before, after, err := s.close()
	if err != nil {
		return err
	}
	if _, has := ctx.Deadline(); has {
		return errors.New("coldstart: Start.Ready: the context has a deadline, but the snapshot may be restored long after it")
	}
	if Initialization() == SnapStart {
		if err := snapshot(ctx, before, after); err != nil {
			return err
		}
	}
	s.markReady()
	return nil
}

// close ends the registration of hooks and returns them in the order in which they run.
func (s *Start) close() (before, after []hook, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.hooked {
		return nil, nil, errors.New("coldstart: Start.Ready was called before: an environment is ready once")
	}
	s.hooked = true
	for _, phase := range []struct {
		name  string
		hooks []hook
	}{{beforeSnapshot, s.before}, {afterRestore, s.after}} {
		for i, h := range phase.hooks {
			if h.name == "" {
				return nil, nil, fmt.Errorf("coldstart: hook %d %s has no name", i+1, phase.name)
			}
			if h.run == nil {
				return nil, nil, fmt.Errorf("coldstart: hook %q %s has no function", h.name, phase.name)
			}
		}
	}
	before = slices.Clone(s.before)
	slices.Reverse(before)
	return before, s.after, nil
}

// snapshot is the life of a SnapStart function between its initialisation and its first invocation.
func snapshot(ctx context.Context, before, after []hook) error {
	api, err := newRuntimeAPI()
	if err != nil {
		return err
	}
	if err := runHooks(ctx, beforeSnapshot, before); err != nil {
		return errors.Join(err, api.report(ctx, initErrorPath, "Runtime.BeforeSnapshotError", err))
	}
	if err := api.restoreNext(ctx); err != nil {
		return errors.Join(err, api.report(ctx, initErrorPath, "Runtime.BeforeSnapshotError", err))
	}
	// From here on it is another time, another place.
	ctx, cancel := context.WithTimeout(ctx, defaultTimeout)
	defer cancel()
	if err := runHooks(ctx, afterRestore, after); err != nil {
		return errors.Join(err, api.report(ctx, restoreErrorPath, "Runtime.AfterRestoreError", err))
	}
	return nil
}

func runHooks(ctx context.Context, phase string, hooks []hook) error {
	for _, h := range hooks {
		begin := time.Now()
		err := call(ctx, h.run)
		if err == nil && ctx.Err() != nil {
			err = fmt.Errorf("did not end in time, but after %v: %w", time.Since(begin), context.Cause(ctx))
		}
		if err != nil {
			return &TaskError{Task: h.name, Err: fmt.Errorf("%s: %w", phase, err)}
		}
	}
	return nil
}
