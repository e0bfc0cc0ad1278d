package coldstart_test

import (
	"context"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptrace"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/lambdapatterns/lambdapatterns/coldstart"
)

func discardLog() *log.Logger { return log.New(io.Discard, "", 0) }

func TestFirstCallReusesTheConnection(t *testing.T) {
	t.Setenv(variable, "on-demand")
	for _, protocol := range []string{"HTTP/1.1", "HTTP/2.0"} {
		for _, name := range []string{"dynamodb", "sqs"} {
			t.Run(name+" "+protocol, func(t *testing.T) {
				s := newService(t, protocol == "HTTP/2.0")
				client := s.client(t, coldstart.HTTPConfig{})
				table, queue := s.dynamoDB(client), s.sqs(client)
				call := func(ctx context.Context) error { return getItem(ctx, table) }
				if name == "sqs" {
					call = func(ctx context.Context) error { return getQueue(ctx, queue) }
				}

				task := coldstart.Connect(name, call)
				task.Required = true
				if _, err := coldstart.Run(t.Context(), task); err != nil {
					t.Fatal(err)
				}
				requests, connections := s.seen()
				if len(requests) != 1 || requests[0].method != "GET" || requests[0].path != "/" || requests[0].protocol != protocol || connections != 1 {
					t.Fatalf("connecting made %d requests on %d connections: %+v", len(requests), connections, requests)
				}
				for _, secret := range []string{"Authorization", "X-Amz-Security-Token", "X-Amz-Target"} {
					if requests[0].header.Get(secret) != "" {
						t.Errorf("the GET has a header %s", secret)
					}
				}

				var got httptrace.GotConnInfo
				ctx := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{
					GotConn: func(info httptrace.GotConnInfo) { got = info },
				})
				if err := call(ctx); err != nil {
					t.Fatal(err)
				}
				if requests, connections = s.seen(); !got.Reused || connections != 1 || len(requests) != 2 {
					t.Errorf("the first call: reused %v, %d connections, %d requests", got.Reused, connections, len(requests))
				}
			})
		}
	}
}

func TestConnectByInitialization(t *testing.T) {
	for kind, want := range map[string]int{
		"on-demand": 1, "lambda-managed-instances": 3, "": 1,
		"provisioned-concurrency": 0, "snap-start": 0, "something-new": 0,
	} {
		t.Run(kind, func(t *testing.T) {
			t.Setenv(variable, kind)
			if kind == "lambda-managed-instances" {
				t.Setenv("AWS_LAMBDA_MAX_CONCURRENCY", "3")
			}
			s := newService(t, false)
			var fetched atomic.Int32
			client := s.dynamoDB(s.client(t, coldstart.HTTPConfig{}), func(o *dynamodb.Options) {
				o.Credentials = aws.CredentialsProviderFunc(func(ctx context.Context) (aws.Credentials, error) {
					fetched.Add(1)
					return static(ctx)
				})
			})
			task := coldstart.Connect("table", func(ctx context.Context) error { return getItem(ctx, client) })
			task.Required = true
			report, err := coldstart.Run(t.Context(), task)
			if err != nil || report.Tasks[0].Skipped {
				t.Fatalf("got %+v, %v", report, err)
			}
			if requests, connections := s.seen(); len(requests) != want || connections != want {
				t.Errorf("%d requests on %d connections, want %d", len(requests), connections, want)
			}
			if fetched.Load() != 1 {
				t.Errorf("credentials were fetched %d times", fetched.Load())
			}
			if err := getItem(t.Context(), client); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestSeveralConnections(t *testing.T) {
	t.Parallel()
	s := newService(t, false)
	client := s.dynamoDB(s.client(t, coldstart.HTTPConfig{}))
	_, err := coldstart.Run(t.Context(), required(coldstart.ConnectN("table", 5, func(ctx context.Context) error {
		return getItem(ctx, client)
	})))
	if _, connections := s.seen(); err != nil || connections != 5 {
		t.Errorf("%d connections, %v", connections, err)
	}
}

func TestReportOfAConnection(t *testing.T) {
	t.Setenv(variable, "on-demand")
	s := newService(t, false)
	_, port, err := net.SplitHostPort(s.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	s.URL = "https://localhost:" + port
	client := s.dynamoDB(s.client(t, coldstart.HTTPConfig{})) // the certificate is not for this name, which is all the same
	call := func(ctx context.Context) error { return getItem(ctx, client) }
	report, err := coldstart.Run(t.Context(), coldstart.Connect("table", call))
	if err != nil {
		t.Fatal(err)
	}
	c := report.Tasks[0]
	if c.Lookup <= 0 || c.Dial <= 0 || c.TLS <= 0 || c.Answer != 0 || report.Tasks[0].Err == nil {
		t.Errorf("a wrong name: %+v", report.Tasks[0])
	}

	s.URL = "https://127.0.0.1:" + port
	client = s.dynamoDB(s.client(t, coldstart.HTTPConfig{}))
	if report, err = coldstart.Run(t.Context(), required(coldstart.ConnectN("table", 3, call))); err != nil {
		t.Fatal(err)
	}
	c = report.Tasks[0]
	if c.Lookup != 0 || c.Dial <= 0 || c.TLS <= 0 || c.Answer <= 0 || c.Dial+c.TLS+c.Answer > c.Duration {
		t.Errorf("got %+v", report.Tasks[0])
	}

	t.Setenv(variable, "provisioned-concurrency")
	if report, err = coldstart.Run(t.Context(), required(coldstart.Connect("table", call))); err != nil {
		t.Fatal(err)
	}
	if c = report.Tasks[0]; c.Lookup != 0 || c.Dial != 0 || c.TLS != 0 || c.Answer != 0 {
		t.Errorf("no connection: %+v", c)
	}
}

// After a restore the invocation is there, whatever the initialisation was.
func TestConnectAfterARestore(t *testing.T) {
	t.Setenv(variable, "snap-start")
	s := newService(t, false)
	client := s.dynamoDB(s.client(t, coldstart.HTTPConfig{}))
	call := func(ctx context.Context) error { return getItem(ctx, client) }
	if _, err := coldstart.Run(t.Context(), required(coldstart.Connect("table", call))); err != nil {
		t.Fatal(err)
	}
	if _, connections := s.seen(); connections != 0 {
		t.Errorf("%d connections that the snapshot would hold", connections)
	}
	if err := coldstart.Connect("table", call).Do(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, connections := s.seen(); connections != 1 {
		t.Errorf("%d connections", connections)
	}
	if err := coldstart.ConnectN("table", -1, call).Do(t.Context()); err == nil {
		t.Error("a wrong setting was taken")
	}
}

// More than the client may have would wait for each other.
func TestConnectionsAreNoMoreThanTheClientMayHave(t *testing.T) {
	t.Parallel()
	s := newService(t, false)
	httpClient, err := coldstart.NewHTTPClient(s.base().WithTransportOptions(func(tr *http.Transport) { tr.MaxConnsPerHost = 2 }))
	if err != nil {
		t.Fatal(err)
	}
	client := s.dynamoDB(httpClient)
	_, err = coldstart.Run(t.Context(), required(coldstart.ConnectN("table", 5, func(ctx context.Context) error {
		return getItem(ctx, client)
	})))
	if _, connections := s.seen(); err != nil || connections != 2 {
		t.Errorf("%d connections, %v", connections, err)
	}
}

func required(task coldstart.Task) coldstart.Task {
	task.Required = true
	return task
}

func TestConnectFails(t *testing.T) {
	t.Parallel()
	closing := newService(t, false)
	closing.before = func(w http.ResponseWriter, _ *http.Request, _ int) bool {
		w.Header().Set("Connection", "close")
		return false
	}
	hanging := newService(t, false)
	hanging.before = func(_ http.ResponseWriter, r *http.Request, _ int) bool {
		<-r.Context().Done()
		return true
	}
	endless := newService(t, false)
	endless.before = func(w http.ResponseWriter, _ *http.Request, _ int) bool {
		for chunk := make([]byte, 1<<16); ; {
			if _, err := w.Write(chunk); err != nil {
				return true
			}
		}
	}
	refusing := newService(t, false)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	refusing.URL = "https://" + listener.Addr().String()
	listener.Close()
	sound := newService(t, false)
	strange := newService(t, false)

	errCredentials := errors.New("no credentials")
	tests := []struct {
		name   string
		call   func(context.Context) error
		is     error
		text   string
		server *service
		posts  int
	}{
		{"peer closes", item(t, closing, nil), nil, "does not keep", closing, 0},
		{"peer hangs", item(t, hanging, nil), context.DeadlineExceeded, hanging.Listener.Addr().String(), hanging, 0},
		{"answer without end", item(t, endless, nil), nil, "more than", endless, 0},
		{"nobody listens", item(t, refusing, nil), nil, "refused", refusing, 0},
		{"no credentials", item(t, sound, func(o *dynamodb.Options) {
			o.Credentials = aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) { return aws.Credentials{}, errCredentials })
		}), errCredentials, "", sound, 0},
		{"another client", item(t, strange, func(o *dynamodb.Options) { o.HTTPClient = strange.base() }), coldstart.ErrNoDryRun, "HTTPClient", strange, 1},
		{"no call", func(context.Context) error { return nil }, coldstart.ErrNoDryRun, "", sound, 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			timeout := 10 * time.Second
			if test.name == "peer hangs" {
				timeout = 50 * time.Millisecond
			}
			_, err := coldstart.Run(t.Context(), required(coldstart.ConnectWithin("table", 1, timeout, test.call)))
			if err == nil || test.is != nil && !errors.Is(err, test.is) || !strings.Contains(err.Error(), test.text) {
				t.Errorf("got %v", err)
			}
			requests, _ := test.server.seen()
			gets, posts := 0, 0
			for _, r := range requests {
				if r.method == "GET" {
					gets++
				} else {
					posts++
				}
			}
			if gets > 1 || posts != test.posts {
				t.Errorf("%d GETs and %d POSTs were made", gets, posts)
			}
		})
	}
}

// item returns a call to a service with an HTTPClient, and with one change to the SDK client.
func item(t *testing.T, s *service, change func(*dynamodb.Options)) func(context.Context) error {
	client := s.dynamoDB(s.client(t, coldstart.HTTPConfig{}), func(o *dynamodb.Options) {
		if change != nil {
			change(o)
		}
	})
	return func(ctx context.Context) error { return getItem(ctx, client) }
}

// A second call under the same context must not go out for real.
func TestOnlyTheFirstCallConnects(t *testing.T) {
	t.Parallel()
	s := newService(t, false)
	client := s.dynamoDB(s.client(t, coldstart.HTTPConfig{}))
	var first, second error
	_, err := coldstart.Run(t.Context(), required(coldstart.Connect("table", func(ctx context.Context) error {
		first = getItem(ctx, client)
		second = getItem(context.WithoutCancel(ctx), client)
		return nil
	})))
	requests, _ := s.seen()
	if err != nil || first == nil || second == nil || len(requests) != 1 {
		t.Errorf("%v; the calls: %v, %v; %d requests", err, first, second, len(requests))
	}
}

func TestConnectSettings(t *testing.T) {
	call := func(context.Context) error { return nil }
	t.Setenv("AWS_LAMBDA_MAX_CONCURRENCY", "many")
	for text, task := range map[string]coldstart.Task{
		"n is 0":      coldstart.ConnectN("table", 0, call),
		"n is -1":     coldstart.ConnectN("table", -1, call),
		"no Do":       coldstart.ConnectN("table", 1, nil),
		"many":        coldstart.Connect("table", call),
		"no provider": coldstart.Credentials("credentials", nil),
	} {
		report, err := coldstart.Run(t.Context(), task)
		if err == nil || !strings.Contains(err.Error(), text) || len(report.Tasks) != 0 {
			t.Errorf("%s: got %+v, %v", text, report, err)
		}
	}
}

func TestCredentials(t *testing.T) {
	t.Parallel()
	fetched := 0
	task := coldstart.Credentials("credentials", aws.CredentialsProviderFunc(func(ctx context.Context) (aws.Credentials, error) {
		fetched++
		return static(ctx)
	}))
	if _, err := coldstart.Run(t.Context(), required(task)); err != nil || fetched != 1 {
		t.Errorf("fetched %d times, %v", fetched, err)
	}
	refused := errors.New("refused")
	_, err := coldstart.Run(t.Context(), required(coldstart.Credentials("credentials", aws.CredentialsProviderFunc(
		func(context.Context) (aws.Credentials, error) { return aws.Credentials{}, refused }))))
	if !errors.Is(err, refused) {
		t.Errorf("got %v", err)
	}
}

// A provider that asks STS through the same HTTPClient must get its answer, or no call that needs credentials connects.
func TestCredentialsAreFetchedForReal(t *testing.T) {
	t.Parallel()
	s := newService(t, false)
	httpClient := s.client(t, coldstart.HTTPConfig{})
	client := s.dynamoDB(httpClient, func(o *dynamodb.Options) {
		o.Credentials = aws.CredentialsProviderFunc(func(ctx context.Context) (aws.Credentials, error) {
			ctx = awsmiddleware.SetServiceID(ctx, "STS") // as the STS client does, see the test below
			req, err := http.NewRequestWithContext(ctx, "GET", s.URL+"/assume", nil)
			if err != nil {
				return aws.Credentials{}, err
			}
			resp, err := httpClient.Do(req)
			if err != nil {
				return aws.Credentials{}, err
			}
			defer resp.Body.Close()
			_, _ = io.Copy(io.Discard, resp.Body)
			return static(ctx)
		})
	})
	_, err := coldstart.Run(t.Context(), required(coldstart.Connect("table", func(ctx context.Context) error { return getItem(ctx, client) })))
	requests, connections := s.seen()
	if err != nil || len(requests) != 2 || requests[0].path != "/assume" || requests[1].path != "/" || connections != 1 {
		t.Errorf("%v; %d connections, %+v", err, connections, requests)
	}
}

type doFunc func(*http.Request) (*http.Response, error)

func (f doFunc) Do(req *http.Request) (*http.Response, error) { return f(req) }

func TestRequestsTellTheirService(t *testing.T) {
	t.Parallel()
	s, id := newService(t, false), ""
	client := s.dynamoDB(doFunc(func(req *http.Request) (*http.Response, error) {
		id = awsmiddleware.GetServiceID(req.Context())
		return nil, context.Canceled
	}), func(o *dynamodb.Options) { o.Retryer = aws.NopRetryer{} })
	if err := getItem(t.Context(), client); err == nil || id != dynamodb.ServiceID {
		t.Errorf("got %q, %v", id, err)
	}
}
