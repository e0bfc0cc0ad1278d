package coldstart_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"hash/crc32"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	dynamodbtypes "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/lambdapatterns/lambdapatterns/coldstart"
)

// service is an AWS service on loopback that answers DynamoDB's GetItem and SQS's GetQueueUrl, over TLS.
type service struct {
	*httptest.Server
	// before, if set before the first request, may answer in the service's place. Number counts the requests of a
	// connection from 1.
	before func(w http.ResponseWriter, r *http.Request, number int) (answered bool)

	mu          sync.Mutex
	connections int
	open        map[net.Conn]bool
	requests    []seen
}

type seen struct {
	method, path, protocol, attempt string
	header                          http.Header
	resumed                         bool
}

type requestCount struct{ n int }

type countKey struct{}

func newService(t testing.TB, http2 bool) *service {
	s := &service{open: map[net.Conn]bool{}}
	s.Server = httptest.NewUnstartedServer(s)
	s.EnableHTTP2 = http2
	s.Config.ErrorLog = discardLog()
	s.Config.ConnContext = func(ctx context.Context, _ net.Conn) context.Context {
		return context.WithValue(ctx, countKey{}, new(requestCount))
	}
	s.Config.ConnState = func(c net.Conn, state http.ConnState) {
		s.mu.Lock()
		defer s.mu.Unlock()
		switch state {
		case http.StateNew:
			s.connections++
			s.open[c] = true
		case http.StateClosed, http.StateHijacked:
			delete(s.open, c)
		}
	}
	s.StartTLS()
	t.Cleanup(s.Close)
	return s
}

func (s *service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	s.mu.Lock()
	count := r.Context().Value(countKey{}).(*requestCount)
	count.n++
	number := count.n
	s.requests = append(s.requests, seen{r.Method, r.URL.Path, r.Proto, r.Header.Get("Amz-Sdk-Request"), r.Header, r.TLS.DidResume})
	s.mu.Unlock()
	if s.before != nil && s.before(w, r, number) {
		return
	}
	// The SDK throws a connection away on which the answer is there before it has finished sending.
	time.Sleep(time.Millisecond)
	switch {
	case r.Method == http.MethodGet:
		_, _ = io.WriteString(w, "healthy")
	case strings.HasSuffix(r.Header.Get("X-Amz-Target"), ".GetItem"):
		answer := fmt.Sprintf(`{"Item":{"bytes":{"N":"%d"}}}`, len(body))
		w.Header().Set("Content-Type", "application/x-amz-json-1.0")
		w.Header().Set("X-Amz-Crc32", fmt.Sprint(crc32.ChecksumIEEE([]byte(answer))))
		_, _ = io.WriteString(w, answer)
	case strings.HasSuffix(r.Header.Get("X-Amz-Target"), ".GetQueueUrl"):
		w.Header().Set("Content-Type", "application/x-amz-json-1.0")
		_, _ = io.WriteString(w, `{"QueueUrl":"https://queue.invalid/q"}`)
	default:
		http.Error(w, `{"__type":"UnknownOperationException"}`, http.StatusBadRequest)
	}
}

// seen returns the requests so far and how many connections there were.
func (s *service) seen() ([]seen, int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]seen(nil), s.requests...), s.connections
}

// base returns the SDK's client with the service's certificate as its root.
func (s *service) base() *awshttp.BuildableClient {
	roots := x509.NewCertPool()
	roots.AddCert(s.Certificate())
	return awshttp.NewBuildableClient().WithTransportOptions(func(tr *http.Transport) {
		tr.TLSClientConfig = &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}
	})
}

// client returns an HTTPClient for the service.
func (s *service) client(t testing.TB, cfg coldstart.HTTPConfig) *coldstart.HTTPClient {
	t.Helper()
	client, err := cfg.NewHTTPClient(s.base())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.CloseIdleConnections)
	return client
}

var static = aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
	return aws.Credentials{AccessKeyID: "test", SecretAccessKey: "test", SessionToken: "test"}, nil
})

func (s *service) dynamoDB(client aws.HTTPClient, options ...func(*dynamodb.Options)) *dynamodb.Client {
	return dynamodb.New(dynamodb.Options{
		BaseEndpoint: &s.URL, Region: "eu-central-1", Credentials: static, HTTPClient: client,
	}, options...)
}

func (s *service) sqs(client aws.HTTPClient) *sqs.Client {
	return sqs.New(sqs.Options{BaseEndpoint: &s.URL, Region: "eu-central-1", Credentials: static, HTTPClient: client})
}

// getItem makes a call of about 100 bytes.
func getItem(ctx context.Context, client *dynamodb.Client) error {
	_, err := client.GetItem(ctx, getItemInput())
	return err
}

func getItemInput() *dynamodb.GetItemInput {
	return &dynamodb.GetItemInput{
		TableName: aws.String("orders"),
		Key:       map[string]dynamodbtypes.AttributeValue{"PK": &dynamodbtypes.AttributeValueMemberS{Value: "none"}},
	}
}

func getQueue(ctx context.Context, client *sqs.Client) error {
	_, err := client.GetQueueUrl(ctx, &sqs.GetQueueUrlInput{QueueName: aws.String("q")})
	return err
}
