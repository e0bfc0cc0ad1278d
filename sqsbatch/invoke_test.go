package sqsbatch_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambda/handlertrace"

	"github.com/lambdapatterns/lambdapatterns/sqsbatch"
)

// From JSON to JSON it makes no difference whether aws-lambda-go or this package decodes and encodes.
func TestInvokeIsTheFunction(t *testing.T) {
	t.Parallel()
	h := sqsbatch.Handle(func(ctx context.Context, body string) error {
		m, _ := sqsbatch.MessageFromContext(ctx)
		if m.MessageAttributes["n"].StringValue == nil || *m.MessageAttributes["n"].StringValue != "1" {
			t.Errorf("message is %+v", m)
		}
		if body == "bad" {
			return errors.New("refused")
		}
		return nil
	})
	var plain func(context.Context, events.SQSEvent) (events.SQSEventResponse, error) = h // it stays assignable
	one := "1"
	for _, bodies := range [][]string{{"x"}, {"bad", "x", "bad"}, {}} {
		event := batchOf(standardARN, bodies...)
		for i := range event.Records {
			event.Records[i].MessageAttributes = map[string]events.SQSMessageAttribute{"n": {StringValue: &one, DataType: "String"}}
		}
		payload, err := json.Marshal(event)
		if err != nil {
			t.Fatal(err)
		}
		got, err := lambda.NewHandler(h).Invoke(t.Context(), payload)
		want, wantErr := lambda.NewHandler(plain).Invoke(t.Context(), payload)
		if string(got) != string(want) || (err == nil) != (wantErr == nil) || err != nil && err.Error() != wantErr.Error() {
			t.Errorf("%v: got %s, %v; want %s, %v", bodies, got, err, want, wantErr)
		}
	}
}

func TestInvokeWithWhatIsNoEvent(t *testing.T) {
	t.Parallel()
	h := sqsbatch.Handle(func(context.Context, string) error { t.Error("handler was called"); return nil })
	for _, payload := range []string{``, `secret`, `{"Records":"secret"}`, `{"Records":[{"body":4711}]}`, `[]`, `{"Records":[{`, `null`, `{}`} {
		got, err := h.Invoke(t.Context(), []byte(payload))
		var batch *sqsbatch.BatchError
		if got != nil || !errors.As(err, &batch) || strings.Contains(err.Error(), "secret") || strings.Contains(err.Error(), "4711") {
			t.Errorf("%s: got %s, error %v", payload, got, err)
		}
	}
}

func TestInvokeCallsHandlerTraces(t *testing.T) {
	t.Parallel()
	var seen []any
	ctx := handlertrace.NewContext(t.Context(), handlertrace.HandlerTrace{
		RequestEvent:  func(_ context.Context, e any) { seen = append(seen, e) },
		ResponseEvent: func(_ context.Context, r any) { seen = append(seen, r) },
	})
	payload, _ := json.Marshal(batchOf(standardARN, "x"))
	if _, err := sqsbatch.Handle(func(context.Context, string) error { return nil }).Invoke(ctx, payload); err != nil {
		t.Fatal(err)
	}
	if len(seen) != 2 {
		t.Fatalf("traces saw %v", seen)
	}
	if e, ok := seen[0].(events.SQSEvent); !ok || len(e.Records) != 1 {
		t.Errorf("RequestEvent got %T", seen[0])
	}
	if _, ok := seen[1].(events.SQSEventResponse); !ok {
		t.Errorf("ResponseEvent got %T", seen[1])
	}
}
