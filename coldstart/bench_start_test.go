package coldstart_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/lambda"

	"github.com/lambdapatterns/lambdapatterns/coldstart"
)

// BenchmarkStart asks what an invocation pays for knowing whether it is the first, and for pings being told from events,
// compared with the bare handler: of raw payloads, and as a function behind lambda.Start's decoding. "large" is 6 MB.
func BenchmarkStart(b *testing.B) {
	type order struct {
		ID   string   `json:"id"`
		Tags []string `json:"tags"`
	}
	small := []byte(`{"id":"ord_1","tags":["a","b"]}`)
	medium, err := json.Marshal(order{ID: "ord_2", Tags: strings.Split(strings.Repeat("some tag,", 1000), ",")})
	if err != nil {
		b.Fatal(err)
	}
	large := []byte(`{"id":"` + strings.Repeat("x", 6<<20-9) + `"}`)
	echo := handlerFunc(func(_ context.Context, payload []byte) ([]byte, error) { return payload, nil })
	handle := func(_ context.Context, o order) (string, error) { return o.ID, nil }
	var start coldstart.Start
	for _, bench := range []struct {
		name    string
		handler lambda.Handler
		payload []byte
	}{
		{"raw/bare", echo, small},
		{"raw/Start", start.Handler(echo), small},
		{"raw/Start and Pings", start.Handler(coldstart.Pings{}.Handler(echo)), small},
		{"raw/Start and own Pings", start.Handler(coldstart.Pings{Payloads: []string{`{"wakeup":true}`}}.Handler(echo)), small},
		{"raw large/bare", echo, large},
		{"raw large/Start and Pings", start.Handler(coldstart.Pings{}.Handler(echo)), large},
		{"function/bare", lambda.NewHandler(handle), small},
		{"function/Wrap", lambda.NewHandler(coldstart.Wrap(&start, handle)), small},
		{"function/Wrap and AnswerPings", lambda.NewHandler(coldstart.Wrap(&start, coldstart.AnswerPings(coldstart.Pings{}, handle))), small},
		{"function 9 KB/bare", lambda.NewHandler(handle), medium},
		{"function 9 KB/Wrap and AnswerPings", lambda.NewHandler(coldstart.Wrap(&start, coldstart.AnswerPings(coldstart.Pings{}, handle))), medium},
	} {
		b.Run(bench.name, func(b *testing.B) {
			b.ReportAllocs()
			ctx := b.Context()
			for b.Loop() {
				if _, err := bench.handler.Invoke(ctx, bench.payload); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
