package singletabletest_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/lambdapatterns/lambdapatterns/singletable/singletabletest"
)

func why(reasons []types.ThrottlingReason) (all []string) {
	for _, r := range reasons {
		all = append(all, aws.ToString(r.Reason)+" "+aws.ToString(r.Resource))
	}
	return all
}

// Every throttling arrives as the SDK's own type, with its reasons.
func TestThrottling(t *testing.T) {
	t.Parallel()
	onTransports(t, func(t *testing.T, engine *singletabletest.Engine, db database) {
		table := db.table(schema{key: []string{"PK:S"}, globals: []index{{name: "by-x", key: []string{"x:S"}}}})
		arn := "arn:aws:dynamodb:us-east-1:000000000000:table/" + table
		once := func(do singletabletest.Effect) { engine.Inject(singletabletest.Fault{Times: 1, Do: do}) }
		check := func(got []types.ThrottlingReason, want ...string) {
			t.Helper()
			if !slices.Equal(why(got), want) {
				t.Errorf("reasons %q, want %q", why(got), want)
			}
		}

		once(singletabletest.ProvisionedThroughputExceeded())
		_, err := db.PutItem(t.Context(), putting(table, "a"))
		if e, ok := errors.AsType[*types.ProvisionedThroughputExceededException](err); !ok {
			t.Errorf("got %v", err)
		} else {
			check(e.ThrottlingReasons, "TableWriteProvisionedThroughputExceeded "+arn)
		}
		once(singletabletest.HotKey())
		in := query(table, "x = :x", values{":x": S("a")})
		in.IndexName = new("by-x")
		_, err = db.Query(t.Context(), in)
		if e, ok := errors.AsType[*types.ProvisionedThroughputExceededException](err); !ok {
			t.Errorf("got %v", err)
		} else {
			check(e.ThrottlingReasons, "IndexReadKeyRangeThroughputExceeded "+arn+"/index/by-x")
		}
		once(singletabletest.Throttling())
		_, err = db.BatchGetItem(t.Context(), batchGet(table, pk("a")))
		if e, ok := errors.AsType[*types.ThrottlingException](err); !ok {
			t.Errorf("got %v", err)
		} else {
			check(e.ThrottlingReasons, "TableReadMaxOnDemandThroughputExceeded "+arn)
		}
		once(singletabletest.RequestLimitExceeded(types.ThrottlingReason{Reason: new("IndexWriteAccountLimitExceeded"), Resource: new("x")}))
		_, err = db.DeleteItem(t.Context(), &dynamodb.DeleteItemInput{TableName: &table, Key: pk("a")})
		if e, ok := errors.AsType[*types.RequestLimitExceeded](err); !ok {
			t.Errorf("got %v", err)
		} else {
			check(e.ThrottlingReasons, "IndexWriteAccountLimitExceeded x")
		}
		db.holds(table)
	})
}

// The SDK's retryer takes for retryable what it does of the service's errors.
func TestRetryable(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		do        singletabletest.Effect
		retryable bool
	}{
		{singletabletest.HotKey(), true},
		{singletabletest.Throttling(), true},
		{singletabletest.RequestLimitExceeded(), true},
		{singletabletest.InternalServerError(), true},
		{singletabletest.ConnectionCut(), true},
		{singletabletest.AnswerLost(), true},
		{singletabletest.TransactionInProgress(), true},
		{singletabletest.TransactionConflict(), false},
		{singletabletest.APIError(400, "AccessDeniedException", "no"), false},
	} {
		t.Run(c.do.String(), func(t *testing.T) {
			t.Parallel()
			onTransports(t, func(t *testing.T, engine *singletabletest.Engine, db database) {
				table := db.table(byPK)
				engine.Inject(singletabletest.Fault{Operations: []string{"TransactWriteItems"}, Do: c.do})
				_, err := db.TransactWriteItems(t.Context(), transaction(txPut(table, pk("a"))))
				if err == nil || retry.NewStandard().IsErrorRetryable(err) != c.retryable {
					t.Errorf("%v: want retryable %t", err, c.retryable)
				}
			})
		})
	}
}

func TestConnectionCut(t *testing.T) {
	t.Parallel()
	onTransports(t, func(t *testing.T, engine *singletabletest.Engine, db database) {
		table := db.table(byPK)
		for _, c := range []struct {
			key       string
			do        singletabletest.Effect
			performed bool
		}{
			{"cut", singletabletest.ConnectionCut(), false},
			{"lost", singletabletest.AnswerLost(), true},
		} {
			injected := engine.Inject(singletabletest.Fault{Operations: []string{"PutItem"}, Do: c.do})
			_, err := db.PutItem(t.Context(), putting(table, c.key))
			if _, ok := errors.AsType[interface {
				error
				ConnectionError() bool
			}](err); !ok {
				t.Errorf("%s: got %v, want an error of the connection", c.key, err)
			}
			injected.Remove()
			if there := db.get(table, pk(c.key)) != nil; there != c.performed {
				t.Errorf("%s: the item is there: %t", c.key, there)
			}
			call(t, db.PutItem, putting(table, "after"))
		}
	})
}

func TestUnprocessed(t *testing.T) {
	t.Parallel()
	engine, db := faulty(t)
	one, two := db.table(byPK), db.table(byPK)
	if two < one {
		one, two = two, one
	}
	put := func(keys ...string) (all []types.WriteRequest) {
		for _, k := range keys {
			all = append(all, putRequest(with(pk(k), item{"b": B("\x00"), "l": L(S("x"), N("1.5"))})))
		}
		return all
	}
	all := map[string][]types.WriteRequest{one: put("1", "2"), two: append(put("3"), deleteRequest(pk("4")))}
	leave := func(do singletabletest.Effect) { engine.Inject(singletabletest.Fault{Times: 1, Do: do}) }

	leave(singletabletest.Unprocessed())
	same(t, call(t, db.BatchWriteItem, batchWrite(all)).UnprocessedItems, all)
	db.holds(one)

	leave(singletabletest.UnprocessedLast(3))
	same(t, call(t, db.BatchWriteItem, batchWrite(all)).UnprocessedItems,
		map[string][]types.WriteRequest{one: all[one][1:], two: all[two]})
	db.holds(one, all[one][0].PutRequest.Item)
	db.holds(two)

	leave(singletabletest.UnprocessedLast(1))
	same(t, call(t, db.BatchWriteItem, batchWrite(all)).UnprocessedItems, map[string][]types.WriteRequest{two: all[two][1:]})

	leave(singletabletest.Unprocessed())
	refused(t, db.BatchWriteItem, batchWrite(map[string][]types.WriteRequest{one: put("1", "1")}), invalid, "duplicates")

	in := &dynamodb.BatchGetItemInput{RequestItems: map[string]types.KeysAndAttributes{
		one: {Keys: []item{pk("1"), pk("2")}, ConsistentRead: new(true), ProjectionExpression: new("#p"), ExpressionAttributeNames: map[string]string{"#p": "PK"}},
		two: {Keys: []item{pk("3")}},
	}}
	leave(singletabletest.UnprocessedLast(2))
	got := call(t, db.BatchGetItem, in)
	rest := in.RequestItems[one]
	rest.Keys = rest.Keys[1:]
	same(t, got.UnprocessedKeys, map[string]types.KeysAndAttributes{one: rest, two: in.RequestItems[two]})
	same(t, got.Responses, map[string][]item{one: {pk("1")}, two: {}})
	leave(singletabletest.UnprocessedLast(7))
	got = call(t, db.BatchGetItem, in)
	same(t, got.UnprocessedKeys, in.RequestItems)
	same(t, got.Responses, map[string][]item{one: {}, two: {}})
}

func TestTransactionConflicts(t *testing.T) {
	t.Parallel()
	engine, db := faulty(t)
	table := db.table(byPK)
	db.put(table, pk("a"))
	injected := engine.Inject(singletabletest.Fault{Do: singletabletest.TransactionConflict()})
	for _, err := range []error{
		refused(t, db.PutItem, putting(table, "a"), "TransactionConflictException"),
		refused(t, db.DeleteItem, &dynamodb.DeleteItemInput{TableName: &table, Key: pk("a")}, "TransactionConflictException"),
	} {
		if !is[*types.TransactionConflictException](err) {
			t.Errorf("%v has no error of the SDK's type in its chain", err)
		}
	}
	three := transaction(txPut(table, pk("a")), txPut(table, pk("b")), txPut(table, pk("c")))
	check := func(want ...string) {
		t.Helper()
		codes, _ := reasons(t, refused(t, db.TransactWriteItems, three, cancelled, "[", want[2]))
		if !slices.Equal(codes, want) {
			t.Errorf("reasons %v, want %v", codes, want)
		}
	}
	check("TransactionConflict", "None", "None")
	injected.Remove()
	injected = engine.Inject(singletabletest.Fault{Do: singletabletest.TransactionConflict(2, 0, 7)})
	check("TransactionConflict", "None", "TransactionConflict")
	call(t, db.PutItem, putting(table, "single"))
	injected.Remove()
	injected = engine.Inject(singletabletest.Fault{Do: singletabletest.TransactionCanceled("ThrottlingError", 1)})
	check("None", "ThrottlingError", "None")
	call(t, db.TransactWriteItems, transaction(txPut(table, pk("d")))) // has no action at position 1
	injected.Remove()
	injected = engine.Inject(singletabletest.Fault{Do: singletabletest.ReplicatedWriteConflict()})
	if err := refused(t, db.PutItem, putting(table, "x"), "ReplicatedWriteConflictException"); !is[*types.ReplicatedWriteConflictException](err) {
		t.Errorf("%v has no error of the SDK's type in its chain", err)
	}
	injected.Remove()
	db.holds(table, pk("a"), pk("d"), pk("single"))
}

func TestLatency(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		engine, db := faulty(t)
		table := db.table(byPK)
		engine.Inject(singletabletest.Fault{Operations: []string{"PutItem"}, Do: singletabletest.Latency(time.Minute)})
		injected := engine.Inject(singletabletest.Fault{Operations: []string{"PutItem"}, Times: 1, Do: singletabletest.HotKey()})
		start := time.Now()
		refused(t, db.PutItem, putting(table, "a"), "ProvisionedThroughputExceededException")
		call(t, db.PutItem, putting(table, "b"))
		if took := time.Since(start); took != 2*time.Minute || injected.Struck() != 1 {
			t.Errorf("took %v", took)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := db.PutItem(ctx, putting(table, "c")); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v, want the end of the context", err)
		}
		if took := time.Since(start); took != 2*time.Minute+time.Second {
			t.Errorf("ended after %v", took)
		}
		db.holds(table, pk("b"))
	})
}
