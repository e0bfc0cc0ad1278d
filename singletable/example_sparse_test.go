package singletable_test

import (
	"context"
	"fmt"
	"log"

	"github.com/lambdapatterns/lambdapatterns/singletable"
)

// An index of what is to be done holds nothing else, and costs nothing for all that is done.
func ExampleKeyPattern_Sparse() {
	ctx := context.Background()
	type Invoice struct {
		ID      string `dynamodbav:"id"`
		Overdue string `dynamodbav:"overdue,omitempty"` // since when; empty when it is paid
	}
	invoices, err := singletable.NewRepo[Invoice](newTable(ctx), singletable.Schema{
		Type: "Invoice",
		Key:  singletable.Pattern("INVOICE#{id}", "INVOICE"),
		GSI1: singletable.Pattern("OVERDUE", "{overdue}#{id}").Sparse(),
	})
	if err != nil {
		log.Fatal(err)
	}
	show := func() {
		for v, err := range invoices.GSI1().Query(ctx, Invoice{}) {
			fmt.Println(v, err)
		}
	}
	for _, v := range []Invoice{{"inv_1", "2026-03-01"}, {"inv_2", ""}, {"inv_3", "2026-02-01"}} {
		if err := invoices.Create(ctx, v); err != nil {
			log.Fatal(err)
		}
	}
	show()
	err = invoices.Update(ctx, Invoice{ID: "inv_3"}, func(v *Invoice) error {
		v.Overdue = ""
		return nil
	})
	fmt.Println("paid:", err)
	show()
	// Output:
	// {inv_3 2026-02-01} <nil>
	// {inv_1 2026-03-01} <nil>
	// paid: <nil>
	// {inv_1 2026-03-01} <nil>
}
