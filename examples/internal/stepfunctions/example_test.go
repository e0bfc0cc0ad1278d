package stepfunctions_test

import (
	"context"
	"fmt"

	"github.com/lambdapatterns/lambdapatterns/examples/internal/stepfunctions"
)

// A task that fails once is tried again, and the choice goes by its result.
func Example() {
	ctx := context.Background()
	definition, err := stepfunctions.Substitute([]byte(`{
		"StartAt": "Count",
		"States": {
			"Count": {
				"Type": "Task",
				"Resource": "arn:aws:states:::lambda:invoke",
				"Parameters": { "FunctionName": "${CountFunctionArn}", "Payload": { "words.$": "$.words" } },
				"ResultSelector": { "n.$": "$.Payload" },
				"ResultPath": "$.count",
				"Retry": [{ "ErrorEquals": ["BusyError"], "IntervalSeconds": 1, "MaxAttempts": 2 }],
				"Next": "Long"
			},
			"Long": {
				"Type": "Choice",
				"Choices": [{ "Variable": "$.count.n", "NumericGreaterThan": 2, "Next": "TooLong" }],
				"Default": "Good"
			},
			"Good": { "Type": "Succeed" },
			"TooLong": { "Type": "Fail", "Error": "TooLong" }
		}
	}`), map[string]string{"CountFunctionArn": "arn:aws:lambda:us-east-1:123456789012:function:count:prod"})
	if err != nil {
		fmt.Println(err)
		return
	}
	machine, err := stepfunctions.Load(definition)
	if err != nil {
		fmt.Println(err)
		return
	}
	calls := 0
	engine, err := stepfunctions.New(machine, stepfunctions.Config{
		Name: "words",
		Invoke: func(_ context.Context, function string, payload []byte) ([]byte, error) {
			fmt.Println(function, string(payload))
			if calls++; calls == 1 {
				return nil, &stepfunctions.Error{Name: "BusyError"}
			}
			return []byte("2"), nil
		},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer engine.Close()
	execution, err := engine.Start("one", []byte(`{"words": ["to", "be"]}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	output, err := execution.Wait(ctx)
	fmt.Println(string(output), err, execution.Transitions())
	// Output:
	// arn:aws:lambda:us-east-1:123456789012:function:count:prod {"words":["to","be"]}
	// arn:aws:lambda:us-east-1:123456789012:function:count:prod {"words":["to","be"]}
	// {"count":{"n":2},"words":["to","be"]} <nil> 4
}
