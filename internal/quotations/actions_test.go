package quotations

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/smithy-go/middleware"

	"github.com/lambdapatterns/lambdapatterns/singletable"
	"github.com/lambdapatterns/lambdapatterns/singletable/idempotency"
	"github.com/lambdapatterns/lambdapatterns/singletable/singletabletest"
	"github.com/lambdapatterns/lambdapatterns/sqsbatch"
	"github.com/lambdapatterns/lambdapatterns/sqsbatch/sqsbatchtest"
	"github.com/lambdapatterns/lambdapatterns/sqsbatch/sqsqueue"
)

// asked records which actions the calls of SDK clients take, in the order in which they come first.
type asked struct {
	t       *testing.T
	mu      sync.Mutex
	actions []string
}

func (a *asked) record(stack *middleware.Stack) error {
	return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("record",
		func(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (middleware.InitializeOutput, middleware.Metadata, error) {
			a.add(in.Parameters)
			return next.HandleInitialize(ctx, in)
		}), middleware.Before)
}

// add knows the action of each call ("Actions, resources, and condition keys for Amazon DynamoDB", and for Amazon SQS, in the
// Service Authorization Reference). A transaction takes those of its actions, a batch call of Amazon SQS that of the single one.
func (a *asked) add(in any) {
	a.mu.Lock()
	defer a.mu.Unlock()
	one := func(action string) {
		if action = "`" + action + "`"; !slices.Contains(a.actions, action) {
			a.actions = append(a.actions, action)
		}
	}
	switch in := in.(type) {
	case *dynamodb.CreateTableInput: // of this test
	case *dynamodb.TransactWriteItemsInput:
		for _, item := range in.TransactItems {
			switch {
			case item.Put != nil:
				one("dynamodb:PutItem")
			case item.Update != nil:
				one("dynamodb:UpdateItem")
			case item.Delete != nil:
				one("dynamodb:DeleteItem")
			case item.ConditionCheck != nil:
				one("dynamodb:ConditionCheckItem")
			}
		}
	case *dynamodb.TransactGetItemsInput:
		one("dynamodb:GetItem")
	case *dynamodb.GetItemInput, *dynamodb.PutItemInput, *dynamodb.UpdateItemInput, *dynamodb.DeleteItemInput,
		*dynamodb.BatchGetItemInput, *dynamodb.BatchWriteItemInput, *dynamodb.QueryInput, *dynamodb.ScanInput:
		one("dynamodb:" + strings.TrimSuffix(strings.TrimPrefix(fmt.Sprintf("%T", in), "*dynamodb."), "Input"))
	case *sqs.GetQueueUrlInput:
		one("sqs:GetQueueUrl")
	case *sqs.SendMessageInput, *sqs.SendMessageBatchInput:
		one("sqs:SendMessage")
	case *sqs.ChangeMessageVisibilityInput, *sqs.ChangeMessageVisibilityBatchInput:
		one("sqs:ChangeMessageVisibility")
	default:
		a.t.Errorf("which permission does a %T take? say it in add", in)
	}
}

type user struct {
	ID    string `dynamodbav:"id"`
	Email string `dynamodbav:"email"`
}

// Each row of the table in docs/security.md is the calls of one of these.
func TestPermissions(t *testing.T) {
	t.Parallel()
	rows := strings.Split(read(t, "docs/security.md"), "\n")
	u := user{ID: "usr_123", Email: "ada@example.com"}
	other := user{ID: "usr_123", Email: "ada@example.org"}
	name := expression.Set(expression.Name("name"), expression.Value("Ada"))
	rename := func(v *user) error { v.Email = other.Email; return nil }
	plain := singletable.Schema{
		Type: "User", Key: singletable.Pattern("USER#{id}", "PROFILE"), GSI1: singletable.Pattern("EMAIL#{email}", "USER#{id}"),
	}
	unique := plain
	unique.Unique = map[string]string{"email": "{email}"}

	for _, tt := range []struct {
		calls  string
		schema singletable.Schema
		on     string
		do     func(context.Context, *singletable.Table, *singletable.Repo[user]) error
	}{
		{"`Repo.Get`", plain, "table", func(ctx context.Context, _ *singletable.Table, r *singletable.Repo[user]) error {
			_, err := r.Get(ctx, u)
			return err
		}},
		{"`Repo.BatchGet`", plain, "table", func(ctx context.Context, _ *singletable.Table, r *singletable.Repo[user]) error {
			_, err := r.BatchGet(ctx, []user{u})
			return err
		}},
		{"`Repo.Query`, `One`, `Page`, `Count`, `Collect`", plain, "table", func(ctx context.Context, _ *singletable.Table, r *singletable.Repo[user]) error {
			for range r.Query(ctx, u) {
			}
			_, err1 := r.Page(ctx, u, "")
			_, err2 := r.Count(ctx, u)
			err3 := r.Collect(ctx, u, singletable.Each(r, func(user) error { return nil }))
			_, err := r.One(ctx, u)
			return first(err, err1, err2, err3)
		}},
		{"the same of an `Index`", plain, "index", func(ctx context.Context, _ *singletable.Table, r *singletable.Repo[user]) error {
			_, err := r.GSI1().One(ctx, u)
			return err
		}},
		{"`Repo.Scan`, `ParallelScan`", plain, "table", func(ctx context.Context, _ *singletable.Table, r *singletable.Repo[user]) error {
			for range r.Scan(ctx) {
			}
			for range r.ParallelScan(ctx, 2) {
			}
			return nil
		}},
		{"`Repo.Create`, `Put`", plain, "table", func(ctx context.Context, _ *singletable.Table, r *singletable.Repo[user]) error {
			return first(r.Create(ctx, user{ID: "usr_456", Email: "bob@example.com"}), r.Put(ctx, u))
		}},
		{"`Repo.Update`", plain, "table", func(ctx context.Context, _ *singletable.Table, r *singletable.Repo[user]) error {
			return r.Update(ctx, u, rename)
		}},
		{"`Repo.Patch`", plain, "table", func(ctx context.Context, _ *singletable.Table, r *singletable.Repo[user]) error {
			return r.Patch(ctx, u, name)
		}},
		{"`Repo.Delete`", plain, "table", func(ctx context.Context, _ *singletable.Table, r *singletable.Repo[user]) error {
			return r.Delete(ctx, u)
		}},
		{"`Repo.BatchPut`, `BatchDelete`", plain, "table", func(ctx context.Context, _ *singletable.Table, r *singletable.Repo[user]) error {
			return first(r.BatchPut(ctx, []user{u}), r.BatchDelete(ctx, []user{u}))
		}},
		{"`Create` with `Schema.Unique`", unique, "table", func(ctx context.Context, _ *singletable.Table, r *singletable.Repo[user]) error {
			return r.Create(ctx, user{ID: "usr_456", Email: "bob@example.com"})
		}},
		{"`Put` with `Schema.Unique`", unique, "table", func(ctx context.Context, _ *singletable.Table, r *singletable.Repo[user]) error {
			return r.Put(ctx, other)
		}},
		{"`Update` with `Schema.Unique`", unique, "table", func(ctx context.Context, _ *singletable.Table, r *singletable.Repo[user]) error {
			return r.Update(ctx, u, rename)
		}},
		{"`Delete` with `Schema.Unique`", unique, "table", func(ctx context.Context, _ *singletable.Table, r *singletable.Repo[user]) error {
			return r.Delete(ctx, u)
		}},
		{"`Claim` of values older than `Schema.Unique`", unique, "table", func(ctx context.Context, _ *singletable.Table, r *singletable.Repo[user]) error {
			return r.Claim(ctx, u)
		}},
		{"`Table.Transact`: `ToCreate`, `ToPut`", plain, "table", func(ctx context.Context, table *singletable.Table, r *singletable.Repo[user]) error {
			return table.Transact(ctx, []singletable.Action{r.ToCreate(user{ID: "usr_456", Email: "bob@example.com"}), r.ToPut(u)})
		}},
		{"`Table.Transact`: `ToUpdate`", plain, "table", func(ctx context.Context, table *singletable.Table, r *singletable.Repo[user]) error {
			return table.Transact(ctx, []singletable.Action{r.ToUpdate(u, other)})
		}},
		{"`Table.Transact`: `ToDelete`", plain, "table", func(ctx context.Context, table *singletable.Table, r *singletable.Repo[user]) error {
			return table.Transact(ctx, []singletable.Action{r.ToDelete(u)})
		}},
		{"`Table.Transact`: `ToCheck`", plain, "table", func(ctx context.Context, table *singletable.Table, r *singletable.Repo[user]) error {
			return table.Transact(ctx, []singletable.Action{r.ToCheck(u)})
		}},
	} {
		t.Run(tt.calls, func(t *testing.T) {
			t.Parallel()
			ctx := t.Context()
			a := &asked{t: t}
			engine := new(singletabletest.Engine)
			open := func(client *dynamodb.Client, schema singletable.Schema) (*singletable.Table, *singletable.Repo[user]) {
				table := singletable.NewTable(client, "app-table")
				users, err := singletable.NewRepo[user](table, schema)
				if err != nil {
					t.Fatal(err)
				}
				return table, users
			}
			before := tt.schema
			if strings.Contains(tt.calls, "Claim") {
				before = plain
			}
			table, users := open(engine.Client(), before)
			if _, err := engine.Client().CreateTable(ctx, table.CreateTableInput()); err != nil {
				t.Fatal(err)
			}
			if err := users.Create(ctx, u); err != nil {
				t.Fatal(err)
			}
			table, users = open(engine.Client(func(o *dynamodb.Options) { o.APIOptions = append(o.APIOptions, a.record) }), tt.schema)
			if err := tt.do(ctx, table, users); err != nil {
				t.Fatal(err)
			}
			row(t, rows, tt.calls, a.actions, tt.on)
		})
	}
	t.Run("idempotency", func(t *testing.T) {
		t.Parallel()
		ctx := t.Context()
		a := &asked{t: t}
		engine := new(singletabletest.Engine)
		if _, err := engine.Client().CreateTable(ctx, singletable.NewTable(engine.Client(), "app-table").CreateTableInput()); err != nil {
			t.Fatal(err)
		}
		store := idempotency.New(engine.Client(func(o *dynamodb.Options) { o.APIOptions = append(o.APIOptions, a.record) }), "app-table")
		fail := true
		charge := idempotency.Wrap(store, "charge", func(id string) string { return id }, func(context.Context, string) (string, error) {
			if fail {
				return "", context.Canceled
			}
			return "charged", nil
		})
		_, err := charge(ctx, "pay_1")
		fail = false
		_, err1 := charge(ctx, "pay_1")
		_, err2 := charge(ctx, "pay_1")
		if err == nil || first(err1, err2) != nil {
			t.Fatal(err, err1, err2)
		}
		row(t, rows, "`idempotency.Wrap`, `Once`", a.actions, "table")
	})
	t.Run("sqsqueue", func(t *testing.T) {
		t.Parallel()
		for _, tt := range []struct {
			calls, on string
			action    sqsbatch.Action
		}{
			{"`sqsbatch.RetryAfter`, `WithBackoff`", "queue", sqsbatch.ChangeVisibility},
			{"`sqsbatch.DeadLetter`", "dead-letter queue", sqsbatch.SendToDeadLetter},
		} {
			a := &asked{t: t}
			service := new(sqsbatchtest.SQS)
			dead, err1 := service.CreateQueue("orders-refused", nil)
			orders, err2 := service.CreateQueue("orders", nil)
			_, err3 := orders.Send(sqsbatchtest.Message{Body: "tea"})
			if err := first(err1, err2, err3); err != nil {
				t.Fatal(err)
			}
			messages, err := orders.Receive(t.Context(), 1, 0)
			if err != nil {
				t.Fatal(err)
			}
			client := sqs.New(sqs.Options{
				HTTPClient: service, BaseEndpoint: aws.String("http://sqs.test"), Region: "us-east-1",
				Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
					return aws.Credentials{AccessKeyID: "test", SecretAccessKey: "test"}, nil
				}),
				APIOptions: []func(*middleware.Stack) error{a.record},
			})
			settler, err := sqsqueue.New(client, sqsqueue.Config{DeadLetterQueue: dead.ARN()})
			if err != nil {
				t.Fatal(err)
			}
			if err := first(settler.Settle(t.Context(), []sqsbatch.Settlement{{Message: &messages[0], Action: tt.action}})...); err != nil {
				t.Fatal(err)
			}
			row(t, rows, tt.calls, a.actions, tt.on)
		}
	})
}

// row fails the test unless the guide has the row.
func row(t *testing.T, rows []string, calls string, actions []string, on string) {
	t.Helper()
	want := fmt.Sprintf("| %s | %s | %s |", calls, strings.Join(actions, ", "), on)
	if !slices.ContainsFunc(rows, func(r string) bool { return strings.HasPrefix(r, want) }) {
		t.Errorf("the guide lacks the row\n%s", want)
	}
}

func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
