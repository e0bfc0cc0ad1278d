package stepfunctions_test

import (
	"errors"
	"testing"

	"github.com/lambdapatterns/lambdapatterns/examples/internal/stepfunctions"
)

// The decoder took a closing bracket behind a value for the end of something.
func TestBugTrailingBracket(t *testing.T) {
	t.Parallel()
	machine, err := stepfunctions.Load([]byte(`{"StartAt": "End", "States": {"End": {"Type": "Succeed"}}}`))
	if err != nil {
		t.Fatal(err)
	}
	engine, err := stepfunctions.New(machine, stepfunctions.Config{Name: "m"})
	if err != nil {
		t.Fatal(err)
	}
	defer engine.Close()
	for _, text := range []string{`{}}`, `[1]]`, `{} {}`, `{} x`, `1 2`, ``} {
		if x, err := engine.Start("x"+text, []byte(text)); err == nil {
			t.Errorf("%s started %s", text, x.Name())
		}
		if err := engine.SendTaskSuccess("token", []byte(text)); !errors.Is(err, stepfunctions.ErrInvalidOutput) {
			t.Errorf("%s: got %v", text, err)
		}
	}
	for _, text := range []string{"{}\n", " 1 "} {
		if _, err := engine.Start("y"+text, []byte(text)); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
}
