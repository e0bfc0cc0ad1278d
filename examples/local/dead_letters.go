package main

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"path"
	"strings"
	"sync"

	"github.com/lambdapatterns/lambdapatterns/sqsbatch/sqsqueue"
)

// deadLetters stands before the SQS in memory and notes which messages a function has sent to a dead-letter queue itself, by
// sqsbatch.DeadLetter: to the event source mapping they are done. It is safe for concurrent use.
type deadLetters struct {
	next http.Handler

	mu    sync.Mutex
	moved map[string]string // the queue's name by the id that the message had before
}

// take returns the name of the queue that a message was sent to, once.
func (d *deadLetters) take(id string) (queue string, moved bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	queue, moved = d.moved[id]
	delete(d.moved, id)
	return queue, moved
}

func (d *deadLetters) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	operation, _ := strings.CutPrefix(r.Header.Get("X-Amz-Target"), "AmazonSQS.")
	if operation != "SendMessage" && operation != "SendMessageBatch" {
		d.next.ServeHTTP(w, r)
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxSQSRequest))
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	answer := heldAnswer{header: http.Header{}, status: http.StatusOK}
	d.next.ServeHTTP(&answer, r)
	if answer.status == http.StatusOK {
		d.note(body, answer.body) // before the function knows, so that its batch ends later
	}
	maps.Copy(w.Header(), answer.header)
	w.WriteHeader(answer.status)
	_, _ = w.Write(answer.body) // the client may be gone
}

// copied is a message that is sent, as far as it tells whose copy it is.
type copied struct {
	ID                string `json:"Id"`
	MessageAttributes map[string]struct{ StringValue string }
}

// note reads a call that SQS has done, and its answer.
func (d *deadLetters) note(request, answer []byte) {
	var sent struct {
		copied
		QueueURL string `json:"QueueUrl"`
		Entries  []copied
	}
	var done struct{ Successful []copied }
	if json.Unmarshal(request, &sent) != nil || json.Unmarshal(answer, &done) != nil {
		return // no copy is of that form
	}
	confirmed := map[string]bool{"": sent.Entries == nil}
	for _, s := range done.Successful {
		confirmed[s.ID] = true
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, m := range append(sent.Entries, sent.copied) {
		if id := m.MessageAttributes[sqsqueue.AttributeMessageID].StringValue; id != "" && confirmed[m.ID] {
			if d.moved == nil {
				d.moved = map[string]string{}
			}
			d.moved[id] = path.Base(sent.QueueURL)
		}
	}
}
