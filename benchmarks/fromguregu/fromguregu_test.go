package fromguregu

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/guregu/dynamo/v2"

	"github.com/lambdapatterns/lambdapatterns/singletable"
	"github.com/lambdapatterns/lambdapatterns/singletable/singletabletest"
)

// legacy is a client that translates the legacy key conditions, which guregu's library sends and the engine does not know.
type legacy struct{ *dynamodb.Client }

func (c legacy) Query(ctx context.Context, in *dynamodb.QueryInput, opts ...func(*dynamodb.Options)) (*dynamodb.QueryOutput, error) {
	of := map[types.ComparisonOperator]string{types.ComparisonOperatorEq: "%s = %s", types.ComparisonOperatorBeginsWith: "begins_with(%s, %s)"}
	modern := *in
	modern.KeyConditions, modern.ExpressionAttributeNames, modern.ExpressionAttributeValues = nil, map[string]string{}, map[string]types.AttributeValue{}
	text := ""
	for key, condition := range in.KeyConditions {
		if text != "" {
			text += " AND "
		}
		text += fmt.Sprintf(of[condition.ComparisonOperator], "#"+key, ":"+key)
		modern.ExpressionAttributeNames["#"+key] = key
		modern.ExpressionAttributeValues[":"+key] = condition.AttributeValueList[0]
	}
	modern.KeyConditionExpression = aws.String(text)
	return c.Client.Query(ctx, &modern, opts...)
}

// Both stores read and write the same items, whoever wrote them.
func TestSameItems(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	client := new(singletabletest.Engine).Client()
	table := singletable.NewTable(client, "app")
	if _, err := client.CreateTable(ctx, table.CreateTableInput()); err != nil {
		t.Fatal(err)
	}
	db := dynamo.NewFromIface(legacy{client})
	before := Before{db.Table("app")}
	after, err := NewAfter(table)
	if err != nil {
		t.Fatal(err)
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	theirs, ours := Order{"usr_123", "ord_1", "open", 1999}, Order{"usr_123", "ord_2", "open", 70}
	must(before.Create(ctx, theirs))
	must(after.Create(ctx, ours))

	if err := before.Create(ctx, ours); !dynamo.IsCondCheckFailed(err) {
		t.Errorf("created twice: %v", err)
	}
	if err := after.Create(ctx, theirs); !errors.Is(err, singletable.ErrExists) {
		t.Errorf("created twice: %v", err)
	}
	for _, o := range []Order{theirs, ours} {
		b, err := before.Get(ctx, o.UserID, o.ID)
		must(err)
		a, err := after.Get(ctx, o.UserID, o.ID)
		must(err)
		if b != o || a != o {
			t.Errorf("read %v and %v, want %v", b, a, o)
		}
	}
	want := []Order{ours, theirs}
	b, err := before.Latest(ctx, "usr_123")
	must(err)
	a, err := after.Latest(ctx, "usr_123")
	must(err)
	if !slices.Equal(b, want) || !slices.Equal(a, want) {
		t.Errorf("the latest are %v and %v, want %v", b, a, want)
	}

	must(after.Pay(ctx, theirs)) // each changes the other's
	must(before.Pay(ctx, ours))
	if err := before.Pay(ctx, theirs); !dynamo.IsCondCheckFailed(err) {
		t.Errorf("paid twice: %v", err)
	}
	if err := after.Pay(ctx, ours); !errors.Is(err, singletable.ErrCondition) {
		t.Errorf("paid twice: %v", err)
	}
	n, err := after.Orders.GSI1().Count(ctx, Order{Status: "paid"})
	must(err)
	if n != 2 {
		t.Errorf("%d orders are paid", n)
	}
	must(before.Replace(ctx, db, ours, Order{"usr_123", "ord_3", "open", 70}))
	must(after.Replace(ctx, Order{UserID: "usr_123", ID: "ord_1"}, Order{"usr_123", "ord_4", "open", 70}))
	if _, err := before.Get(ctx, "usr_123", "ord_1"); !errors.Is(err, dynamo.ErrNotFound) {
		t.Errorf("replaced: %v", err)
	}
	if _, err := after.Get(ctx, "usr_123", "ord_2"); !errors.Is(err, singletable.ErrNotFound) {
		t.Errorf("replaced: %v", err)
	}
}
