package sqsbatch_test

import (
	"context"
	"errors"

	"github.com/lambdapatterns/lambdapatterns/sqsbatch"
)

func ExampleHandleBatch() {
	invoke(sqsbatch.HandleBatch(func(_ context.Context, messages []sqsbatch.Message[int]) []error {
		results := make([]error, len(messages)) // nil is success, and must be said for each
		for i, m := range messages {
			if m.Value < 0 {
				results[i] = errors.New("negative")
			}
		}
		return results
	}), "1", "-2", "3", "four")
	// Output: again: [2 4]
}
