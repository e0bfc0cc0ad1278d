package idempotency_test

import (
	"context"
	"strconv"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/lambdapatterns/lambdapatterns/singletable/idempotency"
)

// instant is a client that answers at once, so that what is measured is the code around it.
type instant struct{ found item }

func (c instant) PutItem(context.Context, *dynamodb.PutItemInput, ...func(*dynamodb.Options)) (*dynamodb.PutItemOutput, error) {
	if c.found != nil {
		return nil, &types.ConditionalCheckFailedException{Item: c.found}
	}
	return &dynamodb.PutItemOutput{}, nil
}

func (c instant) DeleteItem(context.Context, *dynamodb.DeleteItemInput, ...func(*dynamodb.Options)) (*dynamodb.DeleteItemOutput, error) {
	return &dynamodb.DeleteItemOutput{}, nil
}

// What does a guarded effect cost over the bare one? "first" is a key's first call, "replay" a later one, "cached" one that
// finds its record in memory. "instant" leaves the table out; "engine" has the SDK's client with the in-memory engine behind
// it, which is what the two requests cost in this process. In a function the network comes on top: two round trips for
// the first call, one for a replay, none when cached.
func BenchmarkWrap(b *testing.B) {
	ctx := b.Context()
	want := receipt{Number: "r1", Lines: []string{"one", "two"}}
	effect := func(context.Context, payment) (receipt, error) { return want, nil }
	run := func(name string, f func(context.Context, payment) (receipt, error), next func(i int) payment) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			i := 0
			for b.Loop() {
				i++
				if got, err := f(ctx, next(i)); err != nil || got.Number != "r1" {
					b.Fatal(got, err)
				}
			}
		})
	}
	same := func(int) payment { return pay1 }
	calls := 0
	fresh := func(int) payment { calls++; return payment{ID: strconv.Itoa(calls)} }

	run("bare", effect, same)
	done := item{"status": text("COMPLETED"), "expires": number(1 << 40), "result": text(`{"number":"r1","lines":["one","two"]}`)}
	run("instant/first", idempotency.Wrap(idempotency.New(instant{}, "app"), "charge", byID, effect), fresh)
	run("instant/first/payload", idempotency.Wrap(idempotency.New(instant{}, "app"), "charge", byID, effect, idempotency.WithPayloadCheck()), fresh)
	run("instant/replay", idempotency.Wrap(idempotency.New(instant{done}, "app"), "charge", byID, effect), same)
	run("instant/cached", idempotency.Wrap(idempotency.New(instant{done}, "app", idempotency.WithCache(1<<20)), "charge", byID, effect), same)
	tb := inMemory(b)
	run("engine/first", idempotency.Wrap(tb.store(), "charge", byID, effect), fresh)
	run("engine/replay", idempotency.Wrap(tb.store(), "charge", byID, effect), same)
	run("engine/cached", idempotency.Wrap(tb.store(idempotency.WithCache(1<<20)), "charge", byID, effect), same)
}
