package eventbridge_test

import (
	"context"
	"encoding/json"
	"os"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"

	"github.com/lambdapatterns/lambdapatterns/eventbridge"
	"github.com/lambdapatterns/lambdapatterns/eventbridge/s3event"
)

// sample is an event of S3.
func sample(b *testing.B) []byte {
	b.Helper()
	data, err := os.ReadFile("s3event/testdata/object_created.json")
	if err != nil {
		b.Fatal(err)
	}
	return data
}

// twoPasses is what people write with aws-lambda-go: the envelope first, and the detail after it. It checks nothing.
func twoPasses[D any](data []byte) (e events.EventBridgeEvent, d D, err error) {
	if err = json.Unmarshal(data, &e); err == nil {
		err = json.Unmarshal(e.Detail, &d)
	}
	return e, d, err
}

// createdByJSON is ObjectCreated without its methods, and so a detail that only encoding/json can read.
type createdByJSON s3event.ObjectCreated

// What does an event cost to decode? "Decode" reads one of S3, whose detail this package reads by itself; "own detail" one
// whose detail is left to encoding/json; "raw" leaves the detail as it is. "two passes" is aws-lambda-go's type and a second
// json.Unmarshal for the detail.
func BenchmarkDecode(b *testing.B) {
	data := sample(b)
	for _, c := range []struct {
		name   string
		decode func() error
	}{
		{"Decode", func() error { _, err := eventbridge.Decode[s3event.ObjectCreated](data); return err }},
		{"own detail", func() error { _, err := eventbridge.Decode[createdByJSON](data); return err }},
		{"raw", func() error { _, err := eventbridge.Decode[json.RawMessage](data); return err }},
		{"two passes", func() error { _, _, err := twoPasses[s3event.ObjectCreated](data); return err }},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := c.decode(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// What does an invocation cost from the payload to the answer, of a handler that does nothing? "Event" is a function with an
// Event as lambda.Start calls it: encoding/json goes over the payload before UnmarshalJSON is called. "Handle" and "Router"
// get the payload as it came. "two passes" is a function with aws-lambda-go's type and a second json.Unmarshal.
func BenchmarkInvoke(b *testing.B) {
	data := sample(b)
	handle := func(context.Context, eventbridge.Event[s3event.ObjectCreated]) error { return nil }
	router, err := eventbridge.NewRouter(eventbridge.On(handle))
	if err != nil {
		b.Fatal(err)
	}
	for _, c := range []struct {
		name    string
		handler lambda.Handler
	}{
		{"Event", lambda.NewHandler(handle)},
		{"Handle", lambda.NewHandler(eventbridge.Handle(handle))},
		{"Router", lambda.NewHandler(router)},
		{"two passes", lambda.NewHandler(func(_ context.Context, e events.EventBridgeEvent) error {
			var d s3event.ObjectCreated
			return json.Unmarshal(e.Detail, &d)
		})},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := c.handler.Invoke(b.Context(), data); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// What does an event cost to write, with nothing unknown in it and with something? "encoding-json" writes the same fields.
func BenchmarkMarshal(b *testing.B) {
	e, err := eventbridge.Decode[s3event.ObjectCreated](sample(b))
	if err != nil {
		b.Fatal(err)
	}
	newer := e
	newer.Unknown = map[string]json.RawMessage{"new": []byte(`1`)}
	type plain eventbridge.Event[s3event.ObjectCreated]
	for _, c := range []struct {
		name  string
		event any
	}{{"nothing unknown", e}, {"something unknown", newer}, {"encoding-json", plain(e)}} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := json.Marshal(c.event); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
