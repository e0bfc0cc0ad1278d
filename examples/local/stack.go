package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/lambdapatterns/lambdapatterns/examples/local/internal/httpapi"
	"github.com/lambdapatterns/lambdapatterns/examples/payments"
	"github.com/lambdapatterns/lambdapatterns/internal/lambdaruntime"
	"github.com/lambdapatterns/lambdapatterns/singletable"
	"github.com/lambdapatterns/lambdapatterns/singletable/singletabletest"
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
	*printer
	options options
	url     string // of the HTTP API
	tokens  *tokens

	db     *dynamodb.Client
	table  string
	store  *payments.Store // for the story to seed products
	suffix string          // of names in engines that others use too

	variables map[string]string // by which functions find the engines
	binaries  string            // the folder that functions are built into
	queues    queues
	worker    *lambdaruntime.Function
	functions []*lambdaruntime.Function
	logs      *logs
	traces    *traces // nil without -trace

	batches batchLog
	closers []func() error // in the order of starting
}

// start starts everything, from the engines to the HTTP API. If it fails it stops what it had started.
func start(ctx context.Context, o options, p *printer) (_ *stack, err error) {
	s := &stack{printer: p, options: o, logs: &logs{story: p}}
	if o.logs {
		s.logs.also = p
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.stop())
		}
	}()
	if s.tokens, err = newTokens(); err != nil {
		return nil, err
	}
	p.heading("The stack")
	variables, err := s.startEngines(ctx)
	if err != nil {
		return nil, err
	}
	api, err := s.startFunctions(ctx, variables)
	if err != nil {
		return nil, err
	}
	s.startMapping(ctx)
	return s, s.startAPI(api)
}

func (s *stack) startEngines(ctx context.Context) (map[string]string, error) {
	tables, messages := new(singletabletest.Engine), new(sqsbatchtest.SQS)
	dynamoDB, err := openEngine(s.options.dynamoDB, tables)
	if err != nil {
		return nil, fmt.Errorf("DynamoDB: %w", err)
	}
	s.closers = append(s.closers, dynamoDB.close)
	sqsEngine, err := openEngine(s.options.sqs, messages)
	if err != nil {
		return nil, fmt.Errorf("SQS: %w", err)
	}
	s.closers = append(s.closers, sqsEngine.close)
	cfg, variables, err := awsConfig(ctx, dynamoDB, sqsEngine)
	if err != nil {
		return nil, err
	}
	if w := s.options.weather; w != nil {
		if err := w.open(s, tables, messages, variables); err != nil {
			return nil, err
		}
	}

	if s.options.trace {
		if err := s.startTraces(variables, sqsEngine); err != nil {
			return nil, err
		}
	}

	s.db = dynamodb.NewFromConfig(cfg, func(o *dynamodb.Options) { o.BaseEndpoint = &dynamoDB.url })
	s.variables, s.suffix = maps.Clone(variables), cmp.Or(suffix(dynamoDB), suffix(sqsEngine))
	s.table = "payments" + suffix(dynamoDB)
	table := singletable.NewTable(s.db, s.table)
	if s.store, err = payments.NewStore(table); err != nil {
		return nil, err
	}
	if _, err := s.db.CreateTable(ctx, table.CreateTableInput()); err != nil {
		return nil, fmt.Errorf("create table %s: %w", s.table, err)
	}
	s.closers = append(s.closers, s.deleteTable)
	if err := dynamodb.NewTableExistsWaiter(s.db, func(o *dynamodb.TableExistsWaiterOptions) { o.MinDelay = time.Second }).
		Wait(ctx, &dynamodb.DescribeTableInput{TableName: &s.table}, time.Minute); err != nil {
		return nil, fmt.Errorf("wait for table %s: %w", s.table, err)
	}

	client := sqs.NewFromConfig(cfg, func(o *sqs.Options) { o.BaseEndpoint = &sqsEngine.url })
	s.queues, err = createQueues(ctx, client, suffix(sqsEngine), s.options.visibility, cmp.Or(s.options.receives, s.options.weather.receives()))
	s.closers = append(s.closers, func() error { return s.queues.delete(context.WithoutCancel(ctx)) })
	if err != nil {
		return nil, err
	}
	s.printf("  table   %s at %s\n", s.table, dynamoDB.describe())
	s.printf("  queue   %s at %s: batches of up to %d within %v, visibility %v (6 x the function's time-out in production),\n"+
		"          after %d receives to %s, what the worker refuses at once to %s\n", s.queues.payments.name, sqsEngine.describe(), batchSize, batchWindow,
		s.options.visibility, maxReceives, s.queues.dead.name, s.queues.refused.name)
	variables["TABLE_NAME"] = s.table
	variables["PAYMENTS_QUEUE_URL"] = s.queues.payments.url
	variables["RESULTS_QUEUE_URL"] = s.queues.results.url
	variables["REFUSED_QUEUE_URL"] = s.queues.refused.url
	return variables, nil
}

func (e engine) describe() string {
	if e.inMemory {
		return e.url + " (in memory)"
	}
	return e.url
}

// startFunctions builds the functions and deploys them. Their processes start with the first invocations.
func (s *stack) startFunctions(ctx context.Context, variables map[string]string) (api *lambdaruntime.Function, err error) {
	if s.binaries, err = os.MkdirTemp("", "lambdapatterns-local-"); err != nil {
		return nil, err
	}
	s.closers = append(s.closers, func() error { return os.RemoveAll(s.binaries) })
	deploy := func(name string) (*lambdaruntime.Function, error) {
		return s.deploy(ctx, lambdaruntime.Config{
			Name: "payments-" + name, Timeout: functionTimeout, MemoryMB: 256, Region: region, Environment: variables, Logs: s.logs,
			MaxConcurrency: s.options.weather.processes(),
		}, s.options.weather.instead(payingFunctions+name))
	}
	if s.options.freeze {
		s.printf("  freeze  on: the processes of every function are stopped while they wait for an invocation\n")
	}
	if s.worker, err = deploy("worker"); err != nil {
		return nil, err
	}
	return deploy("api")
}

// deploy builds a package and starts the function of cfg with it.
func (s *stack) deploy(ctx context.Context, cfg lambdaruntime.Config, pkg string) (*lambdaruntime.Function, error) {
	began := time.Now()
	binary, err := lambdaruntime.Build(ctx, ".", pkg, filepath.Join(s.binaries, cfg.Name))
	if err != nil {
		return nil, fmt.Errorf("%w\nIs this run from within the repository?", err)
	}
	info, err := os.Stat(binary)
	if err != nil {
		return nil, err
	}
	cfg.Binary, cfg.Freeze = binary, s.options.freeze
	f, err := lambdaruntime.Start(cfg)
	if err != nil {
		return nil, err
	}
	s.functions = append(s.functions, f)
	s.closers = append(s.closers, f.Close)
	s.printf("  lambda  %s: bootstrap of %.1f MB, built in %.1f s\n", cfg.Name, float64(info.Size())/1e6, time.Since(began).Seconds())
	return f, nil
}

// startMapping polls the payments queue for the worker.
func (s *stack) startMapping(ctx context.Context) {
	mapping := &sqsbatchtest.Mapping{
		Queue: s.options.weather.source(s.queues.payments), BatchSize: batchSize, BatchWindow: batchWindow, ReportBatchItemFailures: true,
		Invoke: func(ctx context.Context, event []byte) ([]byte, error) {
			response, err := s.worker.Invoke(ctx, lambdaruntime.Invocation{Payload: event})
			if errors.Is(err, lambdaruntime.ErrThrottled) {
				err = errors.Join(sqsbatchtest.ErrThrottled, err)
			}
			return response, err
		},
		Observe: func(b sqsbatchtest.Batch) { s.showBatch(b); s.batches.add(b) },
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	var running sync.WaitGroup
	var err error
	running.Go(func() { err = mapping.Run(ctx) })
	s.closers = append(s.closers, func() error { cancel(); running.Wait(); return err })
}

// startAPI puts the HTTP API in front of the api function.
func (s *stack) startAPI(api *lambdaruntime.Function) error {
	invoke := func(ctx context.Context, event []byte, traceHeader string) ([]byte, error) {
		response, err := api.Invoke(ctx, lambdaruntime.Invocation{Payload: event, TraceHeader: traceHeader})
		switch {
		case errors.Is(err, lambdaruntime.ErrThrottled):
			err = errors.Join(httpapi.ErrThrottled, err)
		case errors.Is(err, lambdaruntime.ErrPayloadTooLarge):
			err = errors.Join(httpapi.ErrPayloadTooLarge, err)
		}
		return response, err
	}
	routes := map[string]httpapi.Invoker{}
	for _, key := range payments.Routes() {
		routes[key] = invoke
	}
	handler, err := httpapi.New(httpapi.Config{Routes: routes, Authorizer: s.tokens.authorizer()})
	if err != nil {
		return err
	}
	server, address, err := serve(s.options.address, handler)
	if err != nil {
		return fmt.Errorf("HTTP API: %w", err)
	}
	s.closers = append(s.closers, server.Close)
	s.url = "http://" + address
	s.printf("  http    %s\n", s.url)
	return nil
}

// stop stops what was started, the last first.
func (s *stack) stop() error {
	var errs []error
	for i := len(s.closers) - 1; i >= 0; i-- {
		if err := s.closers[i](); err != nil && !errors.Is(err, http.ErrServerClosed) {
			errs = append(errs, err)
		}
	}
	s.closers = nil
	return errors.Join(errs...)
}

func (s *stack) deleteTable() error {
	_, err := s.db.DeleteTable(context.Background(), &dynamodb.DeleteTableInput{TableName: aws.String(s.table)})
	return err
}
