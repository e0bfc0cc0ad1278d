package sqsqueue

import (
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

// changeVisibility starts the calls that change the visibility of a queue's messages.
func (s *Settler) changeVisibility(ctx context.Context, calls *calls, from queueID, entries []*entry) {
	queueURL, ok := s.resolve(ctx, from, entries)
	if !ok {
		return
	}
	change := func(ctx context.Context, entries []*entry) (answer, error) {
		in := &sqs.ChangeMessageVisibilityBatchInput{QueueUrl: &queueURL}
		for i, e := range entries {
			in.Entries = append(in.Entries, types.ChangeMessageVisibilityBatchRequestEntry{
				Id: aws.String(entryID(i)), ReceiptHandle: &e.Message.ReceiptHandle, VisibilityTimeout: seconds(e.Delay),
			})
		}
		out, err := s.client.ChangeMessageVisibilityBatch(ctx, in)
		if err != nil {
			return answer{}, err
		}
		a := answer{failed: out.Failed}
		for i := range out.Successful {
			a.successful = append(a.successful, out.Successful[i].Id)
		}
		return a, nil
	}
	for chunk := range slices.Chunk(entries, maxEntries) {
		calls.start(ctx, chunk, func() { deliver(ctx, chunk, change) })
	}
}
