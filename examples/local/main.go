// Command local runs the payments, the images and the checkout service on this machine: their compiled functions as processes
// behind a Lambda Runtime API, with what AWS would be around them. For payments that is an HTTP API in front, a table, queues, and
// the event source mapping between queue and worker; for images S3 with its events, the bus with the rule, and asynchronous
// invocation; for checkout the workflow.
// It then tells a short story of each and ends with status 0 if all that it saw is what had to happen.
//
//	go run ./examples/local             # from the repository's root: the stories
//	go run ./examples/local -freeze     # the same with functions that are frozen between invocations, as on Lambda
//	go run ./examples/local -trace      # and show one payment's whole way, as a tree and as a page
//	go run ./examples/local -serve      # the stories, then stay up for curl until Ctrl-C
//	go run ./examples/local -torture 5m # no stories: load and faults of all kinds, and a check that nothing was lost
//	go run ./examples/local -torture 5m -managed 16 # the same as on Managed Instances: 16 invocations at once in each process
//
// It also runs functions of your own, that lie anywhere, with what invokes them: README.md of the examples says how.
//
//	go run ./examples/local -function ../shop/api,http -function ../shop/worker,queue
//
// Nothing of it reaches for AWS unless -dynamodb or -sqs name an endpoint there.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// options are what the command line can say.
type options struct {
	dynamoDB, sqs string // endpoints of other engines; empty for those in memory
	address       string
	pictures      string // the folder for them; empty for a new one
	visibility    time.Duration
	receives      int // before a message is a dead letter; the weather's choice, or ownReceives, unless it is set
	freeze        bool
	serve         bool
	trace         bool
	traceFolder   string // for the page; empty for a new one
	logs          bool
	full          bool

	own     []string // functions of somebody's own, and what is for them
	env     []string
	queues  []string
	buckets []string
	table   string
	timeout time.Duration

	torture time.Duration // how long clients are busy; 0 for the stories
	managed int           // of -torture: invocations at once in a process; 0 for one
	seed    uint64
	weather *weather // between the functions and what they call; nil for none
}

func main() {
	var o options
	flag.StringVar(&o.dynamoDB, "dynamodb", "", "`URL` of another DynamoDB (DynamoDB Local, moto, LocalStack, AWS) than the one in memory")
	flag.StringVar(&o.sqs, "sqs", "", "`URL` of another SQS (moto, LocalStack, AWS) than the one in memory")
	flag.StringVar(&o.address, "http", loopback, "`address` that the HTTP API listens on")
	flag.DurationVar(&o.visibility, "visibility", 4*time.Second, "visibility time-out of the payments queue, whole seconds; with -function that of each queue that is\n"+
		"polled, if it is longer than -timeout")
	flag.StringVar(&o.pictures, "pictures", "", "`folder` for the pictures of the images story; a new temporary one unless given")
	flag.BoolVar(&o.freeze, "freeze", false, "stop the functions' processes between invocations, as Lambda does")
	flag.BoolVar(&o.serve, "serve", false, "stay up after the stories, until Ctrl-C")
	flag.BoolFunc("trace", "trace the functions, and show one payment's whole way as a tree and as a page, in a new temporary folder;\n"+
		"-trace=FOLDER says in which. With -serve the traces of all requests can be looked at, too", o.setTrace)
	flag.BoolVar(&o.logs, "logs", false, "show the functions' logs as they come; with -function they always are")
	flag.BoolVar(&o.full, "full", false, "show requests, answers and the errors of asynchronous invocations whole")
	flag.DurationVar(&o.torture, "torture", 0, "instead of the stories, load the services for so `long` while everything fails, and check what came of it")
	flag.IntVar(&o.managed, "managed", 0, "of -torture: run the functions as on Managed Instances, `N` invocations at once in a process, built with\n"+
		"the race detector, whose reports are failures. It needs a C compiler")
	flag.Uint64Var(&o.seed, "seed", 0, "of -torture: which faults fall where; 0 for any")
	flag.Func("function", "run a function of your own instead of the stories: the folder of its main package, wherever it is, and after commas what invokes\n"+
		"it: http or http=ROUTE, queue or queue=NAME, s3 or s3=PATTERN.json, and name=NAME; `FOLDER,TRIGGER…`, as often as there are functions", addTo(&o.own))
	flag.Func("env", "of -function: an environment variable of all functions, `NAME=VALUE`; $NAME in it is the value of one that they have already", addTo(&o.env))
	flag.Func("queue", "of -function: a further queue, `NAME`, that nothing polls", addTo(&o.queues))
	flag.Func("bucket", "of -function: a bucket, `NAME`; s3 without a pattern is what is new in the first one; uploads unless given", addTo(&o.buckets))
	flag.StringVar(&o.table, "table", "app", "of -function: the `name` of the table")
	flag.DurationVar(&o.timeout, "timeout", functionTimeout, "of -function: the functions' time-out; a queue's visibility time-out is at least a second longer")
	flag.Parse()
	if flag.NArg() > 0 {
		fmt.Fprintf(os.Stderr, "local: unknown argument %q; see -help\n", flag.Arg(0))
		os.Exit(2)
	}
	if err := o.check(); err != nil {
		fmt.Fprintln(os.Stderr, "local:", err)
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	do := run
	switch {
	case len(o.own) > 0:
		do = serveOwn
	case o.torture > 0:
		do = torture
	}
	if err := do(ctx, o, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "local:", err)
		os.Exit(1)
	}
}

// check finds flags that would be ignored, and sets the bucket where none is.
func (o *options) check() error {
	if len(o.own) == 0 && len(o.env)+len(o.queues)+len(o.buckets) > 0 {
		return errors.New("-env, -queue and -bucket are for functions of your own: say which by -function")
	}
	if o.managed < 0 || o.managed > 0 && o.torture <= 0 {
		return fmt.Errorf("-managed %d: use a positive number, with -torture", o.managed)
	}
	if len(o.own) > 0 && o.torture > 0 {
		return errors.New("-torture is for the services of this repository: leave it or -function out")
	}
	if len(o.buckets) == 0 {
		o.buckets = []string{uploads}
	}
	return nil
}

// addTo returns the setter of a flag that can be given several times.
func addTo(list *[]string) func(string) error {
	return func(value string) error {
		*list = append(*list, value)
		return nil
	}
}

// setTrace takes what follows -trace: true where nothing does.
func (o *options) setTrace(value string) error {
	o.trace, o.traceFolder = value != "false", ""
	if o.trace && value != "true" {
		o.traceFolder = value
	}
	return nil
}

// run starts the stack, tells the stories and stops everything that it started.
func run(ctx context.Context, o options, out io.Writer) (err error) {
	p := &printer{w: out, full: o.full}
	s, err := start(ctx, o, p)
	if err != nil {
		return err
	}
	defer func() {
		if stopErr := s.stop(); err == nil {
			err = stopErr
		}
		if err != nil && ctx.Err() == nil {
			p.printf("\nThe functions' last log lines:\n%s", s.logs.last())
		}
	}()
	if err := tell(ctx, s); err != nil {
		return err
	}
	g, err := openGallery(ctx, s)
	if err != nil {
		return err
	}
	if err := tellImages(ctx, g); err != nil {
		return err
	}
	t, err := openTill(ctx, s)
	if err != nil {
		return err
	}
	if err := tellCheckout(ctx, t); err != nil {
		return err
	}
	if o.trace {
		if err := s.showPayment(ctx); err != nil {
			return err
		}
	}
	if o.serve {
		p.heading("Serving until Ctrl-C")
		const json = `-H "Authorization: $TOKEN" -H 'content-type: application/json'`
		token, err := s.tokens.of("usr_bob")
		if err != nil {
			return err
		}
		p.printf("  TOKEN=%s\n", token)
		p.printf("  curl -s %s/users %s -d '{\"email\":\"bob@example.com\"}'\n", s.url, json)
		p.printf("  curl -s '%s/users?email=bob@example.com' -H \"Authorization: $TOKEN\"\n", s.url)
		p.printf("  curl -s %s/users/usr_bob/orders %s -d '{\"lines\":[{\"product_id\":\"prod_tea\",\"quantity\":2}]}'\n", s.url, json)
		p.printf("  curl -s %s/payments %s -d '{\"order_id\":\"ORDER\",\"card\":\"tok_visa\"}'\n", s.url, json)
		p.printf("  curl -s %s/payments/PAYMENT -H \"Authorization: $TOKEN\"\n", s.url)
		p.printf("Products are prod_tea and prod_pot; cards tok_visa, tok_declined, tok_flaky and tok_slow.\n")
		p.printf("  curl -s -T PICTURE.jpg %s/%s/PICTURE.jpg\n", *g.s3.Options().BaseEndpoint, uploads)
		if o.trace {
			p.printf("The traces of all requests: %s\n", s.traces.url)
		}
		<-ctx.Done()
		p.printf("\nstopped\n")
	}
	return nil
}
