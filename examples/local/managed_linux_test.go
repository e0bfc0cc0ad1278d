package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/lambdapatterns/lambdapatterns/examples/payments"
)

// On Lambda Managed Instances one process has many invocations at once, by as many requests for the next one. Package lambdaruntime
// keeps to one, so the Runtime API is a few lines of this test. The function is built with the race detector, and each answer must
// be that of its own request.
func TestManyInvocationsInOneProcess(t *testing.T) {
	if testing.Short() {
		t.Skip("it builds a function with the race detector")
	}
	if _, err := exec.LookPath("gcc"); err != nil {
		t.Skip("the race detector needs a C compiler")
	}
	t.Parallel()
	const atOnce, rounds = 16, 20
	s := startStack(t)
	if err := s.store.Products.Put(t.Context(), payments.Product{ID: "prod_tea", Name: "Tea", Price: 450}); err != nil {
		t.Fatal(err)
	}
	binary := filepath.Join(t.TempDir(), "bootstrap")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-race", "-o", binary, payingFunctions+"api").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	api := newRuntimeAPI()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: api}
	go func() { _ = server.Serve(listener) }()
	defer server.Close()

	var log bytes.Buffer
	process := exec.Command(binary)
	process.Stdout, process.Stderr = &log, &log
	process.Env = []string{
		"AWS_LAMBDA_RUNTIME_API=" + listener.Addr().String(), "AWS_LAMBDA_MAX_CONCURRENCY=" + strconv.Itoa(atOnce),
		"AWS_LAMBDA_INITIALIZATION_TYPE=lambda-managed-instances", "AWS_REGION=" + region, "AWS_ACCESS_KEY_ID=test", "AWS_SECRET_ACCESS_KEY=test",
		"AWS_EC2_METADATA_DISABLED=true", "TABLE_NAME=" + s.table, "PAYMENTS_QUEUE_URL=" + s.queues.payments.url, "GORACE=halt_on_error=0",
	}
	for name, value := range s.variables {
		process.Env = append(process.Env, name+"="+value)
	}
	if err := process.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		_ = process.Process.Signal(os.Interrupt)
		_ = process.Process.Kill()
		_ = process.Wait()
		if text := log.String(); strings.Contains(text, "DATA RACE") || strings.Contains(text, "fatal error") {
			t.Errorf("the process says:\n%s", text)
		}
	}()

	var all sync.WaitGroup
	for n := range atOnce {
		all.Go(func() {
			user := fmt.Sprintf("usr_%d", n)
			ask := func(status int, route, id, body string) map[string]any {
				r := events.APIGatewayV2HTTPRequest{
					Version: "2.0", RouteKey: route, Body: body, Headers: map[string]string{"content-type": "application/json"}, PathParameters: map[string]string{"id": id},
				}
				r.RequestContext.Authorizer = &events.APIGatewayV2HTTPRequestContextAuthorizerDescription{
					JWT: &events.APIGatewayV2HTTPRequestContextAuthorizerJWTDescription{Claims: map[string]string{"sub": user}},
				}
				var response events.APIGatewayV2HTTPResponse
				var answer map[string]any
				got, err := api.invoke(t.Context(), r)
				if err == nil {
					err = errors.Join(json.Unmarshal(got, &response), json.Unmarshal([]byte(response.Body), &answer))
				}
				if err != nil || response.StatusCode != status {
					t.Errorf("%s of %s: %d %v, %v", route, user, response.StatusCode, answer, err)
				}
				return answer
			}
			ask(201, "POST /users", "", fmt.Sprintf(`{"email":"%s@example.com"}`, user))
			for i := range rounds {
				o := ask(201, "POST /users/{id}/orders", user, fmt.Sprintf(`{"lines":[{"product_id":"prod_tea","quantity":%d}]}`, i+1))
				if o["user_id"] != user || o["total"] != float64(450*(i+1)) {
					t.Errorf("%s was answered with %v", user, o)
				}
				p := ask(202, "POST /payments", "", fmt.Sprintf(`{"order_id":%q,"card":"tok_visa"}`, o["id"]))
				if p["order_id"] != o["id"] || p["user_id"] != user {
					t.Errorf("%s was answered with %v", user, p)
				}
			}
		})
	}
	all.Wait()
	if api.most < atOnce/2 {
		t.Errorf("%d invocations at once at most, want about %d", api.most, atOnce)
	}
	t.Logf("%d invocations, %d at once", atOnce*(1+2*rounds), api.most)
}

// runtimeAPI hands out as many invocations at once as are asked for.
type runtimeAPI struct {
	calls   chan *managedCall
	mu      sync.Mutex
	last    int
	most    int
	current map[string]*managedCall
}

type managedCall struct {
	payload  []byte
	answered chan []byte
}

func newRuntimeAPI() *runtimeAPI {
	return &runtimeAPI{calls: make(chan *managedCall), current: map[string]*managedCall{}}
}

func (a *runtimeAPI) invoke(ctx context.Context, event any) ([]byte, error) {
	payload, err := json.Marshal(event)
	if err != nil {
		return nil, err
	}
	c := &managedCall{payload, make(chan []byte, 1)}
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	select {
	case a.calls <- c:
	case <-ctx.Done():
		return nil, errors.New("the process asks for nothing")
	}
	select {
	case answer := <-c.answered:
		return answer, nil
	case <-ctx.Done():
		return nil, errors.New("the process does not answer")
	}
}

func (a *runtimeAPI) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	parts := strings.Split(r.URL.Path, "/") // /2018-06-01/runtime/invocation/next, or …/{id}/response
	if parts[len(parts)-1] == "next" {
		select {
		case c := <-a.calls:
			a.mu.Lock()
			a.last++
			id := strconv.Itoa(a.last)
			a.current[id] = c
			a.most = max(a.most, len(a.current))
			a.mu.Unlock()
			w.Header().Set("Lambda-Runtime-Aws-Request-Id", id)
			w.Header().Set("Lambda-Runtime-Deadline-Ms", strconv.FormatInt(time.Now().Add(time.Minute).UnixMilli(), 10))
			w.Header().Set("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:us-east-1:123456789012:function:api")
			_, _ = w.Write(c.payload)
		case <-r.Context().Done():
		}
		return
	}
	body, err := io.ReadAll(r.Body)
	a.mu.Lock()
	c := a.current[parts[len(parts)-2]]
	delete(a.current, parts[len(parts)-2])
	a.mu.Unlock()
	if c == nil || err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	c.answered <- body
	w.WriteHeader(http.StatusAccepted)
}
