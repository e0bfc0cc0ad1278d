package sqsbatchtest

import (
	"regexp"
	"strings"
	"time"
)

var entryID = regexp.MustCompile(`^[A-Za-z0-9_-]{1,80}$`)

// batchOutput is the answer to a batch: an entry that fails does so alone, in a response with status 200.
type batchOutput[S any] struct {
	Successful []S
	Failed     []failedEntry `json:",omitempty"`
}

type failedEntry struct {
	ID          string `json:"Id"`
	Code        string
	Message     string
	SenderFault bool
}

type entryOutput struct {
	ID string `json:"Id"`
}

// checkEntries refuses a whole batch for its number of entries or for their ids.
func checkEntries(kind string, ids []string) error {
	if len(ids) == 0 {
		return refuse("EmptyBatchRequest", "There should be at least one %sBatchRequestEntry in the request.", kind)
	}
	if len(ids) > maxBatchEntries {
		return refuse("TooManyEntriesInBatchRequest",
			"Maximum number of entries per request are %d. You have sent %d.", maxBatchEntries, len(ids))
	}
	seen := map[string]bool{}
	for _, id := range ids {
		if !entryID.MatchString(id) {
			return refuse("InvalidBatchEntryId", "A batch entry id can only contain alphanumeric characters, hyphens and "+
				"underscores. It can be at most 80 letters long.")
		}
		if seen[id] {
			return refuse("BatchEntryIdsNotDistinct", "Id %s repeated.", id)
		}
		seen[id] = true
	}
	return nil
}

func (b *batchOutput[S]) fail(id string, err error) {
	e := asError(err)
	code := e.wire().queryCode
	if e == errExpired {
		code = "ReceiptHandleIsInvalid" // in a batch the service calls an expired handle so
	}
	b.Failed = append(b.Failed, failedEntry{id, strings.TrimPrefix(code, queryNamespace), e.Message, e.Code != internalError})
}

type sendMessageBatchInput struct {
	QueueURL string `json:"QueueUrl"`
	Entries  []struct {
		ID string `json:"Id"`
		messageInput
	}
}

type sendMessageBatchEntryOutput struct {
	entryOutput
	messageOutput
}

func (s *SQS) sendMessageBatch(c call, in *sendMessageBatchInput) (batchOutput[sendMessageBatchEntryOutput], error) {
	out := batchOutput[sendMessageBatchEntryOutput]{Successful: []sendMessageBatchEntryOutput{}}
	q, err := s.at(in.QueueURL)
	if err != nil {
		return out, err
	}
	var ids []string
	var messages []*outgoing
	size := 0
	for i := range in.Entries {
		ids = append(ids, in.Entries[i].ID)
		if o, err := in.Entries[i].outgoing(c); err == nil {
			messages = append(messages, o)
			size += o.size()
		}
	}
	if err := checkEntries("SendMessage", ids); err != nil {
		return out, err
	}
	if size > maxMessageBytes {
		return out, refuse("BatchRequestTooLong",
			"Batch requests cannot be longer than %d bytes. You have sent %d bytes.", maxMessageBytes, size)
	}
	if err := q.checkIdentities(messages); err != nil {
		return out, err
	}
	for i := range in.Entries {
		e := &in.Entries[i]
		sent, err := e.send(q, c)
		if err != nil {
			out.fail(e.ID, err)
			continue
		}
		out.Successful = append(out.Successful, sendMessageBatchEntryOutput{entryOutput{e.ID}, sent})
	}
	return out, nil
}

// checkIdentities refuses a batch to a FIFO queue in which a message cannot be grouped or deduplicated.
func (q *Queue) checkIdentities(messages []*outgoing) error {
	if !q.fifo {
		return nil
	}
	return q.locked(func(time.Time) error {
		for _, o := range messages {
			if err := q.checkIdentity(o); err != nil {
				return refuse(invalidParameter, "%s", asError(err).Message)
			}
		}
		return nil
	})
}

type receiptBatchInput struct {
	QueueURL string `json:"QueueUrl"`
	Entries  []struct {
		ID                string `json:"Id"`
		ReceiptHandle     string
		VisibilityTimeout *int // ChangeMessageVisibilityBatch only
	}
}

func (s *SQS) deleteMessageBatch(_ call, in *receiptBatchInput) (batchOutput[entryOutput], error) {
	return s.eachReceipt("DeleteMessage", in, func(q *Queue, handle string, _ *int) error { return q.delete(handle) })
}

func (s *SQS) changeMessageVisibilityBatch(_ call, in *receiptBatchInput) (batchOutput[entryOutput], error) {
	return s.eachReceipt("ChangeMessageVisibility", in, func(q *Queue, handle string, seconds *int) error {
		if seconds == nil {
			return refuse(invalidParameter, "The entry must contain the parameter VisibilityTimeout.")
		}
		return q.changeVisibility(handle, *seconds)
	})
}

func (s *SQS) eachReceipt(
	kind string, in *receiptBatchInput, do func(q *Queue, handle string, seconds *int) error,
) (batchOutput[entryOutput], error) {
	out := batchOutput[entryOutput]{Successful: []entryOutput{}}
	q, err := s.at(in.QueueURL)
	if err != nil {
		return out, err
	}
	var ids []string
	for _, e := range in.Entries {
		ids = append(ids, e.ID)
	}
	if err := checkEntries(kind, ids); err != nil {
		return out, err
	}
	for _, e := range in.Entries {
		if err := do(q, e.ReceiptHandle, e.VisibilityTimeout); err != nil {
			out.fail(e.ID, err)
		} else {
			out.Successful = append(out.Successful, entryOutput{e.ID})
		}
	}
	return out, nil
}
