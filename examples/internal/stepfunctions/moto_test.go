package stepfunctions_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/lambdapatterns/lambdapatterns/examples/checkout"
	"github.com/lambdapatterns/lambdapatterns/examples/internal/stepfunctions"
	"github.com/lambdapatterns/lambdapatterns/internal/mototest"
)

// answer is how a scripted task ends: with a result, or with an error that has a name.
type answer struct{ result, failure string }

// script is what a task answers, one after the other; the last again and again.
type script map[string][]answer

const (
	priced    = `{"lines":[{"product_id":"prod_tea","quantity":2,"price":450},{"product_id":"prod_pot","quantity":1,"price":3900}],"total":4800}`
	expensive = `{"lines":[{"product_id":"prod_pot","quantity":30,"price":3900}],"total":117000.5}`
	charged   = `{"payment_id":"pay_1","status":"captured"}`
)

var good = script{
	"Price": {{result: priced}}, "Reserve": {{result: `{}`}}, "Charge": {{result: charged}}, "Confirm": {{result: `null`}},
	"Cancel": {{result: `{}`}}, "Refund": {{result: `[1]`}}, "Release": {{result: `"x"`}},
}

func (s script) with(task string, answers ...answer) script {
	s = maps.Clone(s)
	s[task] = answers
	return s
}

// What this package says of the checkout's machine, moto says too, an implementation by others: the same output or failure, and the
// same history. moto cannot let a function fail, so each task that calls one sends a message with its token instead, and the test
// answers that. Of the machine everything else stays, but that Maps run one item at a time, so that the histories have one order.
//
// It needs TEST_MOTO_URL, the address of a moto server, and is skipped without it, or fails when TEST_MOTO_REQUIRED is 1. moto has
// one execution at a time.
func TestMotoRunsTheCheckoutAlike(t *testing.T) {
	url := mototest.URL(t)
	configure(t, url)
	queue, _ := mototest.Queue(t, "tasks-"+strconv.FormatInt(time.Now().UnixNano(), 36))
	definition := scriptable(t, queue)
	const in = `{"order_id":"ord_1","user_id":"usr_ada","card":"tok_visa","lines":[{"product_id":"prod_tea","quantity":2}]}`
	fail := func(name string) answer { return answer{failure: name} }
	for _, tc := range []struct {
		name, input string
		script      script
	}{
		{"success", in, good},
		{"a missing input", `{"order_id":"ord_1"}`, good},
		{"wrong order", in, good.with("Price", fail("InvalidOrderError"))},
		{"declined", in, good.with("Charge", fail("DeclinedError"))},
		{"out of stock", in, good.with("Reserve", fail("OutOfStockError"))},
		{"out of stock later", in, good.with("Reserve", answer{result: "{}"}, fail("OutOfStockError"))},
		{"a mistake", in, good.with("Confirm", fail("errorString"))},
		{"confirmed all the same", in, good.with("Confirm", fail("errorString")).with("Cancel", fail("ConfirmedError"))},
		{"approved", in, good.with("Price", answer{result: expensive}).with("Approval", answer{result: `{"by":"usr_bob"}`})},
		{"not approved", in, good.with("Price", answer{result: expensive}).with("Approval", fail("ApprovalRefused"))},
		{"approval breaks", in, good.with("Price", answer{result: expensive}).with("Approval", fail("Oops"))},
		{"a result without its field", in, good.with("Price", answer{result: `{"total":1}`})},
		{"no lines", in, good.with("Price", answer{result: `{"lines":[],"total":1}`})},
		{"a total that is none", in, good.with("Price", answer{result: `{"lines":[],"total":"much"}`})},
	} {
		t.Run(tc.name, func(t *testing.T) {
			theirs := runOnMoto(t, definition, queue, tc.input, tc.script)
			ours := runHere(t, definition, tc.input, tc.script)
			if ours.end != theirs.end {
				t.Errorf("ours ends with   %s\nmoto's ends with %s", ours.end, theirs.end)
			}
			if !slices.Equal(ours.history, theirs.history) {
				t.Errorf("ours:   %s\nmoto's: %s", strings.Join(ours.history, "\n        "), strings.Join(theirs.history, "\n        "))
			}
		})
	}
}

// A function that is not there is the one failure of a call that moto has: it is tried again as often as the retrier says, and
// caught then.
func TestMotoTriesAgainAlike(t *testing.T) {
	configure(t, mototest.URL(t))
	const missing = "Lambda.ResourceNotFoundException"
	for name, fields := range map[string]string{
		"caught":         `"Retry": [{"ErrorEquals": ["A"], "MaxAttempts": 5}, {"ErrorEquals": ["` + missing + `"], "IntervalSeconds": 1, "MaxAttempts": 2, "JitterStrategy": "FULL"}], "Catch": [{"ErrorEquals": ["States.TaskFailed"], "ResultPath": "$.failure", "Next": "C"}]`,
		"not caught":     `"Retry": [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 1, "MaxAttempts": 1, "JitterStrategy": "FULL"}], "Catch": [{"ErrorEquals": ["A"], "Next": "C"}]`,
		"not even tried": `"Retry": [{"ErrorEquals": ["` + missing + `"], "MaxAttempts": 0}, {"ErrorEquals": ["States.ALL"], "MaxAttempts": 1}], "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.failure", "Next": "C"}]`,
	} {
		t.Run(name, func(t *testing.T) {
			definition := strings.Replace(one(fields+`, "End": true`), `"Type": "Pass"`, `"Type": "Pass", "Parameters": {"e.$": "$.failure.Error"}`, 1)
			if name == "not caught" {
				definition = one(fields + `, "End": true`)
			}
			theirs := runOnMoto(t, definition, "", `{}`, nil)
			_, x := start(t, definition, `{}`, stepfunctions.Config{
				Invoke: func(context.Context, string, []byte) ([]byte, error) { return nil, &stepfunctions.Error{Name: missing} },
				Random: func() float64 { return 0 }, Wait: func(context.Context, time.Duration) error { return nil },
			})
			out, err := x.Wait(t.Context())
			ours := result{string(out), lines(x)}
			if err != nil {
				ours.end = err.Error()
			}
			if ours.end != theirs.end || !slices.Equal(ours.history, theirs.history) {
				t.Errorf("ours:   %s\n%q\nmoto's: %s\n%q", ours.end, ours.history, theirs.end, theirs.history)
			}
		})
	}
}

// scriptable is the checkout's machine with tasks that send messages.
func scriptable(t *testing.T, queue string) string {
	t.Helper()
	values := map[string]string{"ApprovalsQueueUrl": queue}
	for _, task := range checkout.Tasks() {
		name := strings.ToUpper(task[:1]) + task[1:]
		values[name+"FunctionArn"] = name
	}
	definition, err := stepfunctions.Substitute([]byte(checkout.Definition), values)
	if err != nil {
		t.Fatal(err)
	}
	var machine map[string]any
	if err := json.Unmarshal(definition, &machine); err != nil {
		t.Fatal(err)
	}
	rewritten := 0
	var rewrite func(states map[string]any)
	rewrite = func(states map[string]any) {
		for _, v := range states {
			s := v.(map[string]any)
			if s["Type"] == "Map" {
				s["MaxConcurrency"] = 1
				rewrite(s["ItemProcessor"].(map[string]any)["States"].(map[string]any))
			}
			if s["Type"] != "Task" {
				continue
			}
			parameters := s["Parameters"].(map[string]any)
			if s["Resource"] == "arn:aws:states:::lambda:invoke" {
				body := map[string]any{"task": parameters["FunctionName"], "task_token.$": "$$.Task.Token"}
				for _, name := range []string{"Payload", "Payload.$"} {
					if p, ok := parameters[name]; ok {
						body[strings.ToLower(name)] = p
					}
				}
				s["Resource"] = "arn:aws:states:::sqs:sendMessage.waitForTaskToken"
				s["Parameters"] = map[string]any{"QueueUrl": queue, "MessageBody": body}
				rewritten++
			}
		}
	}
	rewrite(machine["States"].(map[string]any))
	if rewritten != len(checkout.Tasks()) {
		t.Fatalf("%d tasks are rewritten", rewritten)
	}
	text, err := json.Marshal(machine)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// message is what a rewritten task sends. That of the approval has no task.
type message struct {
	Task  string `json:"task"`
	Token string `json:"task_token"`
}

func (s script) next(body string, calls map[string]int) (m message, output string, a answer, err error) {
	if err = json.Unmarshal([]byte(body), &m); err != nil {
		return m, "", a, err
	}
	task := m.Task
	if task == "" {
		task = "Approval"
	}
	answers := s[task]
	if len(answers) == 0 {
		return m, "", a, fmt.Errorf("nobody has written what %s answers", task)
	}
	a = answers[min(calls[task], len(answers)-1)]
	calls[task]++
	if output = a.result; m.Task != "" {
		output = `{"Payload":` + a.result + `,"StatusCode":200}`
	}
	return m, output, a, nil
}

// result is what can be compared of an execution.
type result struct {
	end     string
	history []string
}

func runHere(t *testing.T, definition, input string, s script) result {
	t.Helper()
	calls := map[string]int{}
	messages := make(chan string, 1)
	e, x := start(t, definition, input, stepfunctions.Config{
		Send:   func(_ context.Context, _, body string) error { messages <- body; return nil },
		Random: func() float64 { return 0 },
	})
	done := make(chan struct{})
	var r result
	go func() {
		defer close(done)
		out, err := x.Wait(t.Context())
		if r.end = string(out); err != nil {
			r.end = strings.TrimSuffix(err.Error(), ": because "+calledOff)
			r.end, _, _ = strings.Cut(r.end, ":")
		}
	}()
	for running := true; running; {
		select {
		case body := <-messages:
			m, output, a, err := s.next(body, calls)
			switch {
			case err != nil:
				t.Fatal(err)
			case a.failure != "":
				err = e.SendTaskFailure(m.Token, a.failure, calledOff)
			default:
				err = e.SendTaskSuccess(m.Token, []byte(output))
			}
			if err != nil {
				t.Fatal(err)
			}
		case <-done:
			running = false
		}
	}
	r.history = lines(x)
	return r
}

// lines is the history as it is compared.
func lines(x *stepfunctions.Execution) (all []string) {
	for _, event := range x.History() {
		line := event.Type
		if strings.HasSuffix(event.Type, "StateEntered") || strings.HasSuffix(event.Type, "StateExited") || strings.HasPrefix(event.Type, "MapIteration") {
			line += " " + event.State
		}
		all = append(all, line)
	}
	return all
}

const calledOff = "called off"

func runOnMoto(t *testing.T, definition, queue, input string, s script) result {
	t.Helper()
	var made struct{ StateMachineArn, ExecutionArn string }
	mototest.Call(t, "AWSStepFunctions.CreateStateMachine", map[string]string{
		"name": "scripted", "definition": definition, "roleArn": "arn:aws:iam::123456789012:role/checkout",
	}, &made)
	defer mototest.Call(t, "AWSStepFunctions.DeleteStateMachine", map[string]string{"stateMachineArn": made.StateMachineArn}, nil)
	mototest.Call(t, "AWSStepFunctions.StartExecution", map[string]string{"stateMachineArn": made.StateMachineArn, "input": input}, &made)
	calls := map[string]int{}
	var is struct{ Status, Output, Error, Cause string }
	for deadline := time.Now().Add(30 * time.Second); is.Status == "" || is.Status == "RUNNING"; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("it did not end")
		}
		var bodies []string
		if queue != "" {
			bodies = mototest.Receive(t, queue)
		}
		for _, body := range bodies {
			m, output, a, err := s.next(body, calls)
			switch {
			case err != nil:
				t.Fatal(err)
			case a.failure != "":
				mototest.Call(t, "AWSStepFunctions.SendTaskFailure", map[string]string{"taskToken": m.Token, "error": a.failure, "cause": calledOff}, nil)
			default:
				mototest.Call(t, "AWSStepFunctions.SendTaskSuccess", map[string]string{"taskToken": m.Token, "output": output}, nil)
			}
		}
		mototest.Call(t, "AWSStepFunctions.DescribeExecution", map[string]string{"executionArn": made.ExecutionArn}, &is)
	}
	r := result{end: is.Output}
	if is.Status != "SUCCEEDED" {
		r.end = is.Error
	} else {
		var b bytes.Buffer
		if err := json.Compact(&b, []byte(is.Output)); err != nil {
			t.Fatal(err)
		}
		r.end = b.String()
	}
	var history struct{ Events []map[string]any }
	mototest.Call(t, "AWSStepFunctions.GetExecutionHistory", map[string]any{"executionArn": made.ExecutionArn, "maxResults": 1000}, &history)
	for _, event := range history.Events {
		line := fmt.Sprint(event["type"])
		for key, details := range event {
			if d, ok := details.(map[string]any); ok && strings.HasSuffix(key, "EventDetails") && d["name"] != nil {
				line += fmt.Sprintf(" %s", d["name"])
			}
		}
		r.history = append(r.history, line)
	}
	return r
}

// configure lets moto run state machines rather than only keep them.
func configure(t *testing.T, url string) {
	t.Helper()
	body := `{"stepfunctions":{"execute_state_machine":true}}`
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url+"/moto-api/config", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if response.StatusCode >= 300 {
		t.Fatalf("moto's configuration: %s", response.Status)
	}
}
