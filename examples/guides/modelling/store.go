package modelling

import (
	"errors"

	"github.com/lambdapatterns/lambdapatterns/singletable"
)

// Store is the shop's table.
type Store struct {
	Users    *singletable.Repo[User]
	Orders   *singletable.Repo[Order]
	Payments *singletable.Repo[Payment]
	Products *singletable.Repo[Product]
}

// NewStore gives each entity its place in the table.
func NewStore(table *singletable.Table) (*Store, error) {
	users, err1 := singletable.NewRepo[User](table, singletable.Schema{
		Type:   "User",
		Key:    singletable.Pattern("USER#{id}", "PROFILE"),
		GSI1:   singletable.Pattern("EMAIL#{email}", "USER#{id}"),
		Unique: map[string]string{"email": "{email}"},
	})
	orders, err2 := singletable.NewRepo[Order](table, singletable.Schema{
		Type: "Order",
		Key:  singletable.Pattern("USER#{user_id}", "ORDER#{id}"),
		GSI1: singletable.Pattern("ORDERS#{user_id}", "{placed}#{id}"),
	})
	payments, err3 := singletable.NewRepo[Payment](table, singletable.Schema{
		Type:    "Payment",
		Key:     singletable.Pattern("ORDER#{order_id}", "PAYMENT#{id}"),
		GSI1:    singletable.Pattern("PAYMENT#{id}", "ORDER#{order_id}"),
		Version: "version",
	})
	products, err4 := singletable.NewRepo[Product](table, singletable.Schema{
		Type: "Product",
		Key:  singletable.Pattern("PRODUCT#{id}", "METADATA"),
	})
	if err := errors.Join(err1, err2, err3, err4); err != nil {
		return nil, err
	}
	return &Store{users, orders, payments, products}, nil
}
