package singletable

import (
	"context"

	"github.com/guregu/dynamo/v2"
	"github.com/guregu/dynamo/v2/dynamodbiface"
)

type dynamoAPI = dynamodbiface.DynamoDBAPI

// guregu has the calls as github.com/guregu/dynamo's README shows them. The keys are fields of the stored struct there.
type guregu struct{ db *dynamo.DB }

type storedOrder struct {
	PK   string
	SK   string
	Type string `dynamo:"_type"`
	Order
}

func toStore(o Order) storedOrder {
	return storedOrder{PK: "USER#" + o.UserID, SK: "ORDER#" + o.ID, Type: "Order", Order: o}
}

func (g guregu) put(ctx context.Context, o Order) error {
	return g.db.Table("app").Put(toStore(o)).Run(ctx)
}

func (g guregu) get(ctx context.Context, userID, id string) (Order, error) {
	var o storedOrder
	err := g.db.Table("app").Get("PK", "USER#"+userID).Range("SK", dynamo.Equal, "ORDER#"+id).One(ctx, &o)
	return o.Order, err
}

func (g guregu) query(ctx context.Context, userID string) ([]Order, error) {
	var orders []Order
	err := g.db.Table("app").Get("PK", "USER#"+userID).Range("SK", dynamo.BeginsWith, "ORDER#").All(ctx, &orders)
	return orders, err
}

func (g guregu) batchGet(ctx context.Context, asked []Order) ([]Order, error) {
	keys := make([]dynamo.Keyed, len(asked))
	for i, o := range asked {
		keys[i] = dynamo.Keys{"USER#" + o.UserID, "ORDER#" + o.ID}
	}
	var orders []Order
	err := g.db.Table("app").Batch("PK", "SK").Get(keys...).All(ctx, &orders)
	return orders, err
}

func (g guregu) transact(ctx context.Context, create, put, remove Order) error {
	table := g.db.Table("app")
	return g.db.WriteTx().
		Put(table.Put(toStore(create)).If("attribute_not_exists(PK)")).
		Put(table.Put(toStore(put))).
		Delete(table.Delete("PK", "USER#"+remove.UserID).Range("SK", "ORDER#"+remove.ID)).
		Run(ctx)
}
