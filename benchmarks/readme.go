package main

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"time"
)

// write writes README.md and growth.svg.
func write(table string, curves []curve, rounds int, each string, took time.Duration) error {
	text := fmt.Sprintf(readme, rounds, each, time.Now().UTC().Format("2 January 2006"), machine(), took.Round(time.Minute), table, growthTable(curves))
	if err := os.WriteFile("README.md", []byte(text), 0o644); err != nil {
		return err
	}
	return os.WriteFile("growth.svg", []byte(plot(curves)), 0o644)
}

// machine says what measured.
func machine() string {
	model := "an unknown processor"
	if text, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		for line := range strings.Lines(string(text)) {
			if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
				model = strings.TrimSpace(value)
				break
			}
		}
	}
	text := fmt.Sprintf("%s, %d cores, %s/%s, %s", model, runtime.NumCPU(), runtime.GOOS, runtime.GOARCH, runtime.Version())
	if load, err := os.ReadFile("/proc/loadavg"); err == nil {
		text += ", load average at the end " + strings.Fields(string(load))[0]
	}
	return text
}

const readme = `# Benchmarks

Every comparison of the library with what people would use instead, to run again:

` + "```" + `
cd benchmarks
GOWORK=off go run .
` + "```" + `

The command runs Go's own benchmarks, those here and those in the packages, in %d rounds of %s a side, and writes this file. Both sides
of a comparison run in one process, one after the other, in every round. A figure is the median of the rounds' ratios, smaller than 1
where the library takes less, with its 95 %% confidence interval as benchstat computes it. "Within the spread" means that the interval
goes beyond the aim. Times are ratios only: a time of one machine says nothing of another. Allocations are counted, ours / theirs.

` + "`-only REGEXP`" + ` runs some of them, ` + "`-check`" + ` each once, and ` + "`GOWORK=off go test -bench . ./...`" + ` is for benchstat.

This module's requirements reach nobody: what is compared with is in its ` + "`go.mod`" + ` alone, and it is no part of the workspace. The
code by hand is what a good Go engineer writes, with the SDK, attributevalue and expression; guregu/dynamo is used as its README shows.
Not compared: quamina, as a matcher of patterns.

%s; %s; took %v.

%s
## What bounds the aims that are missed

- sqsbatch's function form with few messages and an empty handler: a batch has a goroutine of its own, so that a handler which ignores
  its context does not hold back the response. That is about 2 µs a batch, whatever the handler does.
- singletable over HTTP: the SDK and the network take most of it. The rows without a network are what the library itself takes; of
  guregu/dynamo's, Put and Transact encode as little as the library does and make no keys.
- eventbridge, details of one's own: encoding/json decodes them; the envelope is the library's.
- coldstart, processes: connecting early is one more round trip before the function is ready, GET /, which the first call does not
  get back whole. The first call inside of a process has its own row.
- tracing, not sampled: about half of it is the SDK's own start of a span.
- examples/payments: of the binary about 0.3 MB are singletable, 0.3 MB tracing with OpenTelemetry's API, and 1.2 MB its SDK with the
  exporter of tracingotlp, which the code by hand does without; its start neither connects nor sets up spans.

## Growth

The time for one message, item or handler as their number grows. A query's memory is what is live at the highest of ten points.

%s
![Time for one, relative to the smallest size](growth.svg)
`
