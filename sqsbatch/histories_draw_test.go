package sqsbatch_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/lambdapatterns/lambdapatterns/sqsbatch"
	"github.com/lambdapatterns/lambdapatterns/sqsbatch/sqsbatchtest"
)

// drawing is what a history is drawn with: the queue, the mapping, the messages, and the options of the handler.
type drawing struct {
	fifo, whole  bool // FIFO queue; HandleBatch
	messages     int
	groups       int
	spread       time.Duration // over which the messages are sent
	undecodable  float64       // share of bodies that are no JSON
	ok           float64       // share of calls that succeed
	ignore       float64       // share of the others that ignore their context
	visibility   time.Duration
	maxReceives  int // 0: no dead-letter queue
	twice, crash float64
	lasts        time.Duration

	mapping sqsbatchtest.Mapping

	concurrency, groupConcurrency, processConcurrency int
	reserve, messageTimeout                           time.Duration
	settler                                           bool
	settles                                           float64 // share of the Settler's calls that work
	backoff                                           time.Duration
	brake                                             int
	setAside                                          bool
	middleware                                        bool
	raw                                               bool // the function gets the payload, not the decoded event
	errorOnFullFailure                                bool
}

// draw makes a history's settings of its seed.
func draw(seed uint64) *history {
	r := rand.New(rand.NewPCG(seed, 0))
	coin := func(share float64) bool { return r.Float64() < share }
	seconds := func(low, high int) time.Duration { return time.Duration(low+r.IntN(high-low+1)) * time.Second }
	share := func(of ...float64) float64 { return of[r.IntN(len(of))] }

	d := drawing{
		fifo: coin(.5), whole: coin(.25), messages: 1 + r.IntN(14), groups: 1 + r.IntN(5),
		undecodable: share(0, 0, .1), ok: share(.2, .5, .8, 1), ignore: share(0, .1, .3),
		twice: share(0, .3), crash: share(0, 0, .2), lasts: seconds(20, 150),
		concurrency: 1 + r.IntN(10), reserve: time.Duration(1+r.IntN(20)) * 100 * time.Millisecond,
		settler: coin(.7), settles: share(1, .7, .3), setAside: coin(.5), middleware: coin(.2), raw: coin(.2), errorOnFullFailure: coin(.2),
	}
	if coin(.3) {
		d.spread = seconds(1, 60)
	}
	d.mapping = sqsbatchtest.Mapping{
		BatchSize: 1 + r.IntN(10), MaximumConcurrency: 2 + r.IntN(4), ReportBatchItemFailures: true, Timeout: seconds(1, 10),
	}
	if d.fifo {
		d.visibility = d.mapping.Timeout + seconds(1, 30)
	} else {
		d.visibility = seconds(3, 30)
		if coin(.3) {
			d.mapping.BatchWindow, d.mapping.BatchSize = seconds(1, 2), 1+r.IntN(20)
		}
		if coin(.1) {
			d.mapping.Timeout = 0
		}
	}
	if d.reserve >= d.mapping.Timeout && d.mapping.Timeout > 0 && coin(.8) { // otherwise nothing is handled
		d.reserve = d.mapping.Timeout / 4
	}
	if coin(.7) {
		d.maxReceives = 1 + r.IntN(5)
	}
	if coin(.3) {
		d.processConcurrency = 1 + r.IntN(5)
	}
	if d.settler && coin(.4) {
		d.backoff = seconds(1, 10)
	}
	if !d.whole {
		if coin(.3) {
			d.groupConcurrency = 1 + r.IntN(3)
		}
		if coin(.3) {
			d.messageTimeout = time.Duration(200+r.IntN(5000)) * time.Millisecond
		}
		if coin(.2) {
			d.brake, d.concurrency = 1+r.IntN(3), 1+r.IntN(3)
		}
	}
	text := fmt.Sprintf("%+v", d)
	text, _, _ = strings.Cut(text, " mapping:")
	h := &history{drawing: d, seed: seed, sent: map[string]int{}, dones: map[int]int{}, starts: map[int]int{}}
	h.drawn = fmt.Sprintf("history %d: %s batch %d, window %v, time-out %v, concurrency %d/%d/%d, reserve %v, message time-out %v, settler %v %v, "+
		"back-off %v, brake %d, set aside %v, error on full failure %v", seed, text, d.mapping.BatchSize, d.mapping.BatchWindow, d.mapping.Timeout,
		d.concurrency, d.groupConcurrency, d.processConcurrency, d.reserve, d.messageTimeout, d.settler, d.settles, d.backoff, d.brake, d.setAside,
		d.errorOnFullFailure)
	return h
}

// chance is a source that the seed, a message and its receive decide, whatever the goroutines do.
func (h *history) chance(n, receive, what int) *rand.Rand {
	return rand.New(rand.NewPCG(h.seed, uint64(n+1)<<32|uint64(receive)<<8|uint64(what)))
}

// What chance is asked about.
const (
	aboutMessage = iota
	aboutCall
	aboutSettling
	aboutCrash
	aboutBatch
	aboutDecoding
)

// handler makes the function under test.
func (h *history) handler() sqsbatch.Handler {
	options := []sqsbatch.Option{
		sqsbatch.WithReserve(h.reserve),
		sqsbatch.WithObserver(h.observe),
	}
	add := func(when bool, o func() sqsbatch.Option) {
		if when {
			options = append(options, o())
		}
	}
	add(h.processConcurrency > 0, func() sqsbatch.Option { return sqsbatch.WithProcessConcurrency(h.processConcurrency) })
	add(h.settler, func() sqsbatch.Option { return sqsbatch.WithSettler(h) })
	add(h.backoff > 0, func() sqsbatch.Option { return sqsbatch.WithBackoff(h.backoff, 4*h.backoff) })
	add(h.maxReceives > 0, func() sqsbatch.Option { return sqsbatch.WithMaxReceiveCount(h.maxReceives) })
	add(h.errorOnFullFailure, sqsbatch.WithErrorOnFullFailure)
	add(h.setAside, func() sqsbatch.Option { return sqsbatch.WithUndecodable(h.undecoded) })
	if h.whole {
		return sqsbatch.HandleBatch(h.handleBatch, options...)
	}
	add(true, func() sqsbatch.Option { return sqsbatch.WithConcurrency(h.concurrency) })
	add(h.groupConcurrency > 0, func() sqsbatch.Option { return sqsbatch.WithGroupConcurrency(h.groupConcurrency) })
	add(h.messageTimeout > 0, func() sqsbatch.Option { return sqsbatch.WithMessageTimeout(h.messageTimeout) })
	add(h.brake > 0, func() sqsbatch.Option {
		return sqsbatch.WithBrake(h.brake, func(err error) bool { return errors.Is(err, errDown) })
	})
	add(h.middleware, func() sqsbatch.Option {
		return sqsbatch.WithMiddleware(func(next func(context.Context, *events.SQSMessage) error) func(context.Context, *events.SQSMessage) error {
			return func(ctx context.Context, m *events.SQSMessage) error {
				if err := next(ctx, m); err != nil {
					return fmt.Errorf("message %s: %w", m.MessageId, err)
				}
				return nil
			}
		})
	})
	return sqsbatch.Handle(h.handle, options...)
}

var (
	errDown  = errors.New("down")
	errPlain = errors.New("refused")
)
