package testing

import (
	"testing"

	"github.com/lambdapatterns/lambdapatterns/eventbridge/eventbridgetest"
	"github.com/lambdapatterns/lambdapatterns/examples/images"
	"github.com/lambdapatterns/lambdapatterns/examples/payments"
	"github.com/lambdapatterns/lambdapatterns/singletable"
	"github.com/lambdapatterns/lambdapatterns/singletable/singletabletest"
	"github.com/lambdapatterns/lambdapatterns/templatetest"
)

func TestThumbnailsCauseNoLoop(t *testing.T) {
	t.Parallel()
	rule, err := images.Rule("uploads")
	if err != nil {
		t.Fatal(err)
	}
	eventbridgetest.AssertNoLoop(t, rule, eventbridgetest.NewBucket("thumbnails"), "cat.jpg")
}

func TestTemplateHasTheTable(t *testing.T) {
	t.Parallel()
	table := singletable.NewTable(new(singletabletest.Engine).Client(), "payments")
	if _, err := payments.NewStore(table); err != nil {
		t.Fatal(err)
	}
	tmpl, err := templatetest.Load("../../payments/template.yaml") // or a Terraform folder
	if err != nil {
		t.Fatal(err)
	}
	templatetest.CheckTable(t, tmpl, "Table", table)
}
