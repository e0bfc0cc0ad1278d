// Package stepfunctions runs a Standard workflow of AWS Step Functions on this machine: a state machine in the Amazon States
// Language with JSONPath, whose tasks are functions of the caller's.
//
//	definition, err := stepfunctions.Substitute(asl, map[string]string{"ChargeFunctionArn": …})
//	machine, err := stepfunctions.Load(definition)
//	…
//	engine, err := stepfunctions.New(machine, stepfunctions.Config{Name: "checkout", Invoke: invoke, Send: send})
//	…
//	defer engine.Close()
//	execution, err := engine.Start("order-1", []byte(`{"order_id": "ord_1"}`))
//	output, err := execution.Wait(ctx)
//
// # What it knows
//
// It knows the states and fields of the table, and no others: [Load] refuses by name, and with its place, whatever else is in a
// definition. So a machine either runs here as it does on AWS, or not at all.
//
//	Task     Resource, Parameters, InputPath, ResultSelector, ResultPath, OutputPath, TimeoutSeconds, Retry, Catch, Next, End
//	Map      ItemsPath, ItemSelector, MaxConcurrency, ItemProcessor (INLINE), and of Task's all but Resource, Parameters and TimeoutSeconds
//	Choice   Choices with Variable and StringEquals or NumericGreaterThan, Default, InputPath, OutputPath
//	Pass     Result, Parameters, InputPath, ResultPath, OutputPath, Next, End
//	Succeed  InputPath, OutputPath
//	Fail     Error or ErrorPath, Cause or CausePath
//
// Resources are arn:aws:states:::lambda:invoke and arn:aws:states:::sqs:sendMessage.waitForTaskToken. Paths are reference paths,
// such as $.order.lines[0].product_id, of the input and, from $$, of the context object. There are no intrinsic functions, no
// variables and no JSONata.
//
// A definition is also followed from state to state: a path to what no state has put there is refused, because it would end an
// execution with States.Runtime, which nothing catches, when there may be something to take back.
//
// # What is different from the service
//
//   - Waits before retries can be shortened (Config.Wait), and the random part of jitter can be given (Config.Random).
//   - The result of lambda:invoke has ExecutedVersion, Payload and StatusCode, and no SdkHttpMetadata. That of the message that
//     was sent is not kept.
//   - The history is in the order in which things happened, without ids and without the names of resources.
//   - Data above 262,144 bytes is States.DataLimitExceeded, as on AWS. The limits of an execution's history and age are not
//     looked at, and neither are permissions.
package stepfunctions
