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
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

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
		got = collect(t, x.readings.Query(t.Context(), Reading{Sensor: "roof", Level: 59}, singletable.Limit(1), singletable.Filter("attribute_exists({sensor})")))
		if len(got) != 1 || len(x.client.queries) != 1 || aws.ToInt32(x.client.queries[0].Limit) != 1 {
			t.Errorf("got %+v in %d requests, want one of one item", got, len(x.client.queries))
		}
	})
}

func TestRequestsOfConditions(t *testing.T) {
	t.Parallel()
	x := newSensors(t, newStore(t, new(singletabletest.Engine).Client()))
	at := time.Date(2026, 1, 15, 10, 0, 0, 0, time.UTC)
	const t15, t16 = "2026-01-15T10:00:00.000000000Z", "2026-01-16T10:00:00.000000000Z"
	later := at.AddDate(0, 0, 1)
	level := func(n int) string { return fmt.Sprintf("READING#%019d", n) }
	q := func(o ...singletable.QueryOption) []singletable.QueryOption { return o }
	for _, c := range []struct {
		v         any
		opts      []singletable.QueryOption
		condition string
		values    map[string]string
	}{
		{Event{Sensor: "a"}, nil, "", nil},
		{Event{Sensor: "a"}, q(singletable.BeginsWith("")), "", nil},
		{Event{Sensor: "a"}, q(singletable.BeginsWith("2026-01")), " AND begins_with(#sk, :sk)", map[string]string{":sk": "2026-01"}},
		{Event{Sensor: "a", At: at}, q(singletable.BeginsWith("x#")), " AND begins_with(#sk, :sk)", map[string]string{":sk": t15 + "#x%23"}},
		{Event{Sensor: "a"}, q(singletable.After(Event{At: at})), " AND #sk >= :from", map[string]string{":from": t15 + "$"}},
		{Event{Sensor: "a"}, q(singletable.Before(Event{At: at})), " AND #sk < :to", map[string]string{":to": t15 + "#"}},
		{Event{Sensor: "a"}, q(singletable.Before(Event{At: at, ID: "x"})), " AND #sk < :to", map[string]string{":to": t15 + "#x"}},
		{
			Event{Sensor: "a"}, q(singletable.Between(Event{At: at}, Event{At: later})), " AND #sk BETWEEN :from AND :to",
			map[string]string{":from": t15 + "#", ":to": t16 + "$"},
		},
		{
			Event{Sensor: "a"}, q(singletable.Between(Event{At: at, ID: "x"}, Event{At: later, ID: "y"})), " AND #sk BETWEEN :from AND :to",
			map[string]string{":from": t15 + "#x", ":to": t16 + "#y"},
		},
		{
			Reading{Sensor: "a"}, q(singletable.After(Reading{Level: 3})), " AND #sk BETWEEN :from AND :to",
			map[string]string{":from": level(3) + "$", ":to": "READING$"},
		},
		{
			Reading{Sensor: "a"}, q(singletable.Before(Reading{Level: 3})), " AND #sk BETWEEN :from AND :to",
			map[string]string{":from": "READING#", ":to": level(3)},
		},
		{
			Reading{Sensor: "a"}, q(singletable.Between(Reading{}, Reading{Level: 3, Text: "passed over"})), " AND #sk BETWEEN :from AND :to",
			map[string]string{":from": level(0) + "#", ":to": level(3) + "$"},
		},
		{
			Reading{Sensor: "a", Level: 3}, q(singletable.After(Reading{Sensor: "a", Level: 3, ID: "m"})), " AND #sk BETWEEN :from AND :to",
			map[string]string{":from": level(3) + "#m$", ":to": level(3) + "$"},
		},
	} {
		x.client.queries = nil
		switch v := c.v.(type) {
		case Event:
			collect(t, x.events.Query(t.Context(), v, c.opts...))
		case Reading:
			collect(t, x.readings.Query(t.Context(), v, c.opts...))
		}
		if len(x.client.queries) != 1 {
			t.Fatalf("%+v: %d requests", c.v, len(x.client.queries))
		}
		in := x.client.queries[0]
		if got := strings.TrimPrefix(*in.KeyConditionExpression, "#pk = :pk"); got != c.condition {
			t.Errorf("%+v: condition %q, want %q", c.v, got, c.condition)
		}
		for name, want := range c.values {
			if !isText(in.ExpressionAttributeValues[name], want) {
				t.Errorf("%+v: %s is %+v, want %q", c.v, name, in.ExpressionAttributeValues[name], want)
			}
		}
	}
	x.client.queries = nil // nothing is between a bound and itself, and nothing is asked
	if got := collect(t, x.events.Query(t.Context(), Event{Sensor: "a"}, singletable.After(Event{At: at}), singletable.Before(Event{At: at}))); len(got) != 0 || x.client.queries != nil {
		t.Errorf("got %v by %d requests", got, len(x.client.queries))
	}
}

func TestWrongOptions(t *testing.T) {
	t.Parallel()
	x := newSensors(t, newStore(t, new(singletabletest.Engine).Client()))
	at := time.Now()
	event := func(v Event, o ...singletable.QueryOption) func() error {
		return func() error {
			for _, err := range x.events.Query(t.Context(), v, o...) {
				return err
			}
			return nil
		}
	}
	reading := func(v Reading, o ...singletable.QueryOption) func() error {
		return func() error { _, err := x.readings.Count(t.Context(), v, o...); return err }
	}
	scan := func(o ...singletable.ScanOption) func() error {
		return func() error {
			for _, err := range x.events.Scan(t.Context(), o...) {
				return err
			}
			return nil
		}
	}
	for _, c := range []struct {
		call         func() error
		option, says string
	}{
		{event(Event{Sensor: "a"}, singletable.Limit(0)), "Limit", "it is 0"},
		{scan(singletable.Limit(-1)), "Limit", "it is -1"},
		{event(Event{Sensor: "a"}, singletable.BeginsWith("2026"), singletable.Before(Event{At: at})), "BeginsWith", "beside"},
		{event(Event{Sensor: "a", At: at, ID: "x"}, singletable.BeginsWith("x")), "BeginsWith", "whole sort key"},
		{event(Event{Sensor: "a"}, singletable.BeginsWith("\xff")), "BeginsWith", "UTF-8"},
		{event(Event{Sensor: "a", At: at}, singletable.BeginsWith(strings.Repeat("x", 1000))), "BeginsWith", "1031 bytes"},
		{reading(Reading{Sensor: "a"}, singletable.BeginsWith("0")), "BeginsWith", "{level}, is an integer"},
		{event(Event{Sensor: "a"}, singletable.Between(Event{At: at.Add(1)}, Event{At: at})), "Between", "above the upper"},
		{event(Event{Sensor: "a"}, singletable.After(Event{At: at.Add(1)}), singletable.Before(Event{At: at})), "After", "above the upper"},
		{event(Event{Sensor: "a"}, singletable.Between(Event{At: at}, Event{At: at}), singletable.Before(Event{At: at})), "Before", "by Between already"},
		{event(Event{Sensor: "a"}, singletable.After(Event{At: at}), singletable.After(Event{At: at})), "After", "by After already"},
		{event(Event{Sensor: "a"}, singletable.Before(Reading{Level: 1})), "Before", "no singletable_test.Event"},
		{event(Event{Sensor: "a"}, singletable.Before(&Event{At: at})), "Before", "no singletable_test.Event"},
		{event(Event{Sensor: "a"}, singletable.Before[any](nil)), "Before", "no singletable_test.Event"},
		{event(Event{Sensor: "a"}, singletable.Before(Event{Sensor: "b", At: at})), "Before", "sensor differs"},
		{event(Event{Sensor: "a", At: at}, singletable.After(Event{At: at.Add(1), ID: "x"})), "After", "at differs"},
		{event(Event{Sensor: "a"}, singletable.Before(Event{})), "Before", "zero time"},
		{event(Event{Sensor: "a", At: at}, singletable.Before(Event{})), "Before", "attribute id: it is empty"},
		{event(Event{Sensor: "a", At: at, ID: "x"}, singletable.Before(Event{At: at})), "Before", "whole sort key"},
		{event(Event{Sensor: "a"}, singletable.Filter(" ")), "Filter", "empty"},
		{event(Event{Sensor: "a"}, singletable.Filter("{id = ?", 1)), "Filter", "a { of the condition"},
		{event(Event{Sensor: "a"}, singletable.Filter("id} = ?", 1)), "Filter", "'}' cannot stand"},
		{event(Event{Sensor: "a"}, singletable.Filter("#id = ?", 1)), "Filter", "'#' cannot stand"},
		{event(Event{Sensor: "a"}, singletable.Filter("{text} = :sk")), "Filter", "':' cannot stand"},
		{scan(singletable.Filter("{text} = ?")), "Filter", "room for 1 values, and 0 were given"},
		{scan(singletable.Filter("{text} = ?", "a", "b")), "Filter", "room for 1 values, and 2 were given"},
		{scan(singletable.Filter("{text} = ?", &unencodable{})), "Filter", "value 1 cannot be encoded"},
		{event(Event{Sensor: "a"}, singletable.Project()), "Project", "names no attribute"},
		{event(Event{Sensor: "a"}, singletable.Project("id", "")), "Project", "without a name"},
		{event(Event{Sensor: "a"}, singletable.ChangeQuery(nil)), "ChangeQuery", "nil"},
		{scan(singletable.ChangeScan(nil)), "ChangeScan", "nil"},
		{func() error { _, err := x.events.Get(t.Context(), Event{}, singletable.ChangeGet(nil)); return err }, "ChangeGet", "nil"},
		{func() error {
			_, err := x.events.BatchGet(t.Context(), nil, singletable.ChangeBatchGet(nil))
			return err
		}, "ChangeBatchGet", "nil"},
		{func() error {
			_, err := x.readings.GSI1().One(t.Context(), Reading{Sensor: "a"}, singletable.Consistent())
			return err
		}, "Consistent", "eventually"},
		{func() error {
			for _, err := range x.readings.ParallelScan(t.Context(), 0) {
				return err
			}
			return nil
		}, "segments", "it is 0"},
	} {
		err := c.call()
		if e, ok := errors.AsType[*singletable.OptionError](err); !ok || !errors.Is(err, singletable.ErrOption) || e.Option != c.option ||
			e.Entity == "" || e.Op == "" || !strings.Contains(err.Error(), "option "+c.option) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("got %v, want an error of the option %s that says %q", err, c.option, c.says)
		}
	}
	if len(x.client.queries)+len(x.client.gets) > 0 {
		t.Error("a wrong option was sent")
	}
	// The key that a bound does not make is in the error too.
	if err := event(Event{Sensor: "a"}, singletable.Before(Event{}))(); !errors.Is(err, singletable.ErrKey) {
		t.Errorf("got %v, want ErrKey in it", err)
	}
}

type unencodable struct{}

func (unencodable) MarshalDynamoDBAttributeValue() (types.AttributeValue, error) {
	return nil, errors.New("secret")
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
			{"1 2", []singletable.QueryOption{singletable.Filter("{total} >= ?", 1)}},
			{"1", []singletable.QueryOption{singletable.Filter("{total} >= ?", 1), singletable.Filter("contains({tags}, ?) OR {total} = ?", "gift", 0)}},
			{"0 2", []singletable.QueryOption{singletable.Filter("{total} IN (?, ?)", 0, 2)}},
			{"2", []singletable.QueryOption{singletable.Filter("attribute_not_exists(tags)")}},
			{"1", []singletable.QueryOption{singletable.Filter("size({tags}) > ?", 1), singletable.Limit(1)}},
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
		small := singletable.ChangeQuery(func(in *dynamodb.QueryInput) { in.Limit = aws.Int32(7) })
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
