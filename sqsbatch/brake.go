package sqsbatch

// WithBrake stops starting messages of a batch after n failures in a row that say that a dependency is down, so that the
// rest does not run into the same wall. isDown is called with the error of each call that failed its message, panics
// ([*PanicError]) included, and must be safe for concurrent use; what it does not call down, and every message that is
// done, or for which [RetryAfter] or [DeadLetter] asked a Settler, ends the row. Calls that already run are let finish. The
// next invocation begins anew.
//
// What is not started is [SkippedBrake] and comes again. The brake does not make that free: each such message has been
// received once more, and when the queue's maxReceiveCount is reached, messages that were never tried go to the dead-letter
// queue. Set that high, or raise the visibility time-out, where outages last longer than a few receives.
//
// It panics when n is less than 1 or isDown is nil.
func WithBrake(n int, isDown func(error) bool) Option {
	needAtLeast1("WithBrake", n)
	if isDown == nil {
		panic("sqsbatch: WithBrake needs a function that tells which errors say that a dependency is down, got nil")
	}
	return perMessage("WithBrake", func(s *settings) { s.brake, s.isDown = n, isDown })
}

// saysDown asks about a panic, where a second one could not be survived.
func (b *batch) saysDown(err error) (down bool) {
	if b.isDown == nil {
		return false
	}
	defer func() {
		if recover() != nil {
			down = false
		}
	}()
	return b.isDown(err)
}
