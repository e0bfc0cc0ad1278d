package sqsqueue

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

// maxBytes is the size of a message and of all messages of a call ("Amazon SQS message quotas", since August 2025).
const maxBytes = 1 << 20

// sendCopies starts the calls that send copies of messages to the dead-letter queue.
func (s *Settler) sendCopies(ctx context.Context, calls *calls, entries []*entry) {
	if len(entries) == 0 {
		return
	}
	queueURL, ok := s.resolve(ctx, s.dead.queueID, entries)
	if !ok {
		return
	}
	for _, e := range entries {
		e.copy = copyOf(e.Settlement, s.dead.fifo(), !s.withoutReason)
	}
	send := func(ctx context.Context, entries []*entry) (answer, error) {
		in := &sqs.SendMessageBatchInput{QueueUrl: &queueURL}
		for i, e := range entries {
			in.Entries = append(in.Entries, e.copy.request(entryID(i)))
		}
		out, err := s.client.SendMessageBatch(ctx, in)
		if err != nil {
			return answer{}, err
		}
		a := answer{failed: out.Failed}
		for i := range out.Successful {
			a.successful = append(a.successful, out.Successful[i].Id)
		}
		return a, nil
	}
	if s.dead.fifo() {
		calls.start(ctx, entries, func() { sendInOrder(ctx, entries, send) })
		return
	}
	for len(entries) > 0 {
		n := 1
		for size := entries[0].copy.size(); n < min(len(entries), maxEntries); n++ {
			if size += entries[n].copy.size(); size > maxBytes {
				break
			}
		}
		chunk := entries[:n]
		entries = entries[n:]
		calls.start(ctx, chunk, func() { deliver(ctx, chunk, send) })
	}
}

// sendInOrder sends copies to a FIFO queue. No call holds two of a group, and a group ends with the first copy that is not
// confirmed, because the next one would overtake it.
func sendInOrder(ctx context.Context, entries []*entry, send batchCall) {
	stopped := map[string]bool{}
	for len(entries) > 0 {
		var open []*entry
		for _, e := range entries {
			switch g := group(e.Message); {
			case g == "":
				*e.err = e.fail(errNoGroup) // Amazon SQS would refuse the whole call
			case stopped[g]:
				*e.err = e.fail(errGroupWaits)
			default:
				open = append(open, e)
			}
		}
		var chunk []*entry
		chunk, entries = oneOfEach(open)
		deliver(ctx, chunk, send)
		for _, e := range chunk {
			if *e.err != nil {
				stopped[group(e.Message)] = true
			}
		}
	}
}

// oneOfEach takes what one call holds out of the entries, from the front: at least one, and none behind one of its group.
func oneOfEach(entries []*entry) (chunk, rest []*entry) {
	seen := map[string]bool{}
	size := 0
	for _, e := range entries {
		g := group(e.Message)
		fits := len(chunk) == 0 || len(chunk) < maxEntries && size+e.copy.size() <= maxBytes
		if seen[g] || !fits {
			rest = append(rest, e)
		} else {
			chunk = append(chunk, e)
			size += e.copy.size()
		}
		seen[g] = true
	}
	return chunk, rest
}

// resolve returns a queue's URL. When it cannot be had the entries fail, and it reports false.
func (s *Settler) resolve(ctx context.Context, q queueID, entries []*entry) (string, bool) {
	for attempt := 0; ; attempt++ {
		queueURL, err := s.url(ctx, q)
		if err == nil {
			return queueURL, true
		}
		if attempt+1 == maxAttempts || !retryable(err) || !pause(ctx, attempt) {
			for _, e := range entries {
				*e.err = e.fail(err)
			}
			return "", false
		}
	}
}

// request is the copy as an entry of a call.
func (c *copied) request(id string) types.SendMessageBatchRequestEntry {
	r := types.SendMessageBatchRequestEntry{Id: &id, MessageBody: &c.body, MessageAttributes: c.attributes}
	if c.group != "" {
		r.MessageGroupId = &c.group
	}
	if c.deduplication != "" {
		r.MessageDeduplicationId = &c.deduplication
	}
	if c.trace != "" {
		r.MessageSystemAttributes = map[string]types.MessageSystemAttributeValue{
			"AWSTraceHeader": {DataType: aws.String("String"), StringValue: &c.trace},
		}
	}
	return r
}
