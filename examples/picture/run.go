package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"strconv"
	"sync"
	"time"

	"github.com/lambdapatterns/lambdapatterns/internal/lambdaruntime"
	"github.com/lambdapatterns/lambdapatterns/sqsbatch/sqsbatchtest"
)

const (
	function    = "github.com/lambdapatterns/lambdapatterns/examples/picture/internal/function"
	queueName   = "orders"
	deadName    = "orders-dead"
	concurrency = 2
)

// pace is how fast a run goes. A busy machine needs more time for the same course.
type pace struct{ timeout, reserve, visibility time.Duration }

func paceOf(factor int) pace {
	d := time.Duration(factor)
	return pace{timeout: d * 4 * time.Second, reserve: d * time.Second, visibility: d * 6 * time.Second}
}

// messages are what is sent to the queue, in this order.
func messages(factor int) []string {
	order := func(id string, takes time.Duration, then string) string {
		// Nothing in it cannot be marshalled.
		body, _ := json.Marshal(map[string]any{"ID": id, "Takes": time.Duration(factor) * takes, "Then": then})
		return string(body)
	}
	const ms = time.Millisecond
	return []string{
		order("order 1", 600*ms, "ship"),
		order("order 2", 400*ms, "ship"),
		order("order 3", 600*ms, "busy"),
		"<order 4/>",
		order("order 5", 700*ms, "ship"),
		order("order 6", 400*ms, "cancelled"),
		order("order 7", 500*ms, "fail"),
		order("order 8", 2900*ms, "hang"),
		order("order 9", 200*ms, "finish"),
		order("order 10", 400*ms, "ship"),
	}
}

// run sends the messages to a queue, lets the function work on them until the queue is empty, and returns what was observed.
func run(ctx context.Context, factor int) (_ *observed, err error) {
	p := paceOf(factor)
	folder, err := os.MkdirTemp("", "lambdapatterns-picture-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	binary, err := lambdaruntime.Build(ctx, ".", function, folder)
	if err != nil {
		return nil, err
	}

	var service sqsbatchtest.SQS
	dead, err := service.CreateQueue(deadName, nil)
	if err != nil {
		return nil, err
	}
	queue, err := service.CreateQueue(queueName, sqsbatchtest.QueueAttributes{"VisibilityTimeout": strconv.Itoa(int(p.visibility.Seconds()))})
	if err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	server := &http.Server{Handler: &service, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = server.Serve(listener) }() // ends with Close
	defer server.Close()

	o := &observed{pace: p, concurrency: concurrency, sent: map[string]string{}}
	for _, body := range messages(factor) {
		id, err := queue.Send(sqsbatchtest.Message{Body: body})
		if err != nil {
			return nil, err
		}
		o.sent[id] = body
	}
	endpoint := "http://" + listener.Addr().String()
	f, err := lambdaruntime.Start(lambdaruntime.Config{
		Name: "ship", Binary: binary, Timeout: p.timeout, MemoryMB: 256, Logs: o, Environment: map[string]string{
			"AWS_ENDPOINT_URL_SQS": endpoint, "QUEUE_URL": endpoint + "/000000000000/" + queueName, "DEAD_LETTER_QUEUE_URL": endpoint + "/000000000000/" + deadName,
			"CONCURRENCY": strconv.Itoa(concurrency), "RESERVE": p.reserve.String(),
		},
	})
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if err := o.until(ctx, queue, f); err != nil {
		return nil, err
	}
	if err := f.Close(); err != nil { // all of its log is there now
		return nil, err
	}
	return o, o.receiveDead(ctx, dead)
}

// until runs the event source mapping until the queue is empty.
func (o *observed) until(ctx context.Context, queue *sqsbatchtest.Queue, f *lambdaruntime.Function) error {
	mapping := sqsbatchtest.Mapping{
		Queue: queue, ReportBatchItemFailures: true,
		Invoke: func(ctx context.Context, event []byte) ([]byte, error) {
			response, err := f.Invoke(ctx, lambdaruntime.Invocation{Payload: event})
			return o.responded(event, response, err)
		},
		Observe: o.batch,
	}
	polling, stop := context.WithTimeout(ctx, 4*o.pace.visibility+10*time.Second)
	defer stop()
	var running sync.WaitGroup
	var err error
	running.Go(func() { err = mapping.Run(polling) })
	for polling.Err() == nil && queue.Counts() != (sqsbatchtest.Counts{}) {
		select {
		case <-polling.Done():
		case <-time.After(20 * time.Millisecond):
		}
	}
	stop()
	running.Wait()
	if left := queue.Counts(); err == nil && left != (sqsbatchtest.Counts{}) {
		err = fmt.Errorf("the queue is not empty in the end: %+v", left)
	}
	return errors.Join(err, ctx.Err())
}
