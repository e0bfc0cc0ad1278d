package sqsbatchtest_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"github.com/lambdapatterns/lambdapatterns/sqsbatch/sqsbatchtest"
)

func TestFailures(t *testing.T) {
	t.Parallel()
	batch := []events.SQSMessage{{MessageId: "m1"}, {MessageId: "m2"}, {MessageId: "m3"}}
	for _, test := range []struct {
		name, response string
		failed         []string
		refused        string // part of the reason; "" is a valid response
	}{
		{name: "no response", response: ""},
		{name: "white space", response: " \n"},
		{name: "null", response: "null"},
		{name: "empty object", response: "{}"},
		{name: "other object", response: `{"statusCode":200}`},
		{name: "null list", response: `{"batchItemFailures":null}`},
		{name: "empty list", response: `{"batchItemFailures":[]}`},
		{name: "wrong outer key", response: `{"batchItemsFailures":[{"itemIdentifier":"m1"}]}`},
		{name: "outer key in another case", response: `{"BatchItemFailures":[{"itemIdentifier":"m1"}]}`},
		{name: "one", response: `{"batchItemFailures":[{"itemIdentifier":"m2"}]}`, failed: []string{"m2"}},
		{name: "all", response: `{"batchItemFailures":[{"itemIdentifier":"m3"},{"itemIdentifier":"m2"},{"itemIdentifier":"m1"}]}`,
			failed: []string{"m1", "m2", "m3"}},
		{name: "twice the same", response: `{"batchItemFailures":[{"itemIdentifier":"m2"},{"itemIdentifier":"m2"}]}`,
			failed: []string{"m2"}},
		{name: "more keys", response: `{"batchItemFailures":[{"itemIdentifier":"m1","reason":"x"}],"x":1}`, failed: []string{"m1"}},

		{name: "not JSON", response: "m1", refused: "not JSON"},
		{name: "cut off", response: `{"batchItemFailures":[`, refused: "not JSON"},
		{name: "two values", response: `{} {}`, refused: "not JSON"},
		{name: "a string", response: `"ok"`, refused: "not a JSON object"},
		{name: "an array", response: `[]`, refused: "not a JSON object"},
		{name: "list is an object", response: `{"batchItemFailures":{"itemIdentifier":"m1"}}`, refused: "not a list"},
		{name: "empty id", response: `{"batchItemFailures":[{"itemIdentifier":""}]}`, refused: "[0]: itemIdentifier is null or empty"},
		{name: "null id", response: `{"batchItemFailures":[{"itemIdentifier":null}]}`, refused: "[0]: itemIdentifier is null or empty"},
		{name: "number for an id", response: `{"batchItemFailures":[{"itemIdentifier":1}]}`, refused: "[0]: itemIdentifier is not a string"},
		{name: "wrong inner key", response: `{"batchItemFailures":[{"itemIdentifier":"m1"},{"id":"m2"}]}`, refused: "[1]: it has no key"},
		{name: "inner key in another case", response: `{"batchItemFailures":[{"ItemIdentifier":"m1"}]}`, refused: "[0]: it has no key"},
		{name: "empty entry", response: `{"batchItemFailures":[{}]}`, refused: "[0]: it has no key"},
		{name: "null entry", response: `{"batchItemFailures":[null]}`, refused: "[0]: it is not an object"},
		{name: "bare id", response: `{"batchItemFailures":["m1"]}`, refused: "[0]: it is not an object"},
		{name: "foreign id spoils the rest", response: `{"batchItemFailures":[{"itemIdentifier":"m1"},{"itemIdentifier":"m4"}]}`,
			refused: `[1]: itemIdentifier "m4" is not`},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			failed, err := sqsbatchtest.Failures(batch, []byte(test.response))
			if !slices.Equal(failed, test.failed) {
				t.Errorf("failed are %q, want %q", failed, test.failed)
			}
			var refusal *sqsbatchtest.ResponseError
			switch {
			case test.refused == "":
				if err != nil {
					t.Error(err)
				}
			case !errors.As(err, &refusal) || !errors.Is(err, sqsbatchtest.ErrInvalidResponse) || !strings.Contains(refusal.Reason, test.refused):
				t.Errorf("error is %v, want a ResponseError with %q", err, test.refused)
			}
		})
	}
}
