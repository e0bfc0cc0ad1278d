package sqsjson

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"
)

func TestAppendResponse(t *testing.T) {
	t.Parallel()
	failures := func(ids ...string) []events.SQSBatchItemFailure {
		all := []events.SQSBatchItemFailure{}
		for _, id := range ids {
			all = append(all, events.SQSBatchItemFailure{ItemIdentifier: id})
		}
		return all
	}
	for _, f := range [][]events.SQSBatchItemFailure{
		nil,
		failures(),
		failures("059f36b4-87a3-44ab-83d2-661975830a7d"),
		failures("a", "", "b"),
		failures(`"`, `\`, "<a&b>", "\u2028\u2029", "\x00\x1f\n\t\b\f\r", "\x7f", "é世🎉", "a\xffb\xed\xa0\x80", "~ !"),
	} {
		r := events.SQSEventResponse{BatchItemFailures: f}
		want, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		if got := string(AppendResponse([]byte("before"), r)); got != "before"+string(want) {
			t.Errorf("appended %s\nwant     before%s", got, want)
		}
	}
}

func FuzzAppendResponse(f *testing.F) {
	f.Add("059f36b4-87a3-44ab-83d2-661975830a7d,2e1424d4-f796-459a-8184-9c92662be6da")
	f.Add("<,>,&,\",\\,\u2028,\x00,\x7f,\xff")
	f.Fuzz(func(t *testing.T, ids string) {
		var r events.SQSEventResponse
		for id := range strings.SplitSeq(ids, ",") {
			r.BatchItemFailures = append(r.BatchItemFailures, events.SQSBatchItemFailure{ItemIdentifier: id})
		}
		want, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		if got := AppendResponse(nil, r); string(got) != string(want) {
			t.Fatalf("appended %s\nwant     %s", got, want)
		}
	})
}
