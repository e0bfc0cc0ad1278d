package stepfunctions_test

import (
	"context"
	"encoding/json"
	"testing"
	"testing/synctest"
	"time"

	"github.com/lambdapatterns/lambdapatterns/examples/internal/stepfunctions"
)

// An answer that came with the time-out was taken with thanks, and the task timed out all the same.
func TestBugAnswerAtTheTimeout(t *testing.T) {
	t.Parallel()
	machine, err := stepfunctions.Load([]byte(`{"StartAt": "Ask", "States": {"Ask": {
		"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
		"Parameters": {"QueueUrl": "q", "MessageBody": {"token.$": "$$.Task.Token"}}, "TimeoutSeconds": 1, "End": true}}}`))
	if err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		for range 300 {
			taken := make(chan error, 1)
			var engine *stepfunctions.Engine
			engine, err := stepfunctions.New(machine, stepfunctions.Config{Name: "m", Send: func(_ context.Context, _, body string) error {
				var message struct{ Token string }
				if err := json.Unmarshal([]byte(body), &message); err != nil {
					return err
				}
				time.AfterFunc(time.Second, func() { taken <- engine.SendTaskSuccess(message.Token, []byte(`1`)) })
				return nil
			}})
			if err != nil {
				t.Fatal(err)
			}
			x, err := engine.Start("x", []byte(`{}`))
			if err != nil {
				t.Fatal(err)
			}
			_, failure := x.Wait(t.Context())
			if answer := <-taken; (answer == nil) != (failure == nil) {
				t.Fatalf("the answer was told %v, and the execution ended with %v", answer, failure)
			}
			engine.Close()
		}
	})
}
