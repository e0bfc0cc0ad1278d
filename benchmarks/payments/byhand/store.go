package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

type user struct {
	ID        string    `dynamodbav:"id" json:"id"`
	Email     string    `dynamodbav:"email" json:"email"`
	Name      string    `dynamodbav:"name,omitempty" json:"name,omitempty"`
	CreatedAt time.Time `dynamodbav:"created_at" json:"created_at"`
}

type product struct {
	ID    string `dynamodbav:"id"`
	Name  string `dynamodbav:"name"`
	Price int64  `dynamodbav:"price"`
}

type order struct {
	UserID    string    `dynamodbav:"user_id" json:"user_id"`
	ID        string    `dynamodbav:"id" json:"id"`
	Lines     []line    `dynamodbav:"lines" json:"lines"`
	Total     int64     `dynamodbav:"total" json:"total"`
	CreatedAt time.Time `dynamodbav:"created_at" json:"created_at"`
}

type line struct {
	ProductID string `dynamodbav:"product_id" json:"product_id"`
	Quantity  int64  `dynamodbav:"quantity" json:"quantity"`
	Price     int64  `dynamodbav:"price" json:"price"`
}

type payment struct {
	OrderID   string     `dynamodbav:"order_id" json:"order_id"`
	ID        string     `dynamodbav:"id" json:"id"`
	UserID    string     `dynamodbav:"user_id" json:"user_id"`
	Amount    int64      `dynamodbav:"amount" json:"amount"`
	Card      string     `dynamodbav:"card" json:"-"`
	Status    string     `dynamodbav:"status" json:"status"`
	Reason    string     `dynamodbav:"reason,omitempty" json:"reason,omitempty"`
	CreatedAt time.Time  `dynamodbav:"created_at" json:"created_at"`
	SettledAt *time.Time `dynamodbav:"settled_at,omitempty" json:"settled_at,omitempty"`
}

var (
	errNotFound  = errors.New("not found")
	errExists    = errors.New("exists")
	errTaken     = errors.New("the e-mail address is taken")
	errNotUnique = errors.New("more than one")
	errBadKey    = errors.New("an id or value that no key can be made of")
)

type item = map[string]types.AttributeValue

type store struct {
	db    *dynamodb.Client
	table string
}

// key makes a key of two texts. part must have checked what is in them.
func key(pk, sk string) item {
	return item{"PK": &types.AttributeValueMemberS{Value: pk}, "SK": &types.AttributeValueMemberS{Value: sk}}
}

// part refuses what would leave its place in a key.
func part(values ...string) error {
	for _, v := range values {
		if v == "" || len(v) > 900 || strings.Contains(v, "#") {
			return errBadKey
		}
	}
	return nil
}

// get reads one item.
func (s *store) get(ctx context.Context, key item, consistent bool, v any) error {
	out, err := s.db.GetItem(ctx, &dynamodb.GetItemInput{TableName: &s.table, Key: key, ConsistentRead: &consistent})
	if err != nil {
		return err
	}
	if out.Item == nil {
		return errNotFound
	}
	return attributevalue.UnmarshalMap(out.Item, v)
}

func (s *store) item(v any, typ, pk, sk string) (item, error) {
	it, err := attributevalue.MarshalMap(v)
	if err != nil {
		return nil, err
	}
	it["PK"], it["SK"] = &types.AttributeValueMemberS{Value: pk}, &types.AttributeValueMemberS{Value: sk}
	it["_type"] = &types.AttributeValueMemberS{Value: typ}
	return it, nil
}

func setIndex(it item, pk, sk string) {
	it["GSI1PK"], it["GSI1SK"] = &types.AttributeValueMemberS{Value: pk}, &types.AttributeValueMemberS{Value: sk}
}

const isNew = "attribute_not_exists(PK)"

// create writes an item that must not be there.
func (s *store) create(ctx context.Context, it item) error {
	_, err := s.db.PutItem(ctx, &dynamodb.PutItemInput{TableName: &s.table, Item: it, ConditionExpression: aws.String(isNew)})
	if _, ok := errors.AsType[*types.ConditionalCheckFailedException](err); ok {
		return errExists
	}
	return err
}

// createUser writes a user and the claim on its e-mail address in one transaction.
func (s *store) createUser(ctx context.Context, u user) error {
	if err := part(u.ID, u.Email); err != nil {
		return err
	}
	it, err := s.item(u, "User", "USER#"+u.ID, "PROFILE")
	if err != nil {
		return err
	}
	setIndex(it, "EMAIL#"+u.Email, "USER#"+u.ID)
	claim := key("CLAIM#EMAIL#"+u.Email, "CLAIM")
	claim["user_id"] = &types.AttributeValueMemberS{Value: u.ID}
	_, err = s.db.TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{TransactItems: []types.TransactWriteItem{
		{Put: &types.Put{TableName: &s.table, Item: it, ConditionExpression: aws.String(isNew)}},
		{Put: &types.Put{TableName: &s.table, Item: claim, ConditionExpression: aws.String(isNew)}},
	}})
	if cancelled, ok := errors.AsType[*types.TransactionCanceledException](err); ok {
		for i, reason := range cancelled.CancellationReasons {
			if aws.ToString(reason.Code) == "ConditionalCheckFailed" {
				return []error{errExists, errTaken}[i]
			}
		}
	}
	return err
}

func (s *store) user(ctx context.Context, id string, consistent bool) (u user, err error) {
	if err := part(id); err != nil {
		return u, err
	}
	return u, s.get(ctx, key("USER#"+id, "PROFILE"), consistent, &u)
}

func (s *store) product(ctx context.Context, id string) (p product, err error) {
	if err := part(id); err != nil {
		return p, err
	}
	return p, s.get(ctx, key("PRODUCT#"+id, "METADATA"), false, &p)
}

func (s *store) order(ctx context.Context, userID, id string) (o order, err error) {
	if err := part(userID, id); err != nil {
		return o, err
	}
	return o, s.get(ctx, key("USER#"+userID, "ORDER#"+id), true, &o)
}

func (s *store) createOrder(ctx context.Context, o order) error {
	it, err := s.item(o, "Order", "USER#"+o.UserID, "ORDER#"+o.ID)
	if err != nil {
		return err
	}
	return s.create(ctx, it)
}

func (s *store) createPayment(ctx context.Context, p payment) error {
	it, err := s.item(p, "Payment", "ORDER#"+p.OrderID, "PAYMENT#"+p.ID)
	if err != nil {
		return err
	}
	setIndex(it, "PAYMENT#"+p.ID, "ORDER#"+p.OrderID)
	return s.create(ctx, it)
}

// one finds the item of an index's partition, which must hold one.
func (s *store) one(ctx context.Context, pk string, v any) error {
	out, err := s.db.Query(ctx, &dynamodb.QueryInput{
		TableName: &s.table, IndexName: aws.String("GSI1"), Limit: aws.Int32(2), KeyConditionExpression: aws.String("GSI1PK = :pk"),
		ExpressionAttributeValues: item{":pk": &types.AttributeValueMemberS{Value: pk}},
	})
	switch {
	case err != nil:
		return err
	case len(out.Items) == 0:
		return errNotFound
	case len(out.Items) > 1:
		return errNotUnique
	}
	return attributevalue.UnmarshalMap(out.Items[0], v)
}

func (s *store) userByEmail(ctx context.Context, email string) (u user, err error) {
	if err := part(email); err != nil {
		return u, err
	}
	return u, s.one(ctx, "EMAIL#"+email, &u)
}

func (s *store) payment(ctx context.Context, id string) (p payment, err error) {
	if err := part(id); err != nil {
		return p, err
	}
	return p, s.one(ctx, "PAYMENT#"+id, &p)
}

// list reads at most limit items of a partition whose sort keys begin with prefix.
func list[T any](ctx context.Context, s *store, pk, prefix string, consistent bool, limit int) ([]T, error) {
	pages := dynamodb.NewQueryPaginator(s.db, &dynamodb.QueryInput{
		TableName: &s.table, ConsistentRead: &consistent, KeyConditionExpression: aws.String("PK = :pk AND begins_with(SK, :sk)"),
		ExpressionAttributeValues: item{
			":pk": &types.AttributeValueMemberS{Value: pk}, ":sk": &types.AttributeValueMemberS{Value: prefix},
		},
	})
	all := []T{}
	for pages.HasMorePages() && len(all) < limit {
		out, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		var some []T
		if err := attributevalue.UnmarshalListOfMaps(out.Items, &some); err != nil {
			return nil, fmt.Errorf("decode items of %s: %w", prefix, err)
		}
		all = append(all, some...)
	}
	return all[:min(limit, len(all))], nil
}
