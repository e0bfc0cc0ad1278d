package payments

import (
	"context"
	"crypto/rand"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/events"
)

// maxBody is how long a request's body may be, in bytes.
const maxBody = 64 << 10

// API answers the requests of an HTTP API. It is safe for concurrent use.
type API struct {
	store *Store
	queue Queue
	log   *slog.Logger
}

// NewAPI makes the API over a store and the queue that the worker reads.
func NewAPI(store *Store, queue Queue, log *slog.Logger) (*API, error) {
	if err := queue.check("PAYMENTS_QUEUE_URL"); err != nil {
		return nil, err
	}
	return &API{store, queue, log}, nil
}

// action answers one request of a user with a status and a value that is sent as JSON, or with an error about the thing that it
// names. What is another user's is answered like what is not there.
type action func(ctx context.Context, user string, r events.APIGatewayV2HTTPRequest) (status int, answer any, about string, err error)

// routes are the API's routes as they stand in the templates.
func (a *API) routes() map[string]action {
	return map[string]action{
		"POST /users":             a.createUser,
		"GET /users":              a.findUser,
		"POST /users/{id}/orders": a.createOrder,
		"GET /users/{id}/orders":  a.listOrders,
		"POST /payments":          a.createPayment,
		"GET /payments/{id}":      a.getPayment,
	}
}

// Routes are the route keys that the HTTP API must send to the function, its default route among them.
func Routes() []string {
	keys := []string{"$default"}
	for key := range (&API{}).routes() {
		keys = append(keys, key)
	}
	return keys
}

// Handle answers one request of the user that its token names. Its error is always nil: what goes wrong is logged and
// answered with a problem document.
func (a *API) Handle(ctx context.Context, r events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
	do, ok := a.routes()[r.RouteKey]
	if !ok {
		return a.noRoute(r).response(), nil
	}
	user, err := subjectOf(r)
	if err != nil {
		return problemOf(err, "user").response(), nil
	}
	status, answer, about, err := do(ctx, user, r)
	if err != nil {
		p := problemOf(err, about)
		if p.Status >= 500 {
			a.log.ErrorContext(ctx, "request failed", "route", r.RouteKey, "error", err)
		}
		return p.response(), nil
	}
	return respond(status, answer), nil
}

// noRoute answers the API's default route: a known path with another method, or nothing that is known.
func (a *API) noRoute(r events.APIGatewayV2HTTPRequest) *problem {
	var allow []string
	for key := range a.routes() {
		method, path, _ := strings.Cut(key, " ")
		if samePath(path, r.RawPath) {
			allow = append(allow, method)
		}
	}
	if allow == nil {
		return problemf(http.StatusNotFound, "there is nothing at %s", r.RawPath)
	}
	p := problemf(http.StatusMethodNotAllowed, "%s does not take %s", r.RawPath, r.RequestContext.HTTP.Method)
	p.headers = map[string]string{"allow": strings.Join(allow, ", ")}
	return p
}

func samePath(pattern, path string) bool {
	want, got := strings.Split(pattern, "/"), strings.Split(path, "/")
	if len(want) != len(got) {
		return false
	}
	for i := range want {
		if want[i] != got[i] && (!strings.HasPrefix(want[i], "{") || got[i] == "") {
			return false
		}
	}
	return true
}

// newID makes an id that is unique everywhere: 80 random bits.
func newID(prefix string) string { return prefix + "_" + strings.ToLower(rand.Text()[:16]) }

func now() time.Time { return time.Now().UTC().Truncate(time.Millisecond) }
