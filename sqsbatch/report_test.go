package sqsbatch_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/lambdapatterns/lambdapatterns/sqsbatch"
	"github.com/lambdapatterns/lambdapatterns/sqsbatch/envelope"
)

func TestErrorOnFullFailure(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		event events.SQSEvent
		says  string // "" for a response
	}{
		{"all", batchOf(standardARN, "fail", "fail"), "2 of 2"},
		{"some", batchOf(standardARN, "fail", "ok"), ""},
		{"a message that left is no failure", batchOf(standardARN, "fail", "drop"), ""},
		{"nor is one in the dead-letter queue", batchOf(standardARN, "dead", "fail"), ""},
		{"nor is one put off as planned", batchOf(standardARN, "retry", "fail"), ""},
		{"alone either", fifoOf("a-retry", "a-ok"), ""},
		{"skipped messages are not attempted", fifoOf("a-fail", "a-ok", "a-ok"), "1 of 3"},
		{"another group's success counts", fifoOf("a-fail", "a-ok", "b-ok"), ""},
	} {
		option, report := observed()
		h := sqsbatch.Handle(steer, option, sqsbatch.WithErrorOnFullFailure(), sqsbatch.WithSettler(new(settler)))
		got, err := h(t.Context(), c.event)
		var batch *sqsbatch.BatchError
		if full := c.says != ""; full != errors.As(err, &batch) || full && !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: error %v, want %q", c.name, err, c.says)
		}
		if (err == nil) != (got.BatchItemFailures != nil) {
			t.Errorf("%s: got %v and %v: Lambda takes one of the two", c.name, got, err)
		}
		if len(report.Messages) != len(c.event.Records) {
			t.Errorf("%s: observers were not told", c.name)
		}
	}
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		got, err := sqsbatch.Handle(steer, sqsbatch.WithErrorOnFullFailure())(ctx, batchOf(standardARN, "fail"))
		if err != nil || failures(got) != "m1" {
			t.Errorf("nothing was attempted: failures %q, error %v", failures(got), err)
		}
	})
}

func TestFullFailureIsAResponseByDefault(t *testing.T) {
	t.Parallel()
	got, err := sqsbatch.Handle(steer)(t.Context(), batchOf(standardARN, "fail", "fail"))
	if err != nil || failures(got) != "m1 m2" {
		t.Errorf("failures %q, error %v", failures(got), err)
	}
}

// What is put off as planned is no failure in any place that tells of failures, unless the Settler did not do it.
func TestDelayedIsNoFailure(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		answer  func(context.Context, []sqsbatch.Settlement) []error
		last    int // WithMaxReceiveCount; the messages are received for the second time
		metrics map[string]string
		log     []string
	}{
		{
			"confirmed", nil, 5,
			map[string]string{"Delayed": "1", "Failed": "0", "ComesAgain": "1", "SettlementFailed": "0", "LastReceiveFailed": "0"},
			[]string{
				`"level":"INFO","msg":"sqs batch"`, `"delayed":1,"succeeded":1`, `"level":"INFO","msg":"sqs message is delayed"`,
				`"outcome":"delayed"`, `"action":"change_visibility","delay_seconds":90,"error":"reason"}`,
			},
		},
		{
			"refused", func(context.Context, []sqsbatch.Settlement) []error { return []error{errors.New("AccessDenied")} }, 5,
			map[string]string{"Delayed": "0", "Failed": "1", "ComesAgain": "1", "SettlementFailed": "1"},
			[]string{
				`"level":"WARN","msg":"sqs batch"`, `"level":"WARN","msg":"sqs message comes again"`,
				`"delay_seconds":90,"settle_error":"AccessDenied","error":"reason"}`,
			},
		},
		{
			"on its last receive", nil, 2,
			map[string]string{"Delayed": "1", "Failed": "0", "LastReceiveFailed": "1"},
			[]string{`"level":"ERROR","msg":"sqs message goes to the dead-letter queue"`, `"outcome":"delayed"`},
		},
	} {
		var metrics, log bytes.Buffer
		h := sqsbatch.Handle(steer, sqsbatch.WithSettler(&settler{answer: c.answer}), sqsbatch.WithMaxReceiveCount(c.last),
			sqsbatch.WithObserver(sqsbatch.MetricsTo(&metrics, "Shop", nil)),
			sqsbatch.WithObserver(sqsbatch.LogTo(slog.New(slog.NewJSONHandler(&log, nil)))))
		if got, err := h(t.Context(), batchOf(standardARN, "retry", "ok")); err != nil || failures(got) != "m1" {
			t.Errorf("%s: failures %q, error %v", c.name, failures(got), err)
		}
		document := documents(t, metrics.String())[0]
		for name, want := range c.metrics {
			if got := string(document.members[name]); got != want {
				t.Errorf("%s: %s is %s, want %s", c.name, name, got, want)
			}
		}
		for _, want := range c.log {
			if !strings.Contains(log.String(), want) {
				t.Errorf("%s: the log lacks %s:\n%s", c.name, want, log.String())
			}
		}
	}
}

// In logs and JSON times are numbers whose names say the unit.
func TestTimesInReports(t *testing.T) {
	t.Parallel()
	m := sqsbatch.MessageReport{
		ID: "m1", Outcome: sqsbatch.Delayed, Duration: 1234567 * time.Nanosecond, Action: sqsbatch.ChangeVisibility, Delay: 8 * time.Hour,
	}
	text, err := json.Marshal(m)
	if want := `{"action":"change_visibility","delay_seconds":28800,"duration_ms":1.234,"message_id":"m1","outcome":"delayed","receive_count":0}`; err != nil || string(text) != want {
		t.Errorf("got %s, %v; want %s", text, err, want)
	}
}

func TestAllObserversAreCalledInOrder(t *testing.T) {
	t.Parallel()
	var calls []string
	observe := func(name string) sqsbatch.Option {
		return sqsbatch.WithObserver(func(_ context.Context, r sqsbatch.Report) {
			calls = append(calls, fmt.Sprint(name, len(r.Messages)))
		})
	}
	if _, err := sqsbatch.Handle(steer, observe("a"), observe("b"))(t.Context(), batchOf(standardARN, "ok")); err != nil {
		t.Fatal(err)
	}
	if fmt.Sprint(calls) != "[a1 b1]" {
		t.Errorf("called %v", calls)
	}
}

func TestLastReceiveIsMarked(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	option, report := observed()
	h := sqsbatch.Handle(steer, option, sqsbatch.WithMaxReceiveCount(5),
		sqsbatch.WithObserver(sqsbatch.LogTo(slog.New(slog.NewTextHandler(&log, nil)))))
	event := batchOf(standardARN, "fail", "fail", "fail", "fail")
	for i, count := range []string{"4", "5", "6", ""} {
		event.Records[i].Attributes = map[string]string{"ApproximateReceiveCount": count}
	}
	if _, err := h(t.Context(), event); err != nil {
		t.Fatal(err)
	}
	for i, want := range []bool{false, true, true, false} {
		if report.Messages[i].LastReceive != want {
			t.Errorf("message %d: %+v", i+1, report.Messages[i])
		}
	}
	if want := `level=ERROR msg="sqs message goes to the dead-letter queue" message_id=m2`; !strings.Contains(log.String(), want) {
		t.Errorf("log lacks %s:\n%s", want, log.String())
	}
}

// document is a document of the embedded metric format.
type document struct {
	AWS struct {
		Timestamp         int64
		CloudWatchMetrics []struct {
			Namespace  string
			Dimensions [][]string
			Metrics    []struct{ Name, Unit string }
		}
	} `json:"_aws"`
	members map[string]json.RawMessage
}

// documents reads what was written as CloudWatch would, and checks the format's limits.
func documents(t *testing.T, lines string) (all []document) {
	t.Helper()
	for line := range strings.Lines(lines) {
		var d document
		if err := errors.Join(json.Unmarshal([]byte(line), &d), json.Unmarshal([]byte(line), &d.members)); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		if len(line) > 256<<10 || len(d.AWS.CloudWatchMetrics) != 1 {
			t.Fatalf("%d bytes, %d directives", len(line), len(d.AWS.CloudWatchMetrics))
		}
		directive := d.AWS.CloudWatchMetrics[0]
		if len(directive.Metrics) == 0 || len(directive.Metrics) > 100 || len(directive.Dimensions[0]) > 30 {
			t.Errorf("%d metrics, %d dimensions", len(directive.Metrics), len(directive.Dimensions[0]))
		}
		for _, name := range directive.Dimensions[0] {
			var value string
			if err := json.Unmarshal(d.members[name], &value); err != nil || value == "" || len(value) > 1024 {
				t.Errorf("dimension %s is %s", name, d.members[name])
			}
		}
		for _, m := range directive.Metrics {
			var one float64
			var many []float64
			if json.Unmarshal(d.members[m.Name], &one) != nil &&
				(json.Unmarshal(d.members[m.Name], &many) != nil || len(many) == 0 || len(many) > 100) {
				t.Errorf("metric %s is %s", m.Name, d.members[m.Name])
			}
		}
		if want := 1 + len(directive.Metrics) + len(directive.Dimensions[0]); len(d.members) != want {
			t.Errorf("%d members, want %d: %v", len(d.members), want, slices.Sorted(maps.Keys(d.members)))
		}
		all = append(all, d)
	}
	return all
}

func TestMetrics(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		dimensions := map[string]string{}
		for i := range 29 {
			dimensions[fmt.Sprint("d", i)] = "x"
		}
		var out bytes.Buffer
		h := sqsbatch.Handle(steer, sqsbatch.WithMaxReceiveCount(2),
			sqsbatch.WithObserver(sqsbatch.MetricsTo(&out, "Shop/Workers", dimensions)))
		if _, err := h(t.Context(), batchOf(standardARN, append(slices.Repeat([]string{"ok"}, 247), "fail", "drop", "dead")...)); err != nil {
			t.Fatal(err)
		}
		all := documents(t, out.String())
		if len(all) != 3 {
			t.Fatalf("%d documents for 250 durations, want 3", len(all))
		}
		for name, want := range map[string]string{
			"Messages": "250", "Succeeded": "247", "Failed": "2", "Dropped": "1", "DeadLettered": "0", "ComesAgain": "2",
			"SettlementFailed": "1", "LastReceiveFailed": "2", "SkippedFIFO": "0", "QueueName": `"orders"`, "d28": `"x"`,
		} {
			if got := string(all[0].members[name]); got != want {
				t.Errorf("%s is %s, want %s", name, got, want)
			}
		}
		durations := 0
		for i, d := range all {
			var values []float64
			_ = json.Unmarshal(d.members["Duration"], &values)
			durations += len(values)
			if d.AWS.Timestamp != time.Now().UnixMilli() || i > 0 && d.members["Messages"] != nil {
				t.Errorf("document %d: %s", i, out.String())
			}
		}
		if durations != 250 {
			t.Errorf("%d durations", durations)
		}

		out.Reset()
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		if _, err := h(ctx, batchOf("", "x")); err != nil {
			t.Fatal(err)
		}
		d := documents(t, out.String())[0]
		if string(d.members["QueueName"]) != `"unknown"` || d.members["Duration"] != nil || string(d.members["SkippedDeadline"]) != "1" {
			t.Errorf("got %s", out.String())
		}
	})
}

// A body that is planted in every place that this package can get at must not come out anywhere.
func TestNoBodyInErrorsLogsAndMetrics(t *testing.T) {
	t.Parallel()
	const plant = "pl4nted"
	var out bytes.Buffer
	logger := slog.New(slog.NewJSONHandler(&out, &slog.HandlerOptions{Level: slog.LevelDebug}))
	observers := []sqsbatch.Option{
		sqsbatch.WithObserver(sqsbatch.LogTo(logger)), sqsbatch.WithObserver(sqsbatch.MetricsTo(&out, "Shop", nil)),
		sqsbatch.WithObserver(func(ctx context.Context, r sqsbatch.Report) {
			logger.Info("report", "report", r)
			document, err := json.Marshal(r)
			fmt.Fprintf(&out, "%s %v %+v %#v\n", document, err, r.LogValue(), outcomes(&r))
			for _, m := range r.Messages {
				fmt.Fprintln(&out, m.Err)
			}
		}),
		sqsbatch.WithSettler(&settler{answer: func(context.Context, []sqsbatch.Settlement) []error { return nil }}),
		sqsbatch.WithMaxReceiveCount(1), sqsbatch.WithErrorOnFullFailure(),
	}
	bodies := []string{
		plant, `{"` + plant + `":1}`, `{"id":7,"` + plant + `":1}`, `{"amount":"` + plant + `"}`, `{"at":"` + plant + `"}`,
		`{"inner":"` + plant + `"}`, `["` + plant + `"]`, `{"id":"` + plant, snsEnvelope(plant), busEnvelope(t, `{"a":"`+plant+`"}`),
		based(plant), based(gzipped(t, plant)), s3TestEvent[:len(s3TestEvent)-1] + `,"` + plant + `":1}`,
	}
	handler := func(ctx context.Context, o order) error {
		fmt.Fprintln(&out, ctx)
		return sqsbatch.DeadLetter(errors.New("refused"))
	}
	for _, steps := range [][]envelope.Step{
		nil, {envelope.SNS()}, {envelope.EventBridge()}, {envelope.S3()}, {envelope.Base64()},
		{envelope.Base64(), envelope.Gzip(4)}, {envelope.Gzip(4)},
	} {
		options := append(slices.Clone(observers), sqsbatch.WithConcurrency(1))
		batchOptions := slices.Clone(observers)
		if steps != nil {
			options = append(options, sqsbatch.WithDecoding(steps...))
			batchOptions = append(batchOptions, sqsbatch.WithDecoding(steps...))
		}
		for _, h := range []sqsbatch.Handler{
			sqsbatch.Handle(handler, options...),
			sqsbatch.HandleBatch(func(ctx context.Context, m []sqsbatch.Message[order]) []error {
				fmt.Fprintln(&out, ctx)
				return nil
			}, batchOptions...),
		} {
			payload, err := json.Marshal(batchOf(standardARN, bodies...))
			if err != nil {
				t.Fatal(err)
			}
			response, err := h.Invoke(t.Context(), payload)
			fmt.Fprintln(&out, string(response), err)
			_, err = h.Invoke(t.Context(), payload[:len(payload)-1])
			fmt.Fprintln(&out, err)
		}
	}
	for line := range strings.Lines(out.String()) {
		if strings.Contains(line, plant) {
			t.Errorf("the body is in %s", line)
		}
	}
	if out.Len() < 10_000 {
		t.Errorf("only %d bytes were looked at", out.Len())
	}
}

func TestEachTellsTheReportInPlainTypes(t *testing.T) {
	t.Parallel()
	option, report := observed()
	h := sqsbatch.Handle(steer, option, sqsbatch.WithSettler(&settler{}), sqsbatch.WithConcurrency(1))
	if _, err := h(t.Context(), batchOf(standardARN, "ok", "fail", "retry", "drop", "dead")); err != nil {
		t.Fatal(err)
	}
	var got []string
	tell := func(id, outcome string, done bool, err error) {
		got = append(got, fmt.Sprint(id, " ", outcome, " ", done, " ", err != nil))
	}
	report.Each(tell)
	want := "m1 succeeded true false|m2 failed false true|m3 delayed false false|m4 dropped true false|m5 dead_lettered true true"
	if s := strings.Join(got, "|"); s != want {
		t.Errorf("got  %s\nwant %s", s, want)
	}

	// A message that was only skipped did not fail, although the report says why it was.
	got = nil
	h = sqsbatch.Handle(steer, option)
	if _, err := h(t.Context(), fifoOf("g-fail", "g-ok")); err != nil {
		t.Fatal(err)
	}
	report.Each(tell)
	if s := strings.Join(got, "|"); s != "m1 failed false true|m2 skipped_fifo false false" || report.Messages[1].Err == nil {
		t.Errorf("got %s", s)
	}
}
