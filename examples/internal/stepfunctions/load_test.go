package stepfunctions_test

import (
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/lambdapatterns/lambdapatterns/examples/internal/stepfunctions"
)

// complete has every state and every field that is known, once at least.
const complete = `{
	"Comment": "all", "QueryLanguage": "JSONPath", "StartAt": "Call",
	"States": {
		"Call": {
			"Type": "Task", "Comment": "c", "Resource": "arn:aws:states:::lambda:invoke", "InputPath": "$",
			"Parameters": { "FunctionName": "f", "Payload": { "a.$": "$.a", "list": [1, { "b.$": "$.b" }], "name.$": "$$.Execution.Name" } },
			"ResultSelector": { "x.$": "$.Payload.x" }, "ResultPath": "$.called", "OutputPath": "$", "TimeoutSeconds": 5,
			"Retry": [
				{ "ErrorEquals": ["A", "B"], "Comment": "c", "IntervalSeconds": 2, "MaxAttempts": 4, "BackoffRate": 1.5, "MaxDelaySeconds": 9, "JitterStrategy": "FULL" },
				{ "ErrorEquals": ["States.ALL"], "JitterStrategy": "NONE" }
			],
			"Catch": [{ "ErrorEquals": ["States.ALL"], "Comment": "c", "ResultPath": "$.failure", "Next": "Gone" }],
			"Next": "Each"
		},
		"Each": {
			"Type": "Map", "ItemsPath": "$.called.x", "MaxConcurrency": 2, "ResultPath": null,
			"ItemSelector": { "i.$": "$$.Map.Item.Index", "v.$": "$$.Map.Item.Value", "a.$": "$.a" },
			"ItemProcessor": {
				"ProcessorConfig": { "Mode": "INLINE" }, "StartAt": "One",
				"States": { "One": { "Type": "Pass", "Parameters": { "w.$": "$.v" }, "End": true } }
			},
			"Next": "Which"
		},
		"Which": {
			"Type": "Choice",
			"Choices": [
				{ "Comment": "c", "Variable": "$.a", "StringEquals": "yes", "Next": "Ask" },
				{ "Variable": "$.b", "NumericGreaterThan": 3, "Next": "Set" }
			],
			"Default": "Done"
		},
		"Ask": {
			"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken", "TimeoutSeconds": 60,
			"Parameters": { "QueueUrl": "q", "MessageBody": { "token.$": "$$.Task.Token" } }, "End": true
		},
		"Set": { "Type": "Pass", "Result": { "k": 1 }, "ResultPath": "$.set", "Next": "Done" },
		"Done": { "Type": "Succeed" },
		"Gone": { "Type": "Fail", "ErrorPath": "$.failure.Error", "Cause": "it is gone" }
	}
}`

func TestLoad(t *testing.T) {
	t.Parallel()
	if _, err := stepfunctions.Load([]byte(complete)); err != nil {
		t.Fatal(err)
	}
}

// mistakes are planted in the complete machine, one at a time. What the error must say has its place and its reason.
var mistakes = map[string]struct{ from, to, want string }{
	"no JSON":                    {`"Comment": "all",`, `"Comment": all,`, "the definition"},
	"two values":                 {`"Comment": "all", "QueryLanguage": "JSONPath", "StartAt": "Call",`, `} {"StartAt": "Call",`, "more than one JSON value"},
	"JSONata":                    {`"QueryLanguage": "JSONPath"`, `"QueryLanguage": "JSONata"`, "QueryLanguage: JSONata: only JSONPath"},
	"no start":                   {`"StartAt": "Call",`, ``, `StartAt: there is no state ""`},
	"typo in StartAt":            {`"StartAt": "Call"`, `"StartAt": "Cal"`, `StartAt: there is no state "Cal"`},
	"typo in Next":               {`"Next": "Each"`, `"Next": "Eech"`, `States.Call.Next: there is no state "Eech"`},
	"Next into a Map":            {`"Next": "Each"`, `"Next": "One"`, `States.Call.Next: there is no state "One"`},
	"typo in a Catch":            {`"Next": "Gone"`, `"Next": "Gonne"`, `States.Call.Catch[0].Next: there is no state "Gonne"`},
	"typo in Default":            {`"Default": "Done"`, `"Default": "Don"`, `States.Which.Default: there is no state "Don"`},
	"typo in a choice":           {`"Next": "Ask"`, `"Next": "Aks"`, `States.Which.Choices[0].Next: there is no state "Aks"`},
	"unreached":                  {`"Default": "Done"`, `"Default": "Set"`, ``}, // Done is still reached from Set
	"really unreached":           {`"NumericGreaterThan": 3, "Next": "Set"`, `"NumericGreaterThan": 3, "Next": "Done"`, "States.Set: no transition leads to this state"},
	"Next and End":               {`"ResultPath": "$.set", "Next": "Done"`, `"ResultPath": "$.set", "Next": "Done", "End": true`, "States.Set.Next: a state has either Next or End"},
	"neither":                    {`"ResultPath": "$.set", "Next": "Done"`, `"ResultPath": "$.set"`, "States.Set.Next: a state has either Next or End"},
	"End is false":               {`"End": true }`, `"End": false }`, "End: it can only be true"},
	"unknown state type":         {`"Type": "Succeed"`, `"Type": "Wait", "Seconds": 1`, `States.Done.Type: "Wait"`},
	"unknown field":              {`"TimeoutSeconds": 5,`, `"TimeoutSeconds": 5, "HeartbeatSeconds": 1,`, "States.Call.HeartbeatSeconds: this field is not known here"},
	"unknown field of a retrier": {`"IntervalSeconds": 2`, `"IntervalSecond": 2`, "States.Call.Retry[0].IntervalSecond: this field"},
	"unknown field of a catcher": {`"ResultPath": "$.failure"`, `"ResultPath": "$.failure", "Output": 1`, "States.Call.Catch[0].Output"},
	"unknown operator":           {`"StringEquals": "yes"`, `"StringMatches": "y*"`, "States.Which.Choices[0].StringMatches"},
	"two operators":              {`"StringEquals": "yes"`, `"StringEquals": "yes", "NumericGreaterThan": 1`, "a rule has either"},
	"a field twice":              {`"TimeoutSeconds": 5,`, `"TimeoutSeconds": 5, "TimeoutSeconds": 6,`, "States.Call.TimeoutSeconds: the name is there twice"},
	"a state twice":              {`"Done": {`, `"Done": { "Type": "Succeed" }, "Done": {`, "States.Done: the name is there twice"},
	"a name in the Map, too":     {`{ "One": {`, `{ "Done": {`, "another state of the machine has this name"},
	"unknown resource":           {`arn:aws:states:::lambda:invoke`, `arn:aws:states:::lambda:invoek`, `States.Call.Resource: "arn:aws:states:::lambda:invoek"`},
	"unknown parameter":          {`"FunctionName": "f"`, `"FunctionName": "f", "Qualifier": "prod"`, "States.Call.Parameters.Qualifier"},
	"missing parameter":          {`"FunctionName": "f",`, ``, "States.Call.Parameters: FunctionName is missing"},
	"placeholder left":           {`"FunctionName": "f"`, `"FunctionName": "${ChargeFuctionArn}"`, "${ChargeFuctionArn}: nothing was put in its place"},
	"nobody can answer":          {`"token.$": "$$.Task.Token"`, `"token": "none"`, "nothing sends $$.Task.Token"},
	"waits for a year":           {`waitForTaskToken", "TimeoutSeconds": 60`, `waitForTaskToken"`, "States.Ask.TimeoutSeconds: it is missing"},
	"token without a wait":       {`"a.$": "$.a", "list"`, `"a.$": "$$.Task.Token", "list"`, `States.Call.Parameters.Payload.a.$: "$$.Task.Token" is not in the context object here`},
	"item outside of a Map":      {`"a.$": "$.a", "list"`, `"a.$": "$$.Map.Item.Value", "list"`, "is not in the context object here"},
	"a path that is none":        {`"a.$": "$.a", "list"`, `"a.$": "a", "list"`, "does not begin with $"},
	"a filter":                   {`"ItemsPath": "$.called.x"`, `"ItemsPath": "$.called[?(@.x)]"`, "States.Each.ItemsPath"},
	"a wildcard":                 {`"ItemsPath": "$.called.x"`, `"ItemsPath": "$.called[*]"`, "without wildcards"},
	"an intrinsic function":      {`"a.$": "$.a", "list"`, `"a.$": "States.UUID()", "list"`, "intrinsic functions are not known here"},
	"a variable":                 {`"a.$": "$.a", "list"`, `"a.$": "$a", "list"`, "reference path"},
	"assigns a variable":         {`"ResultPath": "$.set"`, `"ResultPath": "$.set", "Assign": {"k.$": "$"}`, "States.Set.Assign: this field is not known here"},
	"unassigned":                 {`"Variable": "$.b"`, `"Variable": "$.bb"`, "States.Which: on some way to this state nothing is at $.bb"},
	"unassigned in a result":     {`"ItemsPath": "$.called.x"`, `"ItemsPath": "$.called.y"`, "States.Each: on some way to this state nothing is at $.called.y"},
	"unassigned in an iteration": {`"w.$": "$.v"`, `"w.$": "$.value"`, "States.Each.ItemProcessor.States.One: on some way to this state nothing is at $.value"},
	"unassigned after a Catch":   {`"ErrorPath": "$.failure.Error"`, `"ErrorPath": "$.called.Error"`, "States.Gone: on some way to this state nothing is at $.called.Error"},
	"with and without .$":        {`"a.$": "$.a", "list"`, `"a.$": "$.a", "a": 1, "list"`, "it is there with and without .$"},
	"ALL is not last":            {`["A", "B"]`, `["States.ALL"]`, "States.Call.Retry[0].ErrorEquals: States.ALL must be in the last object"},
	"ALL is not alone":           {`["States.ALL"], "JitterStrategy"`, `["A", "States.ALL"], "JitterStrategy"`, "States.Call.Retry[1].ErrorEquals: States.ALL must stand alone"},
	"no such error":              {`["A", "B"]`, `["States.TimeOut"]`, "the service has no error called States.TimeOut"},
	"cannot be caught":           {`["A", "B"]`, `["States.Runtime"]`, "can be neither retried nor caught"},
	"no error":                   {`["A", "B"]`, `[]`, "States.Call.Retry[0].ErrorEquals: it must be a list that is not empty"},
	"an error twice":             {`["A", "B"]`, `["A", "A"]`, "A is there twice"},
	"rate below 1":               {`"BackoffRate": 1.5`, `"BackoffRate": 0.5`, "States.Call.Retry[0].BackoffRate: 0.5: use a number from 1"},
	"no whole number":            {`"MaxAttempts": 4`, `"MaxAttempts": 4.5`, "whole number"},
	"a text as a number":         {`"MaxAttempts": 4`, `"MaxAttempts": "4"`, "States.Call.Retry[0].MaxAttempts"},
	"no interval":                {`"IntervalSeconds": 2`, `"IntervalSeconds": 0`, "States.Call.Retry[0].IntervalSeconds"},
	"delay below interval":       {`"MaxDelaySeconds": 9`, `"MaxDelaySeconds": 2`, "it must be above IntervalSeconds"},
	"unknown jitter":             {`"FULL"`, `"HALF"`, `"HALF": use FULL or NONE`},
	"distributed":                {`"INLINE"`, `"DISTRIBUTED"`, "only INLINE is known here"},
	"no processor":               {`"ItemProcessor"`, `"Iterator"`, "States.Each.ItemProcessor: it is missing"},
	"context in ResultPath":      {`"ResultPath": "$.set"`, `"ResultPath": "$$.set"`, "the context object cannot be used here"},
	"Error and ErrorPath":        {`"ErrorPath": "$.failure.Error"`, `"ErrorPath": "$.failure.Error", "Error": "E"`, "ErrorPath is there too"},
	"Result and Parameters":      {`"Result": { "k": 1 }`, `"Result": { "k": 1 }, "Parameters": {}`, "Parameters is there too"},
}

func TestLoadFindsMistakes(t *testing.T) {
	t.Parallel()
	for name, m := range mistakes {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if !strings.Contains(complete, m.from) {
				t.Fatalf("the machine has no %s", m.from)
			}
			_, err := stepfunctions.Load([]byte(strings.Replace(complete, m.from, m.to, 1)))
			if m.want == "" {
				if err != nil {
					t.Errorf("got %v", err)
				}
				return
			}
			if !errors.Is(err, stepfunctions.ErrDefinition) || !strings.Contains(err.Error(), m.want) {
				t.Errorf("got  %v\nwant %s", err, m.want)
			}
		})
	}
}

func TestNeverEnds(t *testing.T) {
	t.Parallel()
	_, err := stepfunctions.Load([]byte(`{"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Pass", "Next": "A"}}}`))
	if err == nil || !strings.Contains(err.Error(), "no state that is reached ends the machine") {
		t.Error(err)
	}
}

func TestSubstitute(t *testing.T) {
	t.Parallel()
	got, err := stepfunctions.Substitute([]byte(`{"a": "${A}", "b": "x-${B}"}`), map[string]string{"A": `q"q`, "B": "b"})
	if err != nil || string(got) != `{"a": "q\"q", "b": "x-b"}` {
		t.Errorf("got %s, %v", got, err)
	}
	for want, values := range map[string]map[string]string{
		"no value for ${B}":  {"A": "a"},
		"nothing asks for C": {"A": "a", "B": "b", "C": "c"},
	} {
		if _, err := stepfunctions.Substitute([]byte(`{"a": "${A}", "b": "x-${B}"}`), values); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

// What is read is either refused with a DefinitionError or can be run: nothing panics.
func FuzzLoad(f *testing.F) {
	f.Add([]byte(complete))
	checkout, err := os.ReadFile("../../checkout/checkout.asl.json")
	if err != nil {
		f.Fatal(err)
	}
	f.Add([]byte(strings.ReplaceAll(string(checkout), "${", "{")))
	for _, m := range mistakes {
		f.Add([]byte(strings.Replace(complete, m.from, m.to, 1)))
	}
	f.Fuzz(func(t *testing.T, definition []byte) {
		m, err := stepfunctions.Load(definition)
		if err != nil && !errors.Is(err, stepfunctions.ErrDefinition) {
			t.Errorf("got %T: %v", err, err)
		}
		if (m == nil) == (err == nil) {
			t.Errorf("got %v and %v", m, err)
		}
	})
}
