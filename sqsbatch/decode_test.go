package sqsbatch_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"github.com/lambdapatterns/lambdapatterns/sqsbatch"
)

func snsEnvelope(message string) string {
	b, _ := json.Marshal(map[string]string{
		"Type": "Notification", "MessageId": "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324",
		"TopicArn": "arn:aws:sns:eu-central-1:123456789012:orders", "Message": message, "Timestamp": "2026-01-15T10:00:00.000Z",
		"SignatureVersion": "1", "Signature": "EXAMPLE", "UnsubscribeURL": "https://example.com",
	})
	return string(b)
}

func busEnvelope(detail string) string {
	return `{"version":"0","id":"6a7e8feb-b491-4cf7-a9f1-bf3703467718","detail-type":"Order Placed","source":"shop.orders",` +
		`"account":"123456789012","time":"2026-01-15T10:00:00Z","region":"eu-central-1","resources":[],"detail":` + detail + `}`
}

const (
	s3Notification = `{"Records":[{"eventVersion":"2.1","eventSource":"aws:s3","awsRegion":"eu-central-1",` +
		`"eventName":"ObjectCreated:Put","s3":{"bucket":{"name":"uploads"},"object":{"key":"summer+holidays/caf%C3%A9.jpg","size":1024}}}]}`
	s3TestEvent = `{"Service":"Amazon S3","Event":"s3:TestEvent","Time":"2014-10-13T15:57:02.089Z","Bucket":"uploads",` +
		`"RequestId":"5582815E1AEA5ADF","HostId":"8cLeGAmw098X5cv4Zkwcmo8vvZa3eH3eKxsPzbB9wrR+YstdA6Knx4Ip8EXAMPLE"}`
)

func gzipped(t testing.TB, s string) string {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write([]byte(s)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func based(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }

func TestDecodingTakesLayersOff(t *testing.T) {
	t.Parallel()
	const value = `{"id":"a","amount":7}`
	for _, c := range []struct {
		name, body string
		steps      []sqsbatch.DecodingStep
	}{
		{"SNS", snsEnvelope(value), []sqsbatch.DecodingStep{sqsbatch.SNSEnvelope()}},
		{"EventBridge", busEnvelope(value), []sqsbatch.DecodingStep{sqsbatch.EventBridgeEnvelope()}},
		{"EventBridge in SNS", snsEnvelope(busEnvelope(value)),
			[]sqsbatch.DecodingStep{sqsbatch.SNSEnvelope(), sqsbatch.EventBridgeEnvelope()}},
		{"base64", based(value), []sqsbatch.DecodingStep{sqsbatch.Base64()}},
		{"gzip in base64 in SNS", snsEnvelope(based(gzipped(t, value))),
			[]sqsbatch.DecodingStep{sqsbatch.SNSEnvelope(), sqsbatch.Base64(), sqsbatch.Gzip(len(value))}},
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
func each(steps []sqsbatch.DecodingStep) (options []sqsbatch.Option) {
	for _, step := range steps {
		options = append(options, sqsbatch.WithDecoding(step))
	}
	return options
}

func TestLayersThatAreNotThere(t *testing.T) {
	t.Parallel()
	bomb := gzipped(t, strings.Repeat("0", 1<<20))
	torn := gzipped(t, `{"id":"secret"}`)
	wrongSum := []byte(gzipped(t, `{}`))
	wrongSum[len(wrongSum)-8] ^= 1
	for _, c := range []struct {
		body, says string
		step       sqsbatch.DecodingStep
	}{
		{`{"id":"secret"}`, "at the step SNS envelope, it is no notification of a topic: does the subscription use raw", sqsbatch.SNSEnvelope()},
		{`{"Type":"Notification","Message":"secret"}`, "is no notification", sqsbatch.SNSEnvelope()},
		{`{"Type":"SubscriptionConfirmation","TopicArn":"x","Message":"secret"}`, "is no notification", sqsbatch.SNSEnvelope()},
		{`secret`, "is not JSON: syntax error at byte 1", sqsbatch.SNSEnvelope()},
		{`["secret"]`, "does not fit struct", sqsbatch.SNSEnvelope()},
		{`{"id":"secret"}`, "at the step EventBridge envelope, it is no event of a bus", sqsbatch.EventBridgeEnvelope()},
		{`{"id":"secret"}`, "at the step S3 notification, it has no records", sqsbatch.S3Notification()},
		{`{"Records":[{"eventSource":"aws:secret"}]}`, "it has records of another service", sqsbatch.S3Notification()},
		{`secret!`, "at the step base64, it is not base64 at byte 6", sqsbatch.Base64()},
		{`secret`, "at the step gzip, it is no complete gzip stream", sqsbatch.Gzip(100)},
		{torn[:len(torn)-4], "is no complete gzip stream", sqsbatch.Gzip(100)},
		{torn[:len(torn)-4], "is no complete gzip stream", sqsbatch.Gzip(len(`{"id":"secret"}`))},
		{string(wrongSum), "is no complete gzip stream", sqsbatch.Gzip(2)},
		{bomb, "it decompresses to more than the limit of 1000 bytes", sqsbatch.Gzip(1000)},
		{gzipped(t, `{"id":"secret"}`), "more than the limit of 14 bytes", sqsbatch.Gzip(14)},
	} {
		option, report := observed()
		h := sqsbatch.Handle(func(context.Context, order) error { t.Errorf("%q was handled", c.body); return nil },
			option, sqsbatch.WithDecoding(c.step))
		got, err := h(t.Context(), batchOf(standardARN, c.body))
		if err != nil || failures(got) != "m1" || report.Messages[0].Outcome != sqsbatch.DecodeFailed {
			t.Errorf("%q: failures %q, error %v, %s", c.body, failures(got), err, outcomes(report))
		}
		e := report.Messages[0].Err
		// "id" is the type's word; what the body says is not quoted.
		if text := fmt.Sprint(e); !strings.Contains(text, c.says) || strings.Contains(text, "secret") {
			t.Errorf("%q: error %q, want %q in it and nothing of the body", c.body, text, c.says)
		}
	}
}

// What a bomb takes is what the limit allows, not what it would be.
func TestGzipBombTakesLittleMemory(t *testing.T) {
	const full = 64 << 20
	bomb := strings.Repeat(gzipped(t, strings.Repeat("0", 1<<20)), full>>20) // streams one after another are one stream
	option, report := observed()
	h := sqsbatch.Handle(func(context.Context, []byte) error { return nil }, option, sqsbatch.WithDecoding(sqsbatch.Gzip(1<<20)))
	event := batchOf(standardARN, bomb)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if got, err := h(t.Context(), event); err != nil || failures(got) != "m1" {
		t.Fatalf("failures %q, error %v", failures(got), err)
	}
	runtime.ReadMemStats(&after)
	if used := after.TotalAlloc - before.TotalAlloc; used > 16<<20 {
		t.Errorf("%d bytes were allocated to refuse %d with a limit of %d: %v", used, full, 1<<20, report.Messages[0].Err)
	}
}

func TestS3NotificationsAndTheirTestEvent(t *testing.T) {
	t.Parallel()
	option, report := observed()
	var keys []string
	h := sqsbatch.Handle(func(_ context.Context, e events.S3Event) error {
		keys = append(keys, e.Records[0].S3.Object.Key, e.Records[0].S3.Object.URLDecodedKey)
		return nil
	}, option, sqsbatch.WithDecoding(sqsbatch.S3Notification()), sqsbatch.WithConcurrency(1),
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
	}, option, sqsbatch.WithConcurrency(1), sqsbatch.WithDecoding(sqsbatch.S3Notification()),
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
