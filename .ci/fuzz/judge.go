package main

import (
	"fmt"
	"regexp"
	"strconv"
)

// result is what came of one run of a target.
type result struct {
	text   string
	passed bool
	again  bool // nothing speaks against the target; another run may say more

	// suspect is the file of the input at which the process was held up or died, of which the run itself knows nothing else. Another
	// run begins with it.
	suspect string
}

var (
	executed = regexp.MustCompile(`(?m)^fuzz: elapsed: .*, execs: (\d+) `)
	// At the end of its time go test may fail a target that did nothing wrong, without an input: https://go.dev/issue/75804, mended
	// in Go 1.27.
	deadline = regexp.MustCompile(`(?m)^--- FAIL: Fuzz\w+ \([\d.]+s\)\n\s+context deadline exceeded\n`)
	// A process that is at one input for ten seconds is ended, and is told from one that dies by nothing. On a machine that is busy
	// enough that happens at any input.
	held  = regexp.MustCompile(`(?m)^\s+fuzzing process hung or terminated unexpectedly: .*\n\s+Failing input written to (\S+)$`)
	input = regexp.MustCompile(`(?m)^\s*Failing input written to |^\s*failure while testing seed corpus entry`)
)

// judge reads what a target printed. Only a run that executed something tells that the target holds.
func judge(said string, err error) result {
	execs := 0
	for _, m := range executed.FindAllStringSubmatch(said, -1) {
		execs, _ = strconv.Atoi(m[1])
	}
	late := deadline.MatchString(said) && !input.MatchString(said)
	suspect := held.FindStringSubmatch(said)
	switch {
	case err != nil && suspect != nil:
		return result{text: fmt.Sprintf("%v\n%s", err, said), again: true, suspect: suspect[1]}
	case err != nil && !late:
		return result{text: fmt.Sprintf("%v\n%s", err, said)}
	case execs == 0:
		return result{text: "it executed nothing in its time\n" + said, again: true}
	case late:
		return result{text: fmt.Sprintf("%10d executions, ended by go test's deadline", execs), passed: true, again: true}
	default:
		return result{text: fmt.Sprintf("%10d executions", execs), passed: true}
	}
}
