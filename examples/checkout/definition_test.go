package checkout_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/lambdapatterns/lambdapatterns/examples/checkout"
	"github.com/lambdapatterns/lambdapatterns/examples/internal/stepfunctions"
)

// finds says whether asl-validator is asked about a mistake, which takes it a second each, and what it has to say.
type finds int

const (
	notAsked finds = iota
	found
	missed
)

// mistakes are planted in the definition one at a time. Both readers are there because each finds what the other misses: the
// validator goes by the language's schema and knows all of it, the loader by what a path or a retrier means.
var mistakes = map[string]struct {
	from, to  string
	validator finds
	loader    string // what the loader says
}{
	"a comma too few":             {`"StartAt": "Price",`, `"StartAt": "Price"`, found, "the definition"},
	"typo in a transition":        {`"Next": "Large"`, `"Next": "Lrge"`, found, `there is no state "Lrge"`},
	"typo in a Catch":             {`"Next": "NotApproved"`, `"Next": "NotApprovd"`, notAsked, `there is no state "NotApprovd"`},
	"a state without a way to it": {`"Next": "Reserve"`, `"Next": "Large"`, notAsked, "no transition leads to this state"},
	"typo in a field":             {`"ResultPath": "$.order"`, `"ResultsPath": "$.order"`, found, "ResultsPath: this field is not known"},
	"typo in a retrier's field":   {`"BackoffRate": 2`, `"BackOffRate": 2`, missed, "BackOffRate: this field is not known"},
	"no number":                   {`"MaxAttempts": 8`, `"MaxAttempts": "8"`, found, "MaxAttempts"},
	"neither Next nor End":        {`"ResultPath": "$.payment",`, `"End": true, "ResultPath": "$.payment",`, notAsked, "either Next or End"},
	"typo in a placeholder":       {"${ChargeFunctionArn}", "${ChrgeFunctionArn}", missed, "no value for ${ChrgeFunctionArn}"},
	"typo in an integration":      {"arn:aws:states:::lambda:invoke", "arn:aws:states:::lambda:invoek", notAsked, `"arn:aws:states:::lambda:invoek"`},
	"States.ALL is not last": {`"Retry": [
        { "ErrorEquals": ["ConfirmedError"], "MaxAttempts": 0 },`, `"Retry": [
        { "ErrorEquals": ["States.ALL"], "MaxAttempts": 0 },`, missed, "States.ALL must be in the last object"},
	"States.ALL is not alone":     {`"ErrorEquals": ["States.Timeout", "ApprovalRefused"]`, `"ErrorEquals": ["States.ALL", "ApprovalRefused"]`, notAsked, "States.ALL must stand alone"},
	"typo in a service's error":   {`"TaskError", "States.Timeout"`, `"TaskError", "States.TimeOut"`, notAsked, "no error called States.TimeOut"},
	"a field that nobody assigns": {`"$.refusal.Error"`, `"$.refusl.Error"`, missed, "nothing is at $.refusl.Error"},
	"a field too late":            {`"amount.$": "$.order.total"`, `"amount.$": "$.payment.amount"`, notAsked, "nothing is at $.payment.amount"},
	"a field of another result":   {`"NumericGreaterThan": 100000, "Next": "Approval" }`, `"NumericGreaterThan": 100000, "Next": "Approval" }, { "Variable": "$.order.lnes", "StringEquals": "", "Next": "Charge" }`, notAsked, "nothing is at $.order.lnes"},
	"nobody can answer":           {`"task_token.$": "$$.Task.Token"`, `"task_token": "none"`, notAsked, "nothing sends $$.Task.Token"},
	"waits for a year":            {`"TimeoutSeconds": 86400,`, ``, notAsked, "would wait for its token for a year"},
}

func planted(t *testing.T, name string) string {
	t.Helper()
	m := mistakes[name]
	if !strings.Contains(checkout.Definition, m.from) {
		t.Fatalf("%s: the definition has no %s", name, m.from)
	}
	return strings.Replace(checkout.Definition, m.from, m.to, 1)
}

func values() map[string]string {
	all := map[string]string{"ApprovalsQueueUrl": "https://sqs.us-east-1.amazonaws.com/123456789012/approvals"}
	for _, task := range checkout.Tasks() {
		all[strings.ToUpper(task[:1])+task[1:]+"FunctionArn"] = "arn:aws:lambda:us-east-1:123456789012:function:checkout-" + task + ":live"
	}
	return all
}

func TestLoaderFindsPlantedMistakes(t *testing.T) {
	t.Parallel()
	for name, m := range mistakes {
		definition, err := stepfunctions.Substitute([]byte(planted(t, name)), values())
		if err == nil {
			_, err = stepfunctions.Load(definition)
		}
		if !errors.Is(err, stepfunctions.ErrDefinition) || !strings.Contains(err.Error(), m.loader) {
			t.Errorf("%s: got %v\nwant %s", name, err, m.loader)
		}
	}
}

// It needs TEST_ASL_VALIDATOR, which .ci/asl-validator sets, and is skipped without it, or fails when TEST_ASL_VALIDATOR_REQUIRED
// is 1.
func TestASLValidator(t *testing.T) {
	t.Parallel()
	validator := os.Getenv("TEST_ASL_VALIDATOR")
	if validator == "" {
		if os.Getenv("TEST_ASL_VALIDATOR_REQUIRED") == "1" {
			t.Fatal("TEST_ASL_VALIDATOR_REQUIRED is 1, but TEST_ASL_VALIDATOR is not set")
		}
		t.Skip("NOT CHECKED: needs asl-validator; run this with .ci/asl-validator")
	}
	dir := t.TempDir()
	args := []string{validator}
	files := map[string]string{} // by name
	add := func(name, definition string) {
		files[name] = filepath.Join(dir, fmt.Sprintf("%d.asl.json", len(files)))
		if err := os.WriteFile(files[name], []byte(definition), 0o644); err != nil {
			t.Fatal(err)
		}
		args = append(args, "--json-path", files[name])
	}
	broken := "a comma too few" // ends the validator, so it has a run of its own
	add("", checkout.Definition)
	for name, m := range mistakes {
		if name != broken && m.validator != notAsked {
			add(name, planted(t, name))
		}
	}
	out, err := exec.CommandContext(t.Context(), "node", args...).CombinedOutput()
	if _, failed := errors.AsType[*exec.ExitError](err); !failed {
		t.Fatalf("planted mistakes passed, or node did not run: %v\n%s", err, out)
	}
	for name, file := range files {
		valid := strings.Contains(string(out), fmt.Sprintf("%q is valid", file))
		invalid := strings.Contains(string(out), fmt.Sprintf("%q is invalid", file))
		if valid == invalid {
			t.Fatalf("%q: the validator says nothing about it:\n%s", name, out)
		}
		if want := mistakes[name].validator == found; invalid != want {
			t.Errorf("%q: invalid is %t, want %t", name, invalid, want)
		}
	}
	add(broken, planted(t, broken))
	if out, err := exec.CommandContext(t.Context(), "node", validator, "--json-path", files[broken]).CombinedOutput(); err == nil {
		t.Errorf("%s: %s", broken, out)
	}
}

// The errors that the workflow goes by are those that the tasks can report: the names of this package's types. No reader of the
// definition alone could find a typo there.
func TestDefinitionNamesTheTasksErrors(t *testing.T) {
	t.Parallel()
	types := map[string]bool{}
	file, err := parser.ParseFile(token.NewFileSet(), "errors.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(file, func(n ast.Node) bool {
		if spec, ok := n.(*ast.TypeSpec); ok {
			types[spec.Name.Name] = true
		}
		return true
	})
	own := map[string]bool{"ApprovalRefused": true, "NotApproved": true} // of whoever answers, and of the workflow itself
	services := regexp.MustCompile(`^(States|Lambda|Sandbox|Runtime|SQS)\.`)
	var seen []string
	for _, list := range regexp.MustCompile(`"(?:ErrorEquals": \[[^\]]*\]|StringEquals": "[^"]*")`).FindAllString(checkout.Definition, -1) {
		for _, name := range regexp.MustCompile(`"([A-Za-z.]+)"`).FindAllStringSubmatch(list[strings.Index(list, ":"):], -1) {
			seen = append(seen, name[1])
			if !types[name[1]] && !own[name[1]] && !services.MatchString(name[1]) {
				t.Errorf("no task reports an error called %s", name[1])
			}
		}
	}
	for _, name := range []string{"TaskError", "InProgressError", "ConfirmedError", "OutOfStockError", "DeclinedError", "CancelledError"} {
		if !slices.Contains(seen, name) {
			t.Errorf("the workflow does not go by %s", name)
		}
	}
}

// Every task before the workflow's end tries again after what Lambda itself can do wrong, and no answer is tried again.
func TestEveryTaskIsTriedAgain(t *testing.T) {
	t.Parallel()
	type state struct {
		Type          string
		Resource      string
		Retry         []struct{ ErrorEquals []string }
		ItemProcessor struct{ States map[string]state }
	}
	var machine struct{ States map[string]state }
	if err := json.Unmarshal([]byte(checkout.Definition), &machine); err != nil {
		t.Fatal(err)
	}
	tasks := 0
	var look func(states map[string]state)
	look = func(states map[string]state) {
		for name, s := range states {
			look(s.ItemProcessor.States)
			if s.Type != "Task" || !strings.HasSuffix(s.Resource, "lambda:invoke") {
				continue
			}
			tasks++
			var names []string
			for _, r := range s.Retry {
				names = append(names, r.ErrorEquals...)
			}
			if slices.Contains(names, "States.ALL") {
				continue // what undoes is tried again whatever happens
			}
			for _, want := range []string{
				"TaskError", "States.Timeout", "Sandbox.Timedout", "Runtime.ExitError", "Lambda.Unknown", "Lambda.ServiceException",
				"Lambda.AWSLambdaException", "Lambda.SdkClientException", "Lambda.ClientExecutionTimeoutException", "Lambda.TooManyRequestsException",
			} {
				if !slices.Contains(names, want) {
					t.Errorf("%s is not tried again after %s", name, want)
				}
			}
			for _, answer := range []string{"InvalidOrderError", "OutOfStockError", "DeclinedError", "CancelledError", "ConfirmedError"} {
				if slices.Contains(names, answer) {
					t.Errorf("%s is tried again after %s", name, answer)
				}
			}
		}
	}
	look(machine.States)
	if tasks != len(checkout.Tasks()) {
		t.Errorf("%d tasks are in the definition, want %d", tasks, len(checkout.Tasks()))
	}
}
