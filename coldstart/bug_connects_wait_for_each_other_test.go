package coldstart_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/lambdapatterns/lambdapatterns/coldstart"
)

// Two tasks for one host, such as for two tables, that together want more connections than the client may have, waited for each
// other's, each with some, until both failed 2 s later.
func TestConnectsDoNotWaitForEachOther(t *testing.T) {
	t.Parallel()
	s := newService(t, false)
	httpClient, err := coldstart.NewHTTPClient(s.base().WithTransportOptions(func(tr *http.Transport) { tr.MaxConnsPerHost = 4 }))
	if err != nil {
		t.Fatal(err)
	}
	client := s.dynamoDB(httpClient)
	call := func(ctx context.Context) error { return getItem(ctx, client) }
	const patience = 20 * time.Second // of a machine that is busy
	connect := func(name string, n int) coldstart.Task {
		return required(coldstart.ConnectWithin(name, n, patience, call))
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	_, err = coldstart.Run(ctx, connect("orders", 3), connect("users", 3), connect("carts", 4))
	if _, connections := s.seen(); err != nil || connections != 4 {
		t.Errorf("%d connections, %v", connections, err)
	}
}
