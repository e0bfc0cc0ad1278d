package singletable

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdkretry "github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// WithObserver names a function that is told of every request of the table's repositories and transactions to DynamoDB, and of
// those that are sent by [Table.Observed], after it, in the goroutine that sent it and before the call goes on: for metrics,
// logs and bills by access pattern. A call may send many requests, one a page, a hundred keys or a try, and none at all.
//
// With an observer each request asks for the capacity that it consumes, of the table and of each index, unless a function
// of [Change] has set ReturnConsumedCapacity already. The observer must be safe for concurrent use: the table is, and
// [Repo.ParallelScan] and reads of [KeyPattern.Sharded] partitions send from several goroutines. It should be quick, and must
// not panic: where a goroutine of the package's sent the request nobody recovers, and the process ends.
func WithObserver(observe func(context.Context, Request)) TableOption {
	return tableOption(func(t *Table) { t.observe = observe })
}

// Request is one request to DynamoDB, as it went. It holds nothing of an item, not even a key: Pattern is the notation of the
// schema, the same for all items.
type Request struct {
	Name   string // of DynamoDB's API: GetItem, Query, TransactWriteItems, …
	Op     string // of the repository, as errors name it: get, query, page, create, batch put, …, or "request"
	Table  string // its name; a transaction's is that of the Table whose Transact was called
	Entity string // Schema.Type, or the name that was given to [Table.Observed]
	Index  string // empty for the table

	// Pattern is the access pattern, in the notation of the schema: what is read or written by the whole key has both of its
	// parts, USER#{id}|PROFILE, a query the partition's, USER#{user_id}, with the index in front where it goes through one,
	// GSI1 EMAIL#{email}. The number of a shard is the range of all, GSI1 STATUS#{status}#{0..7}. A query of an index of
	// [WithAttributeIndex], which has no pattern, and a scan have the index alone, or nothing.
	//
	// A transaction of [Table.Transact] is one request, and is put down to all of its entities together: Entity is Order+Product,
	// and Pattern joins their patterns with + as well, each once, in the order of the actions.
	Pattern string

	Try      int           // the repository's own, from 1; those of one call are counted together
	Attempts int           // of the SDK in this try; 0 when it cannot be told
	Duration time.Duration // of this try

	Items       int // that came back or, for a count, were counted
	Scanned     int // that a Query or Scan read, filtered ones included
	Unprocessed int // keys and items that a batch left

	// Consumed is what the request consumed in all, ByIndex what of that was consumed in indexes, by their names. They are
	// zero for requests that failed, though DynamoDB charges for a write whose condition did not hold.
	Consumed Capacity
	ByIndex  map[string]Capacity

	// Code is the service's for an error (ConditionalCheckFailedException), empty when there was none or no answer.
	Code string
	// Err is nil when the request was answered. It says no more than the code where the service's message may quote an item,
	// and holds a [*ThrottledError] where the request was throttled.
	Err error
}

// Capacity is an amount of read and write capacity units.
type Capacity struct{ Read, Write float64 }

// ask names the request, and asks for the capacity that it consumes unless the caller has decided on that.
func (r *Request) ask(in any) {
	var total *types.ReturnConsumedCapacity
	switch in := in.(type) {
	case *dynamodb.GetItemInput:
		r.Name, total = "GetItem", &in.ReturnConsumedCapacity
	case *dynamodb.PutItemInput:
		r.Name, total = "PutItem", &in.ReturnConsumedCapacity
	case *dynamodb.UpdateItemInput:
		r.Name, total = "UpdateItem", &in.ReturnConsumedCapacity
	case *dynamodb.DeleteItemInput:
		r.Name, total = "DeleteItem", &in.ReturnConsumedCapacity
	case *dynamodb.QueryInput:
		r.Name, total = "Query", &in.ReturnConsumedCapacity
	case *dynamodb.ScanInput:
		r.Name, total = "Scan", &in.ReturnConsumedCapacity
	case *dynamodb.BatchGetItemInput:
		r.Name, total = "BatchGetItem", &in.ReturnConsumedCapacity
	case *dynamodb.BatchWriteItemInput:
		r.Name, total = "BatchWriteItem", &in.ReturnConsumedCapacity
	case *dynamodb.TransactWriteItemsInput:
		r.Name, total = "TransactWriteItems", &in.ReturnConsumedCapacity
	}
	if *total == "" {
		*total = types.ReturnConsumedCapacityIndexes
	}
}

// answered takes down what an answer says.
func (r *Request) answered(out any) {
	attempts := func(results sdkretry.AttemptResults, there bool) {
		if there {
			r.Attempts = len(results.Results)
		}
	}
	switch out := out.(type) {
	case *dynamodb.GetItemOutput:
		if out.Item != nil {
			r.Items = 1
		}
		r.read(out.ConsumedCapacity)
		attempts(sdkretry.GetAttemptResults(out.ResultMetadata))
	case *dynamodb.PutItemOutput:
		r.wrote(out.ConsumedCapacity)
		attempts(sdkretry.GetAttemptResults(out.ResultMetadata))
	case *dynamodb.UpdateItemOutput:
		r.wrote(out.ConsumedCapacity)
		attempts(sdkretry.GetAttemptResults(out.ResultMetadata))
	case *dynamodb.DeleteItemOutput:
		r.wrote(out.ConsumedCapacity)
		attempts(sdkretry.GetAttemptResults(out.ResultMetadata))
	case *dynamodb.QueryOutput:
		r.Items, r.Scanned = int(out.Count), int(out.ScannedCount)
		r.read(out.ConsumedCapacity)
		attempts(sdkretry.GetAttemptResults(out.ResultMetadata))
	case *dynamodb.ScanOutput:
		r.Items, r.Scanned = int(out.Count), int(out.ScannedCount)
		r.read(out.ConsumedCapacity)
		attempts(sdkretry.GetAttemptResults(out.ResultMetadata))
	case *dynamodb.BatchGetItemOutput:
		for _, items := range out.Responses {
			r.Items += len(items)
		}
		for _, left := range out.UnprocessedKeys {
			r.Unprocessed += len(left.Keys)
		}
		for i := range out.ConsumedCapacity {
			r.read(&out.ConsumedCapacity[i])
		}
		attempts(sdkretry.GetAttemptResults(out.ResultMetadata))
	case *dynamodb.BatchWriteItemOutput:
		for _, left := range out.UnprocessedItems {
			r.Unprocessed += len(left)
		}
		for i := range out.ConsumedCapacity {
			r.wrote(&out.ConsumedCapacity[i])
		}
		attempts(sdkretry.GetAttemptResults(out.ResultMetadata))
	case *dynamodb.TransactWriteItemsOutput:
		for i := range out.ConsumedCapacity {
			r.wrote(&out.ConsumedCapacity[i])
		}
		attempts(sdkretry.GetAttemptResults(out.ResultMetadata))
	}
}

func (r *Request) read(c *types.ConsumedCapacity)  { r.consumed(c, Capacity{Read: 1}) }
func (r *Request) wrote(c *types.ConsumedCapacity) { r.consumed(c, Capacity{Write: 1}) }

// consumed adds up capacity. Where the answer does not tell reads from writes, all of it is of the request's kind.
func (r *Request) consumed(c *types.ConsumedCapacity, kind Capacity) {
	if c == nil {
		return
	}
	r.Consumed.add(units(c.CapacityUnits, c.ReadCapacityUnits, c.WriteCapacityUnits, kind))
	for _, indexes := range []map[string]types.Capacity{c.GlobalSecondaryIndexes, c.LocalSecondaryIndexes} {
		for name, x := range indexes {
			if r.ByIndex == nil {
				r.ByIndex = map[string]Capacity{}
			}
			total := r.ByIndex[name]
			total.add(units(x.CapacityUnits, x.ReadCapacityUnits, x.WriteCapacityUnits, kind))
			r.ByIndex[name] = total
		}
	}
}

func units(all, read, write *float64, kind Capacity) Capacity {
	if read != nil || write != nil {
		return Capacity{aws.ToFloat64(read), aws.ToFloat64(write)}
	}
	return Capacity{kind.Read * aws.ToFloat64(all), kind.Write * aws.ToFloat64(all)}
}

func (c *Capacity) add(more Capacity) {
	c.Read += more.Read
	c.Write += more.Write
}

// failed takes down an error, without what may be an item's in it.
func (r *Request) failed(c *call, err error) {
	r.Attempts = attemptsOf(err)
	if r.Code = codeOf(err); r.Code == "" {
		r.Err = err // no answer: it is of the network, the SDK or ctx
		return
	}
	text := r.Code
	throttled := isThrottling(r.Code)
	if cancelled, ok := errors.AsType[*types.TransactionCanceledException](err); ok {
		var codes []string
		for _, reason := range cancelled.CancellationReasons {
			codes = append(codes, aws.ToString(reason.Code))
			throttled = throttled || isThrottling(aws.ToString(reason.Code))
		}
		text = fmt.Sprintf("%s %v", r.Code, codes)
	}
	r.Err = &codeError{r.Code, text}
	if throttled {
		e := c.throttled(err)
		e.Err = r.Err
		r.Err = e
	}
}
