package singletabletest

import (
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// The limits by which the service throttles, as the ends of ThrottlingReasons ("ThrottlingReason", Amazon DynamoDB API
// Reference).
const (
	limitProvisioned = "ProvisionedThroughputExceeded"
	limitAccount     = "AccountLimitExceeded"
	limitKeyRange    = "KeyRangeThroughputExceeded"
	limitOnDemand    = "MaxOnDemandThroughputExceeded"
)

// throttlingReason is a types.ThrottlingReason on the wire.
type throttlingReason struct {
	Reason   string `json:"reason,omitempty"`
	Resource string `json:"resource,omitempty"`
}

// ProvisionedThroughputExceeded throttles calls with a ProvisionedThroughputExceededException. Without reasons it carries
// one for each of the call's tables, or for the index of a query or scan: that the provisioned throughput was exceeded,
// for example TableWriteProvisionedThroughputExceeded with the table's ARN.
func ProvisionedThroughputExceeded(reasons ...types.ThrottlingReason) Effect {
	return throttle("ProvisionedThroughputExceeded", codeThroughputExceeded, limitProvisioned, reasons)
}

// HotKey throttles calls with a ProvisionedThroughputExceededException for the partition's limits, which more capacity
// does not mend: its reasons are such as TableReadKeyRangeThroughputExceeded.
func HotKey() Effect { return throttle("HotKey", codeThroughputExceeded, limitKeyRange, nil) }

// Throttling throttles calls with a ThrottlingException. Without reasons it carries one for each of the call's tables, or
// for the index of a query or scan: that the maximum of a table on demand was exceeded.
func Throttling(reasons ...types.ThrottlingReason) Effect {
	return throttle("Throttling", codeThrottling, limitOnDemand, reasons)
}

// RequestLimitExceeded throttles calls with the error of that name. Without reasons it carries one for each of the call's
// tables, or for the index of a query or scan: that the account's limit was exceeded.
func RequestLimitExceeded(reasons ...types.ThrottlingReason) Effect {
	return throttle("RequestLimitExceeded", codeRequestLimit, limitAccount, reasons)
}

func throttle(name, code, limit string, reasons []types.ThrottlingReason) Effect {
	given := make([]throttlingReason, len(reasons))
	for i, r := range reasons {
		given[i] = throttlingReason{aws.ToString(r.Reason), aws.ToString(r.Resource)}
	}
	return &effect{name: name, names: itemOperations, do: func(_ context.Context, c *call) error {
		why := given
		if len(why) == 0 {
			why = c.throttled(limit)
		}
		return &apiError{
			code: code, throttling: why,
			message: "The request was throttled. Reduce the rate of your requests, and try again with exponential backoff",
		}
	}}
}

// throttled returns the reasons of a call that is throttled by a limit: which kind of resource, in which direction, and
// the limit, in one word.
func (c *call) throttled(limit string) []throttlingReason {
	direction := "Read"
	if slices.Contains(writeOperations, c.operation) {
		direction = "Write"
	}
	var reasons []throttlingReason
	for _, name := range c.scope().tables {
		resource, arn := "Table", arnPrefix+name
		if index := c.scope().index; index != "" {
			resource, arn = "Index", arn+"/index/"+index
		}
		reasons = append(reasons, throttlingReason{resource + direction + limit, arn})
	}
	return reasons
}
