package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/lambdapatterns/lambdapatterns/examples/local/internal/httpapi"
	"github.com/lambdapatterns/lambdapatterns/internal/lambdaruntime"
	"github.com/lambdapatterns/lambdapatterns/singletable"
	"github.com/lambdapatterns/lambdapatterns/sqsbatch/sqsbatchtest"
)

// failedQueue takes the events that a function failed too often.
const failedQueue = "failed"

// ownReceives is how often a message of somebody's own queue is received before it goes to the dead-letter queue: what AWS advises
// at least (AWS Lambda Developer Guide, "Creating and configuring an Amazon SQS event source mapping").
const ownReceives = 5

// service is somebody's own functions with all that AWS would be around them.
type service struct {
	*machine
	table     string
	queues    map[string]queue   // by name
	redrives  map[string]redrive // by the name of a queue that a function polls
	failed    queue
	s3        string // its URL
	invoke    string // the Invoke API's
	url       string // the HTTP API's; empty without a route
	functions map[string]deployed
	rules     []*bus
	ready     chan struct{} // closed when functions and rules will not change any more
}

// serveOwn runs the functions of -function until ctx ends, and stops everything that it started.
func serveOwn(ctx context.Context, o options, out io.Writer) (err error) {
	owns, err := parseOwns(o)
	if err != nil {
		return err
	}
	s, err := startService(ctx, o, owns, &printer{w: out, full: o.full})
	if err != nil {
		return err
	}
	s.tryIt(owns)
	<-ctx.Done()
	s.printf("\nstopping\n")
	return s.stop()
}

// startService starts everything, from the engines to the HTTP API. If it fails it stops what it had started.
func startService(ctx context.Context, o options, owns []own, p *printer) (_ *service, err error) {
	for _, f := range owns {
		if err := checkMain(ctx, f.folder); err != nil {
			return nil, fmt.Errorf("-function %s: %w", f.folder, err)
		}
	}
	p.heading("The service")
	m, err := openMachine(ctx, o, p)
	if err != nil {
		return nil, err
	}
	s := &service{machine: m, queues: map[string]queue{}, redrives: map[string]redrive{}, functions: map[string]deployed{}, ready: make(chan struct{})}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.stop())
		}
	}()
	if err := s.openEngines(ctx, owns); err != nil {
		return nil, err
	}
	if err := s.startFunctions(ctx, owns); err != nil {
		return nil, err
	}
	if err := s.startTriggers(ctx, owns); err != nil {
		return nil, err
	}
	close(s.ready)
	return s, nil
}

// openEngines makes the table, the buckets and the queues, and the variables that tell of them.
func (s *service) openEngines(ctx context.Context, owns []own) error {
	if s.options.trace {
		if err := s.startTraces(); err != nil {
			return err
		}
	}
	s.table = s.options.table + s.suffix
	if err := s.createTable(ctx, singletable.NewTable(s.db, s.table)); err != nil {
		return err
	}
	s.variables["TABLE_NAME"] = s.table
	s.printf("  table   %s at %s: keys PK and SK, index GSI1 of GSI1PK and GSI1SK\n", s.table, s.dynamoDB.describe())

	objects, err := newObjectStore(s.tellRules, s.options.buckets...)
	if err != nil {
		return err
	}
	if s.s3, err = s.listen(loopback, s.whenReady(objects)); err != nil {
		return fmt.Errorf("S3: %w", err)
	}
	s.variables["AWS_ENDPOINT_URL_S3"] = s.s3
	s.printf("  s3      %s (in memory): buckets %s, EventBridge on\n", s.s3, strings.Join(s.options.buckets, ", "))

	for _, f := range owns {
		if err := s.openSource(ctx, f.queue); err != nil {
			return err
		}
	}
	for _, name := range s.options.queues {
		if _, err := s.addQueue(ctx, name, nil); err != nil {
			return err
		}
		s.printf("  queue   %s\n", name)
	}
	if s.failed = s.queues[failedQueue]; s.failed.url == "" { // it may be one that a function polls
		if s.failed, err = s.addQueue(ctx, failedQueue, nil); err != nil {
			return err
		}
	}

	if s.variables["AWS_ENDPOINT_URL"], err = s.listen(loopback, http.HandlerFunc(elsewhere)); err != nil {
		return err
	}
	if s.invoke, err = s.listen(loopback, s.whenReady(invokeAPI(s.functions))); err != nil {
		return fmt.Errorf("the Invoke API: %w", err)
	}
	s.variables["AWS_ENDPOINT_URL_LAMBDA"] = s.invoke
	return nil
}

// whenReady lets requests wait until the functions are there.
func (s *service) whenReady(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		select {
		case <-s.ready:
			next.ServeHTTP(w, r)
		case <-r.Context().Done():
		}
	})
}

// tellRules hands an event of S3's to every rule.
func (s *service) tellRules(event []byte) {
	for _, rule := range s.rules {
		rule.put(event)
	}
}

// addQueue creates a queue and tells functions of it.
func (s *service) addQueue(ctx context.Context, name string, attributes map[string]string) (queue, error) {
	base, fifo := strings.CutSuffix(name, ".fifo")
	full := base + s.suffix
	all := maps.Clone(attributes)
	if fifo {
		if full += ".fifo"; all == nil {
			all = map[string]string{}
		}
		all["FifoQueue"], all["ContentBasedDeduplication"] = "true", "true"
	}
	variable := queueVariable(name)
	if _, taken := s.variables[variable]; taken {
		return queue{}, fmt.Errorf("queue %s: another queue's URL is in %s already: give it another name", name, variable)
	}
	q, err := s.machine.createQueue(ctx, full, all)
	if err == nil {
		s.queues[name], s.variables[variable] = q, q.url
	}
	return q, err
}

// openSource creates the queue of an event source mapping, with its dead-letter queue.
func (s *service) openSource(ctx context.Context, name string) error {
	if _, there := s.queues[name]; name == "" || there {
		return nil
	}
	base, fifo := strings.CutSuffix(name, ".fifo")
	deadName := base + "-dead"
	if fifo {
		deadName += ".fifo"
	}
	dead, err := s.addQueue(ctx, deadName, nil)
	if err != nil {
		return err
	}
	// Lambda takes no queue whose messages come again while a function may still be at work on them, or wait for their batch.
	visibility := max(s.options.visibility, s.options.timeout+batchWindow)
	policy := redrive{cmp.Or(s.options.receives, ownReceives), dead}
	s.redrives[name] = policy
	_, err = s.addQueue(ctx, name, map[string]string{
		"VisibilityTimeout": strconv.Itoa(int(math.Ceil(visibility.Seconds()))),
		"RedrivePolicy":     policy.String(),
	})
	s.printf("  queue   %s at %s: visibility %v, after %d receives to %s\n", name, s.sqs.describe(), visibility, policy.receives, deadName)
	return err
}

// startFunctions builds the functions and deploys them.
func (s *service) startFunctions(ctx context.Context, owns []own) error {
	variables, err := expand(s.variables, s.options.env)
	if err != nil {
		return err
	}
	s.sayFreeze()
	for _, f := range owns {
		binary, told, err := s.build(ctx, f.name, f.folder, ".")
		if err != nil {
			return fmt.Errorf("-function %s: %w", f.folder, err)
		}
		function, err := s.launch(lambdaruntime.Config{
			Name: f.name, Binary: binary, MemoryMB: 1024, Timeout: s.options.timeout, Environment: variables,
			Logs: namedLog{s.printer, f.name}, // what somebody at work wants to see, whole
		})
		if err != nil {
			return fmt.Errorf("-function %s: %w", f.folder, err)
		}
		s.functions[f.name] = deployed{function, s.async(ctx, function, s.failed)}
		s.printf("  lambda  %s: %s\n", f.name, told)
	}
	return nil
}

// startTriggers lets events in.
func (s *service) startTriggers(ctx context.Context, owns []own) error {
	routes := map[string]httpapi.Invoker{}
	for _, f := range owns {
		function := s.functions[f.name]
		for _, route := range f.routes {
			routes[route] = byHTTP(function.Function)
		}
		if f.rule != nil {
			s.rules = append(s.rules, &bus{story: s.printer, name: f.name, rule: f.rule, target: function.async.accept})
			s.printf("  rule    %s: %s\n", f.name, f.rule)
		}
		if f.queue == "" {
			continue
		}
		mapping := &sqsbatchtest.Mapping{
			Queue: s.queues[f.queue], BatchSize: batchSize, Observe: func(b sqsbatchtest.Batch) { s.showBatch(f.name, s.redrives[f.queue], b) },
		}
		if !strings.HasSuffix(f.queue, ".fifo") {
			mapping.BatchWindow = batchWindow
		}
		s.poll(ctx, mapping, function.Function)
	}
	if len(routes) == 0 {
		return nil
	}
	handler, err := httpapi.New(httpapi.Config{Routes: routes, AccessLog: s.printer})
	if err != nil {
		return err
	}
	if s.url, err = s.listen(s.options.address, handler); err != nil {
		return fmt.Errorf("HTTP API: %w", err)
	}
	s.printf("  http    %s: %s\n", s.url, strings.Join(slices.Sorted(maps.Keys(routes)), ", "))
	return nil
}
