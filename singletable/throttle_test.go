package singletable_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/lambdapatterns/lambdapatterns/singletable"
)

const hot = `,"ThrottlingReasons":[{"reason":"IndexReadKeyRangeThroughputExceeded","resource":"arn:aws:dynamodb:eu-west-1:1:table/app/index/GSI1"}]`

// Every call that is throttled says so with ErrThrottled inside its usual error, and keeps the SDK's.
func TestThrottledCalls(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		throttling := false
		w := &wire{answer: func(string, int, func() *http.Response) *http.Response {
			if !throttling {
				return nil
			}
			return failure(400, "ProvisionedThroughputExceededException", hot)
		}}
		table := w.table(t)
		users := repo[User](t, table, singletable.Schema{
			Type: "User", Key: singletable.Pattern("USER#{id}", "PROFILE"), GSI1: singletable.Pattern("EMAIL#{email}", "USER#{id}"),
		})
		orders := repo[Order](t, table, singletable.Schema{Type: "Order", Key: singletable.Pattern("USER#{user_id}", "ORDER#{id}")})
		owners := repo[Owner](t, table, singletable.Schema{
			Type: "Owner", Key: singletable.Pattern("OWNER#{id}", "OWNER"), Unique: map[string]string{"name": "{name}"},
		})
		u, ctx := User{ID: "secret", Email: "a@example.com"}, t.Context()
		put(t, users, u)
		throttling = true
		drain := func(seq func(func(User, error) bool)) (last error) {
			for _, err := range seq {
				last = err
			}
			return last
		}
		for _, c := range []struct {
			op, entity, index, pattern string
			call                       func() error
		}{
			{"get", "User", "", "USER#{id}|PROFILE", func() error { _, err := users.Get(ctx, u); return err }},
			{"query", "User", "GSI1", "GSI1 EMAIL#{email}", func() error { return drain(users.GSI1().Query(ctx, u)) }},
			{"one", "User", "", "USER#{id}", func() error { _, err := users.One(ctx, u); return err }},
			{"page", "User", "GSI1", "GSI1 EMAIL#{email}", func() error { _, err := users.GSI1().Page(ctx, u, ""); return err }},
			{"count", "User", "", "USER#{id}", func() error { _, err := users.Count(ctx, u); return err }},
			{"collect", "User", "", "USER#{id}", func() error {
				return users.Collect(ctx, u, singletable.Each(users, func(User) error { return nil }))
			}},
			{"scan", "User", "", "", func() error { return drain(users.Scan(ctx)) }},
			{"scan", "User", "GSI1", "GSI1", func() error { return drain(users.GSI1().Scan(ctx)) }},
			{"scan", "User", "", "", func() error { return drain(users.ParallelScan(ctx, 2)) }},
			{"batch get", "User", "", "USER#{id}|PROFILE", func() error { _, err := users.BatchGet(ctx, []User{u}); return err }},
			{"batch put", "User", "", "USER#{id}|PROFILE", func() error { return users.BatchPut(ctx, []User{u}) }},
			{"batch delete", "User", "", "USER#{id}|PROFILE", func() error { return users.BatchDelete(ctx, []User{u}) }},
			{"create", "User", "", "USER#{id}|PROFILE", func() error { return users.Create(ctx, u) }},
			{"put", "User", "", "USER#{id}|PROFILE", func() error { return users.Put(ctx, u) }},
			{"delete", "User", "", "USER#{id}|PROFILE", func() error { return users.Delete(ctx, u) }},
			{"update", "User", "", "USER#{id}|PROFILE", func() error { return users.Update(ctx, u, func(*User) error { return nil }) }},
			{"patch", "User", "", "USER#{id}|PROFILE", func() error {
				return users.Patch(ctx, u, expression.Set(expression.Name("name"), expression.Value("x")))
			}},
			{"create", "Owner", "", "OWNER#{id}|OWNER", func() error { return owners.Create(ctx, Owner{"o", "n"}) }},
			{"put", "Owner", "", "OWNER#{id}|OWNER", func() error { return owners.Put(ctx, Owner{"o", "n"}) }},
			{"transact", "User+Order", "", "USER#{id}|PROFILE+USER#{user_id}|ORDER#{id}", func() error {
				return table.Transact(ctx, []singletable.Action{
					users.ToPut(u), orders.ToPut(Order{UserID: "u", ID: "1"}), orders.ToPut(Order{UserID: "u", ID: "2"}),
				})
			}},
		} {
			err := c.call()
			e, ok := errors.AsType[*singletable.ThrottledError](err)
			if !ok || !errors.Is(err, singletable.ErrThrottled) {
				t.Errorf("%s: got %v", c.op, err)
				continue
			}
			if e.Op != c.op || e.Entity != c.entity || e.Index != c.index || e.Pattern != c.pattern {
				t.Errorf("%s: %q %q %q %q, want %q %q %q", c.op, e.Op, e.Entity, e.Index, e.Pattern, c.entity, c.index, c.pattern)
			}
			if len(e.Reasons) != 1 || !e.HotKey() || e.AccountLimit() || !strings.Contains(err.Error(), "IndexReadKeyRangeThroughputExceeded") {
				t.Errorf("%s: reasons %v in %v", c.op, e.Reasons, err)
			}
			if strings.Contains(e.Error(), "secret") {
				t.Errorf("%s: the error has a key in it: %v", c.op, e)
			}
			if _, ok := errors.AsType[*types.ProvisionedThroughputExceededException](err); !ok {
				t.Errorf("%s: the SDK's error is not in it", c.op)
			}
			_, isItem := err.(*singletable.ItemError)
			_, isBatch := err.(*singletable.BatchError)
			_, isTransaction := err.(*singletable.TransactionError)
			if isBatch != strings.HasPrefix(c.op, "batch") || isTransaction != (c.op == "transact") || !isItem && !isBatch && !isTransaction {
				t.Errorf("%s: the outermost error is a %T", c.op, err)
			}
		}
	})
}

type Owner struct {
	ID   string `dynamodbav:"id"`
	Name string `dynamodbav:"name"`
}

func TestWhatThrottles(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var answer func() *http.Response
		w := &wire{answer: func(string, int, func() *http.Response) *http.Response {
			if answer == nil {
				return nil
			}
			return answer()
		}}
		table := w.table(t)
		products := repo[Product](t, table, singletable.Schema{Type: "Product", Key: singletable.Pattern("PRODUCT#{id}", "METADATA")})
		reason := func(member, text string) string {
			return `,"` + member + `":[{"reason":"` + text + `","resource":"arn"}]`
		}
		for _, c := range []struct {
			code, fields          string
			throttled, hot, quota bool
		}{
			{"ThrottlingException", reason("throttlingReasons", "TableWriteKeyRangeThroughputExceeded"), true, true, false},
			{"ThrottlingException", reason("throttlingReasons", "TableReadMaxOnDemandThroughputExceeded"), true, false, false},
			{"ThrottlingException", reason("throttlingReasons", "TableReadAccountLimitExceeded"), true, false, true},
			{"ThrottlingException", "", true, false, false},
			{"ProvisionedThroughputExceededException", reason("ThrottlingReasons", "TableReadProvisionedThroughputExceeded"), true, false, false},
			{"RequestLimitExceeded", "", true, false, true},
			{"RequestLimitExceeded", reason("ThrottlingReasons", "TableReadAccountLimitExceeded"), true, false, true},
			{"ValidationException", "", false, false, false},
			{"ResourceNotFoundException", "", false, false, false},
		} {
			answer = func() *http.Response { return failure(400, c.code, c.fields) }
			_, err := products.Get(t.Context(), Product{ID: "p"})
			e, ok := errors.AsType[*singletable.ThrottledError](err)
			if ok != c.throttled || errors.Is(err, singletable.ErrThrottled) != ok || err == nil {
				t.Errorf("%s: got %v", c.code, err)
			} else if ok && (e.HotKey() != c.hot || e.AccountLimit() != c.quota || len(e.Reasons) == 1 != (c.fields != "")) {
				t.Errorf("%s%s: hot key %v, account %v, reasons %v", c.code, c.fields, e.HotKey(), e.AccountLimit(), e.Reasons)
			}
		}
		// A cancelled transaction says which item was throttled.
		answer = func() *http.Response {
			return failure(400, "TransactionCanceledException",
				`,"CancellationReasons":[{"Code":"None"},{"Code":"ThrottlingError","Message":"secret"},{"Code":"ProvisionedThroughputExceeded"}]`)
		}
		err := table.Transact(t.Context(), []singletable.Action{
			products.ToPut(Product{ID: "a"}), products.ToPut(Product{ID: "b"}), products.ToPut(Product{ID: "c"}),
		})
		cancelled, ok := errors.AsType[*singletable.TransactionError](err)
		if !ok || len(cancelled.Reasons) != 2 || cancelled.Reasons[0].Key.Partition != "PRODUCT#b" || !errors.Is(err, singletable.ErrThrottled) ||
			!errors.Is(cancelled.Reasons[1], singletable.ErrThrottled) || strings.Contains(err.Error(), "secret") {
			t.Errorf("got %v", err)
		}
		if n := w.sent["TransactWriteItems"]; n != 12 {
			t.Errorf("a transaction that is throttled was sent %d times, want 12", n)
		}
	})
}

// What a batch leaves is throttled, by the service's own account.
func TestLeftoversAreThrottled(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		_, orders, keys := reluctantOrders(t, func(int) (int, error) { return 0, nil })
		_, err := orders.BatchGet(t.Context(), keys)
		e, ok := errors.AsType[*singletable.ThrottledError](err)
		if !ok || len(e.Reasons) != 0 || e.Op != "batch get" || e.Entity != "Order" || e.HotKey() {
			t.Errorf("got %v", err)
		}
		if !errors.Is(err, singletable.ErrThrottled) || errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
	})
}
