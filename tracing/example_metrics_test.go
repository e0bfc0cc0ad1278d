package tracing_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"

	"github.com/lambdapatterns/lambdapatterns/tracing"
	"github.com/lambdapatterns/lambdapatterns/tracing/internal/metrictest"
)

func ExampleWithMetricsTo() {
	var logs bytes.Buffer // os.Stdout in a function
	handle := tracing.HandleEvent(func(context.Context, int) error { return &OutOfStockError{} },
		tracing.WithMetricsTo(&logs, "Shop", map[string]string{"Stage": "test"}))
	ctx := lambdacontext.NewContext(context.Background(), &lambdacontext.LambdaContext{
		InvokedFunctionArn: "arn:aws:lambda:eu-central-1:123456789012:function:orders:live",
	})
	_, _ = lambda.NewHandler(handle).Invoke(ctx, []byte("1"))

	var document map[string]any
	if err := json.Unmarshal(logs.Bytes(), &document); err != nil {
		fmt.Println(err)
	}
	for _, member := range []string{"FunctionName", "Stage", "Invocations", "Errors", "Timeouts", "ColdStarts", "trigger", "error_type"} {
		fmt.Println(member, document[member])
	}
	// Output:
	// FunctionName orders
	// Stage test
	// Invocations 1
	// Errors 1
	// Timeouts 0
	// ColdStarts 1
	// trigger other
	// error_type OutOfStockError
}

// A function gives the SDK's meter provider, and to WithFlush as well.
func ExampleWithMeterProvider() {
	var meters metrictest.Recorder
	handle := tracing.HandleEvent(func(context.Context, int) error { return &OutOfStockError{} }, tracing.WithMeterProvider(&meters))
	_, _ = handle(context.Background(), 1)
	for _, m := range meters.Measurements() {
		errorType, _ := m.Attributes.Value("error.type")
		fmt.Printf("%s %q\n", m.Name, errorType.AsString())
	}
	// Output:
	// faas.errors ""
	// faas.coldstarts ""
	// faas.invoke_duration "OutOfStockError"
}
