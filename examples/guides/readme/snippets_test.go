//lint:file-ignore SA4006 README.md leaves out what is done about errors.

package readme

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/lambdapatterns/lambdapatterns/coldstart"
	"github.com/lambdapatterns/lambdapatterns/eventbridge"
	"github.com/lambdapatterns/lambdapatterns/eventbridge/eventbridgetest"
	"github.com/lambdapatterns/lambdapatterns/eventbridge/s3event"
	"github.com/lambdapatterns/lambdapatterns/singletable"
	"github.com/lambdapatterns/lambdapatterns/singletable/changes"
	"github.com/lambdapatterns/lambdapatterns/singletable/idempotency"
	"github.com/lambdapatterns/lambdapatterns/sqsbatch"
	"github.com/lambdapatterns/lambdapatterns/tracing"
)

func TestSqsbatch(t *testing.T) {
	t.Parallel()
	var done shipped
	ship, lambda := done.ship, starter{t, batch(t, `{"id": "o-1"}`)}

	lambda.Start(sqsbatch.Handle(func(ctx context.Context, o Order) error {
		return ship(ctx, o) // an error brings this message back, and no other
	}))

	done.want(t, "o-1")
}

func TestSingletable(t *testing.T) {
	t.Parallel()
	ctx, cfg := t.Context(), configuration(t)
	u := User{ID: "usr_123", Email: "ada@example.com"}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	orders, err := singletable.NewRepo[Order](singletable.NewTable(dynamodb.NewFromConfig(cfg), "app-table"), singletable.Schema{
		Type: "Order", Key: singletable.Pattern("USER#{user_id}", "ORDER#{id}"),
	})
	must(err)
	must(orders.Create(ctx, Order{ID: "o-1", UserID: u.ID}))
	found := 0

	table := singletable.NewTable(dynamodb.NewFromConfig(cfg), "app-table")
	users, err := singletable.NewRepo[User](table, singletable.Schema{
		Type: "User",
		Key:  singletable.Pattern("USER#{id}", "PROFILE"),
		GSI1: singletable.Pattern("EMAIL#{email}", "USER#{id}"),
	})
	err = users.Create(ctx, u)
	u, err = users.GSI1().One(ctx, User{Email: "ada@example.com"})
	for o, err := range orders.Query(ctx, Order{UserID: u.ID}) {
		must(err)
		if o.ID == "o-1" {
			found++
		}
	}

	must(err)
	if found != 1 {
		t.Errorf("%d orders were found", found)
	}
}

func TestBesideIt(t *testing.T) {
	t.Parallel()
	cfg := configuration(t)
	users, err := singletable.NewRepo[User](singletable.NewTable(dynamodb.NewFromConfig(cfg), "app-table"), singletable.Schema{
		Type: "User", Key: singletable.Pattern("USER#{id}", "PROFILE"),
	})
	if err != nil {
		t.Fatal(err)
	}
	store := idempotency.New(dynamodb.NewFromConfig(cfg), "app-table")
	var done shipped
	ship, lambda := done.ship, starter{t, batch(t, `{"id": "o-1"}`)}

	handler := changes.Handle(changes.On(users, func(ctx context.Context, c changes.Change[User]) error {
		return nil
	}))

	lambda.Start(sqsbatch.Handle(idempotency.Once(store, "ship", func(o Order) string { return o.ID }, ship)))

	record := events.DynamoDBEventRecord{Change: events.DynamoDBStreamRecord{SequenceNumber: "1"}} // not a change at all
	if r, err := handler(t.Context(), events.DynamoDBEvent{Records: []events.DynamoDBEventRecord{record}}); err != nil || len(r.BatchItemFailures) != 1 {
		t.Errorf("a record that cannot be read is answered with %v, %v, want that it comes again", r, err)
	}
	lambda.Start(sqsbatch.Handle(idempotency.Once(store, "ship", func(o Order) string { return o.ID }, ship)))
	done.want(t, "o-1") // once, though its message came twice
}

func TestEventbridge(t *testing.T) {
	t.Parallel()
	event, err := json.Marshal(eventbridgetest.Must(eventbridgetest.Event[s3event.ObjectCreated](eventbridgetest.NewBucket("uploads"), "cat.jpg")))
	if err != nil {
		t.Fatal(err)
	}
	lambda, seen := starter{t, event}, ""
	thumbnail := func(_ context.Context, bucket, key string) error {
		seen = bucket + "/" + key
		return nil
	}

	lambda.Start(eventbridge.Handle(func(ctx context.Context, e eventbridge.Event[s3event.ObjectCreated]) error {
		return thumbnail(ctx, e.Detail.Bucket.Name, e.Detail.Object.Key)
	}))

	if seen != "uploads/cat.jpg" {
		t.Errorf("the thumbnail is of %q", seen)
	}
}

func TestColdstart(t *testing.T) {
	t.Parallel()
	ctx, cfg := t.Context(), configuration(t)
	loaded := false
	loadSecrets := func(context.Context) error {
		loaded = true
		return nil
	}
	var err error

	cfg.HTTPClient, err = coldstart.NewHTTPClient(cfg.HTTPClient)
	if err != nil {
		t.Fatal(err)
	}
	users, err := usersOf(cfg)
	if err != nil {
		t.Fatal(err)
	}
	report, err := coldstart.Run(ctx,
		coldstart.Connect("table", func(ctx context.Context) error { _, err := users.Get(ctx, User{ID: "none"}); return err }), // a dry run
		coldstart.Task{Name: "secrets", Do: loadSecrets, Required: true},
	)

	if err != nil || !loaded || len(report.Tasks) != 2 {
		t.Fatal(err, loaded, report)
	}
	for _, task := range report.Tasks {
		if task.Err != nil {
			t.Error(task.Err)
		}
	}
}

func usersOf(cfg aws.Config) (*singletable.Repo[User], error) {
	return singletable.NewRepo[User](singletable.NewTable(dynamodb.NewFromConfig(cfg), "app-table"), singletable.Schema{
		Type: "User", Key: singletable.Pattern("USER#{id}", "PROFILE"),
	})
}

func TestTracing(t *testing.T) {
	t.Parallel()
	spans := tracetest.NewInMemoryExporter()
	provider := sdktrace.NewTracerProvider(sdktrace.WithBatcher(spans))
	var done shipped
	ship, lambda := done.ship, starter{t, batch(t, `{"id": "o-1"}`)}

	lambda.Start(tracing.HandleRaw(sqsbatch.Handle(ship,
		sqsbatch.WithMiddleware(tracing.Message),
		sqsbatch.WithObserver(tracing.Outcomes),
	), tracing.WithTracerProvider(provider), tracing.WithFlush(provider))) // the spans go when the caller has its response

	done.want(t, "o-1")
	if n := len(spans.GetSpans()); n != 3 {
		t.Errorf("%d spans were flushed, want those of the invocation, the batch and the message", n)
	}
}
