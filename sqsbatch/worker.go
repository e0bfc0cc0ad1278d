package sqsbatch

import (
	"runtime/debug"
	"time"
)

// worker handles one message after another on its own goroutine.
type worker struct {
	batch   *batch
	scratch []byte // a body's bytes while they are decoded

	// The batch's lock guards these, except that the worker itself reads current while it handles a message.
	current int // the message it is at, or -1
	unit    int // and its unit
	slot    bool
	fresh   bool // it has not run yet
	grown   bool // its goroutine has the stack that it needs
	inside  bool // it is handling a message
	givenUp bool // the message's time was over; its result will be discarded

	found verdict // what came of the current message
	down  bool    // and whether that says that a dependency is down
}

// work takes messages until there is none to take. When a handler ends the goroutine by runtime.Goexit, another takes over.
func (w *worker) work() {
	returned := false
	defer func() {
		if !returned {
			w.grown = false
			go w.work()
		}
	}()
	for !w.handleAll() {
	}
	returned = true
}

// handleAll handles one message after another and returns true when there is none left. When a handler panics it returns
// false, and when one calls runtime.Goexit it does not return; either way the message has its verdict, in w.found.
func (w *worker) handleAll() (all bool) {
	defer func() {
		if w.inside {
			// If this is no panic the handler called runtime.Goexit; recover does not tell that from panic(nil) of old.
			w.inside = false
			w.panicked(recover(), debug.Stack())
		}
	}()
	for {
		more, another := w.advance()
		if another != nil {
			go another.work()
		}
		if !more {
			return true
		}
		if !w.grown {
			growStack()
			w.grown = true
		}
		w.inside = true
		w.handle()
		w.inside = false
	}
}

// growStack makes room for what decoding JSON takes in one step. A goroutine begins with a small stack, and to double it
// again and again, copying each time, costs more than to handle a small message.
//
//go:noinline
func growStack() {
	var room [4 << 10]byte
	touch(&room)
}

//go:noinline
func touch(room *[4 << 10]byte) { room[0] = 1 }

// advance settles the message that the worker was at, takes another and tells whether there is one. It may return another
// worker that is to be started.
func (w *worker) advance() (more bool, another *worker) {
	b := w.batch
	b.mu.Lock()
	defer b.mu.Unlock()
	now, next := b.now(), -1
	w.arrive()
	if w.current >= 0 {
		if w.givenUp || b.closed {
			return false, nil // whoever gave it up has counted it out
		}
		next = b.settle(w.current, &w.found, now-b.calls[w.current].started)
		b.brakeOn(w.down)
		w.yieldSlot()
		w.current = -1
		if next < 0 {
			b.schedule.release(w.unit)
		}
	}
	if b.slots != nil && b.open(now) && (next >= 0 || b.schedule.left() > 0) {
		w.takeSlot(next < 0)
		now = b.now()
	}
	if b.open(now) && (b.slots == nil || w.slot) {
		if next < 0 {
			if w.unit = b.schedule.take(); w.unit >= 0 {
				next = b.schedule.first(w.unit)
			}
		}
		if next >= 0 {
			w.begin(next, now)
			return true, b.another()
		}
	}
	w.yieldSlot()
	b.live--
	b.checkOver(now)
	return false, nil
}

// arrive says that the worker runs. Call it with the batch's lock held.
func (w *worker) arrive() {
	if w.fresh {
		w.fresh = false
		w.batch.ready = false
		w.batch.idle--
	}
}

// begin marks message i as started. Call it with the batch's lock held.
func (w *worker) begin(i int, now time.Duration) {
	b := w.batch
	w.current = i
	c := &b.calls[i]
	c.worker, c.state, c.started = w, stateRunning, now
	if b.lives != nil {
		l := &b.lives[i]
		l.parent, l.until, l.cause = b.life.parent, b.begun.Add(now+b.messageTimeout), ErrMessageTimeout
		if !b.life.until.IsZero() && b.life.until.Before(l.until) {
			l.until, l.cause = b.life.until, ErrDeadline
		}
		c.life = l
	}
}

// handle handles the current message and leaves what came of it in w.found.
func (w *worker) handle() {
	b := w.batch
	c := &b.calls[w.current]
	err := b.process(c, c.message)
	w.found, w.down = b.judge(c, err), false
	switch {
	case w.found.isFailure():
		w.down = b.isDown != nil && b.isDown(err)
	case w.found.waits(SendToDeadLetter) && b.schedule.after(w.current) >= 0:
		b.deadLetterNow(c, &w.found)
	}
	if b.lives != nil {
		c.life.end()
	}
}

// panicked makes the verdict of a message whose handler ended without returning.
func (w *worker) panicked(value any, stack []byte) {
	b := w.batch
	c := &b.calls[w.current]
	w.found = verdict{outcome: Panicked, err: &PanicError{Value: value, Stack: stack}}
	b.backOff(c, &w.found)
	w.down = b.saysDown(w.found.err)
	if b.lives != nil {
		c.life.end()
	}
}

// takeSlot waits for one of the places that all invocations of the handler share, until the handlers' time is over. Call it
// with the batch's lock held; it is let go while waiting.
func (w *worker) takeSlot(idle bool) {
	b := w.batch
	if idle {
		b.idle++
		defer func() { b.idle-- }()
	}
	b.mu.Unlock()
	defer b.mu.Lock()
	select {
	case b.slots <- struct{}{}:
		w.slot = true
	case <-b.life.context().Done():
	}
}

// yieldSlot gives the place back, if the worker has one. Call it with the batch's lock held.
func (w *worker) yieldSlot() {
	if w.slot {
		w.slot = false
		<-w.batch.slots
	}
}
