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
	generation  int
	requests    []seen
}

type seen struct {
	method, path, protocol, attempt string
	header                          http.Header
	resumed                         bool
}

// connection is what the service knows of one.
type connection struct{ requests, generation int }

type connectionKey struct{}

func newService(t testing.TB, http2 bool) *service {
	s := new(service)
	s.Server = httptest.NewUnstartedServer(s)
	s.EnableHTTP2 = http2
	s.Config.ErrorLog = discardLog()
	s.Config.ConnContext = func(ctx context.Context, _ net.Conn) context.Context {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.connections++
		return context.WithValue(ctx, connectionKey{}, &connection{generation: s.generation})
	}
	s.StartTLS()
	t.Cleanup(s.Close)
	return s
}

func (s *service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	s.mu.Lock()
	c := r.Context().Value(connectionKey{}).(*connection)
	c.requests++
	number, forgotten := c.requests, c.generation < s.generation
	s.requests = append(s.requests, seen{r.Method, r.URL.Path, r.Proto, r.Header.Get("Amz-Sdk-Request"), r.Header, r.TLS.DidResume})
	s.mu.Unlock()
	if forgotten {
		reset(w)
		return
	}
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

// forget makes the service forget its connections, as a load balancer does: the clients learn of it when they use them.
func (s *service) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.generation++
}

// reset resets the connection of a request.
func reset(w http.ResponseWriter) {
	conn, _, err := w.(http.Hijacker).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler) // HTTP/2: the stream is reset
	}
	tcp := conn.(*tls.Conn).NetConn().(*net.TCPConn)
	_ = tcp.SetLinger(0)
	_ = tcp.Close()
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
