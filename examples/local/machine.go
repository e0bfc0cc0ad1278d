package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/lambdapatterns/lambdapatterns/internal/lambdaruntime"
	"github.com/lambdapatterns/lambdapatterns/singletable"
	"github.com/lambdapatterns/lambdapatterns/singletable/singletabletest"
	"github.com/lambdapatterns/lambdapatterns/sqsbatch/sqsbatchtest"
)

// machine is what AWS would be under any service: the engines of tables and queues, the functions' processes, and what stops
// it all.
type machine struct {
	*printer
	options options
	logs    *logs

	tables   *singletabletest.Engine // in memory, and not used where the options name other engines
	messages *sqsbatchtest.SQS
	letters  *deadLetters // before messages
	dynamoDB engine
	sqs      engine
	db       *dynamodb.Client
	mq       *sqs.Client
	suffix   string // of names in engines that others use too

	variables map[string]string // by which functions find the engines
	binaries  string            // the folder that functions are built into
	functions []*lambdaruntime.Function
	traces    *traces        // nil without -trace
	closers   []func() error // in the order of starting
}

// openMachine opens the engines. If it fails it closes what it had opened.
func openMachine(ctx context.Context, o options, p *printer) (_ *machine, err error) {
	m := &machine{
		printer: p, options: o, logs: &logs{story: p},
		tables: new(singletabletest.Engine), messages: new(sqsbatchtest.SQS),
	}
	m.letters = &deadLetters{next: m.messages}
	if o.logs {
		m.logs.also = p
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, m.stop())
		}
	}()
	if m.dynamoDB, err = openEngine(o.dynamoDB, m.tables); err != nil {
		return nil, fmt.Errorf("DynamoDB: %w", err)
	}
	m.closers = append(m.closers, m.dynamoDB.close)
	if m.sqs, err = openEngine(o.sqs, m.letters); err != nil {
		return nil, fmt.Errorf("SQS: %w", err)
	}
	m.closers = append(m.closers, m.sqs.close)
	cfg, variables, err := awsConfig(ctx, m.dynamoDB, m.sqs)
	if err != nil {
		return nil, err
	}
	m.variables = variables
	m.db = dynamodb.NewFromConfig(cfg, func(o *dynamodb.Options) { o.BaseEndpoint = &m.dynamoDB.url })
	m.mq = sqs.NewFromConfig(cfg, func(o *sqs.Options) { o.BaseEndpoint = &m.sqs.url })
	m.suffix = cmp.Or(suffix(m.dynamoDB), suffix(m.sqs))
	if m.binaries, err = os.MkdirTemp("", "lambdapatterns-local-"); err != nil {
		return nil, err
	}
	m.closers = append(m.closers, func() error { return os.RemoveAll(m.binaries) })
	return m, nil
}

// createTable creates a table, waits until it can be used, and deletes it in the end.
func (m *machine) createTable(ctx context.Context, table *singletable.Table) error {
	definition := table.CreateTableInput()
	if _, err := m.db.CreateTable(ctx, definition); err != nil {
		return fmt.Errorf("create table %s: %w", *definition.TableName, err)
	}
	m.closers = append(m.closers, func() error {
		_, err := m.db.DeleteTable(context.WithoutCancel(ctx), &dynamodb.DeleteTableInput{TableName: definition.TableName})
		return err
	})
	err := dynamodb.NewTableExistsWaiter(m.db, func(o *dynamodb.TableExistsWaiterOptions) { o.MinDelay = time.Second }).
		Wait(ctx, &dynamodb.DescribeTableInput{TableName: definition.TableName}, time.Minute)
	if err != nil {
		return fmt.Errorf("wait for table %s: %w", *definition.TableName, err)
	}
	return nil
}

// createQueue creates a queue and deletes it in the end.
func (m *machine) createQueue(ctx context.Context, name string, attributes map[string]string) (queue, error) {
	q, err := createQueue(ctx, m.mq, name, attributes)
	if q.url != "" {
		m.closers = append(m.closers, func() error {
			_, err := m.mq.DeleteQueue(context.WithoutCancel(ctx), deleteOf(q.url))
			return err
		})
	}
	return q, err
}

// listen serves a handler until the machine stops, and returns its URL.
func (m *machine) listen(address string, handler http.Handler) (string, error) {
	server, address, err := serve(address, handler)
	if err != nil {
		return "", err
	}
	m.closers = append(m.closers, server.Close)
	return "http://" + address, nil
}

// stop stops what was started, the last first.
func (m *machine) stop() error {
	var errs []error
	for i := len(m.closers) - 1; i >= 0; i-- {
		if err := m.closers[i](); err != nil && !errors.Is(err, http.ErrServerClosed) {
			errs = append(errs, err)
		}
	}
	m.closers = nil
	return errors.Join(errs...)
}
