package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/lambdapatterns/lambdapatterns/examples/images"
	"github.com/lambdapatterns/lambdapatterns/examples/local/internal/traceview"
	"github.com/lambdapatterns/lambdapatterns/examples/payments"
)

// The whole service under -trace, with functions that are frozen between invocations, as on Lambda.
func TestTraces(t *testing.T) {
	t.Parallel()
	o := defaults()
	o.pictures = t.TempDir()
	o.trace, o.traceFolder, o.freeze = true, t.TempDir(), runtime.GOOS != "windows"
	s, err := start(t.Context(), o, &printer{w: testWriter{t}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.stop(); err != nil {
			t.Error(err)
		}
	})
	ctx := t.Context()
	told := story{stack: s, settled: map[string]payments.Status{}}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	// The values that must be in no span: of a body, of an item, of an attribute of DynamoDB, of a message.
	secrets := []string{"tok_", "ada@example.com", url.QueryEscape("ada@example.com"), "Ada", "Teapot", "USER#", "ORDER#", "cash-register", "insufficient", "connection reset"}
	must(told.userAndOrders(ctx))
	poisonID, err := s.queues.payments.send(ctx, `<payment till="cash-register"/>`)
	must(err)
	pay := func(order, card string, want payments.Status) {
		t.Helper()
		id, err := s.pay(ctx, order, card)
		must(err)
		must(told.untilSettled(ctx, id, want))
	}
	pay(told.tea, "tok_of_ada", payments.Captured)
	pay(told.pot, "tok_declined", payments.Declined)
	pay(told.pot, "tok_flaky", payments.Captured)
	_, err = s.ask(ctx, 404, "POST", "/payments", `{"order_id":"ord_none","card":"tok_visa"}`)
	must(err)
	_, err = s.ask(ctx, 405, "DELETE", "/payments/pay_last", "")
	must(err)

	// Nothing is asked of the functions any more: a span that was not sent before the freeze never comes.
	var spans []traceview.Span
	must(s.until(ctx, "the last spans have come", func() (bool, error) {
		spans = s.traces.spans()
		workers := 0
		for _, one := range spans {
			if one.Name == "payments-worker" {
				workers++
			}
		}
		s.batches.mu.Lock()
		defer s.batches.mu.Unlock()
		return workers == len(s.batches.all) && slices.ContainsFunc(spans, func(one traceview.Span) bool { return find(one, "url.path") == "/payments/pay_last" }), nil
	}))
	if errs := s.traces.receiver.Errors(); len(errs) != 0 {
		t.Error(errors.Join(errs...))
	}

	const (
		request = "0 payments-api SERVER POST /payments"
		worked  = `
1 payments-api CLIENT DynamoDB.GetItem payments
1 payments-api CLIENT DynamoDB.Query payments
1 payments-api CLIENT DynamoDB.PutItem payments
1 payments-api PRODUCER SQS.SendMessage payments`
		settled = `
3 payments-worker CLIENT DynamoDB.GetItem payments
3 payments-worker CLIENT DynamoDB.GetItem payments
3 payments-worker CLIENT DynamoDB.UpdateItem payments
3 payments-worker PRODUCER SQS.SendMessage payments-results`
		message = "\n2 payments-worker CONSUMER process payments "
		around  = ", linked inside payments-worker > process payments"
	)
	var requests []*traceview.Node
	for _, one := range spans {
		if one.Name == "POST /payments" {
			nodes := traceview.Build(spans, one.Trace)
			if len(nodes) != 1 || nodes[0].Parent != "" {
				t.Fatalf("the trace of a request has %d roots, the first with the parent %q; want one without", len(nodes), nodes[0].Parent)
			}
			requests = append(requests, nodes[0])
		}
	}
	for i, want := range []string{
		request + worked + message + "succeeded" + around + settled,
		request + worked + message + "succeeded" + around + settled, // declined: the message has done its work
		request + worked + message + "failed" + around + ", FAILED failed\n3 payments-worker CLIENT DynamoDB.GetItem payments" +
			message + "succeeded" + around + settled,
		request + "\n1 payments-api CLIENT DynamoDB.GetItem payments", // no such order
	} {
		if i >= len(requests) {
			t.Fatalf("%d requests, want one more:\n%s", len(requests), want)
		}
		if got := outline([]*traceview.Node{requests[i]}, 0); got != want {
			t.Errorf("request %d is\n%s\nwant\n%s", i, got, want)
		}
	}
	if tree := paymentTrace(spans); tree == nil || tree[0].ID != requests[0].ID {
		t.Error("the first payment is not the one that is shown")
	}

	t.Run("attributes", func(t *testing.T) {
		root := requests[0]
		sent := root.Children[3]
		worked := sent.Children[0]
		if sent.ID.Trace == worked.ID.Trace || !slices.Equal(worked.Links, []traceview.ID{sent.ID}) {
			t.Errorf("the message's links are %v, want its sender %v alone, in another trace", worked.Links, sent.ID)
		}
		again := requests[2].Children[3].Children
		for _, want := range []struct {
			span       traceview.Span
			key, value string
		}{
			{root.Span, "faas.trigger", "http"}, {root.Span, "http.route", "/payments"}, {root.Span, "http.response.status_code", "202"},
			{root.Span, "faas.coldstart", "false"}, {worked.Via[0], "faas.coldstart", "true"}, {worked.Via[0], "faas.trigger", "pubsub"},
			{requests[3].Span, "http.response.status_code", "404"}, {root.Children[0].Span, "aws.dynamodb.table_names", "payments"},
			{sent.Span, "messaging.destination.name", "payments"}, {sent.Span, "messaging.message.id", find(worked.Span, "messaging.message.id")},
			{worked.Span, "messaging.system", "aws_sqs"}, {worked.Span, "messaging.operation.type", "process"},
			{worked.Span, "lambdapatterns.message.receive_count", "1"},
			{again[0].Span, "lambdapatterns.message.receive_count", "1"}, {again[0].Span, "error.type", "failed"},
			{again[1].Span, "lambdapatterns.message.receive_count", "2"}, {again[1].Span, "error.type", ""},
		} {
			if got := find(want.span, want.key); got != want.value {
				t.Errorf("%s of %s %s is %q, want %q", want.key, want.span.Service, want.span.Name, got, want.value)
			}
		}
		for _, one := range spans {
			if query := find(one, "url.query"); query != "" && !strings.HasSuffix(query, "=REDACTED") {
				t.Errorf("the query of %s is %q", one.Name, query)
			}
			refused := one.Kind == "CONSUMER" && find(one, "messaging.message.id") == poisonID
			if outcome := find(one, "lambdapatterns.outcome"); refused && (outcome != "dead_lettered" || one.Status != "DecodeError") {
				t.Errorf("the poison message is %q, with the status %q", outcome, one.Status)
			}
			if one.Failed && !refused && one.ID != again[0].ID {
				t.Errorf("%s of %s has failed: %s", one.Name, one.Service, one.Status)
			}
		}
	})

	t.Run("privacy", func(t *testing.T) {
		var everything strings.Builder // resources, scopes and attributes of links too
		for _, stub := range s.traces.receiver.Spans() {
			fmt.Fprintf(&everything, "%+v\n", stub)
		}
		text := everything.String()
		for _, there := range []string{"REDACTED", poisonID, "payments-worker", "DynamoDB.PutItem", "dead_lettered", "aws.dynamodb.table_names"} {
			if !strings.Contains(text, there) {
				t.Errorf("%q is not found either", there)
			}
		}
		for _, secret := range secrets {
			if at := strings.Index(text, secret); at >= 0 {
				t.Errorf("%q is in a span: …%s…", secret, text[max(0, at-100):at+len(secret)])
			}
		}
	})

	t.Run("while it serves", func(t *testing.T) {
		get := func(path string, want int) string {
			t.Helper()
			response, err := http.Get(s.traces.url + path)
			must(err)
			defer response.Body.Close()
			body, err := io.ReadAll(response.Body)
			must(err)
			if response.StatusCode != want {
				t.Errorf("GET %s: status %d, want %d", path, response.StatusCode, want)
			}
			return string(body)
		}
		trace := requests[2].ID.Trace
		if list := get("/", 200); !strings.Contains(list, `href="`+trace+`"`) {
			t.Errorf("the list lacks the trace %s:\n%s", trace, list)
		}
		if page := get("/"+trace, 200); strings.Count(page, "<details") != 12 {
			t.Errorf("the page of %s has %d rows, want 12", trace, strings.Count(page, "<details"))
		}
		get("/"+strings.Repeat("0", 32), 404)
	})

	t.Run("an image", func(t *testing.T) {
		g, err := openGallery(ctx, s)
		must(err)
		picture, err := photo(300, 200, 0)
		must(err)
		_, err = g.handled(ctx, "ada's holiday.jpg", picture, images.Made)
		must(err)
		var nodes []*traceview.Node
		must(s.until(ctx, "the image's spans have come", func() (bool, error) {
			spans := s.traces.spans()
			for _, one := range spans {
				if one.Name == "images-thumbnailer" {
					nodes = traceview.Build(spans, one.Trace)
				}
			}
			return nodes != nil, nil
		}))
		const want = `0 images-thumbnailer SERVER images-thumbnailer
1 images-thumbnailer CONSUMER process Object Created
2 images-thumbnailer CLIENT DynamoDB.PutItem images
2 images-thumbnailer CLIENT DynamoDB.GetItem images
2 images-thumbnailer CLIENT S3.GetObject
2 images-thumbnailer CLIENT S3.PutObject
2 images-thumbnailer CLIENT DynamoDB.PutItem images
2 images-thumbnailer CLIENT DynamoDB.PutItem images`
		if got := outline(nodes, 0); got != want {
			t.Errorf("got\n%s\nwant\n%s", got, want)
		}
		for _, stub := range s.traces.receiver.Spans() {
			if text := fmt.Sprintf("%+v", stub); strings.Contains(text, "holiday") {
				t.Errorf("the object's key is in a span: %s", text)
			}
		}
	})

	t.Run("page", func(t *testing.T) {
		var out bytes.Buffer
		shown := &stack{machine: &machine{printer: &printer{w: &out}, options: o, traces: s.traces}}
		must(shown.showPayment(ctx))
		file := filepath.Join(o.traceFolder, "payment.html")
		if !strings.Contains(out.String(), file) || !strings.Contains(out.String(), "▷ payments-worker: process payments CONSUMER succeeded") {
			t.Errorf("got\n%s", out.String())
		}
		dom := browse(t, file+"#span-"+requests[0].Children[3].Children[0].ID.Span)
		if rows, open := strings.Count(dom, "<details"), strings.Count(dom, `open=""`); rows != 10 || open != 1 {
			t.Errorf("%d rows, %d open; want 10 and 1:\n%s", rows, open, dom)
		}
	})

	// The functions work as ever, and say in their logs that spans were not sent.
	t.Run("nobody takes spans any more", func(t *testing.T) {
		must(s.traces.stop())
		for i := range 3 {
			_, err := s.ask(as(ctx, fmt.Sprint("usr_", i)), 201, "POST", "/users", fmt.Sprintf(`{"email":"%d@example.com"}`, i))
			must(err)
		}
		must(s.until(ctx, "the log says so", func() (bool, error) { return strings.Contains(s.logs.last(), "spans were not sent"), nil }))
		if strings.Contains(s.logs.last(), "@example.com") {
			t.Errorf("an address is in the log:\n%s", s.logs.last())
		}
	})
}

// outline writes a line for each node: depth, service, kind, name, what is shown beside it, and how it hangs there.
func outline(nodes []*traceview.Node, depth int) string {
	var lines []string
	for _, n := range nodes {
		line := fmt.Sprint(depth, " ", n.Service, " ", n.Kind, " ", n.Name)
		for _, key := range tellMost {
			if value := find(n.Span, key); value != "" && (key != "messaging.destination.name" || n.Kind == "PRODUCER") {
				line += " " + value
			}
		}
		if n.Linked {
			via := make([]string, len(n.Via))
			for i, v := range n.Via {
				via[i] = v.Name
			}
			line += ", linked inside " + strings.Join(via, " > ")
		}
		if n.Failed {
			line += ", FAILED " + n.Status
		}
		lines = append(lines, line)
		if below := outline(n.Children, depth+1); below != "" {
			lines = append(lines, below)
		}
	}
	return strings.Join(lines, "\n")
}

// browse opens a file in the browser of TEST_BROWSER and returns what its scripts have made of it.
func browse(t *testing.T, file string) string {
	t.Helper()
	browser := os.Getenv("TEST_BROWSER")
	if browser == "" {
		if os.Getenv("TEST_BROWSER_REQUIRED") == "1" {
			t.Fatal("TEST_BROWSER_REQUIRED is 1 and TEST_BROWSER is not set: run the tests under .ci/browser")
		}
		t.Skip("NOT RUN in a browser: TEST_BROWSER is not set. Run: .ci/browser go test ./examples/local/...")
	}
	dom, err := exec.CommandContext(t.Context(), browser, "--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=2000",
		"--dump-dom", "file://"+file).Output()
	if err != nil {
		t.Fatalf("%s: %v", browser, err)
	}
	return string(dom)
}

func TestTraceFlag(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		args   []string
		on     bool
		folder string
	}{
		{nil, false, ""}, {[]string{"-trace"}, true, ""}, {[]string{"-trace=out"}, true, "out"}, {[]string{"-trace=out", "-trace=false"}, false, ""},
	} {
		var o options
		flags := flag.NewFlagSet("local", flag.ContinueOnError)
		flags.BoolFunc("trace", "", o.setTrace)
		if err := flags.Parse(test.args); err != nil || o.trace != test.on || o.traceFolder != test.folder {
			t.Errorf("%q: %v, %v, folder %q", test.args, err, o.trace, o.traceFolder)
		}
	}
}
