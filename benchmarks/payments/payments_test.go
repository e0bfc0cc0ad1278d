// Package payments compares the API function of examples/payments with the same function by hand, in folder byhand.
package payments

import (
	"cmp"
	"encoding/json"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/lambdapatterns/lambdapatterns/benchmarks/internal/binaries"
	"github.com/lambdapatterns/lambdapatterns/internal/lambdaruntime"
	"github.com/lambdapatterns/lambdapatterns/singletable"
	"github.com/lambdapatterns/lambdapatterns/singletable/singletabletest"
	"github.com/lambdapatterns/lambdapatterns/sqsbatch/sqsbatchtest"
)

// build returns the paths of both functions. The example is built in its own module, with the same versions of the SDK.
func build(tb testing.TB) [2]string {
	return [2]string{binaries.Build(tb, "../../examples", "./payments/api"), binaries.Build(tb, ".", "./byhand")}
}

// deploy starts a function of its own table, which has a product, and queue.
func deploy(tb testing.TB, path string) (*lambdaruntime.Function, *sqsbatchtest.Queue) {
	tb.Helper()
	engine := new(singletabletest.Engine)
	client := engine.Client()
	if _, err := client.CreateTable(tb.Context(), definition().CreateTableInput()); err != nil {
		tb.Fatal(err)
	}
	if _, err := client.PutItem(tb.Context(), &dynamodb.PutItemInput{TableName: aws.String("payments"), Item: map[string]types.AttributeValue{
		"PK": text("PRODUCT#prod_101"), "SK": text("METADATA"), "_type": text("Product"), "id": text("prod_101"), "name": text("Tea"),
		"price": &types.AttributeValueMemberN{Value: "450"},
	}}); err != nil {
		tb.Fatal(err)
	}
	queues := new(sqsbatchtest.SQS)
	queue, err := queues.CreateQueue("payments", sqsbatchtest.QueueAttributes{})
	if err != nil {
		tb.Fatal(err)
	}
	db, sqs := httptest.NewServer(engine), httptest.NewServer(queues)
	tb.Cleanup(db.Close)
	tb.Cleanup(sqs.Close)
	f, err := lambdaruntime.Start(lambdaruntime.Config{
		Name: "api", Binary: path, InitTimeout: time.Minute, Timeout: time.Minute, Environment: map[string]string{
			"TABLE_NAME": "payments", "PAYMENTS_QUEUE_URL": queue.URL(sqs.URL),
			"AWS_ENDPOINT_URL_DYNAMODB": db.URL, "AWS_ENDPOINT_URL_SQS": sqs.URL,
		},
	})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = f.Close() })
	return f, queue
}

func text(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }

// definition is the service's table, which has one index.
func definition() *singletable.Table {
	type user struct {
		ID    string `dynamodbav:"id"`
		Email string `dynamodbav:"email"`
	}
	table := singletable.NewTable(&dynamodb.Client{}, "payments")
	if _, err := singletable.NewRepo[user](table, singletable.Schema{
		Type: "User", Key: singletable.Pattern("USER#{id}", "PROFILE"), GSI1: singletable.Pattern("EMAIL#{email}", "USER#{id}"),
	}); err != nil {
		panic(err) // a mistake in the lines above
	}
	return table
}

// request is one of those that both functions must answer in the same way. {order} and {payment} stand for the ids that were made
// last.
type request struct {
	route, path, body, query string
	contentType              string // application/json unless it is set
	user                     string // the token's subject: usr_1 unless it is set, nobody for a dash
}

var requests = []request{
	{route: "POST /users", path: "/users", body: `{"email":"ada@example.com","name":"Ada"}`},
	{route: "POST /users", path: "/users", body: `{"email":"other@example.com"}`},
	{route: "POST /users", path: "/users", body: `{"email":"ada@example.com"}`, user: "usr_2"},
	{route: "POST /users", path: "/users", body: `{"email":"bob@example.com"}`, user: "usr_2"},
	{route: "POST /users", path: "/users", body: `{"email":"nobody"}`},
	{route: "POST /users", path: "/users", body: `{"email":1}`},
	{route: "POST /users", path: "/users", body: `{"unknown":1}`},
	{route: "POST /users", path: "/users", body: `{} {}`},
	{route: "POST /users", path: "/users", body: ``},
	{route: "POST /users", path: "/users", body: `{}`, contentType: "text/plain"},
	{route: "GET /users", path: "/users", query: "ada@example.com"},
	{route: "GET /users", path: "/users", query: "none@example.com"},
	{route: "GET /users", path: "/users"},
	{route: "GET /users/{id}/orders", path: "/users/usr_1/orders"},
	{route: "POST /users/{id}/orders", path: "/users/usr_1/orders", body: `{"lines":[{"product_id":"prod_101","quantity":2}]}`},
	{route: "POST /users/{id}/orders", path: "/users/usr_1/orders", body: `{"lines":[{"product_id":"prod_9","quantity":2}]}`},
	{route: "POST /users/{id}/orders", path: "/users/usr_1/orders", body: `{"lines":[{"product_id":"prod_101","quantity":0}]}`},
	{route: "POST /users/{id}/orders", path: "/users/usr_1/orders", body: `{"lines":[]}`},
	{route: "POST /users/{id}/orders", path: "/users/usr_9/orders", body: `{"lines":[{"product_id":"prod_101","quantity":2}]}`, user: "usr_9"},
	{route: "GET /users/{id}/orders", path: "/users/usr_1/orders"},
	{route: "GET /users/{id}/orders", path: "/users/usr_9/orders", user: "usr_9"},
	{route: "POST /payments", path: "/payments", body: `{"order_id":"{order}","card":"tok_1"}`},
	{route: "POST /payments", path: "/payments", body: `{"order_id":"{order}","card":"tok_1"}`},
	{route: "POST /payments", path: "/payments", body: `{"order_id":"{order}","card":"tok_2"}`},
	{route: "POST /payments", path: "/payments", body: `{"order_id":"ord_none","card":"tok_2"}`},
	{route: "POST /payments", path: "/payments", body: `{"card":"tok_2"}`},
	{route: "GET /payments/{id}", path: "/payments/{payment}"},
	{route: "GET /payments/{id}", path: "/payments/pay_none"},
	{route: "$default", path: "/payments"},
	{route: "$default", path: "/nowhere"},
	{route: "POST /users", path: "/users", body: `{"email":"eve@example.com"}`, user: "-"},
	{route: "GET /users", path: "/users", query: "ada@example.com", user: "usr_2"},
	{route: "GET /users/{id}/orders", path: "/users/usr_1/orders", user: "usr_2"},
	{route: "POST /users/{id}/orders", path: "/users/usr_1/orders", body: `{"lines":[{"product_id":"prod_101","quantity":2}]}`, user: "usr_2"},
	{route: "POST /payments", path: "/payments", body: `{"order_id":"{order}","card":"tok_1"}`, user: "usr_2"},
	{route: "GET /payments/{id}", path: "/payments/{payment}", user: "usr_2"},
	{route: "GET /payments/{id}", path: "/payments/{payment}", user: "-"},
}

var (
	orderID   = regexp.MustCompile(`ord_[a-z0-9]{16}`)
	paymentID = regexp.MustCompile(`pay_[a-z0-9]{16}-[0-9]+`)
	made      = regexp.MustCompile(`(ord|pay|usr)_[a-z0-9]{16}|"created_at":"[^"]*"`)
)

// answers sends the requests and returns what came back, without what differs from run to run.
func answers(t *testing.T, f *lambdaruntime.Function) []string {
	t.Helper()
	var all []string
	order, payment := "", ""
	for _, r := range requests {
		fill := strings.NewReplacer("{order}", order, "{payment}", payment)
		event := events.APIGatewayV2HTTPRequest{
			Version: "2.0", RouteKey: r.route, RawPath: fill.Replace(r.path), Body: fill.Replace(r.body),
			Headers: map[string]string{"content-type": "application/json"},
		}
		if r.contentType != "" {
			event.Headers["content-type"] = r.contentType
		}
		if r.query != "" {
			event.QueryStringParameters = map[string]string{"email": r.query}
		}
		if r.user != "-" {
			event.RequestContext.Authorizer = &events.APIGatewayV2HTTPRequestContextAuthorizerDescription{
				JWT: &events.APIGatewayV2HTTPRequestContextAuthorizerJWTDescription{Claims: map[string]string{"sub": cmp.Or(r.user, "usr_1")}},
			}
		}
		event.RequestContext.HTTP.Method = "DELETE" // which only the default route looks at
		if _, path, _ := strings.Cut(r.route, " "); strings.Contains(path, "{id}") {
			event.PathParameters = map[string]string{"id": strings.Split(event.RawPath, "/")[2]}
		}
		payload, err := json.Marshal(event)
		if err != nil {
			t.Fatal(err)
		}
		out, err := f.Invoke(t.Context(), lambdaruntime.Invocation{Payload: payload})
		if err != nil {
			t.Fatalf("%s %s: %v", r.route, r.body, err)
		}
		var response events.APIGatewayV2HTTPResponse
		if err := json.Unmarshal(out, &response); err != nil {
			t.Fatal(err)
		}
		if allow := response.Headers["allow"]; allow != "" {
			methods := strings.Split(allow, ", ")
			slices.Sort(methods)
			response.Headers["allow"] = strings.Join(methods, ", ")
		}
		if id := orderID.FindString(response.Body); id != "" && r.route == "POST /users/{id}/orders" {
			order = id
		}
		if id := paymentID.FindString(response.Body); id != "" {
			payment = id
		}
		headers, err := json.Marshal(response.Headers)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, inText(response.StatusCode, string(headers), made.ReplaceAllString(response.Body, "$1")))
	}
	return all
}

func inText(status int, headers, body string) string {
	text, _ := json.Marshal(status) // a number always has a text
	return string(text) + " " + headers + " " + body
}

// What is compared does the same.
func TestSameAnswers(t *testing.T) {
	var got [2][]string
	for i, path := range build(t) {
		f, queue := deploy(t, path)
		got[i] = answers(t, f)
		if n := queue.Counts().Visible; n != 2 {
			t.Errorf("function %d sent %d messages, want one for each time that a payment was asked for", i, n)
		}
	}
	for i, r := range requests {
		if got[0][i] != got[1][i] {
			t.Errorf("%s %s:\nlibrary %s\nby hand %s", r.route, r.body, got[0][i], got[1][i])
		}
	}
	if !strings.HasPrefix(got[0][30], "401 ") || !strings.HasPrefix(got[0][35], "404 ") || !strings.HasPrefix(got[0][0], "201 ") || !strings.HasPrefix(got[0][21], "202 ") || !strings.HasPrefix(got[0][26], "200 ") {
		t.Errorf("the requests do not do what they are for: %q", got[0])
	}
}

// The measures would be of something else if the example and this module had other versions of what both are made of.
func TestSameVersions(t *testing.T) {
	t.Parallel()
	versions := func(path string) map[string]string {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		found := map[string]string{}
		for _, m := range regexp.MustCompile(`(?m)^\t(\S+) (v\S+)`).FindAllStringSubmatch(string(text), -1) {
			found[m[1]] = m[2]
		}
		return found
	}
	here, there := versions("../go.mod"), versions("../../examples/go.mod")
	for module, version := range there {
		if strings.HasPrefix(module, "github.com/aws/") && here[module] != "" && here[module] != version {
			t.Errorf("%s: %s here, %s in examples", module, here[module], version)
		}
	}
	if len(here) < 10 || len(there) < 10 {
		t.Errorf("%d and %d requirements", len(here), len(there))
	}
}

// BenchmarkFunction asks how much larger the library makes a function's binary, and how much longer it takes from the start of its
// process until it asks for its first invocation: medians against those of the function by hand, started in turn. The function
// with the library opens its connections in that time, and the other one in its first invocation.
func BenchmarkFunction(b *testing.B) {
	var functions [2]*lambdaruntime.Function
	var size [2]float64
	paths := build(b)
	for i, path := range paths {
		info, err := os.Stat(path)
		if err != nil {
			b.Fatal(err)
		}
		size[i] = float64(info.Size())
	}
	var ready [2][]time.Duration
	b.ReportAllocs()
	for b.Loop() {
		for range 3 {
			for i, path := range paths {
				functions[i], _ = deploy(b, path)
				took, err := functions[i].Provision(b.Context())
				if err != nil {
					b.Fatal(err)
				}
				ready[i] = append(ready[i], took)
				_ = functions[i].Close()
			}
		}
	}
	for i := range ready {
		slices.Sort(ready[i])
	}
	b.ReportMetric(size[0]/size[1], "size-ratio")
	b.ReportMetric(float64(ready[0][len(ready[0])/2])/float64(ready[1][len(ready[1])/2]), "ready-ratio")
}
