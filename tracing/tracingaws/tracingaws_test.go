package tracingaws_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"

	"github.com/lambdapatterns/lambdapatterns/tracing/tracingaws"
)

const secret = "4111-1111"

func key() map[string]types.AttributeValue {
	return map[string]types.AttributeValue{"PK": &types.AttributeValueMemberS{Value: secret}}
}

func TestSpans(t *testing.T) {
	t.Parallel()
	table, queue := aws.String("orders"), aws.String("https://sqs.eu-west-1.amazonaws.com/123456789012/orders-q")
	ok := answer{status: 200, header: http.Header{"X-Amzn-Requestid": {"r-1"}}, body: "{}"}
	for name, test := range map[string]struct {
		call    func(context.Context, aws.Config) error
		answers []answer
		span    string
		kind    trace.SpanKind
		want    map[attribute.Key]string
	}{
		"item": {
			call: func(ctx context.Context, cfg aws.Config) error {
				_, err := dynamodb.NewFromConfig(cfg).GetItem(ctx, &dynamodb.GetItemInput{TableName: table, Key: key()})
				return err
			},
			span: "DynamoDB.GetItem", kind: trace.SpanKindClient,
			want: map[attribute.Key]string{
				"rpc.system": "aws-api", "rpc.system.name": "aws-api", "rpc.service": "DynamoDB", "rpc.method": "GetItem", "cloud.region": "eu-west-1",
				"db.system.name": "aws.dynamodb", "db.operation.name": "GetItem", "aws.dynamodb.table_names": `["orders"]`,
				"server.address": "dynamodb.eu-west-1.amazonaws.com", "http.response.status_code": "200", "aws.request_id": "r-1",
			},
		},
		"index, table by ARN": {
			call: func(ctx context.Context, cfg aws.Config) error {
				_, err := dynamodb.NewFromConfig(cfg).Query(ctx, &dynamodb.QueryInput{
					TableName: aws.String("arn:aws:dynamodb:eu-west-1:123456789012:table/orders"), IndexName: aws.String("GSI1"),
					ExpressionAttributeValues: key(), KeyConditionExpression: aws.String(secret),
				})
				return err
			},
			span: "DynamoDB.Query", kind: trace.SpanKindClient,
			want: map[attribute.Key]string{"aws.dynamodb.table_names": `["orders"]`, "aws.dynamodb.index_name": "GSI1"},
		},
		"batch": {
			call: func(ctx context.Context, cfg aws.Config) error {
				_, err := dynamodb.NewFromConfig(cfg).BatchWriteItem(ctx, &dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{
					"b": {{PutRequest: &types.PutRequest{Item: key()}}}, "a": {{DeleteRequest: &types.DeleteRequest{Key: key()}}},
				}})
				return err
			},
			span: "DynamoDB.BatchWriteItem", kind: trace.SpanKindClient,
			want: map[attribute.Key]string{"aws.dynamodb.table_names": `["a","b"]`},
		},
		"transaction": {
			call: func(ctx context.Context, cfg aws.Config) error {
				_, err := dynamodb.NewFromConfig(cfg).TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{TransactItems: []types.TransactWriteItem{
					{Put: &types.Put{TableName: aws.String("b"), Item: key()}}, {ConditionCheck: &types.ConditionCheck{TableName: aws.String("a"), Key: key(), ConditionExpression: aws.String("x")}},
					{Delete: &types.Delete{TableName: aws.String("b"), Key: key()}},
				}})
				return err
			},
			span: "DynamoDB.TransactWriteItems", kind: trace.SpanKindClient,
			want: map[attribute.Key]string{"aws.dynamodb.table_names": `["a","b"]`},
		},
		"message": {
			call: func(ctx context.Context, cfg aws.Config) error {
				_, err := sqs.NewFromConfig(cfg, noChecksum).SendMessage(ctx, &sqs.SendMessageInput{QueueUrl: queue, MessageBody: aws.String(secret)})
				return err
			},
			answers: []answer{{status: 200, body: `{"MessageId":"m-1"}`}},
			span:    "SQS.SendMessage", kind: trace.SpanKindProducer,
			want: map[attribute.Key]string{
				"messaging.system": "aws_sqs", "messaging.operation.name": "send", "messaging.operation.type": "send", "messaging.destination.name": "orders-q",
				"aws.sqs.queue.url": *queue, "messaging.message.id": "m-1", "messaging.batch.message_count": "", "server.address": "sqs.eu-west-1.amazonaws.com",
			},
		},
		"messages": {
			call: func(ctx context.Context, cfg aws.Config) error {
				_, err := sqs.NewFromConfig(cfg, noChecksum).SendMessageBatch(ctx, &sqs.SendMessageBatchInput{QueueUrl: queue, Entries: []sqstypes.SendMessageBatchRequestEntry{
					{Id: aws.String("1"), MessageBody: aws.String(secret)}, {Id: aws.String("2"), MessageBody: aws.String(secret)},
				}})
				return err
			},
			answers: []answer{{status: 200, body: `{"Successful":[],"Failed":[]}`}},
			span:    "SQS.SendMessageBatch", kind: trace.SpanKindProducer,
			want: map[attribute.Key]string{"messaging.operation.type": "send", "messaging.batch.message_count": "2", "messaging.message.id": ""},
		},
		"receive": {
			call: func(ctx context.Context, cfg aws.Config) error {
				_, err := sqs.NewFromConfig(cfg).ReceiveMessage(ctx, &sqs.ReceiveMessageInput{QueueUrl: queue})
				return err
			},
			span: "SQS.ReceiveMessage", kind: trace.SpanKindClient,
			want: map[attribute.Key]string{"messaging.operation.type": "receive"},
		},
		"visibility": {
			call: func(ctx context.Context, cfg aws.Config) error {
				_, err := sqs.NewFromConfig(cfg).ChangeMessageVisibility(ctx, &sqs.ChangeMessageVisibilityInput{QueueUrl: queue, ReceiptHandle: aws.String(secret)})
				return err
			},
			span: "SQS.ChangeMessageVisibility", kind: trace.SpanKindClient,
			want: map[attribute.Key]string{"messaging.operation.name": "ChangeMessageVisibility", "messaging.operation.type": ""},
		},
		"function": {
			call: func(ctx context.Context, cfg aws.Config) error {
				_, err := lambda.NewFromConfig(cfg).Invoke(ctx, &lambda.InvokeInput{FunctionName: aws.String("arn:aws:lambda:eu-west-1:123456789012:function:ship:live"), Payload: []byte(secret)})
				return err
			},
			answers: []answer{ok},
			span:    "Lambda.Invoke", kind: trace.SpanKindClient,
			want: map[attribute.Key]string{"faas.invoked_name": "ship", "faas.invoked_provider": "aws"},
		},
		"events": {
			call: func(ctx context.Context, cfg aws.Config) error {
				_, err := eventbridge.NewFromConfig(cfg).PutEvents(ctx, &eventbridge.PutEventsInput{})
				return err
			},
			span: "EventBridge.PutEvents", kind: trace.SpanKindClient, want: map[attribute.Key]string{"rpc.service": "EventBridge"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if test.answers == nil {
				test.answers = []answer{ok}
			}
			r, s := &recorder{}, &service{answers: test.answers}
			if err := test.call(inSpan(t, r), s.config()); err != nil && name != "events" {
				t.Fatal(err)
			}
			if name == "events" { // without entries the call is not made
				if len(r.spans) != 1 || len(s.requests) != 0 {
					t.Errorf("%d spans of an input that is refused before it goes out", len(r.spans)-1)
				}
				return
			}
			if len(r.spans) != 2 {
				t.Fatalf("%d spans", len(r.spans)-1)
			}
			got := r.spans[1]
			if got.name != test.span || got.kind != test.kind || got.parent != r.spans[0].sc.SpanID() || got.ended != 1 || got.status != codes.Unset {
				t.Errorf("span %+v", got)
			}
			for k, want := range test.want {
				if v, found := got.attributes[k]; v.String() != want && want != "" || found == (want == "") {
					t.Errorf("%s is %q, want %q", k, v.String(), want)
				}
			}
			if strings.Contains(got.text(), secret) {
				t.Errorf("a value is in the span: %s", got.text())
			}
			if h := s.requests[0].Header.Get("X-Amzn-Trace-Id"); h != "Root=1-00000000-0000000000000000000000ee;Parent=0000000000000002;Sampled=1" {
				t.Errorf("header %s", h)
			}
		})
	}
}

func noChecksum(o *sqs.Options) { o.DisableMessageChecksumValidation = true }

func get(ctx context.Context, cfg aws.Config, opts ...func(*dynamodb.Options)) error {
	_, err := dynamodb.NewFromConfig(cfg, opts...).GetItem(ctx, &dynamodb.GetItemInput{TableName: aws.String("t"), Key: key()})
	return err
}

func TestFailures(t *testing.T) {
	t.Parallel()
	throttled := answer{status: 400, header: http.Header{"X-Amzn-Requestid": {"r-1"}}, body: `{"__type":"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException","message":"` + secret + `"}`}
	invalid := answer{status: 400, header: http.Header{"X-Amzn-Requestid": {"r-2"}}, body: `{"__type":"com.amazon.coral.validate#ValidationException","message":"` + secret + `"}`}
	ok := answer{status: 200, header: http.Header{"X-Amzn-Requestid": {"r-3"}}, body: "{}"}
	for name, test := range map[string]struct {
		answers []answer
		status  codes.Code
		kind    string
		want    map[attribute.Key]string
	}{
		"retried":        {[]answer{throttled, {err: errors.New(secret)}, ok}, codes.Unset, "", map[attribute.Key]string{"http.request.resend_count": "2", "http.response.status_code": "200", "aws.request_id": "r-3"}},
		"not retryable":  {[]answer{invalid}, codes.Error, "ValidationException", map[attribute.Key]string{"http.response.status_code": "400", "aws.request_id": "r-2", "http.request.resend_count": ""}},
		"given up":       {[]answer{throttled}, codes.Error, "ProvisionedThroughputExceededException", map[attribute.Key]string{"http.request.resend_count": "2", "http.response.status_code": "400"}},
		"no connection":  {[]answer{{err: errors.New(secret)}}, codes.Error, "*errors.errorString", map[attribute.Key]string{"http.response.status_code": "", "aws.request_id": ""}},
		"no answer left": {[]answer{throttled, {err: errors.New(secret)}}, codes.Error, "*errors.errorString", map[attribute.Key]string{"http.response.status_code": "", "aws.request_id": ""}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, s := &recorder{}, &service{answers: test.answers}
			cfg := s.config()
			cfg.Retryer = func() aws.Retryer { return impatient{} }
			err := get(inSpan(t, r), cfg)
			if (err != nil) != (test.status == codes.Error) {
				t.Error(err)
			}
			got := r.spans[len(r.spans)-1]
			if len(r.spans) != 2 || got.status != test.status || got.description != test.kind || got.attributes["error.type"].String() != test.kind && test.kind != "" {
				t.Errorf("%d spans, the last %+v", len(r.spans)-1, got)
			}
			for k, want := range test.want {
				if v, found := got.attributes[k]; v.String() != want && want != "" || found == (want == "") {
					t.Errorf("%s is %q, want %q", k, v.String(), want)
				}
			}
			if strings.Contains(got.text(), secret) {
				t.Errorf("a value is in the span: %s", got.text())
			}
		})
	}

	t.Run("cancelled", func(t *testing.T) {
		t.Parallel()
		r := &recorder{}
		ctx, cancel := context.WithCancel(inSpan(t, r))
		cancel()
		if err := get(ctx, (&service{}).config()); err == nil {
			t.Error("no error")
		}
		if got := r.spans[1]; got.attributes["error.type"].String() != "context.Canceled" || got.ended != 1 {
			t.Errorf("span %+v", got)
		}
	})
}

// impatient retries what may be retried, without a pause.
type impatient struct{ aws.NopRetryer }

func (impatient) IsErrorRetryable(err error) bool {
	return !strings.Contains(err.Error(), "Validation")
}
func (impatient) MaxAttempts() int                             { return 3 }
func (impatient) RetryDelay(int, error) (time.Duration, error) { return 0, nil }
func (impatient) GetRetryToken(context.Context, error) (func(error) error, error) {
	return func(error) error { return nil }, nil
}

func TestPropagation(t *testing.T) {
	const invocation = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1;Lineage=1:a87bd80c:1"
	invoked := func(ctx context.Context) context.Context {
		return context.WithValue(ctx, "x-amzn-trace-id", invocation) //lint:ignore SA1029 aws-lambda-go's key
	}
	setHeader := func(o *dynamodb.Options) {
		o.APIOptions = append(o.APIOptions, smithyhttp.SetHeaderValue("X-Amzn-Trace-Id", "Root=mine"))
	}
	for name, test := range map[string]struct {
		ctx       func(*recorder) context.Context
		unsampled bool
		env       string
		opts      []func(*dynamodb.Options)
		want      string
	}{
		"nothing":               {ctx: func(*recorder) context.Context { return t.Context() }},
		"invocation":            {ctx: func(*recorder) context.Context { return invoked(t.Context()) }, want: invocation},
		"environment":           {ctx: func(*recorder) context.Context { return t.Context() }, env: invocation, want: invocation},
		"context, environment":  {ctx: func(*recorder) context.Context { return invoked(t.Context()) }, env: "Root=1-00000000-000000000000000000000001", want: invocation},
		"span":                  {ctx: func(r *recorder) context.Context { return inSpan(t, r) }, env: invocation, want: "Root=1-00000000-0000000000000000000000ee;Parent=0000000000000002;Sampled=1;Lineage=1:a87bd80c:1"},
		"span without sampling": {ctx: func(r *recorder) context.Context { return inSpan(t, r) }, unsampled: true, want: "Root=1-00000000-0000000000000000000000ee;Parent=0000000000000001;Sampled=0"},
		"the caller's":          {ctx: func(r *recorder) context.Context { return inSpan(t, r) }, opts: []func(*dynamodb.Options){setHeader}, want: "Root=mine"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("_X_AMZN_TRACE_ID", test.env)
			t.Setenv("AWS_LAMBDA_FUNCTION_NAME", "f") // for the SDK's own step
			r, s := &recorder{unsampled: test.unsampled}, &service{}
			if err := get(test.ctx(r), s.config(), test.opts...); err != nil {
				t.Fatal(err)
			}
			if got := s.requests[0].Header.Values("X-Amzn-Trace-Id"); strings.Join(got, "|") != test.want {
				t.Errorf("header %q, want %q", got, test.want)
			}
		})
	}
}

func TestProvider(t *testing.T) {
	t.Parallel()
	r, s := &recorder{}, &service{}
	if err := get(t.Context(), s.config()); err != nil || len(r.spans) != 0 {
		t.Errorf("%d spans, %v", len(r.spans), err)
	}
	if err := get(t.Context(), s.config(tracingaws.WithTracerProvider(r))); err != nil || len(r.spans) != 1 {
		t.Errorf("%d spans, %v", len(r.spans), err)
	}
	if err := get(inSpan(t, &recorder{}), s.config(tracingaws.WithTracerProvider(nil), nil)); err != nil {
		t.Error(err)
	}
	unsampled := &recorder{unsampled: true}
	if err := get(t.Context(), s.config(tracingaws.WithTracerProvider(unsampled))); err != nil || len(unsampled.spans) != 1 || unsampled.spans[0].ended != 1 {
		t.Errorf("%d spans, %v", len(unsampled.spans), err)
	}
}

// In the configuration and again in a client's options: that is one span.
func TestTwice(t *testing.T) {
	t.Parallel()
	r, s := &recorder{}, &service{}
	err := get(inSpan(t, r), s.config(), func(o *dynamodb.Options) { o.APIOptions = append(o.APIOptions, tracingaws.Middleware()) })
	if err != nil || len(r.spans) != 2 {
		t.Errorf("%d spans, %v", len(r.spans)-1, err)
	}
}

func TestConcurrentUse(t *testing.T) {
	t.Parallel()
	r, s := &recorder{}, &service{}
	cfg, ctx := s.config(), inSpan(t, r)
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			if i%2 == 0 {
				if err := get(ctx, cfg); err != nil {
					t.Error(err)
				}
			} else if _, err := sqs.NewFromConfig(cfg).ListQueues(ctx, &sqs.ListQueuesInput{}); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if len(r.spans) != 9 {
		t.Errorf("%d spans", len(r.spans)-1)
	}
}

// BenchmarkCall asks what the middleware adds to a call of DynamoDB that takes no time on the network: where nothing is
// recorded it must be next to nothing.
func BenchmarkCall(b *testing.B) {
	sampled, unsampled := &recorder{}, &recorder{unsampled: true}
	for _, run := range []struct {
		name string
		ctx  context.Context
		bare bool
	}{
		{"without", b.Context(), true},
		{"no span", b.Context(), false},
		{"unsampled span", inSpan(b, unsampled), false},
		{"span", inSpan(b, sampled), false},
	} {
		b.Run(run.name, func(b *testing.B) {
			s := &service{}
			cfg := s.config()
			if run.bare {
				cfg.APIOptions = nil
			}
			client := dynamodb.NewFromConfig(cfg)
			in := &dynamodb.GetItemInput{TableName: aws.String("t"), Key: key()}
			b.ReportAllocs()
			for b.Loop() {
				if _, err := client.GetItem(run.ctx, in); err != nil {
					b.Fatal(err)
				}
				s.requests, sampled.spans = s.requests[:0], sampled.spans[:min(1, len(sampled.spans))]
			}
		})
	}
}
