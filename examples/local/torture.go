package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/lambdapatterns/lambdapatterns/examples/payments"
)

// torture loads the payments and the images service while all that it depends on fails and its processes are killed. Then the
// weather clears, and what is in the end in the table, in the queues and with the payment provider is held against what the
// clients were told.
//
// The error names the seed. The same seed draws the same faults call by call, the same clients and the same kills, but processes
// and goroutines meet them in an order of their own, so a failure may take several runs to come again.
func torture(ctx context.Context, o options, out io.Writer) error {
	o.seed = cmp.Or(o.seed, uint64(time.Now().UnixNano()))
	o.weather = newWeather(o.seed, 2)
	var err error
	if o.pictures, err = os.MkdirTemp("", "lambdapatterns-torture-"); err != nil {
		return err
	}
	defer os.RemoveAll(o.pictures) // nothing is shown
	if err := tortureServices(ctx, o, out, 100); err != nil {
		return fmt.Errorf("%s: %w", o.repeat(), err)
	}
	return nil
}

// repeat is what repeats a run.
func (o options) repeat() string {
	if o.managed > 0 {
		return fmt.Sprintf("-torture %v -managed %d -seed %d", o.torture, o.managed, o.seed)
	}
	return fmt.Sprintf("-torture %v -seed %d", o.torture, o.seed)
}

func tortureServices(ctx context.Context, o options, out io.Writer, clients int) (err error) {
	s, err := start(ctx, o, &printer{w: io.Discard})
	if err != nil {
		return err
	}
	defer func() {
		err = errors.Join(err, s.stop(), o.weather.planted.sound())
	}()
	p := &printer{w: out}
	p.printf("%d clients in bad weather: %s\n", clients, o.repeat())
	for _, product := range []payments.Product{{ID: "prod_tea", Name: "Tea", Price: 450}, {ID: "prod_pot", Name: "Teapot", Price: 3900}} {
		if err := s.store.Products.Put(ctx, product); err != nil {
			return err
		}
	}
	w := o.weather
	if err := w.begin(s.queues.payments.name); err != nil {
		return err
	}
	j := &journal{users: addresses{}, orders: map[string]order{}, payments: map[string]acceptedPayment{}, told: map[string]payments.Status{}}
	u, err := openUploaders(ctx, s)
	if err != nil {
		return err
	}
	if err := s.storm(ctx, j, u, clients); err != nil {
		return err
	}
	p.printf("%s", j.summary())
	for _, what := range slices.Sorted(maps.Keys(w.struck)) {
		p.printf("  %6d  %s\n", w.struck[what], what)
	}
	if len(j.payments) == 0 || len(u.last) == 0 {
		return fmt.Errorf("%d payments and %d pictures: too few to show anything", len(j.payments), len(u.last))
	}
	began := time.Now()
	if err := s.drained(ctx, 5*time.Minute); err != nil {
		return err
	}
	if err := u.ended(ctx); err != nil {
		return err
	}
	p.printf("fair weather: all messages and events ended %.1f s later\n", time.Since(began).Seconds())
	found, err := s.examine(ctx, j)
	if err != nil {
		return err
	}
	p.printf("%s", found)
	if found, err = u.examine(ctx); err != nil {
		return err
	}
	p.printf("%s", found)
	return nil
}

// storm is the run itself: clients and uploaders are busy in the weather for as long as they are told to, and bring to an end what
// they have begun. The weather is clear when it returns.
func (s *stack) storm(ctx context.Context, j *journal, u *uploaders, clients int) error {
	o, w := s.options, s.options.weather
	load, stopLoad := context.WithTimeout(ctx, o.torture)
	defer stopLoad()
	var busy, killing sync.WaitGroup
	killed, stopKilling := context.WithCancel(ctx)
	defer stopKilling()
	killing.Go(func() { w.kill(killed, s.functions) })
	uploading := make([]error, clients/10)
	for n := range uploading {
		busy.Go(func() { uploading[n] = u.run(load, n) })
	}
	errs := make([]error, clients)
	for n := range clients {
		c := &client{stack: s, journal: j, number: n, random: rand.New(rand.NewPCG(o.seed, uint64(n)+100))}
		busy.Go(func() { errs[n] = c.run(ctx, load) })
	}
	var poisoning error
	busy.Go(func() { poisoning = j.poison(load, s) })
	ended := make(chan struct{})
	go func() { busy.Wait(); close(ended) }()
	<-load.Done()
	select { // what has begun by now ends in fair weather if it does not before
	case <-ended:
	case <-ctx.Done():
	case <-time.After(w.clearsAfter()):
	}
	stopKilling()
	killing.Wait()
	cleared := w.clear()
	<-ended
	return errors.Join(append(append(errs, uploading...), poisoning, cleared)...)
}

// drained waits until the payments queue is empty.
func (s *stack) drained(ctx context.Context, within time.Duration) error {
	ctx, cancel := context.WithTimeoutCause(ctx, within, fmt.Errorf("the payments queue is not empty after %v of fair weather", within))
	defer cancel()
	for {
		switch n, err := s.queues.payments.count(ctx); {
		case err != nil:
			return cmp.Or(context.Cause(ctx), err)
		case n == 0:
			return nil
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(100 * time.Millisecond):
		}
	}
}
