package checkout

import (
	"errors"

	"github.com/lambdapatterns/lambdapatterns/singletable"
)

// The entities. Amounts are in cents.
type (
	// Product lies at PRODUCT#{id}|METADATA.
	Product struct {
		ID    string `dynamodbav:"id"`
		Name  string `dynamodbav:"name"`
		Price int64  `dynamodbav:"price"`
	}

	// Stock is how much of a product can be reserved. It lies at PRODUCT#{product_id}|STOCK, apart from what customers read.
	Stock struct {
		ProductID string `dynamodbav:"product_id"`
		Available int64  `dynamodbav:"available"`
		Version   int64  `dynamodbav:"version"`
	}

	// Order lies at USER#{user_id}|ORDER#{id}, in its user's partition. No two users' orders have one id, because an order's
	// reservations and its payment lie in a partition that goes by it alone.
	Order struct {
		UserID  string `dynamodbav:"user_id" json:"user_id"`
		ID      string `dynamodbav:"id" json:"order_id"`
		Lines   []Line `dynamodbav:"lines" json:"lines"`
		Total   int64  `dynamodbav:"total" json:"total"`
		Card    string `dynamodbav:"card" json:"-"` // the payment provider's token
		Status  Status `dynamodbav:"status" json:"status"`
		Reason  string `dynamodbav:"reason,omitempty" json:"reason,omitempty"` // of a cancelled one: the error's name
		Version int64  `dynamodbav:"version" json:"-"`
	}

	// Line is a line of an order, with the price of the day.
	Line struct {
		ProductID string `dynamodbav:"product_id" json:"product_id"`
		Quantity  int64  `dynamodbav:"quantity" json:"quantity"`
		Price     int64  `dynamodbav:"price" json:"price"`
	}

	// Reservation is what an order has taken of a product's stock. It lies at ORDER#{order_id}|RESERVATION#{product_id}. One
	// that is released stays, so that a reservation that comes late finds it.
	Reservation struct {
		OrderID   string `dynamodbav:"order_id" json:"order_id"`
		ProductID string `dynamodbav:"product_id" json:"product_id"`
		Quantity  int64  `dynamodbav:"quantity" json:"quantity"`
		Released  bool   `dynamodbav:"released" json:"released"`
		Version   int64  `dynamodbav:"version" json:"-"`
	}

	// Payment lies at ORDER#{order_id}|PAYMENT. One that is void stays, so that a charge that comes late finds it.
	Payment struct {
		OrderID  string        `dynamodbav:"order_id" json:"order_id"`
		ID       string        `dynamodbav:"id" json:"payment_id"`
		Amount   int64         `dynamodbav:"amount" json:"amount"`
		Card     string        `dynamodbav:"card,omitempty" json:"-"`
		Status   PaymentStatus `dynamodbav:"status" json:"status"`
		Reason   string        `dynamodbav:"reason,omitempty" json:"reason,omitempty"`
		Refunded bool          `dynamodbav:"refunded" json:"refunded"` // of a void one: money had been taken and was given back
		Version  int64         `dynamodbav:"version" json:"-"`
	}
)

// Status is how far an order is.
type Status string

// The states of an order. Confirmed and Cancelled are final, and an order gets one of them only.
const (
	Placed    Status = "placed"
	Confirmed Status = "confirmed"
	Cancelled Status = "cancelled"
)

// PaymentStatus is how far a payment is.
type PaymentStatus string

// The states of a payment. Every one becomes Void when the order is cancelled.
const (
	Pending  PaymentStatus = "pending"
	Captured PaymentStatus = "captured"
	Declined PaymentStatus = "declined"
	Void     PaymentStatus = "void"
)

// Store is the service's table.
type Store struct {
	table        *singletable.Table
	Products     *singletable.Repo[Product]
	Stock        *singletable.Repo[Stock]
	Orders       *singletable.Repo[Order]
	Reservations *singletable.Repo[Reservation]
	Payments     *singletable.Repo[Payment]
	ledger       *singletable.Repo[entry]
}

// NewTable returns the service's table in DynamoDB: with the time to live by which idempotency's records go.
func NewTable(client singletable.Client, name string) *singletable.Table {
	return singletable.NewTable(client, name, singletable.WithTimeToLive("expires"))
}

// NewStore gives each entity its place in the table.
func NewStore(table *singletable.Table) (*Store, error) {
	s := &Store{table: table}
	var errs [6]error
	s.Products, errs[0] = singletable.NewRepo[Product](table, singletable.Schema{
		Type: "Product", Key: singletable.Pattern("PRODUCT#{id}", "METADATA"),
	})
	s.Stock, errs[1] = singletable.NewRepo[Stock](table, singletable.Schema{
		Type: "Stock", Key: singletable.Pattern("PRODUCT#{product_id}", "STOCK"), Version: "version",
	})
	s.Orders, errs[2] = singletable.NewRepo[Order](table, singletable.Schema{
		Type: "Order", Key: singletable.Pattern("USER#{user_id}", "ORDER#{id}"), Version: "version",
		Unique: map[string]string{"id": "{id}"},
	})
	s.Reservations, errs[3] = singletable.NewRepo[Reservation](table, singletable.Schema{
		Type: "Reservation", Key: singletable.Pattern("ORDER#{order_id}", "RESERVATION#{product_id}"), Version: "version",
	})
	s.Payments, errs[4] = singletable.NewRepo[Payment](table, singletable.Schema{
		Type: "Payment", Key: singletable.Pattern("ORDER#{order_id}", "PAYMENT"), Version: "version",
	})
	s.ledger, errs[5] = singletable.NewRepo[entry](table, singletable.Schema{
		Type: "SimulatedProvider", Key: singletable.Pattern("PROVIDER#{payment_id}", "LEDGER"), Version: "version",
	})
	if err := errors.Join(errs[:]...); err != nil {
		return nil, err
	}
	return s, nil
}
