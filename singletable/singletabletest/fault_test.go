package singletabletest_test

import (
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/lambdapatterns/lambdapatterns/singletable/singletabletest"
)

// faulty is an engine with a database on it, whose client does not retry.
func faulty(t *testing.T) (*singletabletest.Engine, database) {
	engine := new(singletabletest.Engine)
	return engine, database{Client: engine.Client(withoutRetries), t: t}
}

// onTransports runs a test with a client in this process, and with one over HTTP.
func onTransports(t *testing.T, test func(*testing.T, *singletabletest.Engine, database)) {
	t.Run("in process", func(t *testing.T) {
		t.Parallel()
		engine, db := faulty(t)
		test(t, engine, db)
	})
	t.Run("HTTP", func(t *testing.T) {
		t.Parallel()
		engine := new(singletabletest.Engine)
		server := httptest.NewServer(engine)
		t.Cleanup(server.Close)
		test(t, engine, database{t: t, Client: engine.Client(withoutRetries, func(o *dynamodb.Options) {
			o.BaseEndpoint, o.HTTPClient = &server.URL, server.Client()
		})})
	})
}

func putting(table, key string) *dynamodb.PutItemInput {
	return &dynamodb.PutItemInput{TableName: &table, Item: pk(key)}
}

func TestFaultCounts(t *testing.T) {
	t.Parallel()
	engine, db := faulty(t)
	table := db.table(byPK)
	injected := engine.Inject(singletabletest.Fault{
		Operations: []string{"PutItem"}, After: 2, Times: 3, Do: singletabletest.InternalServerError(),
	})
	var failed []bool
	for range 7 {
		_, err := db.PutItem(t.Context(), putting(table, "a"))
		failed = append(failed, err != nil)
		call(t, db.GetItem, &dynamodb.GetItemInput{TableName: &table, Key: pk("a")}) // is no PutItem
	}
	if want := []bool{false, false, true, true, true, false, false}; !slices.Equal(failed, want) {
		t.Errorf("failed %v, want %v", failed, want)
	}
	if injected.Struck() != 3 {
		t.Errorf("struck %d times, want 3", injected.Struck())
	}
}

func TestFaultIsRemoved(t *testing.T) {
	t.Parallel()
	engine, db := faulty(t)
	table := db.table(byPK)
	first := engine.Inject(singletabletest.Fault{Do: singletabletest.HotKey()})
	second := engine.Inject(singletabletest.Fault{Do: singletabletest.APIError(403, "AccessDeniedException", "no")})
	refused(t, db.PutItem, putting(table, "a"), "ProvisionedThroughputExceededException")
	first.Remove()
	first.Remove()
	refused(t, db.PutItem, putting(table, "a"), "AccessDeniedException", "no")
	second.Remove()
	db.holds(table)
	call(t, db.PutItem, putting(table, "a"))
	if first.Struck() != 1 || second.Struck() != 1 {
		t.Errorf("struck %d and %d times, want 1 each", first.Struck(), second.Struck())
	}
}

func TestFaultChoosesCalls(t *testing.T) {
	t.Parallel()
	engine, db := faulty(t)
	one, two := db.table(byPK), db.table(byPK)
	arn := "arn:aws:dynamodb:us-east-1:000000000000:table/" + one
	var asked []string
	injected := engine.Inject(singletabletest.Fault{
		Tables: []string{one}, Do: singletabletest.Throttling(),
		If: func(operation string, request []byte) bool {
			asked = append(asked, operation)
			return !strings.Contains(string(request), "spared")
		},
	})
	const code = "ThrottlingException"
	call(t, db.PutItem, putting(two, "a"))
	call(t, db.PutItem, putting(one, "spared"))
	refused(t, db.PutItem, putting(one, "a"), code)
	refused(t, db.PutItem, putting(arn, "a"), code)
	call(t, db.BatchWriteItem, batchWrite(map[string][]types.WriteRequest{two: {putRequest(pk("b"))}}))
	refused(t, db.BatchWriteItem, batchWrite(map[string][]types.WriteRequest{one: {putRequest(pk("b"))}, two: {putRequest(pk("b"))}}), code)
	refused(t, db.BatchGetItem, batchGet(one, pk("b")), code)
	call(t, db.TransactWriteItems, transaction(txPut(two, pk("c"))))
	refused(t, db.TransactWriteItems, transaction(txPut(two, pk("c")), txDelete(one, pk("c"))), code)
	refused(t, db.TransactGetItems, &dynamodb.TransactGetItemsInput{TransactItems: []types.TransactGetItem{get(one, pk("c"))}}, code)
	refused(t, db.Scan, &dynamodb.ScanInput{TableName: &one}, code)
	call(t, db.ListTables, &dynamodb.ListTablesInput{})
	want := []string{"PutItem", "PutItem", "PutItem", "BatchWriteItem", "BatchGetItem", "TransactWriteItems", "TransactGetItems", "Scan"}
	if !slices.Equal(asked, want) {
		t.Errorf("If was asked about %v, want %v", asked, want)
	}
	if injected.Struck() != 7 {
		t.Errorf("struck %d times, want 7", injected.Struck())
	}
	injected.Remove()
	db.holds(one, pk("spared"))
}

// The same seed strikes the same calls, and another one others; about as many as the probability says.
func TestFaultProbability(t *testing.T) {
	t.Parallel()
	struck := func(seed uint64) (at []int) {
		engine, db := faulty(t)
		table := db.table(byPK)
		engine.Inject(singletabletest.Fault{
			Operations: []string{"PutItem"}, Probability: 0.25, Seed: seed, Do: singletabletest.RequestLimitExceeded(),
		})
		for i := range 400 {
			if _, err := db.PutItem(t.Context(), putting(table, "a")); err != nil {
				at = append(at, i)
			}
		}
		return at
	}
	one, again, other := struck(1), struck(1), struck(2)
	if !slices.Equal(one, again) {
		t.Errorf("one seed struck %v and %v", one, again)
	}
	if slices.Equal(one, other) {
		t.Errorf("two seeds struck the same calls: %v", one)
	}
	if len(one) < 70 || len(one) > 130 {
		t.Errorf("struck %d of 400 calls, want about 100", len(one))
	}
}

func TestFaultsAreSafeForConcurrentUse(t *testing.T) {
	t.Parallel()
	engine, db := faulty(t)
	table := db.table(byPK)
	lasting := engine.Inject(singletabletest.Fault{
		Operations: []string{"PutItem"}, Times: 50, Do: singletabletest.HotKey(),
	})
	var workers sync.WaitGroup
	var mu sync.Mutex
	failures := 0
	for range 8 {
		workers.Go(func() {
			for range 25 {
				passing := engine.Inject(singletabletest.Fault{Operations: []string{"Query"}, Do: singletabletest.HotKey()})
				if _, err := db.PutItem(t.Context(), putting(table, "a")); err != nil {
					mu.Lock()
					failures++
					mu.Unlock()
				}
				passing.Remove()
			}
		})
	}
	workers.Wait()
	if failures != 50 || lasting.Struck() != 50 {
		t.Errorf("%d calls failed and %d were struck, want 50", failures, lasting.Struck())
	}
}

func TestWrongFaultsAreRefused(t *testing.T) {
	t.Parallel()
	type fault = singletabletest.Fault
	for _, c := range []struct {
		name  string
		fault fault
		want  string
	}{
		{"nothing to do", fault{}, "Do is not set"},
		{"unknown operation", fault{Operations: []string{"PutItems"}, Do: singletabletest.HotKey()}, `"PutItems", which is no operation`},
		{"unprocessed put", fault{Operations: []string{"PutItem"}, Do: singletabletest.Unprocessed()}, "BatchGetItem, BatchWriteItem"},
		{"throttled table", fault{Operations: []string{"ListTables"}, Do: singletabletest.HotKey()}, "never fails so"},
		{"conflicting batch", fault{Operations: []string{"BatchWriteItem"}, Do: singletabletest.TransactionConflict()}, "never fails so"},
		{"position in a single write", fault{Operations: []string{"PutItem"}, Do: singletabletest.TransactionConflict(1)}, "never fails so"},
		{"reading in progress", fault{Operations: []string{"TransactGetItems"}, Do: singletabletest.TransactionInProgress()}, "never fails so"},
		{"replicated transaction", fault{Operations: []string{"TransactWriteItems"}, Do: singletabletest.ReplicatedWriteConflict()}, "never fails so"},
		{"no name of a table", fault{Tables: []string{"a#b"}, Do: singletabletest.HotKey()}, `"a#b"`},
		{"After", fault{After: -1, Do: singletabletest.HotKey()}, "After is -1"},
		{"Times", fault{Times: -1, Do: singletabletest.HotKey()}, "Times is -1"},
		{"Probability", fault{Probability: 1.5, Do: singletabletest.HotKey()}, "Probability is 1.5"},
		{"no latency", fault{Do: singletabletest.Latency(0)}, "must be positive"},
		{"none left", fault{Do: singletabletest.UnprocessedLast(0)}, "at least 1"},
		{"no error", fault{Do: singletabletest.APIError(200, "OK", "")}, "status 200"},
		{"no code", fault{Do: singletabletest.APIError(400, "", "")}, "no code"},
		{"position", fault{Do: singletabletest.TransactionConflict(100)}, "position 100"},
		{"reason", fault{Do: singletabletest.TransactionCanceled("None")}, `"None"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			defer func() {
				if text, ok := recover().(string); !ok || !strings.Contains(text, "Inject: ") || !strings.Contains(text, c.want) {
					t.Errorf("panicked with %q, want one with %q", text, c.want)
				}
			}()
			new(singletabletest.Engine).Inject(c.fault)
		})
	}
}
