package coldstart

import (
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func TestIdleTooLong(t *testing.T) {
	t.Parallel()
	const limit = 5 * time.Second
	for name, test := range map[string]struct {
		wall, monotonic time.Duration
		want            bool
	}{
		"at once":                       {0, 0, false},
		"at the limit":                  {limit, limit, false},
		"both clocks ran":               {limit + 1, limit + 1, true},
		"the monotonic clock stood":     {time.Hour, 0, true},
		"the wall clock stood":          {0, limit + 1, true},
		"the wall clock was set a bit":  {-time.Second, time.Millisecond, false},
		"the wall clock was set back":   {-time.Minute, time.Millisecond, true},
		"the wall clock was set onward": {time.Minute, time.Millisecond, true},
	} {
		last := instant{wall: 1e18, monotonic: 7}
		now := instant{wall: last.wall + test.wall, monotonic: last.monotonic + test.monotonic}
		if got := idleTooLong(last, now, limit); got != test.want {
			t.Errorf("%s: got %v", name, got)
		}
	}
}

// Nobody may pass the guard while old connections are not yet discarded, and they are discarded once.
func TestIdleGuardHoldsOthersBack(t *testing.T) {
	t.Parallel()
	var now atomic.Int64
	g := newIdleGuard(time.Second)
	g.now = func() instant { return instant{wall: time.Duration(now.Load())} }
	g.last = instant{}
	now.Store(int64(time.Minute))
	var discarded, early atomic.Int32
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			g.use(func() {
				time.Sleep(10 * time.Millisecond)
				discarded.Add(1)
			})
			if discarded.Load() == 0 {
				early.Add(1)
			}
		})
	}
	group.Wait()
	if discarded.Load() != 1 || early.Load() != 0 {
		t.Errorf("discarded %d times, %d passed before", discarded.Load(), early.Load())
	}
}

func TestIdleGuardReadsBothClocks(t *testing.T) {
	t.Parallel()
	g := newIdleGuard(20 * time.Millisecond)
	discarded := 0
	g.use(func() { discarded++ })
	time.Sleep(50 * time.Millisecond)
	g.use(func() { discarded++ })
	if discarded != 1 {
		t.Errorf("discarded %d times", discarded)
	}
	if g.last.wall <= 0 || g.last.monotonic < 50*time.Millisecond {
		t.Errorf("read %+v", g.last)
	}
}

func TestAttemptLeft(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]bool{
		"attempt=1; max=3":                       true,
		"attempt=2; max=3":                       true,
		"attempt=3; max=3":                       false,
		"attempt=4; max=3":                       false,
		"attempt=1; max=1":                       false,
		"attempt=7":                              true, // no limit
		"ttl=20261126T150000Z;attempt=1;max=2":   true,
		"":                                       false,
		"max=3":                                  false,
		"attempt=0; max=3":                       false,
		"attempt=1; max=":                        false,
		"attempt=one; max=3":                     false,
		"attempt=1; max=99999999999999999999999": false,
	} {
		if got := attemptLeft(header); got != want {
			t.Errorf("%q: got %v", header, got)
		}
	}
}

// A client whose wall clock stands still, as after a snapshot was restored, drops its connections by the other clock. The
// time that a call takes is no idle time.
func TestClientLooksAtBothClocks(t *testing.T) {
	t.Parallel()
	var connections, passed atomic.Int64
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/long" {
			passed.Add(int64(time.Hour))
		}
	}))
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			connections.Add(1)
		}
	}
	server.Start()
	t.Cleanup(server.Close)
	client, err := NewHTTPClient(nil)
	if err != nil {
		t.Fatal(err)
	}
	began := client.transport.idle.last
	client.transport.idle.now = func() instant {
		return instant{wall: began.wall, monotonic: began.monotonic + time.Duration(passed.Load())}
	}
	for _, step := range []struct {
		path   string
		passes time.Duration
		want   int64 // connections
	}{
		{"/", 0, 1}, {"/", 0, 1}, {"/", defaultIdleTimeout + 1, 2}, {"/long", 0, 2}, {"/", 0, 2}, {"/", defaultIdleTimeout, 2},
	} {
		passed.Add(int64(step.passes))
		req, err := http.NewRequestWithContext(t.Context(), "GET", server.URL+step.path, nil)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if got := connections.Load(); got != step.want {
			t.Errorf("%+v: %d connections", step, got)
		}
	}
}
