package fromguregu

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"

	"github.com/lambdapatterns/lambdapatterns/singletable"
)

// After is the store by package singletable.
type After struct {
	Table  *singletable.Table
	Orders *singletable.Repo[Order]
}

// NewAfter makes the store over the same items.
func NewAfter(table *singletable.Table) (After, error) {
	orders, err := singletable.NewRepo[Order](table, singletable.Schema{
		Type: "Order",
		Key:  singletable.Pattern("USER#{user_id}", "ORDER#{id}"),
		GSI1: singletable.Pattern("STATUS#{status}", "ORDER#{id}"),
	})
	return After{table, orders}, err
}

// Create writes a new order.
func (a After) Create(ctx context.Context, o Order) error {
	return a.Orders.Create(ctx, o)
}

// Get reads an order.
func (a After) Get(ctx context.Context, userID, id string) (Order, error) {
	return a.Orders.Get(ctx, Order{UserID: userID, ID: id})
}

// Latest reads a user's latest orders.
func (a After) Latest(ctx context.Context, userID string) ([]Order, error) {
	page, err := a.Orders.Page(ctx, Order{UserID: userID}, "", singletable.Reverse(), singletable.Limit(10))
	return page.Items, err
}

// Pay changes the status, and the index's key with it.
func (a After) Pay(ctx context.Context, o Order) error {
	open := expression.Name("status").Equal(expression.Value("open"))
	return a.Orders.Update(ctx, o, func(o *Order) error {
		o.Status = "paid"
		return nil
	}, singletable.If(open))
}

// Replace puts one order in the place of another.
func (a After) Replace(ctx context.Context, old, created Order) error {
	return a.Table.Transact(ctx, []singletable.Action{
		a.Orders.ToCreate(created),
		a.Orders.ToDelete(old),
	})
}
