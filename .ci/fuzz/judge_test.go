package main

import (
	"errors"
	"strings"
	"testing"
)

const progress = "fuzz: elapsed: 0s, gathering baseline coverage: 0/9 completed\n" +
	"fuzz: elapsed: 0s, gathering baseline coverage: 9/9 completed, now fuzzing with 1 workers\n" +
	"fuzz: elapsed: 2s, execs: 4711 (2300/sec), new interesting: 3 (total: 12)\n"

// The texts are those of go1.26.
func TestJudge(t *testing.T) {
	t.Parallel()
	exit := errors.New("exit status 1")
	for name, x := range map[string]struct {
		said          string
		err           error
		passed, again bool
		want          string
	}{
		"passes":                  {progress + "PASS\n", nil, true, false, "4711 executions"},
		"nothing executed":        {"fuzz: elapsed: 2s, gathering baseline coverage: 0/9 completed\nPASS\n", nil, false, true, "executed nothing"},
		"the end of its time":     {progress + "--- FAIL: FuzzKey (2.03s)\n    context deadline exceeded\nFAIL\n", exit, true, true, "4711 executions, ended"},
		"a finding":               {progress + "--- FAIL: FuzzKey (0.30s)\n    --- FAIL: FuzzKey (0.00s)\n        key_test.go:9: lost\n    \n    Failing input written to testdata/fuzz/FuzzKey/582528ddfad69eb5\nFAIL\n", exit, false, false, "lost"},
		"a deadline as a finding": {progress + "--- FAIL: FuzzKey (0.30s)\n    --- FAIL: FuzzKey (0.00s)\n        key_test.go:9: context deadline exceeded\n    \n    Failing input written to testdata/fuzz/FuzzKey/582528ddfad69eb5\nFAIL\n", exit, false, false, "582528"},
		"held up":                 {progress + "--- FAIL: FuzzKey (551.18s)\n    fuzzing process hung or terminated unexpectedly: exit status 2\n    Failing input written to testdata/fuzz/FuzzKey/5637fb5504f976b1\n    To re-run:\n    go test -run=FuzzKey/5637fb5504f976b1\nFAIL\n", exit, false, true, "5637fb"},
		"a seed fails":            {"failure while testing seed corpus entry: FuzzKey/seed#0\nfuzz: elapsed: 0s, execs: 1 (9/sec), new interesting: 0\n--- FAIL: FuzzKey (0.03s)\n    context deadline exceeded\nFAIL\n", exit, false, false, "seed#0"},
		"the process dies":        {progress + "panic: out of memory\n", exit, false, false, "out of memory"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := judge(x.said, x.err)
			if got.passed != x.passed || got.again != x.again || !strings.Contains(got.text, x.want) {
				t.Errorf("judge is %+v, want passed %v, again %v and a text with %q", got, x.passed, x.again, x.want)
			}
		})
	}
}
