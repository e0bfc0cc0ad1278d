package sqsqueue_test

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/lambdapatterns/lambdapatterns/sqsbatch"
	"github.com/lambdapatterns/lambdapatterns/sqsbatch/sqsbatchtest"
	"github.com/lambdapatterns/lambdapatterns/sqsbatch/sqsqueue"
)

// front stands before an SQS in memory and does to its requests what a test plans.
type front struct {
	sqs sqsbatchtest.SQS

	mu    sync.Mutex
	calls []string                    // such as "SendMessageBatch 3"
	plan  map[string][]fault          // by operation, one for each call; then the SQS answers
	watch func(op string, in request) // is told of each call
}

// fault answers in the place of the SQS, or lets it answer first.
type fault func(w http.ResponseWriter, r *http.Request, next http.Handler)

// request is what tests look at in a call.
type request struct {
	Entries []struct {
		ID                     string `json:"Id"`
		MessageBody            string
		MessageDeduplicationID string `json:"MessageDeduplicationId"`
		VisibilityTimeout      int
	}
}

func (f *front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(err)
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	op := strings.TrimPrefix(r.Header.Get("X-Amz-Target"), "AmazonSQS.")
	var in request
	if err := json.Unmarshal(body, &in); err != nil {
		panic(err)
	}
	f.mu.Lock()
	f.calls = append(f.calls, fmt.Sprintf("%s %d", op, len(in.Entries)))
	var do fault
	if planned := f.plan[op]; len(planned) > 0 {
		do, f.plan[op] = planned[0], planned[1:]
	}
	watch := f.watch
	f.mu.Unlock()
	if watch != nil {
		watch(op, in)
	}
	if do == nil {
		f.sqs.ServeHTTP(w, r)
		return
	}
	do(w, r, &f.sqs)
}

func (f *front) expect(op string, faults ...fault) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.plan == nil {
		f.plan = map[string][]fault{}
	}
	f.plan[op] = faults
}

// said returns the calls so far of an operation, or of all.
func (f *front) said(op string) string {
	f.mu.Lock()
	defer f.mu.Unlock()
	var all []string
	for _, c := range f.calls {
		if strings.HasPrefix(c, op) {
			all = append(all, strings.TrimSpace(strings.TrimPrefix(c, op)))
		}
	}
	return strings.Join(all, ", ")
}

// refuse answers with an error of the service's.
func refuse(status int, code string) fault {
	return func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
		w.Header().Set("Content-Type", "application/x-amz-json-1.0")
		w.WriteHeader(status)
		fmt.Fprintf(w, `{"__type":"com.amazonaws.sqs#%s","message":"by plan"}`, code)
	}
}

// lose does what is asked and loses the answer.
func lose(w http.ResponseWriter, r *http.Request, next http.Handler) {
	next.ServeHTTP(httptest.NewRecorder(), r)
	refuse(http.StatusInternalServerError, "InternalError")(w, r, next)
}

// hang answers when the caller has gone.
func hang(w http.ResponseWriter, r *http.Request, _ http.Handler) { <-r.Context().Done() }

// part lets the SQS see the entries but those named, which fail by the code.
func part(code string, senderFault bool, ids ...string) fault {
	return func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		var in map[string]any
		if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
			panic(err)
		}
		var pass, failed []any
		for _, e := range in["Entries"].([]any) {
			id := e.(map[string]any)["Id"].(string)
			if strings.Contains(" "+strings.Join(ids, " ")+" ", " "+id+" ") {
				failed = append(failed, map[string]any{"Id": id, "Code": code, "Message": "by plan", "SenderFault": senderFault})
			} else {
				pass = append(pass, e)
			}
		}
		out := map[string]any{"Successful": []any{}}
		if in["Entries"] = pass; len(pass) > 0 {
			body, _ := json.Marshal(in)
			inner := httptest.NewRecorder()
			r.Body = io.NopCloser(bytes.NewReader(body))
			next.ServeHTTP(inner, r)
			if err := json.Unmarshal(inner.Body.Bytes(), &out); err != nil {
				panic(err)
			}
		}
		if more, ok := out["Failed"].([]any); ok {
			failed = append(failed, more...)
		}
		out["Failed"] = failed
		w.Header().Set("Content-Type", "application/x-amz-json-1.0")
		_ = json.NewEncoder(w).Encode(out)
	}
}

// Do makes a front an HTTP client, for the SDK in a bubble of synctest, where sockets cannot be waited for.
func (f *front) Do(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	if r.Body == nil {
		r.Body = http.NoBody
	}
	in := r.Clone(r.Context())
	f.ServeHTTP(w, in)
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	return w.Result(), nil
}

// options are those of the SDK's client on any local engine.
func options(endpoint string, client sqs.HTTPClient) sqs.Options {
	return sqs.Options{
		Region: "us-east-1", BaseEndpoint: &endpoint, HTTPClient: client, RetryMaxAttempts: 1,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "test", SecretAccessKey: "test"}, nil
		}),
	}
}

// stage is a queue with a dead-letter queue that the settler sends to.
type stage struct {
	front
	t            *testing.T
	client       *sqs.Client
	orders, dead *sqsbatchtest.Queue
	settler      *sqsqueue.Settler
}

// newStage makes the queues "orders" and "orders-refused" and a settler; suffix is "" or ".fifo".
func newStage(t *testing.T, suffix string, config ...func(*sqsqueue.Config)) *stage {
	t.Helper()
	s := &stage{t: t}
	attributes := sqsbatchtest.QueueAttributes{"VisibilityTimeout": "60"}
	if suffix != "" {
		attributes["FifoQueue"] = "true"
	}
	s.orders = must(s.sqs.CreateQueue("orders"+suffix, attributes))(t)
	s.dead = must(s.sqs.CreateQueue("orders-refused"+suffix, attributes))(t)
	s.client = sqs.New(options("http://sqs.test", &s.front))
	c := sqsqueue.Config{DeadLetterQueue: s.dead.ARN()}
	for _, change := range config {
		change(&c)
	}
	s.settler = must(sqsqueue.New(s.client, c))(t)
	return s
}

func must[T any](v T, err error) func(*testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func (s *stage) send(m sqsbatchtest.Message) string {
	s.t.Helper()
	return must(s.orders.Send(m))(s.t)
}

// receive takes messages out of a queue; they are invisible from now on.
func (s *stage) receive(q *sqsbatchtest.Queue) (all []events.SQSMessage) {
	s.t.Helper()
	for {
		more := must(q.Receive(s.t.Context(), 10, 0))(s.t)
		if len(more) == 0 {
			return all
		}
		all = append(all, more...)
	}
}

// settlements asks the same of each message.
func settlements(messages []events.SQSMessage, action sqsbatch.Action, delay time.Duration) []sqsbatch.Settlement {
	var all []sqsbatch.Settlement
	for i := range messages {
		all = append(all, sqsbatch.Settlement{Message: &messages[i], Action: action, Delay: delay, Err: errors.New("no such customer")})
	}
	return all
}

// run has a mapping invoke the handler for d.
func (s *stage) run(h sqsbatch.Handler, d time.Duration) {
	s.t.Helper()
	mapping := sqsbatchtest.Mapping{Queue: s.orders, Invoke: h.Invoke, ReportBatchItemFailures: true, Timeout: 10 * time.Second}
	ctx, cancel := context.WithTimeout(s.t.Context(), d)
	defer cancel()
	if err := mapping.Run(ctx); err != nil {
		s.t.Fatal(err)
	}
}

// texts are the errors' texts, "ok" for nil.
func texts(errs []error) string {
	var all []string
	for _, err := range errs {
		if err == nil {
			all = append(all, "ok")
			continue
		}
		all = append(all, cmp.Or(code(err), err.Error()))
	}
	return strings.Join(all, ", ")
}

func code(err error) string {
	var failed *sqsqueue.SettleError
	if errors.As(err, &failed) {
		return failed.Code
	}
	return ""
}

func bodies(messages []events.SQSMessage) string {
	var all []string
	for _, m := range messages {
		all = append(all, m.Body)
	}
	return strings.Join(all, " ")
}
