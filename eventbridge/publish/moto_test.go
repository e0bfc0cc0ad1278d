package publish_test

import (
	"context"
	"crypto/rand"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"

	events "github.com/lambdapatterns/lambdapatterns/eventbridge"
	"github.com/lambdapatterns/lambdapatterns/eventbridge/publish"
	"github.com/lambdapatterns/lambdapatterns/internal/mototest"
)

// TestMoto publishes over HTTP with the SDK's client, and reads what a rule delivers as the function that it is for would.
func TestMoto(t *testing.T) {
	t.Parallel()
	url := mototest.URL(t)
	bus := "bus-" + rand.Text()
	mototest.Call(t, "AWSEvents.CreateEventBus", map[string]any{"Name": bus}, nil)
	queue, arn := mototest.Queue(t, "queue-"+rand.Text())
	mototest.Call(t, "AWSEvents.PutRule", map[string]any{"Name": "all", "EventBusName": bus, "EventPattern": `{"source":["com.example.shop"]}`}, nil)
	mototest.Call(t, "AWSEvents.PutTargets", map[string]any{"Rule": "all", "EventBusName": bus, "Targets": []any{map[string]any{"Id": "1", "Arn": arn}}}, nil)

	client := eventbridge.New(eventbridge.Options{
		Region: "us-east-1", BaseEndpoint: &url,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "test", SecretAccessKey: "test"}, nil
		}),
	})
	entries := several(23)
	at := time.Date(2026, 11, 12, 1, 2, 3, 0, time.UTC)
	entries[4] = publish.Entry{Detail: paid{N: 4, Note: `<ü> "&"`}, Time: at, Resources: []string{"arn:aws:s3:::a", "arn:aws:s3:::b"}}
	if err := newPublisher(t, client, publish.WithBus(bus)).Publish(t.Context(), entries...); err != nil {
		t.Fatal(err)
	}

	got := map[int]events.Event[paid]{}
	for _, body := range mototest.Receive(t, queue) {
		e, err := events.Decode[paid]([]byte(body))
		if err != nil {
			t.Fatalf("%v: %s", err, body)
		}
		if _, twice := got[e.Detail.N]; twice {
			t.Errorf("event %d comes twice", e.Detail.N)
		}
		got[e.Detail.N] = e
	}
	if len(got) != len(entries) {
		t.Errorf("%d events of %d arrived", len(got), len(entries))
	}
	if e := got[4]; e.Detail.Note != `<ü> "&"` || !e.Time.Equal(at) || len(e.Resources) != 2 || e.DetailType != "Paid" {
		t.Errorf("%+v", e)
	}

	// What the server does not take as a whole ends it, with its code.
	err := newPublisher(t, client, publish.WithBus("bus-"+rand.Text())).Publish(t.Context(), several(12)...)
	e := left(t, err, 12, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)
	if first, last := e.Failures[0], e.Failures[11]; first.Code != "ResourceNotFoundException" || first.Attempts != 1 || first.MayBePublished || last.Attempts != 0 {
		t.Errorf("%+v and %+v", first, last)
	}
}
