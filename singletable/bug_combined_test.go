package singletable_test

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/lambdapatterns/lambdapatterns/singletable"
	"github.com/lambdapatterns/lambdapatterns/singletable/singletabletest"
)

// Every call that reads shards is put down to the index and its pattern, one request a shard, and to the pattern of the shards
// where only one is read. When one shard is throttled the call says so, and nothing is sent or runs after it has returned.
func TestRequestsOfShards(t *testing.T) {
	t.Parallel()
	onFaults(t, func(t *testing.T, engine *singletabletest.Engine, s store) {
		var seen watch
		x := newSharded(t, s, 40, seen.option())
		v := Reading{Sensor: "roof", Level: 1, ID: "r"}
		put(t, x.apart, v)
		seen.take()
		of := Reading{Sensor: "roof"}
		for name, c := range map[string]struct {
			do      func() error
			pattern string
		}{
			"query": {func() error { return drained(x.apart.GSI1().Query(t.Context(), of)) }, "GSI1 APART#{sensor}#{0..39}"},
			"page": {func() error {
				_, err := x.apart.Page(t.Context(), of, "")
				return err
			}, "APART#{sensor}#{0..39}"},
			"count": {func() error {
				_, err := x.apart.GSI1().Count(t.Context(), of, singletable.Filter(expression.Name("text").AttributeNotExists()))
				return err
			}, "GSI1 APART#{sensor}#{0..39}"},
			"collect": {func() error {
				return x.apart.Collect(t.Context(), of, singletable.Each(x.apart, func(Reading) error { return nil }))
			}, "APART#{sensor}#{0..39}"},
		} {
			if err := c.do(); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			requests := seen.take()
			if len(requests) != 40 {
				t.Errorf("%s: %d requests", name, len(requests))
			}
			for _, r := range requests {
				if r.Op != name || r.Pattern != c.pattern || r.Entity != "Apart" || r.Try != 1 || r.Err != nil {
					t.Fatalf("%s: told of %+v", name, r)
				}
			}
			hot := engine.Inject(singletabletest.Fault{Operations: []string{"Query"}, After: 11, Do: singletabletest.HotKey()})
			err := c.do()
			hot.Remove()
			throttled, ok := errors.AsType[*singletable.ThrottledError](err)
			if !ok || !throttled.HotKey() || throttled.Pattern != c.pattern || throttled.Op != name {
				t.Errorf("%s: throttled: %v", name, err)
			}
			if e, ok := errors.AsType[*singletable.ItemError](err); !ok || e.Op != name || e.Entity != "Apart" {
				t.Errorf("%s: the error is %v", name, err)
			}
			sent := len(seen.take())
			synctest.Wait()
			if more := len(seen.take()); more != 0 || sent > 11+8 {
				t.Errorf("%s: %d requests, and %d after the call", name, sent, more)
			}
		}
		if _, err := x.apart.One(t.Context(), v); err != nil {
			t.Fatal(err)
		}
		if r := seen.take(); len(r) != 1 || r[0].Pattern != "APART#{sensor}#{0..39}" {
			t.Errorf("of one shard: told of %+v", r)
		}
	})
}

// What a batch leaves of entities in shards is named by the keys that they have in the table.
func TestLeftoversInShards(t *testing.T) {
	t.Parallel()
	onFaults(t, func(t *testing.T, engine *singletabletest.Engine, s store) {
		x := newSharded(t, s, 8)
		var all []Reading
		var keys []singletable.Key
		for i := range 60 {
			all = append(all, Reading{Sensor: "roof", Level: 1, ID: fmt.Sprint(i)})
			key, err := x.apart.Key(all[i])
			if err != nil {
				t.Fatal(err)
			}
			keys = append(keys, key)
		}
		leaves := engine.Inject(singletabletest.Fault{Do: singletabletest.UnprocessedLast(7), After: 1, Times: 3})
		err := x.apart.BatchPut(t.Context(), all)
		leaves.Remove()
		if err != nil {
			t.Errorf("what was left was written then: %v", err)
		}
		engine.Inject(singletabletest.Fault{Do: singletabletest.Unprocessed()})
		if got := left(t, x.apart.BatchDelete(t.Context(), all)); !sameKeys(got, keys) {
			t.Errorf("left are %v", got)
		}
		got, err := x.apart.BatchGet(t.Context(), all)
		if unread := left(t, err); !sameKeys(unread, keys) || slices.ContainsFunc(got, func(v *Reading) bool { return v != nil }) {
			t.Errorf("unread are %v", unread)
		}
	})
}

// An Update whose answer was lost is known by what it left, where it kept nested attributes of other programs, took the keys
// of a sparse index away and moved the entity to another shard.
func TestLostAnswerOfAnUpdateWithAllAtOnce(t *testing.T) {
	t.Parallel()
	type place struct {
		Room string `dynamodbav:"room"`
	}
	type thing struct {
		ID      string    `dynamodbav:"id"`
		Owner   string    `dynamodbav:"owner,omitempty"`
		Place   place     `dynamodbav:"place"`
		Updated time.Time `dynamodbav:"updated"`
	}
	synctest.Test(t, func(t *testing.T) {
		w := &wire{}
		schema := singletable.Schema{
			Type: "Thing", Key: singletable.Pattern("THING#{id}", "THING#{id}").Sharded(4), UpdatedAt: "updated",
			GSI1: singletable.Pattern("OWNER#{owner}", "{id}").Sparse().Sharded(8),
		}
		things := repo[thing](t, w.table(t), schema)
		v := thing{ID: "t", Owner: "ada", Place: place{"attic"}}
		put(t, things, v)
		key, err := things.Key(v)
		if err != nil {
			t.Fatal(err)
		}
		where := map[string]types.AttributeValue{"PK": text(key.Partition), "SK": text(key.Sort)}
		direct := w.engine.Client()
		if _, err := direct.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
			TableName: new("app"), Key: where, UpdateExpression: new("SET place.shelf = :x, more = :x"),
			ExpressionAttributeValues: map[string]types.AttributeValue{":x": text("3")},
		}); err != nil {
			t.Fatal(err)
		}
		for _, owner := range []string{"", "bob"} {
			loseFirst(w, true, nil)
			calls := 0
			if err := things.Update(t.Context(), v, func(v *thing) error {
				calls++
				v.Owner, v.Place.Room = owner, "cellar "+owner
				return nil
			}); err != nil || calls != 1 {
				t.Errorf("to %q: %v after %d calls", owner, err, calls)
			}
			out, err := direct.GetItem(t.Context(), &dynamodb.GetItemInput{TableName: new("app"), Key: where})
			if err != nil {
				t.Fatal(err)
			}
			inside, _ := out.Item["place"].(*types.AttributeValueMemberM)
			if inside == nil || !isText(inside.Value["shelf"], "3") || !isText(out.Item["more"], "3") || (out.Item["GSI1PK"] != nil) != (owner != "") {
				t.Errorf("to %q: the item is %v", owner, out.Item)
			}
		}
		// A lost answer of another's work in between is not taken for it.
		loseFirst(w, false, func() {
			if _, err := direct.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
				TableName: new("app"), Key: where, UpdateExpression: new("SET place.shelf = :x"),
				ExpressionAttributeValues: map[string]types.AttributeValue{":x": text("4")},
			}); err != nil {
				t.Error(err)
			}
		})
		err = things.Update(t.Context(), v, func(v *thing) error { v.Place.Room = "roof"; return nil })
		got, errGet := things.Get(t.Context(), v)
		if err == nil && got.Place.Room != "roof" || err != nil && !errors.Is(err, singletable.ErrConflict) || errGet != nil {
			t.Errorf("not performed: %v, and it is %+v, %v", err, got, errGet)
		}
	})
}

// A call has one budget of tries, also where it reads, makes a transaction of the result, and does both again.
func TestOneBudgetForReplacingUniqueValues(t *testing.T) {
	t.Parallel()
	for name, codes := range map[string][]string{
		"conflicts":    {"TransactionConflict"},
		"races":        {"ConditionalCheckFailed"}, // the item is said to be gone
		"both in turn": {"TransactionConflict", "ConditionalCheckFailed"},
	} {
		for _, op := range []string{"put", "delete", "update"} {
			t.Run(name+" "+op, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					w := &wire{}
					owners := repo[Owner](t, w.table(t), singletable.Schema{
						Type: "Owner", Key: singletable.Pattern("OWNER#{id}", "OWNER"), Unique: map[string]string{"name": "{name}"},
					})
					put(t, owners, Owner{ID: "o", Name: "old"})
					sent, others := 0, 2 // actions beside the entity's
					if op == "delete" {
						others = 1
					}
					w.answer = func(op string, _ int, perform func() *http.Response) *http.Response {
						if op != "TransactWriteItems" {
							return nil
						}
						sent++
						return failure(400, "TransactionCanceledException",
							`,"CancellationReasons":[{"Code":"`+codes[sent%len(codes)]+`"}`+strings.Repeat(`,{"Code":"None"}`, others)+`]`)
					}
					var err error
					switch op {
					case "put":
						err = owners.Put(t.Context(), Owner{ID: "o", Name: "new"})
					case "delete":
						err = owners.Delete(t.Context(), Owner{ID: "o"})
					case "update":
						err = owners.Update(t.Context(), Owner{ID: "o"}, func(o *Owner) error { o.Name = "new"; return nil })
					}
					if !errors.Is(err, singletable.ErrConflict) || sent != 12 {
						t.Errorf("%d transactions, then %v", sent, err)
					}
				})
			})
		}
	}
}

// A query of an index by own attributes can have a condition on the sort key, a filter on other attributes, a projection, pages
// and an observer at once.
func TestAttributeIndexWithAllAtOnce(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, s store) {
		var seen watch
		name := s.table + "-all"
		table := singletable.NewTable(s.client, name, seen.option(),
			singletable.WithAttributeIndex("ByRegion", []string{"region", "status"}, []string{"total", "id"}),
			singletable.WithAttributeIndex("ByStatus", []string{"status"}, []string{"region", "total"}))
		type sale struct {
			ID     string `dynamodbav:"id"`
			Region string `dynamodbav:"region"`
			Status string `dynamodbav:"status"`
			Total  int    `dynamodbav:"total"`
			Text   string `dynamodbav:"text"`
			Until  int64  `dynamodbav:"until,omitempty"`
		}
		sales := repo[sale](t, table, singletable.Schema{
			Type: "Sale", Key: singletable.Pattern("SALE#{id}", "SALE"), ExpiresAt: "until",
			GSI1:    singletable.Pattern("TEXT#{text}", "{id}").Sparse().Sharded(3),
			Indexes: map[string]singletable.KeyPattern{"ByRegion": singletable.OwnAttributes(), "ByStatus": singletable.OwnAttributes()},
		})
		if _, err := s.client.CreateTable(t.Context(), table.CreateTableInput()); err != nil {
			t.Fatal(err)
		}
		for i := range 20 {
			put(t, sales, sale{ID: fmt.Sprintf("s%02d", i), Region: "eu", Status: "open", Total: 1 + i/2, Text: []string{"odd", "even"}[i%2]})
		}
		put(t, sales, sale{ID: "gone", Region: "eu", Status: "open", Total: 3, Text: "odd", Until: 1})
		seen.take()
		odd := func(opts ...singletable.QueryOption) []singletable.QueryOption {
			return append(opts, singletable.Filter(expression.Name("text").Equal(expression.Value("odd"))), singletable.Filter(expression.Name("text").AttributeExists()))
		}
		for index, of := range map[string]sale{"ByRegion": {Region: "eu", Status: "open"}, "ByStatus": {Region: "eu", Status: "open"}} {
			x := sales.Index(index)
			opts := odd(singletable.Between(sale{Total: 2}, sale{Total: 9}))
			if n, err := x.Count(t.Context(), of, opts...); err != nil || n != 8 {
				t.Errorf("%s: counted %d, %v", index, n, err)
			}
			var ids []string
			cursor := ""
			for first := true; first || cursor != ""; first = false {
				page, err := x.Page(t.Context(), of, cursor, append(opts, singletable.Limit(3), singletable.Project("id"))...)
				if err != nil {
					t.Fatal(index, err)
				}
				for _, v := range page.Items {
					ids = append(ids, v.ID)
				}
				if cursor = page.Cursor; cursor != "" {
					if _, err := x.Page(t.Context(), of, cursor, odd(singletable.Between(sale{Total: 2}, sale{Total: 8}))...); !errors.Is(err, singletable.ErrCursor) {
						t.Errorf("%s: a cursor of another condition: %v", index, err)
					}
				}
			}
			if got := strings.Join(ids, " "); got != "s02 s04 s06 s08 s10 s12 s14 s16" {
				t.Errorf("%s: the pages have %s", index, got)
			}
			for _, r := range seen.take() {
				if r.Index != index || r.Pattern != index || r.Entity != "Sale" {
					t.Errorf("told of %+v", r)
				}
			}
		}
		if n, err := sales.GSI1().Count(t.Context(), sale{Text: "odd"}, singletable.Filter(expression.Name("total").LessThan(expression.Value(4)))); err != nil || n != 3 {
			t.Errorf("in shards %d were counted, %v", n, err)
		}
		seen.take()
		n := 0
		for _, err := range sales.ParallelScan(t.Context(), 4) {
			if err != nil {
				t.Fatal(err)
			}
			n++
		}
		if n != 20 {
			t.Errorf("a parallel scan found %d", n)
		}
		for _, r := range seen.take() {
			if r.Op != "scan" || r.Pattern != "" || r.Entity != "Sale" {
				t.Errorf("told of %+v", r)
			}
		}
		for _, text := range []string{table.Terraform(), table.CloudFormation()} {
			for _, attribute := range []string{"region", "status", "total"} {
				if n := strings.Count(text, "name = \""+attribute+"\"\n    type") + strings.Count(text, "AttributeName: "+attribute+"\n    AttributeType"); n > 1 {
					t.Errorf("%s is defined %d times:\n%s", attribute, n, text)
				}
			}
		}
	})
}
