package singletable

import (
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// RequestOption is an option of every call that sends requests: it is a [GetOption], a [WriteOption] and a [TransactOption].
// [Change] makes it.
type RequestOption interface {
	GetOption
	WriteOption
	TransactOption
}

// Change gives the requests of a call to a function before they are sent, for what this package has no option for. The
// function's parameter says which requests:
//
//	orders.Query(ctx, Order{UserID: "usr_123"}, singletable.Change(func(in *dynamodb.QueryInput) {
//		in.ReturnConsumedCapacity = types.ReturnConsumedCapacityTotal
//	}))
//
// Each call takes those that it may send, and refuses others with [ErrOption]:
//
//	Get                                      GetItemInput
//	BatchGet                                 BatchGetItemInput
//	Query, One, Page, Count, Collect         QueryInput, for each page, and of a [KeyPattern.Sharded] partition for each shard
//	Scan, ParallelScan                       ScanInput, for each page
//	Create, Put                              PutItemInput
//	Update, Patch                            UpdateItemInput
//	Delete                                   DeleteItemInput
//	Update, and Create, Put and
//	Delete of types with unique values       TransactWriteItemsInput
//	BatchPut, BatchDelete                    BatchWriteItemInput
//	Table.Transact                           TransactWriteItemsInput
//
// A write of an entity with unique values is a transaction where it moves any, and a single request where it does not: to
// change both give two options. The reads with which Update and such writes begin are changed by nobody.
//
// Expressions, names and values that are there already must be added to, not replaced. The Limit of a query or scan is the
// size of a page, an ExclusiveStartKey counts for the first page only, and a projection of a BatchGet must name the table's
// keys. The function may be called several times, and by [Repo.ParallelScan] from several goroutines.
func Change[In dynamodb.GetItemInput | dynamodb.BatchGetItemInput | dynamodb.QueryInput | dynamodb.ScanInput |
	dynamodb.PutItemInput | dynamodb.UpdateItemInput | dynamodb.DeleteItemInput |
	dynamodb.BatchWriteItemInput | dynamodb.TransactWriteItemsInput](change func(*In)) RequestOption {
	return requestOption{change, change == nil}
}

type requestOption struct {
	change any // a func(*In)
	none   bool
}

func (o requestOption) apply(s *settings)                 { s.changes.add(o) }
func (o requestOption) applyWrite(s *writeSettings)       { s.changes.add(o) }
func (o requestOption) applyTransact(s *transactSettings) { s.changes.add(o) }
func (requestOption) forGet()                             {}
func (requestOption) forQuery()                           {}
func (requestOption) forCollect()                         {}
func (requestOption) forScan()                            {}

// changes are the functions that the requests of a call are given to.
type changes []requestOption

func (c *changes) add(o requestOption) { *c = append(*c, o) }

// changeRequest gives a request to the functions that are for such ones.
func changeRequest[In any](c changes, in *In) *In {
	for i := range c {
		if f, ok := c[i].change.(func(*In)); ok {
			f(in)
		}
	}
	return in
}

// unfit tells why a function is wrong for a call that sends requests of a few kinds.
func (c changes) unfit(sent ...func(any) bool) error {
next:
	for _, o := range c {
		if o.none {
			return errors.New("the function is nil")
		}
		for _, is := range sent {
			if is(o.change) {
				continue next
			}
		}
		input := strings.TrimSuffix(strings.TrimPrefix(fmt.Sprintf("%T", o.change), "func(*dynamodb."), ")")
		return fmt.Errorf("the call sends no %s", input)
	}
	return nil
}

// changesOf tells whether a function is for requests of a kind.
func changesOf[In any](change any) bool {
	_, ok := change.(func(*In))
	return ok
}
