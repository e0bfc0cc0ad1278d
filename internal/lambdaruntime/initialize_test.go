package lambdaruntime

import (
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestTimeout(t *testing.T) {
	t.Parallel()
	log := &logBuffer{t: t}
	f := start(t, Config{Timeout: 600 * time.Millisecond, Logs: log})
	before := invoke[int](t, f, `{"do":"pid"}`)
	started := time.Now()
	failure := invokeError(t, f, `{"do":"sleep","ms":600000}`)
	if took := time.Since(started); took < 590*time.Millisecond {
		t.Errorf("ended after %v", took)
	}
	if want := "RequestId: " + failure.RequestID + " Error: Task timed out after 0.60 seconds"; failure.Type != "Sandbox.Timedout" || failure.Message != want {
		t.Errorf("got %+v, want %q", failure, want)
	}
	if n := len(f.Environments()); n != 0 {
		t.Errorf("%d environments left", n)
	}
	if after := invoke[int](t, f, `{"do":"pid"}`); after == before {
		t.Errorf("process %d lives on", after)
	}
	f.Close()
	id := failure.RequestID
	for _, want := range []string{
		`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z ` + id + ` Task timed out after 0\.60 seconds$`,
		`^REPORT RequestId: ` + id + `\tDuration: \d{3,}\.\d\d ms\tBilled Duration: \d{3,} ms\tMemory Size: 128 MB\tStatus: timeout$`,
	} {
		if n := countLines(log.lines(), want); n != 1 {
			t.Errorf("%d lines match %s in %q", n, want, log.lines())
		}
	}
}

func TestInitFailures(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, binary, mode, wantType, wantMessage string
		wantPhases                                []string
	}{
		{"exit", functionBinary, "exit", "Runtime.ExitError", "Runtime exited with error: exit status 3",
			[]string{`Phase: init\tStatus: error\tError Type: Runtime.ExitError`, `Phase: invoke\tStatus: error\tError Type: Runtime.ExitError`}},
		{"hang", functionBinary, "hang", "Sandbox.Timedout", "Task timed out after 0.40 seconds",
			[]string{`Phase: init\tStatus: timeout`, `Phase: invoke\tStatus: timeout`}},
		{"reported", badInitBinary, "", "Config.Missing", "TABLE_NAME is not set",
			[]string{`Phase: init\tStatus: error\tError Type: Config.Missing`, `Phase: invoke\tStatus: error\tError Type: Config.Missing`}},
		{"reported, then stays", badInitBinary, "stay", "Config.Missing", "TABLE_NAME is not set", nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			log := &logBuffer{t: t}
			cfg := Config{Binary: test.binary, Logs: log, Environment: map[string]string{"INIT": test.mode}, MaxConcurrency: 1}
			switch test.mode {
			case "hang":
				cfg.InitTimeout, cfg.Timeout = 200*time.Millisecond, 400*time.Millisecond
			case "stay":
				cfg.Environment = map[string]string{"STAY": "yes"}
			}
			f := start(t, cfg)
			failure := invokeError(t, f, `{}`)
			if failure.Type != test.wantType || !strings.Contains(failure.Message, test.wantMessage) || len(failure.RequestID) != 36 {
				t.Errorf("got %+v, want %s: %s", failure, test.wantType, test.wantMessage)
			}
			if n := len(f.Environments()); n != 0 {
				t.Errorf("%d environments left", n)
			}
			invokeError(t, f, `{}`) // its slot is free again: the error is the function's, not ErrThrottled
			f.Close()
			for _, phase := range test.wantPhases {
				if n := countLines(log.lines(), `^INIT_REPORT Init Duration: \d+\.\d\d ms\t`+phase+`$`); n != 2 {
					t.Errorf("%d lines end in %s in %q, want 2", n, phase, log.lines())
				}
			}
			if test.binary == badInitBinary && countLines(log.lines(), `^init/error answered 202$`) == 0 {
				t.Errorf("the report was not accepted: %q", log.lines())
			}
		})
	}
}

// The second initialisation runs inside the invocation, and is enough.
func TestInitIsTriedAgain(t *testing.T) {
	t.Parallel()
	for _, mode := range []string{"exit-once", "hang-once"} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			log := &logBuffer{t: t}
			cfg := Config{Logs: log, Environment: map[string]string{"INIT": mode + ":" + filepath.Join(t.TempDir(), "tried")}}
			if mode == "hang-once" {
				cfg.InitTimeout = time.Second // the marker must be written by then
			}
			f := start(t, cfg)
			if got := invoke[described](t, f, `{}`); got.RequestID == "" {
				t.Errorf("got %+v", got)
			}
			if n := len(f.Environments()); n != 1 {
				t.Errorf("%d environments, want the second one only", n)
			}
			f.Close()
			if n := countLines(log.lines(), `^INIT_REPORT .*Phase: init\t`); n != 1 {
				t.Errorf("%d failed initialisations in %q, want 1", n, log.lines())
			}
			if n := countLines(log.lines(), `^REPORT .*Init Duration`); n != 0 {
				t.Errorf("the report has an Init Duration: %q", log.lines())
			}
		})
	}
}

// A first initialisation does not count towards the time-out.
func TestInitIsNotPartOfTheTimeout(t *testing.T) {
	t.Parallel()
	log := &logBuffer{t: t}
	f := start(t, Config{Logs: log, Environment: map[string]string{"INIT": "slow"}})
	started := time.Now()
	got := invoke[described](t, f, `{}`)
	if deadline := time.UnixMilli(got.DeadlineMs); deadline.Before(started.Add(100*time.Millisecond + f.Timeout()).Truncate(time.Millisecond)) {
		t.Errorf("deadline %v, but the initialisation alone took 100 ms from %v on", deadline, started)
	}
	f.Close()
	if n := countLines(log.lines(), `^REPORT .*\tInit Duration: [1-9]\d\d+\.\d\d ms$`); n != 1 {
		t.Errorf("no Init Duration of 100 ms or more in %q", log.lines())
	}
}

func TestNoProgram(t *testing.T) {
	t.Parallel()
	f := start(t, Config{Binary: "doc.go"}) // a file, but none that can run
	failure := invokeError(t, f, `{}`)
	if failure.Type != "Runtime.InvalidEntrypoint" || !strings.Contains(failure.Message, "doc.go") {
		t.Errorf("got %+v", failure)
	}
}
