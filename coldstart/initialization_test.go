package coldstart_test

import (
	"context"
	"testing"

	"github.com/lambdapatterns/lambdapatterns/coldstart"
)

const variable = "AWS_LAMBDA_INITIALIZATION_TYPE"

func TestInitialization(t *testing.T) {
	for value, want := range map[string]coldstart.InitializationType{
		"on-demand":                coldstart.OnDemand,
		"provisioned-concurrency":  coldstart.ProvisionedConcurrency,
		"snap-start":               coldstart.SnapStart,
		"lambda-managed-instances": coldstart.ManagedInstances,
		"something-new":            "something-new",
		"":                         "",
	} {
		t.Setenv(variable, value)
		if got := coldstart.Initialization(); got != want {
			t.Errorf("%q: got %q", value, got)
		}
	}
}

func TestOnly(t *testing.T) {
	const (
		onDemand    = coldstart.OnDemand
		provisioned = coldstart.ProvisionedConcurrency
	)
	type types = []coldstart.InitializationType
	tests := []struct {
		only types
		now  coldstart.InitializationType
		want bool
	}{
		{nil, onDemand, true},
		{nil, "something-new", true},
		{nil, "", true},
		{types{onDemand}, onDemand, true},
		{types{onDemand}, provisioned, false},
		{types{onDemand}, "something-new", false},
		{types{onDemand}, "", false},
		{types{onDemand, ""}, "", true},
		{types{onDemand, provisioned}, provisioned, true},
	}
	for _, test := range tests {
		t.Setenv(variable, string(test.now))
		ran := false
		report, err := coldstart.Run(t.Context(), coldstart.Task{
			Name: "connect", Required: true, Only: test.only,
			Do: func(context.Context) error { ran = true; return nil },
		})
		if err != nil {
			t.Fatal(err)
		}
		if ran != test.want || report.Tasks[0].Skipped == test.want {
			t.Errorf("only %q, now %q: ran %v, reported as skipped %v", test.only, test.now, ran, report.Tasks[0].Skipped)
		}
		if report.Initialization != test.now {
			t.Errorf("reported %q, want %q", report.Initialization, test.now)
		}
	}
}
