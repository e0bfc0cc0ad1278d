package coldstart

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
)

// defaultIdleTimeout is below the shortest limit that is known of AWS's services, the 6 s of Kinesis; S3 keeps connections for
// about 20 s, others for longer.
const defaultIdleTimeout = 5 * time.Second

// HTTPConfig holds the settings of an [HTTPClient]. The zero value is ready for use.
type HTTPConfig struct {
	// IdleTimeout is how long a connection may be idle and still be used, frozen time included. Longer than the peers'
	// limit brings back the calls that fail after a freeze. It must not be negative. Defaults to 5 s, below
	// the shortest limit that is known of AWS's services, the 6 s of Kinesis.
	IdleTimeout time.Duration
	// NoReplay makes a request fail that was sent on a dead connection, where the client would otherwise send it again at
	// once. The SDK's retryer then decides. See [HTTPClient] for when that is. Defaults to false.
	NoReplay bool
}

// HTTPClient is an HTTP client for the AWS SDK whose connections do not fail after a freeze. It is made by
// [NewHTTPClient] and is an [aws.HTTPClient]. Safe for concurrent use; all service clients that are given it share its
// connections.
//
// Lambda freezes the process between invocations, and in that time peers close the connections that it holds. The SDK's
// own client learns of it when it has sent the next request: the attempt fails, and the SDK makes another after a pause
// of up to 50 ms. Where more dead connections are in the pool than it makes attempts, the call fails. This client
// differs in six points, and does as the SDK's own in all others:
//
//   - A connection that was idle for longer than IdleTimeout is not used any more, by the wall clock or by the monotonic
//     one: either can stand still while a process is frozen or an environment is restored from a snapshot. A wall clock
//     that went backwards closes idle connections too.
//   - After a connection has failed, those that are idle are closed: they are as old.
//   - A request whose connection was dead is replayed at once, on another connection: see below.
//   - TLS sessions are resumed, which saves most of a new connection's work.
//   - On Linux a connection whose peer acknowledges nothing for 5 s is given up. That bounds the time that a call waits
//     for a peer that vanished without a word, which is else up to 15 minutes, or the call's own deadline. A peer that is
//     slow to answer acknowledges what it gets, and is waited for.
//   - A read time-out of the base begins when a request gets its connection. With the SDK's own client a request has what
//     idle time has left of it.
//
// # Replays
//
// A request is sent again only if its connection had served another one before, broke before the first byte of an
// answer came, and the SDK itself would send it again: its header Amz-Sdk-Request says that an attempt is left. So no
// request is repeated that the SDK's standard retryer alone would not repeat, and with retries off (aws.NopRetryer, or
// one attempt) none is. Requests that are not the SDK's and bodies over 1 MiB or of unknown length are never replayed. What only
// reads, by GET or HEAD, is the exception: net/http itself sends it again, with the SDK's own client too, and whatever
// NoReplay says.
//
// A replay is no attempt of the SDK: its logs and metrics do not show it, and it counts towards no limit. It goes over a new
// connection, from which nothing is replayed, or over one that another request has just left: an attempt is two requests,
// and seldom more. A peer that was silent for as long as a read time-out of the base is slow and not gone: that is not replayed. A
// body below 1 MiB that comes from an io.Reader without Seek is replayed too, though the SDK cannot.
//
// As with the SDK's own retries, a service may have carried out a request whose connection then broke. It does so twice
// then: an ADD to a number in DynamoDB counts twice, a message to a standard queue is there twice; a conditional write
// fails the second time. What must not happen twice needs a condition, a client request token, a deduplication id, or
// one attempt. A retryer of your own that does not repeat what failed on its connection needs NoReplay.
//
// HTTP/2, which few services speak, has no replays. There IdleTimeout alone keeps dead connections from being used.
type HTTPClient struct {
	client    *http.Client
	transport *transport
}

// NewHTTPClient returns an HTTPClient with the default settings. See [HTTPConfig.NewHTTPClient].
func NewHTTPClient(base aws.HTTPClient) (*HTTPClient, error) {
	return HTTPConfig{}.NewHTTPClient(base)
}

// NewHTTPClient returns an HTTPClient that takes its settings from base: certificates, proxy, time-outs, sizes of the
// pool, dialer. Base is what config.LoadDefaultConfig left in aws.Config's HTTPClient: nil, which stands for the SDK's
// defaults, or an [*awshttp.BuildableClient]. So AWS_CA_BUNDLE is heeded:
//
//	cfg, err := config.LoadDefaultConfig(ctx)
//	…
//	cfg.HTTPClient, err = coldstart.NewHTTPClient(cfg.HTTPClient)
//
// Do not give it to config.WithHTTPClient: LoadDefaultConfig fails with that, and any client but BuildableClient, where
// AWS_CA_BUNDLE is set.
//
// The idle pool holds as many connections a host as base says, and at least AWS_LAMBDA_MAX_CONCURRENCY, which Lambda
// Managed Instances set. The SDK chooses time-outs by service and by defaults mode for its own client only; with this
// one, those of base count.
//
// The error says that base is of another type, that IdleTimeout is negative, or that AWS_LAMBDA_MAX_CONCURRENCY is not
// a number.
func (c HTTPConfig) NewHTTPClient(base aws.HTTPClient) (*HTTPClient, error) {
	var buildable *awshttp.BuildableClient
	switch b := base.(type) {
	case nil:
	case *awshttp.BuildableClient:
		buildable = b
	default:
		return nil, fmt.Errorf("coldstart: the base is a %T: give nil or a *http.BuildableClient of aws-sdk-go-v2/aws/transport/http", base)
	}
	if buildable == nil {
		buildable = awshttp.NewBuildableClient()
	}
	if c.IdleTimeout < 0 {
		return nil, fmt.Errorf("coldstart: IdleTimeout is %v: it must not be negative", c.IdleTimeout)
	}
	if c.IdleTimeout == 0 {
		c.IdleTimeout = defaultIdleTimeout
	}
	concurrency, err := maxConcurrency()
	if err != nil {
		return nil, err
	}

	tr := buildable.GetTransport()
	tr.IdleConnTimeout = c.IdleTimeout
	if idle := cmp.Or(tr.MaxIdleConnsPerHost, http.DefaultMaxIdleConnsPerHost); idle >= 0 && idle < concurrency {
		tr.MaxIdleConnsPerHost = concurrency
		if tr.MaxIdleConns != 0 { // 0 is no limit
			tr.MaxIdleConns = max(tr.MaxIdleConns, 4*concurrency) // an invocation uses more than one host
		}
	}
	if tr.TLSClientConfig == nil {
		tr.TLSClientConfig = &tls.Config{MinVersion: tls.VersionTLS12}
	}
	if tr.TLSClientConfig.ClientSessionCache == nil {
		tr.TLSClientConfig.ClientSessionCache = tls.NewLRUClientSessionCache(0)
	}
	readTimeout, _ := buildable.GetReadTimeout()
	tr.DialContext = dialer(tr.DialContext, readTimeout)
	tr.Proxy = betweenTries(tr.Proxy, tr.CloseIdleConnections)

	t := &transport{base: tr, idle: newIdleGuard(c.IdleTimeout), replay: !c.NoReplay, readTimeout: readTimeout > 0}
	return &HTTPClient{
		client:    &http.Client{Transport: locating{t}, CheckRedirect: checkRedirect, Timeout: buildable.GetTimeout()},
		transport: t,
	}, nil
}

// Do sends a request and returns the answer, as [http.Client.Do] does. Redirects are followed as the SDK's own client
// does: 307 and 308 only. Under a context of [Connect] it opens a connection instead and returns an error.
func (c *HTTPClient) Do(req *http.Request) (*http.Response, error) {
	if d, ok := dryRunFrom(req.Context()); ok && d.takes(req) {
		return nil, d.open(c.transport, req)
	}
	return c.client.Do(req)
}

// CloseIdleConnections closes the connections that are not in use, as after an environment was restored from a snapshot.
func (c *HTTPClient) CloseIdleConnections() { c.transport.base.CloseIdleConnections() }

// dialer returns dial with a bound on the time that peers may be silent.
func dialer(dial func(context.Context, string, string) (net.Conn, error), readTimeout time.Duration) func(context.Context, string, string) (net.Conn, error) {
	if dial == nil {
		dial = new(net.Dialer).DialContext
	}
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := dial(ctx, network, address)
		if err != nil {
			return nil, err
		}
		if tcp, ok := conn.(*net.TCPConn); ok {
			limitUnacknowledged(tcp, unacknowledgedTimeout)
		}
		if readTimeout > 0 {
			conn = &readDeadlineConn{Conn: conn, timeout: readTimeout}
		}
		return conn, nil
	}
}

// unacknowledgedTimeout is how long sent data may lack an acknowledgement: some retransmissions inside a region, where
// round trips take 1 ms.
const unacknowledgedTimeout = 5 * time.Second

// readDeadlineConn is a connection whose reads fail when nothing comes for a while: BuildableClient's read time-out. net/http begins
// to read while a connection is idle, so that a request would have what is left of that time: it gets all of it by extend.
type readDeadlineConn struct {
	net.Conn
	timeout time.Duration
	failed  atomic.Bool // a read has, for that
}

func (c *readDeadlineConn) extend() error { return c.SetReadDeadline(time.Now().Add(c.timeout)) }

// timedOut is the error of such a read.
func (c *readDeadlineConn) timedOut() error {
	return &awshttp.ResponseTimeoutError{TimeoutDur: c.timeout}
}

func (c *readDeadlineConn) Read(p []byte) (int, error) {
	if err := c.extend(); err != nil {
		return 0, err
	}
	n, err := c.Conn.Read(p)
	if errors.Is(err, os.ErrDeadlineExceeded) {
		c.failed.Store(true)
		err = c.timedOut()
	}
	return n, err
}

// maxConcurrency returns how many invocations run at once in this process.
func maxConcurrency() (int, error) {
	const variable = "AWS_LAMBDA_MAX_CONCURRENCY"
	value := os.Getenv(variable)
	if value == "" {
		return 1, nil
	}
	n, err := strconv.Atoi(value)
	if err != nil || n < 1 {
		return 0, fmt.Errorf("coldstart: %s is %q: it must be a positive number", variable, value)
	}
	return n, nil
}
