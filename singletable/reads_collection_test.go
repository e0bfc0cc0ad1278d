package singletable_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/lambdapatterns/lambdapatterns/singletable"
	"github.com/lambdapatterns/lambdapatterns/singletable/singletabletest"
)

// Line is what an order consists of; its keys are under the order's.
type Line struct {
	UserID  string `dynamodbav:"user_id"`
	OrderID string `dynamodbav:"order_id"`
	SKU     string `dynamodbav:"sku"`
}

func TestCollect(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, s store) {
		ctx := t.Context()
		table := singletable.NewTable(s.client, s.table)
		lines := repo[Line](t, table, singletable.Schema{
			Type: "Line", Key: singletable.Pattern("USER#{user_id}", "ORDER#{order_id}#LINE#{sku}"), GSI1: singletable.Pattern("SKU#{sku}", "{order_id}"),
		})
		put(t, s.users, ada)
		for _, id := range []string{"o1", "o10", "o2"} {
			put(t, s.orders, Order{UserID: ada.ID, ID: id})
			put(t, lines, Line{ada.ID, id, "x"}, Line{ada.ID, id, "y"})
		}
		put(t, s.orders, Order{UserID: "other", ID: "o1"})

		var got []string
		each := []singletable.CollectOption{
			singletable.Each(s.users, func(u User) error { got = append(got, "user:"+u.Name); return nil }),
			singletable.Each(s.orders, func(o Order) error { got = append(got, o.ID); return nil }),
			singletable.Each(lines, func(l Line) error { got = append(got, l.OrderID+":"+l.SKU); return nil }),
		}
		with := func(o ...singletable.CollectOption) []singletable.CollectOption { return append(o, each...) }
		all := strings.Fields("o1 o1:x o1:y o10 o10:x o10:y o2 o2:x o2:y user:Ada")
		reversed := slices.Clone(all)
		slices.Reverse(reversed)
		check := func(name string, want []string, collect func() error) {
			t.Helper()
			got = nil
			if err := collect(); err != nil || !slices.Equal(got, want) {
				t.Errorf("%s: got %v, %v; want %v", name, got, err, want)
			}
		}
		check("whole partition", all, func() error { return s.users.Collect(ctx, User{ID: ada.ID}, with(singletable.Exhaustive())...) })
		check("by any of its entities", all, func() error { return s.orders.Collect(ctx, Order{UserID: ada.ID}, each...) })
		check("reversed, consistent", reversed, func() error {
			return s.users.Collect(ctx, ada, with(singletable.Reverse(), singletable.Consistent())...)
		})
		check("limited", all[:4], func() error { return s.users.Collect(ctx, ada, with(singletable.Limit(4))...) })
		check("an order and what is under it", all[:3], func() error { return s.orders.Collect(ctx, Order{UserID: ada.ID, ID: "o1"}, each...) })
		check("projected", all[:3], func() error {
			return s.orders.Collect(ctx, Order{UserID: ada.ID, ID: "o1"}, with(singletable.Project("total"))...)
		})
		check("lines of an order", []string{"o1:x", "o1:y"}, func() error { return lines.Collect(ctx, Line{UserID: ada.ID, OrderID: "o1"}, each[2]) })
		check("one type, limited", []string{"o1", "o10"}, func() error { return s.users.Collect(ctx, ada, singletable.Limit(2), each[1]) })
		check("filtered", []string{"o1:x", "o10:x", "o2:x"}, func() error {
			return s.users.Collect(ctx, ada, with(singletable.Filter(equals("sku", "x")))...)
		})
		check("through an index", []string{"o1:y", "o10:y", "o2:y"}, func() error { return lines.GSI1().Collect(ctx, Line{SKU: "y"}, each[2]) })
		check("of nobody", nil, func() error { return s.users.Collect(ctx, User{ID: "nobody"}, each...) })

		err := s.users.Collect(ctx, ada, each[0], each[1], singletable.Exhaustive())
		e, ok := errors.AsType[*singletable.ItemError](err)
		if !ok || !errors.Is(err, singletable.ErrWrongType) || e.Key.Sort != "ORDER#o1#LINE#x" || e.Op != "collect" {
			t.Errorf("exhaustive: got %v, want ErrWrongType of the first line", err)
		}
		stop, n := errors.New("stop"), 0
		err = s.users.Collect(ctx, ada, singletable.Each(s.orders, func(Order) error { n++; return stop }))
		if err != stop || n != 1 {
			t.Errorf("the function's error: got %v after %d calls", err, n)
		}
	})
}

func TestWrongCollections(t *testing.T) {
	t.Parallel()
	client := new(singletabletest.Engine).Client()
	s := newStore(t, client)
	other := repo[Order](t, singletable.NewTable(client, "other"), singletable.Schema{Type: "Order", Key: singletable.Pattern("USER#{user_id}", "ORDER#{id}")})
	orders := singletable.Each(s.orders, func(Order) error { return nil })
	for _, c := range []struct {
		err          error
		option, says string
	}{
		{s.users.Collect(t.Context(), ada), "Each", "nobody takes the items"},
		{s.users.Collect(t.Context(), ada, singletable.Each(s.orders, nil)), "Each", "nil"},
		{s.users.Collect(t.Context(), ada, singletable.Each(other, func(Order) error { return nil })), "Each", "Order: it is in another table"},
		{s.users.Collect(t.Context(), ada, singletable.Each(s.products, func(Product) error { return nil })), "Each", "PRODUCT#{id} can never be"},
		{s.users.GSI1().Collect(t.Context(), ada, orders), "Each", "not in the index GSI1"},
		{s.users.Collect(t.Context(), ada, orders, singletable.BeginsWith("O")), "BeginsWith", "narrowed by the fields"},
		{s.users.Collect(t.Context(), ada, orders, singletable.After(ada)), "After", "narrowed by the fields"},
		{s.users.Collect(t.Context(), ada, orders, singletable.Before(ada)), "Before", "narrowed by the fields"},
		{s.users.Collect(t.Context(), ada, orders, singletable.Limit(0)), "Limit", "it is 0"},
	} {
		if e, ok := errors.AsType[*singletable.OptionError](c.err); !ok || e.Option != c.option || !strings.Contains(c.err.Error(), c.says) {
			t.Errorf("got %v, want an error of %s that says %q", c.err, c.option, c.says)
		}
	}
	if err := s.users.Collect(t.Context(), User{}, orders); !errors.Is(err, singletable.ErrKey) {
		t.Errorf("without a partition: got %v", err)
	}
}
