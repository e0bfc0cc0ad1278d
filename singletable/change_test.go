package singletable_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/lambdapatterns/lambdapatterns/singletable"
)

// Every call gives the function those requests that it sends, and refuses a function for others before anything is sent.
func TestChange(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, s store) {
		var sent []string
		observed := singletable.WithObserver(func(_ context.Context, r singletable.Request) { sent = append(sent, r.Name) })
		table := singletable.NewTable(s.client, s.table, observed)
		orders := repo[Order](t, table, singletable.Schema{Type: "Order", Key: singletable.Pattern("USER#{user_id}", "ORDER#{id}")})
		members := repo[User](t, table, singletable.Schema{
			Type: "Member", Key: singletable.Pattern("MEMBER#{id}", "PROFILE"), Unique: map[string]string{"email": "{email}"},
		})
		o, m := Order{UserID: "u", ID: "1"}, User{ID: "m", Email: "m@example.com"}
		var seen []string
		options := map[string]singletable.RequestOption{}
		add := func(name string, o singletable.RequestOption) { options[name] = o }
		add("GetItem", singletable.Change(func(in *dynamodb.GetItemInput) { seen = append(seen, "GetItem") }))
		add("BatchGetItem", singletable.Change(func(in *dynamodb.BatchGetItemInput) { seen = append(seen, "BatchGetItem") }))
		add("Query", singletable.Change(func(in *dynamodb.QueryInput) { seen = append(seen, "Query") }))
		add("Scan", singletable.Change(func(in *dynamodb.ScanInput) { seen = append(seen, "Scan") }))
		add("PutItem", singletable.Change(func(in *dynamodb.PutItemInput) { seen = append(seen, "PutItem") }))
		add("UpdateItem", singletable.Change(func(in *dynamodb.UpdateItemInput) { seen = append(seen, "UpdateItem") }))
		add("DeleteItem", singletable.Change(func(in *dynamodb.DeleteItemInput) { seen = append(seen, "DeleteItem") }))
		add("BatchWriteItem", singletable.Change(func(in *dynamodb.BatchWriteItemInput) { seen = append(seen, "BatchWriteItem") }))
		add("TransactWriteItems", singletable.Change(func(in *dynamodb.TransactWriteItemsInput) {
			seen = append(seen, "TransactWriteItems")
			in.ReturnItemCollectionMetrics = types.ReturnItemCollectionMetricsSize
		}))
		drain := func(seq func(func(Order, error) bool)) (err error) {
			for _, e := range seq {
				err = e
			}
			return err
		}
		for _, c := range []struct {
			name  string
			takes string // the request that is sent
			too   string // one that the call might send
			call  func(singletable.RequestOption) error
		}{
			{"create", "PutItem", "", func(x singletable.RequestOption) error { return orders.Create(t.Context(), o, x) }},
			{"put", "PutItem", "", func(x singletable.RequestOption) error { return orders.Put(t.Context(), o, x) }},
			{"create unique", "TransactWriteItems", "PutItem", func(x singletable.RequestOption) error { return members.Create(t.Context(), m, x) }},
			{"put unique", "PutItem", "TransactWriteItems", func(x singletable.RequestOption) error { return members.Put(t.Context(), m, x) }},
			{"update", "UpdateItem", "TransactWriteItems", func(x singletable.RequestOption) error {
				return orders.Update(t.Context(), o, func(o *Order) error { o.Total++; return nil }, x)
			}},
			{"patch", "UpdateItem", "", func(x singletable.RequestOption) error {
				return orders.Patch(t.Context(), o, expression.Set(expression.Name("total"), expression.Value(7)), x)
			}},
			{"get", "GetItem", "", func(x singletable.RequestOption) error { _, err := orders.Get(t.Context(), o, x); return err }},
			{"batch get", "BatchGetItem", "", func(x singletable.RequestOption) error {
				_, err := orders.BatchGet(t.Context(), []Order{o}, x)
				return err
			}},
			{"query", "Query", "", func(x singletable.RequestOption) error { return drain(orders.Query(t.Context(), o, x)) }},
			{"one", "Query", "", func(x singletable.RequestOption) error { _, err := orders.One(t.Context(), o, x); return err }},
			{"page", "Query", "", func(x singletable.RequestOption) error { _, err := orders.Page(t.Context(), o, "", x); return err }},
			{"count", "Query", "", func(x singletable.RequestOption) error { _, err := orders.Count(t.Context(), o, x); return err }},
			{"collect", "Query", "", func(x singletable.RequestOption) error {
				return orders.Collect(t.Context(), o, x, singletable.Each(orders, func(Order) error { return nil }))
			}},
			{"scan", "Scan", "", func(x singletable.RequestOption) error { return drain(orders.Scan(t.Context(), x)) }},
			{"parallel scan", "Scan", "", func(x singletable.RequestOption) error { return drain(orders.ParallelScan(t.Context(), 1, x)) }},
			{"delete", "DeleteItem", "", func(x singletable.RequestOption) error { return orders.Delete(t.Context(), o, x) }},
			{"delete unique", "TransactWriteItems", "DeleteItem", func(x singletable.RequestOption) error { return members.Delete(t.Context(), m, x) }},
			{"batch put", "BatchWriteItem", "", func(x singletable.RequestOption) error { return orders.BatchPut(t.Context(), []Order{o}, x) }},
			{"batch delete", "BatchWriteItem", "", func(x singletable.RequestOption) error { return orders.BatchDelete(t.Context(), []Order{o}, x) }},
			{"transact", "TransactWriteItems", "", func(x singletable.RequestOption) error {
				return table.Transact(t.Context(), []singletable.Action{orders.ToPut(o)}, x)
			}},
		} {
			for input, option := range options {
				if input == c.takes || input == c.too {
					continue
				}
				sent, seen = nil, nil
				e, ok := errors.AsType[*singletable.OptionError](c.call(option))
				if !ok || e.Option != "Change" || !strings.Contains(e.Error(), "sends no "+input+"Input") || len(sent)+len(seen) > 0 {
					t.Errorf("%s with a change of %s: got %v after %v", c.name, input, e, sent)
				}
			}
			sent, seen = nil, nil
			if err := c.call(options[c.takes]); err != nil || len(seen) != 1 || seen[0] != c.takes || sent[len(sent)-1] != c.takes {
				t.Errorf("%s: got %v after %v, and the function saw %v", c.name, err, sent, seen)
			}
			none := singletable.Change[dynamodb.PutItemInput](nil)
			if err := c.call(none); !errors.Is(err, singletable.ErrOption) {
				t.Errorf("%s with no function: got %v", c.name, err)
			}
		}
	})
}

// A wrong option of a transaction is found before it is sent.
func TestTransactOptionsRefused(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, s store) {
		actions := []singletable.Action{s.orders.ToPut(Order{UserID: "u", ID: "1"})}
		table := singletable.NewTable(s.client, s.table)
		for _, token := range []string{"", strings.Repeat("x", 37)} {
			if err := table.Transact(t.Context(), actions, singletable.Token(token)); !errors.Is(err, singletable.ErrOption) {
				t.Errorf("a token of %d bytes: got %v", len(token), err)
			}
		}
		if err := table.Transact(t.Context(), actions, singletable.Token(strings.Repeat("x", 36)), nil); err != nil {
			t.Error(err)
		}
		var stored User
		err := s.orders.Put(t.Context(), Order{UserID: "u", ID: "1"}, singletable.Stored(&stored))
		if e, ok := errors.AsType[*singletable.OptionError](err); !ok || e.Option != "Stored" || e.Op != "put" {
			t.Errorf("Stored of another type: got %v", err)
		}
	})
}
