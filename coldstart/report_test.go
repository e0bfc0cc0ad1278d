package coldstart_test

import (
	"bytes"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/lambdapatterns/lambdapatterns/coldstart"
)

func TestReportInLog(t *testing.T) {
	t.Parallel()
	report := coldstart.Report{
		Initialization: coldstart.OnDemand,
		Duration:       3 * time.Millisecond,
		Tasks: []coldstart.TaskReport{
			{Name: "table", Duration: 2 * time.Millisecond},
			{Name: "secrets", Duration: 1234567 * time.Nanosecond, Err: errors.New("no access")},
			{Name: "queue", Duration: 9 * time.Millisecond,
				Lookup: time.Millisecond, Dial: 2 * time.Millisecond, TLS: 3 * time.Millisecond, Answer: 1500 * time.Microsecond},
			{Name: "connect", Skipped: true},
			{Name: "parse", Err: &coldstart.PanicError{Value: "oops", Stack: []byte("the stack")}},
		},
	}
	var out bytes.Buffer
	slog.New(slog.NewJSONHandler(&out, nil)).Info("initialised", "report", report)
	want := `"report":{"initialization":"on-demand","total_ms":3,"tasks":{` +
		`"table":{"duration_ms":2},` +
		`"secrets":{"duration_ms":1.234,"error":"no access"},` +
		`"queue":{"duration_ms":9,"connection":{"lookup_ms":1,"dial_ms":2,"tls_ms":3,"answer_ms":1.5}},` +
		`"connect":{"skipped":true},` +
		`"parse":{"duration_ms":0,"error":"panic: oops"}}}`
	if !strings.Contains(out.String(), want) {
		t.Errorf("got %s\nwant %s", &out, want)
	}
}
