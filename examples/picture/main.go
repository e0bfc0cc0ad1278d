// Command picture runs a batch for real and draws what became of it: a compiled function with sqsbatch, behind a local Lambda
// Runtime API, on a queue in memory. Everything in the picture was observed: what the function tells of its calls and its outcomes,
// its response, and what the event source mapping and the queues then did.
//
//	go run ./examples/picture                   # from the repository's root: writes docs/batch.svg
//	go run ./examples/picture -out picture.svg
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	out := flag.String("out", "docs/batch.svg", "the `file` that is written")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := write(ctx, *out); err != nil {
		fmt.Fprintln(os.Stderr, "picture:", err)
		os.Exit(1)
	}
}

func write(ctx context.Context, file string) error {
	c, err := planned(ctx)
	if err != nil {
		return err
	}
	return os.WriteFile(file, draw(c), 0o644)
}

// planned returns the course of a run in which each message met what it is for. A busy machine gets more time.
func planned(ctx context.Context) (*course, error) {
	var err error
	for factor := 1; factor <= 4; factor *= 2 {
		var o *observed
		if o, err = run(ctx, factor); err != nil {
			return nil, err
		}
		var c *course
		if c, err = o.course(); err == nil {
			if err = c.asPlanned(); err == nil {
				return c, nil
			}
		}
	}
	return nil, err
}
