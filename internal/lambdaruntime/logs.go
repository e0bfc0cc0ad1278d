package lambdaruntime

import (
	"bytes"
	"fmt"
	"io"
	"sync"
	"time"
)

// maxLogLine cuts a line without an end, so that a process cannot fill this one's memory.
const maxLogLine = 256 << 10

// logSink writes whole lines to the function's log, one Write each, from any goroutine.
type logSink struct {
	mu sync.Mutex
	w  io.Writer
}

func (s *logSink) line(line []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	// A full disk under the log must not stop the function, as it does not on Lambda.
	_, _ = s.w.Write(line)
}

func (s *logSink) printf(format string, args ...any) {
	s.line(fmt.Appendf(nil, format+"\n", args...))
}

// lineWriter cuts what one stream of one process writes into lines. It is for one goroutine.
type lineWriter struct {
	sink *logSink
	rest []byte
}

func (w *lineWriter) Write(p []byte) (int, error) {
	w.rest = append(w.rest, p...)
	for {
		end := bytes.IndexByte(w.rest, '\n') + 1
		if end == 0 && len(w.rest) >= maxLogLine {
			w.flush()
		}
		if end == 0 {
			return len(p), nil
		}
		w.sink.line(w.rest[:end])
		w.rest = w.rest[end:]
	}
}

// flush writes what is left after the last line.
func (w *lineWriter) flush() {
	if len(w.rest) > 0 {
		w.sink.line(append(w.rest, '\n'))
		w.rest = nil
	}
}

// logEnd writes what Lambda writes when an invocation is over. Memory used is left out: it is not measured.
func (f *Function) logEnd(c *call, initDuration time.Duration, out outcome) {
	f.logs.printf("END RequestId: %s", c.id)
	took := time.Since(c.began)
	report := fmt.Sprintf("REPORT RequestId: %s\tDuration: %.2f ms\tBilled Duration: %d ms\tMemory Size: %d MB",
		c.id, milliseconds(took), (took+initDuration+time.Millisecond-1)/time.Millisecond, f.cfg.MemoryMB)
	if initDuration > 0 {
		report += fmt.Sprintf("\tInit Duration: %.2f ms", milliseconds(initDuration))
	}
	f.logs.printf("%s%s", report, status(out))
}

// status is how a REPORT line ends: Lambda says nothing of an error that the function itself reported.
func status(out outcome) string {
	switch {
	case out.err == nil || out.reported:
		return ""
	case out.errorType() == typeTimedOut:
		return "\tStatus: timeout"
	default:
		return "\tStatus: error\tError Type: " + out.errorType()
	}
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
