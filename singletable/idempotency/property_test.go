package idempotency_test

import (
	"context"
	"errors"
	"flag"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/lambdapatterns/lambdapatterns/singletable/idempotency"
)

var (
	seedFlag = flag.Uint64("seed", 0, "where TestRandomInterleavings begins; 0: anywhere")
	errDown  = errors.New("provider is down")
	errLost  = errors.New("connection reset by peer")
)

// TestRandomInterleavings runs histories of processes that call with one key: they come at random times, die, outlast their
// contexts, and talk to the table over a network that is slow, loses requests and answers, and delivers copies late. Each
// history is held to what the package documentation guarantees.
func TestRandomInterleavings(t *testing.T) {
	t.Parallel()
	first := *seedFlag
	if first == 0 {
		first = uint64(time.Now().UnixNano())
	}
	t.Logf("histories from -seed=%d", first)
	seen := map[string]int{}
	for i := range uint64(400) {
		synctest.Test(t, func(t *testing.T) {
			h := &history{t: t, tb: inMemory(t), seed: first + i, seen: seen, epoch: time.Now()}
			h.play()
		})
		if t.Failed() {
			t.Fatalf("history -seed=%d failed", first+i)
		}
	}
	for _, what := range []string{
		"result", "replay", "in progress", "lock lost", "unrecorded", "not locked", "not released", "final", "replayed final",
		"error", "panic", "died in the effect", "ran again after a crash", "ran again after the TTL",
	} {
		if seen[what] == 0 {
			t.Errorf("no history had the outcome %q: %v", what, seen)
		}
	}
	t.Log(seen)
}

const ttl = 10 * time.Second

// history is what happened to one key.
type history struct {
	t     *testing.T
	tb    table
	seed  uint64
	epoch time.Time

	mu   sync.Mutex // guards what follows
	runs []*run
	sure []answered
	seen map[string]int
}

// run is one run of the effect.
type run struct {
	process  *process
	deadline time.Time
	over     bool // it returned, or its process died
	ended    time.Time
	outcome  error
}

// answered is an answer on which the effect must not run again until a time.
type answered struct {
	run   *run
	until time.Time
}

// process is a caller and its network.
type process struct {
	h       *history
	number  int
	random  *rand.Rand
	mu      sync.Mutex // guards random
	dies    time.Time
	rogue   bool // its effect ignores its context
	perfect bool // nothing goes wrong
}

func (p *process) dead() bool { return !time.Now().Before(p.dies) }

func (p *process) chance(percent int) bool { return p.upTo(100) < percent }

func (p *process) upTo(n int) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.random.IntN(n)
}

func (p *process) pause(ctx context.Context, most int) error {
	if p.perfect {
		return ctx.Err()
	}
	select {
	case <-time.After(time.Duration(p.upTo(most)) * time.Millisecond):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// send delivers a request: late, not at all, without an answer, or again.
func (p *process) send(ctx context.Context, deliver func(context.Context) error) error {
	if err := p.pause(ctx, 300); err != nil {
		return err
	}
	if p.dead() || !p.perfect && p.chance(7) {
		return errLost
	}
	if !p.perfect && p.chance(20) {
		go func() { // a copy that a router kept
			time.Sleep(time.Duration(p.upTo(15_000)) * time.Millisecond)
			_ = deliver(context.WithoutCancel(ctx))
		}()
	}
	err := deliver(context.WithoutCancel(ctx))
	if lost := p.pause(ctx, 300); lost != nil {
		return lost
	}
	if !p.perfect && p.chance(7) {
		return errLost
	}
	return err
}

func (p *process) PutItem(ctx context.Context, in *dynamodb.PutItemInput, _ ...func(*dynamodb.Options)) (out *dynamodb.PutItemOutput, err error) {
	var got *dynamodb.PutItemOutput
	err = p.send(ctx, func(ctx context.Context) error {
		out, err := p.h.tb.PutItem(ctx, in)
		if err == nil {
			p.mu.Lock()
			got = out
			p.mu.Unlock()
		}
		return err
	})
	p.mu.Lock()
	defer p.mu.Unlock()
	return got, err
}

func (p *process) DeleteItem(ctx context.Context, in *dynamodb.DeleteItemInput, _ ...func(*dynamodb.Options)) (*dynamodb.DeleteItemOutput, error) {
	err := p.send(ctx, func(ctx context.Context) error {
		_, err := p.h.tb.DeleteItem(ctx, in)
		return err
	})
	return &dynamodb.DeleteItemOutput{}, err
}

func (h *history) process(number int) *process {
	return &process{h: h, number: number, random: rand.New(rand.NewPCG(h.seed, uint64(number))), dies: h.epoch.Add(1000 * time.Hour)}
}

func (h *history) play() {
	var all sync.WaitGroup
	for number := range 10 {
		p := h.process(number)
		start := time.Duration(p.upTo(25_000)) * time.Millisecond
		if p.chance(20) {
			p.dies = h.epoch.Add(start + time.Duration(p.upTo(4000))*time.Millisecond)
		}
		p.rogue = p.chance(20)
		all.Go(func() {
			time.Sleep(start)
			h.call(p, time.Duration(500+p.upTo(2500))*time.Millisecond)
		})
	}
	all.Wait()
	time.Sleep(time.Minute) // copies arrive, locks and records end

	last := h.process(100)
	last.perfect = true
	before := len(h.runs)
	h.call(last, time.Second)
	if len(h.runs) != before+1 {
		h.t.Error("the key was not free in the end")
	}
}

// call makes one call and checks its answer.
func (h *history) call(p *process, timeout time.Duration) {
	ctx, cancel := context.WithTimeout(h.t.Context(), timeout)
	defer cancel()
	var own *run
	charge := idempotency.Wrap(idempotency.New(p, h.tb.name), "charge", byID, func(ctx context.Context, _ payment) (int, error) {
		own = h.begin(p, ctx)
		err := p.work(ctx)
		h.end(own, err)
		if errors.Is(err, errPanic) {
			panic(err)
		}
		return p.number, err
	}, idempotency.WithTTL(ttl), idempotency.WithFinal(errDeclined))

	got, err := func() (got int, err error) {
		defer func() {
			if v := recover(); v != nil {
				err = v.(error)
			}
		}()
		return charge(ctx, pay1)
	}()
	if p.dead() {
		return // nobody hears the answer
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.seen[h.check(own, got, err)]++
}

var errPanic = errors.New("panic")

// work is the effect: it takes its time and ends in some way.
func (p *process) work(ctx context.Context) error {
	if p.perfect {
		return nil
	}
	if p.rogue {
		ctx = context.WithoutCancel(ctx)
	}
	if err := p.pause(ctx, 6000); err != nil {
		return err
	}
	return []error{nil, nil, nil, errDown, errDeclined, errPanic}[p.upTo(6)]
}

// begin checks that the effect may run now.
func (h *history) begin(p *process, ctx context.Context) *run {
	h.mu.Lock()
	defer h.mu.Unlock()
	now := time.Now()
	deadline, _ := ctx.Deadline()
	for _, other := range h.runs {
		dead := other.process.dead()
		if !other.over && !dead && now.Before(other.deadline.Add(time.Second)) {
			h.t.Errorf("process %d runs the effect at %v beside process %d, whose lock has not ended", p.number, now.Sub(h.epoch), other.process.number)
		}
		if dead && !other.over {
			h.seen["ran again after a crash"]++
		}
	}
	for _, a := range h.sure {
		if now.Before(a.until) {
			h.t.Errorf("process %d runs the effect at %v, though process %d's result was given out", p.number, now.Sub(h.epoch), a.run.process.number)
		} else {
			h.seen["ran again after the TTL"]++
		}
	}
	r := &run{process: p, deadline: deadline}
	h.runs = append(h.runs, r)
	return r
}

func (h *history) end(r *run, err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	r.over, r.ended, r.outcome = true, time.Now(), err
	if r.process.dead() {
		r.over = false
		h.seen["died in the effect"]++
	}
}

// check holds an answer to the history so far and names it.
func (h *history) check(own *run, got int, err error) string {
	t, now := h.t, time.Since(h.epoch)
	record, isRecord := errors.AsType[*idempotency.RecordError](err)
	switch {
	case err == nil && own != nil:
		if own.outcome != nil || got != own.process.number {
			t.Errorf("%v: result %d after %v in process %d", now, got, own.outcome, own.process.number)
		}
		h.sure = append(h.sure, answered{own, own.ended.Add(ttl)})
		return "result"
	case err == nil:
		h.checkReplay(now, got, nil)
		return "replay"
	case errors.Is(err, idempotency.ErrFinal):
		if own != nil || !errors.Is(err, errDeclined) {
			t.Errorf("%v: %v after a run of its own", now, err)
		}
		h.checkReplay(now, -1, errDeclined)
		return "replayed final"
	case errors.Is(err, idempotency.ErrInProgress):
		if own != nil {
			t.Errorf("%v: %v after a run of its own", now, err)
		}
		return "in progress"
	case isRecord && record.Op == "lock":
		if own != nil {
			t.Errorf("%v: %v after a run of its own", now, err)
		}
		return "not locked"
	case own == nil:
		t.Errorf("%v: %v without a run", now, err)
		return "?"
	case errors.Is(err, idempotency.ErrUnrecorded):
		if own.outcome != nil && own.outcome != errDeclined {
			t.Errorf("%v: %v after the effect's error %v", now, err, own.outcome)
		}
		if errors.Is(err, idempotency.ErrLockLost) {
			return "lock lost"
		}
		return "unrecorded"
	case own.outcome == nil || !errors.Is(err, own.outcome):
		t.Errorf("%v: %v after %v", now, err, own.outcome)
		return "?"
	case isRecord:
		return "not released"
	case err == errDeclined:
		h.sure = append(h.sure, answered{own, own.ended.Add(ttl)})
		return "final"
	case err == errPanic:
		return "panic"
	}
	return "error"
}

// checkReplay checks that an answer from a record is a run's, and the one that was given out before if it still counts.
func (h *history) checkReplay(now time.Duration, number int, outcome error) {
	for _, a := range h.sure {
		// An answer can have been on its way while the record expired.
		if now+h.epoch.Sub(a.until) < 0 && (a.run.outcome != outcome || outcome == nil && a.run.process.number != number) {
			h.t.Errorf("%v: replayed %d, %v; process %d's %v was given out", now, number, outcome, a.run.process.number, a.run.outcome)
		}
	}
	for _, r := range h.runs {
		if r.outcome == outcome && !r.ended.IsZero() && (outcome != nil || r.process.number == number) {
			return
		}
	}
	h.t.Errorf("%v: replayed %d, %v, which no run had as its outcome", now, number, outcome)
}
