package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/lambdapatterns/lambdapatterns/examples/checkout"
	"github.com/lambdapatterns/lambdapatterns/examples/internal/stepfunctions"
	"github.com/lambdapatterns/lambdapatterns/internal/lambdaruntime"
)

const checkoutTask = "github.com/lambdapatterns/lambdapatterns/examples/checkout/task"

// till is the checkout service on the stack's engines: its workflow, and a function for each task.
type till struct {
	*stack
	store     *checkout.Store
	approvals queue
	functions map[string]*lambdaruntime.Function // by ARN
	engine    *stepfunctions.Engine
}

// openTill starts the service. What it starts is stopped with the stack.
func openTill(ctx context.Context, s *stack) (*till, error) {
	t := &till{stack: s, functions: map[string]*lambdaruntime.Function{}}
	s.heading("The stack of the checkout")
	table, err := t.createTable(ctx)
	if err != nil {
		return nil, err
	}
	if t.approvals, err = s.createQueue(ctx, "checkout-approvals"+s.suffix, nil); err != nil {
		return nil, err
	}
	s.printf("  table   %s, queue %s\n", table, t.approvals.name)
	values, err := t.startFunctions(ctx, table)
	if err != nil {
		return nil, err
	}
	return t, t.startWorkflow(values)
}

// createTable creates the service's own table and returns its name.
func (t *till) createTable(ctx context.Context) (string, error) {
	name := "checkout" + t.suffix
	table := checkout.NewTable(t.db, name)
	var err error
	if t.store, err = checkout.NewStore(table); err != nil {
		return "", err
	}
	return name, t.machine.createTable(ctx, table)
}

// startFunctions builds the binary and deploys it once for each task. It returns what the definition has placeholders for.
func (t *till) startFunctions(ctx context.Context, table string) (map[string]string, error) {
	binary, told, err := t.buildOwn(ctx, "checkout-task", checkoutTask)
	if err != nil {
		return nil, err
	}
	t.printf("  lambda  checkout-task: %s, deployed as %s\n", told, strings.Join(checkout.Tasks(), ", "))
	values := map[string]string{"ApprovalsQueueUrl": t.approvals.url}
	for _, task := range checkout.Tasks() {
		variables := maps.Clone(t.variables)
		variables["TABLE_NAME"], variables["TASK"] = table, task
		f, err := t.launch(lambdaruntime.Config{Name: "checkout-" + task, Binary: binary, MemoryMB: 256, Environment: variables})
		if err != nil {
			return nil, err
		}
		t.functions[f.ARN()] = f
		values[strings.ToUpper(task[:1])+task[1:]+"FunctionArn"] = f.ARN()
	}
	return values, nil
}

func (t *till) startWorkflow(values map[string]string) error {
	definition, err := stepfunctions.Substitute([]byte(checkout.Definition), values)
	if err != nil {
		return err
	}
	machine, err := stepfunctions.Load(definition)
	if err != nil {
		return err
	}
	t.engine, err = stepfunctions.New(machine, stepfunctions.Config{Name: "checkout", Invoke: t.invoke, Send: t.send, Observe: t.showEvent})
	if err != nil {
		return err
	}
	t.closers = append(t.closers, t.engine.Close)
	t.printf("  states  checkout.asl.json\n")
	return nil
}

// invoke calls a function, and tells its failures as Step Functions does.
func (t *till) invoke(ctx context.Context, arn string, payload []byte) ([]byte, error) {
	f := t.functions[arn]
	if f == nil {
		return nil, &stepfunctions.Error{Name: "Lambda.ResourceNotFoundException", Cause: "Function not found: " + arn}
	}
	response, err := f.Invoke(ctx, lambdaruntime.Invocation{Payload: payload})
	if failure, ok := errors.AsType[*lambdaruntime.FunctionError](err); ok {
		return nil, &stepfunctions.Error{Name: failure.Type, Cause: string(failure.Payload)}
	}
	if errors.Is(err, lambdaruntime.ErrThrottled) {
		return nil, &stepfunctions.Error{Name: stepfunctions.ErrorTooManyRequests, Cause: err.Error()}
	}
	return response, err
}

func (t *till) send(ctx context.Context, url, body string) error {
	_, err := t.approvals.client.SendMessage(ctx, &sqs.SendMessageInput{QueueUrl: &url, MessageBody: &body})
	return err
}

// showEvent tells what became of a task.
func (t *till) showEvent(e stepfunctions.Event) {
	switch e.Type {
	case "TaskSucceeded":
		t.printf("  task    %s: %s is done\n", e.Execution, e.State)
	case "TaskFailed", "TaskTimedOut":
		then := "it is not tried again"
		if e.Retried {
			then = fmt.Sprintf("it is tried again in %.1f s", e.Wait.Seconds())
		}
		t.printf("  task    %s: %s failed with %s, %s\n            %s\n", e.Execution, e.State, e.Failure.Name, then, t.oneLine(message(e.Failure.Cause)))
	case "TaskSubmitted":
		t.printf("  task    %s: %s waits for an answer\n", e.Execution, e.State)
	}
}

// message is the text of the error document that Lambda makes.
func message(cause string) string {
	var document struct {
		Message string `json:"errorMessage"`
	}
	if json.Unmarshal([]byte(cause), &document) == nil && document.Message != "" {
		return document.Message
	}
	return cause
}
