package singletable_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/lambdapatterns/lambdapatterns/singletable"
)

// A repository keeps the times of the first and the last write, and what has expired counts as gone before DynamoDB removes it.
func ExampleSchema_times() {
	type Session struct {
		ID        string    `dynamodbav:"id"`
		CreatedAt time.Time `dynamodbav:"created_at"`
		UpdatedAt time.Time `dynamodbav:"updated_at"`
		ExpiresAt time.Time `dynamodbav:"expires_at,unixtime"`
	}
	ctx := context.Background()
	table := newTable(ctx)
	sessions := must(singletable.NewRepo[Session](table, singletable.Schema{
		Type: "Session", Key: singletable.Pattern("SESSION#{id}", "SESSION"),
		CreatedAt: "created_at", UpdatedAt: "updated_at", ExpiresAt: "expires_at",
	}))
	var s Session
	err := sessions.Create(ctx, Session{ID: "s1", ExpiresAt: time.Now().Add(time.Hour)}, singletable.Stored(&s))
	fmt.Println(err, s.CreatedAt.Equal(s.UpdatedAt), s.CreatedAt.IsZero())

	_ = sessions.Create(ctx, Session{ID: "s2", ExpiresAt: time.Now().Add(-time.Hour)})
	_, err = sessions.Get(ctx, Session{ID: "s2"})
	fmt.Println(errors.Is(err, singletable.ErrNotFound))
	fmt.Println(*table.UpdateTimeToLiveInput().TimeToLiveSpecification.AttributeName)
	// Output:
	// <nil> true false
	// true
	// expires_at
}
