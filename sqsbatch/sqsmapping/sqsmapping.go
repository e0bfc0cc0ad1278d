package sqsmapping

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
)

// Lister is what [Check] needs of a client of AWS Lambda. *lambda.Client has it.
type Lister interface {
	ListEventSourceMappings(context.Context, *lambda.ListEventSourceMappingsInput, ...func(*lambda.Options)) (*lambda.ListEventSourceMappingsOutput, error)
}

// longest is how long a check may take: it answers a question that no message waits for.
const longest = 3 * time.Second

// Check returns nil when each event source mapping of an Amazon SQS queue with the function has ReportBatchItemFailures on.
//
// function is a name or an ARN, with the version or alias that the mapping has, if any: "orders-worker:live". With queue ARNs,
// the mappings of these queues are looked at, and each must have one; without, those of all queues, and there must be one at
// least. A mapping that is being deleted does not count. One that is disabled does: it will be enabled some day.
//
// The error joins a [*MappingError] for each mapping, and for each queue without one. It is the error of a call when the
// mappings could not be listed: then nothing is known. Check never takes longer than 3 seconds, and ends with ctx. It is safe
// for concurrent use.
func Check(ctx context.Context, client Lister, function string, queueARNs ...string) error {
	if function == "" {
		return errors.New("sqsmapping: which function? its name is empty")
	}
	for _, queue := range queueARNs {
		if !ofQueue(queue) {
			return fmt.Errorf("sqsmapping: %q is not the ARN of an Amazon SQS queue", queue)
		}
	}
	ctx, cancel := context.WithTimeout(ctx, longest)
	defer cancel()
	if len(queueARNs) == 0 {
		return check(ctx, client, function, "")
	}
	var errs []error
	for _, queue := range queueARNs {
		errs = append(errs, check(ctx, client, function, queue))
	}
	return errors.Join(errs...)
}

func check(ctx context.Context, client Lister, function, queue string) error {
	in := &lambda.ListEventSourceMappingsInput{FunctionName: &function}
	if queue != "" {
		in.EventSourceArn = &queue
	}
	var errs []error
	found := false
	for pages := lambda.NewListEventSourceMappingsPaginator(client, in); pages.HasMorePages(); {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return fmt.Errorf("sqsmapping: list the event source mappings of %s: %w", function, err)
		}
		for _, m := range page.EventSourceMappings {
			if !ofQueue(aws.ToString(m.EventSourceArn)) || aws.ToString(m.State) == "Deleting" {
				continue
			}
			found = true
			if !slices.Contains(m.FunctionResponseTypes, types.FunctionResponseTypeReportBatchItemFailures) {
				errs = append(errs, &MappingError{
					Function: function, UUID: aws.ToString(m.UUID), QueueARN: aws.ToString(m.EventSourceArn), State: aws.ToString(m.State),
				})
			}
		}
	}
	if !found {
		errs = append(errs, &MappingError{Function: function, QueueARN: queue})
	}
	return errors.Join(errs...)
}

func ofQueue(arn string) bool {
	parts := strings.Split(arn, ":")
	return len(parts) == 6 && parts[0] == "arn" && parts[2] == "sqs" && parts[5] != ""
}
