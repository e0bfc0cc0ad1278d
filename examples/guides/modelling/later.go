package modelling

import (
	"context"
	"errors"

	"github.com/lambdapatterns/lambdapatterns/singletable"
)

// NewOrders makes the repository of orders that finds what awaits something, oldest first. The table needs a second index:
//
//	singletable.NewTable(client, "app-table", singletable.WithIndex("GSI2", "GSI2PK", "GSI2SK"))
func NewOrders(table *singletable.Table) (*singletable.Repo[Order], error) {
	return singletable.NewRepo[Order](table, singletable.Schema{
		Type: "Order",
		Key:  singletable.Pattern("USER#{user_id}", "ORDER#{id}"),
		GSI1: singletable.Pattern("ORDERS#{user_id}", "{placed}#{id}"),
		Indexes: map[string]singletable.KeyPattern{
			"GSI2": singletable.Pattern("AWAITING#{awaiting}", "{placed}#{id}").Sparse().Sharded(8),
		},
	})
}

// WriteAnew gives every order the keys that its schema has now, and nothing else. It can be stopped and begun again.
func WriteAnew(ctx context.Context, orders *singletable.Repo[Order]) error {
	for o, err := range orders.Scan(ctx) {
		if err != nil {
			return err
		}
		err := orders.Update(ctx, o, func(*Order) error { return nil }) // writes the keys that are missing or old
		if err != nil && !errors.Is(err, singletable.ErrNotFound) {     // somebody has deleted it meanwhile
			return err
		}
	}
	return nil
}

// ClaimEmails makes unique what users had before their schema said so. It returns the ids of users whose address another one has.
// It can be stopped and begun again.
func ClaimEmails(ctx context.Context, users *singletable.Repo[User]) (taken []string, err error) {
	for u, err := range users.Scan(ctx) {
		if err != nil {
			return taken, err
		}
		switch err := users.Claim(ctx, u); {
		case errors.Is(err, singletable.ErrExists):
			taken = append(taken, u.ID) // one of the two must change it
		case errors.Is(err, singletable.ErrNotFound): // somebody has deleted it meanwhile
		case err != nil:
			return taken, err
		}
	}
	return taken, nil
}

// Move gives payments another primary key: those of the one repository become those of the other, which has a Table of its own for
// the same table. At any time a payment is under one of its keys. Move can be stopped and begun again.
func Move(ctx context.Context, table *singletable.Table, from, to *singletable.Repo[Payment]) error {
	for p, err := range from.Scan(ctx) {
		if err != nil {
			return err
		}
		if err := moveOne(ctx, table, from, to, p); err != nil {
			return err
		}
	}
	return nil
}

func moveOne(ctx context.Context, table *singletable.Table, from, to *singletable.Repo[Payment], p Payment) error {
	for {
		err := table.Transact(ctx, []singletable.Action{
			to.ToCreate(p),
			from.ToDelete(p), // refused if its version has changed since it was read
		})
		if !errors.Is(err, singletable.ErrExists) && !errors.Is(err, singletable.ErrConflict) {
			return err
		}
		now, getErr := from.Get(ctx, p, singletable.Consistent())
		switch {
		case errors.Is(getErr, singletable.ErrNotFound):
			return nil // it was moved before, or is deleted
		case getErr != nil:
			return getErr
		case now == p:
			return err // something else has its new key
		}
		p = now
	}
}
