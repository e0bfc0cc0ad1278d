package main

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/aws/aws-lambda-go/events"

	"github.com/lambdapatterns/lambdapatterns/sqsbatch/sqsbatchtest"
)

// printer writes what happens, from several goroutines.
type printer struct {
	full bool // nothing is shortened
	mu   sync.Mutex
	w    io.Writer
}

func (p *printer) printf(format string, args ...any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	fmt.Fprintf(p.w, format, args...)
}

func (p *printer) heading(text string) { p.printf("\n== %s\n", text) }

func (p *printer) Write(line []byte) (int, error) {
	p.printf("  log     %s", line)
	return len(line), nil
}

// namedLog shows a function's log under its name.
type namedLog struct {
	*printer
	name string
}

func (l namedLog) Write(line []byte) (int, error) {
	l.printf("  %-7s %s", l.name, line)
	return len(line), nil
}

// maxLogs is how much of the functions' logs is kept, in bytes.
const maxLogs = 64 << 10

// logs keeps the end of what the functions log, and tells the story why messages failed.
type logs struct {
	story *printer
	mu    sync.Mutex
	kept  []byte
	also  io.Writer
}

func (l *logs) Write(line []byte) (int, error) {
	l.tellFailure(line)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.kept = append(l.kept, line...)
	if over := len(l.kept) - maxLogs; over > 0 {
		l.kept = slices.Delete(l.kept, 0, over)
	}
	if l.also != nil {
		return l.also.Write(line)
	}
	return len(line), nil
}

// tellFailure shows the line that the worker logs for a message that failed.
func (l *logs) tellFailure(line []byte) {
	var failure struct {
		MessageID string `json:"message_id"`
		Outcome   string `json:"outcome"`
		Error     string `json:"error"`
	}
	if json.Unmarshal(line, &failure) == nil && failure.MessageID != "" && failure.Outcome != "" {
		l.story.printf("  log     payments-worker: message %s %s: %s\n", short(failure.MessageID), failure.Outcome, failure.Error)
	}
}

func (l *logs) last() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return string(l.kept)
}

// batchLog remembers the batches that the worker was given.
type batchLog struct {
	mu  sync.Mutex
	all []sqsbatchtest.Batch
}

func (l *batchLog) add(b sqsbatchtest.Batch) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all = append(l.all, b)
}

// returned is how often a message came back from the worker.
func (l *batchLog) returned(id string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	n := 0
	for _, b := range l.all {
		if slices.Contains(b.Returned, id) {
			n++
		}
	}
	return n
}

// failedWhole counts the batches that came back as a whole because their invocation failed with an error like this.
func (l *batchLog) failedWhole(like string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	n := 0
	for _, b := range l.all {
		if b.Err != nil && strings.Contains(b.Err.Error(), like) {
			n++
		}
	}
	return n
}

// redrive is a queue's redrive policy; zero for none, as of a dead-letter queue that a function polls.
type redrive struct {
	receives int
	dead     queue
}

func (r redrive) String() string {
	return fmt.Sprintf(`{"deadLetterTargetArn":%q,"maxReceiveCount":%d}`, r.dead.arn, r.receives)
}

// showBatch tells what became of a batch of a queue with that redrive policy. What a function has sent to a dead-letter queue itself
// is known of the SQS in memory only; of another one's it says done.
func (m *machine) showBatch(function string, policy redrive, b sqsbatchtest.Batch) {
	var text strings.Builder
	fmt.Fprintf(&text, "  batch   of %d to %s\n", len(b.Messages), function)
	for _, message := range b.Messages {
		fmt.Fprintf(&text, "            %-40s %s\n", label(message), m.outcome(policy, b, message))
	}
	if b.Err != nil {
		fmt.Fprintf(&text, "            the whole batch comes again: %v\n", b.Err)
	}
	if b.DeleteErr != nil {
		fmt.Fprintf(&text, "            delete: %v\n", b.DeleteErr)
	}
	m.printf("%s", text.String())
}

func (m *machine) outcome(policy redrive, b sqsbatchtest.Batch, message events.SQSMessage) string {
	if !slices.Contains(b.Returned, message.MessageId) {
		if queue, moved := m.letters.take(message.MessageId); moved {
			return "moved to " + queue + " by the function"
		}
		return "done"
	}
	count := message.Attributes["ApproximateReceiveCount"]
	if policy.receives == 0 {
		return "FAILED at receive " + count
	}
	outcome := fmt.Sprintf("FAILED at receive %s of %d", count, policy.receives)
	if n, err := strconv.Atoi(count); err == nil && n >= policy.receives {
		outcome += ", moves to " + policy.dead.name + " after its visibility time-out"
	}
	return outcome
}

// label names a message by its payment, or by its id where the body tells none.
func label(m events.SQSMessage) string {
	var body struct {
		PaymentID string `json:"payment_id"`
	}
	if json.Unmarshal([]byte(m.Body), &body) == nil && body.PaymentID != "" {
		return "message " + short(m.MessageId) + " " + body.PaymentID
	}
	return "message " + short(m.MessageId)
}

func short(id string) string { return id[:min(len(id), 8)] }

// oneLine makes a line of a body, shortened unless all is to be shown.
func (p *printer) oneLine(body string) string {
	const most = 180
	line := strings.Join(strings.Fields(body), " ")
	if len(line) > most && !p.full {
		line = strings.ToValidUTF8(line[:most], "") + "…"
	}
	return line
}
