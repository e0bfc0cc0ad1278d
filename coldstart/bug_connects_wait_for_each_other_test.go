package coldstart_test

import (
	"context"
	"net/http"
	"testing"

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
	_, err = coldstart.Run(t.Context(), required(coldstart.ConnectN("orders", 3, call)), required(coldstart.ConnectN("users", 3, call)),
		required(coldstart.ConnectN("carts", 4, call)))
	if _, connections := s.seen(); err != nil || connections != 4 {
		t.Errorf("%d connections, %v", connections, err)
	}
}
