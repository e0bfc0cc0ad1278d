package idempotency_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/lambdapatterns/lambdapatterns/singletable"
	"github.com/lambdapatterns/lambdapatterns/singletable/idempotency"
	"github.com/lambdapatterns/lambdapatterns/singletable/singletabletest"
)

// Records lie beside entities that are in indexes by their own attributes. Those queries pass over them, also where an index
// takes a record for its status. An index that cannot hold a record's attributes refuses the record: the lock before the
// effect has run, the result after it.
func TestRecordsBesideAttributeIndexes(t *testing.T) {
	t.Parallel()
	type shipment struct {
		ID     string `dynamodbav:"id"`
		Status string `dynamodbav:"status"`
		Result string `dynamodbav:"result"`
	}
	type numbered struct {
		ID     string `dynamodbav:"id"`
		Status int    `dynamodbav:"status"`
	}
	own := map[string]singletable.KeyPattern{"ByStatus": singletable.OwnAttributes()}
	engine := new(singletabletest.Engine)
	create := func(table *singletable.Table, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := engine.Client().CreateTable(t.Context(), table.CreateTableInput()); err != nil {
			t.Fatal(err)
		}
	}
	charge := func(name string, result string) (runs int, err error) {
		_, err = idempotency.Wrap(idempotency.New(engine.Client(), name), "charge", byID, func(context.Context, payment) (receipt, error) {
			runs++
			return receipt{Number: result}, nil
		})(t.Context(), pay1)
		return runs, err
	}

	texts := singletable.NewTable(engine.Client(), "texts", singletable.WithAttributeIndex("ByStatus", []string{"status"}, nil))
	shipments, err := singletable.NewRepo[shipment](texts, singletable.Schema{Type: "Shipment", Key: singletable.Pattern("SHIPMENT#{id}", "SHIPMENT"), Indexes: own})
	create(texts, err)
	if err := shipments.Create(t.Context(), shipment{ID: "s", Status: "COMPLETED"}); err != nil {
		t.Fatal(err)
	}
	if runs, err := charge("texts", "r1"); runs != 1 || err != nil {
		t.Fatalf("%d runs, %v", runs, err)
	}
	of := shipment{Status: "COMPLETED"}
	if got, err := shipments.Index("ByStatus").One(t.Context(), of); err != nil || got.ID != "s" {
		t.Errorf("by status: %+v, %v", got, err)
	}
	if n, err := shipments.Index("ByStatus").Count(t.Context(), of); err != nil || n != 1 {
		t.Errorf("by status: %d, %v", n, err)
	}

	numbers := singletable.NewTable(engine.Client(), "numbers", singletable.WithAttributeIndex("ByStatus", []string{"status"}, nil))
	_, err = singletable.NewRepo[numbered](numbers, singletable.Schema{Type: "Numbered", Key: singletable.Pattern("NUMBER#{id}", "NUMBER"), Indexes: own})
	create(numbers, err)
	if runs, err := charge("numbers", "r1"); runs != 0 || err == nil {
		t.Errorf("a status that is to be a number: %d runs, %v", runs, err)
	}

	results := singletable.NewTable(engine.Client(), "results", singletable.WithAttributeIndex("ByStatus", []string{"status"}, []string{"result"}))
	_, err = singletable.NewRepo[shipment](results, singletable.Schema{Type: "Shipment", Key: singletable.Pattern("SHIPMENT#{id}", "SHIPMENT"), Indexes: own})
	create(results, err)
	if runs, err := charge("results", strings.Repeat("r", 1024)); runs != 1 || !errors.Is(err, idempotency.ErrUnrecorded) {
		t.Errorf("a result that is too long for a key: %d runs, %v", runs, err)
	}
}
