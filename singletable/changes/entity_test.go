package changes_test

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/lambdapatterns/lambdapatterns/singletable"
	"github.com/lambdapatterns/lambdapatterns/singletable/changes"
	"github.com/lambdapatterns/lambdapatterns/singletable/singletabletest"
)

func TestRealEvent(t *testing.T) {
	t.Parallel()
	var event events.DynamoDBEvent
	if err := json.Unmarshal(readFile(t, "stream-event.json"), &event); err != nil {
		t.Fatal(err)
	}
	var got []string
	h := newHandler(t, teller(users, &got), changes.On(orders, func(_ context.Context, c changes.Change[Order]) error {
		slices.Sort(c.Old.Tags)
		got = append(got, told(c))
		if c.Record.EventID != event.Records[2].EventID {
			t.Errorf("Record is that of %s", c.Record.EventID)
		}
		return nil
	}))
	if response, err := h(t.Context(), event); err != nil || failures(response) != "" {
		t.Fatal(failures(response), err)
	}
	const v1, v2, order = "{usr_123 ada@example.com 1}", "{usr_123 ada@example.org 2}", "{usr_123 ord_1 1999 [express gift]}"
	want := []string{
		"changes_test.User inserted key=" + v1 + " old=- new=" + v1 + " expired=false",
		"changes_test.User modified key=" + v2 + " old=" + v1 + " new=" + v2 + " expired=false",
		"changes_test.Order removed key=" + order + " old=" + order + " new=- expired=false",
		"changes_test.User removed key=" + v2 + " old=" + v2 + " new=- expired=true",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestViewTypes(t *testing.T) {
	t.Parallel()
	const v1, v2, keyed = "{u a@x 1}", "{u b@x 1}", "{u  0}"
	before, after := userImage("u", "a@x"), userImage("u", "b@x")
	insert, modify, remove := change("1", nil, after), change("2", before, after), change("3", before, nil)
	for _, c := range []struct {
		view   string
		record events.DynamoDBEventRecord
		want   string
	}{
		{"NEW_AND_OLD_IMAGES", insert, "inserted key=" + v2 + " old=- new=" + v2},
		{"NEW_AND_OLD_IMAGES", modify, "modified key=" + v2 + " old=" + v1 + " new=" + v2},
		{"NEW_AND_OLD_IMAGES", remove, "removed key=" + v1 + " old=" + v1 + " new=-"},
		{"NEW_IMAGE", insert, "inserted key=" + v2 + " old=- new=" + v2},
		{"NEW_IMAGE", modify, "modified key=" + v2 + " old=- new=" + v2},
		{"NEW_IMAGE", remove, "removed key=" + keyed + " old=- new=-"},
		{"OLD_IMAGE", insert, "inserted key=" + keyed + " old=- new=-"},
		{"OLD_IMAGE", modify, "modified key=" + v1 + " old=" + v1 + " new=-"},
		{"OLD_IMAGE", remove, "removed key=" + v1 + " old=" + v1 + " new=-"},
		{"KEYS_ONLY", insert, "inserted key=" + keyed + " old=- new=-"},
		{"KEYS_ONLY", modify, "modified key=" + keyed + " old=- new=-"},
		{"KEYS_ONLY", remove, "removed key=" + keyed + " old=- new=-"},
	} {
		var got []string
		h := newHandler(t, teller(users, &got), teller(orders, &got))
		response, err := h(t.Context(), batchOf(view(c.record, c.view)))
		if err != nil || failures(response) != "" {
			t.Fatal(c.view, failures(response), err)
		}
		if want := []string{"changes_test.User " + c.want + " expired=false"}; !slices.Equal(got, want) {
			t.Errorf("%s, %s: got %q, want %q", c.view, c.record.EventName, got, want)
		}
	}
}

// An item of another type is written over one under the same key.
func TestReplacedByAnotherType(t *testing.T) {
	t.Parallel()
	type Grave struct {
		ID string `dynamodbav:"id"`
	}
	graves := must(singletable.NewRepo[Grave](tableAgain(), singletable.Schema{Type: "Grave", Key: userSchema.Key}))
	before, after := userImage("u", "a@x"), userImage("u", "")
	after["_type"] = text("Grave")
	buried := change("1", before, after)
	gone := "changes_test.User removed key={u a@x 1} old={u a@x 1} new=- expired=false"
	came := "changes_test.Grave inserted key={u} old=- new={u} expired=false"

	for _, c := range []struct {
		name string
		opts func(*[]string) []changes.Option
		want []string
	}{
		{"both", func(to *[]string) []changes.Option {
			return []changes.Option{teller(users, to), teller(graves, to)}
		}, []string{gone, came}},
		{"the removal comes first in whatever order they are given", func(to *[]string) []changes.Option {
			return []changes.Option{teller(graves, to), teller(users, to)}
		}, []string{gone, came}},
		{"the old one alone", func(to *[]string) []changes.Option { return []changes.Option{teller(users, to)} }, []string{gone}},
		{"the new one alone", func(to *[]string) []changes.Option { return []changes.Option{teller(graves, to)} }, []string{came}},
		{"kinds are those that the entity sees", func(to *[]string) []changes.Option {
			return []changes.Option{teller(users, to, changes.Modified), teller(graves, to, changes.Inserted)}
		}, []string{came}},
	} {
		var got []string
		other := changes.Otherwise(func(context.Context, events.DynamoDBEventRecord) error {
			t.Error(c.name, "Otherwise was called for a record with an entity")
			return nil
		})
		h := newHandler(t, append(c.opts(&got), other)...)
		if response, err := h(t.Context(), batchOf(buried)); err != nil || failures(response) != "" {
			t.Fatal(c.name, failures(response), err)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

func TestSeveralHandlersOfOneEntity(t *testing.T) {
	t.Parallel()
	var called []string
	on := func(name string, err error, kinds ...changes.Kind) changes.Option {
		return changes.On(users, func(context.Context, changes.Change[User]) error {
			called = append(called, name)
			return err
		}, kinds...)
	}
	h := newHandler(t, on("a", nil), on("removals", nil, changes.Removed), on("b", errors.New("refused"), changes.Inserted, changes.Modified), on("c", nil))
	response, err := h(t.Context(), inserts(2))
	if err != nil || failures(response) != "101" || strings.Join(called, " ") != "a b" {
		t.Errorf("failures %q, error %v, called %v; want 101 after a and b", failures(response), err, called)
	}
}

func TestOther(t *testing.T) {
	t.Parallel()
	foreign := change("105", nil, image{"id": text("usr_1"), "email": text("e@x"), "logins": number("3")}) // of another table
	foreign.Change.Keys = image{"id": text("usr_1")}
	pair := foreign
	pair.Change.SequenceNumber, pair.Change.Keys = "106", image{"id": text("usr_1"), "email": text("e@x")}
	untyped := userImage("u2", "u2@x")
	delete(untyped, "_type")
	event := batchOf(
		change("101", nil, userImage("u1", "u1@x")), change("102", nil, noteImage("n1")),
		change("103", noteImage("n1"), nil), change("104", nil, untyped), foreign, pair,
		change("107", nil, userImage("u3", "u3@x")),
	)

	t.Run("gets what concerns no entity", func(t *testing.T) {
		t.Parallel()
		var told, rest []string
		option, report := observed()
		h := newHandler(t, option, teller(users, &told, changes.Inserted), teller(users, &told, changes.Removed),
			changes.Otherwise(func(_ context.Context, r events.DynamoDBEventRecord) error {
				rest = append(rest, r.Change.SequenceNumber)
				return nil
			}))
		response, err := h(t.Context(), event)
		if err != nil || failures(response) != "" || strings.Join(rest, " ") != "102 103 105 106" || len(told) != 3 {
			t.Errorf("failures %q, error %v, other %v, users %q", failures(response), err, rest, told)
		}
		if report.Count(changes.Succeeded) != 7 {
			t.Errorf("outcomes are %s", outcomes(report))
		}
	})
	t.Run("its failure is the record's", func(t *testing.T) {
		t.Parallel()
		h := newHandler(t, teller(users, new([]string)),
			changes.Otherwise(func(context.Context, events.DynamoDBEventRecord) error { return errors.New("refused") }))
		if response, err := h(t.Context(), event); err != nil || failures(response) != "102" {
			t.Errorf("failures %q, error %v; want 102", failures(response), err)
		}
	})
	t.Run("alone gets everything as it came", func(t *testing.T) {
		t.Parallel()
		n := 0
		h := newHandler(t, changes.Otherwise(func(_ context.Context, r events.DynamoDBEventRecord) error { n++; return nil }))
		odd := change("108", nil, userImage("u", "u@x"))
		odd.EventName = "ODD"
		response, err := h(t.Context(), batchOf(append(slices.Clone(event.Records), odd)...))
		if err != nil || failures(response) != "" || n != 8 {
			t.Errorf("failures %q, error %v after %d records", failures(response), err, n)
		}
	})
	t.Run("without it they are passed over", func(t *testing.T) {
		t.Parallel()
		var told []string
		option, report := observed()
		h := newHandler(t, option, teller(users, &told, changes.Removed))
		if response, err := h(t.Context(), event); err != nil || failures(response) != "" || len(told) != 0 {
			t.Errorf("failures %q, error %v, users %q", failures(response), err, told)
		}
		if report.Count(changes.PassedOver) != 7 {
			t.Errorf("outcomes are %s", outcomes(report))
		}
	})
}

// tableAgain describes the table once more, as another program would that knows nothing of this one's entities: NewRepo
// refuses entities of one Table whose keys could meet.
func tableAgain() *singletable.Table { return singletable.NewTable(&dynamodb.Client{}, "app-table") }

// A key that fits two patterns tells nothing, a type does.
func TestAmbiguousKeys(t *testing.T) {
	t.Parallel()
	type Part struct {
		UserID string `dynamodbav:"user_id"`
		Kind   string `dynamodbav:"kind"`
		ID     string `dynamodbav:"id"`
	}
	parts := must(singletable.NewRepo[Part](tableAgain(), singletable.Schema{
		Type: "Part", Key: singletable.Pattern("USER#{user_id}", "{kind}#{id}"),
	}))
	record := change("1", nil, orderImage("u", "o", "5"))
	for viewType, want := range map[string]int{"NEW_IMAGE": 1, "KEYS_ONLY": 2} {
		var got []string
		h := newHandler(t, teller(orders, &got), teller(parts, &got))
		if response, err := h(t.Context(), batchOf(view(record, viewType))); err != nil || failures(response) != "" || len(got) != want {
			t.Errorf("%s: failures %q, error %v, told %q", viewType, failures(response), err, got)
		}
	}
}

// What a repository wrote is told in the stream, claims of unique values and all.
func TestItemsThatARepositoryWrote(t *testing.T) {
	t.Parallel()
	client := new(singletabletest.Engine).Client()
	own := singletable.NewTable(client, "own", singletable.WithKeyAttributes("partition", "sort"), singletable.WithTypeAttribute("kind"))
	if _, err := client.CreateTable(t.Context(), own.CreateTableInput()); err != nil {
		t.Fatal(err)
	}
	people := must(singletable.NewRepo[User](own, userSchema))
	things := must(singletable.NewRepo[Order](own, orderSchema))
	if err := people.Put(t.Context(), User{ID: "a#b", Email: "e@x", Logins: 7}); err != nil {
		t.Fatal(err)
	}
	if err := things.Put(t.Context(), Order{UserID: "a#b", ID: "o", Total: 5, Tags: []string{"gift"}}); err != nil {
		t.Fatal(err)
	}
	out, err := client.Scan(t.Context(), &dynamodb.ScanInput{TableName: new("own")})
	if err != nil || len(out.Items) != 2 {
		t.Fatal(len(out.Items), err)
	}
	var records []events.DynamoDBEventRecord
	for i, it := range out.Items {
		r := change(string(rune('1'+i)), nil, imageOf(t, it))
		r.Change.Keys = imageOf(t, map[string]types.AttributeValue{"partition": it["partition"], "sort": it["sort"]})
		records = append(records, r)
	}
	var got []string
	h := newHandler(t, teller(people, &got), teller(things, &got), teller(users, &got))
	for _, viewType := range []string{"NEW_IMAGE", "KEYS_ONLY"} {
		event := batchOf(view(records[0], viewType), view(records[1], viewType))
		if response, err := h(t.Context(), event); err != nil || failures(response) != "" {
			t.Fatal(failures(response), err)
		}
	}
	slices.Sort(got)
	want := []string{
		"changes_test.Order inserted key={a#b o 0 []} old=- new=- expired=false",
		"changes_test.Order inserted key={a#b o 5 [gift]} old=- new={a#b o 5 [gift]} expired=false",
		"changes_test.User inserted key={a#b  0} old=- new=- expired=false",
		"changes_test.User inserted key={a#b e@x 7} old=- new={a#b e@x 7} expired=false",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// Only the time-to-live process's removals have expired.
func TestExpired(t *testing.T) {
	t.Parallel()
	service := &events.DynamoDBUserIdentity{Type: "Service", PrincipalID: "dynamodb.amazonaws.com"}
	for _, c := range []struct {
		name   string
		who    *events.DynamoDBUserIdentity
		record events.DynamoDBEventRecord
		want   bool
	}{
		{"time to live", service, change("1", userImage("u", "e"), nil), true},
		{"a caller", nil, change("1", userImage("u", "e"), nil), false},
		{
			"another service", &events.DynamoDBUserIdentity{Type: "Service", PrincipalID: "backup.amazonaws.com"},
			change("1", userImage("u", "e"), nil), false,
		},
		{
			"another identity", &events.DynamoDBUserIdentity{Type: "User", PrincipalID: "dynamodb.amazonaws.com"},
			change("1", userImage("u", "e"), nil), false,
		},
		{"an insertion", service, change("1", nil, userImage("u", "e")), false},
	} {
		c.record.UserIdentity = c.who
		called := false
		h := newHandler(t, changes.On(users, func(_ context.Context, u changes.Change[User]) error {
			called = true
			if u.Expired != c.want {
				t.Errorf("%s: Expired is %t", c.name, u.Expired)
			}
			return nil
		}))
		if _, err := h(t.Context(), batchOf(c.record)); err != nil || !called {
			t.Errorf("%s: called %t, error %v", c.name, called, err)
		}
	}
}

// What is over its time to live is gone for reads, but its changes are told: its removal comes when it has expired.
func TestEntitiesWhoseTimeIsOver(t *testing.T) {
	t.Parallel()
	type Session struct {
		ID      string `dynamodbav:"id"`
		Expires int64  `dynamodbav:"expires"`
	}
	sessions := must(singletable.NewRepo[Session](tableAgain(), singletable.Schema{
		Type: "Session", Key: singletable.Pattern("SESSION#{id}", "SESSION"), ExpiresAt: "expires",
	}))
	over := image{
		"PK": text("SESSION#s"), "SK": text("SESSION"), "_type": text("Session"), "id": text("s"), "expires": number("1700000000"),
	}
	removed := change("2", over, nil)
	removed.UserIdentity = &events.DynamoDBUserIdentity{Type: "Service", PrincipalID: "dynamodb.amazonaws.com"}
	var got []string
	h := newHandler(t, teller(sessions, &got))
	if response, err := h(t.Context(), batchOf(change("1", nil, over), removed)); err != nil || failures(response) != "" {
		t.Fatal(failures(response), err)
	}
	const s = "{s 1700000000}"
	want := []string{
		"changes_test.Session inserted key=" + s + " old=- new=" + s + " expired=false",
		"changes_test.Session removed key=" + s + " old=" + s + " new=- expired=true",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
