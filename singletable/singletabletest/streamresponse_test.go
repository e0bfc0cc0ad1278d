package singletabletest

import (
	"errors"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"
)

func recordsOf(sequences ...string) (records []events.DynamoDBEventRecord) {
	for _, s := range sequences {
		records = append(records, events.DynamoDBEventRecord{Change: events.DynamoDBStreamRecord{SequenceNumber: s}})
	}
	return records
}

func TestFirstFailure(t *testing.T) {
	t.Parallel()
	records := recordsOf("8", "9", "10")
	for _, c := range []struct {
		response string
		handled  int
		wrong    string // part of the reason, or nothing
	}{
		{"", 3, ""},
		{" \n", 3, ""},
		{"null", 3, ""},
		{"{}", 3, ""},
		{`{"batchItemFailures":[]}`, 3, ""},
		{`{"batchItemFailures":null}`, 3, ""},
		{`{"BatchItemFailures":[{"itemIdentifier":"8"}]}`, 3, ""}, // another key
		{`{"batchItemFailures":[{"itemIdentifier":"8"}]}`, 0, ""},
		{`{"batchItemFailures":[{"itemIdentifier":"10"},{"itemIdentifier":"9"},{"itemIdentifier":"10"}]}`, 1, ""},
		{`{"batchItemFailures":[{"itemIdentifier":"9"},{"itemIdentifier":"11"}]}`, 0, `[1]: itemIdentifier "11"`},
		{`{"batchItemFailures":[{"itemIdentifier":""}]}`, 0, "null or empty"},
		{`{"batchItemFailures":[{"itemIdentifier":null}]}`, 0, "null or empty"},
		{`{"batchItemFailures":[{"itemIdentifier":9}]}`, 0, "not a string"},
		{`{"batchItemFailures":[{"ItemIdentifier":"9"}]}`, 0, "no key itemIdentifier"},
		{`{"batchItemFailures":[null]}`, 0, "no key itemIdentifier"},
		{`{"batchItemFailures":["9"]}`, 0, "not a list of objects"},
		{`{"batchItemFailures":{}}`, 0, "not a list of objects"},
		{`[]`, 0, "not a JSON object"},
		{`ok`, 0, "not JSON"},
	} {
		handled, err := firstFailure(records, []byte(c.response))
		wrong := ""
		if refusal, ok := errors.AsType[*ResponseError](err); ok {
			wrong = refusal.Reason
		}
		if handled != c.handled || (wrong == "") != (c.wrong == "") || !strings.Contains(wrong, c.wrong) || (err != nil) != errors.Is(err, ErrInvalidResponse) {
			t.Errorf("%s: %d handled, %v; want %d and %q", c.response, handled, err, c.handled, c.wrong)
		}
	}
}

// FuzzFirstFailure: a response is refused with nothing handled, or it names a place in the batch.
func FuzzFirstFailure(f *testing.F) {
	for _, seed := range []string{"", "null", "{}", `{"batchItemFailures":[{"itemIdentifier":"9"}]}`, `{"batchItemFailures":[{"itemIdentifier":9}]}`, `[`} {
		f.Add([]byte(seed))
	}
	records := recordsOf("8", "9", "10")
	f.Fuzz(func(t *testing.T, response []byte) {
		handled, err := firstFailure(records, response)
		switch {
		case err != nil && (handled != 0 || !errors.Is(err, ErrInvalidResponse)):
			t.Errorf("%d handled with %v", handled, err)
		case handled < 0 || handled > len(records):
			t.Errorf("%d of %d handled", handled, len(records))
		case handled < len(records) && err == nil && !strings.Contains(string(response), "batchItemFailures") && !strings.Contains(string(response), `\u`):
			t.Errorf("%q fails record %d without naming one", response, handled)
		}
	})
}
