// Package modelling is the code of docs/modelling.md: a shop's table, from its access patterns to a migration.
package modelling

import "time"

// User lies at USER#{id}|PROFILE.
type User struct {
	ID    string `dynamodbav:"id"`
	Email string `dynamodbav:"email"`
	Name  string `dynamodbav:"name"`
}

// Order lies at USER#{user_id}|ORDER#{id}.
type Order struct {
	UserID   string    `dynamodbav:"user_id"`
	ID       string    `dynamodbav:"id"`
	Placed   time.Time `dynamodbav:"placed"`
	Awaiting string    `dynamodbav:"awaiting,omitempty"` // payment, packing or nothing any more
	Total    int64     `dynamodbav:"total"`              // in cents
}

// Payment lies at ORDER#{order_id}|PAYMENT#{id}.
type Payment struct {
	OrderID string `dynamodbav:"order_id"`
	ID      string `dynamodbav:"id"`
	Amount  int64  `dynamodbav:"amount"`
	Version int64  `dynamodbav:"version"` // kept by the repository
}

// Product lies at PRODUCT#{id}|METADATA.
type Product struct {
	ID    string `dynamodbav:"id"`
	Name  string `dynamodbav:"name"`
	Stock int64  `dynamodbav:"stock"`
}
