package changes_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/lambdapatterns/lambdapatterns/singletable/changes"
)

// Package events panics at binary sets that are none, and so did Invoke.
func TestBinarySetsThatAreNone(t *testing.T) {
	t.Parallel()
	h := newHandler(t, changes.On(users, func(context.Context, changes.Change[User]) error { return nil }))
	for _, set := range []string{`[1]`, `[null]`, `["!"]`, `[[]]`, `1`, `null`} {
		payload := fmt.Sprintf(`{"Records":[{"eventName":"INSERT","dynamodb":{"SequenceNumber":"1",`+
			`"Keys":{"PK":{"S":"USER#1"},"SK":{"S":"PROFILE"}},"NewImage":{"x":{"BS":%s}}}}]}`, set)
		out, err := h.Invoke(t.Context(), []byte(payload))
		if e, ok := errors.AsType[*changes.BatchError](err); !ok || e.Err == nil {
			t.Errorf("%s: %s, %v", set, out, err)
		}
	}
}
