package coldstart_test

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	dynamodbtypes "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/lambdapatterns/lambdapatterns/coldstart"
)

// dying lets a connection break, once it has served one request, before the first byte of its second answer.
func dying(w http.ResponseWriter, _ *http.Request, number int) bool {
	if number == 2 {
		reset(w)
	}
	return number == 2
}

// attempts retries at once, up to n attempts in all.
func attempts(n int) func(*dynamodb.Options) {
	return func(o *dynamodb.Options) {
		o.Retryer = retry.NewStandard(func(o *retry.StandardOptions) {
			o.MaxAttempts = n
			o.Backoff = retry.BackoffDelayerFunc(func(int, error) (time.Duration, error) { return 0, nil })
		})
	}
}

func TestReplay(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name     string
		cfg      coldstart.HTTPConfig
		retryer  func(*dynamodb.Options)
		size     int
		attempts []string // of the second call, as the server saw them
		fails    bool
	}{
		{"replayed", coldstart.HTTPConfig{}, attempts(3), 100, []string{"attempt=1; max=3", "attempt=1; max=3"}, false},
		{"large body", coldstart.HTTPConfig{}, attempts(3), 2 << 20, []string{"attempt=1; max=3", "attempt=2; max=3"}, false},
		{"NoReplay", coldstart.HTTPConfig{NoReplay: true}, attempts(3), 100, []string{"attempt=1; max=3", "attempt=2; max=3"}, false},
		{"one attempt", coldstart.HTTPConfig{}, attempts(1), 100, []string{"attempt=1; max=1"}, true},
		{"no retries", coldstart.HTTPConfig{}, func(o *dynamodb.Options) { o.Retryer = aws.NopRetryer{} }, 100, []string{"attempt=1; max=1"}, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := newService(t, false)
			s.before = dying
			client := s.dynamoDB(s.client(t, test.cfg), test.retryer)
			if err := getItem(t.Context(), client); err != nil {
				t.Fatal(err)
			}
			input := getItemInput()
			input.Key["SK"] = &dynamodbtypes.AttributeValueMemberS{Value: strings.Repeat("x", test.size)}
			out, err := client.GetItem(t.Context(), input)
			if (err != nil) != test.fails {
				t.Fatalf("got %v", err)
			}
			requests, _ := s.seen()
			var seen []string
			for _, r := range requests[1:] {
				seen = append(seen, r.attempt)
				if _, sent := r.header["X-Idempotency-Key"]; sent {
					t.Error("X-Idempotency-Key was sent")
				}
				if signed := r.header.Get("Authorization"); strings.Contains(signed, "idempotency") || !strings.Contains(signed, "SignedHeaders=") {
					t.Errorf("Authorization: %s", signed)
				}
			}
			if strings.Join(seen, "|") != strings.Join(test.attempts, "|") {
				t.Errorf("the server saw %q, want %q", seen, test.attempts)
			}
			if !test.fails { // the body came whole
				got := out.Item["bytes"].(*dynamodbtypes.AttributeValueMemberN).Value
				var n int
				if _, err := fmt.Sscan(got, &n); err != nil || n < test.size || n > test.size+200 {
					t.Errorf("the server got a body of %s bytes", got)
				}
			}
		})
	}
}

// What is not the SDK's own is not known to be repeatable.
func TestOtherRequestsAreNotReplayed(t *testing.T) {
	t.Parallel()
	s := newService(t, false)
	s.before = dying
	client := s.client(t, coldstart.HTTPConfig{})
	post := func() error {
		req, err := http.NewRequestWithContext(t.Context(), "POST", s.URL, strings.NewReader("pay"))
		if err != nil {
			return err
		}
		resp, err := client.Do(req)
		if err != nil {
			return err
		}
		defer resp.Body.Close()
		_, err = io.Copy(io.Discard, resp.Body)
		return err
	}
	if err := post(); err != nil {
		t.Fatal(err)
	}
	if err := post(); err == nil {
		t.Error("the second request succeeded")
	}
	if requests, _ := s.seen(); len(requests) != 2 {
		t.Errorf("the server saw %d requests", len(requests))
	}
}

// That is net/http's doing, and no setting prevents it.
func TestReadsAreRepeatedInAnyCase(t *testing.T) {
	t.Parallel()
	s := newService(t, false)
	s.before = dying
	client := s.client(t, coldstart.HTTPConfig{NoReplay: true})
	for range 2 {
		req, err := http.NewRequestWithContext(t.Context(), "GET", s.URL, nil)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.Copy(io.Discard, resp.Body)
		resp.Body.Close()
	}
	if requests, _ := s.seen(); len(requests) != 3 {
		t.Errorf("the server saw %d requests, want 3 for 2", len(requests))
	}
}

func TestBodyOfAnotherLength(t *testing.T) {
	t.Parallel()
	s := newService(t, false)
	client := s.client(t, coldstart.HTTPConfig{})
	errBroken := errors.New("broken")
	for _, test := range []struct {
		body io.Reader
		text string
	}{
		{strings.NewReader("much too long"), "longer than its ContentLength of 5"},
		{strings.NewReader("abc"), "has 3 bytes"},
		{strings.NewReader(""), "has 0 bytes"},
		{io.MultiReader(strings.NewReader("abc"), failingReader{errBroken}), "broken"},
	} {
		req, err := http.NewRequestWithContext(t.Context(), "POST", s.URL, io.NopCloser(test.body))
		if err != nil {
			t.Fatal(err)
		}
		req.ContentLength = 5
		req.Header.Set("Amz-Sdk-Request", "attempt=1; max=3")
		resp, err := client.Do(req)
		if err == nil {
			resp.Body.Close()
		}
		if err == nil || !strings.Contains(err.Error(), test.text) {
			t.Errorf("want %q, got %v", test.text, err)
		}
	}
	if requests, _ := s.seen(); len(requests) != 0 {
		t.Errorf("%d requests were sent", len(requests))
	}
}

type failingReader struct{ err error }

func (r failingReader) Read([]byte) (int, error) { return 0, r.err }

func TestIdleTimeout(t *testing.T) {
	t.Parallel()
	s := newService(t, false)
	client := s.dynamoDB(s.client(t, coldstart.HTTPConfig{IdleTimeout: time.Second}))
	for range 3 {
		if err := getItem(t.Context(), client); err != nil {
			t.Fatal(err)
		}
	}
	if _, connections := s.seen(); connections != 1 {
		t.Fatalf("%d connections for three calls one after another", connections)
	}
	time.Sleep(1200 * time.Millisecond)
	if err := getItem(t.Context(), client); err != nil {
		t.Fatal(err)
	}
	requests, connections := s.seen()
	if connections != 2 || len(requests) != 4 {
		t.Errorf("%d connections, %d requests", connections, len(requests))
	}
	if !requests[3].resumed {
		t.Error("the TLS session was not resumed")
	}
}

// One busy host does not keep the connections to another one from getting too old.
func TestIdleTimeoutByConnection(t *testing.T) {
	t.Parallel()
	busy, quiet := newService(t, false), newService(t, false)
	base := busy.base().WithTransportOptions(func(tr *http.Transport) { tr.TLSClientConfig.RootCAs.AddCert(quiet.Certificate()) })
	client, err := coldstart.HTTPConfig{IdleTimeout: 200 * time.Millisecond}.NewHTTPClient(base)
	if err != nil {
		t.Fatal(err)
	}
	call := func(s *service) {
		t.Helper()
		if err := getItem(t.Context(), s.dynamoDB(client)); err != nil {
			t.Fatal(err)
		}
	}
	call(quiet)
	for began := time.Now(); time.Since(began) < 300*time.Millisecond; time.Sleep(20 * time.Millisecond) {
		call(busy)
	}
	call(quiet)
	if _, connections := quiet.seen(); connections != 2 {
		t.Errorf("%d connections", connections)
	}
}

// A failure tells that the connections of the same age are dead too: the SDK must not spend its attempts on them one by
// one, as it does with its own client.
func TestDeadConnectionsDoNotUseUpTheAttempts(t *testing.T) {
	t.Parallel()
	const connections = 5 // more than attempts
	for _, test := range []struct {
		name   string
		client func(*service) (aws.HTTPClient, error)
		fails  bool
		total  int // requests of all
	}{
		{"the SDK's own", func(s *service) (aws.HTTPClient, error) { return s.base(), nil }, true, connections + 3},
		{"replayed", func(s *service) (aws.HTTPClient, error) { return coldstart.NewHTTPClient(s.base()) }, false, connections + 2},
		{"NoReplay", func(s *service) (aws.HTTPClient, error) {
			return coldstart.HTTPConfig{NoReplay: true}.NewHTTPClient(s.base())
		}, false, connections + 2},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := newService(t, false)
			var arrived sync.WaitGroup
			arrived.Add(connections)
			s.before = func(_ http.ResponseWriter, _ *http.Request, number int) bool {
				if number == 1 && s.generation == 0 { // each needs its own connection
					arrived.Done()
					arrived.Wait()
				}
				return false
			}
			httpClient, err := test.client(s)
			if err != nil {
				t.Fatal(err)
			}
			client := s.dynamoDB(httpClient, attempts(3))
			var group sync.WaitGroup
			for range connections {
				group.Go(func() {
					if err := getItem(t.Context(), client); err != nil {
						t.Error(err)
					}
				})
			}
			group.Wait()
			s.forget()
			if err := getItem(t.Context(), client); (err != nil) != test.fails {
				t.Errorf("got %v", err)
			}
			if requests, _ := s.seen(); len(requests) != test.total {
				t.Errorf("%d requests, want %d", len(requests), test.total)
			}
		})
	}
}

func TestHTTPClientSettings(t *testing.T) {
	if _, err := coldstart.NewHTTPClient(http.DefaultClient); err == nil || !strings.Contains(err.Error(), "*http.Client") {
		t.Errorf("another client: %v", err)
	}
	client, err := coldstart.NewHTTPClient((*awshttp.BuildableClient)(nil))
	if err != nil || client == nil {
		t.Errorf("a nil client: %v", err)
	}
	if _, err := coldstart.NewHTTPClient(client); err == nil {
		t.Error("its own kind was taken as a base")
	}
	if _, err := (coldstart.HTTPConfig{IdleTimeout: -1}).NewHTTPClient(nil); err == nil || !strings.Contains(err.Error(), "IdleTimeout") {
		t.Errorf("IdleTimeout: %v", err)
	}
	t.Setenv("AWS_LAMBDA_MAX_CONCURRENCY", "0")
	if _, err := coldstart.NewHTTPClient(nil); err == nil || !strings.Contains(err.Error(), "AWS_LAMBDA_MAX_CONCURRENCY") {
		t.Errorf("concurrency: %v", err)
	}
}

func TestPoolHoldsOneConnectionForEachInvocation(t *testing.T) {
	const n = 30 // more than the SDK's 10
	t.Setenv("AWS_LAMBDA_MAX_CONCURRENCY", fmt.Sprint(n))
	t.Setenv(variable, "lambda-managed-instances")
	s := newService(t, false)
	client := s.dynamoDB(s.client(t, coldstart.HTTPConfig{}))
	connect := required(coldstart.ConnectWithin("table", n, 20*time.Second, func(ctx context.Context) error { return getItem(ctx, client) }))
	for range 2 { // the second time finds all of them idle
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		_, err := coldstart.Run(ctx, connect)
		cancel()
		if err != nil {
			t.Fatal(err)
		}
	}
	if requests, connections := s.seen(); connections != n || len(requests) != 2*n {
		t.Errorf("%d connections, %d requests", connections, len(requests))
	}
}

// A base that keeps no connections, or few, is taken at its word.
func TestPoolOfTheBase(t *testing.T) {
	t.Parallel()
	for idle, want := range map[int]int{-1: 2, 0: 1, 1: 1} {
		s := newService(t, false)
		httpClient, err := coldstart.NewHTTPClient(s.base().WithTransportOptions(func(tr *http.Transport) { tr.MaxIdleConnsPerHost = idle }))
		if err != nil {
			t.Fatal(err)
		}
		client := s.dynamoDB(httpClient)
		for range 2 {
			if err := getItem(t.Context(), client); err != nil {
				t.Fatal(err)
			}
		}
		if _, connections := s.seen(); connections != want {
			t.Errorf("MaxIdleConnsPerHost %d: %d connections, want %d", idle, connections, want)
		}
	}
}

func TestReadTimeoutOfTheBase(t *testing.T) {
	t.Parallel()
	s := newService(t, false)
	s.before = func(_ http.ResponseWriter, r *http.Request, _ int) bool {
		<-r.Context().Done()
		return true
	}
	client, err := coldstart.NewHTTPClient(s.base().WithReadTimeout(50 * time.Millisecond))
	if err != nil {
		t.Fatal(err)
	}
	err = getItem(t.Context(), s.dynamoDB(client, attempts(1)))
	if _, ok := errors.AsType[*awshttp.ResponseTimeoutError](err); !ok {
		t.Errorf("got %v", err)
	}
}

func TestTimeoutOfTheBase(t *testing.T) {
	t.Parallel()
	s := newService(t, false)
	s.before = func(_ http.ResponseWriter, r *http.Request, _ int) bool {
		<-r.Context().Done()
		return true
	}
	client, err := coldstart.NewHTTPClient(s.base().WithTimeout(50 * time.Millisecond))
	if err != nil {
		t.Fatal(err)
	}
	if err = getItem(t.Context(), s.dynamoDB(client, attempts(1))); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
}

// AWS_CA_BUNDLE reaches the client as roots of the base; without them the server is not trusted.
func TestRootsOfTheBase(t *testing.T) {
	t.Parallel()
	s := newService(t, false)
	client, err := coldstart.NewHTTPClient(nil)
	if err != nil {
		t.Fatal(err)
	}
	err = getItem(t.Context(), s.dynamoDB(client, attempts(1)))
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); !ok {
		t.Errorf("without roots: %v", err)
	}
	if err := getItem(t.Context(), s.dynamoDB(s.client(t, coldstart.HTTPConfig{}))); err != nil {
		t.Errorf("with roots: %v", err)
	}
}

// A steady use of HTTP/2 keeps its connection.
func TestHTTP2StaysOpen(t *testing.T) {
	t.Parallel()
	s := newService(t, true)
	client := s.dynamoDB(s.client(t, coldstart.HTTPConfig{IdleTimeout: time.Second}))
	for range 15 {
		if err := getItem(t.Context(), client); err != nil {
			t.Fatal(err)
		}
		time.Sleep(100 * time.Millisecond)
	}
	if requests, connections := s.seen(); connections > 1 || requests[0].protocol != "HTTP/2.0" {
		t.Errorf("%d connections of %s for a call each 100 ms", connections, requests[0].protocol)
	}
}
