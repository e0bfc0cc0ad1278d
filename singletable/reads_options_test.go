package singletable_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/lambdapatterns/lambdapatterns/singletable"
	"github.com/lambdapatterns/lambdapatterns/singletable/singletabletest"
)

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
		{event(Event{Sensor: "a"}, singletable.Filter(expression.ConditionBuilder{})), "Filter", "unset parameter: ConditionBuilder"},
		{event(Event{Sensor: "a"}, singletable.Filter(equals("text", "a")), singletable.Filter(expression.ConditionBuilder{})), "Filter", "unset"},
		{event(Event{Sensor: "a"}, singletable.Filter(equals("a..b", 1))), "Filter", "invalid parameter: NameBuilder"},
		{scan(singletable.Filter(equals("text", &unencodable{}))), "Filter", "invalid parameter: ValueBuilder"},
		{event(Event{Sensor: "a"}, singletable.Project()), "Project", "names no attribute"},
		{event(Event{Sensor: "a"}, singletable.Project("id", "")), "Project", "without a name"},
		{event(Event{Sensor: "a"}, singletable.Change[dynamodb.QueryInput](nil)), "Change", "nil"},
		{scan(singletable.Change[dynamodb.ScanInput](nil)), "Change", "nil"},
		{func() error {
			_, err := x.events.Get(t.Context(), Event{}, singletable.Change[dynamodb.GetItemInput](nil))
			return err
		}, "Change", "nil"},
		{func() error {
			_, err := x.events.BatchGet(t.Context(), nil, singletable.Change[dynamodb.BatchGetItemInput](nil))
			return err
		}, "Change", "nil"},
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
		} else if strings.Contains(err.Error(), "secret") {
			t.Errorf("the error quotes a value: %v", err)
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
