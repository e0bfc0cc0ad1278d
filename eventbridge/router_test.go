package eventbridge_test

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/lambda"

	"github.com/lambdapatterns/lambdapatterns/eventbridge"
	"github.com/lambdapatterns/lambdapatterns/eventbridge/pattern"
	"github.com/lambdapatterns/lambdapatterns/eventbridge/s3event"
)

var _ lambda.Handler = (*eventbridge.Router)(nil)
var _ lambda.Handler = (eventbridge.Handler)(nil)

const (
	created = `{"source":"aws.s3","detail-type":"Object Created","detail":{"bucket":{"name":"b"},"object":{"key":"example-key"}}}`
	deleted = `{"source":"aws.s3","detail-type":"Object Deleted","detail":{"bucket":{"name":"b"},"object":{"key":"example-key"}}}`
)

// calls makes handlers that note their name.
type calls []string

func note[D any](c *calls, name string) func(context.Context, eventbridge.Event[D]) error {
	return func(context.Context, eventbridge.Event[D]) error {
		*c = append(*c, name)
		return nil
	}
}

func mustRouter(t testing.TB, opts ...eventbridge.RouterOption) *eventbridge.Router {
	t.Helper()
	r, err := eventbridge.NewRouter(opts...)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func parse(text string) *pattern.Pattern { return pattern.Must(pattern.Parse([]byte(text))) }

func TestRouterTakesTheMostSpecific(t *testing.T) {
	t.Parallel()
	var c calls
	r := mustRouter(t,
		eventbridge.Otherwise(note[json.RawMessage](&c, "otherwise")),
		eventbridge.OnKind("shop", "", note[map[string]any](&c, "shop")),
		eventbridge.On(note[s3event.ObjectCreated](&c, "created")),
		eventbridge.On(note[s3event.ObjectCreated](&c, "jpg"), parse(`{"detail":{"object":{"key":[{"suffix":".jpg"}]}}}`)),
		eventbridge.On(note[*s3event.ObjectCreated](&c, "image"),
			parse(`{"detail":{"object":{"key":[{"suffix":".png"}]}}}`), parse(`{"detail":{"object":{"key":[{"prefix":"cat"}]}}}`)),
		eventbridge.OnKind("shop", "Order Placed", note[order](&c, "large"), parse(`{"detail":{"total":[{"numeric":[">",100]}]}}`)),
	)
	for _, event := range []struct{ data, want string }{
		{strings.Replace(created, "example-key", "cat.jpg", 1), "jpg"}, // the first of two patterns that match
		{strings.Replace(created, "example-key", "cat.gif", 1), "image"},
		{strings.Replace(created, "example-key", "dog.png", 1), "image"},
		{strings.Replace(created, "example-key", "dog.gif", 1), "created"},
		{deleted, "otherwise"},
		{`{"source":"shop","detail-type":"Order Placed","detail":{"id":"7","total":101}}`, "large"},
		{`{"source":"shop","detail-type":"Order Placed","detail":{"id":"7","total":7}}`, "shop"},
		{`{"source":"shop","detail-type":"Order Paid","detail":{}}`, "shop"},
		{`{"source":"other","detail-type":"Order Placed","detail":{"total":101}}`, "otherwise"},
		{`{"SOURCE":"shop","detail\u002dtype":"Order Paid","detail":{}}`, "shop"},
	} {
		c = nil
		if err := r.Handle(t.Context(), []byte(event.data)); err != nil || len(c) != 1 || c[0] != event.want {
			t.Errorf("%s: called %q, %v, want %q", event.data, c, err, event.want)
		}
	}
}

func TestRouterAnySource(t *testing.T) {
	t.Parallel()
	var c calls
	r := mustRouter(t, eventbridge.On(note[orderPlaced](&c, "placed")))
	if err := r.Handle(t.Context(), []byte(`{"source":"anyone","detail-type":"Order Placed","detail":{}}`)); err != nil || len(c) != 1 {
		t.Errorf("%v, %v", c, err)
	}
}

func TestRouterErrors(t *testing.T) {
	t.Parallel()
	var c calls
	failure := errors.New("no such order")
	r := mustRouter(t,
		eventbridge.On(note[s3event.ObjectCreated](&c, "created")),
		eventbridge.OnKind("shop", "Order Placed", func(context.Context, eventbridge.Event[order]) error { return failure }),
	)
	err := r.Handle(t.Context(), []byte(deleted))
	var none *eventbridge.NoRouteError
	if !errors.Is(err, eventbridge.ErrNoRoute) || !errors.As(err, &none) || none.Source != "aws.s3" || none.DetailType != "Object Deleted" ||
		!strings.Contains(err.Error(), `"Object Deleted"`) {
		t.Errorf("no handler: %v", err)
	}
	if err := r.Handle(t.Context(), []byte(`{"source":"shop","detail-type":"Order Placed","detail":{}}`)); err != failure {
		t.Errorf("the handler's error became %v", err)
	}
	for _, data := range []string{`null`, `{}`, `7`, `{"source":"shop"}`, `{"Records":[]}`, `{`, `{"source":7,"detail-type":"Order Placed"}`,
		`{"source":"shop","detail-type":"Order Placed","detail":7}`, strings.Replace(created, `"example-key"`, `7`, 1)} {
		var decodeErr *eventbridge.DecodeError
		if err := r.Handle(t.Context(), []byte(data)); !errors.As(err, &decodeErr) {
			t.Errorf("%s: %v, want a *DecodeError", data, err)
		}
	}
	if len(c) > 0 {
		t.Errorf("%q were called", c)
	}
}

func TestRouterRefuses(t *testing.T) {
	t.Parallel()
	created := func(context.Context, eventbridge.Event[s3event.ObjectCreated]) error { return nil }
	raw := func(context.Context, eventbridge.Event[json.RawMessage]) error { return nil }
	jpg := func() *pattern.Pattern { return parse(`{"detail":{"object":{"key":[{"suffix":".jpg"}]}}}`) }
	for name, c := range map[string]struct {
		opts []eventbridge.RouterOption
		at   int
		says string
	}{
		"nothing":         {nil, 0, "no handler"},
		"only middleware": {[]eventbridge.RouterOption{eventbridge.WithMiddleware()}, 1, "no handler"},
		"nil option":      {[]eventbridge.RouterOption{nil}, 0, "nil"},
		"nil handler":     {[]eventbridge.RouterOption{eventbridge.On[s3event.ObjectCreated](nil)}, 0, "nil"},
		"nil otherwise":   {[]eventbridge.RouterOption{eventbridge.Otherwise(nil)}, 0, "nil"},
		"nil pattern":     {[]eventbridge.RouterOption{eventbridge.On(created, nil)}, 0, "nil"},
		"nil middleware":  {[]eventbridge.RouterOption{eventbridge.Otherwise(raw), eventbridge.WithMiddleware(nil)}, 1, "nil"},
		"middleware gives nil": {[]eventbridge.RouterOption{eventbridge.Otherwise(raw), eventbridge.WithMiddleware(func(func(context.Context, json.RawMessage) error) func(context.Context, json.RawMessage) error {
			return nil
		})}, 2, "nil"},
		"two of a kind":         {[]eventbridge.RouterOption{eventbridge.On(created), eventbridge.OnKind("aws.s3", "Object Created", raw)}, 1, `"Object Created"`},
		"two with one pattern":  {[]eventbridge.RouterOption{eventbridge.On(created, jpg()), eventbridge.On(created, jpg())}, 1, "one pattern"},
		"two otherwise":         {[]eventbridge.RouterOption{eventbridge.Otherwise(raw), eventbridge.Otherwise(raw)}, 1, "two"},
		"no EventType":          {[]eventbridge.RouterOption{eventbridge.On(raw)}, 0, "OnKind"},
		"kind of another":       {[]eventbridge.RouterOption{eventbridge.OnKind("aws.s3", "Object Deleted", created)}, 0, `"Object Deleted"`},
		"any of a typed detail": {[]eventbridge.RouterOption{eventbridge.OnKind("aws.s3", "", created)}, 0, "(any)"},
		"any and any":           {[]eventbridge.RouterOption{eventbridge.OnKind("", "", raw)}, 0, "Otherwise"},
		"crossing":              {[]eventbridge.RouterOption{eventbridge.OnKind("shop", "", raw), eventbridge.OnKind("", "Order Placed", raw)}, 1, "both"},
	} {
		r, err := eventbridge.NewRouter(c.opts...)
		var routerErr *eventbridge.RouterError
		if r != nil || !errors.Is(err, eventbridge.ErrRouter) || !errors.As(err, &routerErr) || routerErr.Option != c.at || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: got %v, %v", name, r, err)
		}
	}
}

func TestMiddleware(t *testing.T) {
	t.Parallel()
	var c calls
	around := func(name string) func(func(context.Context, json.RawMessage) error) func(context.Context, json.RawMessage) error {
		return func(next func(context.Context, json.RawMessage) error) func(context.Context, json.RawMessage) error {
			return func(ctx context.Context, event json.RawMessage) error {
				c = append(c, name)
				err := next(ctx, event)
				c = append(c, "/"+name)
				return err
			}
		}
	}
	r := mustRouter(t, eventbridge.WithMiddleware(around("a"), around("b")), eventbridge.On(note[s3event.ObjectCreated](&c, "created")),
		eventbridge.WithMiddleware(around("c")))
	for data, want := range map[string]string{
		created: "a b c created /c /b /a",
		deleted: "a b c /c /b /a", // those without a handler pass through it too
	} {
		c = nil
		err := r.Handle(t.Context(), []byte(data))
		if got := strings.Join(c, " "); got != want || (err == nil) != strings.Contains(want, "created") {
			t.Errorf("got %q, %v, want %q", got, err, want)
		}
	}
}

// lambda.Start makes this of what it is given.
func TestInvoke(t *testing.T) {
	t.Parallel()
	var c calls
	r := mustRouter(t, eventbridge.On(note[s3event.ObjectCreated](&c, "created")))
	one := created
	for name, h := range map[string]lambda.Handler{
		"router":  lambda.NewHandler(r),
		"handler": lambda.NewHandler(eventbridge.Handle(note[s3event.ObjectCreated](&c, "created"))),
	} {
		for data, want := range map[string]int{one: 1, "[" + one + "," + one + "]": 2, "\n[" + one + "]\n": 1} {
			c = nil
			out, err := h.Invoke(t.Context(), []byte(data))
			if err != nil || string(out) != "null" || len(c) != want {
				t.Errorf("%s: %s, %v after %d calls, want %d", name, out, err, len(c), want)
			}
		}
		for _, data := range []string{``, `[`, `[]`, `null`, `7`, `[` + one, `{"Records":[]}`} {
			c = nil
			if out, err := h.Invoke(t.Context(), []byte(data)); err == nil || len(c) > 0 {
				t.Errorf("%s: %q gave %s after %d calls", name, data, out, len(c))
			}
		}
	}
}

func TestInvokeWithFailuresInAnArray(t *testing.T) {
	t.Parallel()
	failure := errors.New("disk full")
	ctx, cancel := context.WithCancel(t.Context())
	handled := 0
	h := eventbridge.Handle(func(context.Context, eventbridge.Event[order]) error {
		handled++
		switch handled {
		case 2:
			return failure
		case 3:
			cancel()
		}
		return nil
	})
	event := `{"source":"shop","detail-type":"Order Placed","detail":{}}`
	_, err := h.Invoke(ctx, []byte(`[`+strings.Repeat(event+`,`, 4)+event+`]`))
	batch, ok := err.(*eventbridge.BatchError)
	if !ok || handled != 3 || !slices.Equal(batch.Errs, []error{nil, failure, nil, context.Canceled, context.Canceled}) {
		t.Fatalf("handled %d: %#v", handled, err)
	}
	if !errors.Is(err, failure) || !errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("it is something else: %v", err)
	}
	if !strings.Contains(err.Error(), "3 of 5 events failed, the first at index 1") || !strings.Contains(err.Error(), "disk full") {
		t.Error(err)
	}
}
