// Package fromguregu is the code of docs/from-guregu-dynamo.md: the same store by github.com/guregu/dynamo and by package
// singletable, on the same items.
package fromguregu

import (
	"context"

	"github.com/guregu/dynamo/v2"
)

// Order has the tags of both.
type Order struct {
	UserID string `dynamo:"user_id" dynamodbav:"user_id"`
	ID     string `dynamo:"id" dynamodbav:"id"`
	Status string `dynamo:"status" dynamodbav:"status"`
	Total  int64  `dynamo:"total" dynamodbav:"total"`
}

// orderItem is an order as guregu's library stores it: the keys are fields.
type orderItem struct {
	PK     string `dynamo:"PK,hash"`
	SK     string `dynamo:"SK,range"`
	GSI1PK string `dynamo:"GSI1PK" index:"GSI1,hash"`
	GSI1SK string `dynamo:"GSI1SK" index:"GSI1,range"`
	Order
}

func itemOf(o Order) orderItem {
	return orderItem{"USER#" + o.UserID, "ORDER#" + o.ID, "STATUS#" + o.Status, "ORDER#" + o.ID, o}
}

// Before is the store by guregu's library.
type Before struct{ Table dynamo.Table }

// Create writes a new order.
func (b Before) Create(ctx context.Context, o Order) error {
	return b.Table.Put(itemOf(o)).If("attribute_not_exists(PK)").Run(ctx)
}

// Get reads an order.
func (b Before) Get(ctx context.Context, userID, id string) (Order, error) {
	var item orderItem
	err := b.Table.Get("PK", "USER#"+userID).Range("SK", dynamo.Equal, "ORDER#"+id).One(ctx, &item)
	return item.Order, err
}

// Latest reads a user's latest orders.
func (b Before) Latest(ctx context.Context, userID string) ([]Order, error) {
	var orders []Order
	err := b.Table.Get("PK", "USER#"+userID).Range("SK", dynamo.BeginsWith, "ORDER#").
		Order(dynamo.Descending).Limit(10).All(ctx, &orders)
	return orders, err
}

// Pay changes the status, and the index's key with it.
func (b Before) Pay(ctx context.Context, o Order) error {
	return b.Table.Update("PK", "USER#"+o.UserID).Range("SK", "ORDER#"+o.ID).
		Set("status", "paid").Set("GSI1PK", "STATUS#paid").
		If("'status' = ?", "open").Run(ctx)
}

// Replace puts one order in the place of another.
func (b Before) Replace(ctx context.Context, db *dynamo.DB, old, created Order) error {
	return db.WriteTx().
		Put(b.Table.Put(itemOf(created)).If("attribute_not_exists(PK)")).
		Delete(b.Table.Delete("PK", "USER#"+old.UserID).Range("SK", "ORDER#"+old.ID)).
		Idempotent(true).Run(ctx)
}
