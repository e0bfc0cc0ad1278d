package payments_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"sync"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/lambdapatterns/lambdapatterns/examples/payments"
	"github.com/lambdapatterns/lambdapatterns/singletable"
	"github.com/lambdapatterns/lambdapatterns/singletable/singletabletest"
	"github.com/lambdapatterns/lambdapatterns/sqsbatch"
)

// outbox takes what is sent to a queue.
type outbox struct {
	mu   sync.Mutex
	sent []string
	err  error
}

func (o *outbox) SendMessage(_ context.Context, in *sqs.SendMessageInput, _ ...func(*sqs.Options)) (*sqs.SendMessageOutput, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.err != nil {
		return nil, o.err
	}
	o.sent = append(o.sent, *in.MessageBody)
	return &sqs.SendMessageOutput{}, nil
}

// service is the whole service in one process, with the table in memory.
type service struct {
	t             *testing.T
	as            string // the subject of the requests' tokens
	key           string // the requests' Idempotency-Key
	engine        *singletabletest.Engine
	store         *payments.Store
	api           *payments.API
	jobs, results outbox
	gateway       *countingGateway
	worker        func(context.Context, events.SQSEvent) (events.SQSEventResponse, error)
	settled       settlements
	metrics       bytes.Buffer
}

// settlements confirms everything that it is asked for.
type settlements struct {
	mu  sync.Mutex
	all []string
}

func (s *settlements) Settle(_ context.Context, settlements []sqsbatch.Settlement) []error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, one := range settlements {
		s.all = append(s.all, fmt.Sprint(one.Message.MessageId, " ", one.Action))
	}
	return make([]error, len(settlements))
}

func newService(t *testing.T) *service {
	t.Helper()
	engine := new(singletabletest.Engine)
	client := engine.Client()
	table := singletable.NewTable(client, "payments")
	if _, err := client.CreateTable(t.Context(), table.CreateTableInput()); err != nil {
		t.Fatal(err)
	}
	s := &service{t: t, as: "u", engine: engine}
	var err error
	if s.store, err = payments.NewStore(table); err != nil {
		t.Fatal(err)
	}
	if err := s.store.Products.Put(t.Context(), payments.Product{ID: "prod_101", Name: "Tea", Price: 450}); err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.DiscardHandler)
	if s.api, err = payments.NewAPI(s.store, payments.Queue{Client: &s.jobs, URL: "jobs"}, log); err != nil {
		t.Fatal(err)
	}
	s.gateway = &countingGateway{charges: map[string]int{}}
	worker, err := payments.NewWorker(s.store, s.gateway, payments.Queue{Client: &s.results, URL: "results"}, log)
	if err != nil {
		t.Fatal(err)
	}
	s.worker = worker.Handler(&s.settled, &s.metrics)
	return s
}

// tokenOf is what a JWT authorizer puts into the request's context.
func tokenOf(claims map[string]string) *events.APIGatewayV2HTTPRequestContextAuthorizerDescription {
	return &events.APIGatewayV2HTTPRequestContextAuthorizerDescription{
		JWT: &events.APIGatewayV2HTTPRequestContextAuthorizerJWTDescription{Claims: claims},
	}
}

// call asks the API by route key, such as "POST /users/{id}/orders", and returns status and body.
func (s *service) call(route, id, body string) (int, map[string]any) {
	s.t.Helper()
	r := events.APIGatewayV2HTTPRequest{
		RouteKey: route, Body: body, Headers: map[string]string{"content-type": "application/json"},
		PathParameters: map[string]string{"id": id}, QueryStringParameters: map[string]string{"email": id},
	}
	if s.key != "" {
		r.Headers["idempotency-key"] = s.key
	}
	r.RequestContext.Authorizer = tokenOf(map[string]string{"sub": s.as})
	response, err := s.api.Handle(s.t.Context(), r)
	if err != nil {
		s.t.Fatal(err)
	}
	var answer map[string]any
	if err := json.Unmarshal([]byte(response.Body), &answer); err != nil {
		s.t.Fatalf("%s: body %q: %v", route, response.Body, err)
	}
	want := "application/json"
	if response.StatusCode >= 400 {
		want = "application/problem+json"
	}
	if got := response.Headers["content-type"]; got != want {
		s.t.Errorf("%s: content type %q with status %d", route, got, response.StatusCode)
	}
	return response.StatusCode, answer
}

func (s *service) must(status int, route, id, body string) map[string]any {
	s.t.Helper()
	got, answer := s.call(route, id, body)
	if got != status {
		s.t.Fatalf("%s %s: status %d, want %d: %v", route, body, got, status, answer)
	}
	return answer
}

// user makes the user u.
func (s *service) user() {
	s.t.Helper()
	s.must(201, "POST /users", "", `{"email":"ada@example.com"}`)
}

// order makes an order of u's, of 900 cents, and returns its id.
func (s *service) order() string {
	s.t.Helper()
	return s.must(201, "POST /users/{id}/orders", "u", `{"lines":[{"product_id":"prod_101","quantity":2}]}`)["id"].(string)
}

func paying(order, card string) string {
	return fmt.Sprintf(`{"order_id":%q,"card":%q}`, order, card)
}

// pay asks for a payment and returns its id.
func (s *service) pay(order, card string) string {
	s.t.Helper()
	return s.must(202, "POST /payments", "", paying(order, card))["id"].(string)
}

// countingGateway counts the charges by payment.
type countingGateway struct {
	payments.SimulatedGateway
	mu      sync.Mutex
	charges map[string]int
}

func (g *countingGateway) Charge(ctx context.Context, p payments.Payment) error {
	g.mu.Lock()
	g.charges[p.ID]++
	g.mu.Unlock()
	return g.SimulatedGateway.Charge(ctx, p)
}

func batch(bodies ...string) events.SQSEvent {
	var e events.SQSEvent
	for i, body := range bodies {
		e.Records = append(e.Records, events.SQSMessage{
			MessageId: fmt.Sprint(i + 1), Body: body, Attributes: map[string]string{"ApproximateReceiveCount": "1"},
		})
	}
	return e
}
