package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	ddb "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// shop copies testdata/shop out of the repository and makes it a module of its own that replaces the library by this clone.
func shop(t *testing.T) string {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "shop")
	if err := os.CopyFS(folder, os.DirFS("testdata/shop")); err != nil {
		t.Fatal(err)
	}
	clone, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	// With the examples' own requirements it needs no network.
	module, err := os.ReadFile("../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Replace(string(module), "module github.com/lambdapatterns/lambdapatterns/examples", "module example.com/shop", 1)
	text = strings.ReplaceAll(text, "=> ../", "=> "+filepath.ToSlash(clone)+"/")
	sums, err := os.ReadFile("../go.sum")
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(os.WriteFile(filepath.Join(folder, "go.mod"), []byte(text), 0o600), os.WriteFile(filepath.Join(folder, "go.sum"), sums, 0o600)); err != nil {
		t.Fatal(err)
	}
	return folder
}

// ownDefaults are the command's own settings for functions of one's own.
func ownDefaults(functions ...string) options {
	o := defaults()
	o.own, o.buckets, o.table, o.timeout, o.visibility = functions, []string{uploads}, "app", functionTimeout, time.Second
	return o
}

// output is what the command prints, which can be read while it runs.
type output struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.String()
}

// A service from outside of the repository: an order comes in by HTTP, goes through the queue and lies in the table in the end; one
// that cannot be handled is a dead letter; an upload that the rule matches is an event, and one that fails ends in its queue.
func TestOwnFunctions(t *testing.T) {
	t.Parallel()
	folder := shop(t)
	o := ownDefaults(folder+"/api,http", folder+"/worker,queue=orders", folder+"/inbox,s3="+folder+"/letters.json,name=letters")
	o.env, o.buckets, o.timeout = []string{"ORDERS_QUEUE=$ORDERS_QUEUE_URL", "GREETING=100$$ of ${TABLE_NAME}"}, []string{uploads, "post"}, 2*time.Second
	o.receives = 2 // or it takes long
	owns, err := parseOwns(o)
	if err != nil {
		t.Fatal(err)
	}
	var out output
	s, err := startService(t.Context(), o, owns, &printer{w: &out})
	if err != nil {
		t.Fatal(err)
	}
	stopped := false
	defer func() {
		if !stopped {
			_ = s.stop()
		}
		if t.Failed() {
			t.Log(out.String())
		}
	}()
	s.tryIt(owns)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	post := func(method, url, body string, want int, invocationType ...string) (http.Header, string) {
		t.Helper()
		r, err := http.NewRequestWithContext(ctx, method, url, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		for _, kind := range invocationType {
			r.Header.Set("X-Amz-Invocation-Type", kind)
		}
		r.Header.Set("Content-Type", "application/json") // without one the HTTP API hands on base64
		response, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		answer, err := io.ReadAll(response.Body)
		if err != nil || response.StatusCode != want {
			t.Errorf("%s %s: status %d %s, %v; want %d", method, url, response.StatusCode, answer, err, want)
		}
		return response.Header, string(answer)
	}
	until := func(what string, happened func() bool) {
		t.Helper()
		for !happened() {
			select {
			case <-ctx.Done():
				t.Fatal("it did not come to pass that " + what)
			case <-time.After(50 * time.Millisecond):
			}
		}
	}

	described, err := s.db.DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: &s.table})
	if err != nil || len(described.Table.GlobalSecondaryIndexes) != 1 || *described.Table.GlobalSecondaryIndexes[0].IndexName != "GSI1" {
		t.Errorf("the table: %+v, %v", described, err)
	}
	post("POST", s.url+"/orders", `{"id":"1","total":42}`, 202)
	post("POST", s.url+"/orders", `{"id":"2","total":0}`, 202)
	post("PUT", s.s3+"/post/a.txt", "dear", 200)
	post("PUT", s.s3+"/post/empty.txt", "", 200)
	post("PUT", s.s3+"/post/b.png", "x", 200)
	if _, body := post("GET", s.url+"/", "", 404); body != "100$ of app" {
		t.Errorf("the variables of -env: got %q", body)
	}
	until("the order is in the table", func() bool {
		item, err := s.db.GetItem(ctx, &dynamodb.GetItemInput{TableName: &s.table, Key: map[string]ddb.AttributeValue{
			"PK": &ddb.AttributeValueMemberS{Value: "ORDER#1"}, "SK": &ddb.AttributeValueMemberS{Value: "ORDER"},
		}})
		return err == nil && item.Item["total"] != nil
	})
	until("the letter is in the log", func() bool { return strings.Contains(out.String(), "a letter: a.txt") })
	until("the rule has left the picture out", func() bool { return s.rules[0].notMatched("post/b.png") })
	until("the empty letter has failed", func() bool { n, _ := s.failed.peek(ctx, 0); return len(n) == 1 })
	until("the second order is a dead letter", func() bool { n, _ := s.queues["orders-dead"].peek(ctx, 0); return len(n) == 1 })

	invoke := s.invoke + "/2015-03-31/functions/"
	event, err := os.ReadFile(filepath.Join(folder, "letters.json")) // no event: the function refuses it
	if err != nil {
		t.Fatal(err)
	}
	if header, body := post("POST", invoke+"letters/invocations", string(event), 200); header.Get("X-Amz-Function-Error") != "Unhandled" || !strings.Contains(body, "errorType") {
		t.Errorf("a failed invocation: %v %s", header, body)
	}
	_, body := post("POST", invoke+"arn:aws:lambda:us-east-1:123456789012:function:worker/invocations", `{"Records":[]}`, 200)
	if !strings.Contains(body, "BatchError") {
		t.Errorf("an empty batch: %s", body)
	}
	if header, _ := post("POST", invoke+"nobody/invocations", `{}`, 404); header.Get("X-Amzn-Errortype") != "ResourceNotFoundException" {
		t.Errorf("a function that is not there: %v", header)
	}
	if header, _ := post("POST", invoke+"api/invocations", `{`, 400); header.Get("X-Amzn-Errortype") != "InvalidRequestContentException" {
		t.Errorf("no JSON: %v", header)
	}
	if header, _ := post("POST", invoke+"api/invocations", `{}`, 400, "Later"); header.Get("X-Amzn-Errortype") != "InvalidParameterValueException" {
		t.Errorf("an unknown invocation type: %v", header)
	}
	post("POST", invoke+"letters/invocations", `{`, 400, "Event")
	post("POST", invoke+"letters/invocations", `{}`, 204, "DryRun")
	post("POST", invoke+"letters/invocations", `{}`, 202, "Event")
	until("the event without an id has failed, too", func() bool { return strings.Contains(out.String(), "event without an id: try 3 of 3 failed") })
	if _, body := post("POST", s.variables["AWS_ENDPOINT_URL"]+"/", "", 400); !strings.Contains(body, "NotOnThisMachine") {
		t.Errorf("another service: %s", body)
	}
	for _, want := range []string{
		"curl -s '" + s.url + "/some/path'", "aws sqs send-message --endpoint-url " + s.sqs.url + " --queue-url " + s.queues["orders"].url + " ",
		"curl -s -T FILE " + s.s3 + "/uploads/FILE", "aws lambda invoke --function-name letters ", "aws dynamodb scan --table-name app",
		"AWS_ENDPOINT_URL_SQS=" + s.sqs.url + " ", "--queue-url " + s.queues["orders-dead"].url + " ", "--queue-url " + s.failed.url + " ",
		"FAILED at receive 2 of 2, moves to orders-dead after its visibility time-out",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("it does not say %q", want)
		}
	}

	stopped = true
	if err := s.stop(); err != nil {
		t.Error(err)
	}
	for name, f := range s.functions {
		if n := len(f.Environments()); n != 0 {
			t.Errorf("%d processes of %s are left", n, name)
		}
	}
	for _, url := range []string{s.url, s.invoke, s.s3, s.dynamoDB.url, s.sqs.url} {
		if response, err := http.Get(url); err == nil {
			response.Body.Close()
			t.Errorf("%s still answers", url)
		}
	}
	if _, err := os.Stat(s.binaries); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the folder of the binaries: %v", err)
	}
}

// What is wrong is named before anything is built.
func TestOwnFunctionsThatAreRefused(t *testing.T) {
	t.Parallel()
	folder := shop(t)
	for _, test := range []struct {
		functions []string
		env       string
		want      string
	}{
		{[]string{folder + "/api,https"}, "", `unknown trigger "https"`},
		{[]string{",http"}, "", "no folder"},
		{[]string{folder + "/nowhere"}, "", "nowhere"},
		{[]string{folder + "/letters.json,name=x"}, "", "is a file: give the folder"},
		{[]string{folder + "/library"}, "", "package library is no main package"},
		{[]string{folder + ",name=shop"}, "", filepath.Join("shop", "inbox")},
		{[]string{t.TempDir() + ",name=empty"}, "", "go.mod file not found"},
		{[]string{folder + "/api,name=a b"}, "", `"a b" is no name`},
		{[]string{folder + "/api", folder + "/api,http"}, "", "is called api already"},
		{[]string{folder + "/api,s3=none.json"}, "", "event pattern: open none.json"},
		{[]string{folder + "/api,s3=" + folder + "/go.mod"}, "", "-function " + folder + "/api"},
		{[]string{folder + "/api"}, "QUEUE=$NONE", "there is no NONE"},
		{[]string{folder + "/api"}, "=x", "write NAME=VALUE"},
		{[]string{folder + "/api,queue=a-b", folder + "/inbox,queue=a_b"}, "", "another queue's URL is in A_B_DEAD_QUEUE_URL already"},
		{[]string{folder + "/inbox,queue=orders,name=a"}, "queues", "another queue's URL is in ORDERS_QUEUE_URL already"},
		{[]string{folder + "/inbox,http=GET", folder + "/inbox,name=other"}, "", `route "GET"`},
		{[]string{folder + "/inbox,http", folder + "/inbox,http,name=other"}, "", `another one has the route "ANY /"`},
	} {
		o := ownDefaults(test.functions...)
		switch test.env {
		case "":
		case "queues":
			o.queues = []string{"orders"}
		default:
			o.env = []string{test.env}
		}
		if err := serveOwn(t.Context(), o, io.Discard); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%q %s: got %v\nwant %s", test.functions, test.env, err, test.want)
		}
	}
}

func TestFlagsThatDoNotFit(t *testing.T) {
	t.Parallel()
	for _, o := range []options{
		{env: []string{"A=b"}}, {queues: []string{"q"}}, {buckets: []string{"b"}}, {own: []string{"api"}, torture: time.Second},
	} {
		if err := o.check(); err == nil || !strings.Contains(err.Error(), "-function") {
			t.Errorf("%+v: got %v", o, err)
		}
	}
	o := options{own: []string{"api"}}
	if err := o.check(); err != nil || !slices.Equal(o.buckets, []string{uploads}) {
		t.Errorf("got %q, %v", o.buckets, err)
	}
}

func TestParseOwn(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"x/api":                                 "api [] ",
		"x/api/,http,":                          "api [ANY / ANY /{proxy+}] ",
		"x/api,http=GET /a,http=$default,queue": "api [GET /a $default] api",
		"x/api,queue=b.fifo,name=c":             "c [] b.fifo",
		"x/api,queue=,name=c":                   "c [] c",
	} {
		f, err := parseOwn(text, "bucket")
		if got := fmt.Sprint(f.name, " ", f.routes, " ", f.queue); err != nil || got != want || filepath.Base(f.folder) != "api" || f.rule != nil {
			t.Errorf("%s: got %s in %s, %v; want %s", text, got, f.folder, err, want)
		}
	}
	f, err := parseOwn("x,s3", "bucket")
	if err != nil || !strings.Contains(f.rule.String(), `"bucket":{"name":["bucket"]}`) {
		t.Errorf("the rule: %v, %v", f.rule, err)
	}
}

// Ctrl-C is the end of the context.
func TestOwnFunctionsStopAtCtrlC(t *testing.T) {
	t.Parallel()
	var out output
	ctx, interrupt := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- serveOwn(ctx, ownDefaults(shop(t)+"/inbox,queue=in.fifo"), &out) }()
	for begun := time.Now(); !strings.Contains(out.String(), "--message-group-id group"); time.Sleep(20 * time.Millisecond) {
		if time.Since(begun) > time.Minute {
			t.Fatalf("it does not serve:\n%s", out.String())
		}
	}
	for _, want := range []string{"after 5 receives to in-dead.fifo", "/in-dead.fifo --message-attribute-names All"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("it does not say %q", want)
		}
	}
	if strings.Contains(out.String(), "of failed") {
		t.Error("it tells of the queue failed without a trigger that fills it")
	}
	interrupt()
	if err := <-ended; err != nil {
		t.Errorf("%v\n%s", err, out.String())
	}
}

// The README's function is the one that runs in TestOwnFunctions.
func TestREADMEShowsTheWorker(t *testing.T) {
	t.Parallel()
	code, err := os.ReadFile("testdata/shop/worker/main.go")
	if err != nil {
		t.Fatal(err)
	}
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, shown, _ := strings.Cut(string(readme), "```go\n")
	shown, _, _ = strings.Cut(shown, "```")
	_, code, _ = bytes.Cut(code, []byte("package main\n\n"))
	if shown == "" || shown != string(code) {
		t.Errorf("the README shows\n%s\nand the function is\n%s", shown, code)
	}
}
