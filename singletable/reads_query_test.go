package singletable_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/lambdapatterns/lambdapatterns/singletable"
	"github.com/lambdapatterns/lambdapatterns/singletable/singletabletest"
)

// Reading and Note share partitions: sort keys of both lie among each other.
type (
	Reading struct {
		Sensor string `dynamodbav:"sensor"`
		Level  int    `dynamodbav:"level"`
		ID     string `dynamodbav:"id"`
		Text   string `dynamodbav:"text,omitempty"`
	}
	Note struct {
		Sensor string `dynamodbav:"sensor"`
		Level  int    `dynamodbav:"level"`
		ID     string `dynamodbav:"id"`
	}
	Event struct {
		Sensor string    `dynamodbav:"sensor"`
		At     time.Time `dynamodbav:"at"`
		ID     string    `dynamodbav:"id"`
	}
)

// watched is a client that keeps the queries and scans that go through it.
type watched struct {
	singletable.Client
	mu      sync.Mutex
	queries []*dynamodb.QueryInput
	gets    []*dynamodb.GetItemInput
}

func (w *watched) Query(ctx context.Context, in *dynamodb.QueryInput, o ...func(*dynamodb.Options)) (*dynamodb.QueryOutput, error) {
	w.mu.Lock()
	w.queries = append(w.queries, in)
	w.mu.Unlock()
	return w.Client.Query(ctx, in, o...)
}

func (w *watched) GetItem(ctx context.Context, in *dynamodb.GetItemInput, o ...func(*dynamodb.Options)) (*dynamodb.GetItemOutput, error) {
	w.gets = append(w.gets, in)
	return w.Client.GetItem(ctx, in, o...)
}

// sensors are repositories on one table whose requests are watched.
type sensors struct {
	client   *watched
	table    *singletable.Table
	readings *singletable.Repo[Reading] // in the table by level and id, in GSI1 by id
	notes    *singletable.Repo[Note]
	events   *singletable.Repo[Event]
}

func newSensors(t testing.TB, s store, opts ...singletable.TableOption) sensors {
	t.Helper()
	w := &watched{Client: s.client}
	table := singletable.NewTable(w, s.table, opts...)
	return sensors{
		client: w, table: table,
		readings: repo[Reading](t, table, singletable.Schema{
			Type: "Reading", Key: singletable.Pattern("SENSOR#{sensor}", "READING#{level}#{id}"), GSI1: singletable.Pattern("SENSOR#{sensor}", "{id}"),
		}),
		notes: repo[Note](t, table, singletable.Schema{
			Type: "Note", Key: singletable.Pattern("SENSOR#{sensor}", "READING#{level}#{id}#NOTE"), GSI1: singletable.Pattern("SENSOR#{sensor}", "{id}"),
		}),
		events: repo[Event](t, table, singletable.Schema{Type: "Event", Key: singletable.Pattern("EVENTS#{sensor}", "{at}#{id}")}),
	}
}

func put[T any](t testing.TB, r *singletable.Repo[T], vs ...T) {
	t.Helper()
	for _, v := range vs {
		if err := r.Put(t.Context(), v); err != nil {
			t.Fatal(err)
		}
	}
}

// fillOrders writes the orders 00 to n-1 of user u.
func fillOrders(t testing.TB, s store, n int) {
	t.Helper()
	for i := range n {
		put(t, s.orders, Order{UserID: "u", ID: fmt.Sprintf("%02d", i), Total: int64(i)})
	}
}

func ids(orders []Order) string {
	var all []string
	for _, o := range orders {
		all = append(all, o.ID)
	}
	return strings.Join(all, " ")
}

func TestReverseAndLimit(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, s store) {
		fillOrders(t, s, 12)
		for _, c := range []struct {
			want string
			opts []singletable.QueryOption
		}{
			{"11 10 09", []singletable.QueryOption{singletable.Reverse(), singletable.Limit(3)}},
			{"00 01", []singletable.QueryOption{singletable.Limit(2), singletable.Consistent(), nil}},
			{"00 01 02 03 04 05 06 07 08 09 10 11", []singletable.QueryOption{singletable.Limit(1000)}},
			{"10 11", []singletable.QueryOption{singletable.BeginsWith("1"), singletable.Limit(5)}},
			{"", []singletable.QueryOption{singletable.BeginsWith("#")}},
		} {
			if got := ids(collect(t, s.orders.Query(t.Context(), Order{UserID: "u"}, c.opts...))); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		}
		latest, err := s.orders.One(t.Context(), Order{UserID: "u"}, singletable.Reverse(), singletable.Limit(1))
		if err != nil || latest.ID != "11" {
			t.Errorf("the latest: got %+v, %v", latest, err)
		}
		if _, err := s.orders.One(t.Context(), Order{UserID: "u"}); !errors.Is(err, singletable.ErrNotUnique) {
			t.Errorf("one of twelve: got %v, want ErrNotUnique", err)
		}
		if _, err := s.orders.One(t.Context(), Order{UserID: "nobody"}); !errors.Is(err, singletable.ErrNotFound) {
			t.Errorf("one of none: got %v, want ErrNotFound", err)
		}
		if got, err := s.orders.One(t.Context(), Order{UserID: "u", ID: "07"}); err != nil || got.Total != 7 {
			t.Errorf("one by its key: got %+v, %v", got, err)
		}
	})
}

// A limit counts results: items of other types and filtered ones between do not end the reading, and pages grow until the
// results are found.
func TestLimitCountsResults(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, s store) {
		x := newSensors(t, s)
		for i := range 60 {
			put(t, x.notes, Note{"roof", i, "n"})
		}
		put(t, x.readings, Reading{Sensor: "roof", Level: 3, ID: "a"}, Reading{Sensor: "roof", Level: 58, ID: "b"}, Reading{Sensor: "roof", Level: 59, ID: "c"})
		got := collect(t, x.readings.Query(t.Context(), Reading{Sensor: "roof"}, singletable.Limit(2)))
		if len(got) != 2 || got[0].ID != "a" || got[1].ID != "b" {
			t.Errorf("got %+v, want a and b", got)
		}
		if n := len(x.client.queries); n > 5 {
			t.Errorf("61 items took %d requests: pages should grow", n)
		}
		x.client.queries = nil
		got = collect(t, x.readings.Query(t.Context(), Reading{Sensor: "roof", Level: 59}, singletable.Limit(1), singletable.Filter(attr("sensor").AttributeExists())))
		if len(got) != 1 || len(x.client.queries) != 1 || aws.ToInt32(x.client.queries[0].Limit) != 1 {
			t.Errorf("got %+v in %d requests, want one of one item", got, len(x.client.queries))
		}
	})
}

func attr(attribute string) expression.NameBuilder { return expression.Name(attribute) }

func equals(attribute string, v any) expression.ConditionBuilder {
	return expression.Name(attribute).Equal(expression.Value(v))
}

func differs(attribute string, v any) expression.ConditionBuilder {
	return expression.Name(attribute).NotEqual(expression.Value(v))
}

func TestFilter(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, s store) {
		for i, tags := range [][]string{{"gift"}, {"gift", "rush"}, nil} {
			put(t, s.orders, Order{UserID: "u", ID: fmt.Sprint(i), Total: int64(i), Tags: tags})
		}
		for _, c := range []struct {
			want string
			opts []singletable.QueryOption
		}{
			{"1 2", []singletable.QueryOption{singletable.Filter(attr("total").GreaterThanEqual(expression.Value(1)))}},
			{"1", []singletable.QueryOption{singletable.Filter(attr("total").GreaterThanEqual(expression.Value(1))), singletable.Filter(attr("tags").Contains("gift").Or(equals("total", 0)))}},
			{"0 2", []singletable.QueryOption{singletable.Filter(attr("total").In(expression.Value(0), expression.Value(2)))}},
			{"2", []singletable.QueryOption{singletable.Filter(attr("tags").AttributeNotExists())}},
			{"1", []singletable.QueryOption{singletable.Filter(attr("tags").Size().GreaterThan(expression.Value(1))), singletable.Limit(1)}},
		} {
			if got := ids(collect(t, s.orders.Query(t.Context(), Order{UserID: "u"}, c.opts...))); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
			if n, err := s.orders.Count(t.Context(), Order{UserID: "u"}, c.opts...); err != nil || n != len(strings.Fields(c.want)) {
				t.Errorf("counted %d, %v; want %q", n, err, c.want)
			}
		}
	})
}

func TestProject(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, s store) {
		x := newSensors(t, s)
		put(t, x.readings, Reading{"roof", 1, "r", "long"})
		put(t, x.notes, Note{"roof", 1, "n"})
		want := Reading{Sensor: "roof", Level: 1, ID: "r"} // what stands in the key
		project := singletable.Project("level", "level")
		if got := collect(t, x.readings.Query(t.Context(), Reading{Sensor: "roof"}, project)); len(got) != 1 || got[0] != want {
			t.Errorf("query: got %+v", got)
		}
		if got := collect(t, x.readings.GSI1().Query(t.Context(), Reading{Sensor: "roof"}, project)); len(got) != 1 || got[0] != want {
			t.Errorf("query of the index: got %+v", got)
		}
		if got, err := x.readings.Get(t.Context(), want, project, singletable.Consistent()); err != nil || got != want {
			t.Errorf("get: got %+v, %v", got, err)
		}
		if got, err := x.readings.BatchGet(t.Context(), []Reading{want}, project); err != nil || len(got) != 1 || *got[0] != want {
			t.Errorf("batch get: got %+v, %v", got, err)
		}
		if got := collect(t, x.readings.Scan(t.Context(), project)); len(got) != 1 || got[0] != want {
			t.Errorf("scan: got %+v", got)
		}
		if page, err := x.readings.Page(t.Context(), Reading{Sensor: "roof"}, "", project, singletable.Limit(1)); err != nil || !slices.Equal(page.Items, []Reading{want}) {
			t.Errorf("page: got %+v, %v", page, err)
		}
		if n, err := x.readings.Count(t.Context(), Reading{Sensor: "roof"}, project, singletable.Reverse()); err != nil || n != 1 {
			t.Errorf("count: got %d, %v", n, err)
		}
	})
}

// What has expired is gone, whether DynamoDB has removed it or not, in all reads and also when the end of life is not asked for.
func TestExpiredItemsAreNotRead(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, s store) {
		type session struct {
			User string `dynamodbav:"user"`
			ID   string `dynamodbav:"id"`
			Ends int64  `dynamodbav:"ends"`
		}
		sessions := repo[session](t, singletable.NewTable(s.client, s.table), singletable.Schema{
			Type: "Session", Key: singletable.Pattern("SESSION#{user}", "{id}"), ExpiresAt: "ends",
		})
		now := time.Now().Unix()
		put(t, sessions, session{"u", "old", now - 10}, session{"u", "young", now + 1000}, session{"u", "lasting", 0})
		of, project := session{User: "u"}, singletable.Project("id")
		two := map[string]int{}
		two["query"] = len(collect(t, sessions.Query(t.Context(), of, project)))
		two["scan"] = len(collect(t, sessions.Scan(t.Context(), project)))
		two["parallel scan"] = len(collect(t, sessions.ParallelScan(t.Context(), 3)))
		page, err := sessions.Page(t.Context(), of, "", singletable.Limit(2), project)
		two["page"] = len(page.Items)
		if err != nil || page.Cursor != "" {
			t.Errorf("page: %+v, %v", page, err)
		}
		if two["count"], err = sessions.Count(t.Context(), of); err != nil {
			t.Error(err)
		}
		err = sessions.Collect(t.Context(), of, singletable.Exhaustive(), singletable.Each(sessions, func(session) error { two["collect"]++; return nil }))
		if err != nil {
			t.Error(err)
		}
		for how, n := range two {
			if n != 2 {
				t.Errorf("%s found %d, want the two that live", how, n)
			}
		}
		if _, err := sessions.Get(t.Context(), session{User: "u", ID: "old"}, project); !errors.Is(err, singletable.ErrNotFound) {
			t.Errorf("get: %v, want ErrNotFound", err)
		}
		if got, err := sessions.BatchGet(t.Context(), []session{{User: "u", ID: "old"}, {User: "u", ID: "young"}}, project); err != nil || got[0] != nil || got[1] == nil {
			t.Errorf("batch get: %v, %v", got, err)
		}
	})
}

func TestCount(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, s store) {
		x := newSensors(t, s)
		for i := range 30 {
			put(t, x.readings, Reading{Sensor: "roof", Level: i, ID: "r"})
			put(t, x.notes, Note{"roof", i, "n"})
		}
		small := singletable.Change(func(in *dynamodb.QueryInput) { in.Limit = aws.Int32(7) })
		for _, c := range []struct {
			want int
			opts []singletable.QueryOption
		}{
			{30, nil},
			{30, []singletable.QueryOption{small, singletable.Consistent()}},
			{5, []singletable.QueryOption{singletable.Limit(5)}},
			{30, []singletable.QueryOption{singletable.Limit(31), small}},
			{3, []singletable.QueryOption{singletable.Before(Reading{Level: 3})}},
			{0, []singletable.QueryOption{singletable.After(Reading{Level: 3}), singletable.Before(Reading{Level: 3})}},
		} {
			if n, err := x.readings.Count(t.Context(), Reading{Sensor: "roof"}, c.opts...); err != nil || n != c.want {
				t.Errorf("got %d, %v; want %d", n, err, c.want)
			}
		}
		if n, err := x.notes.GSI1().Count(t.Context(), Note{Sensor: "roof", ID: "n"}); err != nil || n != 30 {
			t.Errorf("in the index: got %d, %v", n, err)
		}
		if _, err := x.readings.Count(t.Context(), Reading{}); !errors.Is(err, singletable.ErrKey) {
			t.Errorf("without a partition: got %v", err)
		}
	})
}

func TestAbsentIndexFailsEveryCall(t *testing.T) {
	t.Parallel()
	x := newSensors(t, newStore(t, new(singletabletest.Engine).Client()))
	none, ctx := x.events.GSI1(), t.Context()
	_, page := none.Page(ctx, Event{}, "")
	_, count := none.Count(ctx, Event{})
	calls := map[string]error{"page": page, "count": count, "collect": none.Collect(ctx, Event{}, singletable.Each(x.events, func(Event) error { return nil }))}
	for _, err := range none.Scan(ctx) {
		calls["scan"] = err
	}
	for name, err := range calls {
		if !errors.Is(err, singletable.ErrKey) {
			t.Errorf("%s: got %v, want ErrKey", name, err)
		}
	}
	if len(calls) != 4 {
		t.Errorf("errors of %d calls", len(calls))
	}
}
