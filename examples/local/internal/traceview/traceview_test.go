package traceview

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

var start = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// span makes a span from "trace/id", its parent's id, its start and length in milliseconds, and what it links to.
func span(id, parent, service, name, kind string, from, length int, links ...string) Span {
	s := Span{ID: parse(id), Parent: parent, Service: service, Name: name, Kind: kind}
	s.Start = start.Add(time.Duration(from) * time.Millisecond)
	s.End = s.Start.Add(time.Duration(length) * time.Millisecond)
	for _, l := range links {
		s.Links = append(s.Links, parse(l))
	}
	return s
}

func parse(id string) ID {
	trace, span, _ := strings.Cut(id, "/")
	return ID{trace, span}
}

// A request that sends a message, and the batch of two in which that one is worked off. The second message's sender is another request.
func payment() []Span {
	failed := span("w/4", "3", "worker", "DynamoDB.UpdateItem", "CLIENT", 920, 6)
	failed.Failed, failed.Status = true, "ConditionalCheckFailedException"
	failed.Attributes = []Attribute{{"aws.dynamodb.table_names", "payments"}}
	return []Span{
		span("w/1", "", "worker", "payments-worker", "SERVER", 900, 60),
		span("w/2", "1", "worker", "process payments", "CONSUMER", 901, 50, "a/3", "x/9"),
		failed,
		span("w/3", "2", "worker", "process payments", "CONSUMER", 902, 40, "a/3"),
		span("w/5", "2", "worker", "process payments", "CONSUMER", 902, 30, "x/9"),
		span("a/1", "", "api", "POST /payments", "SERVER", 0, 40),
		span("a/3", "1", "api", "send payments", "PRODUCER", 30, 5),
		span("a/2", "1", "api", "DynamoDB.GetItem", "CLIENT", 10, 4),
		span("x/9", "", "api", "send payments", "PRODUCER", 31, 5),
	}
}

func TestText(t *testing.T) {
	t.Parallel()
	const want = `api: POST /payments SERVER  40.0 ms
├─ DynamoDB.GetItem CLIENT  4.0 ms
└─ send payments PRODUCER  5.0 ms
   │  872.0 ms later, inside payments-worker > process payments:
   └▷ worker: process payments CONSUMER  40.0 ms
      └─ DynamoDB.UpdateItem CLIENT payments  6.0 ms  FAILED: ConditionalCheckFailedException
`
	var b strings.Builder
	if err := Text(&b, Build(payment(), "a"), "aws.dynamodb.table_names"); err != nil || b.String() != want {
		t.Errorf("got %v\n%s\nwant\n%s", err, b.String(), want)
	}
}

func TestBuild(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name  string
		spans []Span
		want  string // each node's id behind its depth
	}{
		{"nothing", nil, ""},
		{"a parent that is missing", []Span{span("a/2", "1", "", "", "", 0, 1)}, "0:2 "},
		{"another trace that is not linked", []Span{span("a/1", "", "", "", "", 0, 1), span("b/1", "", "", "", "", 0, 1)}, "0:1 "},
		{"its own parent", []Span{span("a/1", "1", "", "", "", 0, 1)}, "0:1 "},
		{"links in a ring", []Span{span("a/1", "", "", "", "", 0, 1, "b/2"), span("b/2", "", "", "", "", 1, 1, "a/1")}, "0:1 1:2 "},
		{"two links to one trace", []Span{
			span("a/1", "", "", "", "", 0, 9), span("a/2", "1", "", "", "", 1, 1), span("b/3", "", "", "", "", 5, 1, "a/1", "a/2"),
		}, "0:1 1:2 2:3 "},
		{"a batch without spans of its messages", []Span{span("a/1", "", "", "", "", 0, 9), span("b/3", "", "", "", "", 5, 1, "a/1")}, "0:1 1:3 "},
		{"children in the order of their starts", []Span{
			span("a/1", "", "", "", "", 0, 9), span("a/3", "1", "", "", "", 4, 1), span("a/2", "1", "", "", "", 2, 1),
		}, "0:1 1:2 1:3 "},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var b strings.Builder
			all(Build(test.spans, "a"), 0, func(n *Node, depth int) { fmt.Fprintf(&b, "%d:%s ", depth, n.ID.Span) })
			if b.String() != test.want {
				t.Errorf("got %q, want %q", b.String(), test.want)
			}
		})
	}
}

// What a span is called comes from outside and must not become part of the page or steer a terminal.
func TestHostileNames(t *testing.T) {
	t.Parallel()
	s := span("a/1", "", `"><b>s`, "<script>alert(1)</script>\x1b[2J", "</style>", 0, 1)
	s.Attributes = []Attribute{{"<i>", "</dd><img src=x>"}}
	var page, text strings.Builder
	if err := HTML(&page, "<u>", Build([]Span{s}, "a")); err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{"<script>alert", "<b>", "<img", "<i>", "<u>"} {
		if strings.Contains(page.String(), bad) {
			t.Errorf("the page has %s as it came", bad)
		}
	}
	if err := Text(&text, Build([]Span{s}, "a")); err != nil || strings.Contains(text.String(), "\x1b") {
		t.Errorf("got %q, %v", text.String(), err)
	}
}

// A headless browser opens the page: its scripts run, and the fragment opens the row of its span and no other.
func TestPageInABrowser(t *testing.T) {
	t.Parallel()
	browser := os.Getenv("TEST_BROWSER")
	if browser == "" {
		if os.Getenv("TEST_BROWSER_REQUIRED") == "1" {
			t.Fatal("TEST_BROWSER_REQUIRED is 1 and TEST_BROWSER is not set: run the tests under .ci/browser")
		}
		t.Skip("NOT RUN in a browser: TEST_BROWSER is not set. Run: .ci/browser go test ./examples/local/...")
	}
	file := filepath.Join(t.TempDir(), "trace.html")
	f, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := HTML(f, "One payment", Build(payment(), "a")); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), browser, "--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=2000", "--dump-dom", "file://"+file+"#span-4")
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v", browser, err)
	}
	dom := string(out)
	if n := strings.Count(dom, "<details"); n != 5 {
		t.Errorf("%d rows, want 5", n)
	}
	if !strings.Contains(dom, `<details id="span-4" class="failed" style="--depth: 3; --c: var(--c1)" open="">`) || strings.Count(dom, `open=""`) != 1 {
		t.Errorf("the row of the fragment's span is not the one that is open:\n%s", dom)
	}
}
