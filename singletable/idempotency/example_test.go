package idempotency_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/lambdapatterns/lambdapatterns/singletable/idempotency"
	"github.com/lambdapatterns/lambdapatterns/singletable/singletabletest"
)

// appTable returns a client with an empty table. In a function it is dynamodb.NewFromConfig(cfg).
func appTable() *dynamodb.Client {
	client := new(singletabletest.Engine).Client()
	_, err := client.CreateTable(context.Background(), definition("app-table", "PK", "SK"))
	if err != nil {
		panic(err)
	}
	return client
}

func ExampleWrap() {
	type Payment struct {
		ID     string
		Amount int
	}
	type Receipt struct{ Number, Card string }

	store := idempotency.New(appTable(), "app-table")
	charges := 0
	charge := idempotency.Wrap(store, "charge",
		func(p Payment) string { return p.ID },
		func(_ context.Context, p Payment) (Receipt, error) {
			charges++
			return Receipt{Number: fmt.Sprintf("%s-%d", p.ID, charges), Card: "4242"}, nil
		})

	for range 3 {
		receipt, err := charge(context.Background(), Payment{ID: "pay_1", Amount: 1999})
		fmt.Println(receipt.Number, err)
	}
	fmt.Println("charged", charges, "time(s)")
	// Output:
	// pay_1-1 <nil>
	// pay_1-1 <nil>
	// pay_1-1 <nil>
	// charged 1 time(s)
}

// The handler of one SQS message, wrapped so that a message that comes twice is handled once.
func ExampleOnce() {
	type Order struct {
		ID string `json:"id"`
	}
	store := idempotency.New(appTable(), "app-table", idempotency.WithCache(1<<20))
	ship := func(_ context.Context, o Order) error {
		fmt.Println("shipping", o.ID)
		return nil
	}

	// In a function: lambda.Start(sqsbatch.Handle(handler)).
	var handler func(context.Context, Order) error = idempotency.Once(store, "ship", func(o Order) string { return o.ID }, ship)
	for _, id := range []string{"ord_1", "ord_2", "ord_1"} {
		fmt.Println(handler(context.Background(), Order{ID: id}))
	}
	// Output:
	// shipping ord_1
	// <nil>
	// shipping ord_2
	// <nil>
	// <nil>
}

// Errors that are answers are kept: a card that was declined once is not tried again with the same key.
func ExampleWithFinal() {
	errDeclined := errors.New("declined")
	store := idempotency.New(appTable(), "app-table")
	charge := idempotency.Once(store, "charge", func(id string) string { return id }, func(context.Context, string) error {
		fmt.Println("asking the provider")
		return fmt.Errorf("card 4242: %w", errDeclined)
	}, idempotency.WithFinal(errDeclined))

	for range 2 {
		err := charge(context.Background(), "pay_1")
		fmt.Println(err)
		fmt.Println(errors.Is(err, errDeclined), errors.Is(err, idempotency.ErrFinal))
	}
	// Output:
	// asking the provider
	// card 4242: declined
	// true false
	// idempotency: IDEMPOTENCY#charge#pay_1: an earlier call with this key failed for good: card 4242: declined
	// true true
}

// An HTTP API with an Idempotency-Key header. The key is the client's choice, so the caller's identity stands before it; the
// whole event is no payload to check, because its time and request id are others each time.
func Example_http() {
	type Order struct {
		Item string `json:"item"`
	}
	type Request struct {
		Caller, Key string
		Order       Order
	}
	store := idempotency.New(appTable(), "app-table")
	orders := 0
	create := idempotency.Wrap(store, "create-order",
		func(r Request) string {
			if r.Key == "" {
				return "" // refused with ErrKey
			}
			return r.Caller + "#" + r.Key
		},
		func(_ context.Context, r Request) (string, error) {
			orders++
			return fmt.Sprintf("order %d: %s", orders, r.Order.Item), nil
		}, idempotency.WithPayloadCheck())

	// In a function: lambda.Start(handler).
	handler := func(ctx context.Context, e events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
		r := Request{Caller: e.RequestContext.Authorizer.JWT.Claims["sub"], Key: e.Headers["idempotency-key"]}
		if err := json.Unmarshal([]byte(e.Body), &r.Order); err != nil {
			return events.APIGatewayV2HTTPResponse{StatusCode: http.StatusBadRequest}, nil
		}
		body, err := create(ctx, r)
		switch {
		case err == nil:
			return events.APIGatewayV2HTTPResponse{StatusCode: http.StatusCreated, Body: body}, nil
		case errors.Is(err, idempotency.ErrKey):
			return events.APIGatewayV2HTTPResponse{StatusCode: http.StatusBadRequest}, nil
		case errors.Is(err, idempotency.ErrInProgress):
			return events.APIGatewayV2HTTPResponse{StatusCode: http.StatusConflict}, nil
		case errors.Is(err, idempotency.ErrMismatch):
			return events.APIGatewayV2HTTPResponse{StatusCode: http.StatusUnprocessableEntity}, nil
		}
		return events.APIGatewayV2HTTPResponse{}, err // 500
	}
	request := func(key, body string) {
		e := events.APIGatewayV2HTTPRequest{Headers: map[string]string{"idempotency-key": key}, Body: body}
		e.RequestContext.Authorizer = &events.APIGatewayV2HTTPRequestContextAuthorizerDescription{
			JWT: &events.APIGatewayV2HTTPRequestContextAuthorizerJWTDescription{Claims: map[string]string{"sub": "usr_123"}},
		}
		response, err := handler(context.Background(), e)
		fmt.Println(response.StatusCode, response.Body, err)
	}
	request("k1", `{"item":"book"}`)
	request("k1", `{"item":"book"}`)
	request("k1", `{"item":"car"}`)
	request("", `{"item":"book"}`)
	request("k2", `{"item":"book"}`)
	// Output:
	// 201 order 1: book <nil>
	// 201 order 1: book <nil>
	// 422  <nil>
	// 400  <nil>
	// 201 order 2: book <nil>
}

// A handler of EventBridge events. EventBridge delivers at least once, and S3 may tell one change under two ids, so the key is
// made of what happened: bucket, key and sequencer. Package eventbridge has it as DedupeKey.
func Example_eventBridge() {
	type upload struct {
		Bucket struct{ Name string }
		Object struct{ Key, Sequencer string }
	}
	store := idempotency.New(appTable(), "app-table")
	thumbnail := func(_ context.Context, u upload) error {
		fmt.Println("thumbnail of", u.Object.Key)
		return nil
	}
	once := idempotency.Once(store, "thumbnail", func(u upload) string {
		return u.Bucket.Name + "/" + u.Object.Key + "/" + u.Object.Sequencer
	}, thumbnail)

	// In a function: lambda.Start(handler). Lambda tries an event that failed twice more.
	handler := func(ctx context.Context, e events.EventBridgeEvent) error {
		var u upload
		if err := json.Unmarshal(e.Detail, &u); err != nil {
			return err
		}
		return once(ctx, u)
	}
	detail := json.RawMessage(`{"bucket":{"name":"uploads"},"object":{"key":"cat.jpg","sequencer":"617f08299329d189"}}`)
	for _, id := range []string{"1", "2"} {
		fmt.Println(handler(context.Background(), events.EventBridgeEvent{ID: id, Detail: detail}))
	}
	// Output:
	// thumbnail of cat.jpg
	// <nil>
	// <nil>
}

// What a caller does with the errors.
func ExampleInProgressError() {
	store := idempotency.New(appTable(), "app-table")
	key := func(id string) string { return id }
	var inner func(context.Context, string) error
	inner = idempotency.Once(store, "charge", key, func(ctx context.Context, id string) error {
		err := inner(ctx, id) // as another process would, while this one is at work
		if busy, ok := errors.AsType[*idempotency.InProgressError](err); ok {
			fmt.Println(busy.Key, "is busy:", !busy.Until.IsZero())
		}
		return nil
	})
	fmt.Println(inner(context.Background(), "pay_1"))
	// Output:
	// IDEMPOTENCY#charge#pay_1 is busy: true
	// <nil>
}
