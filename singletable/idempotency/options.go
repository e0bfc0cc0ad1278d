package idempotency

import (
	"fmt"
	"slices"
	"time"
)

// Option changes how one effect is guarded. The functions that return one make them.
type Option interface{ apply(*settings) }

type option func(*settings)

func (o option) apply(s *settings) { o(s) }

// defaultTTL is longer than the 14 days for which SQS keeps a message at most.
const defaultTTL = 15 * 24 * time.Hour

type settings struct {
	ttl, lockTime time.Duration
	checksPayload bool
	final         []error
}

func newSettings(opts []Option) settings {
	s := settings{ttl: defaultTTL, lockTime: time.Minute}
	for _, o := range opts {
		o.apply(&s)
	}
	return s
}

// WithTTL sets how long an effect that has happened is remembered, counted from its end. Defaults to 15 days. It panics
// when d is less than a second, because the table counts in seconds.
//
// It must be longer than the time in which the input can come again. The default is longer than an SQS queue keeps a message: 4
// days unless told otherwise, 14 at most. On a standard queue that includes the time in the dead-letter queue, whose messages
// keep their age. It starts anew when a message is sent to a dead-letter queue by a copy, as sqsbatch.DeadLetter does, when the
// dead-letter queue is FIFO, and with every redrive (Amazon SQS Developer Guide, "Setting-up dead-letter queue retention in
// Amazon SQS" and "Learn how to configure a dead-letter queue redrive in Amazon SQS"): whoever redrives messages that are
// older gives the sum of these times.
//
// Less saves storage, and is right for keys that come again within minutes or not at all, such as those of an HTTP client that
// tries again.
func WithTTL(d time.Duration) Option {
	if d < time.Second {
		panic(fmt.Sprintf("idempotency: WithTTL(%v): need at least a second", d))
	}
	return option(func(s *settings) { s.ttl = d })
}

// WithLockTime sets how long a call may take whose context has no deadline: the effect's context ends after it, and the
// lock on the key a second later. Defaults to one minute. It panics when d is not positive.
//
// It changes nothing in Lambda, whose contexts have the invocation's deadline.
func WithLockTime(d time.Duration) Option {
	if d <= 0 {
		panic(fmt.Sprintf("idempotency: WithLockTime(%v): need a positive duration", d))
	}
	return option(func(s *settings) { s.lockTime = d })
}

// WithPayloadCheck keeps a hash of the input's JSON in the record, and refuses a call with the same key and another input
// with [ErrMismatch]: a client that uses a key twice gets an error, and not the answer to another question.
// Defaults to no check.
//
// All of the input counts. Take a type that has no fields which change when the input is sent again, such as a
// time or a trace id. A change of the type makes inputs differ from those hashed before it.
func WithPayloadCheck() Option {
	return option(func(s *settings) { s.checksPayload = true })
}

// WithFinal names errors that are an answer and not a failure to get one: a card that was declined. An effect's error that
// matches one, by [errors.Is], is kept as a result would be, and the effect does not run again: further calls get a
// [*FinalError] that matches the same one. Defaults to none: every error lets the call be tried again. It panics when an
// error is nil.
//
// The first 4 KiB of the error's text are stored in the table. The errors given here are recognised by their texts when
// a record is read.
func WithFinal(errs ...error) Option {
	if slices.Contains(errs, nil) {
		panic("idempotency: WithFinal needs errors, got nil")
	}
	return option(func(s *settings) { s.final = append(s.final, errs...) })
}
