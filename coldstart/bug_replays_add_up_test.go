package coldstart_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/lambdapatterns/lambdapatterns/coldstart"
)

// Replays went through the whole pool: a request was sent on each idle connection, one after the other. Where peers had vanished
// without a word that was 5 s for each, and where a service breaks connections after it has done the work, once more for each.

// vanishing is a connection whose peer can vanish: what is written is lost, and the kernel gives up after a while.
type vanishing struct {
	net.Conn
	vanished bool // guarded by peers.mu
	lost     sync.Once
	peers    *peers
}

type peers struct {
	mu     sync.Mutex
	all    []*vanishing
	lost   atomic.Int32 // connections that were written to in vain
	giveUp time.Duration
}

func (p *peers) dial(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := new(net.Dialer).DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	v := &vanishing{Conn: conn, peers: p}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.all = append(p.all, v)
	return v, nil
}

func (p *peers) vanish() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, v := range p.all {
		v.vanished = true
	}
}

func (v *vanishing) Write(b []byte) (int, error) {
	v.peers.mu.Lock()
	vanished := v.vanished
	v.peers.mu.Unlock()
	if !vanished || len(b) < 100 { // what says that the connection is closed is no request
		return v.Conn.Write(b)
	}
	v.lost.Do(func() {
		v.peers.lost.Add(1)
		time.AfterFunc(v.peers.giveUp, func() { _ = v.Conn.Close() })
	})
	return len(b), nil
}

// together has n calls at once leave n connections in the pool.
func together(t *testing.T, s *service, client *dynamodb.Client, n int) {
	t.Helper()
	var arrived atomic.Int32
	all := make(chan struct{})
	s.before = func(http.ResponseWriter, *http.Request, int) bool {
		if arrived.Add(1) == int32(n) {
			close(all)
		}
		<-all
		return false
	}
	var group sync.WaitGroup
	for range n {
		group.Go(func() {
			if err := getItem(t.Context(), client); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	s.before = nil
}

func TestOnlyOnePeerThatVanishedIsWaitedFor(t *testing.T) {
	t.Parallel()
	s := newService(t, false)
	p := &peers{giveUp: 100 * time.Millisecond}
	httpClient, err := coldstart.NewHTTPClient(s.base().WithTransportOptions(func(tr *http.Transport) { tr.DialContext = p.dial }))
	if err != nil {
		t.Fatal(err)
	}
	client := s.dynamoDB(httpClient, attempts(3))
	together(t, s, client, 5)
	p.vanish()
	if err := getItem(t.Context(), client); err != nil {
		t.Error(err)
	}
	if lost := p.lost.Load(); lost != 1 {
		t.Errorf("%d connections were tried of which none could answer, want 1", lost)
	}
}

// A peer that is slow is not gone: a read time-out fails the attempt, as it does with the SDK's own client.
func TestReadTimeoutsAreNotReplayed(t *testing.T) {
	t.Parallel()
	s := newService(t, false)
	httpClient, err := coldstart.NewHTTPClient(s.base().WithReadTimeout(time.Second))
	if err != nil {
		t.Fatal(err)
	}
	client := s.dynamoDB(httpClient, attempts(2))
	if err := getItem(t.Context(), client); err != nil { // so that the next call's connection is not new
		t.Fatal(err)
	}
	before, _ := s.seen()
	s.before = func(_ http.ResponseWriter, r *http.Request, _ int) bool {
		<-r.Context().Done()
		return true
	}
	err = getItem(t.Context(), client)
	if _, ok := errors.AsType[*awshttp.ResponseTimeoutError](err); !ok {
		t.Errorf("got %v", err)
	}
	if requests, _ := s.seen(); len(requests) != len(before)+2 {
		t.Errorf("the call made %d requests, want one an attempt", len(requests)-len(before))
	}
}

// Idle time is no silence of the peer: net/http reads an idle connection, and a request that came near the end of the read time-out
// had what was left of it, after which it was sent again or failed.
func TestIdleTimeIsNoReadTimeout(t *testing.T) {
	t.Parallel()
	const timeout = time.Second
	s := newService(t, false)
	httpClient, err := coldstart.NewHTTPClient(s.base().WithReadTimeout(timeout))
	if err != nil {
		t.Fatal(err)
	}
	client := s.dynamoDB(httpClient, attempts(2))
	if err := getItem(t.Context(), client); err != nil {
		t.Fatal(err)
	}
	before, _ := s.seen()
	s.before = func(http.ResponseWriter, *http.Request, int) bool {
		time.Sleep(timeout * 6 / 10)
		return false
	}
	time.Sleep(timeout * 6 / 10)
	if err := getItem(t.Context(), client); err != nil {
		t.Error(err)
	}
	if requests, _ := s.seen(); len(requests) != len(before)+1 {
		t.Errorf("the call made %d requests, want one", len(requests)-len(before))
	}
}
