package singletable

import (
	"errors"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// ThrottledError says what DynamoDB refused because of the capacity or the limits of a table, an index or the account. It
// stands in the error of the call, an [*ItemError], [*TransactionError] or [*BatchError]; errors.Is(err, [ErrThrottled])
// holds.
//
// Items that a batch leaves unprocessed count as throttled: that is what DynamoDB leaves them for, beside internal failures
// (Amazon DynamoDB API Reference, "BatchWriteItem", "BatchGetItem"). For those, and for an item of a transaction, the service
// gives no reasons.
type ThrottledError struct {
	Op      string // "get", "query", "create", …
	Entity  string // Schema.Type; of a transaction over several, all of them: Order+Product
	Index   string // empty for the table
	Pattern string // the access pattern, as [Request] has it: GSI1 EMAIL#{email}

	// Reasons are the service's own: for each what limit was met, of what kind of resource, and the resource's ARN. They may
	// be empty.
	Reasons []types.ThrottlingReason
	Err     error // the SDK's error
}

// The ends of reasons that say which limit was met (ThrottlingReason in the Amazon DynamoDB API Reference).
const (
	hotKey       = "KeyRangeThroughputExceeded"
	accountLimit = "AccountLimitExceeded"

	requestLimit = "RequestLimitExceeded" // an error code of the account's limit
)

// HotKey reports whether one partition key's share of the traffic was too much, which no capacity of the table helps: spread
// the key, or ask for it less often. It is false when the service gives no reason.
func (e *ThrottledError) HotKey() bool { return e.limitedBy(hotKey) }

// AccountLimit reports whether a quota of the account in the region was met, rather than the capacity of the table or index.
func (e *ThrottledError) AccountLimit() bool {
	return e.limitedBy(accountLimit) || codeOf(e.Err) == requestLimit
}

func (e *ThrottledError) limitedBy(limit string) bool {
	return slices.ContainsFunc(e.Reasons, func(r types.ThrottlingReason) bool {
		return strings.HasSuffix(aws.ToString(r.Reason), limit)
	})
}

// Error names the access pattern and gives the service's reasons.
func (e *ThrottledError) Error() string {
	text := ErrThrottled.Error()
	if e.Pattern != "" {
		text += " at " + e.Pattern
	}
	for i, r := range e.Reasons {
		sep := ", "
		if i == 0 {
			sep = " by "
		}
		text += sep + aws.ToString(r.Reason)
		if r.Resource != nil {
			text += " of " + *r.Resource
		}
	}
	return text + ": " + e.Err.Error()
}

// Is reports whether target is ErrThrottled.
func (e *ThrottledError) Is(target error) bool { return target == ErrThrottled }

// Unwrap returns e.Err.
func (e *ThrottledError) Unwrap() error { return e.Err }

// codeError is what the service answered without its message, which may quote values of an item.
type codeError struct{ code, text string }

func (e *codeError) Error() string     { return e.text }
func (e *codeError) ErrorCode() string { return e.code }

// codeOf returns the service's code of an error; empty when it is none of the service's.
func codeOf(err error) string {
	coded, ok := errors.AsType[interface {
		error
		ErrorCode() string
	}](err)
	if !ok {
		return ""
	}
	return coded.ErrorCode()
}

// isThrottling tells whether a code, of an error or of a reason of a cancelled transaction, means throttling.
func isThrottling(code string) bool {
	switch code {
	case "ProvisionedThroughputExceededException", "ThrottlingException", requestLimit, // errors
		"ProvisionedThroughputExceeded", "ThrottlingError": // reasons
		return true
	}
	return false
}

// reasonsFor returns the reasons that the SDK read from an answer.
func reasonsFor(err error) []types.ThrottlingReason {
	if e, ok := errors.AsType[*types.ProvisionedThroughputExceededException](err); ok {
		return e.ThrottlingReasons
	}
	if e, ok := errors.AsType[*types.ThrottlingException](err); ok {
		return e.ThrottlingReasons
	}
	if e, ok := errors.AsType[*types.RequestLimitExceeded](err); ok {
		return e.ThrottlingReasons
	}
	return nil
}

// throttled makes the error of what was refused while c was performed.
func (c *call) throttled(err error) *ThrottledError {
	return &ThrottledError{
		Op: c.op, Entity: c.entityName(), Index: c.index, Pattern: c.pattern(), Reasons: reasonsFor(err), Err: err,
	}
}

// explain makes throttling of the SDK's errors a ThrottledError and leaves others as they are.
func (c *call) explain(err error) error {
	if isThrottling(codeOf(err)) {
		return c.throttled(err)
	}
	return err
}
