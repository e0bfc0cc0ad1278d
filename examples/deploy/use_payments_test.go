package deploy

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/lambdapatterns/lambdapatterns/examples/payments"
	"github.com/lambdapatterns/lambdapatterns/singletable"
	"github.com/lambdapatterns/lambdapatterns/singletable/singletabletest"
	"github.com/lambdapatterns/lambdapatterns/sqsbatch/sqsbatchtest"
	"github.com/lambdapatterns/lambdapatterns/sqsbatch/sqsqueue"
)

// paymentsService is the table and the queues in memory, and the clients of one function, which r is told of.
type paymentsService struct {
	engine *singletabletest.Engine
	store  *payments.Store
	sqs    *sqs.Client
}

func newPayments(t *testing.T, r *recorder) paymentsService {
	t.Helper()
	engine, queues := new(singletabletest.Engine), new(sqsbatchtest.SQS)
	_, err := engine.Client().CreateTable(t.Context(), singletable.NewTable(engine.Client(), "payments").CreateTableInput())
	must(t, err)
	for _, name := range []string{"jobs", "results", "refused"} {
		_, err := queues.CreateQueue(name, nil)
		must(t, err)
	}
	s := paymentsService{engine: engine}
	s.store = storeOf(t, engine.Client(func(o *dynamodb.Options) { o.APIOptions = append(o.APIOptions, r.watch) }))
	must(t, storeOf(t, engine.Client()).Products.Put(t.Context(), payments.Product{ID: "prod_tea", Name: "Tea", Price: 450}))
	s.sqs = sqs.New(sqs.Options{Region: "us-east-1", HTTPClient: queues, Credentials: credentials.NewStaticCredentialsProvider("test", "test", "")},
		func(o *sqs.Options) { o.APIOptions = append(o.APIOptions, r.watch) })
	return s
}

func storeOf(t *testing.T, client *dynamodb.Client) *payments.Store {
	t.Helper()
	store, err := payments.NewStore(singletable.NewTable(client, "payments"))
	must(t, err)
	return store
}

func (s paymentsService) queue(name string) payments.Queue {
	return payments.Queue{Client: s.sqs, URL: "https://sqs.us-east-1.amazonaws.com/000000000000/" + name}
}

// useAPI asks every route, and pays twice.
func useAPI(t *testing.T, r *recorder) {
	s := newPayments(t, r)
	api, err := payments.NewAPI(s.store, s.queue("jobs"), slog.New(slog.DiscardHandler))
	must(t, err)
	user := "usr_1"
	ask := func(want int, route, id, body string) map[string]any {
		t.Helper()
		request := events.APIGatewayV2HTTPRequest{
			RouteKey: route, Body: body, Headers: map[string]string{"content-type": "application/json"},
			PathParameters: map[string]string{"id": id}, QueryStringParameters: map[string]string{"email": id},
		}
		request.RequestContext.Authorizer = &events.APIGatewayV2HTTPRequestContextAuthorizerDescription{
			JWT: &events.APIGatewayV2HTTPRequestContextAuthorizerJWTDescription{Claims: map[string]string{"sub": user}},
		}
		response, err := api.Handle(t.Context(), request)
		must(t, err)
		var answer map[string]any
		must(t, json.Unmarshal([]byte(response.Body), &answer))
		if response.StatusCode != want {
			t.Fatalf("%s: %d %v", route, response.StatusCode, answer)
		}
		return answer
	}
	ask(http.StatusCreated, "POST /users", "", `{"email": "user@example.com"}`)
	user = "usr_2"
	ask(http.StatusConflict, "POST /users", "", `{"email": "user@example.com"}`)
	user = "usr_1"
	ask(http.StatusOK, "GET /users", "user@example.com", "")
	order := ask(http.StatusCreated, "POST /users/{id}/orders", "usr_1", `{"lines": [{"product_id": "prod_tea", "quantity": 2}]}`)
	ask(http.StatusOK, "GET /users/{id}/orders", "usr_1", "")
	for range 2 {
		payment := ask(http.StatusAccepted, "POST /payments", "", fmt.Sprintf(`{"order_id": %q, "card": "tok_visa"}`, order["id"]))
		ask(http.StatusOK, "GET /payments/{id}", payment["id"].(string), "")
	}
	ask(http.StatusNotFound, "$default", "", "")
}

// useWorker handles a batch with a message of each kind.
func useWorker(t *testing.T, r *recorder) {
	s := newPayments(t, r)
	all := storeOf(t, s.engine.Client())
	var e events.SQSEvent
	send := func(body string) {
		e.Records = append(e.Records, events.SQSMessage{
			MessageId: fmt.Sprint("m", len(e.Records)), ReceiptHandle: "handle", Body: body, EventSource: "aws:sqs",
			EventSourceARN: "arn:aws:sqs:us-east-1:000000000000:jobs", Attributes: map[string]string{"ApproximateReceiveCount": "1"},
		})
	}
	for _, card := range []string{"tok_visa", "tok_declined", "tok_flaky"} {
		must(t, all.Payments.Create(t.Context(), payments.Payment{OrderID: "ord_1", ID: "pay_" + card, Card: card, Status: payments.Pending}))
		send(fmt.Sprintf(`{"order_id": "ord_1", "payment_id": "pay_%s"}`, card))
	}
	send(`{"order_id": "ord_1", "payment_id": "pay_none"}`)
	send(`{}`)
	send(`no JSON`)

	results := s.queue("results")
	worker, err := payments.NewWorker(s.store, payments.SimulatedGateway{}, results, slog.New(slog.DiscardHandler))
	must(t, err)
	settler, err := sqsqueue.New(s.sqs, sqsqueue.Config{Queue: s.queue("jobs").URL, DeadLetterQueue: s.queue("refused").URL})
	must(t, err)
	for range 2 { // the second time most is settled
		_, err := worker.Handler(settler, io.Discard)(context.WithoutCancel(t.Context()), e)
		must(t, err)
	}
}
