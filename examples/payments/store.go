package payments

import (
	"errors"
	"time"

	"github.com/lambdapatterns/lambdapatterns/singletable"
)

// The entities. Amounts are in cents.
type (
	// User lies at USER#{id}|PROFILE and is found by e-mail through GSI1. Its id is the subject of its tokens.
	User struct {
		ID        string    `dynamodbav:"id" json:"id"`
		Email     string    `dynamodbav:"email" json:"email"`
		Name      string    `dynamodbav:"name,omitempty" json:"name,omitempty"`
		CreatedAt time.Time `dynamodbav:"created_at" json:"created_at"`
	}

	// Product lies at PRODUCT#{id}|METADATA.
	Product struct {
		ID    string `dynamodbav:"id"`
		Name  string `dynamodbav:"name"`
		Price int64  `dynamodbav:"price"`
	}

	// Order lies at USER#{user_id}|ORDER#{id}, in its user's partition. Its id is unique among all orders, because its
	// payments' partition goes by it alone.
	Order struct {
		UserID    string    `dynamodbav:"user_id" json:"user_id"`
		ID        string    `dynamodbav:"id" json:"id"`
		Lines     []Line    `dynamodbav:"lines" json:"lines"`
		Total     int64     `dynamodbav:"total" json:"total"`
		CreatedAt time.Time `dynamodbav:"created_at" json:"created_at"`
	}

	// Line is a line of an order, with the price of the day.
	Line struct {
		ProductID string `dynamodbav:"product_id" json:"product_id"`
		Quantity  int64  `dynamodbav:"quantity" json:"quantity"`
		Price     int64  `dynamodbav:"price" json:"price"`
	}

	// Payment lies at ORDER#{order_id}|PAYMENT#{id} and is found by its id alone through GSI1.
	Payment struct {
		OrderID   string     `dynamodbav:"order_id" json:"order_id"`
		ID        string     `dynamodbav:"id" json:"id"`
		UserID    string     `dynamodbav:"user_id" json:"user_id"`
		Amount    int64      `dynamodbav:"amount" json:"amount"`
		Card      string     `dynamodbav:"card" json:"-"`              // the payment provider's token for the card
		Request   string     `dynamodbav:"request,omitempty" json:"-"` // the Idempotency-Key that it was asked for with
		Status    Status     `dynamodbav:"status" json:"status"`
		Reason    string     `dynamodbav:"reason,omitempty" json:"reason,omitempty"`
		CreatedAt time.Time  `dynamodbav:"created_at" json:"created_at"`
		SettledAt *time.Time `dynamodbav:"settled_at,omitempty" json:"settled_at,omitempty"`
	}
)

// Status is how far a payment is.
type Status string

// The states of a payment. Captured and Declined are final.
const (
	Pending  Status = "pending"
	Captured Status = "captured"
	Declined Status = "declined"
)

// Store is the service's table.
type Store struct {
	Users    *singletable.Repo[User]
	Products *singletable.Repo[Product]
	Orders   *singletable.Repo[Order]
	Payments *singletable.Repo[Payment]
}

// createdAt is set by the table's first write of an entity. By that the repository tells its own write, whose answer was lost, from
// another's.
const createdAt = "created_at"

// NewStore gives each entity its place in the table.
func NewStore(table *singletable.Table) (*Store, error) {
	users, err1 := singletable.NewRepo[User](table, singletable.Schema{
		Type: "User",
		Key:  singletable.Pattern("USER#{id}", "PROFILE"),
		GSI1: singletable.Pattern("EMAIL#{email}", "USER#{id}"),

		CreatedAt: createdAt,
		Unique:    map[string]string{"e-mail": "{email}"}, // the index finds a user, but keeps the address from nobody
	})
	products, err2 := singletable.NewRepo[Product](table, singletable.Schema{
		Type: "Product",
		Key:  singletable.Pattern("PRODUCT#{id}", "METADATA"),
	})
	orders, err3 := singletable.NewRepo[Order](table, singletable.Schema{
		Type: "Order",
		Key:  singletable.Pattern("USER#{user_id}", "ORDER#{id}"),

		CreatedAt: createdAt,
	})
	payments, err4 := singletable.NewRepo[Payment](table, singletable.Schema{
		Type: "Payment",
		Key:  singletable.Pattern("ORDER#{order_id}", "PAYMENT#{id}"),
		GSI1: singletable.Pattern("PAYMENT#{id}", "ORDER#{order_id}"),

		CreatedAt: createdAt,
	})
	if err := errors.Join(err1, err2, err3, err4); err != nil {
		return nil, err
	}
	return &Store{users, products, orders, payments}, nil
}
