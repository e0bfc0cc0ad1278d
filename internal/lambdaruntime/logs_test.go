package lambdaruntime

import (
	"errors"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestLogLines(t *testing.T) {
	t.Parallel()
	log := &logBuffer{t: t}
	f := start(t, Config{Logs: log})
	response := invoke[described](t, f, `{}`)
	invokeError(t, f, `{"do":"fail","text":"logged"}`)
	invoke[any](t, f, `{"do":"log","text":"line one\nline two"}`)
	f.Close()
	lines := log.lines()

	id := response.RequestID
	end := slices.Index(lines, "END RequestId: "+id)
	if lines[0] != "START RequestId: "+id+" Version: $LATEST" || end < 1 {
		t.Fatalf("no START and END of %s in %q", id, lines)
	}
	report := regexp.MustCompile(`^REPORT RequestId: ` + id + `\tDuration: \d+\.\d\d ms\tBilled Duration: \d+ ms\tMemory Size: 128 MB\tInit Duration: \d+\.\d\d ms$`)
	if !report.MatchString(lines[end+1]) {
		t.Errorf("after END comes %q", lines[end+1])
	}
	for _, want := range []string{"^line one$", "^line two$", "^without an end$"} {
		if countLines(lines, want) != 1 {
			t.Errorf("not one line matches %s in %q", want, lines)
		}
	}
	// aws-lambda-go logs a reported error; to Lambda it is no error of the platform's.
	if countLines(lines, "Status: error") != 0 || countLines(lines, "Init Duration") != 1 {
		t.Errorf("wrong reports in %q", lines)
	}
	for _, start := range []string{"START ", "END ", "REPORT "} {
		if n := countLines(lines, "^"+start); n != 3 {
			t.Errorf("%d lines %sin %q, want 3", n, start, lines)
		}
	}
}

func TestExitIsInTheReport(t *testing.T) {
	t.Parallel()
	log := &logBuffer{t: t}
	f := start(t, Config{Logs: log})
	invokeError(t, f, `{"do":"exit","code":7}`)
	f.Close()
	if n := countLines(log.lines(), `^REPORT .*\tStatus: error\tError Type: Runtime\.ExitError$`); n != 1 {
		t.Errorf("%d reports of the exit in %q", n, log.lines())
	}
}

func TestLineWriter(t *testing.T) {
	t.Parallel()
	var lines []string
	w := &lineWriter{sink: &logSink{w: writerFunc(func(p []byte) (int, error) {
		lines = append(lines, string(p))
		return 0, errors.New("full") // ignored
	})}}
	long := strings.Repeat("x", maxLogLine)
	for _, piece := range []string{"a", "b\nc\n\n", "d", "\n", long[:len(long)-1], "xy", "z\nend"} {
		if n, err := w.Write([]byte(piece)); n != len(piece) || err != nil {
			t.Fatalf("Write = %d, %v", n, err)
		}
	}
	w.flush()
	w.flush()
	want := []string{"ab\n", "c\n", "\n", "d\n", long + "y\n", "z\n", "end\n"}
	if !slices.Equal(lines, want) {
		for i := range lines {
			t.Logf("%d bytes: %.20q", len(lines[i]), lines[i])
		}
		t.Errorf("got %d lines, want %d", len(lines), len(want))
	}
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }
