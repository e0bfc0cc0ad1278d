package singletabletest_test

import (
	"context"
	"encoding/json"
	"math/big"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/lambdapatterns/lambdapatterns/singletable/singletabletest"
)

// newStream makes a table with a stream, whose items are written by put.
func newStream(t *testing.T, shards int) (*singletabletest.Stream, database, string) {
	t.Helper()
	engine := &singletabletest.Engine{StreamShards: shards}
	db := database{Client: engine.Client(withoutRetries), t: t}
	table := db.streamed(byPK, types.StreamViewTypeNewAndOldImages)
	stream, err := engine.Stream(table)
	if err != nil {
		t.Fatal(err)
	}
	return stream, db, table
}

func number(t *testing.T, sequence string) *big.Int {
	t.Helper()
	n, ok := new(big.Int).SetString(sequence, 10)
	if !ok || len(sequence) < 21 || len(sequence) > 40 {
		t.Fatalf("%q is no sequence number", sequence)
	}
	return n
}

func TestStreamRecords(t *testing.T) {
	t.Parallel()
	stream, db, table := newStream(t, 0)
	db.put(table, with(pk("a"), item{
		"n": N("1E2"), "b": B("\x00"), "empty": B(""), "t": BOOL(true), "null": NULL(), "l": L(S("x"), L()), "m": M(item{"k": S("v")}),
		"ss": SS("x"), "ns": NS("1"), "bs": BS("x"),
	}), pk("b"))
	records := stream.Records()
	first, second := records[0], records[1]
	if first.EventID == second.EventID || len(first.EventID) != 32 {
		t.Errorf("event ids %q and %q", first.EventID, second.EventID)
	}
	if first.EventSource != "aws:dynamodb" || first.EventVersion != "1.1" || first.AWSRegion != "us-east-1" ||
		first.EventSourceArn != stream.ARN() || first.UserIdentity != nil {
		t.Errorf("record %+v", first)
	}
	if number(t, first.Change.SequenceNumber).Cmp(number(t, second.Change.SequenceNumber)) >= 0 {
		t.Errorf("sequence numbers %s and %s", first.Change.SequenceNumber, second.Change.SequenceNumber)
	}
	at := first.Change.ApproximateCreationDateTime
	if age := time.Since(at.Time); age < 0 || age > time.Minute || at.Nanosecond() != 0 {
		t.Errorf("created at %v", at)
	}
	// Every type of a value arrives at a function as it was.
	text, err := json.Marshal(first)
	if err != nil {
		t.Fatal(err)
	}
	const image = `"NewImage":{"PK":{"S":"a"},"b":{"B":"AA=="},"bs":{"BS":["eA=="]},"empty":{"B":""},"l":{"L":[{"S":"x"},{"L":[]}]},` +
		`"m":{"M":{"k":{"S":"v"}}},"n":{"N":"100"},"ns":{"NS":["1"]},"null":{"NULL":true},"ss":{"SS":["x"]},"t":{"BOOL":true}}`
	if !strings.Contains(string(text), image) {
		t.Errorf("%s\nlacks %s", text, image)
	}
}

// Shards hold different keys, and each of its own in order.
func TestStreamShards(t *testing.T) {
	t.Parallel()
	stream, db, table := newStream(t, 3)
	for range 2 {
		for _, key := range numbered(30) {
			db.put(table, key)
			call(t, db.DeleteItem, &dynamodb.DeleteItemInput{TableName: &table, Key: key})
		}
	}
	all := stream.Records()
	if len(all) != 120 || !slices.IsSortedFunc(all, func(a, b events.DynamoDBEventRecord) int {
		return number(t, a.Change.SequenceNumber).Cmp(number(t, b.Change.SequenceNumber))
	}) {
		t.Errorf("%d records, want 120 in their order", len(all))
	}
	shardOf := map[string]string{}
	seen := map[string]int{}
	last := map[string]string{}
	mapping := singletabletest.StreamMapping{
		Stream: stream, BatchSize: 7, Invoke: func(context.Context, []byte) ([]byte, error) { return nil, nil },
		Observe: func(b singletabletest.StreamBatch) {
			for _, r := range b.Records {
				key := r.Change.Keys["PK"].String()
				if before, ok := shardOf[key]; ok && before != b.Shard {
					t.Errorf("%s is in the shards %s and %s", key, before, b.Shard)
				}
				shardOf[key] = b.Shard
				if n := r.Change.SequenceNumber; last[b.Shard] >= n {
					t.Errorf("%s came after %s", n, last[b.Shard])
				} else {
					last[b.Shard] = n
				}
				seen[r.EventID]++
			}
		},
	}
	if err := mapping.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	if len(seen) != 120 || len(last) != 3 {
		t.Errorf("%d records in %d shards, want 120 in 3", len(seen), len(last))
	}
}

func TestStreamForgetsAfterADay(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		stream, db, table := newStream(t, 1)
		db.put(table, pk("a"))
		time.Sleep(12 * time.Hour)
		db.put(table, pk("b"))
		if n := len(stream.Records()); n != 2 {
			t.Errorf("%d records after half a day, want 2", n)
		}
		time.Sleep(12 * time.Hour)
		if r := stream.Records(); len(r) != 1 || r[0].Change.Keys["PK"].String() != "b" {
			t.Errorf("%d records after a day, want that of b", len(r))
		}
	})
}

func TestExpireItems(t *testing.T) {
	t.Parallel()
	engine := new(singletabletest.Engine)
	db := database{Client: engine.Client(withoutRetries), t: t}
	table := db.streamed(schema{key: []string{"PK:S"}, globals: []index{{name: "by-x", key: []string{"x:S"}}}}, types.StreamViewTypeOldImage)
	now := time.Unix(1_800_000_000, 0)
	if _, err := engine.ExpireItems(table, now); err == nil || !strings.Contains(err.Error(), "UpdateTimeToLive") {
		t.Errorf("without time to live: %v", err)
	}
	if _, err := engine.ExpireItems("none", now); err == nil || !strings.Contains(err.Error(), `"none"`) {
		t.Errorf("without a table: %v", err)
	}
	call(t, db.UpdateTimeToLive, &dynamodb.UpdateTimeToLiveInput{
		TableName: &table, TimeToLiveSpecification: &types.TimeToLiveSpecification{AttributeName: new("end"), Enabled: new(true)},
	})
	over := with(pk("over"), item{"end": N("1800000000"), "x": S("x")})
	stay := []item{
		with(pk("later"), item{"end": N("1800000001"), "x": S("x")}),
		with(pk("text"), item{"end": S("1")}),
		with(pk("ancient"), item{"end": N("1")}),
		pk("without"),
	}
	db.put(table, append(stay, over)...)
	deleted, err := engine.ExpireItems(table, now)
	if err != nil || deleted != 1 {
		t.Errorf("%d deleted, %v, want 1", deleted, err)
	}
	db.holds(table, stay...)
	in := query(table, "x = :x", values{":x": S("x")})
	in.IndexName = new("by-x")
	same(t, call(t, db.Query, in).Items, stay[:1])
	if deleted, err = engine.ExpireItems(table, now); err != nil || deleted != 0 {
		t.Errorf("%d deleted again, %v", deleted, err)
	}
	stream, err := engine.Stream(table)
	if err != nil {
		t.Fatal(err)
	}
	records := stream.Records()
	removal := records[len(records)-1]
	if removal.EventName != "REMOVE" || removal.UserIdentity == nil ||
		*removal.UserIdentity != (events.DynamoDBUserIdentity{Type: "Service", PrincipalID: "dynamodb.amazonaws.com"}) {
		t.Errorf("record %+v with identity %+v", removal, removal.UserIdentity)
	}
	if removal.Change.OldImage["x"].String() != "x" {
		t.Errorf("old image %v", removal.Change.OldImage)
	}
}

func TestStreamIsMissing(t *testing.T) {
	t.Parallel()
	engine, db := faulty(t)
	if _, err := engine.Stream(db.table(byPK)); err == nil || !strings.Contains(err.Error(), "StreamSpecification") {
		t.Errorf("without a stream: %v", err)
	}
	if _, err := engine.Stream("none"); err == nil || !strings.Contains(err.Error(), `"none"`) {
		t.Errorf("without a table: %v", err)
	}
}
