package coldstart

import (
	"log/slog"
	"time"
)

// Report is what [Run] did. It is a [slog.LogValuer], with one group for each task:
//
//	{"initialization":"on-demand","total_ms":31.2,"tasks":{"table":{"duration_ms":30.9},"secrets":{"duration_ms":9.013,"error":"..."}}}
//
// A [Connect] task has a group "connection" beside, with lookup_ms, dial_ms, tls_ms and answer_ms. Times are numbers that are
// named after their unit, whatever the slog handler.
type Report struct {
	// Initialization is what [Initialization] returned.
	Initialization InitializationType
	// Tasks has an entry for each task, in the order in which they were given.
	Tasks []TaskReport
	// Duration is how long Run took.
	Duration time.Duration
}

// TaskReport is what became of one task.
type TaskReport struct {
	// Name is the task's name.
	Name string
	// Skipped says that the task was not for this type of initialisation.
	Skipped bool
	// Duration is how long the task took. For one that did not end in time it is how long Run waited.
	Duration time.Duration
	// Err is nil if the task succeeded or was skipped.
	Err error

	// Lookup, Dial, TLS and Answer are the steps of a [Connect] task that opened a connection, of the first if there are
	// several: the look-up of the host's name; the TCP handshake, with all the addresses that were tried; the TLS handshake;
	// from then to the first byte of the answer to the request that was sent. With a proxy, they are those of the
	// connection to it. What was not needed is 0, and so is all in other tasks and where the task did not end in time.
	Lookup, Dial, TLS, Answer time.Duration
}

// LogValue returns the report as a group. Error messages are part of it, the stacks of panics are not.
func (r Report) LogValue() slog.Value {
	tasks := make([]slog.Attr, len(r.Tasks))
	for i, t := range r.Tasks {
		tasks[i] = slog.Attr{Key: t.Name, Value: t.logValue()}
	}
	return slog.GroupValue(
		slog.String("initialization", string(r.Initialization)),
		slog.Float64("total_ms", milliseconds(r.Duration)),
		slog.Attr{Key: "tasks", Value: slog.GroupValue(tasks...)},
	)
}

func (t TaskReport) logValue() slog.Value {
	if t.Skipped {
		return slog.GroupValue(slog.Bool("skipped", true))
	}
	attrs := []slog.Attr{slog.Float64("duration_ms", milliseconds(t.Duration))}
	if t.Lookup+t.Dial+t.TLS+t.Answer > 0 {
		attrs = append(attrs, slog.Group("connection",
			slog.Float64("lookup_ms", milliseconds(t.Lookup)), slog.Float64("dial_ms", milliseconds(t.Dial)),
			slog.Float64("tls_ms", milliseconds(t.TLS)), slog.Float64("answer_ms", milliseconds(t.Answer))))
	}
	if t.Err != nil {
		attrs = append(attrs, slog.String("error", t.Err.Error()))
	}
	return slog.GroupValue(attrs...)
}

// milliseconds is a duration as logs have it, in steps of a microsecond.
func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
