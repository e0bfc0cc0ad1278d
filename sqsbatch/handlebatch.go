package sqsbatch

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/events"
)

// Message is a decoded message of a batch, as a [HandleBatch] handler gets it.
type Message[T any] struct {
	Value      T                  // what the body was decoded into
	SQSMessage *events.SQSMessage // as it came; it is the batch's: do not change it
}

// HandleBatch returns a Lambda handler that calls handler once for a whole batch, for what is done with many messages at
// once: a bulk insert, an aggregation.
//
// handler returns one error, or nil, for each message, in their order. An error steers its message as that of a [Handle]
// handler does. Success must be said: messages for which there is no result, because the slice is short or nil, are [Failed].
// When all went well, return make([]error, len(messages)). A slice that is longer than messages belongs to no batch that was
// given: the invocation fails with a [*BatchError] and the whole batch comes again. A panic or a call of [runtime.Goexit] fails
// all messages with one [*PanicError]. messages is the handler's to keep and change; handler must be safe for concurrent use
// where AWS_LAMBDA_MAX_CONCURRENCY lets a process run several invocations at once.
//
// Messages that cannot be decoded are kept out of messages and treated as [WithUndecodable] says; handler is not called when
// none is left. The context that handler gets ends at the reserve; when it has not returned half of the reserve later, all
// messages are [TimedOut].
//
// Of a FIFO queue, messages are in the batch's order. When one fails, the later ones of its group fail with it, even where
// the handler said nil or [Drop]: they must come again behind it. They are [Failed]. A handler that respects that does not go
// on with a group after a failure in it. Messages behind one that cannot be decoded and comes again are not given to the
// handler.
//
// HandleBatch panics as Handle does, and for the options that are about single calls: WithConcurrency, WithGroupConcurrency,
// WithMessageTimeout, WithBrake and WithMiddleware.
func HandleBatch[T any](handler func(context.Context, []Message[T]) []error, opts ...Option) Handler {
	if handler == nil {
		panic("sqsbatch: HandleBatch needs a handler, got nil")
	}
	s := newSettings(opts)
	if len(s.perMessage) > 0 {
		panic("sqsbatch: HandleBatch calls its handler once a batch, and has no use for " + strings.Join(s.perMessage, ", "))
	}
	s.concurrency = 1 // one worker
	decode := decoderOf[T](s)
	return func(ctx context.Context, event events.SQSEvent) (events.SQSEventResponse, error) {
		if err := checkBatch(event.Records); err != nil {
			return events.SQSEventResponse{}, err
		}
		b := newBatch(s, event.Records, nil)
		whole := wholeBatch[T]{batch: b, handler: handler, decode: decode}
		b.run(ctx, whole.work)
		if whole.spoilt != nil {
			whole.spoil()
			b.report(ctx)
			return events.SQSEventResponse{}, whole.spoilt
		}
		return b.finish(ctx)
	}
}

// wholeBatch is one invocation of a HandleBatch handler on its way.
type wholeBatch[T any] struct {
	*batch
	handler func(context.Context, []Message[T]) []error
	decode  func(context.Context, *events.SQSMessage, *T) error

	// Only the worker uses these.
	at       int // the next message to decode
	called   bool
	messages []Message[T]
	of       []*call // whose they are

	spoilt error // a *BatchError; the batch's lock guards it
}

// work decodes all messages and calls the handler. When one of them ends the goroutine by runtime.Goexit, another takes over.
func (h *wholeBatch[T]) work(w *worker) {
	returned := false
	defer func() {
		if !returned {
			go h.work(w)
		}
	}()
	h.mu.Lock()
	w.arrive()
	h.mu.Unlock()
	for h.at < len(h.calls) {
		h.at++
		h.decodeOne(h.at - 1)
	}
	if !h.called && len(h.messages) > 0 {
		h.called = true
		h.callHandler(w)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	w.yieldSlot()
	h.live--
	h.checkOver(h.now())
	returned = true
}

// decodeOne decodes message i, unless the time for that is over or its FIFO group is blocked.
func (h *wholeBatch[T]) decodeOne(i int) {
	c := &h.calls[i]
	h.mu.Lock()
	start := h.now()
	wanted := h.open(start) && c.state == statePending
	if wanted {
		c.state, c.started = stateRunning, start
	}
	h.mu.Unlock()
	if !wanted {
		return
	}
	found := verdict{outcome: Panicked}
	defer func() {
		if found.outcome == Panicked {
			found.err = &PanicError{Value: recover(), Stack: debug.Stack()}
			h.backOff(c, &found)
		}
		h.mu.Lock()
		defer h.mu.Unlock()
		switch {
		case h.closed:
		case found.outcome == Succeeded:
			c.state = statePending // until the handler has it
		default:
			h.settle(i, &found, h.now()-start)
		}
	}()
	var v T
	if err := h.decode(c, c.message, &v); err != nil {
		was := h.judge(c, h.notDecoded(c, c.message, err))
		if was.waits(SendToDeadLetter) && h.schedule.after(i) >= 0 {
			h.deadLetterNow(c, &was)
		}
		found = was
		return
	}
	h.messages, h.of = append(h.messages, Message[T]{v, c.message}), append(h.of, c)
	found.outcome = Succeeded
}

// callHandler gives the handler what could be decoded, and settles it by the results.
func (h *wholeBatch[T]) callHandler(w *worker) {
	h.mu.Lock()
	if h.slots != nil && h.open(h.now()) {
		w.takeSlot(false)
	}
	start := h.now()
	wanted := h.open(start) && (h.slots == nil || w.slot)
	if wanted {
		w.current = 0
		for _, c := range h.of {
			c.state, c.started = stateRunning, start
		}
	}
	h.mu.Unlock()
	if !wanted {
		return
	}
	var results []verdict
	var returned int
	defer func() {
		if results == nil {
			err := &PanicError{Value: recover(), Stack: debug.Stack()}
			results = make([]verdict, len(h.of))
			for i, c := range h.of {
				results[i] = verdict{outcome: Panicked, err: err}
				h.backOff(c, &results[i])
			}
		}
		h.apply(w, results, returned, h.now()-start)
	}()
	errs := h.handler(h.life.context(), h.messages)
	returned = len(errs)
	judged := make([]verdict, len(h.of))
	for i, c := range h.of {
		err := errNoResult
		if i < len(errs) {
			err = errs[i]
		}
		judged[i] = h.judgeOne(c, err)
	}
	results = judged
}

// judgeOne is judge, for which an error whose methods panic fails no other message.
func (h *wholeBatch[T]) judgeOne(c *call, err error) (v verdict) {
	defer func() {
		if r := recover(); r != nil {
			v = verdict{outcome: Panicked, err: &PanicError{Value: r, Stack: debug.Stack()}}
			h.backOff(c, &v)
		}
	}()
	return h.judge(c, err)
}

func (h *wholeBatch[T]) apply(w *worker, results []verdict, returned int, d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return
	}
	w.current = -1
	if returned > len(h.of) {
		h.spoilt = &BatchError{Reason: fmt.Sprintf(
			"the handler returned %d results for %d messages; the whole batch comes again", returned, len(h.of))}
		for i := range results {
			results[i] = verdict{outcome: Failed, err: h.spoilt}
		}
	}
	for i, c := range h.of {
		c.verdict, c.duration, c.state = results[i], d, stateSettled
	}
}

// spoil makes a closed batch that comes again as a whole say so: also of messages that were done before the handler was called,
// and of those for which something was asked that is not done now.
func (h *wholeBatch[T]) spoil() {
	for i := range h.calls {
		v := &h.calls[i].verdict
		switch {
		case v.done():
			*v = verdict{outcome: Failed, err: errors.Join(h.spoilt, v.err)}
		case v.asked != nil && !v.asked.settled:
			v.err, v.asked = errors.Join(h.spoilt, v.err), nil
		}
	}
}
