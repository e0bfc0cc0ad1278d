package singletabletest_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/lambdapatterns/lambdapatterns/singletable/singletabletest"
)

// invocations is a function that writes down the keys of each batch that it gets, and answers what a test says.
type invocations struct {
	t      *testing.T
	got    []string // the keys of each batch
	answer func(n int, records []events.DynamoDBEventRecord) (string, error)
}

func (f *invocations) invoke(_ context.Context, payload []byte) ([]byte, error) {
	var event events.DynamoDBEvent
	if err := json.Unmarshal(payload, &event); err != nil {
		f.t.Error(err)
	}
	f.got = append(f.got, keysOf(event.Records))
	if f.answer == nil {
		return nil, nil
	}
	response, err := f.answer(len(f.got), event.Records)
	return []byte(response), err
}

func keysOf(records []events.DynamoDBEventRecord) string {
	var keys []string
	for _, r := range records {
		keys = append(keys, r.Change.Keys["PK"].String())
	}
	return strings.Join(keys, "")
}

func failing(sequences ...string) string {
	var r events.DynamoDBEventResponse
	for _, s := range sequences {
		r.BatchItemFailures = append(r.BatchItemFailures, events.DynamoDBBatchItemFailure{ItemIdentifier: s})
	}
	text, _ := json.Marshal(r)
	return string(text)
}

// TestStreamMapping writes items a to f and checks which batches a function gets, and what is given up.
func TestStreamMapping(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	throttled := fmt.Errorf("too much: %w", singletabletest.ErrThrottled)
	poison := func(key string) func(int, []events.DynamoDBEventRecord) (string, error) {
		return func(_ int, records []events.DynamoDBEventRecord) (string, error) {
			if strings.Contains(keysOf(records), key) {
				return "", broken
			}
			return "", nil
		}
	}
	first := func(times int, response string, err error) func(int, []events.DynamoDBEventRecord) (string, error) {
		return func(n int, _ []events.DynamoDBEventRecord) (string, error) {
			if n <= times {
				return response, err
			}
			return "", nil
		}
	}
	type mapping = singletabletest.StreamMapping
	for _, c := range []struct {
		name    string
		mapping *mapping
		answer  func(int, []events.DynamoDBEventRecord) (string, error)
		want    string // the batches
		gaveUp  string // keys
	}{
		{"one batch", &mapping{}, nil, "abcdef", ""},
		{"batch size", &mapping{BatchSize: 4}, nil, "abcd ef", ""},
		{"error", &mapping{BatchSize: 3}, first(2, "", broken), "abc abc abc def", ""},
		{"no retries", &mapping{BatchSize: 3, MaximumRetryAttempts: new(0)}, first(1, "", broken), "abc def", "abc"},
		{"two retries", &mapping{BatchSize: 4, MaximumRetryAttempts: new(2)}, poison("b"), "abcd abcd abcd ef", "abcd"},
		{"throttled", &mapping{MaximumRetryAttempts: new(0)}, first(3, "", throttled), "abcdef abcdef abcdef abcdef", ""},
		{"bisected", &mapping{BisectBatchOnFunctionError: true, MaximumRetryAttempts: new(1)}, poison("b"), "abcdef abc a bc b b c def", "b"},
		{"bisected by one", &mapping{BisectBatchOnFunctionError: true}, first(1, "", broken), "abcdef abc def", ""},
		{"lowest of the failures", &mapping{BatchSize: 4, ReportBatchItemFailures: true}, func(n int, r []events.DynamoDBEventRecord) (string, error) {
			if n > 1 {
				return failing(), nil
			}
			return failing(r[2].Change.SequenceNumber, r[1].Change.SequenceNumber), nil
		}, "abcd bcd ef", ""},
		{"the last one fails", &mapping{BatchSize: 2, ReportBatchItemFailures: true, MaximumRetryAttempts: new(1)}, func(n int, r []events.DynamoDBEventRecord) (string, error) {
			if keysOf(r[len(r)-1:]) == "b" {
				return failing(r[len(r)-1].Change.SequenceNumber), nil
			}
			return "", nil
		}, "ab b b cd ef", "b"},
		{"the first one fails, bisected", &mapping{ReportBatchItemFailures: true, BisectBatchOnFunctionError: true, MaximumRetryAttempts: new(1)}, func(_ int, r []events.DynamoDBEventRecord) (string, error) {
			return failing(r[0].Change.SequenceNumber), nil
		}, "abcdef abcdef", "abcdef"},
		{"response not asked for", &mapping{}, func(_ int, r []events.DynamoDBEventRecord) (string, error) {
			return failing(r[0].Change.SequenceNumber), nil
		}, "abcdef", ""},
		{"unknown number", &mapping{ReportBatchItemFailures: true, MaximumRetryAttempts: new(1)}, first(1, failing("17"), nil), "abcdef abcdef", ""},
		{"null", &mapping{ReportBatchItemFailures: true}, first(1, "null", nil), "abcdef", ""},
		{"no list", &mapping{ReportBatchItemFailures: true}, first(1, `{"batchItemFailures":null}`, nil), "abcdef", ""},
		{"empty number", &mapping{ReportBatchItemFailures: true}, first(1, failing(""), nil), "abcdef abcdef", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				stream, db, table := newStream(t, 1)
				for _, key := range "abcdef" {
					db.put(table, pk(string(key)))
				}
				function := &invocations{t: t, answer: c.answer}
				gaveUp, done := "", ""
				m := c.mapping
				m.Stream, m.Invoke = stream, function.invoke
				m.Observe = func(b singletabletest.StreamBatch) {
					done += keysOf(b.Records[:b.Done])
					if b.GaveUp {
						gaveUp += keysOf(b.Records[b.Done:])
						done += keysOf(b.Records[b.Done:])
					}
				}
				if err := m.Drain(t.Context()); err != nil {
					t.Fatal(err)
				}
				if got := strings.Join(function.got, " "); got != c.want {
					t.Errorf("batches %q, want %q", got, c.want)
				}
				if gaveUp != c.gaveUp {
					t.Errorf("gave up %q, want %q", gaveUp, c.gaveUp)
				}
				if done != "abcdef" {
					t.Errorf("done with %q, want each record once and in order", done)
				}
			})
		})
	}
}

func TestStreamMappingRuns(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		stream, db, table := newStream(t, 1)
		function := &invocations{t: t}
		m := &singletabletest.StreamMapping{Stream: stream, Invoke: function.invoke, Timeout: time.Second}
		for _, key := range "abc" {
			ctx, cancel := context.WithCancel(t.Context())
			ended := make(chan error)
			go func() { ended <- m.Run(ctx) }()
			synctest.Wait()
			if err := m.Drain(ctx); !errors.Is(err, singletabletest.ErrRunning) {
				t.Errorf("beside a Run: %v", err)
			}
			db.put(table, pk(string(key)))
			time.Sleep(time.Second)
			cancel()
			if err := <-ended; err != nil {
				t.Error(err)
			}
		}
		if got := strings.Join(function.got, " "); got != "a b c" {
			t.Errorf("batches %q, want each once", got)
		}
	})
}

// A mapping that is stopped while a batch fails goes on with that batch.
func TestStreamMappingStops(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		stream, db, table := newStream(t, 1)
		db.put(table, pk("a"))
		ok := false
		function := &invocations{t: t, answer: func(int, []events.DynamoDBEventRecord) (string, error) {
			if ok {
				return "", nil
			}
			return "", errors.New("broken")
		}}
		m := &singletabletest.StreamMapping{Stream: stream, Invoke: function.invoke}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if err := m.Drain(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v, want the end of the context", err)
		}
		if n := len(function.got); n < 5 || n > 20 {
			t.Errorf("%d attempts in a minute, want growing pauses", n)
		}
		ok, function.got = true, nil
		if err := m.Drain(t.Context()); err != nil || strings.Join(function.got, " ") != "a" {
			t.Errorf("%v, then batches %q", err, function.got)
		}
	})
}

func TestStreamMappingGivesUpOldRecords(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		stream, db, table := newStream(t, 1)
		db.put(table, pk("a"))
		time.Sleep(30 * time.Second)
		db.put(table, pk("b"))
		var messages []string
		function := &invocations{t: t, answer: func(int, []events.DynamoDBEventRecord) (string, error) { return "", errors.New("broken") }}
		var gaveUp []string
		m := &singletabletest.StreamMapping{
			Stream: stream, Invoke: function.invoke, MaximumRecordAge: time.Minute, Timeout: time.Second,
			OnFailure: func(message []byte) { messages = append(messages, string(message)) },
			Observe: func(b singletabletest.StreamBatch) {
				if b.GaveUp {
					gaveUp = append(gaveUp, keysOf(b.Records))
					if !errors.Is(b.Err, singletabletest.ErrRecordAge) || b.Invoked {
						t.Errorf("gave up %+v", b)
					}
				}
			},
		}
		if err := m.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(gaveUp, " "); got != "a b" || len(messages) != 2 || !strings.Contains(messages[0], `"RecordAgeExceeded"`) {
			t.Errorf("gave up %q with %q", got, messages)
		}
	})
}

// The message to the destination has the shape of the service's.
func TestOnFailure(t *testing.T) {
	t.Parallel()
	stream, db, table := newStream(t, 1)
	db.put(table, pk("a"), pk("b"))
	var message map[string]any
	m := &singletabletest.StreamMapping{
		Stream: stream, MaximumRetryAttempts: new(1),
		Invoke: func(context.Context, []byte) ([]byte, error) { return nil, errors.New("broken") },
		OnFailure: func(text []byte) {
			if err := json.Unmarshal(text, &message); err != nil {
				t.Error(err)
			}
		},
	}
	if err := m.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	request, response := message["requestContext"].(map[string]any), message["responseContext"].(map[string]any)
	batch := message["DDBStreamBatchInfo"].(map[string]any)
	records := stream.Records()
	for got, want := range map[any]any{
		message["version"]: "1.0", request["condition"]: "RetryAttemptsExhausted", request["approximateInvokeCount"]: 2.0,
		response["functionError"]: "Unhandled", batch["streamArn"]: stream.ARN(),
		batch["startSequenceNumber"]: records[0].Change.SequenceNumber, batch["endSequenceNumber"]: records[1].Change.SequenceNumber,
	} {
		if got != want {
			t.Errorf("got %v, want %v in %v", got, want, message)
		}
	}
	if !strings.HasPrefix(batch["shardId"].(string), "shardId-") || batch["batchSize"] != 2.0 {
		t.Errorf("batch %v", batch)
	}
	if _, err := time.Parse(time.RFC3339, batch["approximateArrivalOfFirstRecord"].(string)); err != nil {
		t.Error(err)
	}
}

func TestWrongStreamMapping(t *testing.T) {
	t.Parallel()
	m := &singletabletest.StreamMapping{BatchSize: 10_001, MaximumRetryAttempts: new(-1), MaximumRecordAge: time.Second, Timeout: -1}
	for _, err := range []error{m.Run(t.Context()), m.Drain(t.Context())} {
		for _, field := range []string{"Invoke", "Stream", "BatchSize", "MaximumRetryAttempts", "MaximumRecordAge", "Timeout"} {
			if err == nil || !strings.Contains(err.Error(), "StreamMapping."+field) {
				t.Errorf("%v does not name %s", err, field)
			}
		}
	}
}
