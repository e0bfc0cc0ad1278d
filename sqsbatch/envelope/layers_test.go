package envelope_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"runtime"
	"strings"
	"testing"

	"github.com/lambdapatterns/lambdapatterns/sqsbatch/envelope"
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

func TestLayersThatAreNotThere(t *testing.T) {
	t.Parallel()
	bomb := gzipped(t, strings.Repeat("0", 1<<20))
	torn := gzipped(t, `{"id":"secret"}`)
	wrongSum := []byte(gzipped(t, `{}`))
	wrongSum[len(wrongSum)-8] ^= 1
	for _, c := range []struct {
		body, says string
		step       envelope.Step
	}{
		{`{"id":"secret"}`, "SNS envelope: it is no notification of a topic: does the subscription use raw", envelope.SNS()},
		{`{"Type":"Notification","Message":"secret"}`, "is no notification", envelope.SNS()},
		{`{"Type":"SubscriptionConfirmation","TopicArn":"x","Message":"secret"}`, "is no notification", envelope.SNS()},
		{`secret`, "is not JSON: syntax error at byte 1", envelope.SNS()},
		{`["secret"]`, "does not fit struct", envelope.SNS()},
		{`{"id":"secret"}`, "EventBridge envelope: it is no event of a bus", envelope.EventBridge()},
		{`{"id":"secret"}`, "S3 notification: it has no records", envelope.S3()},
		{`{"Records":[{"eventSource":"aws:secret"}]}`, "it has records of another service", envelope.S3()},
		{`secret!`, "base64: it is not base64 at byte 6", envelope.Base64()},
		{`secret`, "gzip: it is no complete gzip stream", envelope.Gzip(100)},
		{torn[:len(torn)-4], "is no complete gzip stream", envelope.Gzip(100)},
		{torn[:len(torn)-4], "is no complete gzip stream", envelope.Gzip(len(`{"id":"secret"}`))},
		{string(wrongSum), "is no complete gzip stream", envelope.Gzip(2)},
		{bomb, "it decompresses to more than the limit of 1000 bytes", envelope.Gzip(1000)},
		{gzipped(t, `{"id":"secret"}`), "more than the limit of 14 bytes", envelope.Gzip(14)},
	} {
		var refused *envelope.Error
		inside, err := c.step([]byte(c.body))
		if inside != nil || !errors.As(err, &refused) || errors.Unwrap(err) == nil {
			t.Errorf("%q: %q came out, and the error %v", c.body, inside, err)
			continue
		}
		if text := err.Error(); !strings.Contains(text, c.says) || strings.Contains(text, "secret") {
			t.Errorf("%q: error %q, want %q in it and nothing of the body", c.body, text, c.says)
		}
	}
}

// What a bomb takes is what the limit allows, not what it would be.
func TestGzipBombTakesLittleMemory(t *testing.T) {
	const full = 64 << 20
	bomb := strings.Repeat(gzipped(t, strings.Repeat("0", 1<<20)), full>>20) // streams one after another are one stream
	unpack, body := envelope.Gzip(1<<20), []byte(bomb)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := unpack(body)
	runtime.ReadMemStats(&after)
	if err == nil {
		t.Fatal("it was taken")
	}
	if used := after.TotalAlloc - before.TotalAlloc; used > 16<<20 {
		t.Errorf("%d bytes were allocated to refuse %d with a limit of %d: %v", used, full, 1<<20, err)
	}
}

func TestLimitsOfGzip(t *testing.T) {
	t.Parallel()
	for _, limit := range []int{0, -1} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("Gzip(%d) did not panic", limit)
				}
			}()
			envelope.Gzip(limit)
		}()
	}
}
