package payments_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"strings"
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
	engine        *singletabletest.Engine
	store         *payments.Store
	api           *payments.API
	jobs, results outbox
	gateway       *countingGateway
	worker        func(context.Context, events.SQSEvent) (events.SQSEventResponse, error)
	settled       settlements
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
	s.worker = worker.Handler(&s.settled)
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

func TestFromUserToCapturedPayment(t *testing.T) {
	t.Parallel()
	s := newService(t)
	user := s.must(201, "POST /users", "", `{"email":"ada@example.com","name":"Ada"}`)
	id := user["id"].(string)
	if id != "u" {
		t.Errorf("the user's id is %s, not the token's subject", id)
	}
	if found := s.must(200, "GET /users", "ada@example.com", ""); found["id"] != id {
		t.Errorf("found %v by e-mail, want %s", found, id)
	}
	order := s.must(201, "POST /users/{id}/orders", id, `{"lines":[{"product_id":"prod_101","quantity":2}]}`)
	if order["total"] != 900.0 {
		t.Errorf("the order is %v, want a total of 900", order)
	}
	if list := s.must(200, "GET /users/{id}/orders", id, ""); len(list["orders"].([]any)) != 1 || list["more"] != false {
		t.Errorf("orders: %v", list)
	}
	payment := s.must(202, "POST /payments", "", fmt.Sprintf(`{"order_id":%q,"card":"tok_visa"}`, order["id"]))
	if payment["status"] != "pending" || payment["amount"] != 900.0 || payment["card"] != nil {
		t.Errorf("payment: %v", payment)
	}
	response, err := s.worker(t.Context(), batch(s.jobs.sent...))
	if err != nil || len(response.BatchItemFailures) != 0 {
		t.Fatalf("worker: %v, %v", response, err)
	}
	got := s.must(200, "GET /payments/{id}", payment["id"].(string), "")
	if got["status"] != "captured" || got["settled_at"] == nil {
		t.Errorf("after the worker: %v", got)
	}
	if len(s.results.sent) != 1 || !strings.Contains(s.results.sent[0], `"status":"captured"`) {
		t.Errorf("results: %v", s.results.sent)
	}
}

func TestWorkerFailsOnlyWhatMustComeAgain(t *testing.T) {
	t.Parallel()
	s := newService(t)
	s.user()
	visa, declined, flaky := s.pay(s.order(), "tok_visa"), s.pay(s.order(), "tok_declined"), s.pay(s.order(), "tok_flaky")
	jobs := append(s.jobs.sent, `not JSON`, `{}`, `{"order_id":"nope","payment_id":"nope"}`)
	response, err := s.worker(t.Context(), batch(jobs...))
	if got := fmt.Sprint(response.BatchItemFailures); err != nil || got != "[{3}]" {
		t.Fatalf("failures %s, %v; want flaky alone", got, err)
	}
	want := []string{"3 change_visibility", "4 send_to_dead_letter", "5 send_to_dead_letter", "6 send_to_dead_letter"}
	if !slices.Equal(s.settled.all, want) {
		t.Errorf("settled %q, want %q: the malformed one, the empty one and the unknown order are refused", s.settled.all, want)
	}
	if p := s.must(200, "GET /payments/{id}", declined, ""); p["status"] != "declined" || p["reason"] != "insufficient funds" {
		t.Errorf("declined payment: %v", p)
	}
	// The same batch again: what is settled is reported again and not charged again, flaky succeeds now.
	again := batch(jobs[:3]...)
	again.Records[2].Attributes["ApproximateReceiveCount"] = "2"
	if response, err := s.worker(t.Context(), again); err != nil || len(response.BatchItemFailures) != 0 {
		t.Fatalf("second delivery: %v, %v", response, err)
	}
	if len(s.results.sent) != 5 {
		t.Errorf("results %v, want two, then three", s.results.sent)
	}
	if want := map[string]int{visa: 1, declined: 1, flaky: 2}; !maps.Equal(s.gateway.charges, want) {
		t.Errorf("charges %v, want %v", s.gateway.charges, want)
	}
}

// An order is paid once, whatever clients repeat or try at the same time.
func TestOrderIsPaidOnce(t *testing.T) {
	t.Parallel()
	s := newService(t)
	s.user()
	order := s.order()
	s.jobs.err = errors.New("queue is away")
	if answer := s.must(503, "POST /payments", "", paying(order, "tok_declined")); strings.Contains(fmt.Sprint(answer), "away") {
		t.Errorf("the answer tells inner matters: %v", answer)
	}
	s.jobs.err = nil
	first := s.pay(order, "tok_declined") // finds the payment that the failed request wrote
	s.must(409, "POST /payments", "", paying(order, "tok_visa"))
	if _, err := s.worker(t.Context(), batch(s.jobs.sent...)); err != nil {
		t.Fatal(err)
	}
	// After the first attempt was declined, many clients try at once: one payment comes of it.
	var wg sync.WaitGroup
	ids := make([]string, 8)
	for i := range ids {
		wg.Go(func() { ids[i] = s.pay(order, "tok_visa") })
	}
	wg.Wait()
	if slices.Sort(ids); ids[0] != ids[7] || ids[0] == first {
		t.Fatalf("payments %v after %s, want one other", ids, first)
	}
	if _, err := s.worker(t.Context(), batch(s.jobs.sent...)); err != nil {
		t.Fatal(err)
	}
	sent := len(s.jobs.sent)
	if again := s.pay(order, "tok_visa"); again != ids[0] || len(s.jobs.sent) != sent {
		t.Errorf("a captured payment was asked for again: %s, jobs %v", again, s.jobs.sent)
	}
	s.must(409, "POST /payments", "", paying(order, "tok_other"))
	captured := 0
	for p, err := range s.store.Payments.Query(t.Context(), payments.Payment{OrderID: order}) {
		if err != nil {
			t.Fatal(err)
		}
		if p.Status == payments.Captured {
			captured++
		}
	}
	if captured != 1 {
		t.Errorf("%d captured payments, want 1", captured)
	}
}

func TestAttemptsAreLimited(t *testing.T) {
	t.Parallel()
	s := newService(t)
	s.user()
	order := s.order()
	for range 9 {
		s.pay(order, "tok_declined")
		if _, err := s.worker(t.Context(), batch(s.jobs.sent...)); err != nil {
			t.Fatal(err)
		}
	}
	s.must(409, "POST /payments", "", paying(order, "tok_visa"))
}

func TestBadRequests(t *testing.T) {
	t.Parallel()
	s := newService(t)
	s.user()
	order := s.order()
	long := strings.Repeat("x", 2048)
	for _, c := range []struct {
		name, route, id, body string
		status                int
		says                  string
	}{
		{"not JSON", "POST /users", "", `{"email":`, 400, "not the JSON that is expected"},
		{"empty", "POST /users", "", ``, 400, "body is empty"},
		{"two values", "POST /users", "", `{"email":"a@b"}{}`, 400, "more than one JSON value"},
		{"unknown field", "POST /users", "", `{"mail":"a@b"}`, 400, `unknown field \"mail\"`},
		{"wrong type", "POST /users", "", `{"email":7}`, 400, `\"email\" in the body is a number and should be a string`},
		{"no e-mail", "POST /users", "", `{"email":"ada"}`, 400, "must be an e-mail address"},
		{"body over the limit", "POST /users", "", `{"email":"` + strings.Repeat("x", 64<<10) + `"}`, 413, "65536 are allowed"},
		{"an id of the client's", "POST /users", "", `{"id":"v","email":"a@b"}`, 400, `unknown field \"id\"`},
		{"user exists", "POST /users", "", `{"email":"a@b"}`, 409, "there is such a user already"},
		{"whom", "GET /users", "", "", 400, "say whom you look for"},
		{"nobody", "GET /users", "eve@example.com", "", 404, "there is no such user"},
		{"orders of nobody", "GET /users/{id}/orders", "a#b", "", 404, "there is no such user"},
		{"payment of a long id", "GET /payments/{id}", long, "", 400, "the limit is 2048"},
		{"order for nobody", "POST /users/{id}/orders", "eve", `{"lines":[{"product_id":"prod_101","quantity":1}]}`, 404, "no such user"},
		{"no lines", "POST /users/{id}/orders", "u", `{"lines":[]}`, 400, "1 to 50 lines"},
		{"quantity", "POST /users/{id}/orders", "u", `{"lines":[{"product_id":"prod_101","quantity":-1}]}`, 400, "the quantity is -1"},
		{"product", "POST /users/{id}/orders", "u", `{"lines":[{"product_id":"nope","quantity":1}]}`, 422, "no such product"},
		{"unknown order", "POST /payments", "", `{"order_id":"nope","card":"c"}`, 404, "there is no such order"},
		{"no card", "POST /payments", "", `{"order_id":"` + order + `"}`, 400, "card are both needed"},
		{"a user of the client's", "POST /payments", "", `{"user_id":"u","order_id":"` + order + `","card":"c"}`, 400, `unknown field \"user_id\"`},
		{"unknown payment", "GET /payments/{id}", "nope", "", 404, "there is no such payment"},
	} {
		status, answer := s.call(c.route, c.id, c.body)
		body, _ := json.Marshal(answer)
		if status != c.status || !strings.Contains(string(body), c.says) || answer["title"] != http.StatusText(c.status) {
			t.Errorf("%s: got %d %s, want %d with %q", c.name, status, body, c.status, c.says)
		}
	}
	if len(s.jobs.sent) != 0 {
		t.Errorf("a bad request reached the queue: %v", s.jobs.sent)
	}
	if list := s.must(200, "GET /users/{id}/orders", "u", ""); len(list["orders"].([]any)) != 1 {
		t.Errorf("a bad request changed the orders: %v", list)
	}
}

func TestWrongMethodTypeAndPath(t *testing.T) {
	t.Parallel()
	s := newService(t)
	request := func(route, method, path, kind string) events.APIGatewayV2HTTPRequest {
		r := events.APIGatewayV2HTTPRequest{RouteKey: route, RawPath: path, Body: "{}", Headers: map[string]string{"content-type": kind}}
		r.RequestContext.HTTP.Method = method
		r.RequestContext.Authorizer = tokenOf(map[string]string{"sub": "u"})
		return r
	}
	for _, c := range []struct {
		r      events.APIGatewayV2HTTPRequest
		status int
		allow  string
	}{
		{request("$default", "PUT", "/payments/pay_1", "application/json"), 405, "GET"},
		{request("$default", "GET", "/payments", "application/json"), 405, "POST"},
		{request("$default", "GET", "/nowhere", "application/json"), 404, ""},
		{request("$default", "GET", "/users//orders", "application/json"), 404, ""},
		{request("POST /users", "POST", "/users", "text/plain"), 415, ""},
		{request("POST /users", "POST", "/users", ""), 415, ""},
	} {
		got, err := s.api.Handle(t.Context(), c.r)
		if err != nil || got.StatusCode != c.status || got.Headers["allow"] != c.allow ||
			got.Headers["content-type"] != "application/problem+json" {
			t.Errorf("%s %s: got %+v, %v; want %d", c.r.RouteKey, c.r.RawPath, got, err, c.status)
		}
	}
}

func TestIDsWithDelimitersWork(t *testing.T) {
	t.Parallel()
	s := newService(t)
	s.as = "a#b"
	s.must(201, "POST /users", "", `{"email":"a#b@example.com"}`)
	order := s.must(201, "POST /users/{id}/orders", "a#b", `{"lines":[{"product_id":"prod_101","quantity":1}]}`)
	if u := s.must(200, "GET /users", "a#b@example.com", ""); u["id"] != "a#b" {
		t.Errorf("found %v", u)
	}
	if list := s.must(200, "GET /users/{id}/orders", "a#b", ""); fmt.Sprint(list["orders"].([]any)[0].(map[string]any)["id"]) != order["id"] {
		t.Errorf("orders: %v", list)
	}
	s.as = "a"
	s.must(404, "GET /users/{id}/orders", "a", "")
}

func TestMissingEnvironmentIsFoundAtTheStart(t *testing.T) {
	t.Parallel()
	if _, err := payments.NewAPI(nil, payments.Queue{Client: &outbox{}}, nil); err == nil || !strings.Contains(err.Error(), "PAYMENTS_QUEUE_URL") {
		t.Errorf("api: %v", err)
	}
	if _, err := payments.NewWorker(nil, nil, payments.Queue{Client: &outbox{}}, nil); err == nil || !strings.Contains(err.Error(), "RESULTS_QUEUE_URL") {
		t.Errorf("worker: %v", err)
	}
	if _, err := payments.NewStore(singletable.NewTable(new(singletabletest.Engine).Client(), "")); err == nil || !strings.Contains(err.Error(), "no name") {
		t.Errorf("store: %v", err)
	}
}
