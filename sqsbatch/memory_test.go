package sqsbatch_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/lambdapatterns/lambdapatterns/internal/heaptest"
	"github.com/lambdapatterns/lambdapatterns/sqsbatch"
	"github.com/lambdapatterns/lambdapatterns/sqsbatch/envelope"
	"github.com/lambdapatterns/lambdapatterns/sqsbatch/sqsbatchtest"
)

func steps(steps ...envelope.Step) []sqsbatch.Option { return each(steps) }

// payloadOf is a raw event of n messages with this body.
func payloadOf(t *testing.T, n int, body string) []byte {
	t.Helper()
	deliveries := make([]sqsbatchtest.Delivery, n)
	for i := range deliveries {
		deliveries[i].Body = body
	}
	event, err := sqsbatchtest.Event(standardARN, deliveries...)
	if err != nil {
		t.Fatal(err)
	}
	for i := range event.Records { // the system attributes of 10,000 messages leave little of the 6 MB
		event.Records[i].ReceiptHandle = "handle"
	}
	payload, err := json.Marshal(event)
	if err != nil {
		t.Fatal(err)
	}
	return payload
}

// The largest events that Lambda sends: what handling them takes is a few times what they are, and does not grow with the number
// of messages by more than their bookkeeping.
func TestTheLargestBatchesTakeAFewTimesTheirSize(t *testing.T) {
	const limit = 6 << 20
	for _, c := range []struct {
		n, body int
	}{{10_000, 10}, {6, 1 << 20 * 9 / 10}, {1, 1<<20 - 20}} {
		payload := payloadOf(t, c.n, `{"id":"`+strings.Repeat("x", c.body)+`"}`)
		if len(payload) > limit && c.n != 10_000 {
			t.Fatalf("a payload of %d bytes is none of Lambda's", len(payload))
		}
		var handled, failed atomic.Int64
		h := sqsbatch.Handle(func(_ context.Context, o order) error {
			if handled.Add(1)%2 == 0 {
				failed.Add(1)
				return errors.New("no")
			}
			return nil
		})
		var response []byte
		var err error
		goroutines := runtime.NumGoroutine()
		peak := heaptest.Peak(func() { response, err = h.Invoke(t.Context(), payload) })
		if err != nil || int(handled.Load()) != c.n || strings.Count(string(response), "itemIdentifier") != int(failed.Load()) {
			t.Errorf("%d messages: %d handled, %d failed, a response of %d bytes, %v", c.n, handled.Load(), failed.Load(), len(response), err)
		}
		t.Logf("%d messages in %d bytes: %d bytes at the highest, %.1f times", c.n, len(payload), peak, float64(peak)/float64(len(payload)))
		if peak > uint64(6*len(payload)) {
			t.Errorf("%d messages in %d bytes take %d bytes", c.n, len(payload), peak)
		}
		if n := runtime.NumGoroutine(); n > goroutines+1 {
			t.Errorf("%d messages: %d goroutines, and %d before", c.n, n, goroutines)
		}
	}
}

// Bombs in every layer, and all of them at once: no more than the limits allow, whatever they would be.
func TestBombsInEveryLayerTakeWhatTheirLimitsAllow(t *testing.T) {
	const limit = 1 << 18
	zeros := gzipped(t, strings.Repeat("0", 64*limit))
	twice := gzipped(t, zeros) // 16 MB in less than a KB
	for name, c := range map[string]struct {
		body    string
		options []sqsbatch.Option
	}{
		"gzip":         {zeros, steps(envelope.Gzip(limit))},
		"gzip in gzip": {twice, steps(envelope.Gzip(limit), envelope.Gzip(limit))},
		"gzip in base64 in a notification": {
			snsEnvelope(based(twice)), steps(envelope.SNS(), envelope.Base64(), envelope.Gzip(limit), envelope.Gzip(limit)),
		},
	} {
		bodies := make([]string, 10)
		for i := range bodies {
			bodies[i] = c.body
		}
		event := batchOf(standardARN, bodies...)
		option, report := observed()
		h := sqsbatch.Handle(func(context.Context, []byte) error { t.Error("a bomb was handled"); return nil }, append(c.options, option)...)
		peak := heaptest.Peak(func() {
			if got, err := h(t.Context(), event); err != nil || len(got.BatchItemFailures) != len(bodies) {
				t.Errorf("%s: %v, %v", name, got, err)
			}
		})
		t.Logf("%s: 10 bombs of %d bytes take %d bytes at the highest", name, len(c.body), peak)
		if most := uint64(len(bodies)) * 4 * limit; peak > most {
			t.Errorf("%s: %d bytes, and %d should do", name, peak, most)
		}
		if text := fmt.Sprint(report.Messages[0].Err); !strings.Contains(text, "more than the limit of 262144 bytes") {
			t.Errorf("%s: %s", name, text)
		}
	}
}

// JSON that is nested as deep as a message is long is refused, and the stack does not grow with it.
func TestDeepJSONIsRefused(t *testing.T) {
	for name, body := range map[string]string{
		"lists":           strings.Repeat("[", 1<<20-10),
		"objects":         strings.Repeat(`{"a":`, 200_000),
		"closed lists":    strings.Repeat("[", 500_000) + strings.Repeat("]", 500_000),
		"in a field":      `{"id":` + strings.Repeat("[", 500_000) + strings.Repeat("]", 500_000) + `}`,
		"in a field else": `{"other":` + strings.Repeat(`{"a":`, 100_000) + `1` + strings.Repeat("}", 100_000) + `}`,
	} {
		for kind, h := range map[string]sqsbatch.Handler{
			"struct":       sqsbatch.Handle(func(context.Context, order) error { t.Error(name, "was handled"); return nil }),
			"any":          sqsbatch.Handle(func(context.Context, any) error { t.Error(name, "was handled"); return nil }),
			"notification": sqsbatch.Handle(func(context.Context, order) error { t.Error(name, "was handled"); return nil }, steps(envelope.SNS())...),
		} {
			peak := heaptest.Peak(func() {
				if got, err := h(t.Context(), batchOf(standardARN, body)); err != nil || failures(got) != "m1" {
					t.Errorf("%s as %s: %v, %v", name, kind, got, err)
				}
			})
			if peak > 16<<20 {
				t.Errorf("%s as %s: %d bytes", name, kind, peak)
			}
		}
	}
}
