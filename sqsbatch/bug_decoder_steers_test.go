package sqsbatch_test

import (
	"context"
	"errors"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"github.com/lambdapatterns/lambdapatterns/sqsbatch"
)

// A decoder whose error wrapped Drop had its message deleted, without a handler's word and against that of WithUndecodable.
func TestDecodersDoNotSteer(t *testing.T) {
	t.Parallel()
	codec := sqsbatch.WithCodec(func([]byte, any) error { return sqsbatch.Drop(errors.New("of an old version")) })
	step := sqsbatch.WithDecoding(func([]byte) ([]byte, error) { return nil, tooEarly(0) })
	undecodable := func(answer error) sqsbatch.Option {
		return sqsbatch.WithUndecodable(func(context.Context, events.SQSMessage, *sqsbatch.DecodeError) error { return answer })
	}
	for _, c := range []struct {
		name    string
		options []sqsbatch.Option
		outcome sqsbatch.Outcome
		action  sqsbatch.Action
	}{
		{"a codec", []sqsbatch.Option{codec}, sqsbatch.DecodeFailed, sqsbatch.NoAction},
		{"a step", []sqsbatch.Option{step}, sqsbatch.DecodeFailed, sqsbatch.NoAction},
		{"beside a failure to put it aside", []sqsbatch.Option{codec, undecodable(errors.New("bucket is away"))},
			sqsbatch.DecodeFailed, sqsbatch.NoAction},
		{"beside what is asked for", []sqsbatch.Option{codec, undecodable(sqsbatch.DeadLetter(nil))},
			sqsbatch.DeadLettered, sqsbatch.SendToDeadLetter},
	} {
		observe, report := observed()
		h := sqsbatch.Handle(func(context.Context, order) error { return nil },
			append(c.options, observe, sqsbatch.WithSettler(new(settler)))...)
		if _, err := h(t.Context(), batchOf(standardARN, "{}")); err != nil {
			t.Fatal(err)
		}
		if m := report.Messages[0]; m.Outcome != c.outcome || m.Action != c.action {
			t.Errorf("%s: %v, %v, want %v, %v", c.name, m.Outcome, m.Action, c.outcome, c.action)
		}
	}
}
