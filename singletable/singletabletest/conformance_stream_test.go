package singletabletest_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams"
	streamtypes "github.com/aws/aws-sdk-go-v2/service/dynamodbstreams/types"

	"github.com/lambdapatterns/lambdapatterns/singletable/changes"
	"github.com/lambdapatterns/lambdapatterns/singletable/singletabletest"
)

// A streamRecord is what every engine's stream says about a change, in the order of its shard.
type streamRecord struct {
	Event          string
	Keys, Old, New item
	View           string
	Size           int64
}

// streamed makes an empty table with a stream.
func (db database) streamed(s schema, view types.StreamViewType) string {
	db.t.Helper()
	in := s.definition(uniqueName())
	in.StreamSpecification = &types.StreamSpecification{StreamEnabled: new(true), StreamViewType: view}
	call(db.t, db.CreateTable, in)
	db.t.Cleanup(func() {
		if _, err := db.DeleteTable(context.WithoutCancel(db.t.Context()), &dynamodb.DeleteTableInput{TableName: in.TableName}); err != nil {
			db.t.Errorf("deleting the case's table: %v", err)
		}
	})
	return *in.TableName
}

// recorded checks that a table's stream has exactly these records. Sizes are compared where want has one.
func (db database) recorded(table string, want ...streamRecord) {
	db.t.Helper()
	got := db.records(db.t, table, len(want))
	for i := range got {
		if i >= len(want) || want[i].Size == 0 {
			got[i].Size = 0
		}
	}
	if len(got) != len(want) {
		db.t.Errorf("the stream has %d records, want %d", len(got), len(want))
	}
	for i := range min(len(got), len(want)) {
		same(db.t, got[i], want[i])
	}
}

// memoryRecords reads the stream of an engine in memory.
func memoryRecords(engine *singletabletest.Engine) func(*testing.T, string, int) []streamRecord {
	return func(t *testing.T, table string, _ int) (out []streamRecord) {
		t.Helper()
		stream, err := engine.Stream(table)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range stream.Records() {
			got := streamRecord{Event: r.EventName, View: r.Change.StreamViewType, Size: r.Change.SizeBytes}
			if got.Keys, err = changes.Item(r.Change.Keys); err != nil {
				t.Fatal(err)
			}
			if r.Change.OldImage != nil {
				got.Old, err = changes.Item(r.Change.OldImage)
			}
			if r.Change.NewImage != nil && err == nil {
				got.New, err = changes.Item(r.Change.NewImage)
			}
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, got)
		}
		return out
	}
}

// serviceRecords reads a stream through the service's API, until it has had time to bring as many records as are wanted,
// and some more.
func serviceRecords(client *dynamodb.Client, streams *dynamodbstreams.Client) func(*testing.T, string, int) []streamRecord {
	return func(t *testing.T, table string, wanted int) (out []streamRecord) {
		t.Helper()
		arn := call(t, client.DescribeTable, &dynamodb.DescribeTableInput{TableName: &table}).Table.LatestStreamArn
		for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(50 * time.Millisecond) {
			out = nil
			described, err := streams.DescribeStream(t.Context(), &dynamodbstreams.DescribeStreamInput{StreamArn: arn})
			if err != nil {
				t.Fatal(err)
			}
			for _, shard := range described.StreamDescription.Shards {
				out = append(out, shardRecords(t, streams, arn, shard.ShardId)...)
			}
			if len(out) >= wanted || time.Now().After(deadline) {
				return out
			}
		}
	}
}

func shardRecords(t *testing.T, streams *dynamodbstreams.Client, arn, shard *string) (out []streamRecord) {
	t.Helper()
	iterator, err := streams.GetShardIterator(t.Context(), &dynamodbstreams.GetShardIteratorInput{
		StreamArn: arn, ShardId: shard, ShardIteratorType: streamtypes.ShardIteratorTypeTrimHorizon,
	})
	if err != nil {
		t.Fatal(err)
	}
	for at := iterator.ShardIterator; at != nil; {
		page, err := streams.GetRecords(t.Context(), &dynamodbstreams.GetRecordsInput{ShardIterator: at})
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range page.Records {
			got := streamRecord{Event: string(r.EventName), View: string(r.Dynamodb.StreamViewType), Size: *r.Dynamodb.SizeBytes}
			for _, image := range []struct {
				from map[string]streamtypes.AttributeValue
				to   *item
			}{{r.Dynamodb.Keys, &got.Keys}, {r.Dynamodb.OldImage, &got.Old}, {r.Dynamodb.NewImage, &got.New}} {
				if image.from == nil {
					continue
				}
				if *image.to, err = attributevalue.FromDynamoDBStreamsMap(image.from); err != nil {
					t.Fatal(err)
				}
			}
			out = append(out, got)
		}
		if at = page.NextShardIterator; len(page.Records) == 0 {
			break
		}
	}
	return out
}

func streamCases() (cases []conformanceCase) {
	const both = types.StreamViewTypeNewAndOldImages
	for view, shows := range map[types.StreamViewType][2]bool{
		both: {true, true}, types.StreamViewTypeNewImage: {false, true}, types.StreamViewTypeOldImage: {true, false}, types.StreamViewTypeKeysOnly: {},
	} {
		cases = append(cases, conformanceCase{fmt.Sprintf("images of %s", view), func(t *testing.T, db database) {
			table := db.streamed(byPKSK, view)
			key := pksk("a", "1")
			first, second := with(key, item{"Message": S("New item!")}), with(key, item{"Message": S("This item has changed")})
			db.put(table, first, second)
			call(t, db.DeleteItem, &dynamodb.DeleteItemInput{TableName: &table, Key: key})
			image := func(i item, shown bool) item {
				if !shown {
					return nil
				}
				return i
			}
			db.recorded(table,
				streamRecord{Event: "INSERT", Keys: key, New: image(first, shows[1]), View: string(view)},
				streamRecord{Event: "MODIFY", Keys: key, Old: image(first, shows[0]), New: image(second, shows[1]), View: string(view)},
				streamRecord{Event: "REMOVE", Keys: key, Old: image(second, shows[0]), View: string(view)},
			)
		}})
	}
	return append(cases, []conformanceCase{
		{"no record of what changes nothing", func(t *testing.T, db database) {
			table := db.streamed(byPK, both)
			a := with(pk("a"), item{"n": N("1"), "s": SS("x", "y"), "m": M(item{"l": L(NULL(), BOOL(true))})})
			db.put(table, a, a)
			call(t, db.DeleteItem, &dynamodb.DeleteItemInput{TableName: &table, Key: pk("none")})
			update := &dynamodb.UpdateItemInput{
				TableName: &table, Key: pk("a"), UpdateExpression: new("SET n = :n"), ExpressionAttributeValues: values{":n": N("1")},
			}
			call(t, db.UpdateItem, update)
			refused(t, db.PutItem, &dynamodb.PutItemInput{TableName: &table, Item: pk("a"), ConditionExpression: new("attribute_not_exists(PK)")}, conditionFailed)
			db.put(table, pk("end"))
			db.recorded(table,
				streamRecord{Event: "INSERT", Keys: pk("a"), New: a, View: string(both)},
				streamRecord{Event: "INSERT", Keys: pk("end"), New: pk("end"), View: string(both)},
			)
		}},
		{"updates", func(t *testing.T, db database) {
			table := db.streamed(byPK, both)
			for _, n := range []string{"1", "2"} {
				call(t, db.UpdateItem, &dynamodb.UpdateItemInput{
					TableName: &table, Key: pk("a"), UpdateExpression: new("SET n = :n"), ExpressionAttributeValues: values{":n": N(n)},
				})
			}
			one, two := with(pk("a"), item{"n": N("1")}), with(pk("a"), item{"n": N("2")})
			db.recorded(table,
				streamRecord{Event: "INSERT", Keys: pk("a"), New: one, View: string(both)},
				streamRecord{Event: "MODIFY", Keys: pk("a"), Old: one, New: two, View: string(both)},
			)
		}},
		{"an update that makes an item of a key alone", func(t *testing.T, db database) {
			table := db.streamed(byPK, both)
			call(t, db.UpdateItem, &dynamodb.UpdateItemInput{TableName: &table, Key: pk("a")})
			db.recorded(table, streamRecord{Event: "INSERT", Keys: pk("a"), New: pk("a"), View: string(both)})
		}},
		{"batches and transactions", func(t *testing.T, db database) {
			table := db.streamed(byPK, both)
			call(t, db.BatchWriteItem, batchWrite(map[string][]types.WriteRequest{table: {putRequest(pk("a"))}}))
			call(t, db.BatchWriteItem, batchWrite(map[string][]types.WriteRequest{table: {deleteRequest(pk("a"))}}))
			b := with(pk("b"), item{"x": N("1")})
			call(t, db.TransactWriteItems, transaction(txPut(table, b)))
			refused(t, db.TransactWriteItems, transaction(txCreate(table, pk("b")), txPut(table, pk("c"))), cancelled)
			call(t, db.TransactWriteItems, transaction(txDelete(table, pk("b")), txCheck(table, pk("c"), "attribute_not_exists(PK)")))
			db.recorded(table,
				streamRecord{Event: "INSERT", Keys: pk("a"), New: pk("a"), View: string(both)},
				streamRecord{Event: "REMOVE", Keys: pk("a"), Old: pk("a"), View: string(both)},
				streamRecord{Event: "INSERT", Keys: pk("b"), New: b, View: string(both)},
				streamRecord{Event: "REMOVE", Keys: pk("b"), Old: b, View: string(both)},
			)
		}},
		{"described", func(t *testing.T, db database) {
			table := db.streamed(byPK, both)
			got := call(t, db.DescribeTable, &dynamodb.DescribeTableInput{TableName: &table}).Table
			same(t, got.StreamSpecification, &types.StreamSpecification{StreamEnabled: new(true), StreamViewType: both})
			if _, err := time.Parse("2006-01-02T15:04:05.000", *got.LatestStreamLabel); err != nil {
				t.Error(err)
			}
			if !strings.HasSuffix(*got.LatestStreamArn, ":table/"+table+"/stream/"+*got.LatestStreamLabel) {
				t.Errorf("ARN %s with label %s", *got.LatestStreamArn, *got.LatestStreamLabel)
			}
			none := call(t, db.DescribeTable, &dynamodb.DescribeTableInput{TableName: new(db.table(byPK))}).Table
			if none.StreamSpecification != nil || none.LatestStreamArn != nil {
				t.Errorf("a table without a stream has %+v", none)
			}
		}},
		{"refused", func(t *testing.T, db database) {
			create := func(s types.StreamSpecification) *dynamodb.CreateTableInput {
				in := byPK.definition(uniqueName())
				in.StreamSpecification = &s
				return in
			}
			refused(t, db.CreateTable, create(types.StreamSpecification{StreamEnabled: new(true)}), invalid)
			refused(t, db.CreateTable, create(types.StreamSpecification{StreamEnabled: new(false), StreamViewType: both}), invalid)
		}},
		{"sizes", func(t *testing.T, db database) {
			table := db.streamed(schema{key: []string{"Id:N"}}, both)
			key := item{"Id": N("101")}
			first, second := with(key, item{"Message": S("New item!")}), with(key, item{"Message": S("This item has changed")})
			db.put(table, first, second)
			db.recorded(table,
				streamRecord{Event: "INSERT", Keys: key, New: first, View: string(both), Size: 26},
				streamRecord{Event: "MODIFY", Keys: key, Old: first, New: second, View: string(both), Size: 59},
			)
		}},
	}...)
}
