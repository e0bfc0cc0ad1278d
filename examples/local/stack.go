package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"time"

	"github.com/lambdapatterns/lambdapatterns/examples/local/internal/httpapi"
	"github.com/lambdapatterns/lambdapatterns/examples/payments"
	"github.com/lambdapatterns/lambdapatterns/internal/lambdaruntime"
	"github.com/lambdapatterns/lambdapatterns/singletable"
	"github.com/lambdapatterns/lambdapatterns/sqsbatch/sqsbatchtest"
)

const (
	batchSize       = 10
	batchWindow     = time.Second
	functionTimeout = 10 * time.Second
	payingFunctions = "github.com/lambdapatterns/lambdapatterns/examples/payments/"
)

// stack is the payments service with all that AWS would be around it.
type stack struct {
	*machine
	url    string // of the HTTP API
	tokens *tokens

	table  string
	store  *payments.Store // for the story to seed products
	queues queues
	worker *lambdaruntime.Function

	batches batchLog
}

// start starts everything, from the engines to the HTTP API. If it fails it stops what it had started.
func start(ctx context.Context, o options, p *printer) (_ *stack, err error) {
	p.heading("The stack")
	m, err := openMachine(ctx, o, p)
	if err != nil {
		return nil, err
	}
	s := &stack{machine: m}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.stop())
		}
	}()
	if s.tokens, err = newTokens(); err != nil {
		return nil, err
	}
	variables, err := s.openService(ctx)
	if err != nil {
		return nil, err
	}
	api, err := s.startFunctions(ctx, variables)
	if err != nil {
		return nil, err
	}
	s.poll(ctx, &sqsbatchtest.Mapping{
		Queue: o.weather.source(s.queues.payments), BatchSize: batchSize, BatchWindow: batchWindow,
		Observe: func(b sqsbatchtest.Batch) { s.showBatch("payments-worker", s.queues.redrive, b); s.batches.add(b) },
	}, s.worker)
	return s, s.startAPI(api)
}

// openService makes the table and the queues, and returns the variables by which the functions find them.
func (s *stack) openService(ctx context.Context) (map[string]string, error) {
	if w := s.options.weather; w != nil {
		if err := w.open(s, s.tables, s.messages, s.machine.variables); err != nil {
			return nil, err
		}
	}
	if s.options.trace {
		if err := s.startTraces(); err != nil {
			return nil, err
		}
	}
	s.table = "payments" + s.suffix
	table := singletable.NewTable(s.db, s.table)
	var err error
	if s.store, err = payments.NewStore(table); err != nil {
		return nil, err
	}
	if err := s.createTable(ctx, table); err != nil {
		return nil, err
	}
	s.queues, err = createQueues(ctx, s.mq, s.suffix, s.options.visibility, cmp.Or(s.options.receives, s.options.weather.receives()))
	s.closers = append(s.closers, func() error { return s.queues.delete(context.WithoutCancel(ctx)) })
	if err != nil {
		return nil, err
	}
	s.printf("  table   %s at %s\n", s.table, s.dynamoDB.describe())
	s.printf("  queue   %s at %s: batches of up to %d within %v, visibility %v (6 x the function's time-out in production),\n"+
		"          after %d receives to %s, what the worker refuses at once to %s\n", s.queues.payments.name, s.sqs.describe(), batchSize, batchWindow,
		s.options.visibility, s.queues.redrive.receives, s.queues.dead.name, s.queues.refused.name)
	variables := maps.Clone(s.variables)
	variables["TABLE_NAME"] = s.table
	variables["PAYMENTS_QUEUE_URL"] = s.queues.payments.url
	variables["RESULTS_QUEUE_URL"] = s.queues.results.url
	variables["REFUSED_QUEUE_URL"] = s.queues.refused.url
	return variables, nil
}

// startFunctions builds the functions and deploys them.
func (s *stack) startFunctions(ctx context.Context, variables map[string]string) (api *lambdaruntime.Function, err error) {
	deploy := func(name string) (*lambdaruntime.Function, error) {
		return s.deploy(ctx, lambdaruntime.Config{
			Name: "payments-" + name, MemoryMB: 256, Environment: variables, MaxConcurrency: s.options.weather.processes(),
		}, s.options.weather.instead(payingFunctions+name))
	}
	s.sayFreeze()
	if s.worker, err = deploy("worker"); err != nil {
		return nil, err
	}
	return deploy("api")
}

// startAPI puts the HTTP API in front of the api function.
func (s *stack) startAPI(api *lambdaruntime.Function) error {
	routes := map[string]httpapi.Invoker{}
	for _, key := range payments.Routes() {
		routes[key] = byHTTP(api)
	}
	handler, err := httpapi.New(httpapi.Config{Routes: routes, Authorizer: s.tokens.authorizer()})
	if err != nil {
		return err
	}
	if s.url, err = s.listen(s.options.address, handler); err != nil {
		return fmt.Errorf("HTTP API: %w", err)
	}
	s.printf("  http    %s\n", s.url)
	return nil
}
