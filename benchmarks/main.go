// Command benchmarks measures the library against what people would use instead, and writes README.md and growth.svg beside this
// file. Run it in this folder, outside of the workspace, because what is compared with must not choose the workspace's versions:
//
//	GOWORK=off go run .
//
// Every comparison is an ordinary Go benchmark, here or in the package that it is about. The command compiles the test binaries
// once and runs them in rounds. In each round both sides of a comparison run one after the other in one process, and the
// next comparison follows, so that what else the machine does hits both sides. A ratio is made of each round's two times; the
// table has the median of the ratios and its 95 % confidence interval, as benchstat computes it.
//
// With -check every benchmark runs once and nothing is written: it fails when one is missing or broken. Times decide about nothing;
// what must not grow is held by tests that count allocations.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"regexp"
	"time"
)

func main() {
	rounds := flag.Int("rounds", 10, "how often each comparison is measured; 6 at least for a confidence interval")
	each := flag.String("benchtime", "100ms", "how long one side of a comparison runs in a round, as go test -benchtime takes it")
	only := flag.String("only", "", "a regular expression of the comparisons to run (package and what); nothing is written to README.md then")
	check := flag.Bool("check", false, "run every benchmark once and write nothing")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, *rounds, *each, *only, *check); err != nil {
		fmt.Fprintln(os.Stderr, "benchmarks:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, rounds int, each, only string, check bool) error {
	pattern, err := regexp.Compile(only)
	if err != nil {
		return fmt.Errorf("-only: %w", err)
	}
	if check {
		rounds, each = 1, "1x"
	}
	if rounds < 1 {
		return fmt.Errorf("-rounds %d: use 1 at least", rounds)
	}
	var rows []comparison
	for _, c := range comparisons {
		if pattern.MatchString(c.pkg + " " + c.what) {
			rows = append(rows, c)
		}
	}
	l, err := newLab(each)
	if err != nil {
		return err
	}
	defer l.close()
	began := time.Now()
	results, err := l.compare(ctx, rows, rounds)
	if err != nil {
		return err
	}
	table := markdown(results)
	fmt.Print(table)
	if only != "" {
		return nil
	}
	curves, err := l.grow(ctx)
	if err != nil {
		return err
	}
	fmt.Print("\n", growthTable(curves))
	if check {
		return nil
	}
	return write(table, curves, rounds, each, time.Since(began))
}
