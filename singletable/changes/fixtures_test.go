package changes_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/lambdapatterns/lambdapatterns/singletable"
	"github.com/lambdapatterns/lambdapatterns/singletable/changes"
)

type User struct {
	ID     string `dynamodbav:"id"`
	Email  string `dynamodbav:"email"`
	Logins int    `dynamodbav:"logins"`
}

type Order struct {
	UserID string   `dynamodbav:"user_id"`
	ID     string   `dynamodbav:"id"`
	Total  int      `dynamodbav:"total"`
	Tags   []string `dynamodbav:"tags,stringset"`
}

const streamARN = "arn:aws:dynamodb:eu-central-1:123456789012:table/app-table/stream/2026-01-01T00:00:00.000"

var (
	table  = singletable.NewTable(&dynamodb.Client{}, "app-table")
	users  = must(singletable.NewRepo[User](table, userSchema))
	orders = must(singletable.NewRepo[Order](table, orderSchema))

	userSchema = singletable.Schema{
		Type: "User", Key: singletable.Pattern("USER#{id}", "PROFILE"), GSI1: singletable.Pattern("EMAIL#{email}", "USER#{id}"),
	}
	orderSchema = singletable.Schema{Type: "Order", Key: singletable.Pattern("USER#{user_id}", "ORDER#{id}")}
)

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

type image = map[string]events.DynamoDBAttributeValue

var (
	text   = events.NewStringAttribute
	number = events.NewNumberAttribute
)

func userImage(id, email string) image {
	return image{
		"PK": text("USER#" + id), "SK": text("PROFILE"), "_type": text("User"),
		"id": text(id), "email": text(email), "logins": number("1"),
	}
}

func orderImage(user, id, total string) image {
	return image{
		"PK": text("USER#" + user), "SK": text("ORDER#" + id), "_type": text("Order"),
		"user_id": text(user), "id": text(id), "total": number(total),
	}
}

// noteImage is an item of no given entity.
func noteImage(id string) image {
	return image{"PK": text("NOTE#" + id), "SK": text("NOTE"), "_type": text("Note")}
}

// change makes a record; its name follows from the images that there are, as its keys do.
func change(sequence string, before, after image) events.DynamoDBEventRecord {
	r := events.DynamoDBEventRecord{
		EventName: "MODIFY", EventID: "event-" + sequence, EventSource: "aws:dynamodb", EventSourceArn: streamARN,
	}
	held := after
	switch {
	case before == nil:
		r.EventName = "INSERT"
	case after == nil:
		r.EventName, held = "REMOVE", before
	}
	r.Change = events.DynamoDBStreamRecord{
		SequenceNumber: sequence, StreamViewType: "NEW_AND_OLD_IMAGES", OldImage: before, NewImage: after,
		Keys: image{"PK": held["PK"], "SK": held["SK"]},
	}
	return r
}

// view makes the record what a stream with the view type would have sent.
func view(r events.DynamoDBEventRecord, viewType string) events.DynamoDBEventRecord {
	r.Change.StreamViewType = viewType
	if viewType == "KEYS_ONLY" || viewType == "NEW_IMAGE" {
		r.Change.OldImage = nil
	}
	if viewType == "KEYS_ONLY" || viewType == "OLD_IMAGE" {
		r.Change.NewImage = nil
	}
	return r
}

func batchOf(records ...events.DynamoDBEventRecord) events.DynamoDBEvent {
	return events.DynamoDBEvent{Records: records}
}

// inserts makes a batch in which user n (from 1) is inserted by the record with the sequence number 100+n.
func inserts(n int) events.DynamoDBEvent {
	var e events.DynamoDBEvent
	for i := range n {
		id := fmt.Sprintf("u%d", i+1)
		e.Records = append(e.Records, change(fmt.Sprint(101+i), nil, userImage(id, id+"@example.com")))
	}
	return e
}

func newHandler(t testing.TB, opts ...changes.Option) changes.Handler {
	t.Helper()
	return changes.Handle(opts...)
}

func failures(r events.DynamoDBEventResponse) string {
	var ids []string
	for _, f := range r.BatchItemFailures {
		ids = append(ids, f.ItemIdentifier)
	}
	return strings.Join(ids, " ")
}

// observed returns an option and the place where the last report will be.
func observed() (changes.Option, *changes.Report) {
	var last changes.Report
	return changes.WithObserver(func(_ context.Context, r changes.Report) { last = r }), &last
}

func outcomes(r *changes.Report) string {
	var all []string
	for _, m := range r.Records {
		all = append(all, m.Outcome.String())
	}
	return strings.Join(all, " ")
}

// told writes a change down so that tests can compare it.
func told[T any](c changes.Change[T]) string {
	side := func(v *T) string {
		if v == nil {
			return "-"
		}
		return fmt.Sprint(*v)
	}
	return fmt.Sprintf("%T %s key=%v old=%s new=%s expired=%t", c.Key, c.Kind, c.Key, side(c.Old), side(c.New), c.Expired)
}

// teller returns an On that writes down what it is called with.
func teller[T any](repo *singletable.Repo[T], to *[]string, kinds ...changes.Kind) changes.Option {
	return changes.On(repo, func(_ context.Context, c changes.Change[T]) error {
		*to = append(*to, told(c))
		return nil
	}, kinds...)
}
