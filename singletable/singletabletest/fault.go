package singletabletest

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
)

// Fault says which calls go wrong, and how. The zero value of every field but Do leaves the choice open: a Fault with
// Do alone strikes every call of the operations that can fail so.
type Fault struct {
	// Do is what happens to the calls. Required.
	Do Effect
	// Operations are the operations that are struck, by names such as "PutItem". Each must be one that the engine has
	// and that can fail so in the service. Defaults to all of those.
	Operations []string
	// Tables are names of tables. A call is struck that concerns at least one of them. Defaults to all calls, also
	// those that concern no table.
	Tables []string
	// If is asked about a call that Operations and Tables admit: its operation and the JSON of its request, which If
	// must not change. It may be called concurrently, and must not call the engine. Defaults to yes.
	If func(operation string, request []byte) bool
	// After is how many of the calls that match are let through before the first is struck.
	After int
	// Times is how many calls are struck in all. Defaults to no end.
	Times int
	// Probability is how likely a call is struck that matches and comes after the first ones: above 0 and up to 1.
	// Defaults to 1. The same Seed makes the same choices, call by call; calls that run at once make them in the order in
	// which they arrive.
	Probability float64
	Seed        uint64
}

// Injection is a Fault at work in an Engine. It is safe for concurrent use.
type Injection struct {
	engine *Engine
	fault  Fault
	suits  []string

	mu      sync.Mutex
	random  *rand.Rand
	matched int
	struck  int
}

// Inject makes calls go wrong from now on, for tests of what a program does then. The handle says how often that was,
// and ends it.
//
//	throttled := engine.Inject(singletabletest.Fault{
//		Operations: []string{"PutItem"},
//		Times:      2,
//		Do:         singletabletest.HotKey(),
//	})
//	defer throttled.Remove()
//
// Several faults can be at work. A call meets them in the order in which they were injected, up to the one that answers
// it; those after that one do not count the call. The SDK's own tries are calls of their own: a client makes several of one
// request unless its Retryer is aws.NopRetryer.
//
// Calls of operations that the engine does not have, or whose request is not JSON, are not struck.
//
// A fault that could never be, such as one with an operation that cannot fail so, is a mistake in the test: Inject
// panics and says what is wrong. It is safe for concurrent use.
func (e *Engine) Inject(f Fault) *Injection {
	suits, err := f.check()
	if err != nil {
		panic("singletabletest: Inject: " + err.Error())
	}
	f.Operations, f.Tables = slices.Clone(f.Operations), slices.Clone(f.Tables)
	i := &Injection{engine: e, fault: f, suits: suits}
	if f.Probability != 0 {
		i.random = rand.New(rand.NewPCG(f.Seed, 0))
	}
	e.faults.Lock()
	defer e.faults.Unlock()
	// A new list: calls may be going through the old one.
	e.injections = append(slices.Clip(e.injections), i)
	return i
}

// check returns the operations that the fault strikes.
func (f Fault) check() ([]string, error) {
	if f.Do == nil {
		return nil, fmt.Errorf("Fault.Do is not set: it says what shall happen")
	}
	if err := f.Do.check(); err != nil {
		return nil, err
	}
	suits := f.Do.operations()
	for _, name := range f.Operations {
		switch {
		case operations[name] == nil:
			return nil, fmt.Errorf("Fault.Operations has %q, which is no operation of the engine", name)
		case !slices.Contains(suits, name):
			return nil, fmt.Errorf("Fault.Operations has %q, which never fails so: %s is for %s",
				name, f.Do, strings.Join(suits, ", "))
		}
	}
	for _, name := range f.Tables {
		if !validName(name) {
			return nil, fmt.Errorf("Fault.Tables has %q, which is no name of a table", name)
		}
	}
	switch {
	case f.After < 0:
		return nil, fmt.Errorf("Fault.After is %d: it counts calls", f.After)
	case f.Times < 0:
		return nil, fmt.Errorf("Fault.Times is %d: it counts calls, and 0 is no end", f.Times)
	case !(f.Probability >= 0 && f.Probability <= 1): // not a number is neither
		return nil, fmt.Errorf("Fault.Probability is %v: it must be from 0 to 1", f.Probability)
	}
	if len(f.Operations) > 0 {
		suits = f.Operations
	}
	return suits, nil
}

// Remove ends the fault. Calls that it has struck already stay struck. It may be called several times.
func (i *Injection) Remove() {
	e := i.engine
	e.faults.Lock()
	defer e.faults.Unlock()
	e.injections = slices.DeleteFunc(slices.Clone(e.injections), func(other *Injection) bool { return other == i })
}

// Struck returns how many calls the fault has struck so far.
func (i *Injection) Struck() int {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.struck
}

// strikes decides about a call and counts it.
func (i *Injection) strikes(c *call) bool {
	f := &i.fault
	if !slices.Contains(i.suits, c.operation) || !i.concerns(c) || !f.Do.fits(c) ||
		f.If != nil && !f.If(c.operation, c.body) {
		return false
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.matched++; i.matched <= f.After || f.Times > 0 && i.struck >= f.Times {
		return false
	}
	if i.random != nil && i.random.Float64() >= f.Probability {
		return false
	}
	i.struck++
	return true
}

func (i *Injection) concerns(c *call) bool {
	if len(i.fault.Tables) == 0 {
		return true
	}
	return slices.ContainsFunc(i.fault.Tables, func(name string) bool { return slices.Contains(c.scope().tables, name) })
}

// injected returns the faults at work. The list is never changed.
func (e *Engine) injected() []*Injection {
	e.faults.Lock()
	defer e.faults.Unlock()
	return e.injections
}
