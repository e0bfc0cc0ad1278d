package modelling_test

import (
	"context"
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/lambdapatterns/lambdapatterns/examples/guides/modelling"
	"github.com/lambdapatterns/lambdapatterns/singletable"
	"github.com/lambdapatterns/lambdapatterns/singletable/singletabletest"
)

func TestIndexThatCameLater(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	client := new(singletabletest.Engine).Client()
	withIndex := func() *singletable.Table {
		return singletable.NewTable(client, "app-table", singletable.WithIndex("GSI2", "GSI2PK", "GSI2SK"))
	}
	if _, err := client.CreateTable(ctx, withIndex().CreateTableInput()); err != nil {
		t.Fatal(err)
	}
	before, err := modelling.NewStore(singletable.NewTable(client, "app-table"))
	if err != nil {
		t.Fatal(err)
	}
	for id, awaiting := range map[string]string{"ord_1": "packing", "ord_2": "packing", "ord_3": ""} {
		err := before.Orders.Create(ctx, modelling.Order{UserID: "usr_123", ID: id, Placed: january(1), Awaiting: awaiting})
		if err != nil {
			t.Fatal(err)
		}
	}
	orders, err := modelling.NewOrders(withIndex())
	if err != nil {
		t.Fatal(err)
	}
	found := func() int {
		n, err := orders.Index("GSI2").Count(ctx, modelling.Order{Awaiting: "packing"})
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	if n := found(); n != 0 {
		t.Fatalf("the index holds %d orders before they are written anew", n)
	}
	for range 2 { // doing it again changes nothing
		if err := modelling.WriteAnew(ctx, orders); err != nil {
			t.Fatal(err)
		}
		if n := found(); n != 2 {
			t.Fatalf("the index holds %d orders, want 2", n)
		}
	}
}

func TestUniqueThatCameLater(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	client := new(singletabletest.Engine).Client()
	table := singletable.NewTable(client, "app-table")
	if _, err := client.CreateTable(ctx, table.CreateTableInput()); err != nil {
		t.Fatal(err)
	}
	before, err := singletable.NewRepo[modelling.User](singletable.NewTable(client, "app-table"), singletable.Schema{
		Type: "User",
		Key:  singletable.Pattern("USER#{id}", "PROFILE"),
		GSI1: singletable.Pattern("EMAIL#{email}", "USER#{id}"),
	})
	if err != nil {
		t.Fatal(err)
	}
	for id, email := range map[string]string{"usr_1": "ada@example.com", "usr_2": "ada@example.com", "usr_3": "bob@example.com"} {
		if err := before.Create(ctx, modelling.User{ID: id, Email: email}); err != nil {
			t.Fatal(err)
		}
	}
	store, err := modelling.NewStore(table)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		taken, err := modelling.ClaimEmails(ctx, store.Users)
		if err != nil || len(taken) != 1 || taken[0] == "usr_3" {
			t.Fatalf("taken: %q, %v", taken, err)
		}
	}
	if err := store.Users.Create(ctx, modelling.User{ID: "usr_4", Email: "bob@example.com"}); !errors.Is(err, singletable.ErrExists) {
		t.Errorf("an address that was there before the constraint: %v", err)
	}
}

// meddling lets somebody in before a transaction.
type meddling struct {
	singletable.Client
	before func()
}

func (m *meddling) TransactWriteItems(ctx context.Context, in *dynamodb.TransactWriteItemsInput, opts ...func(*dynamodb.Options)) (*dynamodb.TransactWriteItemsOutput, error) {
	if before := m.before; before != nil {
		m.before = nil
		before()
	}
	return m.Client.TransactWriteItems(ctx, in, opts...)
}

func TestMove(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	client := &meddling{Client: new(singletabletest.Engine).Client()}
	table := singletable.NewTable(client, "app-table")
	if _, err := client.Client.(*dynamodb.Client).CreateTable(ctx, table.CreateTableInput()); err != nil {
		t.Fatal(err)
	}
	store, err := modelling.NewStore(table)
	if err != nil {
		t.Fatal(err)
	}
	moved, err := singletable.NewRepo[modelling.Payment](singletable.NewTable(client, "app-table"), singletable.Schema{
		Type:    "Payment",
		Key:     singletable.Pattern("PAYMENT#{id}", "PAYMENT"),
		GSI1:    singletable.Pattern("ORDER#{order_id}", "PAYMENT#{id}"),
		Version: "version",
	})
	if err != nil {
		t.Fatal(err)
	}
	p := modelling.Payment{OrderID: "ord_456", ID: "pay_789", Amount: 2000}
	if err := store.Payments.Create(ctx, p); err != nil {
		t.Fatal(err)
	}
	update := func(amount int64) error {
		return store.Payments.Update(ctx, p, func(p *modelling.Payment) error {
			p.Amount = amount
			return nil
		})
	}
	client.before = func() {
		if err := update(2500); err != nil { // after the payment was read, and before it is moved
			t.Error(err)
		}
	}
	for range 2 { // doing it again changes nothing
		if err := modelling.Move(ctx, table, store.Payments, moved); err != nil {
			t.Fatal(err)
		}
		if got, err := moved.Get(ctx, modelling.Payment{ID: p.ID}); err != nil || got.Amount != 2500 {
			t.Fatalf("moved: %v, %v", got, err)
		}
		if _, err := store.Payments.Get(ctx, p); !errors.Is(err, singletable.ErrNotFound) {
			t.Fatalf("under the old key: %v", err)
		}
	}
	if err := update(1); !errors.Is(err, singletable.ErrNotFound) {
		t.Errorf("an update by the old key: %v", err)
	}

	// What has the new key already is not overwritten.
	other := modelling.Payment{OrderID: "ord_999", ID: p.ID, Amount: 1}
	if err := store.Payments.Create(ctx, other); err != nil {
		t.Fatal(err)
	}
	if err := modelling.Move(ctx, table, store.Payments, moved); !errors.Is(err, singletable.ErrExists) {
		t.Errorf("onto another payment: %v", err)
	}
}
