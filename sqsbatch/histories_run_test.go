package sqsbatch_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/lambdapatterns/lambdapatterns/sqsbatch"
	"github.com/lambdapatterns/lambdapatterns/sqsbatch/sqsbatchtest"
)

// history is a queue with a function on it, and what happened there. Messages are numbered in the order of sending.
type history struct {
	drawing
	seed  uint64
	drawn string

	queue, dead *sqsbatchtest.Queue
	inner       *sqsbatchtest.Settler
	function    sqsbatch.Handler
	begun       time.Time

	mu          sync.Mutex // guards what follows, and the invocations
	log         []string   // when one history is played
	faults      []string
	sent        map[string]int // by message id
	group       []string
	invocations []*invocation
	moment      int         // counts the starts of calls
	starts      map[int]int // message to the moment of its latest start
	dones       map[int]int // message to the moment at which it was first done
	overtakes   []overtake
	live        int
	copies      map[int]int // sent to the dead-letter queue by the Settler
	deleted     map[int]int
	redriven    map[int]int
	copied      map[int]int
	left        map[int]int // in the queue when all was over
}

// overtake is a start of a message while an earlier one of its FIFO group was not done.
type overtake struct{ earlier, later, moment int }

// invocation is one batch that the function was invoked with.
type invocation struct {
	records        []events.SQSMessage
	numbers        []int
	begun          time.Time
	cutoff         time.Time // zero: none
	calls          map[int]*handled
	words          map[int]*word
	live           int
	liveInGroup    map[string]int
	tooManyResults bool
	report         *sqsbatch.Report
	responded      time.Time
	outcome        *sqsbatchtest.Batch
}

// handled is one call of the handler, or of the function of WithUndecodable.
type handled struct {
	start, end time.Time
	ended      bool
	kind       kind
	delay      time.Duration
	undecoded  bool
}

// word is what the Settler said about a message.
type word struct {
	action    sqsbatch.Action
	confirmed bool
	copied    bool
	at        time.Time
	deadline  time.Time // of the Settler's context; zero: none
}

type invocationKey struct{}

type item struct {
	N int `json:"n"`
}

func (h *history) faultf(format string, args ...any) {
	h.faults = append(h.faults, fmt.Sprintf(format, args...))
}

func (h *history) logf(format string, args ...any) {
	if replayed {
		h.log = append(h.log, fmt.Sprintf("%8.3f s  ", time.Since(h.begun).Seconds())+fmt.Sprintf(format, args...))
	}
}

var replayed = os.Getenv("SQSBATCH_HISTORY") != ""

func (h *history) run(t *testing.T) {
	h.begun = time.Now()
	h.copies, h.deleted, h.redriven, h.copied, h.left = map[int]int{}, map[int]int{}, map[int]int{}, map[int]int{}, map[int]int{}
	var sqs sqsbatchtest.SQS
	suffix, attributes := "", sqsbatchtest.QueueAttributes{}
	if h.fifo {
		suffix, attributes = ".fifo", sqsbatchtest.QueueAttributes{"FifoQueue": "true"}
	}
	h.dead = create(t, &sqs, "dead"+suffix, attributes)
	attributes["VisibilityTimeout"] = strconv.Itoa(int(h.visibility.Seconds()))
	if h.maxReceives > 0 {
		attributes["RedrivePolicy"] = h.dead.RedrivePolicy(h.maxReceives)
	}
	h.queue = create(t, &sqs, "orders"+suffix, attributes)
	h.inner = &sqsbatchtest.Settler{Queue: h.queue, DeadLetterQueue: h.dead}
	must(t, h.queue.DeliverTwice(h.twice, h.seed))
	h.function = h.handler()
	h.mapping.Queue, h.mapping.Invoke, h.mapping.Crash, h.mapping.Observe = h.queue, h.invoke, h.kill, h.over

	var sender sync.WaitGroup
	sender.Go(func() {
		for n := range h.messages {
			h.send(t, n)
			time.Sleep(h.spread / time.Duration(h.messages))
		}
	})
	ctx, cancel := context.WithTimeout(t.Context(), h.lasts)
	defer cancel()
	must(t, h.mapping.Run(ctx))
	sender.Wait()

	time.Sleep(13 * time.Hour) // all calls have ended, and all messages are visible
	must(t, h.queue.DeliverTwice(0, 0))
	must(t, h.queue.SetAttributes(sqsbatchtest.QueueAttributes{"RedrivePolicy": ""}))
	h.drain(t, h.queue, func(n int, _ events.SQSMessage) { h.left[n]++ })
	h.drain(t, h.dead, func(n int, m events.SQSMessage) {
		if m.Attributes["DeadLetterQueueSourceArn"] == "" {
			h.copied[n]++
			return
		}
		h.redriven[n]++
		if count, _ := strconv.Atoi(m.Attributes["ApproximateReceiveCount"]); count <= h.maxReceives {
			h.faultf("message %d was moved to the dead-letter queue after %d receives of %d", n, count-1, h.maxReceives)
		}
	})
}

func create(t *testing.T, sqs *sqsbatchtest.SQS, name string, attributes sqsbatchtest.QueueAttributes) *sqsbatchtest.Queue {
	q, err := sqs.CreateQueue(name, attributes)
	must(t, err)
	return q
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Error(err) // not Fatal: the goroutine may be any
		panic(err)
	}
}

// send puts message n into the queue. Its body is its number, or no JSON.
func (h *history) send(t *testing.T, n int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	r := h.chance(n, 0, aboutMessage)
	m := sqsbatchtest.Message{Body: fmt.Sprintf(`{"n":%d}`, n)}
	if r.Float64() < h.undecodable {
		m.Body = fmt.Sprintf("%d is no JSON", n)
	}
	if g := r.IntN(h.groups + 1); g > 0 || h.fifo {
		m.GroupID = fmt.Sprint("g", g)
	}
	if h.fifo {
		m.DeduplicationID = fmt.Sprint(n)
	}
	id, err := h.queue.Send(m)
	must(t, err)
	h.sent[id] = n
	h.group = append(h.group, m.GroupID)
}

// drain takes all messages out of a queue. Each has the number in its body.
func (h *history) drain(t *testing.T, q *sqsbatchtest.Queue, tell func(int, events.SQSMessage)) {
	for {
		messages, err := q.Receive(t.Context(), 10, 0)
		must(t, err)
		if len(messages) == 0 {
			return
		}
		for _, m := range messages {
			var n int
			if _, err := fmt.Sscanf(m.Body, "%d is no JSON", &n); err != nil {
				var i item
				must(t, json.Unmarshal([]byte(m.Body), &i))
				n = i.N
			}
			tell(n, m)
			must(t, q.Delete(t.Context(), []string{m.ReceiptHandle}))
		}
	}
}

// of returns a message's number and its receive.
func (h *history) of(m *events.SQSMessage) (n, receive int) {
	receive, _ = strconv.Atoi(m.Attributes["ApproximateReceiveCount"])
	return h.sent[m.MessageId], receive
}

// kill draws whether the function is killed in the middle of a batch.
func (h *history) kill(messages []events.SQSMessage) (time.Duration, bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	n, receive := h.of(&messages[0])
	r := h.chance(n, receive, aboutCrash)
	return time.Duration(r.IntN(3_000_000)) * time.Microsecond, r.Float64() < h.crash
}

// invoke is the function as the mapping runs it.
func (h *history) invoke(ctx context.Context, payload []byte) ([]byte, error) {
	var event events.SQSEvent
	if err := json.Unmarshal(payload, &event); err != nil {
		return nil, err
	}
	inv := &invocation{
		records: event.Records, begun: time.Now(), calls: map[int]*handled{}, words: map[int]*word{}, liveInGroup: map[string]int{},
	}
	if deadline, ok := ctx.Deadline(); ok {
		inv.cutoff = deadline.Add(-h.reserve)
	}
	h.mu.Lock()
	for i := range event.Records {
		n, _ := h.of(&event.Records[i])
		inv.numbers = append(inv.numbers, n)
	}
	h.invocations = append(h.invocations, inv)
	h.logf("invoked with %v", inv.numbers)
	h.mu.Unlock()
	response, err := h.call(context.WithValue(ctx, invocationKey{}, inv), payload, event)
	h.mu.Lock()
	defer h.mu.Unlock()
	inv.responded = time.Now()
	h.logf("%v is answered with %s, %v", inv.numbers, response, err)
	return response, err
}

// call runs the function in one of its two ways.
func (h *history) call(ctx context.Context, payload []byte, event events.SQSEvent) ([]byte, error) {
	if h.raw {
		return h.function.Invoke(ctx, payload)
	}
	response, err := h.function(ctx, event)
	if err != nil {
		return nil, err
	}
	return json.Marshal(response)
}

// observe takes a batch's report.
func (h *history) observe(ctx context.Context, report sqsbatch.Report) {
	h.mu.Lock()
	defer h.mu.Unlock()
	inv := ctx.Value(invocationKey{}).(*invocation)
	if inv.report != nil {
		h.faultf("batch %v was reported twice", inv.numbers)
	}
	inv.report = &report
	for i, m := range report.Messages {
		h.logf("%d: %v, %v", inv.numbers[i], m.Outcome, m.Err)
		if h.whole && m.Outcome.Done() {
			h.done(inv.numbers[i])
		}
	}
}

// over is told by the mapping what became of a batch.
func (h *history) over(b sqsbatchtest.Batch) {
	h.mu.Lock()
	defer h.mu.Unlock()
	var numbers []int
	for _, m := range b.Messages {
		n, _ := h.of(&m)
		numbers = append(numbers, n)
	}
	h.logf("%v is over: %v, %v", numbers, b.Err, b.DeleteErr)
	for _, inv := range h.invocations {
		if inv.records[0].ReceiptHandle == b.Messages[0].ReceiptHandle && b.Invoked {
			inv.outcome = &b
			h.checkEnd(inv)
			return
		}
	}
	if b.Invoked || len(b.Deleted) > 0 {
		h.faultf("batch %v is over and was not invoked: %+v", numbers, b)
	}
}

// done notes that a message needs no handling any more.
func (h *history) done(n int) {
	if _, ok := h.dones[n]; !ok {
		h.dones[n] = h.moment
	}
}
