package lambdaruntime

import (
	"slices"
	"time"
)

// Stall stops the processes of an environment for so long, as a machine does that stands still: clocks, deadlines and peers go
// on meanwhile, and then the processes do as if nothing had been, unless they were killed. It does not wait for that. It reports
// false where no environment of the function has the ID, with Config.Freeze, and where processes cannot be stopped.
func (f *Function) Stall(id string, long time.Duration) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	at := slices.IndexFunc(f.known, func(e *environment) bool { return e.ID == id })
	if at < 0 || f.closed || f.cfg.Freeze || !canFreeze {
		return false
	}
	e := f.known[at]
	freezeProcess(e.cmd.Process)
	f.running.Go(func() {
		select {
		case <-time.After(long):
		case <-e.exited: // Close sees to that
		}
		f.mu.Lock()
		defer f.mu.Unlock()
		if !e.gone {
			thawProcess(e.cmd.Process)
		}
	})
	return true
}
