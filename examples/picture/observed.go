package main

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/lambdapatterns/lambdapatterns/sqsbatch/sqsbatchtest"
	"github.com/lambdapatterns/lambdapatterns/sqsbatch/sqsqueue"
)

// observed is what was seen of a run, from the function's output, the event source mapping and the queues.
type observed struct {
	pace
	concurrency int
	sent        map[string]string // bodies by id

	mu          sync.Mutex
	order       []string // ids in the order of the first batch
	told        []event
	invocations []invocation
	batches     []sqsbatchtest.Batch
	dead        []string // the messages of which the dead-letter queue has copies
	problems    []error
}

// event is a line of the function's output.
type event struct {
	Event    string
	At       time.Time
	Deadline time.Time
	Message  string
	Report   struct {
		Messages []struct {
			ID       string        `json:"message_id"`
			Outcome  string        `json:"outcome"`
			Receives int           `json:"receive_count"`
			Duration float64       `json:"duration_ms"`
			Delay    time.Duration `json:"delay_seconds"`
			Error    string        `json:"error"`
		}
	}
}

// invocation is one response.
type invocation struct {
	at   time.Time
	body []byte
}

// Write takes the function's log, a line at a time. Lines that are no events are Lambda's.
func (o *observed) Write(line []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	var e event
	if json.Unmarshal(line, &e) == nil && e.Event != "" {
		o.told = append(o.told, e)
	}
	return len(line), nil
}

func (o *observed) responded(payload, response []byte, err error) ([]byte, error) {
	at := time.Now()
	o.mu.Lock()
	defer o.mu.Unlock()
	var batch events.SQSEvent
	if decodeErr := json.Unmarshal(payload, &batch); decodeErr != nil || err != nil {
		o.problems = append(o.problems, errors.Join(decodeErr, err))
		return response, err
	}
	if len(o.invocations) == 0 {
		for _, m := range batch.Records {
			o.order = append(o.order, m.MessageId)
		}
	}
	o.invocations = append(o.invocations, invocation{at: at, body: slices.Clone(response)})
	return response, nil
}

func (o *observed) batch(b sqsbatchtest.Batch) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.batches = append(o.batches, b)
	if b.DeleteErr != nil {
		o.problems = append(o.problems, b.DeleteErr)
	}
}

// receiveDead looks at what the dead-letter queue holds.
func (o *observed) receiveDead(ctx context.Context, dead *sqsbatchtest.Queue) error {
	if dead.Counts().Visible == 0 {
		return nil
	}
	copies, err := dead.Receive(ctx, 10, 0)
	for _, m := range copies {
		if from := m.MessageAttributes[sqsqueue.AttributeMessageID].StringValue; from != nil {
			o.dead = append(o.dead, *from)
		}
	}
	return err
}
