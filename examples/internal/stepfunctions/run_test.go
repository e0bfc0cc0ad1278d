package stepfunctions_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/lambdapatterns/lambdapatterns/examples/internal/stepfunctions"
)

func load(t testing.TB, definition string) *stepfunctions.Machine {
	t.Helper()
	m, err := stepfunctions.Load([]byte(definition))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func start(t testing.TB, definition, input string, cfg stepfunctions.Config) (*stepfunctions.Engine, *stepfunctions.Execution) {
	t.Helper()
	e, err := stepfunctions.New(load(t, definition), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
	x, err := e.Start("x", []byte(input))
	if err != nil {
		t.Fatal(err)
	}
	return e, x
}

// one is a machine of one task with more fields.
func one(fields string) string {
	return `{"StartAt": "T", "States": {"T": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke",
		"Parameters": {"FunctionName": "f", "Payload.$": "$"}, ` + fields + `}, "C": {"Type": "Pass", "End": true}}}`
}

const caught = `"Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.failure", "Next": "C"}], "End": true`

func failing(err error) stepfunctions.Config {
	return stepfunctions.Config{Invoke: func(context.Context, string, []byte) ([]byte, error) { return nil, err }}
}

func TestFailuresAreCaughtWithTheirNames(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		cfg  stepfunctions.Config
		want string
	}{
		"the function's own": {failing(&stepfunctions.Error{Name: "DeclinedError", Cause: "{}"}), `{"failure":{"Cause":"{}","Error":"DeclinedError"},"n":1}`},
		"wrapped":            {failing(fmt.Errorf("x: %w", &stepfunctions.Error{Name: "E"})), `{"failure":{"Cause":"","Error":"E"},"n":1}`},
		"a call that fails":  {failing(errors.New("no route")), `{"failure":{"Cause":"no route","Error":"Lambda.SdkClientException"},"n":1}`},
		"a result with no place": {stepfunctions.Config{Invoke: func(context.Context, string, []byte) ([]byte, error) { return []byte("1"), nil }},
			`"Error":"States.ResultPathMatchFailure"`},
		"a response that is none": {stepfunctions.Config{Invoke: func(context.Context, string, []byte) ([]byte, error) { return []byte("oops"), nil }}, `"Error":"Lambda.Unknown"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fields := caught
			if strings.Contains(tc.want, stepfunctions.ErrorResultPath) {
				fields = `"ResultPath": "$.n.m", ` + caught
			}
			_, x := start(t, one(fields), `{"n": 1}`, tc.cfg)
			out, err := x.Wait(t.Context())
			if err != nil || !strings.Contains(string(out), tc.want) {
				t.Errorf("got %s, %v", out, err)
			}
		})
	}
}

// States.Runtime and States.DataLimitExceeded end an execution, whatever it catches.
func TestWhatNothingCatches(t *testing.T) {
	t.Parallel()
	large := stepfunctions.Config{Invoke: func(context.Context, string, []byte) ([]byte, error) {
		return []byte(`"` + strings.Repeat("x", 262_144) + `"`), nil
	}}
	echo := stepfunctions.Config{Invoke: func(_ context.Context, _ string, payload []byte) ([]byte, error) { return payload, nil }}
	for name, tc := range map[string]struct {
		definition, input, want string
		cfg                     stepfunctions.Config
	}{
		"too much data":         {one(caught), `{}`, stepfunctions.ErrorDataLimit, large},
		"a path to nowhere":     {strings.ReplaceAll(one(caught), `"Payload.$": "$"`, `"Payload.$": "$.x.y"`), `{"x":{}}`, stepfunctions.ErrorRuntime, echo},
		"a selector to nowhere": {one(`"ResultSelector": {"a.$": "$.Payload.none"}, ` + caught), `{}`, stepfunctions.ErrorRuntime, echo},
		"a name that is none":   {strings.ReplaceAll(one(caught), `"FunctionName": "f"`, `"FunctionName": 7`), `{}`, stepfunctions.ErrorRuntime, echo},
		"no array": {`{"StartAt": "M", "States": {"M": {"Type": "Map", "ItemsPath": "$.a", "End": true, "ItemProcessor":
			{"StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}}}}}`, `{"a": 1}`, stepfunctions.ErrorRuntime, echo},
		"no choice": {`{"StartAt": "C", "States": {"C": {"Type": "Choice", "Choices": [{"Variable": "$.a", "StringEquals": "1", "Next": "S"}]},
			"S": {"Type": "Succeed"}}}`, `{"a": 1}`, stepfunctions.ErrorNoChoice, echo},
		"a caught failure with no place": {one(caught), `[]`, stepfunctions.ErrorResultPath, failing(&stepfunctions.Error{Name: "E"})},
		"a reason that is no text": {`{"StartAt": "F", "States": {"F": {"Type": "Fail", "ErrorPath": "$.e"}}}`, `{"e": 1}`,
			stepfunctions.ErrorRuntime, echo},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, x := start(t, tc.definition, tc.input, tc.cfg)
			out, err := x.Wait(t.Context())
			if e, ok := errors.AsType[*stepfunctions.Error](err); !ok || e.Name != tc.want {
				t.Errorf("got %s, %v", out, err)
			}
		})
	}
}

// The task's time is up; its function goes on, and is waited for in the end.
func TestTimeoutLeavesTheFunctionAtWork(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var calls, ended atomic.Int64
		began := time.Now()
		e, x := start(t, one(`"TimeoutSeconds": 5, "Retry": [{"ErrorEquals": ["States.Timeout"], "IntervalSeconds": 2, "MaxAttempts": 1}], `+caught), `{}`,
			stepfunctions.Config{Invoke: func(ctx context.Context, _ string, _ []byte) ([]byte, error) {
				calls.Add(1)
				time.Sleep(time.Minute)
				ended.Add(1)
				return []byte("1"), ctx.Err()
			}})
		out, err := x.Wait(t.Context())
		if err != nil || string(out) != `{"failure":{"Cause":"","Error":"States.Timeout"}}` {
			t.Errorf("got %s, %v", out, err)
		}
		if d := time.Since(began); d != 12*time.Second || calls.Load() != 2 || ended.Load() != 0 {
			t.Errorf("it took %v, %d calls, %d of them ended", d, calls.Load(), ended.Load())
		}
		if err := e.Close(); err != nil || ended.Load() != 2 {
			t.Errorf("after Close: %v, %d calls ended", err, ended.Load())
		}
	})
}

func TestRetriesWaitAsTheySay(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		cfg := failing(&stepfunctions.Error{Name: "E"})
		cfg.Random = func() float64 { return 0.5 }
		_, x := start(t, one(`"Retry": [{"ErrorEquals": ["E"], "IntervalSeconds": 2, "MaxAttempts": 4, "BackoffRate": 3, "MaxDelaySeconds": 10, "JitterStrategy": "FULL"}], `+caught), `{}`, cfg)
		if _, err := x.Wait(t.Context()); err != nil {
			t.Fatal(err)
		}
		if d := time.Since(began); d != 14*time.Second { // 1 + 3 + 5 + 5
			t.Errorf("it took %v", d)
		}
		if n := x.Transitions(); n != 6 { // T, four retries, C
			t.Errorf("%d transitions", n)
		}
	})
}

func ask(timeout int) string {
	return fmt.Sprintf(`{"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
		"Parameters": {"QueueUrl": "q", "MessageBody": {"token.$": "$$.Task.Token"}}, "TimeoutSeconds": %d, "End": true}}}`, timeout)
}

func TestCallback(t *testing.T) {
	t.Parallel()
	tokens := make(chan string, 10)
	send := func(_ context.Context, queue, body string) error {
		var m struct{ Token string }
		err := json.Unmarshal([]byte(body), &m)
		tokens <- m.Token
		if queue != "q" {
			err = errors.New("another queue")
		}
		return err
	}
	e, x := start(t, ask(60), `{}`, stepfunctions.Config{Send: send})
	token := <-tokens
	if err := e.SendTaskSuccess(token, []byte("{")); !errors.Is(err, stepfunctions.ErrInvalidOutput) {
		t.Errorf("no JSON: %v", err)
	}
	if err := e.SendTaskSuccess("another", []byte("1")); !errors.Is(err, stepfunctions.ErrTaskTimedOut) {
		t.Errorf("another token: %v", err)
	}
	if err := e.SendTaskSuccess(token, []byte(`{"ok": 1.50}`)); err != nil {
		t.Fatal(err)
	}
	if err := e.SendTaskFailure(token, "E", "c"); !errors.Is(err, stepfunctions.ErrTaskTimedOut) {
		t.Errorf("the second answer: %v", err)
	}
	if out, err := x.Wait(t.Context()); err != nil || string(out) != `{"ok":1.50}` {
		t.Errorf("got %s, %v", out, err)
	}
	_, x = start(t, ask(60), `{}`, stepfunctions.Config{Send: func(context.Context, string, string) error { return errors.New("no queue") }})
	if _, err := x.Wait(t.Context()); err == nil || err.Error() != "SQS.SdkClientException: no queue" {
		t.Errorf("got %v", err)
	}
}

func TestNobodyAnswers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		tokens := make(chan string, 1)
		e, x := start(t, ask(3600), `{}`, stepfunctions.Config{Send: func(_ context.Context, _, body string) error {
			tokens <- body[len(`{"token":"`) : len(body)-2]
			return nil
		}})
		_, err := x.Wait(t.Context())
		if f, ok := errors.AsType[*stepfunctions.Error](err); !ok || f.Name != stepfunctions.ErrorTimeout {
			t.Errorf("got %v", err)
		}
		if err := e.SendTaskSuccess(<-tokens, []byte("1")); !errors.Is(err, stepfunctions.ErrTaskTimedOut) {
			t.Errorf("a late answer: %v", err)
		}
	})
}

const each = `{"StartAt": "M", "States": {"M": {"Type": "Map", "ItemsPath": "$", "MaxConcurrency": %d, "End": true, "ItemProcessor":
	{"StartAt": "T", "States": {
		"T": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Parameters": {"FunctionName": "f", "Payload.$": "$"}, "OutputPath": "$.Payload", "Next": "P"},
		"P": {"Type": "Pass", "End": true}}}}}}`

func TestMapKeepsItsBoundAndItsOrder(t *testing.T) {
	t.Parallel()
	var now, most atomic.Int64
	_, x := start(t, fmt.Sprintf(each, 3), `[1,2,3,4,5,6,7,8,9]`, stepfunctions.Config{
		Invoke: func(_ context.Context, _ string, payload []byte) ([]byte, error) {
			n := now.Add(1)
			for m := most.Load(); n > m && !most.CompareAndSwap(m, n); m = most.Load() {
			}
			time.Sleep(2 * time.Millisecond)
			now.Add(-1)
			return []byte("1" + string(payload)), nil
		}})
	out, err := x.Wait(t.Context())
	if err != nil || string(out) != "[11,12,13,14,15,16,17,18,19]" || most.Load() > 3 {
		t.Errorf("got %s, %v, %d at once", out, err, most.Load())
	}
	_, x = start(t, fmt.Sprintf(each, 0), `[]`, failing(errors.New("not called")))
	if out, err := x.Wait(t.Context()); err != nil || string(out) != "[]" {
		t.Errorf("no items: %s, %v", out, err)
	}
}

// One iteration fails: its neighbour's function goes on, its neighbour's next state does not come.
func TestMapStopsWithItsFirstFailure(t *testing.T) {
	t.Parallel()
	slow, failed := make(chan struct{}), make(chan struct{})
	var once sync.Once
	e, x := start(t, fmt.Sprintf(each, 2), `[1,2,3,4]`, stepfunctions.Config{
		Invoke: func(_ context.Context, _ string, payload []byte) ([]byte, error) {
			switch string(payload) {
			case "1":
				once.Do(func() { close(slow) })
				<-failed
				return payload, nil
			case "2":
				<-slow
				return nil, &stepfunctions.Error{Name: "OutOfStockError"}
			}
			t.Errorf("item %s was begun", payload)
			return payload, nil
		}})
	_, err := x.Wait(t.Context())
	if f, ok := errors.AsType[*stepfunctions.Error](err); !ok || f.Name != "OutOfStockError" {
		t.Errorf("got %v", err)
	}
	close(failed)
	if err := e.Close(); err != nil {
		t.Error(err)
	}
	for _, event := range x.History() {
		if event.State == "P" {
			t.Errorf("%s of P, item %d", event.Type, event.Item)
		}
	}
}

func TestStartIsIdempotentWhileItRuns(t *testing.T) {
	t.Parallel()
	proceed := make(chan struct{})
	e, x := start(t, one(caught), `{"a":1}`, stepfunctions.Config{Invoke: func(context.Context, string, []byte) ([]byte, error) {
		<-proceed
		return []byte("1"), nil
	}})
	if again, err := e.Start("x", []byte(`{"a":1}`)); err != nil || again != x {
		t.Errorf("the same: %v, %v", again, err)
	}
	if _, err := e.Start("x", []byte(`{"a":2}`)); !errors.Is(err, stepfunctions.ErrExecutionExists) {
		t.Errorf("another input: %v", err)
	}
	if _, err := e.Start("y", []byte(`{`)); err == nil {
		t.Error("no JSON was taken")
	}
	close(proceed)
	if _, err := x.Wait(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := e.Start("x", []byte(`{"a":1}`)); !errors.Is(err, stepfunctions.ErrExecutionExists) {
		t.Errorf("when it is over: %v", err)
	}
}

func TestCloseStopsWhatRuns(t *testing.T) {
	t.Parallel()
	sent := make(chan struct{})
	e, x := start(t, ask(60), `{}`, stepfunctions.Config{Send: func(context.Context, string, string) error { close(sent); return nil }})
	<-sent
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := x.Wait(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := x.Wait(t.Context()); !errors.Is(err, stepfunctions.ErrClosed) {
		t.Errorf("got %v", err)
	}
	if _, err := e.Start("z", []byte("{}")); !errors.Is(err, stepfunctions.ErrClosed) {
		t.Errorf("got %v", err)
	}
	history := x.History()
	if last := history[len(history)-1].Type; last != "ExecutionAborted" {
		t.Errorf("the last event is %s", last)
	}
}

func TestNewFindsWhatIsMissing(t *testing.T) {
	t.Parallel()
	if _, err := stepfunctions.New(nil, stepfunctions.Config{}); err == nil {
		t.Error("there was no machine")
	}
	for want, definition := range map[string]string{"state T needs Config.Invoke": fmt.Sprintf(each, 1), "state A needs Config.Send": ask(1)} {
		if _, err := stepfunctions.New(load(t, definition), stepfunctions.Config{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v", err)
		}
	}
}
