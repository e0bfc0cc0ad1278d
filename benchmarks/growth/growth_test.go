// Package growth measures how time and memory grow with the size of what a package is given.
package growth

import (
	"context"
	"encoding/json"
	"fmt"
	"runtime"
	"strconv"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/lambdapatterns/lambdapatterns/eventbridge"
	"github.com/lambdapatterns/lambdapatterns/eventbridge/pattern"
	"github.com/lambdapatterns/lambdapatterns/singletable"
	"github.com/lambdapatterns/lambdapatterns/sqsbatch"
)

// BenchmarkMessages asks what a message costs in batches of all sizes, from the event's JSON to the response's.
func BenchmarkMessages(b *testing.B) {
	type payment struct {
		ID     string `json:"id"`
		Amount int    `json:"amount"`
	}
	handler := sqsbatch.Handle(func(context.Context, payment) error { return nil })
	for _, n := range []int{10, 100, 1000, 10_000} {
		var event events.SQSEvent
		for i := range n {
			event.Records = append(event.Records, events.SQSMessage{
				MessageId: fmt.Sprintf("059f36b4-87a3-44ab-83d2-%012d", i), ReceiptHandle: "AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a",
				Body: `{"id":"ord_456","amount":1999}`, EventSource: "aws:sqs", AWSRegion: "eu-central-1",
				EventSourceARN: "arn:aws:sqs:eu-central-1:123456789012:orders",
				Attributes:     map[string]string{"ApproximateReceiveCount": "1", "SentTimestamp": "1545082649183"},
			})
		}
		payload, err := json.Marshal(event)
		if err != nil {
			b.Fatal(err)
		}
		b.Run("n="+strconv.Itoa(n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if out, err := handler.Invoke(b.Context(), payload); err != nil || string(out) != `{"batchItemFailures":[]}` {
					b.Fatal(string(out), err)
				}
			}
		})
	}
}

type reading struct {
	Sensor string `dynamodbav:"sensor"`
	ID     string `dynamodbav:"id"`
	Level  int64  `dynamodbav:"level"`
}

// pages answers queries with n items in pages of 100, which it makes anew for each query, as a service does.
type pages struct {
	singletable.Client
	n int
}

func (p pages) Query(_ context.Context, in *dynamodb.QueryInput, _ ...func(*dynamodb.Options)) (*dynamodb.QueryOutput, error) {
	from := 0
	if key, ok := in.ExclusiveStartKey["SK"].(*types.AttributeValueMemberS); ok {
		at, err := strconv.Atoi(key.Value[len("READING#"):])
		if err != nil {
			return nil, err
		}
		from = at + 1
	}
	to := min(from+100, p.n)
	out := &dynamodb.QueryOutput{Items: make([]map[string]types.AttributeValue, 0, to-from)}
	for i := from; i < to; i++ {
		id := fmt.Sprintf("%08d", i)
		out.Items = append(out.Items, map[string]types.AttributeValue{
			"PK": &types.AttributeValueMemberS{Value: "SENSOR#roof"}, "SK": &types.AttributeValueMemberS{Value: "READING#" + id},
			"_type": &types.AttributeValueMemberS{Value: "Reading"}, "sensor": &types.AttributeValueMemberS{Value: "roof"},
			"id": &types.AttributeValueMemberS{Value: id}, "level": &types.AttributeValueMemberN{Value: "7"},
		})
	}
	if to < p.n {
		last := out.Items[len(out.Items)-1]
		out.LastEvaluatedKey = map[string]types.AttributeValue{"PK": last["PK"], "SK": last["SK"]}
	}
	return out, nil
}

// BenchmarkItems asks what an item of a partition costs when a query reads all of them, with the making of the pages, and how much
// memory is live meanwhile ("live-KiB", at the highest of ten points): a query hands its items out one by one and keeps none.
func BenchmarkItems(b *testing.B) {
	for _, n := range []int{1, 10, 100, 1000, 10_000, 100_000} {
		b.Run("n="+strconv.Itoa(n), func(b *testing.B) {
			readings, err := singletable.NewRepo[reading](singletable.NewTable(pages{n: n}, "app"),
				singletable.Schema{Type: "Reading", Key: singletable.Pattern("SENSOR#{sensor}", "READING#{id}")})
			if err != nil {
				b.Fatal(err)
			}
			read := func(each func(i int)) {
				i := 0
				for r, err := range readings.Query(b.Context(), reading{Sensor: "roof"}) {
					if err != nil || r.Level != 7 {
						b.Fatal(r, err)
					}
					each(i)
					i++
				}
				if i != n {
					b.Fatalf("%d items, want %d", i, n)
				}
			}
			b.ReportAllocs()
			for b.Loop() {
				read(func(int) {})
			}
			before, peak := live(), uint64(0)
			read(func(i int) {
				if i%max(1, n/10) == 0 {
					peak = max(peak, live())
				}
			})
			b.ReportMetric(float64(peak-min(before, peak))/1024, "live-KiB")
		})
	}
}

func live() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

const event = `{"version":"0","id":"17793124-05d4-b198-2fde-7ededc63b103","detail-type":"Order Placed","source":"shop.%d",` +
	`"account":"111122223333","time":"2026-11-12T00:00:00Z","region":"ca-central-1","resources":[],"detail":{"tenant":"t-%d"}}`

// BenchmarkRules asks what an event costs in a router with n handlers of different kinds, of which the last is for it.
func BenchmarkRules(b *testing.B) {
	benchmarkRouter(b, func(i int) (string, string) { return fmt.Sprintf("shop.%d", i), "" })
}

// BenchmarkPatterns asks the same for n handlers of one kind of event, told apart by a pattern each.
func BenchmarkPatterns(b *testing.B) {
	benchmarkRouter(b, func(i int) (string, string) { return "shop.0", fmt.Sprintf(`{"detail":{"tenant":["t-%d"]}}`, i) })
}

func benchmarkRouter(b *testing.B, rule func(i int) (source, pattern string)) {
	handle := func(context.Context, eventbridge.Event[json.RawMessage]) error { return nil }
	for _, n := range []int{1, 10, 100, 1000} {
		var rules []eventbridge.RouterOption
		last := ""
		for i := range n {
			source, text := rule(i)
			var patterns []*pattern.Pattern
			if text != "" {
				p, err := pattern.Parse([]byte(text))
				if err != nil {
					b.Fatal(err)
				}
				patterns = append(patterns, p)
			}
			rules = append(rules, eventbridge.OnKind(source, "Order Placed", handle, patterns...))
			last = source
		}
		router, err := eventbridge.NewRouter(rules...)
		if err != nil {
			b.Fatal(err)
		}
		payload := []byte(fmt.Sprintf(event, n-1, n-1))
		if last == "shop.0" {
			payload = []byte(fmt.Sprintf(event, 0, n-1))
		}
		b.Run("n="+strconv.Itoa(n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := router.Invoke(b.Context(), payload); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
