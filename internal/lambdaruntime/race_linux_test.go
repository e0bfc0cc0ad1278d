package lambdaruntime

import (
	"os/exec"
	"strings"
	"testing"
)

// A function that is built with the race detector reports to its log what two invocations at once do to a variable.
func TestManagedRaceIsReported(t *testing.T) {
	if testing.Short() {
		t.Skip("it builds a function with the race detector")
	}
	if _, err := exec.LookPath("gcc"); err != nil {
		t.Skip("the race detector needs a C compiler")
	}
	t.Parallel()
	binary, err := Build(t.Context(), ".", "./testdata/function", t.TempDir(), "-race", "-trimpath=false") // as go test -race has it built
	if err != nil {
		t.Fatal(err)
	}
	log := &logBuffer{t: t}
	f := start(t, Config{Binary: binary, PerEnvironment: 2, Logs: log})
	invoke[int](t, f, `{"do":"pid"}`)
	if reported(log) {
		t.Error("a race is reported where there was none")
	}
	racing := make(chan error, 2)
	for range 2 {
		go func() {
			_, err := f.Invoke(t.Context(), Invocation{Payload: []byte(`{"do":"race"}`)})
			racing <- err
		}()
	}
	for range 2 {
		if err := <-racing; err != nil {
			t.Error(err)
		}
	}
	eventually(t, "the race is reported", func() bool { return reported(log) })
}

func reported(log *logBuffer) bool {
	return strings.Contains(strings.Join(log.lines(), "\n"), "WARNING: DATA RACE")
}
