package sqsbatch_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"github.com/lambdapatterns/lambdapatterns/sqsbatch"
	"github.com/lambdapatterns/lambdapatterns/sqsbatch/envelope"
	"github.com/lambdapatterns/lambdapatterns/sqsbatch/envelope/envelopetest"
)

func snsEnvelope(message string) string {
	return envelopetest.SNS("arn:aws:sns:eu-central-1:123456789012:orders", message, nil)
}

func busEnvelope(t testing.TB, detail string) string {
	t.Helper()
	event, err := envelopetest.EventBridge("shop.orders", "Order Placed", []byte(detail))
	if err != nil {
		t.Fatal(err)
	}
	return event
}

var (
	s3Notification = envelopetest.S3("uploads", "summer holidays/café.jpg", 1024)
	s3TestEvent    = envelopetest.S3TestEvent("uploads")
)

func gzipped(t testing.TB, s string) string {
	t.Helper()
	b, err := base64.StdEncoding.DecodeString(envelopetest.GzipBase64(s))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func based(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }

func TestDecodingTakesLayersOff(t *testing.T) {
	t.Parallel()
	const value = `{"id":"a","amount":7}`
	for _, c := range []struct {
		name, body string
		steps      []envelope.Step
	}{
		{"SNS", snsEnvelope(value), []envelope.Step{envelope.SNS()}},
		{"EventBridge", busEnvelope(t, value), []envelope.Step{envelope.EventBridge()}},
		{"EventBridge in SNS", snsEnvelope(busEnvelope(t, value)),
			[]envelope.Step{envelope.SNS(), envelope.EventBridge()}},
		{"base64", based(value), []envelope.Step{envelope.Base64()}},
		{"gzip in base64 in SNS", snsEnvelope(envelopetest.GzipBase64(value)),
			[]envelope.Step{envelope.SNS(), envelope.Base64(), envelope.Gzip(len(value))}},
	} {
		for _, h := range []sqsbatch.Handler{
			sqsbatch.Handle(func(_ context.Context, o order) error {
				if o.ID != "a" || o.Amount != 7 {
					t.Errorf("%s: got %+v", c.name, o)
				}
				return nil
			}, sqsbatch.WithDecoding(c.steps...)),
			sqsbatch.Handle(func(_ context.Context, s string) error {
				if s != value {
					t.Errorf("%s: got %s", c.name, s)
				}
				return nil
			}, each(c.steps)...),
		} {
			if got, err := h(t.Context(), batchOf(standardARN, c.body)); err != nil || failures(got) != "" {
				t.Errorf("%s: failures %q, error %v", c.name, failures(got), err)
			}
		}
	}
}

// each makes an option of each step: several add up.
func each(steps []envelope.Step) (options []sqsbatch.Option) {
	for _, step := range steps {
		options = append(options, sqsbatch.WithDecoding(step))
	}
	return options
}

func TestLayersThatAreNotThere(t *testing.T) {
	t.Parallel()
	own := func([]byte) ([]byte, error) { return nil, errors.New("secret") }
	for _, c := range []struct {
		body, says string
		step       envelope.Step
	}{
		{`{"id":"secret"}`, "at the step SNS envelope, it is no notification of a topic: does the subscription use raw", envelope.SNS()},
		{`["secret"]`, "at the step EventBridge envelope, it has a value at byte 1 that does not fit struct", envelope.EventBridge()},
		{`secret!`, "at the step base64, it is not base64 at byte 6", envelope.Base64()},
		{`secret`, "at step 2 of WithDecoding, it was refused", own},
	} {
		option, report := observed()
		id := func(body []byte) ([]byte, error) { return body, nil }
		h := sqsbatch.Handle(func(context.Context, order) error { t.Errorf("%q was handled", c.body); return nil },
			option, sqsbatch.WithDecoding(id, c.step))
		got, err := h(t.Context(), batchOf(standardARN, c.body))
		if err != nil || failures(got) != "m1" || report.Messages[0].Outcome != sqsbatch.DecodeFailed {
			t.Errorf("%q: failures %q, error %v, %s", c.body, failures(got), err, outcomes(report))
		}
		// "id" is the type's word; what the body says is not quoted.
		if text := fmt.Sprint(report.Messages[0].Err); !strings.Contains(text, c.says) || strings.Contains(text, "secret") {
			t.Errorf("%q: error %q, want %q in it and nothing of the body", c.body, text, c.says)
		}
	}
}

// Only a step can say that a message is a test event: a handler or a codec that returns its error has failed.
func TestOnlyAStepFindsATestEvent(t *testing.T) {
	t.Parallel()
	fails := func(context.Context, order) error { return envelope.ErrTestEvent }
	never := func(context.Context, order) error { t.Error("it was handled"); return nil }
	for name, c := range map[string]struct {
		handler func(context.Context, order) error
		option  sqsbatch.Option
		want    sqsbatch.Outcome
	}{
		"handler": {fails, sqsbatch.WithConcurrency(1), sqsbatch.Failed},
		"codec":   {never, sqsbatch.WithCodec(func([]byte, any) error { return envelope.ErrTestEvent }), sqsbatch.DecodeFailed},
		"step": {never, sqsbatch.WithDecoding(func([]byte) ([]byte, error) {
			return nil, fmt.Errorf("a step of one's own: %w", envelope.ErrTestEvent)
		}), sqsbatch.TestEvent},
	} {
		option, report := observed()
		got, err := sqsbatch.Handle(c.handler, c.option, option)(t.Context(), batchOf(standardARN, "{}"))
		if err != nil || report.Messages[0].Outcome != c.want || (failures(got) == "") != (c.want == sqsbatch.TestEvent) {
			t.Errorf("%s: %s, failures %q, error %v", name, outcomes(report), failures(got), err)
		}
	}
}

func TestS3NotificationsAndTheirTestEvent(t *testing.T) {
	t.Parallel()
	option, report := observed()
	var keys []string
	h := sqsbatch.Handle(func(_ context.Context, e events.S3Event) error {
		keys = append(keys, e.Records[0].S3.Object.Key, e.Records[0].S3.Object.URLDecodedKey)
		return nil
	}, option, sqsbatch.WithDecoding(envelope.S3()), sqsbatch.WithConcurrency(1),
		sqsbatch.WithUndecodable(func(context.Context, events.SQSMessage, *sqsbatch.DecodeError) error {
			t.Error("a test event is not undecodable")
			return nil
		}))
	got, err := h(t.Context(), batchOf(standardARN, s3TestEvent, s3Notification))
	if err != nil || failures(got) != "" || outcomes(report) != "test_event succeeded" || report.Messages[0].Err == nil {
		t.Errorf("failures %q, error %v, outcomes %s", failures(got), err, outcomes(report))
	}
	if want := "[summer+holidays/caf%C3%A9.jpg summer holidays/café.jpg]"; fmt.Sprint(keys) != want {
		t.Errorf("keys %v, want %s", keys, want)
	}
}

func TestCodec(t *testing.T) {
	t.Parallel()
	option, report := observed()
	h := sqsbatch.Handle(func(_ context.Context, o order) error {
		if o.ID != "a" {
			t.Errorf("got %+v", o)
		}
		return nil
	}, option, sqsbatch.WithConcurrency(1), sqsbatch.WithCodec(func(data []byte, v any) error {
		if string(data) == "secret" {
			return errors.New("cannot read secret")
		}
		v.(*order).ID = string(data)
		return nil
	}))
	got, err := h(t.Context(), batchOf(standardARN, "a", "secret"))
	if err != nil || failures(got) != "m2" || outcomes(report) != "succeeded decode_failed" {
		t.Errorf("failures %q, error %v, outcomes %s", failures(got), err, outcomes(report))
	}
	if text := report.Messages[1].Err.Error(); strings.Contains(text, "secret") || !strings.Contains(text, "refused") {
		t.Errorf("error %q", text)
	}
}

func TestUndecodableSteers(t *testing.T) {
	t.Parallel()
	var taken []string
	option, report := observed()
	h := sqsbatch.Handle(func(context.Context, order) error { return nil }, option, sqsbatch.WithConcurrency(1),
		sqsbatch.WithSettler(new(settler)),
		sqsbatch.WithUndecodable(func(ctx context.Context, m events.SQSMessage, reason *sqsbatch.DecodeError) error {
			inContext, ok := sqsbatch.MessageFromContext(ctx)
			if !ok || inContext.MessageId != m.MessageId || reason.MessageID != m.MessageId {
				t.Errorf("called for %s with %s in the context because of %v", m.MessageId, inContext.MessageId, reason)
			}
			taken = append(taken, m.Body)
			switch m.Body {
			case "drop":
				return sqsbatch.Drop(reason)
			case "dead":
				return sqsbatch.DeadLetter(errors.New("poison"))
			case "again":
				return errors.New("bucket is away")
			case "panic":
				panic("oh no")
			}
			return nil
		}))
	got, err := h(t.Context(), batchOf(standardARN, "aside", "drop", `{"id":"a"}`, "dead", "again", "panic"))
	if err != nil || failures(got) != "m5 m6" || fmt.Sprint(taken) != "[aside drop dead again panic]" {
		t.Errorf("failures %q, error %v, taken %v", failures(got), err, taken)
	}
	if want := "set_aside dropped succeeded dead_lettered decode_failed panicked"; outcomes(report) != want {
		t.Errorf("outcomes %s, want %s", outcomes(report), want)
	}
	var reason *sqsbatch.DecodeError
	for _, i := range []int{0, 1, 3, 4} {
		if !errors.As(report.Messages[i].Err, &reason) {
			t.Errorf("message %d: error %v does not say why it could not be decoded", i+1, report.Messages[i].Err)
		}
	}
	if e := report.Messages[4].Err; !strings.Contains(e.Error(), "bucket is away") {
		t.Errorf("error %v does not say why the function failed", e)
	}
}

// The worker's memory for bodies is used again for each message. Nothing that a handler gets may lie in it.
func TestDecodedValuesAreTheHandlers(t *testing.T) {
	t.Parallel()
	type held struct {
		Raw  json.RawMessage
		Text string
	}
	var raw []held
	var texts [][]byte
	var messages []json.RawMessage
	bodies := []string{`{"Raw":{"n":1},"Text":"one"}`, `{"Raw":{"n":2},"Text":"two"}`, `{"Raw":{"n":3},"Text":"six"}`}
	for _, h := range []sqsbatch.Handler{
		sqsbatch.Handle(func(_ context.Context, v held) error { raw = append(raw, v); return nil }, sqsbatch.WithConcurrency(1)),
		sqsbatch.Handle(func(_ context.Context, v []byte) error { texts = append(texts, v); return nil }, sqsbatch.WithConcurrency(1)),
		sqsbatch.Handle(func(_ context.Context, v json.RawMessage) error { messages = append(messages, v); return nil },
			sqsbatch.WithConcurrency(1)),
	} {
		if got, err := h(t.Context(), batchOf(standardARN, bodies...)); err != nil || failures(got) != "" {
			t.Fatalf("failures %q, error %v", failures(got), err)
		}
	}
	for i, body := range bodies {
		if string(texts[i]) != body || string(messages[i]) != body || !strings.Contains(body, string(raw[i].Raw)) {
			t.Errorf("message %d is now %s, %s, %s", i+1, texts[i], messages[i], raw[i].Raw)
		}
	}
}

func TestMiddleware(t *testing.T) {
	t.Parallel()
	type key struct{}
	var calls []string
	wrap := func(name string) func(func(context.Context, *events.SQSMessage) error) func(context.Context, *events.SQSMessage) error {
		return func(next func(context.Context, *events.SQSMessage) error) func(context.Context, *events.SQSMessage) error {
			return func(ctx context.Context, m *events.SQSMessage) error {
				if in, ok := sqsbatch.MessageFromContext(ctx); !ok || in.MessageId != m.MessageId {
					t.Errorf("%s is called with %s and the context of %s", name, m.MessageId, in.MessageId)
				}
				calls = append(calls, name+" "+m.MessageId)
				err := next(context.WithValue(ctx, key{}, name), m)
				calls = append(calls, fmt.Sprint("/", name, " ", err))
				if name == "outer" && err != nil {
					return sqsbatch.Drop(err)
				}
				return err
			}
		}
	}
	option, report := observed()
	h := sqsbatch.Handle(func(ctx context.Context, s string) error {
		calls = append(calls, "handler in "+ctx.Value(key{}).(string))
		return errors.New(s)
	}, option, sqsbatch.WithMiddleware(wrap("outer"), wrap("middle")), sqsbatch.WithMiddleware(wrap("inner")))
	got, err := h(t.Context(), batchOf(standardARN, "refused"))
	if err != nil || failures(got) != "" || outcomes(report) != "dropped" {
		t.Errorf("failures %q, error %v, outcomes %s: the outermost decides", failures(got), err, outcomes(report))
	}
	want := "[outer m1 middle m1 inner m1 handler in inner /inner refused /middle refused /outer refused]"
	if fmt.Sprint(calls) != want {
		t.Errorf("called %v, want %s", calls, want)
	}
}

// What decoding has to say comes through whatever a middleware does with the context and the goroutine.
func TestMiddlewareOnAnotherGoroutine(t *testing.T) {
	t.Parallel()
	var handled atomic.Int32
	option, report := observed()
	h := sqsbatch.Handle(func(_ context.Context, e events.S3Event) error {
		handled.Add(int32(len(e.Records)))
		return nil
	}, option, sqsbatch.WithConcurrency(1), sqsbatch.WithDecoding(envelope.S3()),
		sqsbatch.WithUndecodable(func(context.Context, events.SQSMessage, *sqsbatch.DecodeError) error { return nil }),
		sqsbatch.WithMiddleware(func(next func(context.Context, *events.SQSMessage) error) func(context.Context, *events.SQSMessage) error {
			return func(ctx context.Context, m *events.SQSMessage) error {
				ctx, cancel := context.WithCancel(ctx)
				defer cancel()
				answer := make(chan error)
				go func() { answer <- next(ctx, m) }()
				return <-answer
			}
		}))
	got, err := h(t.Context(), batchOf(standardARN, s3TestEvent, "x", s3Notification))
	if err != nil || failures(got) != "" || outcomes(report) != "test_event set_aside succeeded" || handled.Load() != 1 {
		t.Errorf("failures %q, error %v, outcomes %s", failures(got), err, outcomes(report))
	}
}
