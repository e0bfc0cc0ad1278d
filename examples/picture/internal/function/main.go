// Command function ships the orders of a queue. How long each takes and how it ends is written in its message, and what happens is
// told on standard output, one line of JSON an event, for package picture to draw.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"log"
	"os"
	"strconv"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/lambdapatterns/lambdapatterns/sqsbatch"
	"github.com/lambdapatterns/lambdapatterns/sqsbatch/sqsqueue"
)

type order struct {
	ID    string
	Takes time.Duration
	Then  string // what the first call does, "ship" or one of those below
}

// ship is the handler. Only the first call for an order goes wrong.
func ship(ctx context.Context, o order) error {
	if m, _ := sqsbatch.MessageFromContext(ctx); m.Attributes["ApproximateReceiveCount"] != "1" {
		return wait(ctx, o.Takes/10)
	}
	switch o.Then {
	case "hang": // in a call that knows no context
		time.Sleep(o.Takes)
		return nil
	case "finish": // works as long as it may, and has written down how far it came when it returns
		<-ctx.Done()
		time.Sleep(o.Takes)
		return nil
	}
	if err := wait(ctx, o.Takes); err != nil {
		return err
	}
	switch o.Then {
	case "busy":
		return sqsbatch.RetryAfter(errors.New("carrier busy"), time.Second)
	case "cancelled":
		return sqsbatch.Drop(errors.New("cancelled"))
	case "fail":
		return errors.New("no answer")
	}
	return nil
}

func wait(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func refuse(context.Context, events.SQSMessage, *sqsbatch.DecodeError) error {
	return sqsbatch.DeadLetter(errors.New("not JSON"))
}

// event is a line on standard output.
type event struct {
	Event    string // begin, end or report
	At       time.Time
	Deadline time.Time
	Message  string           `json:",omitempty"`
	Report   *sqsbatch.Report `json:",omitempty"`
}

func tell(ctx context.Context, e event) {
	e.At = time.Now()
	e.Deadline, _ = ctx.Deadline()
	line, err := json.Marshal(e)
	if err == nil {
		_, err = os.Stdout.Write(append(line, '\n'))
	}
	if err != nil {
		log.Fatal(err)
	}
}

// watch tells when the call for a message begins and ends. Its own deadline is the reserve's begin.
func watch(next func(context.Context, *events.SQSMessage) error) func(context.Context, *events.SQSMessage) error {
	return func(ctx context.Context, m *events.SQSMessage) error {
		tell(ctx, event{Event: "begin", Message: m.MessageId})
		defer tell(ctx, event{Event: "end", Message: m.MessageId})
		return next(ctx, m)
	}
}

func report(ctx context.Context, r sqsbatch.Report) {
	tell(ctx, event{Event: "report", Report: &r})
}

func main() {
	concurrency, err := strconv.Atoi(os.Getenv("CONCURRENCY"))
	if err != nil {
		log.Fatal(err)
	}
	reserve, err := time.ParseDuration(os.Getenv("RESERVE"))
	if err != nil {
		log.Fatal(err)
	}
	cfg, err := config.LoadDefaultConfig(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	settler, err := sqsqueue.New(sqs.NewFromConfig(cfg), sqsqueue.Config{
		Queue: os.Getenv("QUEUE_URL"), DeadLetterQueue: os.Getenv("DEAD_LETTER_QUEUE_URL"),
	})
	if err != nil {
		log.Fatal(err)
	}
	lambda.Start(sqsbatch.Handle(ship, sqsbatch.WithConcurrency(concurrency), sqsbatch.WithReserve(reserve), sqsbatch.WithSettler(settler),
		sqsbatch.WithUndecodable(refuse), sqsbatch.WithMiddleware(watch), sqsbatch.WithObserver(report)))
}
