package singletable

import (
	"fmt"
	"reflect"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
)

// The options of the calls that read, by the calls that take them: what [Repo.Get] takes fits every read, what only [Repo.Collect]
// takes fits no other. Nil options are passed over. A wrong option makes its call fail with [ErrOption] before anything is sent.
type (
	// CollectOption is an option of [Repo.Collect] and [Index.Collect].
	CollectOption interface {
		applier
		forCollect()
	}
	// QueryOption is an option of the calls that read one partition: Query, One, Page, Count and Collect, of a [Repo] and
	// an [Index].
	QueryOption interface {
		CollectOption
		forQuery()
	}
	// ScanOption is an option of the calls that find items: of [Repo.Scan], [Repo.ParallelScan] and [Index.Scan], and of those
	// that take a [QueryOption].
	ScanOption interface {
		QueryOption
		forScan()
	}
	// GetOption is an option of all calls that read: of [Repo.Get], [Repo.BatchGet], and those that take a [ScanOption].
	GetOption interface {
		ScanOption
		forGet()
	}
)

type applier interface{ apply(*settings) }

// option is every option; which calls it may be given to is a matter of the type that its maker returns.
type option func(*settings)

func (o option) apply(s *settings) { o(s) }
func (option) forGet()             {}
func (option) forQuery()           {}
func (option) forCollect()         {}
func (option) forScan()            {}

// settings are what a call's options say.
type settings struct {
	consistent bool
	reverse    bool
	limit      int // results; 0 for all
	projection []string
	filters    []expression.ConditionBuilder
	filter     clauses // of filters, and what the call itself leaves out
	begins     *string
	low, high  *bound
	each       []collector
	exhaustive bool

	changes changes

	wrong *OptionError // the first wrong option
}

func (s *settings) refuse(option, format string, a ...any) {
	if s.wrong == nil {
		s.wrong = &OptionError{Option: option, Err: fmt.Errorf(format, a...)}
	}
}

// Consistent makes a read strongly consistent: it sees every write that was acknowledged before it, at twice the read
// capacity.
//
//	orders.Get(ctx, Order{UserID: "usr_123", ID: "ord_456"}, singletable.Consistent())
//
// Reads of an index are never consistent: there the option is wrong.
func Consistent() GetOption { return option(func(s *settings) { s.consistent = true }) }

// Limit ends the reading after n results, one or more. Results are what is handed out: items that a filter or their type
// leaves out do not count.
func Limit(n int) ScanOption {
	return option(func(s *settings) {
		if s.limit = n; n < 1 {
			s.refuse("Limit", "it is %d, and it counts results from 1", n)
		}
	})
}

// Reverse reads from the largest sort key to the smallest.
func Reverse() QueryOption { return option(func(s *settings) { s.reverse = true }) }

// BeginsWith asks for the keys of which the component after the known ones begins with a text. With the sort key
// "ORDER#{id}"
//
//	orders.Query(ctx, Order{UserID: "usr_123"}, singletable.BeginsWith("2026-01"))
//
// asks for
//
//	PK = "USER#usr_123" AND begins_with(SK, "ORDER#2026-01")
//
// The text is escaped as a value is, so it cannot leave its component. It may be the beginning of a string or of a time as
// PATTERNS.md has it written; integers have no beginning that means anything, and [Between] is for them. The empty text
// begins everything.
func BeginsWith(text string) QueryOption {
	return option(func(s *settings) { s.begins = &text })
}

// Between asks for the sort keys from one bound to another, both included. With the sort key "{at}#{id}"
//
//	readings.Query(ctx, Reading{Sensor: "roof"}, singletable.Between(Reading{At: from}, Reading{At: to}))
//
// asks for every reading at from, at to and between, whatever its id. A bound gives the components of the sort key that
// follow those that the query itself sets: the first of them always, so that 0 is the number 0 there, and further ones if
// they are set. A bound that ends early stands for all keys that begin with its components. Attributes that are in neither
// key are passed over, so that a whole entity can be a bound.
//
// It is wrong beside [BeginsWith], with bounds in the wrong order or of another type than the query's, or where the query
// sets the whole sort key already.
func Between[T any](from, to T) QueryOption {
	return option(func(s *settings) {
		s.setLow(bound{option: "Between", value: reflect.ValueOf(from)})
		s.setHigh(bound{option: "Between", value: reflect.ValueOf(to)})
	})
}

// After asks for the sort keys behind a bound, which is left out with all the keys that begin with its components; see
// [Between]. It may stand beside [Before].
func After[T any](v T) QueryOption {
	return option(func(s *settings) { s.setLow(bound{option: "After", value: reflect.ValueOf(v), exclusive: true}) })
}

// Before asks for the sort keys in front of a bound, which is left out with all the keys that begin with its components;
// see [Between]. It may stand beside [After].
func Before[T any](v T) QueryOption {
	return option(func(s *settings) { s.setHigh(bound{option: "Before", value: reflect.ValueOf(v), exclusive: true}) })
}

func (s *settings) setLow(b bound) {
	if s.low != nil {
		s.refuse(b.option, "the lower bound has been set by %s already", s.low.option)
	}
	s.low = &b
}

func (s *settings) setHigh(b bound) {
	if s.high != nil {
		s.refuse(b.option, "the upper bound has been set by %s already", s.high.option)
	}
	s.high = &b
}
