package sqsbatch_test

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"strings"
	"testing"

	"github.com/lambdapatterns/lambdapatterns/sqsbatch"
)

func TestReportAndLogTellEachMessageAndNoBody(t *testing.T) {
	t.Parallel()
	var log strings.Builder
	h := sqsbatch.Handle(func(_ context.Context, body string) error {
		if body == "secret" {
			return errors.New("refused")
		}
		return nil
	}, sqsbatch.WithObserver(sqsbatch.LogTo(slog.New(slog.NewTextHandler(&log, nil)))))
	if _, err := h(t.Context(), batchOf(standardARN, "x", "secret")); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`level=WARN msg="sqs batch" queue=` + standardARN + ` messages=2 failed=1 succeeded=1`,
		`msg="sqs message comes again" message_id=m2 outcome=failed receive_count=2`, `error=refused`,
	} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("log lacks %q:\n%s", want, log.String())
		}
	}
	if strings.Contains(log.String(), "secret") {
		t.Errorf("log holds a body:\n%s", log.String())
	}
}

func TestReportInLogsAndJSONHoldsTextsOnly(t *testing.T) {
	t.Parallel()
	var log strings.Builder
	logger := slog.New(slog.NewJSONHandler(&log, nil))
	var document []byte
	h := sqsbatch.Handle(func(_ context.Context, o order) error {
		if o.ID == "panic" {
			panic("oh no")
		}
		return nil
	}, sqsbatch.WithObserver(func(_ context.Context, r sqsbatch.Report) {
		logger.Info("batch", "report", r)
		document, _ = json.Marshal(r)
	}))
	if _, err := h(t.Context(), batchOf(standardARN, `{"id":"ok"}`, `{"amount":424242.5}`, `{"id":"panic"}`)); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"log": log.String(), "JSON": string(document)} {
		for _, want := range []string{`"outcome":"panicked"`, `"error":"sqsbatch: the handler panicked: oh no"`, `that does not fit int"`, `"stack":"goroutine`} {
			if !strings.Contains(text, want) {
				t.Errorf("%s lacks %s:\n%s", name, want, text)
			}
		}
		if strings.Contains(text, "424242") {
			t.Errorf("%s quotes a body:\n%s", name, text)
		}
	}
}

func TestPanicInTheObserverIsTheInvocations(t *testing.T) {
	t.Parallel()
	h := sqsbatch.Handle(func(context.Context, string) error { return nil },
		sqsbatch.WithObserver(func(context.Context, sqsbatch.Report) { panic("observer") }))
	defer func() {
		if r := recover(); r != "observer" {
			t.Errorf("recovered %v: a response went out", r)
		}
	}()
	_, _ = h(t.Context(), batchOf(standardARN, "x"))
}
