package sqsbatch_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"

	"github.com/lambdapatterns/lambdapatterns/sqsbatch"
	"github.com/lambdapatterns/lambdapatterns/sqsbatch/envelope"
	"github.com/lambdapatterns/lambdapatterns/sqsbatch/internal/racetest"
)

const (
	standardARN = "arn:aws:sqs:eu-central-1:123456789012:orders"
	fifoARN     = "arn:aws:sqs:eu-central-1:123456789012:orders.fifo"
)

// batchOf makes an event whose message n has the id "m<n>" (from 1) and the n-th body.
func batchOf(arn string, bodies ...string) events.SQSEvent {
	var e events.SQSEvent
	for i, body := range bodies {
		e.Records = append(e.Records, events.SQSMessage{
			MessageId: fmt.Sprintf("m%d", i+1), Body: body, EventSourceARN: arn, EventSource: "aws:sqs",
			Attributes: map[string]string{"ApproximateReceiveCount": "2"},
		})
	}
	return e
}

// fifoOf makes an event of a FIFO queue from bodies that begin with their group: "a1" is in group a.
func fifoOf(bodies ...string) events.SQSEvent {
	e := batchOf(fifoARN, bodies...)
	for i := range e.Records {
		e.Records[i].Attributes = map[string]string{"MessageGroupId": bodies[i][:1]}
	}
	return e
}

func failures(r events.SQSEventResponse) string {
	var ids []string
	for _, f := range r.BatchItemFailures {
		ids = append(ids, f.ItemIdentifier)
	}
	return strings.Join(ids, " ")
}

// observed returns an option and the place where the last report will be.
func observed() (sqsbatch.Option, *sqsbatch.Report) {
	var last sqsbatch.Report
	return sqsbatch.WithObserver(func(_ context.Context, r sqsbatch.Report) { last = r }), &last
}

func outcomes(r *sqsbatch.Report) string {
	var all []string
	for _, m := range r.Messages {
		all = append(all, m.Outcome.String())
	}
	return strings.Join(all, " ")
}

// saysWhy tells whether the reason is in the error's text.
func saysWhy(err error, reason string) bool {
	return err != nil && strings.Contains(err.Error(), reason)
}

type order struct {
	ID     string    `json:"id"`
	Amount int       `json:"amount"`
	At     time.Time `json:"at"`
	Inner  inner     `json:"inner"`
}

// inner is JSON inside of JSON.
type inner struct{ V any }

func (i *inner) UnmarshalJSON(b []byte) error {
	var text string
	if err := json.Unmarshal(b, &text); err != nil {
		return err
	}
	return json.Unmarshal([]byte(text), &i.V)
}

func TestOnlyFailedMessagesComeAgain(t *testing.T) {
	t.Parallel()
	h := sqsbatch.Handle(func(_ context.Context, o order) error {
		if o.Amount < 0 {
			return errors.New("refused")
		}
		return nil
	})
	got, err := h(t.Context(), batchOf(standardARN, `{"id":"a","amount":1}`, `{"id":"b","amount":-1}`, `{"id":"c"}`))
	if err != nil || failures(got) != "m2" {
		t.Fatalf("got failures %q and error %v, want m2 alone", failures(got), err)
	}
}

func TestResponseNeverEncodesNull(t *testing.T) {
	t.Parallel()
	h := sqsbatch.Handle(func(context.Context, string) error { return nil })
	got, err := h(t.Context(), batchOf(standardARN, "x", "y"))
	if err != nil {
		t.Fatal(err)
	}
	if b, _ := json.Marshal(got); string(b) != `{"batchItemFailures":[]}` {
		t.Errorf("response is %s", b)
	}
}

// An event of another service decodes into an events.SQSEvent without records. To answer that all is well would lose it.
func TestEventWithoutMessagesFails(t *testing.T) {
	t.Parallel()
	h := lambda.NewHandler(sqsbatch.Handle(func(context.Context, string) error { t.Error("handler was called"); return nil }))
	for _, event := range []string{`{"detail-type":"Object Created","source":"aws.s3"}`, `{"Records":[]}`, `{}`} {
		got, err := h.Invoke(t.Context(), []byte(event))
		var batch *sqsbatch.BatchError
		if !errors.As(err, &batch) || !strings.Contains(err.Error(), "no SQS messages") {
			t.Errorf("%s: got %s, %v; want a BatchError", event, got, err)
		}
	}
}

func TestTypeDecidesDecoding(t *testing.T) {
	t.Parallel()
	const body = `{"id":"a","amount":7}`
	check := func(name string, ok bool) error {
		if !ok {
			t.Errorf("%s: decoded into something else", name)
		}
		return nil
	}
	for name, h := range map[string]func(context.Context, events.SQSEvent) (events.SQSEventResponse, error){
		"message": sqsbatch.Handle(func(_ context.Context, m events.SQSMessage) error {
			return check("message", m.MessageId == "m1" && m.Body == body && m.Attributes["ApproximateReceiveCount"] == "2")
		}),
		"message pointer": sqsbatch.Handle(func(_ context.Context, m *events.SQSMessage) error {
			return check("message pointer", m.MessageId == "m1" && m.Body == body)
		}),
		"string": sqsbatch.Handle(func(_ context.Context, s string) error { return check("string", s == body) }),
		"bytes":  sqsbatch.Handle(func(_ context.Context, b []byte) error { return check("bytes", string(b) == body) }),
		"raw":    sqsbatch.Handle(func(_ context.Context, b json.RawMessage) error { return check("raw", string(b) == body) }),
		"struct": sqsbatch.Handle(func(_ context.Context, o order) error {
			return check("struct", o.ID == "a" && o.Amount == 7)
		}),
		"pointer": sqsbatch.Handle(func(_ context.Context, o *order) error {
			return check("pointer", o != nil && o.Amount == 7)
		}),
		"map": sqsbatch.Handle(func(_ context.Context, m map[string]any) error { return check("map", m["id"] == "a") }),
	} {
		got, err := h(t.Context(), batchOf(standardARN, body))
		if err != nil || failures(got) != "" {
			t.Errorf("%s: failures %q, error %v", name, failures(got), err)
		}
	}
}

func TestUndecodableBodyFailsItsMessageAndIsNotQuoted(t *testing.T) {
	t.Parallel()
	option, report := observed()
	var calls atomic.Int32
	h := sqsbatch.Handle(func(context.Context, order) error { calls.Add(1); return nil }, option)
	for _, c := range []struct{ name, body, says string }{
		{"not JSON", `secret`, "syntax error at byte 1"},
		{"empty", ``, "syntax error at byte 0"},
		{"two values", `{"id":"secret"} {}`, "syntax error at byte 17"},
		{"wrong type", `{"amount":"secret"}`, "has a value at byte 18 that does not fit int"},
		{"number literal", `{"id":424242}`, "has a value at byte 12 that does not fit string"},
		{"array", `["secret"]`, "that does not fit sqsbatch_test.order"},
		{"null", ` null `, "is null"},
		{"own decoding", `{"at":"secret"}`, "refused by the type's own decoding"},
		{"own decoding of inner JSON", `{"inner":"secret"}`, "refused by the type's own decoding"},
	} {
		got, err := h(t.Context(), batchOf(standardARN, `{"id":"good"}`, c.body))
		if err != nil || failures(got) != "m2" {
			t.Errorf("%s: got failures %q, error %v; want m2", c.name, failures(got), err)
		}
		var decode *sqsbatch.DecodeError
		if e := report.Messages[1].Err; !errors.As(e, &decode) || decode.MessageID != "m2" || decode.Unwrap() == nil {
			t.Errorf("%s: error is %#v, want a DecodeError of m2", c.name, e)
		} else if text := e.Error(); !strings.Contains(text, c.says) ||
			strings.Contains(text, "secret") || strings.Contains(text, "424242") {
			t.Errorf("%s: error says %q, want %q in it and nothing of the body", c.name, text, c.says)
		}
	}
	if calls.Load() != 9 {
		t.Errorf("handler was called %d times, want once for each of the 9 good messages", calls.Load())
	}
}

func TestMessageWithoutIDFailsTheBatchBeforeAnythingRuns(t *testing.T) {
	t.Parallel()
	h := sqsbatch.Handle(func(context.Context, string) error { t.Error("handler was called"); return nil })
	event := batchOf(standardARN, "x", "y")
	event.Records[1].MessageId = ""
	_, err := h(t.Context(), event)
	var batch *sqsbatch.BatchError
	if !errors.As(err, &batch) || !strings.Contains(err.Error(), "message 2 of 2 has no messageId") {
		t.Fatalf("got %v, want a BatchError naming message 2", err)
	}
}

func TestMessageDeliveredTwiceInOneBatch(t *testing.T) {
	t.Parallel()
	var calls atomic.Int32
	h := sqsbatch.Handle(func(context.Context, string) error {
		if calls.Add(1) == 1 {
			return errors.New("once")
		}
		return nil
	}, sqsbatch.WithConcurrency(1))
	event := batchOf(standardARN, "x", "x")
	event.Records[1].MessageId = "m1"
	got, err := h(t.Context(), event)
	if err != nil || failures(got) != "m1" {
		t.Fatalf("got failures %q, error %v; want m1 once", failures(got), err)
	}
}

func TestPanicsAndGoexitFailTheirMessageAlone(t *testing.T) {
	t.Parallel()
	option, report := observed()
	boom := errors.New("boom")
	for _, concurrency := range []int{1, 3, 10} {
		h := sqsbatch.Handle(func(_ context.Context, body string) error {
			switch body {
			case "panic":
				panic("oh no")
			case "error":
				panic(boom)
			case "nil":
				panic(nil) //nolint:govet // what the runtime makes of it is the point
			case "goexit":
				runtime.Goexit()
			}
			return nil
		}, option, sqsbatch.WithConcurrency(concurrency))
		got, err := h(t.Context(), batchOf(standardARN, "goexit", "panic", "ok", "error", "goexit", "nil", "ok"))
		if err != nil || failures(got) != "m1 m2 m4 m5 m6" {
			t.Fatalf("concurrency %d: got failures %q, error %v", concurrency, failures(got), err)
		}
		var p *sqsbatch.PanicError
		if e := report.Messages[1].Err; !errors.As(e, &p) || p.Value != "oh no" ||
			!strings.Contains(string(p.Stack), "sqsbatch_test.go") {
			t.Errorf("panic became %v with stack\n%s", e, p.Stack)
		}
		if !errors.Is(report.Messages[3].Err, boom) {
			t.Errorf("panic with an error became %v, which does not unwrap to it", report.Messages[3].Err)
		}
		if e := report.Messages[0].Err; !strings.Contains(e.Error(), "runtime.Goexit") {
			t.Errorf("Goexit became %v", e)
		}
	}
}

func TestConcurrencyIsBoundedAndUsed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var now, most atomic.Int32
		h := sqsbatch.Handle(func(context.Context, string) error {
			n := now.Add(1)
			defer now.Add(-1)
			for m := most.Load(); n > m && !most.CompareAndSwap(m, n); m = most.Load() {
			}
			time.Sleep(20 * time.Millisecond)
			return nil
		}, sqsbatch.WithConcurrency(4))
		start := time.Now()
		if _, err := h(t.Context(), batchOf(standardARN, make([]string, 12)...)); err != nil {
			t.Fatal(err)
		}
		if most.Load() != 4 || time.Since(start) != 60*time.Millisecond {
			t.Errorf("at most %d calls at once in %v, want 4 in 60ms", most.Load(), time.Since(start))
		}
	})
}

func TestFIFOKeepsOrderInGroupsAndStopsAFailedOne(t *testing.T) {
	t.Parallel()
	option, report := observed()
	var mu sync.Mutex
	handled := map[byte][]string{}
	h := sqsbatch.Handle(func(_ context.Context, body string) error {
		mu.Lock()
		defer mu.Unlock()
		handled[body[0]] = append(handled[body[0]], body)
		if body == "b2" {
			return errors.New("refused")
		}
		return nil
	}, option)
	got, err := h(t.Context(), fifoOf("a1", "b1", "a2", "b2", "c1", "b3", "a3", "b4"))
	if err != nil || failures(got) != "m4 m6 m8" {
		t.Fatalf("got failures %q, error %v; want m4 m6 m8 (b2, b3, b4)", failures(got), err)
	}
	if want := "succeeded succeeded succeeded failed succeeded skipped_fifo succeeded skipped_fifo"; outcomes(report) != want {
		t.Errorf("outcomes %s, want %s", outcomes(report), want)
	}
	if e := report.Messages[5].Err; !saysWhy(e, "an earlier message of the group failed") {
		t.Errorf("b3's error is %v", e)
	}
	want := map[byte][]string{'a': {"a1", "a2", "a3"}, 'b': {"b1", "b2"}, 'c': {"c1"}}
	if !maps.EqualFunc(handled, want, slices.Equal) {
		t.Errorf("handled %v, want %v", handled, want)
	}
}

func TestFIFOGroupsRunConcurrently(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := sqsbatch.Handle(func(context.Context, string) error { time.Sleep(time.Second); return nil })
		start := time.Now()
		if _, err := h(t.Context(), fifoOf("a1", "a2", "b1", "b2", "c1")); err != nil {
			t.Fatal(err)
		}
		if d := time.Since(start); d != 2*time.Second {
			t.Errorf("took %v, want 2s: groups at once, each in order", d)
		}
	})
}

func TestGoexitInAFIFOGroupStopsTheGroup(t *testing.T) {
	t.Parallel()
	h := sqsbatch.Handle(func(_ context.Context, body string) error {
		if body == "a1" {
			runtime.Goexit()
		}
		return nil
	}, sqsbatch.WithConcurrency(1))
	got, err := h(t.Context(), fifoOf("a1", "a2", "b1"))
	if err != nil || failures(got) != "m1 m2" {
		t.Fatalf("got failures %q, error %v; want m1 m2", failures(got), err)
	}
}

func TestGroupIDsOfAStandardQueueAreNoOrder(t *testing.T) {
	t.Parallel()
	event := fifoOf("a1", "a2")
	for i := range event.Records {
		event.Records[i].EventSourceARN = standardARN
	}
	h := sqsbatch.Handle(func(_ context.Context, body string) error {
		if body == "a1" {
			return errors.New("refused")
		}
		return nil
	})
	got, err := h(t.Context(), event)
	if err != nil || failures(got) != "m1" {
		t.Fatalf("got failures %q, error %v; want m1 alone: fair queues have group ids too", failures(got), err)
	}
}

func TestMessageFromContext(t *testing.T) {
	t.Parallel()
	type key struct{}
	h := sqsbatch.Handle(func(ctx context.Context, body string) error {
		m, ok := sqsbatch.MessageFromContext(context.WithValue(ctx, key{}, 1))
		if !ok || m.Body != body || m.EventSourceARN != standardARN {
			t.Errorf("got %+v, %v for body %q", m, ok, body)
		}
		if ctx.Value(key{}) != "outer" {
			t.Errorf("the invocation's values are hidden")
		}
		return nil
	})
	if _, err := h(context.WithValue(t.Context(), key{}, "outer"), batchOf(standardARN, "x", "y", "z")); err != nil {
		t.Fatal(err)
	}
	if _, ok := sqsbatch.MessageFromContext(t.Context()); ok {
		t.Error("a message came out of a context that has none")
	}
}

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

func TestWrongSettingsPanicWhenTheHandlerIsMade(t *testing.T) {
	t.Parallel()
	text := func(context.Context, string) error { return nil }
	whole := func(context.Context, events.SQSMessage) error { return nil }
	texts := func(context.Context, []sqsbatch.Message[string]) []error { return nil }
	noMiddleware := func(func(context.Context, *events.SQSMessage) error) func(context.Context, *events.SQSMessage) error {
		return nil
	}
	metricsWith := func(n int, name, value string) {
		dimensions := map[string]string{name: value}
		for i := range n - 1 {
			dimensions[fmt.Sprint("d", i)] = "x"
		}
		sqsbatch.MetricsTo(io.Discard, "Shop", dimensions)
	}
	for name, wrong := range map[string]func(){
		"WithConcurrency(0)": func() { sqsbatch.WithConcurrency(0) },
		"WithReserve(0s)":    func() { sqsbatch.WithReserve(0) },
		"WithObserver":       func() { sqsbatch.WithObserver(nil) },
		"LogTo":              func() { sqsbatch.LogTo(nil) },
		"Handle":             func() { sqsbatch.Handle[string](nil) },
		"takes one message":  func() { sqsbatch.Handle(func(context.Context, events.SQSEvent) error { return nil }) },
		"not an events":      func() { sqsbatch.Handle(func(context.Context, *events.SQSEvent) error { return nil }) },

		"option that is nil":             func() { sqsbatch.Handle(text, nil) },
		"WithGroupConcurrency(0)":        func() { sqsbatch.WithGroupConcurrency(0) },
		"WithProcessConcurrency(0)":      func() { sqsbatch.WithProcessConcurrency(0) },
		"WithMessageTimeout(0s)":         func() { sqsbatch.WithMessageTimeout(0) },
		"WithBackoff(0s, 1s)":            func() { sqsbatch.WithBackoff(0, time.Second) },
		"WithBackoff(2s, 1s)":            func() { sqsbatch.WithBackoff(2*time.Second, time.Second) },
		"WithBackoff(1s, 12h0m0s)":       func() { sqsbatch.WithBackoff(time.Second, 12*time.Hour) },
		"give Handle a Settler":          func() { sqsbatch.Handle(text, sqsbatch.WithBackoff(time.Second, time.Minute)) },
		"WithSettler":                    func() { sqsbatch.WithSettler(nil) },
		"WithBrake(0)":                   func() { sqsbatch.WithBrake(0, func(error) bool { return true }) },
		"WithBrake needs":                func() { sqsbatch.WithBrake(1, nil) },
		"WithMaxReceiveCount(0)":         func() { sqsbatch.WithMaxReceiveCount(0) },
		"WithMaxReceiveCount(1001)":      func() { sqsbatch.WithMaxReceiveCount(1001) },
		"WithCodec needs":                func() { sqsbatch.WithCodec(nil) },
		"WithCodec does nothing":         func() { sqsbatch.Handle(text, sqsbatch.WithCodec(json.Unmarshal)) },
		"WithUndecodable":                func() { sqsbatch.WithUndecodable(nil) },
		"WithDecoding needs":             func() { sqsbatch.WithDecoding() },
		"step that is nil":               func() { sqsbatch.WithDecoding(nil) },
		"WithDecoding does nothing":      func() { sqsbatch.Handle(whole, sqsbatch.WithDecoding(envelope.Base64())) },
		"WithMiddleware got":             func() { sqsbatch.WithMiddleware(nil) },
		"function of WithMiddleware":     func() { sqsbatch.Handle(text, sqsbatch.WithMiddleware(noMiddleware)) },
		"HandleBatch needs":              func() { sqsbatch.HandleBatch[string](nil) },
		"no use for WithConcurrency":     func() { sqsbatch.HandleBatch(texts, sqsbatch.WithConcurrency(1)) },
		"no use for WithGroup":           func() { sqsbatch.HandleBatch(texts, sqsbatch.WithGroupConcurrency(1)) },
		"no use for WithMessageTimeout":  func() { sqsbatch.HandleBatch(texts, sqsbatch.WithMessageTimeout(1)) },
		"no use for WithBrake":           func() { sqsbatch.HandleBatch(texts, sqsbatch.WithBrake(1, func(error) bool { return true })) },
		"no use for WithMiddleware":      func() { sqsbatch.HandleBatch(texts, sqsbatch.WithMiddleware(noMiddleware)) },
		"MetricsTo needs a writer":       func() { sqsbatch.MetricsTo(nil, "Shop", nil) },
		`namespace "" needs 1 to 255`:    func() { sqsbatch.MetricsTo(io.Discard, "", nil) },
		`namespace "a?" has`:             func() { sqsbatch.MetricsTo(io.Discard, "a?", nil) },
		`namespace "AWS/SQS" is not`:     func() { sqsbatch.MetricsTo(io.Discard, "AWS/SQS", nil) },
		"30 dimensions and QueueName":    func() { metricsWith(30, "x", "x") },
		`dimension "QueueName"`:          func() { metricsWith(1, "QueueName", "x") },
		`dimension "Duration"`:           func() { metricsWith(1, "Duration", "x") },
		`dimension "Failed"`:             func() { metricsWith(1, "Failed", "x") },
		`dimension "": need a name`:      func() { metricsWith(1, "", "x") },
		`dimension ":x": need a name`:    func() { metricsWith(1, ":x", "x") },
		`dimension "é": need a name`:     func() { metricsWith(1, "é", "x") },
		`dimension "x": need a value`:    func() { metricsWith(1, "x", " ") },
		`dimension "y": need a value of`: func() { metricsWith(1, "y", strings.Repeat("y", 1025)) },
	} {
		func() {
			defer func() {
				if r := recover(); r == nil || !strings.Contains(fmt.Sprint(r), name) {
					t.Errorf("%s: panicked with %v", name, r)
				}
			}()
			wrong()
		}()
	}
}

// What must hold for any batch: the response lists exactly the messages without a successful call, and a FIFO group is
// handled in order up to its first failure.
func TestAnyBatch(t *testing.T) {
	t.Parallel()
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	for range racetest.Fewer(3000, 4) {
		groups := []string{"a", "b", "c", "d"}[:1+r.IntN(4)]
		bodies := make([]string, 1+r.IntN(30))
		fate := map[string]int{}
		for i := range bodies {
			bodies[i] = fmt.Sprintf("%s%d", groups[r.IntN(len(groups))], i)
			fate[bodies[i]] = r.IntN(8)
		}
		event := fifoOf(bodies...)
		fifo := r.IntN(2) == 0
		if !fifo {
			event = batchOf(standardARN, bodies...)
		}
		var mu sync.Mutex
		var handled []string
		succeeded := map[string]bool{}
		h := sqsbatch.Handle(func(_ context.Context, body string) error {
			mu.Lock()
			handled = append(handled, body)
			mu.Unlock()
			switch fate[body] {
			case 0:
				return errors.New("refused")
			case 1:
				panic("oh no")
			case 2:
				runtime.Goexit()
			case 3:
				runtime.Gosched()
			}
			mu.Lock()
			succeeded[body] = true
			mu.Unlock()
			return nil
		}, sqsbatch.WithConcurrency(1+r.IntN(5)))
		got, err := h(t.Context(), event)
		if err != nil {
			t.Fatal(err)
		}
		blocked := map[string]bool{}
		var wantFailures, wantHandled []string
		for i, body := range bodies {
			skip := fifo && blocked[body[:1]]
			if skip || fate[body] <= 2 {
				wantFailures = append(wantFailures, fmt.Sprintf("m%d", i+1))
				blocked[body[:1]] = true
			} else if !succeeded[body] {
				t.Fatalf("%s is not reported as failed and did not succeed", body)
			}
			if !skip {
				wantHandled = append(wantHandled, body)
			}
		}
		if failures(got) != strings.Join(wantFailures, " ") {
			t.Fatalf("batch %v with fates %v (FIFO: %v): failures %s, want %v", bodies, fate, fifo, failures(got), wantFailures)
		}
		if fifo {
			for _, g := range groups {
				in := func(s string) bool { return s[:1] != g }
				a, b := slices.DeleteFunc(slices.Clone(handled), in), slices.DeleteFunc(slices.Clone(wantHandled), in)
				if !slices.Equal(a, b) {
					t.Fatalf("group %s handled as %v, want %v", g, a, b)
				}
			}
		} else if slices.Sort(handled); len(handled) != len(bodies) {
			t.Fatalf("handled %v of %v", handled, bodies)
		}
	}
}
